"""The question bank: questions that several quizzes take, one by one or by a tag, frozen with each quiz."""

import json
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import ReferenceIndex

from courses.deletion import QuizzesUseQuestion
from courses.models import BankQuestion, CourseEdition, EditionDue, QuizPage, QuizVersion
from courses.operations.settling import one_edition, settle
from courses.queries.bank import courses_using, uses_of
from courses.queries.pages import course_differs_from_pages
from courses.queries.serving import course_by_key
from tests.courses.bank import (
    add_question,
    bank_question,
    bank_questions,
    change,
    translate_question,
    with_right_answer,
)
from tests.courses.builders import (
    NOON,
    add_quiz,
    course_page,
    make_course,
    module_pages,
    publish,
    quiz_pages,
    quiz_questions,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course(quiz_count=0)


def add(course, *questions, name="final", **fields):
    with one_edition(cause="publish", at=NOON):
        return add_quiz(module_pages(course)[0], name, questions=list(questions), **fields)


def version_of(course, quiz, language="en"):
    manifest = course_by_key(course.key).current_edition.manifest
    entry = next(entry for entry in manifest["items"] if entry["key"] == str(quiz.translation_key))
    return QuizVersion.objects.select_related("key").get(sha256=entry["versions"][language]["sha256"])


def texts(version):
    return [question["text"] for question in version.body["questions"]]


def test_a_quiz_takes_questions_one_by_one_and_by_tag_each_once_under_their_own_key(course):
    first, second = add_question("One", tags="Safety, passwords"), add_question("Two", tags="passwords")
    add_question("Three", tags="mail")
    own = quiz_questions("own", 1)[0]
    quiz = add(course, bank_question(second), own, bank_questions("Passwords"), bank_question(first))

    version = version_of(course, quiz)
    assert [question["id"] for question in version.body["questions"]] == [
        str(second.translation_key),
        own["id"],
        str(first.translation_key),
    ]
    assert version.body["questions"][2]["tags"] == ["passwords", "safety"]
    assert set(version.key.body["questions"]) == {question["id"] for question in version.body["questions"]}


def test_a_question_of_two_quizzes_is_the_same_question_in_both(course):
    question = add_question()
    one, two = add(course, bank_question(question), name="one"), add(course, bank_question(question), name="two")

    for quiz in (one, two):
        assert [entry["id"] for entry in version_of(course, quiz).body["questions"]] == [str(question.translation_key)]
    assert [(use.page, use.tag, use.only_drafted) for use in uses_of(question.translation_key)] == [
        (one.pk, "", False),
        (two.pk, "", False),
    ]


def test_a_question_that_is_published_anew_makes_an_edition_of_every_course_that_takes_it(course):
    other = make_course(slug="other", title="Other", quiz_count=0)
    bystander = make_course(slug="bystander", title="Bystander")
    question = add_question(tags="passwords")
    quizzes = {course: add(course, bank_question(question)), other: add(other, bank_questions("passwords"))}
    before = {each: version_of(each, quiz) for each, quiz in quizzes.items()}
    untouched = course_by_key(bystander.key).current_edition.number

    with one_edition(cause="publish", at=NOON) as unit:
        change(question, question=with_right_answer(question, "wrong"))
    assert unit.course_keys == {course.key, other.key}
    for each, quiz in quizzes.items():
        after = version_of(each, quiz)
        assert after.marking_sha256 != before[each].marking_sha256
        assert texts(after) == texts(before[each])
        assert course_differs_from_pages(course_by_key(each.key)) == ""
    assert course_by_key(bystander.key).current_edition.number == untouched


def test_a_draft_of_a_question_changes_nothing(course):
    question = add_question()
    add(course, bank_question(question))
    number = course_by_key(course.key).current_edition.number

    with one_edition(cause="publish", at=NOON) as unit:
        draft = BankQuestion.objects.get(pk=question.pk)
        draft.question = with_right_answer(question, "wrong")
        draft.save_revision()
    assert unit.course_keys == set()
    assert course_by_key(course.key).current_edition.number == number


def test_a_question_that_loses_its_tag_leaves_the_pool(course):
    first, second = add_question("One", tags="passwords"), add_question("Two", tags="passwords")
    quiz = add(course, bank_questions("passwords"))
    with one_edition(cause="publish", at=NOON) as unit:
        change(second, tags="mail")

    assert unit.course_keys == {course.key}
    assert [entry["id"] for entry in version_of(course, quiz).body["questions"]] == [str(first.translation_key)]


def test_a_question_that_is_taken_down_leaves_a_pool_but_a_quiz_that_names_it_keeps_its_form(course):
    first, second = add_question("One", tags="passwords"), add_question("Two", tags="passwords")
    pool, named = (
        add(course, bank_questions("passwords"), name="pool"),
        add(course, bank_question(second), name="named"),
    )
    before = version_of(course, named)
    with one_edition(cause="unpublish", at=NOON):
        BankQuestion.objects.get(pk=second.pk).unpublish()

    assert [entry["id"] for entry in version_of(course, pool).body["questions"]] == [str(first.translation_key)]
    assert version_of(course, named) == before
    assert str(named.translation_key) in course_differs_from_pages(course_by_key(course.key))


def test_a_quiz_with_a_question_that_is_not_published_is_refused_in_words(course):
    question = add_question("Not yet", is_live=False)

    with pytest.raises(ValidationError) as refused:
        add_quiz(module_pages(course)[0], "final", questions=[bank_question(question), bank_questions("nowhere")])
    assert refused.value.message_dict == {
        "questions": [
            "The question “Not yet” of the bank is not published. Publish it, or take it out here.",
            "No published question of the bank has the tag “nowhere”.",
        ]
    }


def test_a_quiz_with_a_question_that_is_gone_is_refused_in_words(course):
    question = add_question()
    block = bank_question(question)
    question.delete()

    with pytest.raises(ValidationError) as refused:
        add_quiz(module_pages(course)[0], "final", questions=[block])
    assert refused.value.message_dict == {
        "questions": ["A question of the bank is gone. Choose another one, or take it out here."]
    }


def test_a_question_is_asked_in_the_language_of_the_quiz_where_it_has_it(course):
    translated, english = add_question("One"), add_question("Two")
    quiz = add(course, bank_question(translated), bank_question(english))
    with one_edition(cause="publish", at=NOON):
        translate(course_page(course), "it")
        translate(quiz, "it")
        italian = translate_question(translated, "it")

    version = version_of(course, quiz, "it")
    assert [(question["language"], question["text"]) for question in version.body["questions"]] == [
        ("it", "it: What about question-1?"),
        ("en", "What about question-1?"),
    ]
    assert version.marking_sha256 == version_of(course, quiz).marking_sha256
    with one_edition(cause="publish", at=NOON) as unit:
        changed = [dict(block) for block in italian.question.raw_data]
        changed[0] = {**changed[0], "value": {**changed[0]["value"], "text": "Che cosa?"}}
        change(italian, question=changed)
    assert unit.course_keys == {course.key}
    assert texts(version_of(course, quiz, "it"))[0] == "Che cosa?"


def test_a_translation_gives_no_answer_key(course):
    question = add_question("One")
    quiz = add(course, bank_question(question))
    with one_edition(cause="publish", at=NOON):
        translate(course_page(course), "it")
        translate(quiz, "it")
        italian = translate_question(question, "it")
    before = version_of(course, quiz).marking_sha256
    with one_edition(cause="publish", at=NOON):
        change(italian, question=with_right_answer(italian, "wrong"))

    assert version_of(course, quiz, "it").marking_sha256 == before


def test_a_question_only_in_another_language_is_asked_in_that_one(course):
    quiz = add(course, bank_question(add_question("Uno", language="it")))

    assert [question["language"] for question in version_of(course, quiz).body["questions"]] == ["it"]


def test_a_question_that_quizzes_take_is_not_deleted(course):
    named, tagged, free = add_question("Named"), add_question("Tagged", tags="passwords"), add_question("Free")
    add(course, bank_question(named), bank_questions("passwords"))
    draft = QuizPage.objects.get(pk=quiz_pages(course)[0].pk)
    drafted = add_question("Drafted")
    draft.questions = [bank_question(named), bank_question(drafted)]
    draft.save_revision()

    for question in (named, tagged, drafted):
        with pytest.raises(QuizzesUseQuestion) as refused, transaction.atomic():
            question.delete()
        assert str(refused.value) == (
            f"The question “{question.title}” is used in the quiz “Quiz final”. Take it out there first, or unpublish it."
        )
    assert [use.only_drafted for use in uses_of(drafted.translation_key)] == [True]
    assert courses_using(drafted.translation_key) == set()
    free.delete()
    assert not BankQuestion.objects.filter(title="Free").exists()


def test_a_translation_of_a_used_question_may_go(course):
    question = add_question("One")
    quiz = add(course, bank_question(question))
    with one_edition(cause="publish", at=NOON):
        translate(course_page(course), "it")
        translate(quiz, "it")
        italian = translate_question(question, "it")
    with one_edition(cause="delete", at=NOON) as unit:
        italian.delete()

    assert unit.course_keys == {course.key}
    assert [entry["language"] for entry in version_of(course, quiz, "it").body["questions"]] == ["en"]


def test_outside_a_unit_of_work_the_course_is_flagged_for_the_sweep(course):
    question = add_question()
    add(course, bank_question(question))
    EditionDue.objects.all().delete()
    change(question, question=with_right_answer(question, "wrong"))

    assert set(EditionDue.objects.values_list("course_key", flat=True)) == {course.key}


def test_settling_costs_the_same_for_one_question_and_for_many(course):
    few = make_course(slug="few", title="Few", quiz_count=0)
    one = add_question("One", tags="one")
    add(few, bank_questions("one"), name="many")
    add(few, bank_question(one), name="named")
    with one_edition(cause="publish", at=NOON):
        many = [add_question(f"Question {number}", tags="many") for number in range(40)]
        add_quiz(module_pages(course)[0], "many", questions=[bank_questions("many")])
        add_quiz(module_pages(course)[0], "named", questions=[bank_question(each) for each in many[:20]])

    counts = []
    for each, question in ((few, one), (course, many[0])):
        change(question, question=with_right_answer(question, "wrong"))
        with CaptureQueriesContext(connection) as queries:
            assert settle(course_key=each.key, cause="publish", at=NOON) is not None
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_pool_of_a_thousand_questions_freezes(course):
    blocks = quiz_questions("pool", 1)
    locale = add_question("First", tags="pool").locale
    BankQuestion.objects.bulk_create(
        BankQuestion(
            title=f"Question {number}", tags="pool", question=blocks, live=True, locale=locale, translation_key=uuid4()
        )
        for number in range(999)
    )
    quiz = add(course, bank_questions("pool"))

    assert len(version_of(course, quiz).body["questions"]) == 1000
    assert course_differs_from_pages(course_by_key(course.key)) == ""


def test_records_are_sound_after_all_of_it(course, capsys):
    question = add_question(tags="passwords")
    quiz = add(course, bank_question(question), bank_questions("passwords"))
    with one_edition(cause="publish", at=NOON):
        change(question, question=with_right_answer(question, "wrong"))
        publish(quiz, pass_mark=70)

    call_command("check_records")
    assert CourseEdition.objects.filter(course=course).count() == 3


def test_a_question_shows_in_no_search_index_and_its_answers_in_no_reference():
    question = add_question()

    assert not hasattr(BankQuestion, "search_fields") or not BankQuestion.search_fields
    assert json.dumps(list(ReferenceIndex.get_references_for_object(question).values("content_path"))) == "[]"
