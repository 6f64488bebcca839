"""Start a try at a quiz."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.queries import serving
from progress.models import Attempt, Enrolment, Response
from progress.operations.folding import note_begun
from progress.operations.stepping import find_step
from progress.queries.attempts import tries_at
from progress.queries.enrolments import done_keys
from progress.rules.attempts import Bar, bars_to_start, build_form


class NotAQuiz(Exception):
    """The step is a lesson."""


class CannotStart(Exception):
    """The quiz cannot be started now; `bars` says why."""

    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__(", ".join(bar.reason for bar in bars))
        self.bars = bars


def start_attempt(*, enrolment: Enrolment, item_key: UUID, language: str, at: datetime) -> Attempt:
    """Start an attempt and return it; where one is open already, return that one.

    The attempt keeps the version of the quiz it begins with, in `language` (or the source language, where the quiz has
    no text in it), and gets an empty response for each question, so that saving is one update.

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
        return tries.open_attempt
    outline = serving.outline_of(course, language)
    item = outline.by_key[str(item_key)]
    done = done_keys(enrolment)
    bars = bars_to_start(item, outline, start=enrolment.start_edition.number, done=done, used=tries.used)
    if bars:
        raise CannotStart(bars)
    version = serving.quiz_version(item.version)
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(  # type: ignore[misc]  # an offered course has an edition
                enrolment=enrolment,
                item_key=item_key,
                # The number is unique too, so of two starts at the same moment one is refused by a constraint
                # and the limit of tries holds.
                number=tries.last.number + 1 if tries.last else 1,
                quiz_version=version,
                edition_id=course.current_edition_id,
                language=version.language,
                form=build_form(version.body),
                started_at=at,
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
