import pytest

from progress import operations
from progress.models import Attempt, CourseCompletion, ItemCompletion, MarkEvent, Response
from progress.rules.attempts import Hindrance
from tests.courses.builders import NOON as MADE
from tests.courses.builders import make_course, publish, quiz_pages
from tests.progress.builders import (
    NOON,
    answer,
    answer_all_right,
    counted_queries,
    do_lessons,
    enrol,
    lessons_of,
    pass_quiz,
    question_ids,
    quizzes_of,
    right_options,
    saved,
    start,
    wrong_option,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def attempt(course) -> Attempt:
    return start(enrol(course), quizzes_of(course)[0])


class TestStart:
    def test_an_attempt_has_an_empty_response_for_each_question(self, attempt):
        assert list(Response.objects.order_by("pk").values_list("question_id", "sequence", "options", "unsure")) == [
            (question_id, 0, [], False) for question_id in question_ids(attempt)
        ]
        assert (attempt.number, attempt.state, attempt.edition.number) == (1, "open", 1)

    def test_a_second_start_goes_on_with_the_open_attempt(self, course, attempt):
        assert start(attempt.enrolment, quizzes_of(course)[0]) == attempt
        assert Attempt.objects.count() == 1

    def test_a_sent_attempt_may_be_followed_by_another(self, course, attempt):
        operations.submit_attempt(attempt=attempt, at=NOON)
        assert start(attempt.enrolment, quizzes_of(course)[0]).number == 2

    def test_a_lesson_cannot_be_tried(self, course):
        with pytest.raises(operations.NotAQuiz):
            start(enrol(course), lessons_of(course)[0])

    def test_a_quiz_of_another_course_is_no_step_of_this_one(self, course):
        other = make_course(slug="other", title="Other")
        with pytest.raises(operations.UnknownItem):
            start(enrol(course), quizzes_of(other)[0])
        assert not Attempt.objects.exists()

    def test_the_limit_of_tries_is_kept(self, course):
        _change_quiz(course, max_attempts=1)
        enrolment = enrol(course)
        operations.submit_attempt(attempt=start(enrolment, quizzes_of(course)[0]), at=NOON)

        with pytest.raises(operations.CannotStart) as refusal:
            start(enrolment, quizzes_of(course)[0])
        assert [bar.reason for bar in refusal.value.bars] == [Hindrance.NO_TRIES_LEFT]
        assert Attempt.objects.count() == 1

    def test_a_final_test_waits_for_the_quizzes_before_it(self):
        course = make_course(quiz_count=2)
        _change_quiz(course, index=1, waits_for_quizzes=True)
        enrolment = enrol(course)
        first, final = quizzes_of(course)

        with pytest.raises(operations.CannotStart) as refusal:
            start(enrolment, final)
        assert refusal.value.bars[0].items == (first.key,)

        pass_quiz(enrolment, first)
        assert start(enrolment, final).number == 1

    def test_a_quiz_without_a_text_in_the_language_is_tried_in_the_source_language(self, course):
        attempt = start(enrol(course), quizzes_of(course)[0], language="it")
        assert attempt.language == "en"

    def test_a_quiz_is_tried_in_the_language_of_the_reader(self):
        course = make_course(languages=("it",))
        enrolment = enrol(course)
        attempt = operations.start_attempt(
            enrolment=enrolment, item_key=quizzes_of(course)[0].key, language="it", seed="seed", at=NOON
        )
        assert (attempt.language, attempt.quiz_version.body["title"]) == ("it", "it: Quiz 1-1")


class TestSave:
    def test_an_answer_is_saved_with_its_time(self, attempt):
        question = question_ids(attempt)[0]
        right = right_options(attempt, question)
        assert answer(attempt, question, right, sequence=1) == operations.SaveOutcome.SAVED
        response = saved(attempt, question)
        assert (response.options, response.sequence, response.answered_at) == (right, 1, NOON)

    def test_a_late_packet_does_not_overwrite_a_newer_answer(self, attempt):
        question = question_ids(attempt)[0]
        right, wrong = right_options(attempt, question), [wrong_option(attempt, question)]
        answer(attempt, question, right, sequence=3)
        assert answer(attempt, question, wrong, sequence=2) == operations.SaveOutcome.NEWER_EXISTS
        assert saved(attempt, question).options == right

    def test_the_same_packet_twice_is_saved_once_and_acknowledged_twice(self, attempt):
        question = question_ids(attempt)[0]
        right = right_options(attempt, question)
        outcomes = [answer(attempt, question, right, sequence=1) for _ in range(2)]
        assert outcomes == [operations.SaveOutcome.SAVED] * 2
        assert saved(attempt, question).sequence == 1

    def test_a_pressed_button_is_the_last_word_whatever_another_tab_has_counted(self, attempt):
        question = question_ids(attempt)[0]
        right, wrong = right_options(attempt, question), [wrong_option(attempt, question)]
        answer(attempt, question, wrong, sequence=7)
        answer(attempt, question, right, sequence=1, pressed=True)
        assert (saved(attempt, question).options, saved(attempt, question).sequence) == (right, 8)

    def test_a_late_packet_of_the_page_that_was_left_by_button_is_dropped(self, attempt):
        question = question_ids(attempt)[0]
        right, wrong = right_options(attempt, question), [wrong_option(attempt, question)]
        answer(attempt, question, right, sequence=3, pressed=True)
        assert answer(attempt, question, wrong, sequence=3) == operations.SaveOutcome.NEWER_EXISTS
        assert saved(attempt, question).options == right

    def test_not_sure_takes_the_place_of_options(self, attempt):
        question = question_ids(attempt)[0]
        answer(attempt, question, right_options(attempt, question), sequence=1)
        answer(attempt, question, [], unsure=True, sequence=2)
        assert (saved(attempt, question).options, saved(attempt, question).unsure) == ([], True)

    def test_an_option_that_the_question_does_not_offer_is_refused(self, attempt):
        first, second, _third = question_ids(attempt)
        for forged in ("invented", right_options(attempt, second)[0], ""):
            with pytest.raises(operations.UnfitAnswer):
                answer(attempt, first, [forged])
        assert saved(attempt, first).answered_at is None

    def test_two_options_where_one_is_taken_are_refused(self, attempt):
        question = question_ids(attempt)[0]
        options = [*right_options(attempt, question), wrong_option(attempt, question)]
        with pytest.raises(operations.UnfitAnswer):
            answer(attempt, question, options)

    def test_a_question_that_is_not_asked_is_refused(self, attempt):
        with pytest.raises(operations.UnknownQuestion):
            answer(attempt, "invented", [])

    def test_nothing_is_saved_after_the_answers_were_sent(self, attempt):
        question = question_ids(attempt)[0]
        operations.submit_attempt(attempt=attempt, at=NOON)
        with pytest.raises(operations.AttemptClosed):
            answer(attempt, question, right_options(attempt, question))
        assert saved(attempt, question).options == []


class TestSubmit:
    def test_all_right_passes_and_the_quiz_is_done(self, attempt):
        answer_all_right(attempt)
        event = operations.submit_attempt(attempt=attempt, at=NOON)

        assert (event.score, event.max_score, event.passed, event.pass_mark) == (3, 3, True, 60)
        completion = ItemCompletion.objects.get()
        assert (completion.evidence, completion.attempt) == ("attempt", attempt)

    def test_too_few_right_leaves_the_quiz_open_to_another_try(self, attempt):
        event = operations.submit_attempt(attempt=attempt, at=NOON)
        assert (event.score, event.passed) == (0, False)
        assert not ItemCompletion.objects.exists()

    def test_a_second_submit_returns_the_first_marking(self, attempt):
        first = operations.submit_attempt(attempt=attempt, at=NOON)
        assert operations.submit_attempt(attempt=attempt, at=NOON) == first
        assert MarkEvent.objects.count() == 1

    def test_passing_again_for_practice_or_failing_it_changes_no_completion(self, course, attempt):
        answer_all_right(attempt)
        operations.submit_attempt(attempt=attempt, at=NOON)
        operations.submit_attempt(attempt=start(attempt.enrolment, quizzes_of(course)[0]), at=NOON)
        assert ItemCompletion.objects.get().attempt == attempt

    def test_a_quiz_that_was_the_last_step_completes_the_course(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        pass_quiz(enrolment, quizzes_of(course)[0])
        assert CourseCompletion.objects.get().cause == "quiz"

    def test_an_open_attempt_ends_on_the_version_it_began_with(self, course, attempt):
        answer_all_right(attempt)
        page = quiz_pages(course)[0]
        publish(page, questions=page.questions.raw_data[:1], pass_mark=100)
        _settle(course)

        event = operations.submit_attempt(attempt=attempt, at=NOON)
        assert (event.score, event.max_score, event.pass_mark) == (3, 3, 60)

    def test_an_open_attempt_ends_though_its_quiz_was_taken_out(self, course, attempt):
        answer_all_right(attempt)
        quiz_pages(course)[0].unpublish()
        _settle(course)
        assert operations.submit_attempt(attempt=attempt, at=NOON).passed


def test_saving_costs_two_queries_and_three_when_late(course, attempt):
    question = question_ids(attempt)[0]
    right = right_options(attempt, question)
    with counted_queries() as on_time:
        answer(attempt, question, right, sequence=2)
    with counted_queries() as late:
        answer(attempt, question, right, sequence=1)
    assert (len(on_time), len(late)) == (2, 3)


def test_submitting_costs_the_same_for_3_and_30_questions():
    costs = []
    for count in (3, 30):
        course = make_course(slug=f"course-{count}", title=f"Course {count}", question_count=count)
        enrolment = enrol(course)
        do_lessons(enrolment)
        attempt = start(enrolment, quizzes_of(course)[0])
        answer_all_right(attempt)
        with counted_queries() as queries:
            operations.submit_attempt(attempt=attempt, at=NOON)
        costs.append(len(queries))
    assert CourseCompletion.objects.count() == 2
    assert costs[0] == costs[1] <= 14


def _change_quiz(course, *, index: int = 0, **changes) -> None:
    publish(quiz_pages(course)[index], **changes)
    _settle(course)


def _settle(course) -> None:
    from courses.operations.settling import settle

    settle(course_key=course.key, cause="publish", at=MADE)
