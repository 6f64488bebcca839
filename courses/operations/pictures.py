"""Bytes that records name: frozen when a version is made, cut to size when somebody looks.

A frozen picture stands upright and carries no EXIF (a phone writes the place into it). Sizes are made from it on
demand and kept beside it; they are named by original and size, because encoders change.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from threading import Lock

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from courses.models import FrozenFile
from courses.rules.pictures import PICTURE_TYPES, WIDTHS

MAX_SIDE = 3200  # pixels; the largest size shown is 1600 wide, twice that leaves room for a crop
JPEG_QUALITY = 82
WEBP_QUALITY = 80

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".vtt": "text/vtt",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

# Encoding a photo costs 0.1 to 0.3 s of CPU: one at a time in a process, so that a page full of new pictures does not
# take every thread from the learners.
_encoding = Lock()


class NoPicture(ValueError):
    """The bytes are no picture that can be shown."""


@dataclass(frozen=True, slots=True)
class FrozenBytes:
    """Bytes to be frozen, with what is said of them. Width and height in pixels, None for what is no picture."""

    data: bytes
    source_sha256: str
    content_type: str
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def frozen_storage() -> Storage:
    """Return the storage of frozen bytes."""
    return storages["frozen"]


def picture_bytes(data: bytes) -> FrozenBytes:
    """Return an uploaded picture as it is frozen: upright, sRGB, without EXIF, at most 3200 pixels a side.

    A photo stays JPEG, everything else becomes PNG (the first picture of a moving one).

    :raises NoPicture: when the bytes are none.
    """
    source_sha256 = hashlib.sha256(data).hexdigest()
    try:
        with Image.open(BytesIO(data)) as opened:
            is_photo = opened.format in {"JPEG", "MPO"}
            picture = ImageOps.exif_transpose(opened)
            picture = _in_srgb(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NoPicture("These bytes are no picture that can be shown.") from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    out = BytesIO()
    if is_photo:
        picture.convert("RGB").save(out, "JPEG", quality=92, optimize=True)
    else:
        # A fresh picture carries nothing of the file it came from: no text chunks, no EXIF.
        clean = Image.new(picture.mode, picture.size)
        clean.paste(picture)
        clean.save(out, "PNG", optimize=True)
    return FrozenBytes(
        data=out.getvalue(),
        source_sha256=source_sha256,
        content_type="image/jpeg" if is_photo else "image/png",
        width=picture.width,
        height=picture.height,
    )


def _in_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    picture = picture.convert("RGBA" if has_alpha else "RGB") if picture.mode != "CMYK" else picture
    if profile:
        try:
            colours = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(picture, colours, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken profile: the colours as they are beat no picture
        if converted is not None:
            picture = converted
    return picture.convert("RGB") if picture.mode not in {"RGB", "RGBA"} else picture


def file_bytes(data: bytes, name: str) -> FrozenBytes:
    """Return a download as it is frozen: its bytes as they are. The type comes from the name, never from the bytes."""
    return FrozenBytes(
        data=data,
        source_sha256=hashlib.sha256(data).hexdigest(),
        content_type=CONTENT_TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream"),
    )


def store_files(*, files: Iterable[FrozenBytes]) -> None:
    """Keep bytes for ever, each once. Cost: 1 query; bytes that are there already are left alone."""
    by_sha = {file.sha256: file for file in files}
    storage = frozen_storage()
    rows = []
    for sha256, file in by_sha.items():
        row = FrozenFile(
            sha256=sha256,
            source_sha256=file.source_sha256,
            content_type=file.content_type,
            byte_count=len(file.data),
            width=file.width,
            height=file.height,
        )
        _write(storage, row.storage_name, file.data)
        rows.append(row)
    FrozenFile.objects.bulk_create(rows, ignore_conflicts=True)


def _write(storage: Storage, name: str, data: bytes) -> None:
    """Write bytes under a name that says what they are. A half-written file of a crash is written again."""
    if storage.exists(name):
        if storage.size(name) == len(data):
            return
        storage.delete(name)
    storage.save(name, ContentFile(data))


def sized_picture(*, file: FrozenFile, width: int, extension: str) -> bytes:
    """Return a frozen picture at most `width` pixels wide, made and kept when it is not there yet.

    :raises ValueError: when the size or type is not one of `courses.rules.pictures`.
    """
    if width not in WIDTHS or extension not in PICTURE_TYPES:
        raise ValueError(f"no size {width} or type {extension}")
    storage = frozen_storage()
    name = f"sizes/{file.sha256[:2]}/{file.sha256}-{width}.{extension}"
    if storage.exists(name) and storage.size(name):
        return _read(storage, name)
    with _encoding:
        if storage.exists(name) and storage.size(name):  # made while this thread waited
            return _read(storage, name)
        data = _encode(_read(storage, file.storage_name), width, extension)
        _write(storage, name, data)
    return data


def _read(storage: Storage, name: str) -> bytes:
    with storage.open(name, "rb") as opened:
        data: bytes = opened.read()
    return data


def _encode(original: bytes, width: int, extension: str) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(original)) as opened:
        picture = opened.convert("RGBA" if opened.mode == "RGBA" else "RGB")
    picture.thumbnail((width, MAX_SIDE), Image.Resampling.LANCZOS)
    if extension == "webp":
        picture.save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    else:
        if picture.mode == "RGBA":  # JPEG knows no see-through: what was is white, like paper
            paper = Image.new("RGB", picture.size, "white")
            paper.paste(picture, mask=picture.getchannel("A"))
            picture = paper
        picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
