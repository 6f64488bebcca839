"""What the state machine found, each as the shortest story that showed it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.operations.releasing import discard_release
from progress.models import Enrolment
from progress.operations.releasing import put_together
from tests.courses.builders import lesson_pages, make_course
from tests.people import make_editor, make_learner, signed_in
from tests.progress.builders import NOON, enrol, pass_quiz, quizzes_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_who_left_a_course_still_reads_the_result_and_history_of_what_they_did() -> None:
    course = make_course()
    ana = make_learner("ana")
    attempt = pass_quiz(enrol(course, ana), quizzes_of(course)[0])
    Enrolment.objects.update(withdrawn_at=NOON)

    browser = signed_in(ana)
    pages = [
        reverse("progress:result", args=[attempt.public_id]),
        reverse("progress:marking", args=[attempt.public_id]),
        reverse("progress:history", args=[attempt.enrolment.public_id]),
        reverse("progress:explain", args=[attempt.enrolment.public_id]),
    ]
    assert [browser.get(path).status_code for path in pages] == [200] * 4


def test_a_page_whose_draft_waits_in_a_release_is_not_deleted_and_the_cms_says_so() -> None:
    course = make_course()
    sofia = make_editor("sofia")
    lesson = lesson_pages(course)[0]
    lesson.title = "Another title"
    revision = lesson.save_revision(user=sofia)
    release = put_together(course=course, user=sofia, public_id=uuid4(), revisions=[(lesson, revision)], at=NOON)
    delete = reverse("wagtailadmin_pages:delete", args=[lesson.pk])
    browser = signed_in(sofia)

    refusal = browser.post(delete)
    assert refusal.status_code == 409
    assert "waits in a release" in refusal.content.decode()

    discard_release(release=release, user=sofia, at=NOON + timedelta(hours=1))
    assert browser.post(delete).status_code == 302
    assert len(lesson_pages(course)) == 1
