"""What the demo's people have done, by the operations that real people use, at dates in the past."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import Organisation, User
from certificates.models import Certificate, HolderName
from certificates.operations import confirm_name, create_share_link, issue_due_certificates
from courses.models import Course
from courses.queries import serving
from courses.rules.kinds import Answer
from courses.rules.outline import OutlineItem
from portal.loading.identity import lasting_id
from progress.models import CourseCompletion, Enrolment
from progress.operations import enrol_learner, mark_lesson_done, save_response, start_attempt, submit_attempt
from progress.queries.enrolments import done_keys

FIRST_COURSE = "digital-basics"
CLUSTER_COURSE = "cluster-leadership"
HOLDER_NAME = "Ilse Maes"
_LANGUAGE = "en"
_OWN_WORDS = "I would ask the people it is about first, and then decide together with them."
_GRADUATE_STARTED = timedelta(days=70)  # before now; a step a day, so that the certificate is some weeks old
_LEARNER_STARTED = timedelta(days=3)
_STEPS_A_DAY = 8


def load_records(people: dict[str, User], *, at: datetime) -> None:
    """Bring each demo person to where the demo begins. What they did since stays."""
    morning = at.replace(hour=8, minute=30, second=0, microsecond=0)
    _begin(people["learner"], course_named(CLUSTER_COURSE), at=morning - _LEARNER_STARTED)
    _graduate(people["graduate"], course_named(FIRST_COURSE), at=morning - _GRADUATE_STARTED)


def do_first_part(learner: User, course: Course, *, answers: list[dict[str, Any]], at: datetime) -> None:
    """Enrol a learner, do the lessons up to the first quiz, and answer it as raw question blocks say is right."""
    enrolment = enrol_in(learner, course, at=at)
    done = done_keys(enrolment)
    for day, item in enumerate(_steps(course)):
        if item.key not in done:
            do_step(enrolment, item, at=at + timedelta(hours=day), answers=_right_options(answers))
        if item.kind == "quiz":
            return


def course_named(name: str) -> Course:
    """Return a course of the demo by the name of its folder."""
    return Course.objects.get(key=lasting_id("courses", name))


def _begin(learner: User, course: Course, *, at: datetime) -> None:
    """Enrol a learner and do the first lesson."""
    enrolment = enrol_in(learner, course, at=at)
    first = serving.outline_of(course, _LANGUAGE).first_lesson
    if first is not None and not done_keys(enrolment):
        mark_lesson_done(
            enrolment=enrolment, item_key=UUID(first.key), language=_LANGUAGE, at=at + timedelta(minutes=12)
        )


def _graduate(learner: User, course: Course, *, at: datetime) -> None:
    """Do every step of a course, a day each, and get the certificate."""
    enrolment = enrol_in(learner, course, at=at)
    if not CourseCompletion.objects.filter(enrolment=enrolment).exists():
        done = done_keys(enrolment)
        for day, item in enumerate(_steps(course)):
            if item.key not in done:
                do_step(enrolment, item, at=at + timedelta(days=day, minutes=20))
    completed_at = CourseCompletion.objects.get(enrolment=enrolment).completed_at
    if not HolderName.objects.filter(enrolment=enrolment).exists():
        confirm_name(enrolment=enrolment, name=HOLDER_NAME, at=completed_at + timedelta(minutes=4))
    # Now, in this transaction: the message of the completion would be handled after it and find nothing left to do.
    issue_due_certificates(enrolment=enrolment, at=completed_at + timedelta(minutes=4))
    for certificate in Certificate.objects.filter(enrolment=enrolment, share_links=None):
        create_share_link(certificate=certificate, at=completed_at + timedelta(hours=2))


def enrol_in(learner: User, course: Course, *, at: datetime) -> Enrolment:
    organisation = Organisation.objects.filter(memberships__user=learner).order_by("pk").first()
    return enrol_learner(learner=learner, course=course, organisation=organisation, at=at)


def _steps(course: Course) -> Iterator[OutlineItem]:
    yield from serving.outline_of(course, _LANGUAGE).items


def _right_options(questions: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the right options of raw question blocks with one right answer, by question."""
    return {
        block["id"]: [option["id"] for option in block["value"]["options"] if option["value"]["correct"]]
        for block in questions
        if block["type"] == "single_choice"
    }


def _answer(key: Mapping[str, Any], chosen: Sequence[str] | None) -> Answer:
    """Return the chosen options, or else a right answer: where none is right for sure, some words."""
    if chosen:
        return Answer(frozenset(chosen))
    number, accepted = key.get("number"), key.get("accepted")
    if key["correct"]:
        return Answer(frozenset(key["correct"]))
    return Answer(text=number["value"] if number else accepted[0] if accepted else _OWN_WORDS)


def do_steps(enrolment: Enrolment, items: Iterable[OutlineItem], *, at: datetime) -> None:
    """Do those of the steps that are not done, one an hour and eight a day, so that a long course takes some days."""
    done = done_keys(enrolment)
    for number, item in enumerate(item for item in items if item.key not in done):
        days, hours = divmod(number, _STEPS_A_DAY)
        do_step(enrolment, item, at=at + timedelta(days=days, hours=hours))


def do_step(
    enrolment: Enrolment, item: OutlineItem, *, at: datetime, answers: Mapping[str, list[str]] | None = None
) -> None:
    """Mark a lesson as done, or answer every question of a quiz right, or as `answers` says, by question."""
    item_key = UUID(item.key)
    if item.kind == "lesson":
        mark_lesson_done(enrolment=enrolment, item_key=item_key, language=_LANGUAGE, at=at)
        return
    attempt = start_attempt(enrolment=enrolment, item_key=item_key, language=_LANGUAGE, seed=str(item_key), at=at)
    questions = serving.quiz_key(attempt.quiz_version)["questions"]
    for number, entry in enumerate(attempt.form["questions"], start=1):
        save_response(
            attempt=attempt,
            question_id=entry["id"],
            answer=_answer(questions[entry["id"]], (answers or {}).get(entry["id"])),
            unsure=False,
            sequence=number,
            at=at + timedelta(seconds=30 * number),
        )
    submit_attempt(attempt=attempt, at=at + timedelta(seconds=30 * (len(attempt.form["questions"]) + 1)))
