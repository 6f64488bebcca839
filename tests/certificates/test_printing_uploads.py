"""What a PDF that a stranger sends says of itself, and files written to break the reader."""

import dataclasses
import io
import zlib
from random import Random

import pikepdf
import pypdfium2
import pytest

from certificates import printing
from certificates.operations.printing import print_certificate
from certificates.printing import MAX_UPLOAD_BYTES, UploadOutcome, read_upload
from tests.certificates.payloads import PUBLIC_ID, full_payload

pytestmark = pytest.mark.usefixtures("no_hurry")

NUMBER = "CT-4M8R-2HVX-7PQE-9KTY"
BADGE = '{"id": "https://learn.example/en/certificates/' + PUBLIC_ID + '/badge.json"}'


def _small_pdf(*, title: str = "", uri: str = "", files: dict[str, bytes] | None = None, **saving) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    if title:
        pdf.docinfo["/Title"] = title
    if uri:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(uri)),
        )
        pdf.pages[0].Annots = pikepdf.Array([link])
    for name, data in (files or {}).items():
        pdf.attachments[name] = data
    out = io.BytesIO()
    pdf.save(out, **saving)
    return out.getvalue()


@pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")
def test_our_own_pdf_names_its_certificate_and_its_badge():
    read = read_upload(print_certificate(full_payload(), "en", badge=BADGE))

    assert read.outcome is UploadOutcome.READ
    assert read.numbers == (NUMBER,)
    assert read.public_ids == (PUBLIC_ID,)
    assert read.badges == (BADGE,)


def test_a_number_in_the_title_an_address_in_a_link_and_a_badge_are_each_enough():
    assert read_upload(_small_pdf(title=f"Certificate {NUMBER.lower()} of Giulia")).numbers == (NUMBER,)
    assert read_upload(_small_pdf(uri=f"https://x.example/it/certificates/{PUBLIC_ID}/")).public_ids == (PUBLIC_ID,)
    assert read_upload(_small_pdf(files={"b.json": BADGE.encode()})).public_ids == (PUBLIC_ID,)


def test_a_pdf_of_something_else_names_nothing():
    read = read_upload(_small_pdf(title="Invoice CT-4M8R-2HVX-7PQE-9KTX", files={"x.bin": b"\x00" * 9}))

    assert read.outcome is UploadOutcome.READ
    assert (read.numbers, read.public_ids, read.badges) == ((), (), ())


def _locked() -> bytes:
    return _small_pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


def _bomb(megabytes: int) -> bytes:
    """Return a file whose page and whose attachment are streams that unpack to so many megabytes, packed twice."""
    packer = zlib.compressobj(1)
    once = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    twice = zlib.compress(once, 9)
    filters = [pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pikepdf.Stream(pdf, b"")
    stream.write(twice, filter=filters)
    pdf.pages[0].Contents = pdf.make_indirect(stream)
    pdf.attachments["bomb.json"] = b"{}"
    pdf.attachments["bomb.json"].obj.EF.F.write(twice, filter=filters)
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    return out.getvalue()


def _loop() -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles 4 0 R>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/Annots 3 0 R>>endobj\n"
        b"4 0 obj<</Kids[4 0 R]>>endobj\ntrailer<</Root 1 0 R/Info 1 0 R>>\n"
    )


ANY = {UploadOutcome.READ, UploadOutcome.BROKEN}
STOPPED = ANY | {UploadOutcome.TOOK_TOO_LONG}  # by what it took of the processor or of memory
HOSTILE = {
    "nothing": (lambda: b"", {UploadOutcome.NOT_A_PDF}),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), {UploadOutcome.NOT_A_PDF}),
    "a page": (lambda: b"<html><script>alert(1)</script>%PDF-1.7", {UploadOutcome.NOT_A_PDF}),
    "a program that is a PDF further down": (lambda: b"MZ" + bytes(200) + _small_pdf(), {UploadOutcome.NOT_A_PDF}),
    "an archive that is a PDF too": (lambda: _small_pdf() + b"PK\x03\x04" + bytes(900), ANY),
    "only the first line": (lambda: b"%PDF-1.7\n", {UploadOutcome.BROKEN}),
    "noise": (lambda: b"%PDF-1.7\n" + Random(7).randbytes(20_000), {UploadOutcome.BROKEN}),
    "half a file": (lambda: _small_pdf(title="x" * 5000)[:900], ANY),
    "one with a password": (_locked, {UploadOutcome.LOCKED}),
    "pages in a ring": (_loop, ANY),
    "deep nesting": (lambda: b"%PDF-1.7\n1 0 obj" + b"[" * 200_000 + b"endobj trailer<</Root 1 0 R>>", ANY),
    "a bomb": (lambda: _bomb(60), ANY),
    "a bomb of 4 gigabytes": (lambda: _bomb(4096), STOPPED),
    "many objects": (
        lambda: b"%PDF-1.7\n" + b"".join(b"%d 0 obj null endobj\n" % n for n in range(1, 200_000)),
        STOPPED,
    ),
    "50 megabytes": (lambda: b"%PDF-1.7\n" + bytes(50_000_000), {UploadOutcome.TOO_LARGE}),
}
SLOW = {"a bomb of 4 gigabytes", "many objects"}


@pytest.mark.parametrize("way", [pytest.param(way, marks=pytest.mark.full) if way in SLOW else way for way in HOSTILE])
def test_whatever_is_sent_there_is_an_answer_and_the_next_file_is_read(way):
    make, outcomes = HOSTILE[way]

    assert read_upload(make()).outcome in outcomes
    assert read_upload(_small_pdf(title=NUMBER)).numbers == (NUMBER,)


def test_a_file_that_the_clock_stops_is_worth_another_try_and_the_next_is_read(monkeypatch):
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(printing, "UPLOAD_LIMITS", dataclasses.replace(printing.UPLOAD_LIMITS, seconds=0))
        assert read_upload(_small_pdf(title=NUMBER)).outcome is UploadOutcome.TOOK_TOO_LONG

    assert read_upload(_small_pdf(title=NUMBER)).numbers == (NUMBER,)


def test_a_file_of_just_the_size_that_is_allowed_is_looked_into():
    small = _small_pdf(title=NUMBER)

    assert read_upload(small + bytes(MAX_UPLOAD_BYTES - len(small))).outcome is not UploadOutcome.TOO_LARGE
    assert read_upload(small + bytes(MAX_UPLOAD_BYTES - len(small) + 1)).outcome is UploadOutcome.TOO_LARGE


@pytest.mark.full
def test_no_changed_byte_makes_the_reader_fail():
    """What happens to the text of a changed file is a claim like any other; that there is always an answer is not."""
    data = _small_pdf(
        title=NUMBER, uri=f"https://x.example/it/certificates/{PUBLIC_ID}/", files={"b.json": BADGE.encode()}
    )
    answers = set()
    for place in range(0, len(data), 3):
        changed = bytearray(data)
        changed[place] ^= 0x55
        answers.add(read_upload(bytes(changed)).outcome)

    assert answers <= set(UploadOutcome) - {UploadOutcome.TOO_LARGE}
    assert pypdfium2.PdfDocument(data) is not None
