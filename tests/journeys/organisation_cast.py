"""An organisation with a year behind it: its manager, who took a course in the past, and who is stuck now.

Run against a site: `manage.py shell -v0 -c "from tests.journeys.organisation_cast import set_up; set_up()"`. Prints JSON.
"""

import json
import sys
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from certificates.operations import confirm_name
from courses.models import Course
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key
from progress import operations
from progress.models import Enrolment
from progress.queries.enrolments import own_enrolment
from tests.courses.builders import add_lesson, add_module, build_course_page
from tests.journeys.site import DEMO_PASSWORD
from tests.people import join, make_learner, make_organisation
from tests.progress.builders import lessons_of

ORGANISATION = "Kiln Lane Repairs"
MANAGER = "wanda"
PAST_COURSE = "Wood and how it works"
COURSE = "Keeping tools sharp"
MEETING = "The morning at the grindstone"
STUCK = "Mira Stuck"
DONE, BEGUN, IDLE = 3, 2, 2
PAST = {"participants": DONE + BEGUN + IDLE, "completions": DONE, "certificates": 1}
"""What the report of the past period counts."""


def set_up() -> None:
    """Make them all, and print what a journey needs to know of them."""
    now = timezone.now()
    began = now - timedelta(days=100)
    # Quiet hours of no length: a journey is walked at any hour.
    place = make_organisation(ORGANISATION, quiet_from=time(3), quiet_until=time(3))
    manager = User.objects.create_user(username=MANAGER, password=DEMO_PASSWORD, display_name="Wanda")
    _give_address(manager, "wanda@kiln-lane.example")
    join(manager, place, role="manager")
    past = _course("wood-and-how-it-works", PAST_COURSE, at=began - timedelta(days=1))
    _fill(past, place, at=began)
    course = _course("keeping-tools-sharp", COURSE, at=began, meeting=MEETING)
    stuck = _stuck(course, place, at=now - timedelta(days=30))
    member = User.objects.get(username="kiln-1")
    _give_address(member, "kiln-1@kiln-lane.example")
    told: dict[str, Any] = {
        "manager": _cookie(manager),
        "manager_address": manager.email,
        "member": _cookie(member),
        "member_address": member.email,
        "first_day": began.date().isoformat(),
        "last_day": (began + timedelta(days=30)).date().isoformat(),
        "stuck_address": stuck.email,
    }
    sys.stdout.write(json.dumps(told))


def _course(slug: str, title: str, *, at: datetime, meeting: str = "") -> Course:
    """Make a course of two lessons, and one that is done by being there where it is named."""
    with one_edition(cause="content", at=at):
        page = build_course_page(slug=slug, title=title)
        module = add_module(page, 1)
        for number in (1, 2):
            add_lesson(module, f"1-{number}")
        if meeting:
            add_lesson(module, "1-3", title=meeting, done_by_attendance=True)
    return course_by_key(page.translation_key)


def _fill(course: Course, place: Organisation, *, at: datetime) -> None:
    """Bring people into a course who did all of it, some of it, nothing of it."""
    for number in range(DONE + BEGUN + IDLE):
        person = make_learner(f"kiln-{number}", display_name=f"Kiln Person {number}")
        join(person, place)
        made = operations.enrol_learner(learner=person, course=course, at=at, organisation=place)
        enrolment = own_enrolment(person, made.public_id)
        steps = 2 if number < DONE else 1 if number < DONE + BEGUN else 0
        if number == 0:
            confirm_name(enrolment=enrolment, name="Kiln Person Zero", at=at)
        _do(enrolment, steps, at=at + timedelta(days=number + 1))


def _stuck(course: Course, place: Organisation, *, at: datetime) -> User:
    """Bring somebody with an address into a course who did its first step, and nothing since."""
    person = make_learner("mira", display_name=STUCK)
    _give_address(person, "mira@kiln-lane.example")
    join(person, place)
    made = operations.enrol_learner(learner=person, course=course, at=at, organisation=place)
    _do(own_enrolment(person, made.public_id), 1, at=at)
    return person


def _do(enrolment: Enrolment, steps: int, *, at: datetime) -> None:
    for lesson in lessons_of(enrolment.course)[:steps]:
        operations.mark_lesson_done(enrolment=enrolment, item_key=lesson.key, language="en", at=at)


def _give_address(person: User, address: str) -> None:
    person.email = address
    person.save(update_fields=["email"])
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)


def _cookie(person: User) -> dict[str, str]:
    """Return the cookie of a browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookie = next(iter(browser.cookies.values()))
    return {"name": cookie.key, "value": cookie.value}
