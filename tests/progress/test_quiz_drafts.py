"""An editor answers the draft of a quiz as a learner would, and sees how it would be marked; nothing is written."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import QuizVersion
from home.operations.sections import give_section
from progress.models import Attempt, Response
from tests.courses.bank import add_question, bank_questions
from tests.courses.builders import in_language, lesson_pages, make_course, publish, quiz_pages
from tests.courses.questions import EVERY_KIND
from tests.people import make_editor, make_learner, make_manager, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    """A quiz of three questions whose draft asks the first one in other words."""
    page = quiz_pages(make_course(lesson_count=1))[0]
    raw = [dict(block) for block in page.questions.raw_data]
    raw[0]["value"] = {**raw[0]["value"], "text": "What do you do first?"}
    page.questions = raw
    page.save_revision()
    return page


@pytest.fixture
def every_kind():
    """A quiz whose draft has a question of every kind."""
    page = quiz_pages(make_course(slug="kinds", lesson_count=1))[0]
    page.questions = [
        {**block, "value": {**block["value"], "picture": None, "alt": ""}} for block in EVERY_KIND.values()
    ]
    page.save_revision()
    return page


@pytest.fixture
def editor():
    return signed_in(make_editor())


def address(page):
    return reverse("progress_try_quiz", args=(page.pk,))


def shown(answer):
    return " ".join(answer.text.split())


def answers_to(page, **changes):
    """Return what is sent to answer everything right: the first question by its first option, and so on."""
    options = [[entry["id"] for entry in block["value"].get("options", [])] for block in page.questions.raw_data]
    return {"q1-option": options[0][0], "q2-option": options[1][:2], "q3-option": "true", **changes}


def send(editor, page, **answers):
    drawn = editor.get(address(page))
    kept = {name: drawn.context[name] for name in ("seed", "version")}
    return editor.post(address(page), {**kept, **answers})


def test_the_draft_is_asked_as_it_was_saved_last(quiz, editor):
    page = shown(editor.get(address(quiz)))
    assert "What do you do first?" in page
    assert "Answer right." in page
    assert "Feedback on right." not in page
    edited = shown(editor.get(reverse("wagtailadmin_pages:edit", args=(quiz.pk,))))
    assert address(quiz) in edited


def test_right_answers_are_marked_as_a_learners_would_be(quiz, editor):
    answer = shown(send(editor, quiz, **answers_to(quiz)))
    assert "3 of 3 points. A learner would pass." in answer
    assert "Feedback on right." in answer
    assert "Remember this." in answer


def test_wrong_and_missing_answers_are_told_with_what_is_right_and_why(quiz, editor):
    wrong = quiz.questions.raw_data[0]["value"]["options"][1]["id"]
    answer = shown(send(editor, quiz, **{"q1-option": wrong, "q3-option": "unsure"}))
    assert "0 of 3 points. A learner would need 2." in answer
    assert "Feedback on wrong." in answer
    assert "Not answered" in answer
    assert answer.count("Right is") == 3


def test_nothing_is_written(quiz, editor):
    before = (Attempt.objects.count(), Response.objects.count(), QuizVersion.objects.count())
    with CaptureQueriesContext(connection) as captured:
        assert send(editor, quiz, **answers_to(quiz)).status_code == 200
    writes = [query["sql"] for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writes if "django_session" not in sql] == []
    assert (Attempt.objects.count(), Response.objects.count(), QuizVersion.objects.count()) == before


def test_a_draft_that_changed_meanwhile_is_asked_again(quiz, editor):
    sent = {"seed": "abc", "version": "0" * 64, **answers_to(quiz)}
    answer = shown(editor.post(address(quiz), sent))
    assert "The draft was changed since this page was opened." in answer
    assert "points." not in answer


def test_a_draft_that_cannot_be_marked_says_why(quiz, editor):
    raw = [dict(block) for block in quiz.questions.raw_data]
    options = [{**entry, "value": {**entry["value"], "correct": False}} for entry in raw[0]["value"]["options"]]
    raw[0]["value"] = {**raw[0]["value"], "options": options}
    quiz.questions = raw
    quiz.save_revision(clean=False)
    page = shown(editor.get(address(quiz)))
    assert "Before this can be answered" in page
    assert "See how it would be marked" not in page
    assert editor.post(address(quiz), answers_to(quiz)).status_code == 200


def test_every_kind_of_question_can_be_answered(every_kind, editor):
    drawn = editor.get(address(every_kind))
    assert [question["kind"] for question in drawn.context["quiz"]["questions"]] == [
        block["type"] for block in EVERY_KIND.values()
    ]
    assert shown(send(editor, every_kind)).count("Not answered") == len(EVERY_KIND)


def test_what_is_no_number_is_said_at_its_question_and_stays_in_its_field(every_kind, editor):
    number = next(place for place, block in enumerate(EVERY_KIND.values(), start=1) if block["type"] == "numeric")
    answer = send(editor, every_kind, **{f"q{number}-text": "many"})
    assert (answer.status_code, 'value="many"' in answer.text) == (422, True)
    assert f'href="#q{number}-o1"' in answer.text


def test_a_translation_is_asked_in_its_language(editor):
    course = make_course(slug="two", lesson_count=1, languages=("it",))
    italian = in_language(quiz_pages(course)[0], "it")
    page = shown(editor.get(address(italian)))
    assert "it: What about question-1?" in page


def test_it_is_for_those_who_may_edit_the_quiz_and_a_404_like_an_absent_one_for_a_lesson(quiz, editor):
    lesson = lesson_pages(make_course(slug="other", lesson_count=1))[0]
    absent = reverse("progress_try_quiz", args=(987654,))
    assert [editor.get(path).status_code for path in (address(lesson), absent)] == [404, 404]
    for person in (make_learner(), make_manager()):
        answer = signed_in(person).get(address(quiz))
        assert answer.status_code in {302, 403, 404}
        assert "What do you do first?" not in answer.text
    assert Client().get(address(quiz)).status_code == 302


def test_a_quiz_is_no_way_into_a_question_bank_that_somebody_may_not_see(quiz, editor):
    add_question("Passwords 1", tags="passwords")
    publish(quiz, questions=[bank_questions("passwords")])
    partner = make_learner()
    partner.groups.add(give_section(name="Collina Viva", page=quiz.get_parent()))

    assert editor.get(address(quiz)).status_code == 200
    assert signed_in(partner).get(address(quiz)).status_code == 404
