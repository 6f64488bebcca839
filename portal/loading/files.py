"""Drawings and files: from the content folder into the CMS, and the share picture into the static files."""

import hashlib
from io import BytesIO
from pathlib import Path

import resvg_py
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import models
from wagtail.documents.models import Document

from courses.models import Picture
from foundation.rules.canonical import digest
from portal.loading.ledger import Ledger
from portal.loading.reading import Download, PictureText

PICTURE_SIZE = (1600, 900)  # pixels; the widest a lesson shows on a dense screen
SHARE_SIZE = (1200, 630)  # pixels; what services that show a preview of a link expect
SHARE_PICTURE = "share"


def draw(svg: str, size: tuple[int, int]) -> bytes:
    """Return a drawing as PNG."""
    width, height = size
    return resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)


def draw_share_picture(content: Path, target: Path) -> bool:
    """Draw `pictures/share.svg` as `share.png` into the folder `target`; return whether it was not there yet.

    A picture that is the same is left alone: its time is part of what tells a start that static files changed.
    """
    picture = target / f"{SHARE_PICTURE}.png"
    drawn = draw((content / "pictures" / f"{SHARE_PICTURE}.svg").read_text(encoding="utf-8"), SHARE_SIZE)
    if picture.exists() and picture.read_bytes() == drawn:
        return False
    picture.write_bytes(drawn)
    return True


def load_pictures(pictures: dict[str, PictureText], *, ledger: Ledger) -> dict[str, Picture]:
    """Return the picture of each name, drawn anew where its drawing or its words changed."""
    loaded = {}
    for name, text in pictures.items():
        if name != SHARE_PICTURE:
            loaded[name] = _load_picture(text, ledger=ledger)
    return loaded


def picture_sha256(text: PictureText) -> str:
    """Return the digest of a drawing and what is said about it."""
    return digest([text.svg, text.title, text.alt, text.author, text.licence, text.origin])


def _picture_state(picture: Picture) -> str:
    said = [picture.title, picture.file.name, picture.alt_text, picture.author, picture.licence, picture.source]
    return digest(said)


def _load_picture(text: PictureText, *, ledger: Ledger) -> Picture:
    sha256 = picture_sha256(text)
    known = ledger.find(text.source)
    picture = Picture.objects.filter(pk=known.object_id).first() if known else None
    if known and picture:
        if known.sha256 == sha256:
            return picture
        if known.state != _picture_state(picture):
            ledger.say(f"{text.source}: this picture was changed in the CMS since it was loaded; it stays as it is.")
            return picture
    picture = picture or Picture()
    picture.title, picture.alt_text = text.title, text.alt
    picture.author, picture.licence, picture.source = text.author, text.licence, text.origin
    # A new file beside the old one, never over it: what shows the old one goes on showing it until it is loaded too.
    picture.file = ImageFile(BytesIO(draw(text.svg, PICTURE_SIZE)), name=f"{text.name}.png")
    picture.file_size = picture.file.size
    picture.save()
    ledger.record(text.source, picture, sha256=sha256, state=_picture_state(picture))
    return picture


def load_downloads(downloads: dict[str, Download], *, ledger: Ledger) -> dict[str, models.Model]:
    """Return the document of each file, by its path below the course."""
    return {path: _load_download(download, ledger=ledger) for path, download in downloads.items()}


def _document_state(document: Document) -> str:
    return digest([document.title, document.file.name])


def _load_download(download: Download, *, ledger: Ledger) -> Document:
    known = ledger.find(download.source)
    document = Document.objects.filter(pk=known.object_id).first() if known else None
    if known and document:
        if known.sha256 == download.sha256:
            return document
        if known.state != _document_state(document):
            ledger.say(f"{download.source}: this file was changed in the CMS since it was loaded; it stays as it is.")
            return document
    document = document or Document()
    document.title = Path(download.name).stem.replace("-", " ").capitalize()
    document.file = ContentFile(download.content, name=download.name)
    document.file_size = len(download.content)
    document.file_hash = hashlib.sha1(download.content, usedforsecurity=False).hexdigest()
    document.save()
    ledger.record(download.source, document, sha256=download.sha256, state=_document_state(document))
    return document
