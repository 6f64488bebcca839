"""Decisions to mark again, and what learners were told."""

from collections.abc import Iterator
from functools import lru_cache

from courses.models import Release
from foundation.queries.differences import in_parts, in_words
from progress.models import Notice, Regrade
from progress.queries.differences.editions import versions_in

_ROWS = 500  # held at a time
_EDITIONS = 64  # held at a time, the digests of their quizzes


def regrades() -> Iterator[str]:
    """Look at every decision to mark again. Cost: 1 query for 500, 1 for each edition that is not held."""
    held_versions = lru_cache(_EDITIONS)(versions_in)
    names = (
        "public_id",
        "course_id",
        "item_key",
        "edition_id",
        "decided_at",
        "job_id",
        "release__course_id",
        "release__state",
        "edition__course_id",
        "quiz_version__sha256",
    )
    for part in in_parts(Regrade.objects, names, size=_ROWS):
        for _pk, name, course, item, edition, decided_at, job, release_of, state, edition_of, sha in part:
            differences = []
            if release_of != course or edition_of not in {None, course}:
                differences.append("it is of another course than its release or its edition")
            if len({decided_at is None, edition is None, sha is None, job is None}) != 1:
                differences.append("it is decided in part only")
            elif (decided_at is not None) != (state == Release.State.RELEASED):
                differences.append("it is decided and its release is not out, or the other way round")
            elif edition is not None and sha not in held_versions(edition).get(item, ()):
                differences.append("its edition names another version of the quiz")
            yield in_words(name, differences)


def notices() -> Iterator[str]:
    """Look at whether learners were told of their own courses only. Cost: 1 query for 500."""
    names = (
        "enrolment__course_id",
        "regrade__course_id",
        "release__course_id",
        "mark_event__attempt__enrolment__course_id",
        "task__enrolment__course_id",
    )
    for part in in_parts(Notice.objects, names, size=_ROWS):
        for pk, course, *said_of in part:
            is_foreign = any(other not in {None, course} for other in said_of)
            yield in_words(f"notice {pk}", ["it is about another course"] if is_foreign else [])
