"""Mails about reviews: who is asked, who is told, in whose language, and that nobody without an address stops it."""

import pytest
from django.core import mail
from django.utils import timezone

from courses.operations.review_mailing import MAIL
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.courses.builders import lesson_pages, make_course
from tests.people import make_editor, make_reviewer

pytestmark = pytest.mark.django_db


def letters() -> list[tuple[list[str], str]]:
    """Deliver what waits, and return to whom each letter goes and its subject."""
    mail.outbox.clear()
    for message in OutboxMessage.objects.filter(kind=MAIL, done_at=None).order_by("pk"):
        deliver_message(message_id=message.pk, at=timezone.now())
    return [(letter.to, letter.subject) for letter in mail.outbox]


def test_reviewers_are_asked_and_the_editor_hears_why_a_page_came_back():
    editor = make_editor("sofia", email="sofia@example.org", language="it")
    reviewer = make_reviewer("tomas", email="tomas@example.org")
    make_reviewer("nora")  # has no address
    lesson = lesson_pages(make_course())[0]
    lesson.save_revision()

    lesson.get_workflow().start(lesson, editor)
    assert letters() == [(["tomas@example.org"], "To review: Lesson 1-1")]

    step = lesson.current_workflow_task_state
    step.task.specific.on_action(step, reviewer, "reject", comment="Name the source.")
    assert letters() == [(["sofia@example.org"], "Rimandata: Lesson 1-1")]
    assert "«Name the source.»" in str(mail.outbox[0].body) or "“Name the source.”" in str(mail.outbox[0].body)


def test_who_is_no_reviewer_any_more_by_then_gets_no_letter():
    reviewer = make_reviewer("tomas", email="tomas@example.org")
    lesson = lesson_pages(make_course())[0]
    lesson.save_revision()
    lesson.get_workflow().start(lesson, make_editor())

    reviewer.groups.clear()

    assert letters() == []


def test_an_approval_is_told_once_and_not_to_who_gave_it_themselves():
    editor = make_editor("sofia", email="sofia@example.org")
    lesson = lesson_pages(make_course())[0]
    lesson.save_revision()
    lesson.get_workflow().start(lesson, editor)
    step = lesson.current_workflow_task_state

    step.task.specific.on_action(step, make_reviewer(), "approve")

    assert letters() == [(["sofia@example.org"], "Approved: Lesson 1-1")]
    assert letters() == []
