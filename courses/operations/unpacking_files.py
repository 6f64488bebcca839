"""Pictures and documents of a package: the one that is here already, or a new one."""

import hashlib
import tempfile
from typing import Any

from django.core.files import File
from django.core.files.images import ImageFile
from django.db import models
from django.utils.text import get_valid_filename
from wagtail.models import Collection

from accounts.models import User
from courses.models import Picture
from courses.operations.unpacking_values import Notes, ValueReader
from courses.queries.package_files import file_fields, files_here, tag_fields
from courses.queries.package_rows import RowNames
from courses.rules.package import MOST_DOCUMENT, Archive, Medium, PackageUnreadable


def put_medium(
    *, archive: Archive, medium: Medium, model: type[models.Model], by: User, collection: Collection | None
) -> tuple[Any, bool]:
    """Return the file of the site that has these bytes and of which the same is said, else a new one; and whether it is new.

    One that the person may not choose is not used: it would show what they cannot see.

    :raises PackageUnreadable: if the file is damaged or something is said of it that cannot be.
    """
    reader = ValueReader(RowNames({}, _no_key), Notes(), f"media.json: {medium.name}")
    said = reader.fields(file_fields(model), medium.fields)
    if reader.notes.problems:
        raise PackageUnreadable(*reader.notes.problems)
    with tempfile.TemporaryFile() as opened:
        sha1, count = hashlib.sha1(usedforsecurity=False), 0
        for chunk in archive.chunks(medium.member or "", most=MOST_DOCUMENT):
            opened.write(chunk)
            sha1.update(chunk)
            count += len(chunk)
        for row in files_here(model, sha1.hexdigest(), count, by=by):
            if _says(row) == {**_defaults(model), **said, "tags": list(medium.tags)}:
                return row, False
        opened.seek(0)
        row = model(**said, uploaded_by_user=by)
        if collection is not None:
            row.collection = collection  # type: ignore[attr-defined]  # both models are members of a collection
        name = f"{get_valid_filename(medium.file_name) or 'file'}.{medium.extension}"
        kind: type[File[bytes]] = ImageFile if model is Picture else File
        row.file = kind(opened, name=name)  # type: ignore[attr-defined]
        row.file_size, row.file_hash = count, sha1.hexdigest()  # type: ignore[attr-defined]
        row.save()
    if medium.tags:
        for relation in tag_fields(model):
            getattr(row, relation).set(medium.tags)
    return row, True


def _says(row: Any) -> dict[str, Any]:
    said = {field.name: getattr(row, field.attname) for field in file_fields(type(row))}
    return {**said, "tags": sorted(tag.name for name in tag_fields(type(row)) for tag in getattr(row, name).all())}


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    return {field.name: field.get_default() for field in file_fields(model)}


def _no_key(name: str) -> Any:
    raise LookupError(name)
