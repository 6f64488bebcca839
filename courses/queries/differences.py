"""Whether what was frozen is still what its digest says, and whether what is derived still follows from it.

Each reader goes through one kind of row in constant memory and yields a line a row: "" where all is well, else what
differs, in words. No line quotes an answer key.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.files.storage import Storage, storages

from courses.models import Course, CourseEdition, FrozenFile, LessonVersion, OutlineRow, QuizVersion
from courses.rules.freezing import marking_digest
from courses.rules.manifest import languages_of
from courses.rules.outlining import outline_json
from foundation.rules.canonical import digest

_ROWS = 200  # held at a time
_BYTES = 1 << 20  # of a file, read at a time


def lesson_versions() -> Iterator[str]:
    """Look at every frozen lesson. Cost: 1 query."""
    for version in LessonVersion.objects.order_by("pk").iterator(chunk_size=_ROWS):
        yield "" if digest(version.body) == version.sha256 else f"{version.sha256}: its text has another digest"


def quiz_versions() -> Iterator[str]:
    """Look at every frozen quiz with its answer key. Cost: 1 query."""
    for version in QuizVersion.objects.select_related("key").order_by("pk").iterator(chunk_size=_ROWS):
        if not hasattr(version, "key"):
            yield f"{version.sha256}: its answer key is not there"
        elif digest({"body": version.body, "key": version.key.body}) != version.sha256:
            yield f"{version.sha256}: its text or its answer key has another digest"
        elif marking_digest(version.body, version.key.body) != version.marking_sha256:
            yield f"{version.sha256}: its marking rules have another digest"
        else:
            yield ""


def frozen_files() -> Iterator[str]:
    """Look at the bytes of every frozen picture and file. Cost: 1 query, and the bytes of each once."""
    storage = storages["frozen"]
    for file in FrozenFile.objects.order_by("pk").iterator(chunk_size=_ROWS):
        yield _difference_of_bytes(storage, file)


def editions() -> Iterator[str]:
    """Look at every edition, and whether the versions it names are there. Cost: 3 queries an edition."""
    for edition in CourseEdition.objects.order_by("pk").iterator(chunk_size=1):
        name = f"edition {edition.number} of course {edition.manifest.get('key')}"
        if digest(edition.manifest) != edition.digest:
            yield f"{name}: its manifest has another digest"
        elif gone := _versions_gone(edition.manifest):
            yield f"{name}: it names versions that are not there: {', '.join(sorted(gone))}"
        else:
            yield ""


def outlines() -> Iterator[str]:
    """Look at what every course is served from: its last edition and the outlines made of it. Cost: 3 queries a course."""
    for course in Course.objects.select_related("current_edition").order_by("pk").iterator(chunk_size=1):
        yield _difference_of_course(course)


READERS: Mapping[str, Callable[[], Iterator[str]]] = {
    "lesson versions": lesson_versions,
    "quiz versions": quiz_versions,
    "frozen files": frozen_files,
    "course editions": editions,
    "courses": outlines,
}
"""What a reader looks at -> the reader."""


def _difference_of_bytes(storage: Storage, file: FrozenFile) -> str:
    found = hashlib.sha256()
    try:
        with storage.open(file.storage_name, "rb") as opened:
            while part := opened.read(_BYTES):
                found.update(part)
    except OSError:
        return f"{file.sha256}: its bytes are not there"
    return "" if found.hexdigest() == file.sha256 else f"{file.sha256}: its bytes have another digest"


def _versions_gone(manifest: Mapping[str, Any]) -> set[str]:
    named: dict[str, set[str]] = {"lesson": set(), "quiz": set()}
    for entry in (*manifest["items"], *manifest["tombstones"]):
        named[entry["kind"]].update(text["sha256"] for text in entry["versions"].values())
    lessons = LessonVersion.objects.filter(sha256__in=named["lesson"]).values_list("sha256", flat=True)
    quizzes = QuizVersion.objects.filter(sha256__in=named["quiz"]).values_list("sha256", flat=True)
    return (named["lesson"] - set(lessons)) | (named["quiz"] - set(quizzes))


def _difference_of_course(course: Course) -> str:
    edition = course.current_edition
    if edition is None:
        return ""
    if CourseEdition.objects.filter(course=course, number__gt=edition.number).exists():
        return f"{course.key}: a later edition than the current one is there"
    rows = {row.language: row for row in OutlineRow.objects.filter(course=course).order_by("pk")}
    if {language: row.sha256 for language, row in rows.items()} != course.outline_shas:
        return f"{course.key}: it names other outlines than there are"
    if set(rows) != set(languages_of(edition.manifest)):
        return f"{course.key}: its outlines are in other languages than its edition"
    for language, row in rows.items():
        if digest(row.body) != row.sha256 or digest(_outline_again(edition, language, row.body)) != row.sha256:
            return f"{course.key}: its outline in {language} does not follow from edition {edition.number}"
    return ""


def _outline_again(edition: CourseEdition, language: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outline made anew from the edition. Addresses are not the edition's to say: they are taken over."""
    return outline_json(
        edition.manifest,
        language=language,
        edition=edition.number,
        slug=body["slug"],
        paths={entry["key"]: entry["path"] for entry in body["items"]},
        module_slugs={entry["key"]: entry["slug"] for entry in body["modules"]},
    )
