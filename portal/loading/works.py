"""Work of the demo's people at the course's capstone: one piece that waits, one given back, one passed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from accounts.models import User
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import OutlineItem
from portal.loading.records import CLUSTER_COURSE, course_named, do_step, enrol_in
from progress.models import CourseAssessor, Enrolment, MarkingTask, Submission
from progress.operations.attaching import add_file
from progress.operations.judging import WHOLE, claim_task, judge_submission
from progress.operations.submitting import begin_submission, hand_in, save_draft
from progress.queries.enrolments import done_keys

ASSESSORS = ("assessor", "assessor2", "assessor3")
_LANGUAGE = "en"
_WAITING, _GIVEN_BACK, _PASSED = "manager", "manager2", "graduate"
_FIRST_ROUND = """Our cluster wants to work together on transport.

We will meet in January and see who has a van."""
_SECOND_ROUND = """Who it is for: the four workshops of our cluster that deliver to shops in the same two towns.

What we do: one shared plan of tours, two days a week, with the van of the laundry. A booking sheet says who sends what.

What it costs: 340 euros a month for fuel and three hours of planning, shared by the number of boxes.

How we know that it works: half as many empty kilometres after three months, counted from the driver's book. If not, we
stop and say why."""
_BUDGET = """What,First year,Second year
Fuel (EUR),4080,4080
"Planning, three hours a week (EUR)",3120,3120
Paid by the number of boxes (EUR),7200,7200
"""
_WHOLE_BACK = "A good wish to start from. Say for whom it is, what it costs, and how you will know that it works."
_WHOLE_PASSED = "Clear, small enough to begin, and you say how you will see whether it works. Well done."


def load_works(people: Mapping[str, User], *, at: datetime) -> None:
    """Make the assessors of the cluster course, and the work of three people at its capstone. What they did since stays."""
    course = course_named(CLUSTER_COURSE)
    for username in ASSESSORS:
        CourseAssessor.objects.get_or_create(
            course=course, person=people[username], defaults={"set_by": people["operator"], "set_at": at}
        )
    item = capstone_of(course)
    learners = [people[username] for username in (_WAITING, _GIVEN_BACK, _PASSED)]
    if item is None or Submission.objects.filter(enrolment__course=course, enrolment__learner__in=learners).exists():
        return
    morning = at.replace(hour=9, minute=15, second=0, microsecond=0)
    _hand_in(_ready(people[_WAITING], course, item, at=morning - timedelta(days=9)), item, _SECOND_ROUND, at=morning)
    given_back = _ready(people[_GIVEN_BACK], course, item, at=morning - timedelta(days=12))
    work = _hand_in(given_back, item, _FIRST_ROUND, at=morning - timedelta(days=5))
    _judge(work, people["assessor2"], is_good=False, whole=_WHOLE_BACK, at=morning - timedelta(days=4))
    passed = _ready(people[_PASSED], course, item, at=morning - timedelta(days=20))
    work = _hand_in(passed, item, _FIRST_ROUND, at=morning - timedelta(days=15))
    _judge(work, people["assessor"], is_good=False, whole=_WHOLE_BACK, at=morning - timedelta(days=14))
    work = _hand_in(passed, item, _SECOND_ROUND, at=morning - timedelta(days=11))
    for number, assessor in enumerate(ASSESSORS[:2]):
        if MarkingTask.objects.filter(submission=work, closed_at=None).exists():
            seen = morning - timedelta(days=10 - number)
            _judge(work, people[assessor], is_good=True, whole=_WHOLE_PASSED, at=seen)


def capstone_of(course: Course) -> OutlineItem | None:
    """Return the work of a course that people judge; None where it has none."""
    items = serving.outline_of(course, _LANGUAGE).items
    return next((item for item in items if item.kind == "assignment"), None)


def pass_capstone(enrolment: Enrolment, capstone: OutlineItem, assessors: Sequence[User], *, at: datetime) -> None:
    """Hand a good plan in and have it judged as passed, by one assessor a day."""
    work = _hand_in(enrolment, capstone, _SECOND_ROUND, at=at)
    for number, assessor in enumerate(assessors):
        if MarkingTask.objects.filter(submission=work, closed_at=None).exists():
            _judge(work, assessor, is_good=True, whole=_WHOLE_PASSED, at=at + timedelta(days=1 + number))


def _ready(learner: User, course: Course, capstone: OutlineItem, *, at: datetime) -> Enrolment:
    """Enrol somebody and do what the capstone waits for."""
    enrolment = enrol_in(learner, course, at=at)
    done = done_keys(enrolment)
    outline = serving.outline_of(course, _LANGUAGE)
    for number, key in enumerate(capstone.waits_for):
        if key not in done:
            do_step(enrolment, outline.by_key[key], at=at + timedelta(days=1, hours=number))
    return enrolment


def _hand_in(enrolment: Enrolment, capstone: OutlineItem, text: str, *, at: datetime) -> Submission:
    began = at - timedelta(hours=2)
    draft = begin_submission(enrolment=enrolment, item_key=UUID(capstone.key), language=_LANGUAGE, at=began)
    save_draft(submission=draft, text=text, sequence=draft.sequence, at=at)
    if draft.assignment_version.body["max_files"]:
        add_file(submission=draft, name="Budget of two years.csv", opened=BytesIO(_BUDGET.encode()), at=at)
    return hand_in(submission=draft, at=at)


def _judge(work: Submission, by: User, *, is_good: bool, whole: str, at: datetime) -> None:
    """Judge work with the level below the best, or give it back with the second from below."""
    body: dict[str, Any] = work.assignment_version.body
    levels = {}
    for criterion in body["criteria"]:
        by_points = sorted(criterion["levels"], key=lambda level: level["points"])
        levels[criterion["id"]] = by_points[-2 if is_good else 1]["id"]
    task = MarkingTask.objects.get(submission=work, closed_at=None)
    claim_task(task=task, by=by, at=at - timedelta(minutes=40))
    judge_submission(task=task, by=by, levels=levels, comments={WHOLE: whole}, gives_back=not is_good, at=at)
