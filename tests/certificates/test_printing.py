import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pikepdf
import pypdfium2
import pytest
import segno
from django.core.files.storage import storages

from certificates import printing
from certificates.models import CertificateDocument
from certificates.operations.printing import certificate_html, document_of, print_certificate, print_from_message
from certificates.operations.wording import certificate_lines
from certificates.rules.payload import build_payload
from certificates.rules.qr import qr_path
from tests.certificates.builders import DEMO, NOON, earn, make_facts, make_outline
from tests.courses.builders import make_course

pytestmark = pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")

IDENTIFIER = "0" * 32


def _payload(**changes):
    facts = make_facts(**changes)
    return build_payload(facts, {language: certificate_lines(facts, language) for language in facts.outlines})


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def test_the_pdf_is_tagged_titled_and_in_the_reader_s_language():
    pdf = pikepdf.open(io.BytesIO(print_certificate(_payload(), "en")))

    assert bool(pdf.Root.MarkInfo.Marked) is True
    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/Title"]) == "Certificate of participation: Digital basics at work, CT-4M8R-2HVX-7PQE-9KTY"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle) is True
    with pdf.open_metadata() as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert len(pdf.pages) == 1


def _tags(element, found):
    if isinstance(element, pikepdf.Array):
        for child in element:
            _tags(child, found)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            found.append((str(element.S), str(element.get("/Alt", ""))))
        if "/K" in element:
            _tags(element.K, found)
    return found


def test_the_structure_has_one_heading_of_the_first_level_and_a_picture_with_its_text():
    pdf = pikepdf.open(io.BytesIO(print_certificate(_payload(), "en")))

    tags = _tags(pdf.Root.StructTreeRoot.K, [])

    assert [tag for tag, _alt in tags].count("/H1") == 1
    assert [tag for tag, _alt in tags].count("/H2") == 3
    assert [tag for tag, _alt in tags].count("/LI") == 2
    assert [alt for tag, alt in tags if tag == "/Figure"] == ["QR code: address of the page of this certificate"]


def test_every_font_is_in_the_file():
    pdf = pikepdf.open(io.BytesIO(print_certificate(_payload(holder_name="محمد Παπαδοπούλου Ștefan"), "en")))

    fonts = [
        font for font in pdf.objects if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/FontDescriptor"
    ]

    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert all("Noto" in str(font.FontName) for font in fonts)


def test_the_same_payload_gives_the_same_bytes():
    assert print_certificate(_payload(), "en") == print_certificate(_payload(), "en")


def test_everything_that_must_stand_on_the_face_stands_there():
    text = _text(print_certificate(_payload(), "en"))

    for words in (
        "Giulia Ferri",
        "Digital basics at work",
        "Certificate of participation",
        "Example Learning Association, Belgium",
        "Issued on 24 November 2026.",
        "No expiry date.",
        "CT-4M8R-2HVX-7PQE-9KTY",
        "Signs in and out safely.",
        "About 6 hours of learning.",
        "Indicative EQF level 2, set by the issuer.",
        "DigComp 2.2: 1.1, 1.2 at level 1; 2.1 at level 2.",
        "GreenComp 1.0: 1.2.",
        "17 lessons done. 6 quizzes passed. Pass mark: 60 %.",
        "Online, not supervised, identity not checked.",
        "Course edition 4. Language: English, Italiano.",
        "The course was last reviewed on 12 October 2026.",
        "Annelies Peeters",
        "Not a regulated qualification.",
    ):
        assert words in text
    assert "learn.example/en/verify/" in text.replace(" ", "")  # it takes two lines
    assert "DEMO" not in text


def test_it_is_marked_demo_while_no_issuer_is_set_up():
    text = _text(print_certificate(_payload(issuer=DEMO), "en"))

    assert "DEMO" in text
    assert "Demonstration, no issuer is set up" in text


@pytest.mark.parametrize(
    "name",
    [
        "Maria-Alexandrina Constantinescu-Ștefănescu de Câmpulung Moldovenesc",
        "Ελευθερία Παπαδοπούλου-Χατζηγεωργίου",
        "W" * 120,
    ],
)
def test_a_long_name_stays_on_one_sheet_and_is_not_cut(name):
    payload = _payload(
        holder_name=name,
        title="Leading a social economy cluster in the twin transition, with members who are short of time",
        outcomes=tuple(
            (str(number), "Plans twin-transition support for five members, with a budget.") for number in range(9)
        ),
    )

    pdf = print_certificate(payload, "en")

    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 1
    assert name.replace(" ", "") in _text(pdf).replace(" ", "").replace("\ufffe", "-").replace("\x02", "-")


def test_a_course_text_in_another_language_than_the_printed_lines_is_marked_so():
    html = certificate_html(_payload(outlines={"sv": make_outline("it")}), "sv")

    assert '<html lang="en">' in html  # no Swedish words yet
    assert '<h1 lang="it">' in html


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


class _Listener(BaseHTTPRequestHandler):
    asked: list[str] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def listener():
    _Listener.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_printer_asks_no_network(listener):
    page = """
        <style>@import url({address}/import);</style>
        <link rel="stylesheet" href="{address}/css"><link rel="attachment" href="{address}/attachment">
        <img src="{address}/img"><object data="{address}/object"></object><embed src="{address}/embed">
        <p style="background: url({address}/background)">x</p>
        <svg xmlns="http://www.w3.org/2000/svg"><image href="{address}/svg"/><use href="{address}/use.svg#a"/></svg>
    """

    pdf = printing.print_page(page.format(address=listener), identifier=IDENTIFIER)

    assert pdf.startswith(b"%PDF")
    assert _Listener.asked == []


def test_the_printer_takes_no_font_from_elsewhere(listener):
    page = f"<style>@font-face {{ font-family: x; src: url({listener}/font) }} p {{ font-family: x }}</style><p>x</p>"

    assert printing.print_page(page, identifier=IDENTIFIER).startswith(b"%PDF")
    assert _Listener.asked == []


def test_the_printer_reads_no_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret words")
    page = '<img src="{file}" alt="x"><link rel="attachment" href="{file}"><object data="{file}"></object>'

    pdf = printing.print_page(page.format(file=secret.as_uri()), identifier=IDENTIFIER)

    opened = pikepdf.open(io.BytesIO(pdf))
    streams = [stream for stream in opened.objects if isinstance(stream, pikepdf.Stream)]
    assert streams
    assert not any(b"the secret words" in stream.read_bytes() for stream in streams)


def test_a_name_that_looks_like_markup_is_text():
    html = certificate_html(_payload(holder_name='<img src="x">'), "en")

    assert "&lt;img src=&quot;x&quot;&gt;" in html


def test_a_printer_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(printing, "SECONDS", 0.05)

    with pytest.raises(printing.NotPrinted, match="took more than"):
        printing.print_page("<p>x</p>", identifier=IDENTIFIER)


@pytest.mark.django_db
def test_the_pdf_is_kept_and_not_made_again(monkeypatch):
    certificate = earn(make_course())
    made = document_of(certificate=certificate, language="en", at=NOON)

    monkeypatch.setattr("certificates.operations.printing.print_page", None)  # would fail if it were called

    assert document_of(certificate=certificate, language="en", at=NOON) == made
    assert CertificateDocument.objects.get().language == "en"


@pytest.mark.django_db
def test_half_a_file_is_never_handed_out():
    certificate = earn(make_course())
    made = document_of(certificate=certificate, language="en", at=NOON)
    document = CertificateDocument.objects.get()
    storage = storages["frozen"]
    with open(storage.path(document.storage_name), "wb") as file:
        file.write(made[:100])

    assert document_of(certificate=certificate, language="en", at=NOON) == made

    with storage.open(document.storage_name) as file:
        assert file.read() == made


@pytest.mark.django_db
def test_a_machine_without_printer_makes_no_fuss(monkeypatch):
    certificate = earn(make_course())
    monkeypatch.setattr(printing, "can_print", lambda: False)

    print_from_message({"certificate": certificate.pk, "language": "en"}, at=NOON)

    assert not CertificateDocument.objects.exists()
