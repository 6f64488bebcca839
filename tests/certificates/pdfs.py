"""What tests read in a PDF."""

import ctypes
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from certificates.operations.printing import certificate_pages
from certificates.printing import print_page

IDENTIFIER = "0" * 32


def text_of(pdf: bytes) -> str:
    """Return all the text that stands on the sheets, words parted by one space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each sheet, squeezed."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [squeezed(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Return a text without spaces, and with one kind of hyphen: lines break where they like."""
    for hyphen in ("\ufffe", "\x02", "\u00ad", "\u2010"):
        text = text.replace(hyphen, "-")
    return "".join(text.split())


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Return the PDF to look into."""
    return pikepdf.open(io.BytesIO(pdf))


def attachments_of(pdf: bytes) -> dict[str, str]:
    """Return the texts of the enclosed files by name. The PDF is held as long as they are read: pikepdf does not."""
    with opened(pdf) as held:
        return {name: held.attachments[name].get_file().read_bytes().decode() for name in held.attachments}


@dataclass(frozen=True)
class Tag:
    """An element of the structure."""

    name: str
    alt: str
    language: str
    scope: str
    depth: int


def tags_of(pdf: pikepdf.Pdf) -> list[Tag]:
    """Return the elements of the structure, in their order."""
    return list(_tags(pdf.Root.StructTreeRoot.K, 0))


def marks_of(pdf: pikepdf.Pdf) -> list[tuple[int, int]]:
    """Return (page, number) of every piece of marked content, in the order in which the structure has them."""
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    return list(_marks(pdf.Root.StructTreeRoot.K, pages, 0))


def texts_in_order(made: bytes) -> str:
    """Return the text of the sheets in the order of the structure, as a screen reader speaks it."""
    texts: dict[tuple[int, int], str] = {}
    document = pypdfium2.PdfDocument(made)
    try:
        for number, page in enumerate(document):
            text_page = page.get_textpage()
            for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                mark = pdfium.FPDFPageObj_GetMarkedContentID(found.raw)
                length = pdfium.FPDFTextObj_GetText(found.raw, text_page.raw, None, 0)
                buffer = (ctypes.c_ushort * (length // 2))()
                pdfium.FPDFTextObj_GetText(found.raw, text_page.raw, buffer, length)
                text = bytes(buffer).decode("utf-16-le").rstrip("\0")
                texts[number, mark] = texts.get((number, mark), "") + text
    finally:
        document.close()
    return " ".join(texts.get(mark, "") for mark in marks_of(opened(made)))


def _tags(element, depth: int) -> Iterator[Tag]:
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _tags(child, depth)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            attributes = element.get("/A")
            scope = str(attributes.get("/Scope", "")) if isinstance(attributes, pikepdf.Dictionary) else ""
            yield Tag(str(element.S), str(element.get("/Alt", "")), str(element.get("/Lang", "")), scope, depth)
        if "/K" in element:
            yield from _tags(element.K, depth + 1)


def _marks(element, pages, page: int) -> Iterator[tuple[int, int]]:
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _marks(child, pages, page)
    elif isinstance(element, int):
        yield (page, element)
    elif isinstance(element, pikepdf.Dictionary) and "/K" in element:
        page = pages[element.Pg.objgen] if "/Pg" in element else page
        yield from _marks(element.K, pages, page)


def print_html(html: str) -> bytes:
    """Print a page that is no certificate."""
    return print_page([html], identifier=IDENTIFIER)


def html_of(payload, language: str = "en", **more) -> str:
    """Return the page of a certificate as it is set on one sheet."""
    return certificate_pages(payload, language, **more)[0]
