"""The history of an enrolment and what changed since its start, also where the course is archived or its pages are gone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from wagtail.models import Page

from certificates.models import Certificate
from certificates.operations import confirm_name, issue_due_certificates
from courses.operations.archiving import archive_course
from courses.operations.settling import settle
from courses.queries.serving import course_by_key
from progress.models import Enrolment
from progress.operations import finish_course
from progress.rules.regrading import Policy
from tests.courses.builders import course_page, lesson_body, lesson_pages, make_course, publish
from tests.people import make_learner, make_organisation, signed_in
from tests.progress.builders import (
    NOON,
    counted_queries,
    do_everything,
    do_lesson,
    enrol,
    lessons_of,
    pass_quiz,
    quizzes_of,
)
from tests.progress.pages import page, words
from tests.progress.regrades import RELEASED, change_key, run_jobs, send
from tests.progress.releases import release_edition, release_new_lesson

pytestmark = pytest.mark.django_db
ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course, make_learner("ana"))


@pytest.fixture
def ana(enrolment) -> Client:
    return signed_in(enrolment.learner)


def history(client: Client, enrolment: Enrolment) -> str:
    return words(client, f"/en/enrolments/{enrolment.public_id}/history/")


def changes(client: Client, enrolment: Enrolment) -> str:
    return words(client, f"/en/enrolments/{enrolment.public_id}/changes/")


def assert_in_order(said: str, *parts: str) -> None:
    """Say whether these words stand in a text one after the other."""
    place = 0
    for part in parts:
        assert part in said[place:], (part, said[place:])
        place = said.index(part, place) + len(part)


class TestHistory:
    def test_everything_has_its_date_in_the_order_in_which_it_happened(self, ana, enrolment, course):
        Enrolment.objects.filter(pk=enrolment.pk).update(organisation=make_organisation("Repair Hub"))
        do_lesson(enrolment, lessons_of(course)[0])
        send(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, {1: ["wrong"]})
        run_jobs()
        release_new_lesson(course, "1-3", binds=True, note="Read it soon.", at=RELEASED + timedelta(hours=1))
        assert_in_order(
            history(ana, enrolment),
            "Enrolled 24 November 2026, 13:00 By the learner. For Repair Hub. Edition 1 of the course.",
            "Quiz started, try 1: Quiz 1-1 24 November 2026, 13:00 Edition 1 of the course. In English.",
            "Answers sent, try 1: Quiz 1-1 24 November 2026, 13:00 1 of 3, 2 needed: not passed.",
            "Lesson marked as done: Lesson 1-1 24 November 2026, 13:00 Edition 1 of the course. In English.",
            "Marked again, try 1: Quiz 1-1 25 November 2026, 13:00 2 of 3, before 1 of 3, 2 needed: passed.",
            "What the editors say: The key was wrong.",
            "Quiz passed: Quiz 1-1 25 November 2026, 13:00 Edition 2 of the course. In English.",
            "The course was changed: one more step counts: Lesson 1-3 25 November 2026, 14:00",
            "What the editors say: Read it soon.",
        )

    def test_completion_and_certificate_are_in_it(self, ana, enrolment):
        ana.post(f"/en/enrolments/{enrolment.public_id}/name/", {"name": "Ana Popa", "confirmed": "on"})
        do_everything(enrolment)
        said = history(ana, enrolment)
        assert "Course complete 24 November 2026, 13:00 Completed by passing the last step, a quiz." in said
        assert "Later changes of the course ask for nothing more." in said
        assert "Name for the certificate confirmed" in said

    def test_a_step_that_was_taken_out_keeps_its_title(self, ana, enrolment, course):
        do_lesson(enrolment, lessons_of(course)[0])
        publish(lesson_pages(course)[0], title="A last title")
        lesson_pages(course)[0].unpublish()
        settle(course_key=course.key, cause="publish", at=RELEASED)
        said = history(ana, enrolment)
        assert "Lesson marked as done: Lesson 1-1" in said
        assert "It is no longer part of the course, and stays done." in said

    def test_an_attempt_keeps_the_title_it_began_with(self, ana, enrolment, course):
        pass_quiz(enrolment, quizzes_of(course)[0])
        quiz = Page.objects.get(translation_key=quizzes_of(course)[0].key).specific
        publish(quiz, title="Another title")
        settle(course_key=course.key, cause="publish", at=RELEASED)
        assert "Answers sent, try 1: Quiz 1-1" in history(ana, enrolment)

    def test_a_release_after_completion_is_no_line_of_it(self, ana, enrolment, course):
        do_everything(enrolment)
        release_new_lesson(course, "1-3", binds=True)
        assert "The course was changed" not in history(ana, enrolment)


class TestArchivedAndGone:
    def test_the_whole_path_in_an_archived_course(self, ana, enrolment, course):
        do_lesson(enrolment, lessons_of(course)[0])
        archive_course(course_key=course.key, at=RELEASED)
        assert "Digital basics" not in page(ana, "/en/courses/")
        said = words(ana, "/en/courses/digital-basics/")
        assert "This course is archived: it takes nobody new now." in said
        assert "Archived: it takes nobody new." not in words(ana, "/en/courses/")
        mine = page(ana, "/en/me/")
        assert f"/en/enrolments/{enrolment.public_id}/history/" in mine

        lesson, quiz = lessons_of(course)[1], quizzes_of(course)[0]
        assert ana.get(f"/en/courses/digital-basics/{lesson.path}/").status_code == 200
        ana.post(f"/en/enrolments/{enrolment.public_id}/items/{lesson.key}/done/")
        pass_quiz(enrolment, quiz)
        confirm_name(enrolment=enrolment, name="Ana Popa", at=RELEASED)
        issue_due_certificates(enrolment=enrolment, at=RELEASED)
        certificate = Certificate.objects.get()
        assert "This certificate is valid" in words(Client(), f"/en/verify/?number={certificate.number}")

        said = history(ana, enrolment)
        assert "This course is archived: it takes nobody new now." in said
        assert "The course was archived 25 November 2026, 13:00 It takes nobody new." in said
        assert "Course complete" in said
        assert f"Certificate issued 25 November 2026, 13:00 Number {certificate.number}." in said
        assert "The course is complete since" in words(ana, f"/en/enrolments/{enrolment.public_id}/why/")
        assert "Archived: it takes nobody new." in words(ana, "/en/me/")

    def test_the_history_reads_when_the_pages_are_taken_down(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        do_lesson(enrolment, lessons_of(course)[0])
        course_page(course).unpublish()
        settle(course_key=course.key, cause="publish", at=RELEASED)
        said = history(ana, enrolment)
        assert "The course is not open now. It may come back." in said
        assert_in_order(said, "Answers sent, try 1: Quiz 1-1", "Lesson marked as done: Lesson 1-1")
        for path in (f"attempts/{attempt.public_id}/marking", f"enrolments/{enrolment.public_id}/why"):
            assert ana.get(f"/en/{path}/").status_code == 200

    def test_the_history_reads_when_the_pages_are_gone(self, ana, enrolment, course):
        do_everything(enrolment)
        # Deleting is refused; so the key is taken from its page, and the course has none, as after a hand in the database.
        Page.objects.filter(pk=course_page(course).pk).update(translation_key=uuid4())
        settle(course_key=course.key, cause="heal", at=RELEASED)
        said = history(ana, enrolment)
        assert_in_order(
            said, "Enrolled", "Lesson marked as done: Lesson 1-1", "Quiz passed: Quiz 1-1", "Course complete"
        )
        for name in ("why", "changes"):
            assert ana.get(f"/en/enrolments/{enrolment.public_id}/{name}/").status_code == 200
        assert "/history/" in page(ana, "/en/me/")


class TestChanges:
    def test_nothing_changed(self, ana, enrolment):
        assert "Nothing. The course is as it was when you started." in changes(ana, enrolment)
        assert "What changed since I started?" not in page(ana, "/en/courses/digital-basics/")

    def test_each_edition_says_what_it_changed_and_whether_it_asks_more(self, ana, enrolment, course):
        release_new_lesson(course, "1-3", note="Written because you asked.")
        release_new_lesson(course, "1-4", binds=True, note="Please read this one.", at=RELEASED + timedelta(days=1))
        assert "What changed since I started?" in page(ana, "/en/courses/digital-basics/")
        said = changes(ana, enrolment)
        assert_in_order(
            said,
            "1 step counts for you now that did not when you started. Lesson 1-4",
            "You started with edition 1 of 2 November 2026. Today it is edition 3.",
            "Lesson “Lesson 1-3” is new",
            "Lesson “Lesson 1-4” is new",
            "Edition 3 Asks more of you 26 November 2026, 13:00",
            "Please read this one. Counts for you since then: Lesson 1-4",
            "Edition 2 25 November 2026, 13:00",
            "Written because you asked.",
        )

    def test_whom_it_binds_is_computed_for_this_learner(self, ana, enrolment, course):
        release_new_lesson(course, "1-3")
        late = enrol(course_by_key(course.key), make_learner("bob"))
        release_edition(course, binds=[lessons_of(course)[2].key], at=RELEASED + timedelta(days=1))
        assert "1 step counts for you now that did not when you started. Lesson 1-3" in changes(ana, enrolment)
        assert "Nothing that changed asks for more of you." in changes(signed_in(late.learner), late)

    def test_a_completed_course_asks_for_nothing_more(self, ana, enrolment, course):
        do_everything(enrolment)
        release_new_lesson(course, "1-3", binds=True)
        said = changes(ana, enrolment)
        assert "Nothing that changed later asks for anything more." in said
        assert "Asks more of you" not in said

    def test_no_answer_key_is_read(self, ana, enrolment, course):
        change_key(course, Policy.ACCEPT_BOTH, {1: ["wrong"]})
        with counted_queries() as queries:
            changes(ana, enrolment)
        assert [sql for sql in queries if "quizkey" in sql or "courses_quizpage" in sql] == []

    def test_many_editions_cost_what_few_do_and_the_older_ones_are_counted(self, ana, enrolment, course):
        costs = []
        for count in (2, 13):
            for number in range(count):
                body = lesson_body(f"{count}-{number}", words=f"Words {number}.")
                publish(lesson_pages(course)[0], body=body)
                release_edition(course, note=f"Note {count}-{number}.", at=RELEASED + timedelta(minutes=number))
            changes(ana, enrolment)
            with counted_queries() as queries:
                said = changes(ana, enrolment)
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 10
        assert "Today it is edition 16." in said
        assert "5 earlier editions are in “Then and now”." in said
        assert_in_order(
            said, "Edition 16", "Note 13-12.", "Edition 7", "Note 13-3.", "Edition 2", "Note 2-0.", "Edition 6"
        )


def test_the_history_costs_the_same_however_long_it_is(course):
    costs = []
    for size in (1, 5):
        course = make_course(slug=f"long-{size}", title=f"Long {size}", lesson_count=size, quiz_count=size)
        enrolment = enrol(course)
        do_everything(enrolment)
        finish_course(enrolment=enrolment, at=NOON)
        client = signed_in(enrolment.learner)
        history(client, enrolment)
        with counted_queries() as queries:
            history(client, enrolment)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 14
