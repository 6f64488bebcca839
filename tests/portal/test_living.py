"""Content that changes while people learn from it: what they began stays as it was, what they did stays done."""

import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from certificates.models import Certificate
from courses.models import Course, CourseCard, CourseEdition, LessonPage, QuizPage
from courses.operations.copying import copy_course
from courses.operations.settling import heal_editions, one_edition
from courses.queries.serving import course_by_key
from progress.models import Attempt, ItemCompletion, MarkEvent
from progress.operations import submit_attempt
from tests.certificates.builders import earn
from tests.courses.builders import NOON, course_page, lesson_body, lesson_pages, make_course, publish, quiz_pages
from tests.people import make_editor, make_learner, make_operator, signed_in
from tests.portal.test_canary import flipped
from tests.progress.builders import (
    answer,
    answer_all_right,
    do_lesson,
    enrol,
    lessons_of,
    question_ids,
    quizzes_of,
    right_options,
    start,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def course(db: None) -> Course:
    return make_course()


@pytest.fixture
def attempt(course: Course) -> Attempt:
    """Ana has done a lesson and is in the middle of the quiz."""
    enrolment = enrol(course, make_learner("ana"))
    do_lesson(enrolment, lessons_of(course)[0])
    return start(enrolment, quizzes_of(course)[0])


@pytest.fixture
def ana(attempt: Attempt) -> Client:
    return signed_in(attempt.enrolment.learner)


@pytest.fixture
def editor(db: None) -> Client:
    return signed_in(make_editor("sofia"))


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return " ".join(answer.content.decode().split())


def change_everything(course: Course) -> None:
    """Publish other right answers, other words, another order and fewer options; and another lesson."""
    quiz, lesson = quiz_pages(course)[0], lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        questions: list[dict[str, Any]] = flipped(list(quiz.questions.raw_data))[::-1]
        for question in questions:
            question["value"]["text"] = "A new question?"
            question["value"]["feedback"] = "A new explanation."
            if "options" in question["value"]:
                question["value"]["options"].reverse()
                for option in question["value"]["options"]:
                    option["value"]["feedback"] = "A new reply."
        publish(quiz, questions=questions, pass_mark=100, title="A new quiz")
        publish(lesson, title="A new lesson", body=lesson_body("new", words="New words."))
    course.refresh_from_db()


def test_an_open_attempt_its_result_and_the_progress_stay_as_they_were(
    course: Course, attempt: Attempt, ana: Client
) -> None:
    base = f"/en/attempts/{attempt.public_id}"
    asked = [text(ana, f"{base}/questions/{number}/") for number in (1, 2, 3)]
    rights = [right_options(attempt, question) for question in question_ids(attempt)]
    ana.post(f"{base}/questions/1/", {"option": rights[0], "sequence": 1})
    course_before = text(ana, "/en/courses/digital-basics/")
    assert "1 of 3 steps done." in course_before

    change_everything(course)

    # The same questions, with the answer that was given before the change.
    for number in (1, 2, 3):
        html = text(ana, f"{base}/questions/{number}/")
        assert f"What about question-{number}?" in html
        assert "A new question?" not in html
        assert html.count("<label") == asked[number - 1].count("<label")
    assert f'value="{rights[0][0]}" checked' in text(ana, f"{base}/questions/1/")
    for number in (2, 3):
        assert ana.post(f"{base}/questions/{number}/", {"option": rights[number - 1]}).status_code == 303
    check = text(ana, f"{base}/check/")
    assert "Not answered yet" not in check
    assert "still open" not in check

    # Marked by the key it began with, by the pass mark it began with.
    ana.post(f"{base}/send/")
    event = MarkEvent.objects.get()
    assert (event.score, event.max_score, event.passed, event.pass_mark) == (3, 3, True, 60)
    result = text(ana, f"{base}/result/")
    assert "You have 3 of 3." in result
    assert "Feedback on right." in result
    assert "A new reply." not in result
    assert "A new explanation." not in result

    # Sending again changes nothing, and what was done stays done.
    ana.post(f"{base}/send/")
    assert MarkEvent.objects.count() == 1
    assert ItemCompletion.objects.count() == 2
    assert "2 of 3 steps done." in text(ana, "/en/courses/digital-basics/")
    assert "A new lesson" in text(ana, "/en/courses/digital-basics/")


def test_a_result_that_was_seen_stays_word_for_word(course: Course, attempt: Attempt, ana: Client) -> None:
    base = f"/en/attempts/{attempt.public_id}"
    for number, question in enumerate(question_ids(attempt), start=1):
        ana.post(f"{base}/questions/{number}/", {"option": right_options(attempt, question)})
    ana.post(f"{base}/send/")
    seen = text(ana, f"{base}/result/").split("<main", 1)[1].split("</main>", 1)[0]

    change_everything(course)

    now = text(ana, f"{base}/result/").split("<main", 1)[1].split("</main>", 1)[0]
    for words in ("You have 3 of 3.", "Feedback on right.", "Remember this.", "What about question-1?"):
        assert words in seen
        assert words in now


def test_who_starts_after_the_change_gets_the_new_quiz(course: Course, attempt: Attempt) -> None:
    old = {question: right_options(attempt, question) for question in question_ids(attempt)}
    change_everything(course)
    later = start(enrol(course, make_learner("bob")), quizzes_of(course)[0])
    assert later.quiz_version != attempt.quiz_version
    assert question_ids(later) == question_ids(attempt)[::-1]
    assert [question for question in old if set(right_options(later, question)) & set(old[question])] == []


def test_a_lesson_that_somebody_did_is_not_deleted_and_the_cms_says_so(
    course: Course, attempt: Attempt, editor: Client
) -> None:
    lesson = lesson_pages(course)[0]
    for method in ("get", "post"):
        answer = getattr(editor, method)(reverse("wagtailadmin_pages:delete", args=[lesson.pk]))
        assert answer.status_code == 409
        assert "Nothing was deleted." in answer.content.decode()
        assert reverse("wagtailadmin_pages:unpublish", args=[lesson.pk]) in answer.content.decode()
    assert Page.objects.filter(pk=lesson.pk).exists()


def test_a_course_with_people_in_it_is_archived_instead_of_deleted_and_they_go_on(
    course: Course, attempt: Attempt, ana: Client, client: Client
) -> None:
    page = course_page(course)
    operator = signed_in(make_operator())  # who may delete what has pages below it
    refusal = operator.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    archive = reverse("courses_archive", args=[course.key])
    assert refusal.status_code == 409
    assert archive in refusal.content.decode()
    assert "Archive the course" in refusal.content.decode()

    answer = operator.post(archive, {"wanted": "archived"})
    assert answer["Location"] == reverse("wagtailadmin_explore", args=[page.pk])
    course.refresh_from_db()
    assert course.archived_at is not None
    assert not CourseCard.objects.exists()

    assert 'href="/en/courses/digital-basics/"' not in text(client, "/en/courses/")
    assert signed_in(make_learner("bob")).post(f"/en/enrol/{course.key}/").status_code == 404
    assert "What about question-1?" in text(ana, f"/en/attempts/{attempt.public_id}/questions/1/")


def test_a_quiz_that_was_unpublished_ends_in_words_for_visitors_and_can_be_finished_by_who_is_in_it(
    course: Course, attempt: Attempt, ana: Client, editor: Client, client: Client
) -> None:
    quiz = quiz_pages(course)[0]
    editor.post(reverse("wagtailadmin_pages:unpublish", args=[quiz.pk]))
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[1], title="Settled")

    answer = client.get("/en/courses/digital-basics/module-1/quiz-1-1/")
    assert answer.status_code in {301, 302, 303, 404, 410}
    for number, question in enumerate(question_ids(attempt), start=1):
        options = right_options(attempt, question)
        ana.post(f"/en/attempts/{attempt.public_id}/questions/{number}/", {"option": options})
    ana.post(f"/en/attempts/{attempt.public_id}/send/")
    assert MarkEvent.objects.get().passed


# What attempts, results, certificates and lessons are read from is frozen: no revision, no block class, no live row.


def renamed_in_the_rows(course: Course) -> None:
    """Give every block and question of the live pages another kind, as a rename without a data migration leaves them."""
    for model, name in ((LessonPage, "body"), (QuizPage, "questions")):
        table, column = model._meta.db_table, model._meta.get_field(name).column
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT page_ptr_id, {column} FROM {table}")
            rows = cursor.fetchall()
            for pk, raw in rows:
                blocks = json.loads(raw) if isinstance(raw, str) else raw
                changed = json.dumps([{**block, "type": f"old_{block['type']}"} for block in blocks])
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE page_ptr_id = %s", [changed, pk])


def everything_read(certificate: Certificate, lesson: str) -> dict[str, str]:
    """Return the words of every page that shows a record, as its holder reads them."""
    enrolment = certificate.enrolment
    sent, going_on = Attempt.objects.filter(enrolment=enrolment).order_by("number")
    pages = {
        "result": f"/en/attempts/{sent.public_id}/result/",
        "lesson": lesson,
        "outline": "/en/courses/digital-basics/",
        "certificate": f"/en/certificates/{certificate.public_id}/",
        **{f"question {number}": f"/en/attempts/{going_on.public_id}/questions/{number}/" for number in (1, 2, 3)},
    }
    holder = signed_in(enrolment.learner)
    return {name: main_of(text(holder, path)) for name, path in pages.items()}


def main_of(html: str) -> str:
    """Return what a page says, without the tokens of its forms."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", main)


@pytest.fixture
def certificate(course: Course) -> Certificate:
    """Ana holds the certificate of the course, and tries its quiz once more."""
    certificate = earn(course, learner=make_learner("ana"))
    start(certificate.enrolment, quizzes_of(course)[0])
    return certificate


@pytest.mark.parametrize("change", ["renamed in the rows", "removed from the code", "revisions purged"])
def test_blocks_that_are_renamed_or_gone_leave_every_record_readable(
    course: Course, certificate: Certificate, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = f"/en/courses/digital-basics/{lessons_of(course)[0].path}/"
    before = everything_read(certificate, lesson)
    assert "Words of lesson 1-1." in before["lesson"]
    editions = CourseEdition.objects.count()

    if change == "renamed in the rows":
        renamed_in_the_rows(course)
    elif change == "removed from the code":
        for model, name in ((LessonPage, "body"), (QuizPage, "questions")):
            monkeypatch.setattr(model._meta.get_field(name).stream_block, "child_blocks", {})
    else:
        for page in (*lesson_pages(course), *quiz_pages(course)):
            publish(page)
        call_command("purge_revisions", days=0)
    cache.clear()

    assert everything_read(certificate, lesson) == before
    # Settling keeps the versions that were frozen while the blocks were known, and makes no edition of lost ones.
    heal_editions(at=NOON)
    assert CourseEdition.objects.count() == editions
    assert everything_read(certificate, lesson) == before
    going_on = Attempt.objects.get(enrolment=certificate.enrolment, submitted_at=None)
    answer_all_right(going_on)
    submit_attempt(attempt=going_on, at=NOON)
    assert MarkEvent.objects.order_by("-pk")[0].passed


def test_a_copied_course_has_learners_and_an_answer_key_of_its_own(
    course: Course, attempt: Attempt, ana: Client
) -> None:
    """Blocks of a copy keep the ids of their source: a question is its quiz and its id, never the id alone."""
    with one_edition(cause="publish", at=NOON):
        page = copy_course(page=course_page(course), titles={"en": "Twin"}, slug="twin")
        for copied in Page.objects.descendant_of(page, inclusive=True).order_by("path").specific():
            publish(copied)
    twin = course_by_key(page.translation_key)
    with one_edition(cause="publish", at=NOON):
        publish(quiz_pages(twin)[0], questions=flipped(list(quiz_pages(twin)[0].questions.raw_data)))
    right_in_source = {question: right_options(attempt, question) for question in question_ids(attempt)}

    bob = start(enrol(twin, make_learner("bob")), quizzes_of(twin)[0])
    assert question_ids(bob) == question_ids(attempt)
    for question, options in right_in_source.items():
        answer(bob, question, options)
    submit_attempt(attempt=bob, at=NOON)
    assert MarkEvent.objects.get(attempt=bob).score == 0
    for number, question in enumerate(question_ids(attempt), start=1):
        ana.post(f"/en/attempts/{attempt.public_id}/questions/{number}/", {"option": right_in_source[question]})
    ana.post(f"/en/attempts/{attempt.public_id}/send/")
    assert MarkEvent.objects.get(attempt=attempt).passed

    course.refresh_from_db()
    assert course.current_edition.number == 1
    assert "Twin" not in text(ana, "/en/me/")
    assert "2 of 3 steps done." in text(ana, "/en/courses/digital-basics/")
    assert "steps done" not in text(ana, "/en/courses/twin/")
