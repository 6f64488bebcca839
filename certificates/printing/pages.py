"""Inside the closed process: from HTML to a tagged PDF/A-3a with the PDF/UA-1 mark."""

import io
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pikepdf
import pydyf
import weasyprint
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import tags
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from certificates.printing.xmp import with_accessibility_mark

# Points of the root font size: the largest, the smallest that is still read with ease, one between, and the steps.
LARGEST, SMALLEST = 10.5, 8.0
_MIDDLE = 9.25
_GRAIN = 0.25
# What each part of the first sheet gets, above itself, of the room that is left.
_SHARES = {"hero": 0.3, "cols": 0.15, "space": 0.55}
_CLOSE_TABLE = f".more {{ font-size: {SMALLEST}pt }} .more th, .more td {{ padding-block: .45mm !important }}"
_LITTLE_ROOM = 8  # pixels that nobody sees
_WARM_UP = (
    '<html lang="en"><title>x</title><style>@page{size:A4}body{font-family:"Noto Sans","Noto Sans Arabic"}'
    'h1{font-family:"Noto Serif","Noto Naskh Arabic"}</style><h1>A\u03b1\u0219</h1><p>b<b>c</b><i>d</i><a href="https://x.example/">e</a></p>'
    '<table><tr><th scope="row">f<td>\u0645</table><img alt="x" src="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E%3Cpath d='M0 0h1v1z'/%3E%3C/svg%3E\">"
    '<img alt="x" src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4'
    'AAAAAElFTkSuQmCC">'
)
_fonts: Any = None


class DataOnly(URLFetcher):
    """Takes what the page itself holds. A page that names anything else is not printed at all."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=["data"], allow_redirects=False, fail_on_errors=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Return what a `data:` address holds."""
        if not url.startswith("data:"):
            raise FatalURLFetchingError("the page names something outside itself")
        return super().fetch(url, headers)


def warm_up() -> None:
    """Load fonts and code before anything is forked, so that a page costs its own text alone."""
    global _fonts
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    _keep_language_and_scope()
    _fonts = FontConfiguration()
    do({"pages": [_WARM_UP], "identifier": "0" * 32, "enclosed": None}, b"")


def do(words: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    """Print the first of the pages that fits: all on one sheet, else a face that does, with a table after it."""
    enclosed = words["enclosed"]
    document = _fitting(words["pages"])
    pdf: bytes = document.write_pdf(
        pdf_identifier=words["identifier"].encode(),
        pdf_variant="pdf/a-3a",
        attachments=[_attachment(enclosed)] if enclosed else None,
    )
    return {"sheets": len(document.pages)}, _finish(pdf, enclosed)


def _fitting(pages: list[str]) -> Any:
    """Lay out all on one sheet, as large as fits, else the first face that fits; a layout costs 0.1 seconds.

    The face is never torn. Its table has a size of its own, and goes on to a third sheet only where it is longer than
    one at the smallest.
    """
    first = weasyprint.HTML(string=pages[0], url_fetcher=DataOnly())
    # What does not fit one sheet at the smallest size never does; a second sheet leaves room enough for a larger.
    laid_out = _laid_out(first, SMALLEST)
    if len(laid_out.pages) == 1:
        return _spread(first, *_larger(first, laid_out))
    for number, html in enumerate(pages[1:]):
        page = weasyprint.HTML(string=html, url_fetcher=DataOnly())
        for size in (SMALLEST,) if number else (_MIDDLE, SMALLEST):
            laid_out = _laid_out(page, size)
            if _face_sheets(laid_out) == 1:
                return _with_table(page, laid_out, size)
    return laid_out


def _with_table(page: Any, laid_out: Any, size: float) -> Any:
    """Return a face that fits with its table on one more sheet, set smaller for that where it has to be."""
    if len(laid_out.pages) > 2:
        smaller = _laid_out(page, size, _CLOSE_TABLE)
        if len(smaller.pages) == 2:
            return _spread(page, smaller, size, _CLOSE_TABLE)
    return _spread(page, laid_out, size)


def _face_sheets(laid_out: Any) -> int:
    """Return how many sheets the face takes, before that of the table."""
    return next(
        (
            number
            for number, page in enumerate(laid_out.pages)
            if any(
                box.element is not None and box.element.get("data-part") == "more"
                for box in page._page_box.descendants()
            )
        ),
        len(laid_out.pages),
    )


def _larger(page: Any, laid_out: Any) -> tuple[Any, float]:
    """Return what fits one sheet, set as large as the room that is left allows, and its size.

    Text takes about the square of its size, the rest stays: together a power of 1.4, as was measured.
    """
    height = laid_out.pages[0]._page_box.height
    wanted = SMALLEST * (height / (height - _room(laid_out))) ** 0.7
    larger = min(int(wanted / _GRAIN) * _GRAIN, LARGEST)
    while larger > SMALLEST:
        tried = _laid_out(page, larger)
        if len(tried.pages) == 1:
            return tried, larger
        larger -= 2 * _GRAIN
    return laid_out, SMALLEST


def _spread(page: Any, laid_out: Any, size: float, more: str = "") -> Any:
    """Lay out once more, with the room that is left shared between the parts, so that the foot stands at the edge."""
    room = _room(laid_out) - 1
    if room < _LITTLE_ROOM:
        return laid_out
    shares = "".join(f"[data-part={part}] {{ padding-top: {room * share:.1f}px }}" for part, share in _SHARES.items())
    again = _laid_out(page, size, shares + more)
    return again if len(again.pages) == len(laid_out.pages) else laid_out


def _laid_out(page: Any, size: float, more: str = "") -> Any:
    sheet = weasyprint.CSS(string=f"html {{ font-size: {size}pt }} {more}", url_fetcher=DataOnly())
    return page.render(stylesheets=[sheet], font_config=_fonts, pdf_variant="pdf/a-3a")


def _room(document: Any) -> float:
    """Return the pixels between the foot of the first sheet and its edge, 0 where it has no foot."""
    box = document.pages[0]._page_box
    foot = _foot_of(box)
    return 0 if foot is None else max(0, box.content_box_y() + box.height - foot)


def _foot_of(page_box: Any) -> float | None:
    """Return where the foot of a certificate ends on a page, in pixels from its upper edge."""
    for box in page_box.descendants():
        if box.element is not None and box.element.get("data-part") == "foot":
            end: float = box.position_y + box.margin_height()  # the first met is the outermost of its boxes
            return end
    return None


def _attachment(enclosed: dict[str, str]) -> Any:
    made_at = datetime.fromisoformat(enclosed["made_at"])
    return weasyprint.Attachment(
        string=enclosed["text"],
        name=enclosed["name"],
        description=enclosed["description"],
        created=made_at,
        modified=made_at,
        relationship="Data",
        url_fetcher=DataOnly(),
    )


def _finish(pdf: bytes, enclosed: dict[str, str] | None) -> bytes:
    """Add what WeasyPrint leaves out: the PDF/UA mark, a text for each link, the media type of what is enclosed."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root = opened.Root
        xmp = with_accessibility_mark(root.Metadata.read_bytes())
        root.Metadata = opened.make_stream(xmp, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
        for page in opened.pages:
            for annotation in page.get("/Annots", []):
                if annotation.get("/Subtype") == "/Link" and "/A" in annotation:
                    annotation.Contents = pikepdf.String(str(annotation.A.URI))
        if enclosed:
            root.AF = pikepdf.Array(root.AF[:1])  # which WeasyPrint 70 names twice
            for file in root.AF:
                file.EF.F.Subtype = pikepdf.Name("/" + enclosed["media_type"])
        out = io.BytesIO()
        opened.save(out, deterministic_id=True)
    return out.getvalue()


def _keep_language_and_scope() -> None:
    """Let the structure say in which language a part is, and of what a header cell is the header.

    WeasyPrint 70 drops `lang` below the root and `scope`; its function is wrapped, and tests hold both.
    """
    build = tags._build_box_tree

    def marked(box: Any, *rest: Any) -> Iterator[Any]:
        inner = box._box if isinstance(box, AbsolutePlaceholder) else box
        of = inner.element is not None and inner.element_tag not in {"html", "body"} and inner.element.attrib
        for element in build(box, *rest):
            if of and "lang" in of:
                element["Lang"] = pydyf.String(of["lang"])
            if of and "scope" in of and element["S"] == "/TH":
                element["A"]["Scope"] = "/Row" if of["scope"] == "row" else "/Column"
            yield element

    tags._build_box_tree = marked
