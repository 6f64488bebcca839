import re
import uuid

import pytest
from django.test import Client

from courses.queries import serving
from progress import operations
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, ReadingPosition, Response
from tests.courses.builders import course_page, lesson_pages, make_course, publish, quiz_pages
from tests.people import make_learner
from tests.progress.builders import (
    NOON,
    answer,
    counted_queries,
    do_everything,
    do_lesson,
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

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def ana(db):
    return make_learner("ana")


@pytest.fixture
def enrolment(course, ana) -> Enrolment:
    return enrol(course, ana)


@pytest.fixture
def learner(ana) -> Client:
    """A browser in which Ana is signed in."""
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def attempt(course, enrolment) -> Attempt:
    return start(enrolment, quizzes_of(course)[0])


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code, response.headers)
    return " ".join(response.content.decode().split())


def item_url(item, language: str = "en") -> str:
    return f"/{language}/courses/digital-basics/{item.path}/"


def step_url(enrolment: Enrolment, item, act: str) -> str:
    return f"/en/enrolments/{enrolment.public_id}/items/{item.key}/{act}/"


def question_url(attempt: Attempt, number: int = 1) -> str:
    return f"/en/attempts/{attempt.public_id}/questions/{number}/"


def _settle(course) -> None:
    from courses.operations.settling import settle

    settle(course_key=course.key, cause="publish", at=NOON)


class TestEnrol:
    def test_one_click_on_the_course_page_leads_to_the_first_lesson(self, learner, course):
        assert "Enrol in this course" in page(learner, "/en/courses/digital-basics/")
        response = learner.post(f"/en/enrol/{course.key}/")
        assert (response.status_code, response["Location"]) == (303, item_url(lessons_of(course)[0]))

    def test_fetching_the_address_enrols_nobody(self, learner, course):
        page(learner, f"/en/enrol/{course.key}/")
        assert not Enrolment.objects.exists()

    def test_a_visitor_is_asked_to_sign_in_and_comes_back(self, client, course):
        text = page(client, f"/en/enrol/{course.key}/")
        assert f"/en/account/login/?next=%2Fen%2Fenrol%2F{course.key}%2F" in text
        assert client.post(f"/en/enrol/{course.key}/").status_code == 303
        assert not Enrolment.objects.exists()

    def test_it_leads_to_no_other_site(self, learner, course):
        for goal in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
            response = learner.post(f"/en/enrol/{course.key}/", {"next": goal})
            assert response["Location"].startswith("/en/courses/")

    def test_a_course_that_is_not_there_or_not_open_takes_nobody(self, learner, course):
        page(learner, f"/en/enrol/{uuid.uuid4()}/", status=404)
        course_page(course).unpublish()
        _settle(course)
        assert learner.post(f"/en/enrol/{course.key}/").status_code == 404
        assert not Enrolment.objects.exists()


class TestOutline:
    def test_it_says_what_is_done_where_one_is_and_what_cannot_start(self, learner, ana):
        course = make_course(quiz_count=2)
        publish(quiz_pages(course)[1], waits_for_quizzes=True)
        _settle(course)
        enrolment = enrol(course, ana)
        do_lesson(enrolment, lessons_of(course)[0])
        text = page(learner, "/en/courses/digital-basics/")
        assert "1 of 4 steps done." in text
        assert text.count("Completed") == 1
        assert text.count('mark--straw">You are here') == 1
        assert "Opens when the quizzes before it are passed. 1 still to do." in text
        assert "Cannot start yet" in text

    def test_continue_leads_to_the_section_where_a_lesson_was_left(self, learner, course, enrolment):
        lesson = lessons_of(course)[1]
        operations.save_position(enrolment=enrolment, item_key=lesson.key, section="part-2", at=NOON)
        text = page(learner, "/en/courses/digital-basics/")
        assert f'<a class="button" href="{item_url(lesson)}#part-2">Continue' in text

    def test_the_finish_button_is_there_when_only_the_own_act_is_missing(self, learner, course, enrolment):
        do_lesson(enrolment, lessons_of(course)[0])
        pass_quiz(enrolment, quizzes_of(course)[0])
        lesson_pages(course)[1].unpublish()
        _settle(course)
        assert "Finish the course" in page(learner, "/en/courses/digital-basics/")
        response = learner.post(f"/en/enrolments/{enrolment.public_id}/finish/")
        assert response.status_code == 303
        assert CourseCompletion.objects.get().cause == "finish"
        assert "Finish the course" not in page(learner, "/en/courses/digital-basics/")

    def test_a_step_that_was_done_and_taken_out_is_named_below(self, learner, course, enrolment):
        lesson = lessons_of(course)[0]
        do_lesson(enrolment, lesson)
        before = page(learner, "/en/courses/digital-basics/")
        lesson_pages(course)[0].unpublish()
        _settle(course)
        text = page(learner, "/en/courses/digital-basics/")
        assert "Also done, no longer part" not in before
        assert "1 of 3 steps done." in text
        assert f"no longer part of the course: <span>{lesson.title}</span>, 24 November 2026" in text

    def test_the_time_to_go_speaks_of_steps_not_of_lessons(self, learner, course, enrolment):
        do_lessons(enrolment)
        text = page(learner, "/en/courses/digital-basics/")
        assert re.search(r"About \d+ minutes? to go\.", text)
        assert "of lessons" not in text

    def test_somebody_signed_in_is_not_told_of_accounts(self, learner, course):
        text = page(learner, "/en/courses/digital-basics/")
        assert "Read the first lesson</a>" in text

    def test_finishing_too_early_says_why_not(self, learner, enrolment):
        response = learner.post(f"/en/enrolments/{enrolment.public_id}/finish/")
        assert response["Location"] == f"/en/enrolments/{enrolment.public_id}/why/"
        assert not CourseCompletion.objects.exists()


class TestLesson:
    def test_done_leads_to_what_comes_next(self, learner, course, enrolment):
        first, second = lessons_of(course)
        assert f"Done. Next up: <span>{second.title}</span>" in page(learner, item_url(first))
        response = learner.post(step_url(enrolment, first, "done"))
        assert (response.status_code, response["Location"]) == (303, item_url(second))
        again = learner.post(step_url(enrolment, first, "done"))
        assert again.status_code == 303
        assert ItemCompletion.objects.count() == 1

    def test_fetching_the_address_of_a_form_leads_to_its_page_and_does_nothing(self, learner, course, enrolment):
        lesson, quiz = lessons_of(course)[0], quizzes_of(course)[0]
        for item, act in ((lesson, "done"), (lesson, "place"), (quiz, "start")):
            assert learner.get(step_url(enrolment, item, act))["Location"] == item_url(item)
        assert not ItemCompletion.objects.exists()
        assert not Attempt.objects.exists()

    def test_a_place_is_saved_by_the_button_and_by_the_script(self, learner, course, enrolment):
        lesson = lessons_of(course)[0]
        section = re.search(r'<option value="([\w-]+)"', page(learner, item_url(lesson)))[1]
        response = learner.post(step_url(enrolment, lesson, "place"), {"section": section})
        assert response["Location"] == f"{item_url(lesson)}#{section}"
        by_script = learner.post(step_url(enrolment, lesson, "place"), {"section": section}, headers=JSON)
        assert by_script.json()["text"].startswith("Your place is saved on every device.")
        assert ReadingPosition.objects.get().section == section
        assert "You stopped at “First of all”" in page(learner, item_url(lesson))

    def test_a_forged_place_is_not_kept(self, learner, course, enrolment):
        lesson = lessons_of(course)[0]
        for section in ('"><script>', "x" * 65, "a b"):
            response = learner.post(step_url(enrolment, lesson, "place"), {"section": section}, headers=JSON)
            assert response.status_code == 400
        assert not ReadingPosition.objects.exists()

    def test_a_lesson_of_another_course_is_as_absent_as_none(self, learner, enrolment):
        other = make_course(slug="other", title="Other")
        for key in (lessons_of(other)[0].key, uuid.uuid4()):
            path = f"/en/enrolments/{enrolment.public_id}/items/{key}/done/"
            assert learner.post(path).status_code == 404
        assert not ItemCompletion.objects.exists()

    def test_what_was_done_and_then_taken_out_may_be_looked_at_again(self, learner, course, enrolment):
        lesson = lessons_of(course)[0]
        do_lesson(enrolment, lesson)
        lesson_pages(course)[0].unpublish()
        _settle(course)
        text = page(learner, item_url(lesson))
        assert "This lesson is no longer part of the course." in text
        assert "Words of lesson 1-1." in text
        assert learner.post(step_url(enrolment, lesson, "done")).status_code == 404

    def test_a_session_that_ended_leads_back_to_the_lesson(self, course, enrolment):
        path = step_url(enrolment, lessons_of(course)[0], "done")
        response = Client().post(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/en/account/login/?next=")
        assert Client().post(path, headers=JSON).status_code == 401


class TestQuizStart:
    def test_it_holds_no_surprise(self, learner, course, enrolment):
        text = page(learner, item_url(quizzes_of(course)[0]))
        for words in ("3, one on each page", "There is no timer.", "60 % of the points", "As many as you like"):
            assert words in text
        assert "You can stop and come back" in text

    def test_start_leads_to_the_first_question_and_again_to_the_same_attempt(self, learner, course, enrolment):
        path = step_url(enrolment, quizzes_of(course)[0], "start")
        for _ in range(2):
            response = learner.post(path, follow=True)
            assert "Question 1 of 3" in response.content.decode()
        assert Attempt.objects.count() == 1

    def test_what_cannot_start_says_why_and_nothing_is_made(self, learner, ana):
        course = make_course(quiz_count=2)
        publish(quiz_pages(course)[1], waits_for_quizzes=True)
        _settle(course)
        enrolment = enrol(course, ana)
        first, final = quizzes_of(course)
        response = learner.post(step_url(enrolment, final, "start"))
        text = response.content.decode()
        assert response.status_code == 409
        assert "Cannot start yet" in text
        assert first.title in text
        assert not Attempt.objects.exists()


class TestQuestion:
    def test_continue_saves_and_goes_on(self, learner, attempt):
        question = question_ids(attempt)[0]
        response = learner.post(question_url(attempt), {"option": right_options(attempt, question), "sequence": 0})
        assert (response.status_code, response["Location"]) == (303, question_url(attempt, 2))
        assert saved(attempt, question).options == right_options(attempt, question)
        assert 'checked><span lang="en">Answer right.' in page(learner, question_url(attempt))

    def test_the_last_question_leads_to_all_answers_and_a_change_comes_back_there(self, learner, attempt):
        check = f"/en/attempts/{attempt.public_id}/check/"
        assert learner.post(question_url(attempt, 3), {"option": "true"})["Location"] == check
        response = learner.post(question_url(attempt), {"option": "unsure", "from": "check"})
        assert response["Location"] == check

    def test_a_script_saves_and_is_told_the_time(self, learner, attempt):
        question = question_ids(attempt)[0]
        sent = {"option": right_options(attempt, question), "sequence": 1}
        response = learner.post(question_url(attempt), sent, headers=JSON)
        assert response.json()["text"].startswith("Saved ")
        assert saved(attempt, question).sequence == 1

    def test_a_late_packet_is_told_that_a_newer_answer_is_there(self, learner, attempt):
        question = question_ids(attempt)[0]
        answer(attempt, question, right_options(attempt, question), sequence=5)
        late = {"option": wrong_option(attempt, question), "sequence": 2}
        response = learner.post(question_url(attempt), late, headers=JSON)
        assert response.status_code == 409
        assert "newer answer" in response.json()["text"]
        assert saved(attempt, question).options == right_options(attempt, question)

    def test_right_and_wrong_answers_get_equal_replies(self, learner, attempt):
        question = question_ids(attempt)[0]
        replies = [
            len(learner.post(question_url(attempt), {"option": option, "sequence": 1}, headers=JSON).content)
            for option in (right_options(attempt, question)[0], wrong_option(attempt, question))
        ]
        assert len(set(replies)) <= 2  # the second one is late, so it is refused with other words
        pressed = [
            learner.post(question_url(attempt), {"option": option}).content
            for option in (right_options(attempt, question)[0], wrong_option(attempt, question))
        ]
        assert pressed == [b"", b""]

    def test_no_answer_is_asked_for_in_words_and_nothing_is_written(self, learner, attempt):
        response = learner.post(question_url(attempt), {})
        text = response.content.decode()
        assert response.status_code == 422
        assert text.count("Choose an answer. If you do not know, choose “I am not sure”.") == 2
        assert "<title>Error: " in text
        assert saved(attempt, question_ids(attempt)[0]).answered_at is None

    @pytest.mark.parametrize("accept", [{}, JSON])
    def test_a_forged_or_foreign_option_is_refused_in_words(self, learner, attempt, accept):
        first, second, _third = question_ids(attempt)
        for forged in ("invented", right_options(attempt, second)[0], "true", "x" * 5000):
            response = learner.post(question_url(attempt), {"option": forged, "sequence": 1}, headers=accept)
            assert response.status_code == 422
            assert "Choose one of the answers of this question." in response.content.decode()
        assert saved(attempt, first).answered_at is None

    def test_a_number_that_is_none_counts_as_the_oldest(self, learner, attempt):
        question = question_ids(attempt)[0]
        for number in ("x", "-1", "9" * 30, ""):
            sent = {"option": right_options(attempt, question), "sequence": number}
            assert learner.post(question_url(attempt), sent, headers=JSON).status_code == 409
            assert learner.post(question_url(attempt), sent).status_code == 303

    def test_options_win_over_not_sure_where_both_are_ticked(self, learner, attempt):
        question = question_ids(attempt)[1]
        learner.post(question_url(attempt, 2), {"option": [*right_options(attempt, question), "unsure"]})
        assert (saved(attempt, question).options, saved(attempt, question).unsure) == (
            sorted(right_options(attempt, question)),
            False,
        )

    def test_after_sending_an_answer_is_not_taken_and_the_page_shows_the_result(self, learner, attempt):
        operations.submit_attempt(attempt=attempt, at=NOON)
        question = question_ids(attempt)[0]
        sent = {"option": right_options(attempt, question), "sequence": 9}
        response = learner.post(question_url(attempt), sent)
        assert response["Location"] == f"/en/attempts/{attempt.public_id}/result/"
        words = "These answers were sent already. They stay as they were sent."
        assert words in page(learner, response["Location"])
        by_script = learner.post(question_url(attempt), sent, headers=JSON)
        assert (by_script.status_code, by_script.json()["text"]) == (409, words)
        assert learner.post(question_url(attempt), sent, headers=JSON).status_code == 409
        assert saved(attempt, question).options == []

    def test_a_question_that_is_not_asked_is_not_there(self, learner, attempt):
        for number in (0, 4, 99):
            page(learner, question_url(attempt, number), status=404)

    def test_another_device_opens_at_the_first_open_question(self, learner, attempt):
        learner.post(question_url(attempt), {"option": "unsure"})
        assert learner.get(f"/en/attempts/{attempt.public_id}/")["Location"] == question_url(attempt, 2)

    def test_no_page_before_the_result_reads_the_key(self, learner, course, attempt):
        with counted_queries() as queries:
            page(learner, question_url(attempt))
            learner.post(question_url(attempt), {"option": "unsure"})
            page(learner, f"/en/attempts/{attempt.public_id}/check/")
            page(learner, item_url(quizzes_of(course)[0]))
        assert [query for query in queries if "quizkey" in query] == []


class TestCheckAndResult:
    def test_all_answers_are_shown_before_they_are_sent(self, learner, attempt):
        first, _second, third = question_ids(attempt)
        answer(attempt, first, right_options(attempt, first))
        answer(attempt, third, [], unsure=True)
        text = page(learner, f"/en/attempts/{attempt.public_id}/check/")
        assert "2 of 3 answered. One is still open." in text
        assert "Answer right." in text
        assert "I am not sure" in text
        assert "Not answered yet" in text

    def test_sending_leads_to_the_result_and_sending_again_too(self, learner, attempt):
        for _ in range(2):
            response = learner.post(f"/en/attempts/{attempt.public_id}/send/")
            assert response["Location"] == f"/en/attempts/{attempt.public_id}/result/"
        assert attempt.mark_events.count() == 1

    def test_fetching_the_address_sends_nothing(self, learner, attempt):
        assert learner.get(f"/en/attempts/{attempt.public_id}/send/").status_code == 303
        attempt.refresh_from_db()
        assert attempt.state == "open"

    def test_a_result_that_is_enough_says_so_and_names_what_is_right(self, learner, attempt):
        first, second, _third = question_ids(attempt)
        answer(attempt, first, right_options(attempt, first))
        answer(attempt, second, right_options(attempt, second))
        operations.submit_attempt(attempt=attempt, at=NOON)
        text = page(learner, f"/en/attempts/{attempt.public_id}/result/")
        assert "You have 2 of 3." in text
        assert "That is enough to pass." in text
        assert "Feedback on right." in text
        assert "Right is" in text

    def test_until_it_is_passed_no_right_option_is_named(self, learner, attempt):
        first, second, _third = question_ids(attempt)
        answer(attempt, first, [wrong_option(attempt, first)])
        answer(attempt, second, right_options(attempt, second)[:1])
        operations.submit_attempt(attempt=attempt, at=NOON)
        text = page(learner, f"/en/attempts/{attempt.public_id}/result/")
        assert "You have 0 of 3. You need 2." in text
        assert "Not quite" in text
        assert "Partly" in text
        assert "Feedback on wrong." in text
        assert "Right is" not in text
        # Of two right options one was chosen: its feedback is there, that of the other would name it.
        assert ("Feedback on right." in text) != ("Feedback on also-right." in text)
        assert "Try again" in text

    def test_a_full_score_says_all_right(self, learner, course, enrolment):
        passed = pass_quiz(enrolment, quizzes_of(course)[0])
        text = page(learner, f"/en/attempts/{passed.public_id}/result/")
        assert "You have 3 of 3. All right." in text
        assert "enough" not in text

    def test_not_sure_is_called_so_and_a_failed_try_leads_back_to_the_steps_too(self, learner, course, attempt):
        for question in question_ids(attempt):
            answer(attempt, question, [], unsure=True)
        operations.submit_attempt(attempt=attempt, at=NOON)
        text = page(learner, f"/en/attempts/{attempt.public_id}/result/")
        assert text.count('mark--plain">Not sure<') == 3
        assert "Not quite" not in text
        assert '<a href="/en/courses/digital-basics/#steps">Back to my steps</a>' in text

    def test_where_there_is_nothing_to_say_no_reason_is_announced(self, learner, attempt, monkeypatch):
        question = question_ids(attempt)[0]
        answer(attempt, question, right_options(attempt, question))
        operations.submit_attempt(attempt=attempt, at=NOON)
        questions = {
            name: {**entry, "feedback": {}, "explanation": "", "lesson": None}
            for name, entry in serving.quiz_key(attempt.quiz_version)["questions"].items()
        }
        monkeypatch.setattr(serving, "quiz_key", lambda version: {"questions": questions})
        assert "<dt>Why</dt>" not in page(learner, f"/en/attempts/{attempt.public_id}/result/")

    def test_an_open_attempt_has_no_result_yet(self, learner, attempt):
        assert learner.get(f"/en/attempts/{attempt.public_id}/result/").status_code == 303

    def test_a_result_stays_when_the_quiz_changes_or_goes(self, learner, course, attempt):
        operations.submit_attempt(attempt=attempt, at=NOON)
        before = page(learner, f"/en/attempts/{attempt.public_id}/result/")
        quiz_pages(course)[0].unpublish()
        _settle(course)
        after = page(learner, f"/en/attempts/{attempt.public_id}/result/")
        assert "You have 0 of 3." in before
        assert "You have 0 of 3." in after


class TestForeign:
    def test_somebody_elses_records_answer_like_absent_ones(self, course, enrolment, attempt):
        stranger = Client()
        stranger.force_login(make_learner("bob"))
        lesson, quiz = lessons_of(course)[0], quizzes_of(course)[0]
        absent = uuid.uuid4()
        paths = [
            f"/en/enrolments/{{}}/items/{lesson.key}/done/",
            f"/en/enrolments/{{}}/items/{lesson.key}/place/",
            f"/en/enrolments/{{}}/items/{quiz.key}/start/",
            "/en/enrolments/{}/finish/",
            "/en/enrolments/{}/why/",
        ]
        pairs = [(path.format(enrolment.public_id), path.format(absent)) for path in paths]
        paths = ["", "questions/1/", "check/", "send/", "result/"]
        pairs += [(f"/en/attempts/{attempt.public_id}/{path}", f"/en/attempts/{absent}/{path}") for path in paths]
        for foreign, missing in pairs:
            for method in ("get", "post"):
                answers = []
                for path in (foreign, missing):
                    with counted_queries() as queries:
                        response = getattr(stranger, method)(path)
                    body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", response.content.decode())
                    answers.append((response.status_code, len(queries), body))
                assert answers[0] == answers[1], foreign
                assert answers[0][0] in (404, 405)
        assert not ItemCompletion.objects.exists()
        assert Response.objects.exclude(answered_at=None).count() == 0


class TestMyLearning:
    def test_a_beginner_gets_one_suggestion(self, learner, course):
        text = page(learner, "/en/me/")
        assert "Nothing sewn yet" in text
        assert "Digital basics" in text

    def test_one_continue_then_the_others_then_what_is_done(self, learner, ana, course, enrolment):
        other = make_course(slug="other", title="Other")
        done = make_course(slug="done", title="Done and over")
        enrol(other, ana)
        do_everything(enrol(done, ana))
        lesson = lessons_of(course)[0]
        section = operations.save_position
        heading = re.search(r'<option value="([\w-]+)"', page(learner, item_url(lesson)))[1]
        section(enrolment=enrolment, item_key=lesson.key, section=heading, at=NOON.replace(year=2027))
        text = page(learner, "/en/me/")
        assert text.count("> Continue <") + text.count(">Continue <") == 1
        assert "You stopped at “First of all”" in text
        assert "Also started" in text
        assert "It stays done, even when the course changes." in text
        assert "All 3 steps done" in text

    def test_a_visitor_signs_in_first(self, client):
        assert client.get("/en/me/")["Location"] == "/en/account/login/?next=/en/me/"


class TestExplain:
    def test_it_lists_each_step_with_evidence_and_time(self, learner, course, enrolment, attempt):
        do_lesson(enrolment, lessons_of(course)[0])
        text = page(learner, f"/en/enrolments/{enrolment.public_id}/why/")
        assert "2 steps are still to do." in text
        assert "Done: you said so on" in text
        assert "Not done: you began, and your answers were not sent yet." in text
        operations.submit_attempt(attempt=attempt, at=NOON)
        text = page(learner, f"/en/enrolments/{enrolment.public_id}/why/")
        assert "Best try: 0 of 3" in text
        assert "2 needed." in text

    def test_a_complete_course_says_since_when(self, learner, enrolment):
        do_everything(enrolment)
        text = page(learner, f"/en/enrolments/{enrolment.public_id}/why/")
        assert "The course is complete since" in text


def test_one_enrolment_serves_both_languages(learner, ana):
    course = make_course(languages=("it",))
    enrolment = enrol(course, ana)
    lesson, second = lessons_of(course)
    learner.post(f"/it/enrolments/{enrolment.public_id}/items/{lesson.key}/done/")
    quiz = quizzes_of(course)[0]
    learner.post(f"/it/enrolments/{enrolment.public_id}/items/{quiz.key}/start/")
    attempt = Attempt.objects.get()
    assert attempt.language == "it"
    assert "it: " in page(learner, f"/en/attempts/{attempt.public_id}/questions/1/")
    learner.post(f"/en/enrolments/{enrolment.public_id}/items/{second.key}/done/")
    assert sorted(ItemCompletion.objects.values_list("language", flat=True)) == ["en", "it"]
    assert page(learner, "/it/courses/digital-basics/").count('aria-current="step"') == 1


class TestCosts:
    """Equal at N and 10 N learners, items and enrolments, and within the limits of the project."""

    LIMITS = {"catalogue": 6, "course": 8, "lesson": 6, "quiz start": 8, "question": 8, "save": 6, "my learning": 8}

    def test_pages_of_a_learner(self, django_assert_max_num_queries):
        costs = [self._costs(size) for size in (1, 10)]
        assert costs[0] == costs[1]
        for name, limit in self.LIMITS.items():
            assert costs[0][name] <= limit, (name, costs[0])

    def _costs(self, size: int) -> dict[str, int]:
        course = make_course(slug=f"big-{size}", title=f"Big {size}", lesson_count=2 * size, question_count=3 * size)
        ana = make_learner()
        enrolment = enrol(course, ana)
        for number in range(size):
            enrol(course, make_learner())
            enrol(make_course(slug=f"s{size}-{number}", title="Side", lesson_count=1, question_count=1), ana)
        lessons, quiz = lessons_of(course), quizzes_of(course)[0]
        do_lesson(enrolment, lessons[0])
        operations.save_position(enrolment=enrolment, item_key=lessons[1].key, section="x", at=NOON.replace(year=2030))
        attempt = start(enrolment, quiz)
        learner = Client()
        learner.force_login(ana)
        base = f"/en/courses/big-{size}/"
        paths = {
            "catalogue": "/en/courses/",
            "course": base,
            "lesson": f"{base}{lessons[1].path}/",
            "quiz start": f"{base}{quiz.path}/",
            "question": question_url(attempt),
            "my learning": "/en/me/",
        }
        for path in paths.values():
            page(learner, path)
        costs = {}
        for name, path in paths.items():
            with counted_queries() as queries:
                page(learner, path)
            costs[name] = len(queries)
        with counted_queries() as queries:
            learner.post(question_url(attempt), {"option": "unsure", "sequence": 1}, headers=JSON)
        costs["save"] = len(queries)
        return costs

    def test_sending_thirty_answers_that_complete_the_course(self, learner, ana):
        costs = []
        for count in (3, 30):
            course = make_course(slug=f"course-{count}", title="Course", question_count=count)
            enrolment = enrol(course, ana)
            do_lessons(enrolment)
            attempt = start(enrolment, quizzes_of(course)[0])
            for question in question_ids(attempt):
                answer(attempt, question, right_options(attempt, question))
            with counted_queries() as queries:
                learner.post(f"/en/attempts/{attempt.public_id}/send/")
            costs.append(len(queries))
        assert CourseCompletion.objects.count() == 2
        assert costs[0] == costs[1] <= 15
