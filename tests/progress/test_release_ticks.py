"""What is ticked on the screen of a release before anybody ticks anything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.models import LessonPage
from progress.queries.release_screen import Chosen, screen_of
from tests.courses.builders import lesson_pages, make_course

pytestmark = pytest.mark.django_db


def test_what_was_taken_out_comes_back_only_if_an_editor_says_so():
    course = make_course(at=timezone.now() - timedelta(days=1))
    out, changed = lesson_pages(course)[:2]
    out.save_revision().publish()
    LessonPage.objects.get(pk=out.pk).unpublish()
    draft = LessonPage.objects.get(pk=changed.pk)
    draft.title = "Another title"
    draft.save_revision()
    course.refresh_from_db()

    screen = screen_of(course, chosen=Chosen(pages=None), at=timezone.now())

    assert {row.title: row.ticked for row in screen.rows} == {out.title: False, "Another title": True}
