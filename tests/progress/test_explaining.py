"""How was this marked, and why is the course complete or not: each rule with its evidence, edition and time."""

from datetime import timedelta

import pytest
from django.test import Client

from courses.operations.settling import settle
from progress.models import Attempt, CourseCompletion, Enrolment
from progress.rules.regrading import Policy
from tests.courses.builders import lesson_pages, make_course, publish
from tests.people import make_learner, signed_in
from tests.progress.builders import (
    counted_queries,
    do_everything,
    do_lesson,
    do_lessons,
    enrol,
    lessons_of,
    pass_quiz,
    quizzes_of,
    start,
)
from tests.progress.pages import page, words
from tests.progress.regrades import RELEASED, begin, change_key, run_jobs, send
from tests.progress.releases import release_new_lesson

pytestmark = pytest.mark.django_db

# Three questions: right are "right", "right" and "also-right", "true". Passed with 60 %, so with two of three.
ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}
TWO_RIGHT = {1: ["right"], 2: ["right"], 3: ["true"]}
WRONG_IS_RIGHT = {1: ["wrong"]}


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course, make_learner("ana"))


@pytest.fixture
def ana(enrolment) -> Client:
    return signed_in(enrolment.learner)


def marking_url(attempt: Attempt) -> str:
    return f"/en/attempts/{attempt.public_id}/marking/"


def result_url(attempt: Attempt) -> str:
    return f"/en/attempts/{attempt.public_id}/result/"


def why_url(enrolment: Enrolment) -> str:
    return f"/en/enrolments/{enrolment.public_id}/why/"


class TestHowWasThisMarked:
    def test_the_first_marking_with_what_was_needed_and_by_which_key(self, ana, enrolment):
        attempt = send(enrolment, ONE_RIGHT)
        said = words(ana, marking_url(attempt))
        assert "Marked by the rules of the quiz 24 November 2026, 13:00" in said
        assert "1 of 3 points. To pass: 2 (60 % of the points). Not passed." in said
        assert "Answer key: as in edition 1 of the course, 2 November 2026" in said
        assert "The first result stays on record." in said
        assert "Answer given Answer wrong. Points 0 of 1" in said

    def test_a_marking_again_with_reason_policy_and_who_decided_but_no_name(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        regrade = change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        regrade.release.approved_at = RELEASED
        regrade.release.save(update_fields=["approved_at"])
        run_jobs()
        said = words(ana, marking_url(attempt))
        assert said.index("Marked by the rules") < said.index("Marked again 25 November 2026")
        assert "2 of 3 points, before 1 of 3. To pass: 2 (60 % of the points). Now passed." in said
        assert "Why: The key was wrong." in said
        assert "How: The earlier right answers count, and the new ones too." in said
        assert "Decided by: an editor of the course. A second person agreed on 25 November 2026." in said
        assert "Answer key: as in edition 2 of the course, 25 November 2026" in said
        assert "First result 1 of 3, not passed" in said
        assert regrade.decided_by.display_name not in said

    def test_a_question_that_is_marked_differently_says_both_keys_and_what_counts(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        said = words(ana, marking_url(attempt))
        assert said.count("Marked differently than at first") == 1
        assert "Points 1 of 1, 0 at first Counted as right Answer right. or: Answer wrong." in said
        assert "edition 1 of the course, 2 November 2026 edition 2 of the course, 25 November 2026" in said

    def test_a_dropped_question_does_not_count(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.DROP, without=[1])
        run_jobs()
        said = words(ana, marking_url(attempt))
        assert "1 of 2 points, before 1 of 3. To pass: 2 (60 % of the points). Not passed." in said
        assert "Does not count 1. What about question-1?" in said
        assert "Points None for anybody, 0 at first" in said

    def test_what_is_right_is_named_only_once_the_quiz_is_passed(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        assert "Counted as right" not in page(ana, marking_url(attempt))
        assert "named here once the quiz is passed" in page(ana, marking_url(attempt))
        pass_quiz(enrolment, quizzes_of(course)[0])
        assert "Counted as right" in page(ana, marking_url(attempt))

    def test_a_decision_that_changed_nothing_here_is_named_too(self, ana, enrolment, course):
        attempt = send(enrolment, TWO_RIGHT)
        change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
        assert "To be marked again: it is being done now" in page(ana, marking_url(attempt))
        run_jobs()
        said = words(ana, marking_url(attempt))
        assert "Marked again, and nothing changed here 25 November 2026" in said
        assert "How: The new right answers count, and no result goes down." in said
        assert "Result 2 of 3, passed" in said

    def test_an_attempt_at_the_new_quiz_says_nothing_of_the_old_one(self, ana, enrolment, course):
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        attempt = send(enrolment, ONE_RIGHT)
        said = words(ana, marking_url(attempt))
        assert "Marked again" not in said
        assert "Result 2 of 3, passed" in said

    def test_an_attempt_that_was_open_then_is_marked_twice_when_it_is_sent(self, ana, enrolment, course):
        attempt = begin(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        ana.post(f"/en/attempts/{attempt.public_id}/send/")
        said = words(ana, marking_url(attempt))
        assert "1 of 3 points." in said
        assert "2 of 3 points, before 1 of 3." in said

    def test_a_result_that_was_lowered_says_that_what_was_done_stays_done(self, ana, enrolment, course):
        attempt = send(enrolment, TWO_RIGHT)
        change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
        run_jobs()
        said = words(ana, marking_url(attempt))
        assert "1 of 3 points, before 2 of 3." in said
        assert "Now not passed. What was done stays done." in said
        assert "This quiz is done, and it stays done." in said
        assert "You passed this quiz before. It stays done." in words(ana, result_url(attempt))

    def test_the_way_back_is_another_line(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        change_key(course, Policy.AS_FIRST_MARKED, at=RELEASED + timedelta(days=1))
        run_jobs(at=RELEASED + timedelta(days=1))
        said = words(ana, marking_url(attempt))
        assert "1 of 3 points, before 2 of 3." in said
        assert "How: The first marking counts again." in said
        assert "Result 1 of 3, not passed" in said
        assert "Marked differently than at first" not in said

    def test_answers_that_were_erased_leave_their_marks(self, ana, enrolment):
        attempt = send(enrolment, TWO_RIGHT)
        attempt.responses.all().delete()
        said = words(ana, marking_url(attempt))
        assert said.count("Answer given Erased. The marks stay.") == 3
        assert "Points 1 of 1" in said
        assert words(ana, result_url(attempt)).count("Your answer Erased. The marks stay.") == 3

    def test_an_open_attempt_has_no_marking(self, ana, enrolment, course):
        attempt = start(enrolment, quizzes_of(course)[0])
        answer = ana.get(marking_url(attempt))
        assert (answer.status_code, answer["Location"]) == (303, f"/en/attempts/{attempt.public_id}/check/")

    def test_the_reason_is_marked_as_being_in_the_language_of_the_course(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        assert '<span lang="en">The key was wrong.</span>' in page(ana, f"/it/attempts/{attempt.public_id}/marking/")


class TestResult:
    def test_it_shows_the_standing_marking_and_what_it_was_before(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        assert "Marked again" not in page(ana, result_url(attempt))
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        said = words(ana, result_url(attempt))
        assert "You have 2 of 3. That is enough to pass." in said
        assert "Marked again on 25 November 2026: 2 of 3, before 1 of 3. How was this marked?" in said

    def test_an_answer_that_counts_now_is_called_right_and_the_old_feedback_is_left_out(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        assert "Feedback on wrong." in page(ana, result_url(attempt))
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        said = words(ana, result_url(attempt))
        assert "Feedback on wrong." not in said
        assert "Right 1. What about question-1?" in said
        assert "This question is marked differently than at first." in said

    def test_a_dropped_question_is_said_not_to_count(self, ana, enrolment, course):
        attempt = send(enrolment, ONE_RIGHT)
        change_key(course, Policy.DROP, without=[1])
        run_jobs()
        said = words(ana, result_url(attempt))
        assert "You have 1 of 2. You need 2." in said
        assert "Does not count 1. What about question-1?" in said

    def test_each_result_leads_to_how_it_was_marked(self, ana, enrolment):
        attempt = send(enrolment, TWO_RIGHT)
        assert f'href="{marking_url(attempt)}"' in page(ana, result_url(attempt))


class TestWhy:
    def test_each_step_says_by_what_it_is_done_and_in_which_edition(self, ana, enrolment, course):
        do_lesson(enrolment, lessons_of(course)[0])
        attempt = send(enrolment, ONE_RIGHT)
        said = words(ana, why_url(enrolment))
        assert "2 steps are still to do." in said
        assert "Done: you said so on 24 November 2026, 13:00. Edition 1." in said
        assert "Best try: 1 of 3 on 24 November 2026, 2 needed. How was this marked?" in said
        assert f'href="{marking_url(attempt)}"' in page(ana, why_url(enrolment))

    def test_a_step_that_binds_since_a_release_says_since_which_edition(self, ana, enrolment, course):
        release_new_lesson(course, "1-3", binds=True)
        said = words(ana, why_url(enrolment))
        assert "4 steps are still to do." in said
        assert "Counts since edition 2, 25 November 2026: the editors made it count for everybody." in said
        assert "Steps that do not count for you" not in said

    def test_a_step_that_came_later_and_does_not_bind_is_named_apart(self, ana, enrolment, course):
        release_new_lesson(course, "1-3")
        publish(lesson_pages(course)[1], required=False)
        settle(course_key=course.key, cause="publish", at=RELEASED)
        said = words(ana, why_url(enrolment))
        assert "2 steps are still to do." in said
        apart = said.split("Steps that do not count for you", 1)[1]
        assert "Lesson 1-2 An extra for everybody." in apart
        assert "Lesson 1-3 It was added after you started." in apart

    def test_what_was_done_and_taken_out_still_counts(self, ana, enrolment, course):
        do_lesson(enrolment, lessons_of(course)[0])
        lesson_pages(course)[0].unpublish()
        settle(course_key=course.key, cause="publish", at=RELEASED)
        assert "It is no longer part of the course, and still counts for you." in words(ana, why_url(enrolment))

    def test_a_step_that_came_back_counts_for_who_was_bound_by_it(self, ana, enrolment, course):
        lesson = lesson_pages(course)[0]
        lesson.unpublish()
        settle(course_key=course.key, cause="publish", at=RELEASED)
        course.refresh_from_db()
        late = enrol(course, make_learner("bob"))
        publish(lesson)
        settle(course_key=course.key, cause="publish", at=RELEASED)
        assert "do not count for you" not in words(ana, why_url(enrolment)).split("Step by step", 1)[1]
        assert "It was added after you started." in words(signed_in(late.learner), why_url(late))

    def test_a_complete_course_says_when_by_what_act_and_in_which_edition(self, ana, enrolment, course):
        do_everything(enrolment)
        release_new_lesson(course, "1-3", binds=True)
        said = words(ana, why_url(enrolment))
        assert "The course is complete since 24 November 2026, 13:00." in said
        assert "Completed by passing the last step, a quiz, in edition 1 of the course." in said
        assert "Later editions ask for nothing more." in said
        assert "Lesson 1-3 It was not asked of you when you completed the course." in said

    def test_a_pass_through_marking_again_completes_and_says_so(self, ana, enrolment, course):
        do_lessons(enrolment)
        send(enrolment, ONE_RIGHT)
        change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
        run_jobs()
        assert CourseCompletion.objects.get().cause == "regrade"
        assert "Completed when a quiz was marked again and passed, in edition 2" in words(ana, why_url(enrolment))

    def test_the_certificate_waits_for_course_and_name_and_says_which_is_there(self, ana, enrolment):
        said = words(ana, why_url(enrolment))
        assert "Course Not complete yet. Name Not confirmed yet. Say which name Issued Not yet." in said
        ana.post(f"/en/enrolments/{enrolment.public_id}/name/", {"name": "Ana Popa", "confirmed": "on"})
        assert "Name Confirmed on" in words(ana, why_url(enrolment))

    def test_a_course_without_certificate_says_nothing_of_one(self):
        course = make_course(slug="plain", title="Plain", has_certificate=False)
        enrolment = enrol(course)
        assert "certificate" not in words(signed_in(enrolment.learner), why_url(enrolment)).replace("certificates", "")


class TestCosts:
    """The same for one attempt, release and marking again as for three, and for three times as many questions."""

    def test_they_do_not_grow(self):
        costs = [self._costs(1), self._costs(3)]
        assert costs[0] == costs[1]
        assert costs[0]["marking"] <= 12
        assert costs[0]["result"] <= 14  # one of them asks who looks, or looked, at it
        assert costs[0]["why"] <= 15

    def _costs(self, size: int) -> dict[str, int]:
        course = make_course(
            slug=f"big-{size}",
            title=f"Big {size}",
            lesson_count=size + 1,
            question_count=3 * size,
            has_certificate=True,
        )
        enrolment = enrol(course)
        for lesson in lessons_of(course)[:size]:
            do_lesson(enrolment, lesson)
        attempts = [send(enrolment, ONE_RIGHT) for _ in range(size)]
        for number in range(size):
            release_new_lesson(course, f"new-{number}", binds=True)
        for number in range(size):
            right = WRONG_IS_RIGHT if number % 2 == 0 else {1: ["right"]}
            change_key(course, Policy.EVEN_IF_LOWER, right, at=RELEASED + timedelta(hours=number))
        run_jobs(at=RELEASED + timedelta(days=1))
        client = signed_in(enrolment.learner)
        paths = {"marking": marking_url(attempts[0]), "result": result_url(attempts[0]), "why": why_url(enrolment)}
        costs = {}
        for name, path in paths.items():
            page(client, path)
            with counted_queries() as queries:
                page(client, path)
            costs[name] = len(queries)
        return costs
