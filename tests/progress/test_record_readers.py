"""Who reads the records of an enrolment: its learner, and assessors of its organisation or course, while they are."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Membership
from progress.models import Attempt, Enrolment
from tests.people import (
    join,
    make_assessor,
    make_editor,
    make_learner,
    make_manager,
    make_operator,
    make_organisation,
    signed_in,
)
from tests.progress.builders import NOON, counted_queries, do_lesson, enrol, lessons_of, pass_quiz, quizzes_of, start
from tests.progress.pages import page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(db):
    return make_organisation("Repair Hub")


@pytest.fixture
def enrolment(course, hub) -> Enrolment:
    enrolment = enrol(course, make_learner("ana", display_name="Ana Popa"))
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=hub)
    do_lesson(enrolment, lessons_of(course)[0])
    return enrolment


@pytest.fixture
def attempt(enrolment, course) -> Attempt:
    return pass_quiz(enrolment, quizzes_of(course)[0])


def record_paths(enrolment: Enrolment, attempt: Attempt) -> list[str]:
    return [
        f"/en/attempts/{attempt.public_id}/marking/",
        f"/en/enrolments/{enrolment.public_id}/why/",
        f"/en/enrolments/{enrolment.public_id}/history/",
    ]


def statuses(client: Client, enrolment: Enrolment, attempt: Attempt) -> list[int]:
    return [client.get(path).status_code for path in record_paths(enrolment, attempt)]


def test_an_assessor_of_the_organisation_reads_and_is_told_as_whom(enrolment, attempt, hub):
    assessor = signed_in(make_assessor(organisation=hub))
    for path in record_paths(enrolment, attempt):
        said = words(assessor, path)
        assert "You see this as assessor of Repair Hub. “You” on this page means Ana Popa." in said


def test_an_assessor_gets_no_form_and_no_way_to_act(enrolment, attempt, hub):
    assessor = signed_in(make_assessor(organisation=hub))
    for path in record_paths(enrolment, attempt):
        main = page(assessor, path).split("<main", 1)[1].split("</main>", 1)[0]
        assert "<form" not in main
        links = set(re.findall(r'href="([^"]*)"', main))
        assert {assessor.get(link).status_code for link in links if link.startswith("/")} <= {200}, links
        assert {assessor.post(path).status_code} == {405}


def test_the_learner_is_not_told_so(enrolment, attempt):
    ana = signed_in(enrolment.learner)
    for path in record_paths(enrolment, attempt):
        assert "as assessor of" not in page(ana, path)


def test_an_assessor_reads_no_more_than_these(enrolment, attempt, course, hub):
    assessor = signed_in(make_assessor(organisation=hub))
    other = [f"/en/attempts/{attempt.public_id}/{name}" for name in ("", "result/", "check/", "questions/1/", "send/")]
    other += [f"/en/enrolments/{enrolment.public_id}/{name}/" for name in ("changes", "finish", "notices/read", "name")]
    for path in other:
        assert assessor.get(path).status_code == 404, path
        assert assessor.post(path).status_code in {404, 405}, path


def test_what_was_not_sent_yet_is_absent_for_an_assessor(enrolment, course, hub):
    opened = start(enrolment, quizzes_of(course)[0])
    assert (
        signed_in(make_assessor(organisation=hub)).get(f"/en/attempts/{opened.public_id}/marking/").status_code == 404
    )


def test_a_membership_opens_them_from_its_first_day_to_the_day_before_its_end(enrolment, attempt, hub):
    today = timezone.localdate()
    person = make_learner("eva")
    membership = join(person, hub, role=Membership.Role.ASSESSOR, since=today)
    eva = signed_in(person)
    assert statuses(eva, enrolment, attempt) == [200, 200, 200]
    for dates, status in (
        ({"end_date": today + timedelta(days=1)}, 200),
        ({"end_date": today}, 404),
        ({"start_date": today + timedelta(days=1), "end_date": None}, 404),
    ):
        Membership.objects.filter(pk=membership.pk).update(**dates)
        assert statuses(eva, enrolment, attempt) == [status] * 3, dates


@pytest.mark.parametrize("makes", [make_manager, make_learner, make_editor, make_operator, make_assessor])
def test_all_others_are_told_that_there_is_nothing(enrolment, attempt, hub, makes):
    """A manager and a learner of the same organisation, an editor, an operator, an assessor of another one."""
    person = makes("other", organisation=hub) if makes is make_manager else makes("other")
    if makes is make_learner:
        join(person, hub)
    client = signed_in(person)
    for path in record_paths(enrolment, attempt):
        absent = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(uuid.uuid4()), path)
        answers = []
        for address in (path, absent):
            with counted_queries() as queries:
                answer = client.get(address)
            body = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", answer.content.decode())
            answers.append((answer.status_code, len(queries), body))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


def test_an_enrolment_for_no_organisation_is_for_no_assessor(enrolment, attempt, hub):
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=None)
    assert statuses(signed_in(make_assessor(organisation=hub)), enrolment, attempt) == [404, 404, 404]
    assert statuses(signed_in(enrolment.learner), enrolment, attempt) == [200, 200, 200]


def test_who_left_is_read_by_themselves_alone(enrolment, attempt, hub):
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=NOON)
    assert statuses(signed_in(make_assessor(organisation=hub)), enrolment, attempt) == [404, 404, 404]
    ana = signed_in(enrolment.learner)
    assert statuses(ana, enrolment, attempt) == [200, 200, 200]
    assert "Left the course" in words(ana, record_paths(enrolment, attempt)[2])


def test_a_visitor_is_asked_to_sign_in(enrolment, attempt):
    for path in record_paths(enrolment, attempt):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/en/account/login/?next={path}")
