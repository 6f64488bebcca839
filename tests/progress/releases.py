"""Editions that change a course while people are in it, for tests: what a release does, without its screen.

new = release_new_lesson(course, "1-3", binds=True, note="Read it soon.")
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from wagtail.models import Page

from courses.models import Course, Release
from courses.operations.settling import settle
from courses.queries.serving import course_by_key
from progress.operations.noticing import start_telling
from tests.courses.builders import add_lesson, module_pages
from tests.people import make_editor
from tests.progress.builders import NOON

RELEASED = NOON + timedelta(days=1)


def release_new_lesson(
    course: Course, name: str, *, binds: bool = False, note: str = "", at: datetime = RELEASED
) -> Page:
    """Add a lesson `lesson-<name>` to the first module and release it as an edition of its own."""
    with transaction.atomic():
        lesson = add_lesson(module_pages(course)[0], name)
        release_edition(course, binds=[str(lesson.translation_key)] if binds else [], note=note, at=at)
    return lesson


def release_edition(course: Course, *, binds: Iterable[str] = (), note: str = "", at: datetime = RELEASED) -> Release:
    """Make an edition of what the pages say now, and note it as released."""
    before = course_by_key(course.key).current_edition
    settle(course_key=course.key, cause="release", at=at, bind_all=frozenset(binds))
    course.refresh_from_db()
    edition = course_by_key(course.key).current_edition
    assert edition is not None
    release = Release.objects.create(
        course=course,
        state=Release.State.RELEASED,
        bind_all=list(binds),
        note=note,
        created_by=make_editor(),
        created_at=at,
        released_at=at,
        edition=edition if edition != before else None,
    )
    start_telling(release=release, edition=edition, at=at)
    return release
