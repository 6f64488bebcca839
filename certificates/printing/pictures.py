"""Inside the closed process: a page of a PDF of ours as PNG."""

import io
from typing import Any

import pypdfium2
from PIL import Image, PngImagePlugin

_MAX_WIDTH = 4000


def warm_up() -> None:
    """Load what Pillow finds only when it first writes a picture."""
    Image.new("RGB", (1, 1)).save(io.BytesIO(), "PNG")


def do(words: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw one page `width` pixels wide. No time, no program name in the file: the same bytes each time."""
    width = min(words["width"], _MAX_WIDTH)
    document = pypdfium2.PdfDocument(data)
    page = document[words["page"] - 1]
    picture = page.render(scale=width / page.get_width()).to_pil().convert("RGB")
    height = round(width * page.get_height() / page.get_width())
    if picture.size != (width, height):  # a rounded point more or less
        picture = picture.resize((width, height))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True, pnginfo=PngImagePlugin.PngInfo())
    return {"width": width, "height": height}, out.getvalue()
