"""Whether what was frozen is still what its digest says, and whether what is derived still follows from it.

Each reader goes through one kind of row in constant memory and yields a line a row: "" where all is well, else what
differs, in words. No line quotes an answer key.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.core.files.storage import Storage, storages
from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now

from courses.models import (
    AssignmentVersion,
    Course,
    CourseEdition,
    EditionDue,
    FrozenFile,
    LearningPath,
    LearningPathEdition,
    LessonVersion,
    OutlineRow,
    QuizKey,
    QuizVersion,
    Release,
)
from courses.queries.pages import differences_from_pages
from courses.queries.paths import differences_of_paths
from courses.rules.freezing import marking_digest
from courses.rules.manifest import languages_of
from courses.rules.outlining import outline_json
from foundation.queries.differences import (
    SEAL_WORDS,
    Reader,
    Readers,
    Seals,
    digest_differs,
    in_parts,
    in_words,
    readable,
)

_ROWS = 100  # bodies held at a time
_BYTES = 1 << 20  # of a file, read at a time
_SETTLED_WITHIN = timedelta(days=1)


def frozen_files() -> Iterator[str]:
    """Look at every frozen picture and file, with its bytes. Cost: 1 query for 100, and the bytes of each once."""
    storage = storages["frozen"]
    seals = Seals(FrozenFile)
    for part in in_parts(FrozenFile.objects, seals.names, size=_ROWS):
        for _pk, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            file = FrozenFile(sha256=row["sha256"])
            differences = [SEAL_WORDS] if seals.differs(values) else []
            differences += _differences_of_bytes(storage, file)
            yield in_words(row["sha256"], differences)


def lesson_versions() -> Iterator[str]:
    """Look at every frozen lesson, and whether the files it names are there. Cost: 2 queries for 100."""
    seals = Seals(LessonVersion)
    for part in in_parts(LessonVersion.objects, seals.names, size=_ROWS):
        rows = [(values, dict(zip(seals.names, values, strict=True))) for _pk, *values in part]
        named = [set(_files_named(row["body"])) for _values, row in rows]
        known = set(FrozenFile.objects.filter(sha256__in=set().union(*named)).values_list("sha256", flat=True))
        for (values, row), files in zip(rows, named, strict=True):
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if digest_differs(row["body"], row["sha256"]):
                differences.append("its text has another digest")
            if gone := files - known:
                differences.append(f"it names files that are not there: {', '.join(sorted(gone))}")
            yield in_words(row["sha256"], differences)


def quiz_versions() -> Iterator[str]:
    """Look at every frozen quiz with its answer key. Cost: 2 queries for 100."""
    seals, key_seals = Seals(QuizVersion), Seals(QuizKey)
    for part in in_parts(QuizVersion.objects, seals.names, size=_ROWS):
        keys = {
            values[0]: values
            for values in QuizKey.objects.filter(version__in=[pk for pk, *_values in part]).values_list(
                "version_id", *key_seals.names
            )
        }
        for pk, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            key = keys.get(pk)
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if key is None:
                differences.append("its answer key is not there")
            else:
                body = key[1 + key_seals.names.index("body")]
                differences += readable(partial(_differences_of_key, row, body))
                if key_seals.differs(key[1:]):
                    differences.append("its answer key was changed after it was written (its seal is another)")
            yield in_words(row["sha256"], differences)


def assignment_versions() -> Iterator[str]:
    """Look at every frozen assignment. Cost: 1 query for 100."""
    seals = Seals(AssignmentVersion)
    for part in in_parts(AssignmentVersion.objects, seals.names, size=_ROWS):
        for _pk, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if digest_differs(row["body"], row["sha256"]):
                differences.append("its text has another digest")
            yield in_words(row["sha256"], differences)


def path_editions() -> Iterator[str]:
    """Look at every edition of a learning path: seal, digest, and that none before it is missing. Cost: 1 query for 100."""
    seals = Seals(LearningPathEdition)
    extra = ("path__slug", "before")
    before = LearningPathEdition.objects.filter(path=OuterRef("path"), number__lt=OuterRef("number"))
    counted = before.order_by().values("path").annotate(count=Count("pk")).values("count")
    rows = LearningPathEdition.objects.annotate(before=Coalesce(Subquery(counted), 0))
    for part in in_parts(rows, (*extra, *seals.names), size=_ROWS):
        for _pk, slug, before_it, *values in part:
            row = dict(zip(seals.names, values, strict=True))
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if digest_differs(row["body"], row["digest"]):
                differences.append("its text has another digest")
            if before_it != row["number"] - 1:
                differences.append(f"{before_it} editions are before it")
            yield in_words(f"{slug} edition {row['number']}", differences)


def editions() -> Iterator[str]:
    """Look at every edition, course by course, and whether the versions it names are there.

    Cost: 1 query a course and 5 an edition. Memory: one manifest, and the digests of the versions of one course.
    """
    seals = Seals(CourseEdition)
    for course, key in Course.objects.order_by("pk").values_list("pk", "key").iterator():
        known: set[str] = set()
        expected = 1
        for part in in_parts(CourseEdition.objects.filter(course=course), seals.names, size=1):
            [(_pk, *values)] = part
            row = dict(zip(seals.names, values, strict=True))
            manifest = row["manifest"]
            differences = [SEAL_WORDS] if seals.differs(values) else []
            if digest_differs(manifest, row["digest"]):
                differences.append("its manifest has another digest")
            if row["number"] != expected:
                differences.append(f"edition {expected} should come next, and is not there")
            expected = row["number"] + 1
            differences += readable(partial(_differences_of_versions, manifest, known))
            yield in_words(f"edition {row['number']} of course {key}", differences)


def outlines() -> Iterator[str]:
    """Look at what every course is served from: its last edition and the outlines made of it. Cost: 3 queries a course."""
    for course in Course.objects.select_related("current_edition").order_by("pk").iterator(chunk_size=1):
        yield in_words(course.key, readable(partial(_differences_of_course, course)))


def courses_against_pages() -> Iterator[str]:
    """Look at whether every course is what its live pages say. Cost: 2 queries and those of the comparison.

    A course that is flagged for settling differs for a moment, as it should; not for a day.
    """
    for key, words in differences_from_pages():
        if words and not _is_about_to_settle(key):
            yield f"{key}: {words}. `manage.py check_records --repair-editions` settles it"
        else:
            yield ""


def paths_against_pages() -> Iterator[str]:
    """Look at whether every learning path is what its live pages say, as courses. Cost: 2 queries, 5 a path."""
    for key, words in differences_of_paths():
        if words and not _is_about_to_settle(key):
            yield f"{key}: {words}. `manage.py check_records --repair-editions` settles it"
        else:
            yield ""


def releases() -> Iterator[str]:
    """Look at whether every release names editions of its own course. Cost: 1 query for 100."""
    names = ("public_id", "state", "course_id", "edition__course_id", "base_edition__course_id", "edition__number")
    for part in in_parts(Release.objects, (*names, "base_edition__number"), size=_ROWS):
        for _pk, name, state, course, made_in, base_of, made, base in part:
            differences = []
            if made_in not in {None, course} or base_of not in {None, course}:
                differences.append("it names an edition of another course")
            elif made is not None and base is not None and made < base:
                differences.append("it made an edition older than the one it began with")
            if made is not None and state != Release.State.RELEASED:
                differences.append("it made an edition, but is not released")
            yield in_words(name, differences)


READERS: Readers = {
    "frozen files": Reader(frozen_files, FrozenFile.objects.count),
    "lesson versions": Reader(lesson_versions, LessonVersion.objects.count),
    "quiz versions": Reader(quiz_versions, QuizVersion.objects.count),
    "assignment versions": Reader(assignment_versions, AssignmentVersion.objects.count),
    "course editions": Reader(editions, CourseEdition.objects.count),
    "editions of learning paths": Reader(path_editions, LearningPathEdition.objects.count),
    "courses": Reader(outlines, Course.objects.count),
    "courses against their pages": Reader(courses_against_pages, Course.objects.count),
    "learning paths against their pages": Reader(paths_against_pages, LearningPath.objects.count),
    "releases": Reader(releases, Release.objects.count),
}


def _is_about_to_settle(course_key: UUID) -> bool:
    flags = EditionDue.objects.filter(course_key=course_key)
    return flags.exists() and not flags.filter(flagged_at__lt=Now() - _SETTLED_WITHIN).exists()


def _differences_of_bytes(storage: Storage, file: FrozenFile) -> list[str]:
    found = hashlib.sha256()
    try:
        with storage.open(file.storage_name, "rb") as opened:
            while part := opened.read(_BYTES):
                found.update(part)
    except OSError:
        return ["its bytes are not there"]
    return [] if found.hexdigest() == file.sha256 else ["its bytes have another digest"]


def _files_named(body: Any) -> Iterator[str]:
    """Yield the SHA-256 of every picture and file that a frozen lesson names."""
    if isinstance(body, dict):
        sha = body.get("sha256")
        if isinstance(sha, str) and sha:
            yield sha
    if isinstance(body, dict | list):
        for entry in body.values() if isinstance(body, dict) else body:
            yield from _files_named(entry)


def _differences_of_key(version: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    if digest_differs({"body": version["body"], "key": key}, version["sha256"]):
        return ["its text or its answer key has another digest"]
    if marking_digest(version["body"], key) != version["marking_sha256"]:
        return ["its marking rules have another digest"]
    return []


def _differences_of_versions(manifest: Mapping[str, Any], known: set[str]) -> list[str]:
    gone = _versions_gone(manifest, known)
    return [f"it names versions that are not there: {', '.join(sorted(gone))}"] if gone else []


def _versions_gone(manifest: Mapping[str, Any], known: set[str]) -> set[str]:
    """Return what a manifest names and is not there. What is there is added to `known`, and not looked up again."""
    named: dict[str, set[str]] = {"lesson": set(), "quiz": set(), "assignment": set()}
    for entry in (*manifest["items"], *manifest["tombstones"]):
        named[entry["kind"]].update(text["sha256"] for text in entry["versions"].values())
    gone: set[str] = set()
    models: Mapping[str, type[Any]] = {"lesson": LessonVersion, "quiz": QuizVersion, "assignment": AssignmentVersion}
    for kind, model in models.items():
        shas = named[kind] - known
        if shas:
            there = set(model.objects.filter(sha256__in=shas).values_list("sha256", flat=True))
            known |= there
            gone |= shas - there
    return gone


def _differences_of_course(course: Course) -> list[str]:
    numbers = CourseEdition.objects.filter(course=course).aggregate(last=Max("number"), count=Count("pk"))
    edition = course.current_edition
    if edition is None:
        return ["it has editions, and none is current"] if numbers["count"] else []
    if edition.course_id != course.pk:
        return ["it is served from an edition of another course"]
    if numbers["last"] != edition.number:
        return ["a later edition than the current one is there"]
    if edition.manifest.get("key") != str(course.key):
        return ["its edition is of a course with another key"]
    rows = {row.language: row for row in OutlineRow.objects.filter(course=course).order_by("pk")}
    if {language: row.sha256 for language, row in rows.items()} != course.outline_shas:
        return ["it names other outlines than there are"]
    if set(rows) != set(languages_of(edition.manifest)):
        return ["its outlines are in other languages than its edition"]
    return [
        f"its outline in {language} does not follow from edition {edition.number}"
        for language, row in rows.items()
        if digest_differs(row.body, row.sha256)
        or digest_differs(_outline_again(edition, language, row.body), row.sha256)
    ]


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
