"""The people of the journey of a capstone, made in the running site: who learns, who judges, and who has no part in it.

Run against a site: `manage.py shell -v0 -c "from tests.journeys.capstone_cast import set_up; set_up()"`. Prints JSON.
"""

import json
import sys

from django.utils import timezone

from accounts.models import Membership, Organisation, User
from courses.queries import serving
from courses.rules.addresses import item_address
from portal.loading.records import CLUSTER_COURSE, course_named, do_step, enrol_in
from progress.models import CourseAssessor, Submission
from tests.people import PASSPHRASE

ASSESSORS = ("first-assessor", "second-assessor", "third-assessor")
LEARNER = "nadia"
STRANGER = "stranger"


def set_up() -> None:
    """Make them, bring the learner to the capstone, and print where it is and what its levels are called inside."""
    course = course_named(CLUSTER_COURSE)
    outline = serving.outline_of(course, "en")
    item = next(item for item in outline.items if item.kind == "assignment")
    at = timezone.now()
    for username in ASSESSORS:
        CourseAssessor.objects.create(course=course, person=_person(username), set_at=at)
    elsewhere = Organisation.objects.create(name="Elsewhere", country="BE", sector="care", size_band="micro")
    Membership.objects.create(
        user=_person(STRANGER), organisation=elsewhere, role=Membership.Role.ASSESSOR, start_date=at.date()
    )
    enrolment = enrol_in(_person(LEARNER), course, at=at)
    for key in item.waits_for:
        do_step(enrolment, outline.by_key[key], at=at)
    body = serving.assignment_version(item.version).body
    levels = [sorted(criterion["levels"], key=lambda level: level["points"]) for criterion in body["criteria"]]
    told = {
        "address": item_address(outline, item, "en"),
        "title": item.title,
        "worst": [entry[0]["id"] for entry in levels],
        "best": [entry[-1]["id"] for entry in levels],
        "passphrase": PASSPHRASE,
    }
    sys.stdout.write(json.dumps(told))


def standing() -> None:
    """Print what is on record of the learner's work."""
    works = Submission.objects.filter(enrolment__learner__username=LEARNER).order_by("number")
    done = works[0].enrolment.item_completions.filter(item_key=works[0].item_key)
    told = {
        "states": list(works.values_list("state", flat=True)),
        "roles": [list(work.judgements.values_list("role", flat=True)) for work in works],
        "files": [list(work.files.values_list("name", flat=True)) for work in works],
        "done_by": list(done.values_list("evidence", flat=True)),
    }
    sys.stdout.write(json.dumps(told))


def _person(username: str) -> User:
    person = User.objects.filter(username=username).first()
    return person or User.objects.create_user(username=username, password=PASSPHRASE, display_name=username.title())
