"""A quiz with all its questions on one page: saved by buttons or by the script, each question with a number of its own."""

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from courses.rules.kinds import Answer
from progress import operations
from progress.models import Accommodation, Attempt, MarkEvent
from progress.operations.answering import AttemptClosed, UnfitAnswer, UnknownQuestion
from progress.operations.answering_all import Given, save_responses
from tests.people import make_learner, signed_in
from tests.progress.builders import (
    NOON,
    counted_queries,
    enrol,
    make_quiz_course,
    question_ids,
    quizzes_of,
    right_options,
    saved,
    start,
    start_quiz,
)
from tests.progress.kinds import KINDS, as_sent, entry_of, make_course_of_kinds, right_answer
from tests.progress.pages import page, words

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def attempt(db) -> Attempt:
    """Ana's try at three questions of choice."""
    return start_quiz(make_quiz_course(layout="one-page"), make_learner("ana"))


@pytest.fixture
def ana(attempt) -> Client:
    return signed_in(attempt.enrolment.learner)


def address(attempt: Attempt, place: str = "all/") -> str:
    return f"/en/attempts/{attempt.public_id}/{place}"


def sent(attempt: Attempt, number: int, *options: str, sequence: int = 0) -> dict[str, object]:
    return {f"q{number}-option": options, f"q{number}-sequence": sequence}


def right(attempt: Attempt, number: int, sequence: int = 0) -> dict[str, object]:
    question_id = question_ids(attempt)[number - 1]
    return sent(attempt, number, *right_options(attempt, question_id), sequence=sequence)


def drawn(client: Client, attempt: Attempt) -> dict[str, str]:
    """Return the hidden fields of the page as it is drawn now."""
    return dict(re.findall(r'name="(q\d+-(?:sequence|was))" value="(\w+)"', page(client, address(attempt))))


def chosen(attempt: Attempt, number: int) -> list[str]:
    return saved(attempt, question_ids(attempt)[number - 1]).options


@pytest.mark.both_databases
def test_one_form_saves_all_answers_leads_to_the_check_and_back_to_the_question(ana, attempt):
    assert ana.get(address(attempt, ""))["Location"] == address(attempt)
    assert page(ana, address(attempt)).count("<fieldset") == 3

    answer = ana.post(address(attempt), right(attempt, 1) | right(attempt, 3) | {"check": "1"})

    assert (answer.status_code, answer["Location"]) == (303, address(attempt, "check/"))
    assert (chosen(attempt, 1), chosen(attempt, 2), chosen(attempt, 3)) == (
        right_options(attempt, question_ids(attempt)[0]),
        [],
        ["true"],
    )
    assert f'href="{address(attempt)}#question-2"' in page(ana, address(attempt, "check/"))
    answer = ana.post(address(attempt), drawn(ana, attempt) | right(attempt, 1) | {"save": "1"})
    assert answer["Location"] == address(attempt)


def test_a_question_left_empty_is_no_answer_any_more(ana, attempt):
    ana.post(address(attempt), right(attempt, 2))

    ana.post(address(attempt), drawn(ana, attempt))

    assert chosen(attempt, 2) == []
    assert "3 questions are still open" in words(ana, address(attempt))


def test_every_kind_is_answered_on_one_page_and_a_problem_keeps_what_was_typed(db):
    course = make_course_of_kinds(layout="one-page")
    attempt = start(enrol(course, make_learner("ana")), quizzes_of(course)[0])
    ana = signed_in(attempt.enrolment.learner)
    form = {}
    for number, kind in enumerate(KINDS, start=1):
        fields = as_sent(attempt, kind, right_answer(attempt, kind))
        form |= {f"q{number}-{name}": value for name, value in fields.items()}
    number = KINDS.index("numeric") + 1

    answer = ana.post(address(attempt), form | {f"q{number}-text": "about four", "check": "1"})

    assert answer.status_code == 422
    said = " ".join(answer.content.decode().split())
    assert f'<li><a href="#q{number}-o1">Question {number}: ' in said
    assert 'value="about four"' in said
    assert "<title>Error: " in said
    for kind in KINDS:
        kept = saved(attempt, entry_of(attempt, kind)["id"]).answer
        assert kept == (Answer() if kind == "numeric" else right_answer(attempt, kind)), kind
    answer = ana.post(address(attempt), drawn(ana, attempt) | form | {"check": "1"})
    assert answer["Location"] == address(attempt, "check/")
    assert saved(attempt, entry_of(attempt, "numeric")["id"]).answer == right_answer(attempt, "numeric")


def test_the_script_saves_what_was_touched_and_late_packets_change_nothing(ana, attempt):
    first = right(attempt, 1, sequence=2) | sent(attempt, 3, "false", sequence=0) | {"touched": "1"}
    assert ana.post(address(attempt), first, headers=JSON).status_code == 200

    late = sent(attempt, 1, sequence=1) | {"touched": "1"}
    answer = ana.post(address(attempt), late, headers=JSON)

    assert answer.status_code == 409
    assert "Load the page again" in answer.json()["text"]
    assert (chosen(attempt, 1), chosen(attempt, 3)) == (right_options(attempt, question_ids(attempt)[0]), [])
    assert ana.post(address(attempt), first, headers=JSON).status_code == 200  # its first reply was lost


def test_a_page_that_lay_open_overwrites_nothing_that_was_not_touched_on_it(ana, attempt):
    old = drawn(ana, attempt)
    ana.post(address(attempt), old | right(attempt, 3))

    answer = ana.post(address(attempt), old | right(attempt, 1) | {"check": "1"})

    assert answer["Location"] == address(attempt, "check/")
    assert (chosen(attempt, 1), chosen(attempt, 3)) == (right_options(attempt, question_ids(attempt)[0]), ["true"])
    # What was touched on it is the last word, as it is on the page of one question.
    ana.post(address(attempt), old | right(attempt, 1) | sent(attempt, 3, "false"))
    assert chosen(attempt, 3) == ["false"]


def test_answers_that_were_on_their_way_when_the_session_ended_come_back_and_are_saved_by_the_button(ana, attempt):
    back = Client().post(address(attempt), right(attempt, 1) | {"save": "1"})["Location"]
    returned = unquote(back.partition("next=")[2])

    html = page(ana, returned)

    assert "They stand below, press the button." in html
    assert (html.count("checked"), chosen(attempt, 1)) == (1, [])
    hidden = dict(re.findall(r'name="(q\d+-(?:sequence|was))" value="(\w+)"', html))
    ana.post(address(attempt), hidden | right(attempt, 1))
    assert chosen(attempt, 1) == right_options(attempt, question_ids(attempt)[0])


def test_who_is_granted_one_question_at_a_time_gets_them_one_by_one(ana, attempt):
    learner = attempt.enrolment.learner
    Accommodation.objects.create(person=learner, one_question_a_page=True, set_at=NOON)

    assert ana.get(address(attempt, ""))["Location"] == address(attempt, "questions/1/")
    assert ana.post(address(attempt), right(attempt, 1))["Location"] == address(attempt, "")
    assert chosen(attempt, 1) == []


def test_without_a_look_at_all_answers_the_button_sends_them_but_never_a_gap(db):
    attempt = start_quiz(make_quiz_course(layout="one-page", reviews_first=False), make_learner("ana"))
    ana = signed_in(attempt.enrolment.learner)
    assert "Send my answers" in words(ana, address(attempt))

    answer = ana.post(address(attempt), right(attempt, 1) | right(attempt, 2) | {"check": "1"})
    assert answer["Location"] == address(attempt, "check/")
    form = drawn(ana, attempt) | right(attempt, 1) | right(attempt, 2) | right(attempt, 3)
    answer = ana.post(address(attempt), form | {"check": "1"})

    assert answer["Location"] == address(attempt, "result/")
    assert MarkEvent.objects.get().score == 3
    assert ana.post(address(attempt), right(attempt, 1))["Location"] == address(attempt, "result/")


def test_after_sending_an_answer_of_a_tab_that_lay_open_is_not_taken_and_it_is_said(ana, attempt):
    operations.submit_attempt(attempt=attempt, at=NOON)
    said = "These answers were sent already. They stay as they were sent."

    reply = ana.post(address(attempt), right(attempt, 1), follow=True)

    assert reply.redirect_chain[-1][0] == address(attempt, "result/")
    assert said in reply.content.decode()
    by_script = ana.post(address(attempt), {**right(attempt, 1), "touched": "1"}, headers=JSON)
    assert (by_script.status_code, by_script.json()["text"]) == (409, said)
    assert chosen(attempt, 1) == []


def test_answers_that_are_none_are_refused_whole(attempt):
    first, second, _third = question_ids(attempt)
    fits = Given(Answer(frozenset(right_options(attempt, first))), unsure=False, sequence=1)
    for foreign, error in (
        ({second: Given(Answer(frozenset({"forged"})), unsure=False, sequence=1)}, UnfitAnswer),
        ({"forged": fits}, UnknownQuestion),
    ):
        with pytest.raises(error):
            save_responses(attempt=attempt, given={first: fits, **foreign}, at=NOON)
        assert chosen(attempt, 1) == []
    Attempt.objects.filter(pk=attempt.pk).update(state=Attempt.State.SUBMITTED, submitted_at=NOON)
    with pytest.raises(AttemptClosed):
        save_responses(attempt=attempt, given={first: fits}, at=NOON)


@pytest.mark.parametrize("question_count", [1, 60])
def test_saving_costs_three_queries_and_the_page_as_many_whatever_the_number_of_questions(db, question_count):
    course = make_quiz_course(layout="one-page", question_count=question_count)
    attempt = start_quiz(course, make_learner("ana"))
    given = {
        question_id: Given(Answer(frozenset(right_options(attempt, question_id))), unsure=False, sequence=1)
        for question_id in question_ids(attempt)
    }
    with counted_queries() as statements:
        assert save_responses(attempt=attempt, given=given, at=NOON) == frozenset()
    assert len(statements) == 3
    ana = signed_in(attempt.enrolment.learner)
    ana.get(address(attempt))
    with counted_queries() as statements:
        ana.get(address(attempt))
    assert len(statements) == 5  # session, person, attempt, what they are granted, answers
