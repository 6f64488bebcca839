"""Start a try at a quiz."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.queries import serving
from progress.models import Attempt, Enrolment, Response
from progress.operations.accommodating import lock_person
from progress.operations.ending import end_if_over
from progress.operations.folding import note_begun
from progress.operations.stepping import find_step
from progress.queries.accommodations import accommodation_of
from progress.queries.attempts import tries_at
from progress.queries.enrolments import done_keys
from progress.queries.tries import allowance_at
from progress.rules.attempts import Bar, bars_to_start
from progress.rules.drawing import build_form
from progress.rules.timing import deadline_of


class NotAQuiz(Exception):
    """The step is a lesson."""


class CannotStart(Exception):
    """The quiz cannot be started now; `bars` says why."""

    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__(", ".join(bar.reason for bar in bars))
        self.bars = bars


def start_attempt(*, enrolment: Enrolment, item_key: UUID, language: str, seed: str, at: datetime) -> Attempt:
    """Start an attempt and return it; where one is open already, return that one.

    The attempt keeps the version of the quiz it begins with, in `language` (or the source language, where the quiz has
    no text in it), and gets an empty response for each question, so that saving is one update. Which questions it asks,
    and in which order, follows from `seed`. With a time limit it gets its deadline now, with the extra time of its
    learner. Cost: 12 queries at most, whatever the number of questions, where none is open whose time is over.

    :raises CannotStart: if a rule of the quiz stands against it.
    :raises NotAQuiz: if the step is a lesson.
    :raises UnknownItem: if the quiz is not a step of this course now.
    :raises NotOffered: if the course is not published.
    """
    course = enrolment.course
    if find_step(course, item_key).kind != "quiz":
        raise NotAQuiz
    tries = tries_at(enrolment, item_key)
    if tries.open_attempt:
        if not end_if_over(attempt=tries.open_attempt, at=at):
            return tries.open_attempt
        tries = tries_at(enrolment, item_key)
    outline = serving.outline_of(course, language)
    item = outline.by_key[str(item_key)]
    done = done_keys(enrolment)
    allowance = allowance_at(enrolment, item, at=at, attempts=tries.attempts)
    bars = bars_to_start(item, outline, start=enrolment.start_edition.number, done=done, allowance=allowance)
    if bars:
        raise CannotStart(bars)
    version = serving.quiz_version(item.version)
    try:
        with transaction.atomic():
            deadline_at = _deadline(enrolment, limit_minutes=version.body.get("time_limit_minutes", 0), at=at)
            attempt = Attempt.objects.create(  # type: ignore[misc]  # an offered course has an edition
                enrolment=enrolment,
                item_key=item_key,
                # The number is unique too, so of two starts at the same moment one is refused by a constraint
                # and the limit of tries holds.
                number=tries.last.number + 1 if tries.last else 1,
                quiz_version=version,
                edition_id=course.current_edition_id,
                language=version.language,
                form=build_form(version.body, seed=seed),
                started_at=at,
                deadline_at=deadline_at,
            )
            Response.objects.bulk_create(
                Response(attempt=attempt, question_id=entry["id"]) for entry in attempt.form["questions"]
            )
            note_begun(enrolment)
            return attempt
    except IntegrityError:
        # Another tab was quicker. What it started is what this one gets.
        quicker = tries_at(enrolment, item_key).last
        if quicker is None:
            raise
        return quicker


def _deadline(enrolment: Enrolment, *, limit_minutes: int, at: datetime) -> datetime | None:
    """Return until when an attempt that starts now runs. Cost: 2 queries, none without a time limit."""
    if not limit_minutes:
        return None
    lock_person(enrolment.learner_id)
    granted = accommodation_of(enrolment.learner_id)
    return deadline_of(at, limit_minutes=limit_minutes, extra_time_percentage=granted.extra_time_percentage)
