"""Check a file: ours and unchanged, ours and changed, or not ours; and what is no file of that kind at all."""

import hashlib
import json
import re
from random import Random

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.queries.issuers import site_issuer
from certificates import printing
from certificates.models import CertificateDocument, NameVisibility
from certificates.operations.badges import sign_badge
from certificates.operations.checking import FILES_ALLOWED, count_file, may_check_file
from certificates.operations.printing import document_of
from certificates.queries.uploads import FileState, verdict_on
from tests.certificates.builders import NOON
from tests.certificates.payloads import full_payload
from tests.certificates.rows import make_certificate
from tests.progress.builders import counted_queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_hurry")]

ADDRESS = "/en/verify/file/"
TODAY = NOON.date()
SMALL_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
needs_pango = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")


@pytest.fixture(autouse=True)
def _no_files_counted_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def _keys_of_its_own(settings, tmp_path):
    settings.PORTAL_KEYS_DIR = tmp_path / "keys"


@pytest.fixture
def certificate(db):
    return make_certificate(full_payload(), issuer=site_issuer())


def _known(certificate, data: bytes = SMALL_PDF) -> bytes:
    """Let this be a PDF that was handed out."""
    sha256 = hashlib.sha256(data).hexdigest()
    CertificateDocument.objects.create(certificate=certificate, language="en", sha256=sha256, made_at=NOON)
    return data


def _send(
    data: bytes = b"", *, text: str = "", name: str = "certificate.pdf", browser: Client | None = None, **headers
):
    sent = {"text": text} | ({"file": SimpleUploadedFile(name, data)} if data else {})
    return (browser or Client(enforce_csrf_checks=True)).post(ADDRESS, sent, **headers)


def _text(response) -> str:
    html = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# Ours


def test_a_pdf_of_ours_is_unchanged_and_the_page_says_what_it_is_worth(certificate):
    with counted_queries() as statements:
        response = _send(_known(certificate))

    text = _text(response)
    assert response.status_code == 200
    assert not response.cookies
    assert "The file is ours and unchanged." in text
    assert "This certificate is valid" in text
    assert certificate.number in text
    assert len(statements) <= 4


def test_who_has_the_file_sees_the_name_that_the_page_does_not_show(certificate):
    type(certificate).objects.update(name_visibility=NameVisibility.FILE)

    assert "Giulia Ferri" in _text(_send(_known(certificate)))
    assert "Giulia" not in _text(Client().get("/en/verify/", {"number": certificate.number}))


def test_the_file_of_a_withdrawn_certificate_is_ours_and_worth_nothing():
    certificate = make_certificate(full_payload(), with_events=[("revoked", "misuse")])

    text = _text(_send(_known(certificate)))

    assert "The file is ours and unchanged." in text
    assert "This certificate was withdrawn on" in text
    assert "Giulia" not in text


def test_files_of_ours_are_never_counted(certificate):
    data = _known(certificate)
    for _one in range(FILES_ALLOWED + 1):
        assert _send(data).status_code == 200


# Badges


def test_a_badge_of_ours_is_unchanged_as_file_and_as_text(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON).document

    answers = [
        _send(badge.encode(), name="badge.json"),
        _send(text=badge),
        _send(text=json.dumps(json.loads(badge), indent=2)),  # as a wallet may write it
    ]

    for response in answers:
        assert "The badge is ours and unchanged." in _text(response)
        assert "This certificate is valid" in _text(response)


def test_a_badge_in_the_field_for_numbers_is_answered_with_the_way_to_paste_it(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON).document

    for pasted in (badge, badge[:300]):
        response = Client().get("/en/verify/", {"number": pasted})
        assert response.status_code == 404
        assert "<title>Error: We have no such certificate" in response.content.decode()
        assert "This field is for a number or a link, and this is longer." in _text(response)
        assert 'href="/en/verify/file/">Paste a badge or check a file</a>' in response.content.decode()


def test_a_badge_with_another_title_names_the_certificate_and_was_changed(certificate):
    badge = sign_badge(certificate=certificate, language="en", at=NOON).document
    changed = badge.replace("Leading a social economy cluster", "Leading the whole social economy")

    text = _text(_send(text=changed))

    assert changed != badge
    assert "This file was changed after we issued it" in text
    assert f"It names {certificate.number}" in text


@pytest.mark.parametrize("count", [200, pytest.param(2_000, marks=pytest.mark.full)])
def test_every_changed_byte_of_a_badge_is_recognised(certificate, count):
    badge = sign_badge(certificate=certificate, language="en", at=NOON).document.encode()
    assert verdict_on(badge, today=TODAY).is_ours

    for changed in _changed(badge, count):
        assert not verdict_on(changed, today=TODAY).is_ours


def test_a_badge_does_not_tell_the_name_that_the_page_does_not_show(certificate):
    type(certificate).objects.update(name_visibility=NameVisibility.FILE)
    badge = sign_badge(certificate=certificate, language="en", at=NOON).document

    for response in (_send(text=badge), _send(badge.encode(), name="badge.json")):
        assert "The badge is ours and unchanged." in _text(response)
        assert "Giulia" not in response.content.decode()


# Changed


def _changed(data: bytes, count: int):
    """Return copies of some bytes, each with one of them changed to another, at places spread over all of them."""
    random = Random(20261124)
    for number in range(count):
        place = number * len(data) // count
        changed = bytearray(data)
        changed[place] = (changed[place] + random.randrange(1, 256)) % 256
        yield bytes(changed)


@needs_pango
def test_a_pdf_whose_bytes_changed_names_the_certificate_and_was_changed(certificate):
    pdf = _pdf(certificate)

    text = _text(_send(pdf + b"\n"))

    assert "This file was changed after we issued it" in text
    assert f"It names {certificate.number}" in text
    assert "Giulia" not in text


@needs_pango
@pytest.mark.parametrize("count", [200, pytest.param(2_000, marks=pytest.mark.full)])
def test_every_changed_byte_of_a_pdf_is_recognised(certificate, count):
    pdf = _pdf(certificate)
    assert verdict_on(pdf, today=TODAY).is_ours
    named = 0

    for number, changed in enumerate(_changed(pdf, count)):
        assert not CertificateDocument.objects.filter(sha256=hashlib.sha256(changed).hexdigest()).exists()
        if number % 10:  # looking into it takes a process
            continue
        verdict = verdict_on(changed, today=TODAY)
        assert not verdict.is_ours
        reading = printing.read_upload(changed)
        if certificate.number in reading.numbers or certificate.public_id in reading.public_ids:
            assert verdict.state is FileState.CHANGED
            assert certificate in verdict.named
            named += 1
    assert named  # most changes leave the number readable


def _pdf(certificate) -> bytes:
    """Return the PDF of a certificate, as one that was handed out with its badge."""
    sign_badge(certificate=certificate, language="en", at=NOON)
    pdf = document_of(certificate=certificate, language="en", at=NOON)
    CertificateDocument.objects.get_or_create(
        certificate=certificate, language="en", sha256=hashlib.sha256(pdf).hexdigest(), defaults={"made_at": NOON}
    )
    return pdf


# Neither


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({}, 422, "Choose a file, or paste the text of a badge."),
        ({"data": b"GIF89a and so on"}, 422, "This is neither a PDF nor the text of a badge."),
        ({"data": b"%PDF-1.7 and nothing that follows"}, 422, "The file cannot be read"),
        ({"data": b"\x00" * 5_000_001}, 422, "The file is larger than 5 MB."),
        ({"data": b"{" * 100_000}, 422, "The file cannot be read"),
        ({"data": b'{"a": \xff}'}, 422, "The file cannot be read"),
        ({"text": "hello"}, 422, "This is neither a PDF nor the text of a badge."),
        ({"text": '{"id": 1}'}, 200, "This file is not ours"),
        ({"text": "{" + " " * 200_001 + "}"}, 422, "This text is too long for a badge of ours."),
    ],
    ids=["nothing", "picture", "broken", "large", "deep", "bytes", "words", "foreign badge", "long text"],
)
def test_what_is_no_certificate_is_answered_in_words(sent, status, words):
    data = sent.pop("data", b"")
    response = _send(data, **sent)

    assert response.status_code == status
    assert words in _text(response)


def test_an_upload_of_50_mb_is_refused_before_it_is_read():
    response = _send(b"%PDF-" + b"\x00" * 50_000_000)

    assert response.status_code == 413
    assert _text(response).count("The file is larger than 5 MB.") == 2  # on top, and at the field
    assert "Choose a file" not in _text(response)


def test_after_many_files_that_are_not_ours_one_has_to_wait(certificate):
    for _one in range(FILES_ALLOWED):
        _send(text='{"id": 1}')

    response = _send(_known(certificate))

    assert response.status_code == 429
    assert "Wait ten minutes" in _text(response)
    assert Client().get("/en/verify/", {"number": certificate.number}).status_code == 200


def test_a_file_is_counted_before_it_is_looked_into_and_one_of_ours_is_not_in_the_end(certificate):
    for _one in range(FILES_ALLOWED - 1):
        count_file("127.0.0.1")
    data, others = _known(certificate), []

    def ask_meanwhile(execute, sql, params, many, context):
        others.append(may_check_file("127.0.0.1"))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ask_meanwhile):
        response = _send(data)

    assert response.status_code == 200
    assert not any(others)
    assert may_check_file("127.0.0.1")


def test_the_form_for_files_needs_no_cookie_and_sets_none():
    response = Client().get(ADDRESS)

    assert response.status_code == 200
    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert ADDRESS in Client().get("/en/verify/").content.decode()
