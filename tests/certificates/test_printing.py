"""The PDF of a certificate is made when it is first asked for, kept once it is whole, and the same each time."""

from datetime import timedelta

import pytest
import segno
from django.core.files.storage import storages

from accounts.queries.issuers import site_issuer
from certificates import printing
from certificates.models import CertificateDocument
from certificates.operations.keys import remove_key
from certificates.operations.printing import document_of, print_certificate, print_from_message
from certificates.printing import NotPrinted
from certificates.printing.shop import Limits
from certificates.rules.qr import qr_path
from tests.certificates.builders import NOON
from tests.certificates.payloads import full_payload, old_payload
from tests.certificates.pdfs import attachments_of, html_of, print_html, squeezed, text_of
from tests.certificates.rows import make_certificate

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")


@pytest.fixture
def certificate(db, settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"
    settings.PORTAL_BASE_URL = "https://learn.example"
    payload = full_payload()
    payload["issuer"]["logo"] = None
    return make_certificate(payload, issuer=site_issuer())


def _documents():
    return [(document.language, document.made_at) for document in CertificateDocument.objects.order_by("pk")]


def test_the_pdf_is_kept_and_not_made_again(certificate, monkeypatch):
    made = document_of(certificate=certificate, language="en", at=NOON)

    monkeypatch.setattr("certificates.operations.printing.print_page", None)  # would fail if it were called

    assert document_of(certificate=certificate, language="en", at=NOON) == made
    assert _documents() == [("en", NOON)]


def test_a_file_that_is_damaged_is_made_again_with_the_same_bytes(certificate):
    made = document_of(certificate=certificate, language="en", at=NOON)
    document = CertificateDocument.objects.get()
    storage = storages["frozen"]
    with open(storage.path(document.storage_name), "wb") as file:
        file.write(made[:100])

    assert document_of(certificate=certificate, language="en", at=NOON) == made

    with storage.open(document.storage_name) as file:
        assert file.read() == made
    assert _documents() == [("en", NOON)]


def test_a_print_of_other_bytes_is_another_document_and_the_latest_is_handed_out(certificate, monkeypatch):
    later = NOON.replace(year=2030)
    CertificateDocument.objects.create(certificate=certificate, language="en", sha256="0" * 64, made_at=NOON)
    monkeypatch.setattr("certificates.operations.printing.print_page", lambda *arguments, **named: b"%PDF- newer")

    assert document_of(certificate=certificate, language="en", at=later) == b"%PDF- newer"
    assert document_of(certificate=certificate, language="en", at=later) == b"%PDF- newer"
    assert _documents() == [("en", NOON), ("en", later)]


def test_without_a_key_the_pdf_is_handed_out_and_made_again_with_the_badge_later(certificate, settings, tmp_path):
    settings.PORTAL_KEYS_DIR = ""
    without = document_of(certificate=certificate, language="en", at=NOON)
    assert attachments_of(without) == {}
    assert _documents() == []

    settings.PORTAL_KEYS_DIR = tmp_path / "keys"

    with_badge = document_of(certificate=certificate, language="en", at=NOON)
    assert attachments_of(with_badge) == {f"{certificate.number}.json": certificate.badges.get().document}
    assert _documents() == [("en", NOON)]


def test_when_a_key_was_removed_the_pdf_is_made_again_with_the_badge_that_counts(certificate):
    kept = document_of(certificate=certificate, language="en", at=NOON)
    remove_key(key_id=certificate.badges.get().key.key_id, at=NOON)

    later = NOON + timedelta(hours=1)
    again = document_of(certificate=certificate, language="en", at=later)

    badge = certificate.badges.get(key__removed_at=None)
    assert again != kept
    assert attachments_of(again) == {f"{certificate.number}.json": badge.document}
    assert document_of(certificate=certificate, language="en", at=later + timedelta(hours=1)) == again
    assert _documents() == [("en", NOON), ("en", later)]


def test_a_machine_without_printer_makes_no_fuss(certificate, monkeypatch):
    monkeypatch.setattr(printing, "can_print", lambda: False)

    print_from_message({"certificate": certificate.pk, "language": "en"}, at=NOON)

    assert _documents() == []


def test_a_certificate_of_before_the_elements_is_still_printed():
    text = squeezed(text_of(print_certificate(old_payload(), "en")))

    for words in (
        "Giulia Ferri",
        "Digital basics at work",
        "Example Learning Association, Belgium",
        "Issued on 24 November 2026.",
        "Signs in and out safely.",
        "Indicative EQF level 2, set by the issuer.",
        "Online, not supervised, identity not checked.",
        "Annelies Peeters",
        "Not a regulated qualification.",
        "CT-4M8R-2HVX-7PQE-9KTY",
    ):
        assert squeezed(words) in text


def test_a_name_that_looks_like_markup_is_text():
    html = html_of(full_payload(name='<img src="x">'))

    assert "&lt;img src=&quot;x&quot;&gt;" in html
    assert '<img src="x">' not in html


def test_the_qr_code_holds_the_address_of_the_page():
    # The reference is drawn by the library itself; what is compared is our path of it.
    address = "https://learn.example/en/certificates/0123456789abcdef0123456789abcdef/"
    size, path = qr_path(address)

    dark = set()
    for run in path.split("M")[1:]:
        start, length = run.split("h")[0:2]
        x, y = (int(part) for part in start.split(" "))
        dark.update((x + step, y) for step in range(int(length.split("v")[0])))

    expected = segno.make_qr(address, error="m", boost_error=False)
    assert size == expected.symbol_size(border=4)[0]
    assert dark == {
        (x, y) for y, row in enumerate(expected.matrix_iter(border=4)) for x, is_dark in enumerate(row) if is_dark
    }


# The closed process


def test_a_page_that_takes_too_long_is_stopped_and_the_next_is_printed(monkeypatch):
    monkeypatch.setattr(printing, "PAGE_LIMITS", Limits(seconds=0.01, processor_seconds=10, megabytes=512))
    with pytest.raises(NotPrinted, match="took more than"):
        print_html("<p>x</p>")
    monkeypatch.undo()

    assert print_html("<p>x</p>").startswith(b"%PDF-1.7")


def test_a_workshop_that_ended_is_started_again():
    first = print_html("<p>x</p>")
    printing._printer._process.kill()
    printing._printer._process.wait()

    assert print_html("<p>x</p>") == first


def test_a_picture_of_a_page_is_the_same_each_time_and_as_wide_as_asked():
    pdf = print_html("<html lang='en'><style>@page { size: A4 landscape }</style><p>x</p>")

    picture = printing.picture_of_page(pdf)

    assert picture == printing.picture_of_page(pdf)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (1414, 1000)
    with pytest.raises(NotPrinted):
        printing.picture_of_page(b"%PDF-1.7 and nothing else")
