"""Many drafts, one transaction, one edition: what is drafted, what it would change, and its release."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Page

from courses.models import CourseEdition, EditionDue, Release
from courses.operations.drafts import drafts_below, drafts_of
from courses.operations.releasing import publish_release, save_release
from courses.queries.serving import course_by_key, outline_of
from tests.courses.builders import NOON, course_page, lesson_pages, make_course, module_pages, quiz_pages
from tests.people import make_editor, make_reviewer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def course():
    return make_course(module_count=2, lesson_count=2)


@pytest.fixture
def editor():
    return make_editor("edith")


@pytest.fixture
def reviewer():
    return make_reviewer("rosa")


def draft(page, *, user=None, **changes):
    """Change fields of a page and save a draft, as the editor does. Returns the page and its revision."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    revision = fresh.save_revision(user=user)
    return Page.objects.get(pk=page.pk), revision


def test_a_release_publishes_its_drafts_as_one_edition(course, editor):
    lesson, quiz = lesson_pages(course)[0], quiz_pages(course)[1]
    revisions = [draft(lesson, title="Better", minutes=8), draft(quiz, pass_mark=70)]
    release = save_release(course=course, user=editor, revisions=revisions, at=LATER)

    edition = publish_release(release=release, user=editor, at=LATER)

    assert (edition.number, edition.cause, edition.made_by) == (2, "release", editor)
    assert CourseEdition.objects.count() == 2
    assert EditionDue.objects.count() == 0
    outline = outline_of(course_by_key(course.key), "en")
    assert outline.by_key[str(lesson.translation_key)].title == "Better"
    assert outline.by_key[str(quiz.translation_key)].pass_mark == 70
    release.refresh_from_db()
    assert (release.state, release.edition, release.released_by) == (Release.State.RELEASED, edition, editor)
    assert [entry.revision for entry in release.drafts.all()] == [None, None]


def test_drafts_below_a_course_say_what_they_change(course, editor):
    draft(lesson_pages(course)[0], user=editor, title="Better", minutes=8)
    draft(quiz_pages(course)[1], user=editor, pass_mark=70)

    drafts = drafts_below(course, at=timezone.now())

    assert [entry.words for entry in drafts] == [
        ["“Lesson 1-1” is now called “Better”.", "“Better”: 5 minutes → 8 minutes"],
        ["“Quiz 2-1”: pass mark 60 % → 70 %"],
    ]
    assert [entry.marking_changed for entry in drafts] == [False, True]
