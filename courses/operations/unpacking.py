"""Take a course package in: look at an upload, keep it for its dry run, and begin the import at a press.

record = upload_package(by=editor, file_name="basics.zip", opened=file, at=at)  # or PackageUnreadable, with words
start_import(record=record, by=editor, slug="digital-basics-2", at=at)          # a job makes drafts of it
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.core.files import File
from django.db import models, transaction
from PIL import Image, UnidentifiedImageError
from wagtail.documents import get_document_model
from wagtail.models import Collection

from accounts.models import User
from courses.models import BankQuestion, CoursePackage, Picture
from courses.operations.unpacking_values import Names, Notes, ValueReader
from courses.queries.package_files import file_fields
from courses.queries.package_values import package_fields
from courses.queries.packaging import MODELS
from courses.rules.package import (
    MOST_DOCUMENT,
    MOST_NOTES,
    MOST_PICTURE,
    MOST_PIXELS,
    PICTURES,
    Archive,
    Medium,
    PackageOutline,
    PackageUnreadable,
    fits,
    gettext_noop,
    is_language,
    page_file,
    read_json,
    read_outline,
    uuid_of,
)
from foundation.models import Job
from foundation.operations import start_job

JOB = "courses.import-package"
KEPT_FOR = timedelta(days=1)
MOST_LANGUAGES = 50
MOST_OUTSIDE = 500
"""Pages outside of the course that a package may name."""


class PackageGone(Exception):
    """The file is no longer kept, or is imported already."""


def upload_package(*, by: User, file_name: str, opened: BinaryIO, at: datetime) -> CoursePackage:
    """Look at every byte of a package and keep it for its dry run. Cost: 1 query, whatever is in it.

    :raises PackageUnreadable: with what keeps it out; nothing is stored then.
    """
    facts = look_into(opened)
    opened.seek(0)
    digest, count = hashlib.sha256(), 0
    while chunk := opened.read(64 * 1024):
        digest.update(chunk)
        count += len(chunk)
    opened.seek(0)
    record = CoursePackage(
        made_by=by,
        made_at=at,
        file_name=file_name[-200:],
        sha256=digest.hexdigest(),
        byte_count=count,
        facts=facts,
    )
    record.file.save("package.zip", File(opened), save=False)
    try:
        record.save()
    except Exception:
        record.file.delete(save=False)
        raise
    return record


def look_into(opened: BinaryIO) -> dict[str, Any]:
    """Return what is in a package, for its dry run. No query.

    :raises PackageUnreadable: with what keeps it out.
    """
    archive = Archive(opened)
    outline = read_outline(archive)
    return _Look(archive, outline).facts()


def start_import(*, record: CoursePackage, by: User, slug: str, collection: Collection | None, at: datetime) -> Job:
    """Begin to make drafts of a package, at an address of its own. A second press has no effect.

    Who may add below the courses, and whether the address is free, was asked before (`courses.queries.package_dry_run`);
    each step of the import asks both once more.

    :raises PackageGone: if its file is no longer kept.
    """
    with transaction.atomic():
        locked = CoursePackage.objects.select_for_update().get(pk=record.pk)
        if locked.state == CoursePackage.State.TRIED:
            if not locked.file:
                raise PackageGone
            locked.state, locked.slug, locked.collection = CoursePackage.State.IMPORTING, slug, collection
            locked.made_by = by
            locked.save(update_fields=["state", "slug", "collection", "made_by"])
        elif locked.state == CoursePackage.State.STOPPED:
            raise PackageGone
        return start_job(kind=JOB, key=str(locked.public_id), payload={"package": locked.pk}, at=at)


def empty_old_packages(*, at: datetime) -> int:
    """Delete files that were uploaded a day ago or more and are not being imported. Return how many."""
    old = CoursePackage.objects.filter(made_at__lte=at - KEPT_FOR).exclude(file="")
    count = 0
    for record in old.exclude(state=CoursePackage.State.IMPORTING).order_by("pk"):
        record.file.delete(save=False)
        record.save(update_fields=["file"])
        count += 1
    return count


class _Look:
    """Reads a package whole, writing nothing."""

    def __init__(self, archive: Archive, outline: PackageOutline) -> None:
        self.archive = archive
        self.outline = outline
        self.notes = Notes()
        self.names = _Known(outline)
        self.questions: list[dict[str, Any]] = []
        self.slugs: set[tuple[str, str, str]] = set()
        self.prerequisites: list[dict[str, str]] = []
        self.issuers: list[dict[str, str]] = []

    def facts(self) -> dict[str, Any]:
        media = [self._medium(medium) for medium in self.outline.media if medium.member]
        for name in self.outline.questions:
            self._question_key(name)
        self._stop()
        for page, language in self.outline.texts:
            self._page(page, language)
        for name in self.outline.questions:
            self._question(name)
        if len(self.names.outside) > MOST_OUTSIDE:
            self.notes.problem("", gettext_noop("The package names too many pages outside of its course."))
        self._stop()
        outline = self.outline
        return {
            "title": outline.title,
            "slug": outline.slug,
            "course_key": str(outline.course_key),
            "exported_at": outline.exported_at,
            "exported_from": outline.exported_from,
            "drafts": outline.drafts,
            "source_language": outline.source_language,
            "languages": sorted({language for page in outline.pages for language in page.languages}),
            "counts": {kind: outline.count(kind) for kind in ("module", "lesson", "quiz", "assignment")},
            "pictures": sum(1 for medium in outline.media if medium.is_picture and medium.member),
            "documents": sum(1 for medium in outline.media if not medium.is_picture and medium.member),
            "media": media,
            "questions": self.questions,
            "prerequisites": self.prerequisites,
            "issuers": self.issuers,
            "outside": sorted(self.names.outside),
            "cleaned": self.notes.cleaned[:MOST_NOTES],
            "cleaned_count": len(self.notes.cleaned),
        }

    def _stop(self) -> None:
        if self.notes.problems:
            raise PackageUnreadable(*self.notes.problems)

    def _page(self, page: Any, language: str) -> None:
        where = page_file(page.name, language)
        said = read_json(self.archive.read(where), where=where)
        values = ValueReader(self.names, self.notes, where).page(MODELS[page.kind], said, kind=page.kind)
        if values is None:
            return
        place = (page.parent, language, str(values.fields.get("slug")))
        if place in self.slugs:
            self.notes.problem(where, gettext_noop("Two pages of one place have the same address."))
        self.slugs.add(place)
        self.names.children |= {name for rows in values.children.values() for name, _values in rows if name}
        if page.kind == "course" and language == self.outline.source_language and not self.notes.problems:
            self._references(said)

    def _references(self, said: Mapping[str, Any]) -> None:
        children = said.get("children", {})
        self.prerequisites += _named_in(children.get("prerequisites", ()), "course", "title")
        self.issuers += _named_in(children.get("certificate_definitions", ()), "issuer", "name")

    def _question_key(self, name: str) -> None:
        where = f"questions/{name}.json"
        said = read_json(self.archive.read(where), where=where)
        said = said if isinstance(said, dict) else {}
        texts, key, source = said.get("languages"), uuid_of(said.get("key")), said.get("source_language")
        languages = sorted(texts) if isinstance(texts, dict) else []
        is_right = (
            key is not None
            and 0 < len(languages) <= MOST_LANGUAGES
            and all(is_language(code) and isinstance(said["languages"][code], dict) for code in languages)
            and source in languages
            and str(key) not in {question["key"] for question in self.questions}
        )
        if not is_right:
            self.notes.problem(where, gettext_noop("This is not what a package has here."))
            return
        title = str(said["languages"][source].get("title"))[:160]
        self.questions.append({"name": name, "key": str(key), "title": title, "languages": languages})
        self.names.questions |= {f"{name}/{language}" for language in languages}

    def _question(self, name: str) -> None:
        where = f"questions/{name}.json"
        said = read_json(self.archive.read(where), where=where)
        for language, text in said["languages"].items():
            reader = ValueReader(self.names, self.notes, f"{where}: {language}")
            if not reader.fields(package_fields(BankQuestion), text).get("title"):
                reader.note("title", gettext_noop("This field must not be empty."))

    def _medium(self, medium: Medium) -> dict[str, Any]:
        where = f"media.json: {medium.name}"
        model: type[models.Model] = Picture if medium.is_picture else get_document_model()
        fields = ValueReader(self.names, self.notes, where).fields(file_fields(model), medium.fields)
        if not fields.get("title"):
            self.notes.problem(where, gettext_noop("This field must not be empty."))
        sha1 = hashlib.sha1(usedforsecurity=False)
        try:
            head, count = b"", 0
            for chunk in self.archive.chunks(
                medium.member or "", most=MOST_PICTURE if medium.is_picture else MOST_DOCUMENT
            ):
                sha1.update(chunk)
                head = head or chunk
                count += len(chunk)
        except PackageUnreadable as error:
            self.notes.problems += error.problems
            return {}
        problem = self._picture_problem(medium) if medium.is_picture else _document_problem(head, medium)
        if problem:
            self.notes.problem(medium.member or "", problem)
        return {"name": medium.name, "sha1": sha1.hexdigest(), "bytes": count}

    def _picture_problem(self, medium: Medium) -> str:
        """Return why bytes are no picture, or one that would fill the memory, or an empty text."""
        try:
            with self.archive.opened(medium.member or "") as member, Image.open(member) as picture:
                if picture.format not in {PICTURES[medium.extension], "MPO"}:
                    return gettext_noop("The bytes of this picture are of another kind than its name says.")
                if picture.width * picture.height > MOST_PIXELS:
                    return gettext_noop("This picture has too many pixels.")
                picture.load()
        except Image.DecompressionBombError:
            return gettext_noop("This picture has too many pixels.")
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError):
            return gettext_noop("The bytes of this file are no picture.")
        return ""


class _Known(Names):
    """The names of a package, all of them leading to row 1: whether they are known is all that is asked."""

    def __init__(self, outline: PackageOutline) -> None:
        self.pages = {f"{page.name}/{language}" for page, language in outline.texts}
        self.media = {medium.name for medium in outline.media}
        self.questions: set[str] = set()
        self.children: set[str] = set()
        self.outside: set[str] = set()

    def is_known(self, kind: str, name: str) -> bool:
        if kind == "page":
            key, _slash, language = name.partition("/")
            return name in self.pages or (uuid_of(key) is not None and is_language(language))
        if kind == "question":
            return name in self.questions
        if kind == "child":
            return name in self.children or uuid_of(name) is not None
        return name in self.media and name.startswith(f"{kind}-")

    def page(self, name: str) -> int | None:
        if name not in self.pages:
            self.outside.add(name)
        return 1

    def picture(self, name: str) -> int | None:
        return 1

    def document(self, name: str) -> int | None:
        return 1

    def question(self, name: str) -> int | None:
        return 1

    def child(self, name: str) -> str | None:
        return name

    def related(self, model: type[models.Model], key: str) -> Any:
        return model()


def _document_problem(head: bytes, medium: Medium) -> str:
    return "" if fits(head, medium.extension) else gettext_noop("The bytes of this file are not what its name says.")


def _named_in(rows: Iterable[Mapping[str, Any]], name: str, title: str) -> list[dict[str, str]]:
    found = [row[name] for row in rows if row.get(name)]
    return [{"key": str(entry["key"]), "title": str(entry.get(title, ""))[:255]} for entry in found]
