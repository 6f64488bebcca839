"""Sizes and addresses of frozen pictures and downloads. Their bytes never change, so their addresses are for ever."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

WIDTHS = (400, 800, 1600)
"""Widths that are made, in pixels: a phone, a column of text, both on a dense screen."""

PICTURE_TYPES: Mapping[str, str] = {"webp": "image/webp", "jpg": "image/jpeg"}
"""Extension -> content type. JPEG for what does not read WebP."""


@dataclass(frozen=True, slots=True)
class PictureSize:
    """A size to offer: its address and its true width in pixels."""

    url: str
    width: int


def picture_address(sha256: str, width: int, extension: str) -> str:
    """Return the address of a frozen picture at a width."""
    return f"/pictures/{sha256}-{width}.{extension}"


def download_address(file: Mapping[str, Any]) -> str:
    """Return the address of a frozen file; its name in it is what a browser saves it under."""
    return f"/downloads/{file['sha256']}/{quote(file['name'] or 'file')}"


def picture_sizes(picture: Mapping[str, Any], extension: str) -> list[PictureSize]:
    """Return the sizes of a picture up to the first that shows it whole: a small picture is not blown up."""
    sizes = []
    for width in WIDTHS:
        sizes.append(PictureSize(picture_address(picture["sha256"], width, extension), min(width, picture["width"])))
        if width >= picture["width"]:
            break
    return sizes
