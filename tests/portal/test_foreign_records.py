"""Records of other people, at every address that names one: to who may not read them they are as absent ones.

The matrix of all addresses (`tests.portal.test_access`) tries things that do not exist; this one tries those that do.
"""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client

from accounts.models import User
from courses.models import Course
from foundation.access import Access
from progress.models import Attempt, Enrolment, MarkingTask, SubmittedFile
from progress.operations import submit_attempt
from progress.operations.checking import ask_for_check
from progress.queries.accommodations import token_of
from tests.people import (
    join,
    make_assessor,
    make_editor,
    make_learner,
    make_manager,
    make_operator,
    make_organisation,
    make_reviewer,
    signed_in,
)
from tests.portal.test_access import ABSENT, addresses
from tests.progress.builders import NOON, enrol, quizzes_of, start
from tests.progress.works import (
    assignment_of,
    attach,
    begin,
    files_apart,
    make_capstone,
    make_course_assessor,
    submit,
    write,
)

pytestmark = pytest.mark.django_db

# What the parts of an address are called before a public id of that kind.
NAMED = re.compile(r"(enrolments|attempts|submissions|cockpit/marking|files|items|accommodations|questions)/<\w+:\w+>/")
ASSESSORS = {
    "<lang>/attempts/<uuid:public_id>/marking/",
    "<lang>/cockpit/marking/<uuid:public_id>/",
    "<lang>/enrolments/<uuid:public_id>/history/",
    "<lang>/enrolments/<uuid:public_id>/why/",
    "<lang>/submissions/<uuid:public_id>/",
    "<lang>/submissions/<uuid:public_id>/files/<uuid:file_id>/",
}
ACCOMMODATION = "<lang>/accommodations/<str:token>/"


class Records:
    """Records of one learner of an organisation, of each kind that an address can name."""

    def __init__(self) -> None:
        self.course: Course = make_capstone(quiz_count=1)
        self.hub = make_organisation("Repair Hub")
        self.learner: User = make_learner("ana")
        join(self.learner, self.hub)
        enrolment = enrol(self.course, self.learner)
        Enrolment.objects.filter(pk=enrolment.pk).update(organisation=self.hub)
        enrolment.refresh_from_db()
        quiz = quizzes_of(self.course)[0]
        self.attempt: Attempt = start(enrolment, quiz)
        submit_attempt(attempt=self.attempt, at=NOON)
        self.attempt.refresh_from_db()
        self.check: MarkingTask = ask_for_check(attempt=self.attempt, words="", at=NOON)
        draft = begin(enrolment)
        write(draft, "My plan.")
        self.file: SubmittedFile = attach(draft)
        self.work = submit(enrolment)
        self.item_key = UUID(quiz.key)
        self.work_key = UUID(str(assignment_of(self.course).key))
        self.enrolment = enrolment

    def path(self, route: str) -> str:
        """Return the address of a route with what is the learner's in it."""
        of = {
            "enrolments": self.enrolment.public_id,
            "attempts": self.attempt.public_id,
            "submissions": self.work.public_id,
            "cockpit/marking": self.check.public_id,
            "files": self.file.public_id,
            "items": self.work_key if route.endswith("/work/") else self.item_key,
            "accommodations": token_of(self.learner),
            "questions": 1,
        }
        return "/" + NAMED.sub(lambda match: f"{match[1]}/{of[match[1]]}/", route).replace("<lang>", "en")


ROUTES = sorted(
    address.route
    for address in addresses()
    if address.access is Access.OWN and NAMED.search(address.route) and "<" not in NAMED.sub("", address.route)[6:]
)


@pytest.fixture
def records(settings, tmp_path) -> Records:
    files_apart(settings, tmp_path)
    return Records()


def test_the_routes_with_records_are_known() -> None:
    assert len(ROUTES) > 20
    assert ASSESSORS | {ACCOMMODATION} <= set(ROUTES)


def opened_by(person: User, records: Records) -> tuple[set[str], list[tuple[str, str, int]]]:
    """Return the routes that answer this person, and where a refusal is not that of an absent thing."""
    browser = signed_in(person)
    opened, surprises = set(), []
    for route in ROUTES:
        absent = re.sub(r"<(\w+):\w+>", lambda match: ABSENT[match[1]], route.replace("<lang>", "en"))
        for method in ("get", "post"):
            ask: Callable[..., object] = getattr(browser, method)
            status = ask(records.path(route)).status_code
            if status not in {404, 405}:
                opened.add(route)
            elif status != ask(f"/{absent}").status_code:
                surprises.append((route, method, status))
    return opened, surprises


NOBODYS = {
    "a foreign learner": make_learner,
    "a manager of others": make_manager,
    "an assessor of others": make_assessor,
    "an assessor of another course": lambda: make_course_assessor(make_capstone(slug="another")),
    "an editor": make_editor,
    "a reviewer": make_reviewer,
}


def test_to_others_every_record_is_as_an_absent_one(records: Records) -> None:
    for name, make in NOBODYS.items():
        assert opened_by(make(), records) == (set(), []), name


def test_a_manager_and_an_operator_reach_what_somebody_needs_and_no_record(records: Records) -> None:
    for person in (make_manager(organisation=records.hub), make_operator()):
        assert opened_by(person, records) == ({ACCOMMODATION}, [])


def test_an_assessor_reads_records_of_their_organisation_or_course(records: Records) -> None:
    opened, surprises = opened_by(make_assessor(organisation=records.hub), records)
    assert (opened, surprises) == (ASSESSORS | {ACCOMMODATION}, [])
    opened, surprises = opened_by(make_course_assessor(records.course), records)
    assert (opened, surprises) == (ASSESSORS | {ACCOMMODATION}, [])


def test_a_visitor_is_asked_to_sign_in(records: Records) -> None:
    browser = Client()
    for route in ROUTES:
        answer = browser.get(records.path(route))
        assert answer.status_code in {302, 405}, route
