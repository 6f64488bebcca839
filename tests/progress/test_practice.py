"""Practice leaves no row behind, names nothing that is right, and cannot be bent."""

import re

import pytest
from django.apps import apps
from django.core import signing
from django.test import Client

from courses.operations.settling import settle
from progress.models import Enrolment
from tests.courses.builders import make_course, publish, quiz_pages
from tests.people import make_learner, signed_in
from tests.progress.builders import NOON, enrol, pass_quiz, quizzes_of, start
from tests.progress.kinds import KINDS, as_sent, make_course_of_kinds, right_answer, wrong_answer
from tests.progress.pages import page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(db) -> Enrolment:
    return enrol(make_course_of_kinds(offers_practice=True), make_learner("ana"))


@pytest.fixture
def ana(enrolment) -> Client:
    return signed_in(enrolment.learner)


def address(enrolment: Enrolment) -> str:
    return f"/en/enrolments/{enrolment.public_id}/items/{quizzes_of(enrolment.course)[0].key}/practice/"


def token(html: str) -> str:
    return re.search(r'name="at" value="([^"]+)"', html).group(1)


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


@pytest.mark.both_databases
def test_a_whole_practice_of_every_kind_writes_no_row(ana, enrolment):
    other = start(enrol(enrolment.course, make_learner("cora")), quizzes_of(enrolment.course)[0])
    url = address(enrolment)
    before = rows()
    html = page(ana, url)
    for number, kind in enumerate(KINDS, start=1):
        assert f"Practice, question {number} of 8" in html
        wrong = ana.post(url, {"at": token(html)} | as_sent(other, kind, wrong_answer(other, kind)))
        said = " ".join(wrong.content.decode().split())
        assert ("A person reads this answer" if kind == "open_answer" else "Not quite") in said, kind
        right = ana.post(url, {"at": token(html)} | as_sent(other, kind, right_answer(other, kind)))
        said = " ".join(right.content.decode().split())
        assert ("A person reads this answer" if kind == "open_answer" else ">Right<") in said, kind
        html = page(ana, f"{url}?at={token(said)}")
    assert "21 of 21 in this practice." in html
    assert rows() == before


def test_an_empty_answer_and_one_that_is_none_are_asked_for_again(ana, enrolment):
    url = address(enrolment)
    html = page(ana, url)

    empty = ana.post(url, {"at": token(html)})

    assert empty.status_code == 422
    assert "There is a problem" in empty.content.decode()
    assert "Practice, question 1 of 8" in " ".join(empty.content.decode().split())


def test_a_state_that_somebody_made_or_took_from_elsewhere_begins_anew(ana, enrolment):
    url = address(enrolment)
    foreign = signing.dumps(["forged", "seed", 8, 99, 99], salt="elsewhere")
    for forged in ("forged", foreign, token(page(ana, url))[:-3]):
        assert "Practice, question 1 of 8" in page(ana, f"{url}?at={forged}")
        posted = ana.post(url, {"at": forged, "option": "unsure"})
        assert "Good that you said so" not in posted.content.decode()


def test_a_practice_that_lay_open_for_long_begins_anew_and_says_so(ana, enrolment, monkeypatch):
    url = address(enrolment)
    html = page(ana, url)
    monkeypatch.setattr("progress.views.practice._LASTS", -1)

    assert "lay open for too long" in words(ana, f"{url}?at={token(html)}")


def test_practice_is_offered_where_the_quiz_says_so_and_no_try_is_open(ana, enrolment):
    url = address(enrolment)
    start_page = f"/en/courses/digital-basics/{quizzes_of(enrolment.course)[0].path}/"
    assert "Practise first" in words(ana, start_page)
    attempt = start(enrolment, quizzes_of(enrolment.course)[0])
    assert "Practise first" not in words(ana, start_page)
    assert ana.get(url)["Location"] == start_page
    attempt.responses.all().delete()
    attempt.delete()
    publish(quiz_pages(enrolment.course)[0], offers_practice=False)
    settle(course_key=enrolment.course.key, cause="publish", at=NOON)
    assert ana.get(url)["Location"] == start_page


def test_visitors_sign_in_first_and_others_find_nothing(ana, enrolment):
    url = address(enrolment)

    assert Client().get(url)["Location"].startswith("/en/account/login/")
    assert signed_in(make_learner("cora")).get(url).status_code == 404


def test_a_quiz_that_waits_for_another_one_keeps_its_questions_to_itself(db):
    course = make_course(quiz_count=2)
    publish(quiz_pages(course)[1], offers_practice=True, waits_for_quizzes=True)
    settle(course_key=course.key, cause="publish", at=NOON)
    enrolment = enrol(course, make_learner("ana"))
    ana = signed_in(enrolment.learner)
    url = f"/en/enrolments/{enrolment.public_id}/items/{quizzes_of(course)[1].key}/practice/"
    assert ana.get(url).status_code == 303

    pass_quiz(enrolment, quizzes_of(course)[0])

    assert ana.get(url).status_code == 200
