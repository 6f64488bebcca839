"""Pictures and documents as an editor uploads them."""

from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.documents.models import Document

from courses.models import Picture

ORIENTATION = 0x0112
GPS = 0x8825
MAKER = 0x010F


def photo_bytes(*, width: int = 900, height: int = 600, turned: bool = False) -> bytes:
    """Return a JPEG, red on the left and blue on the right, with EXIF of a phone; `turned` says: lies on its side."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste(Image.new("RGB", (width // 2, height), "red"), (0, 0))
    exif = Image.Exif()
    exif[MAKER] = "Phone of Rosa"
    exif[GPS] = {1: "N", 2: (52.0, 5.0, 0.0)}
    if turned:
        exif[ORIENTATION] = 6
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def drawing_bytes(*, width: int = 300, height: int = 200) -> bytes:
    """Return a see-through PNG with a text chunk that says where it was made."""
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Software", "Drawn at home")
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    picture.paste(Image.new("RGBA", (width // 3, height), (11, 95, 85, 255)), (0, 0))
    out = BytesIO()
    picture.save(out, "PNG", pnginfo=words)
    return out.getvalue()


def upload_picture(data: bytes | None = None, *, name: str = "picture.jpg", **fields: Any) -> Picture:
    data = photo_bytes() if data is None else data
    return Picture.objects.create(
        **{"title": "A picture", "author": "Rosa Lind", "file": ContentFile(data, name=name), **fields}
    )


def upload_document(data: bytes = b"three questions", *, name: str = "sheet.txt") -> Document:
    return Document.objects.create(title=name, file=ContentFile(data, name=name))
