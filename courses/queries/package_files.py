"""Pictures and documents as they go out in a package: their bytes by SHA-256, and all that is said of them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from taggit.managers import TaggableManager
from wagtail.documents import get_document_model
from wagtail.documents import permissions as documents
from wagtail.images import permissions as images

from accounts.models import User
from courses.models import Picture
from courses.queries.package_values import PackageNames

PER_BATCH = 25
_CHUNK = 64 * 1024
_STATE = {"created_at", "file_hash", "file_size", "width", "height"}
"""Fields that Wagtail fills in from the bytes, or that tell when."""


def file_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a picture or a document that a package holds."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not field.remote_field
        and not isinstance(field, models.FileField)
        and field.name not in _STATE
    ]


def tag_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.many_to_many if isinstance(field, TaggableManager)]


def media_members(names: PackageNames, *, as_json: Callable[[Any], bytes]) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files that pages and questions show or offer, each once, and `media.json`. Cost: 2 queries for each 25."""
    said: dict[str, list[dict[str, Any]]] = {}
    written: set[str] = set()
    for relation, model, wanted in (
        ("pictures", Picture, names.pictures),
        ("documents", get_document_model(), names.documents),
    ):
        said[relation] = []
        for batch in _batches(list(wanted.items())):
            found = model.objects.prefetch_related(*tag_fields(model)).in_bulk([number for number, _name in batch])
            for number, name in batch:
                entry = _entry(found.get(number), name)
                said[relation].append(entry)
                if entry["file"] and entry["file"] not in written:
                    written.add(entry["file"])
                    yield entry["file"], _pieces(found[number])
    yield "media.json", [as_json(said)]


def _entry(file: Any, name: str) -> dict[str, Any]:
    """Return what is said of a file; `file` is None where it, or its bytes, are gone."""
    sha256 = _sha256(file)
    if sha256 is None:
        return {"name": name, "file": None}
    stem, _dot, extension = file.file.name.rpartition("/")[2].rpartition(".")
    return {
        "name": name,
        "file": f"media/{sha256}.{extension.lower()}",
        "file_name": stem,
        "fields": {field.name: getattr(file, field.attname) for field in file_fields(type(file))},
        "tags": sorted(tag.name for relation in tag_fields(type(file)) for tag in getattr(file, relation).all()),
    }


def _sha256(file: Any) -> str | None:
    if file is None:
        return None
    found = hashlib.sha256()
    try:
        for piece in _pieces(file):
            found.update(piece)
    except OSError:
        return None
    return found.hexdigest()


def _pieces(file: Any) -> Iterator[bytes]:
    with file.file.storage.open(file.file.name, "rb") as opened:
        while piece := opened.read(_CHUNK):
            yield piece


def _batches(entries: Sequence[tuple[int, str]]) -> Iterator[Sequence[tuple[int, str]]]:
    for first in range(0, len(entries), PER_BATCH):
        yield entries[first : first + PER_BATCH]


def files_here(model: type[models.Model], sha1: str, byte_count: int, *, by: User) -> list[Any]:
    """Return the files of the site with these bytes that somebody may choose. Cost: at most 3 queries.

    Where Wagtail has not noted a digest yet, files of the same size are read.
    """
    rows = _may_choose(model, by).filter(_same([sha1], [byte_count])).prefetch_related(*tag_fields(model))
    return [row for row in rows.order_by("pk") if _sha1(row) == sha1]


def hashes_here(model: type[models.Model], files: Mapping[str, int], *, by: User) -> set[str]:
    """Return which of these files, by SHA-1 with their size, are here and somebody may choose. Cost: at most 2 queries."""
    rows = _may_choose(model, by).filter(_same(files.keys(), files.values()))
    return {_sha1(row) for row in rows} & files.keys()


def _may_choose(model: type[models.Model], by: User) -> Any:
    module = images if model is Picture else documents
    return module.permission_policy.instances_user_has_permission_for(by, "choose")


def _same(sha1: Iterable[str], byte_counts: Iterable[int]) -> models.Q:
    return models.Q(file_hash__in=list(sha1)) | models.Q(file_hash="", file_size__in=list(byte_counts))


def _sha1(row: Any) -> str:
    if row.file_hash:
        return str(row.file_hash)
    found = hashlib.sha1(usedforsecurity=False)
    try:
        for piece in _pieces(row):
            found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()
