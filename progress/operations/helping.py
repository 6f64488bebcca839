"""Did it help? Answers, kept apart from who gave them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import get_language

from courses.queries import serving
from progress.models import CourseCompletion, Enrolment, HelpAnswer, HelpAsk
from progress.rules.helping import Wave, fitting


class NothingSaid(Exception):
    """No question was answered: there is nothing to keep."""


class TooEarly(Exception):
    """The question is for somebody whose course is complete."""


def give_answer(
    *,
    enrolment: Enrolment,
    wave: Wave,
    answers: Mapping[str, str],
    ratings: Mapping[str, str],
    at: datetime,
) -> bool:
    """Keep an answer, apart from who gave it; return whether it is new. A second one of the same wave changes nothing.

    What links the person to the wave says only that they answered. The answer has the month, the course, and for whom
    the enrolment was, which is how it can be counted.

    :raises progress.rules.helping.Unfit: if something was not offered.
    :raises NothingSaid: if nothing was answered.
    :raises TooEarly: if the course is not complete, in a wave after it.
    """
    outline = serving.outline_of(enrolment.course, get_language() or enrolment.course.source_language)
    if not fitting(wave, answers, ratings, [key for key, _text in outline.outcomes]):
        raise NothingSaid
    if wave != "before" and not CourseCompletion.objects.filter(enrolment=enrolment).exists():
        raise TooEarly
    today = localdate(at)
    with transaction.atomic():
        note_asked(enrolment, wave, today)
        # By one conditional update, so that two clicks are one answer.
        asked = HelpAsk.objects.filter(enrolment=enrolment, wave=wave, is_answered=False)
        if not asked.update(is_answered=True, is_declined=False):
            return False
        HelpAnswer.objects.create(
            wave=wave,
            course_id=enrolment.course_id,
            edition_number=outline.edition,
            organisation_id=enrolment.organisation_id,
            project_id=enrolment.project_id,
            month=today.replace(day=1),
            answers=dict(answers),
            ratings=dict(ratings),
        )
    return True


def decline(*, enrolment: Enrolment, wave: Wave, at: datetime) -> None:
    """Note that somebody does not want to be asked in this wave."""
    with transaction.atomic():
        note_asked(enrolment, wave, localdate(at))
        HelpAsk.objects.filter(enrolment=enrolment, wave=wave, is_answered=False).update(is_declined=True)


def note_asked(enrolment: Enrolment, wave: Wave | HelpAsk.Wave, on: date) -> bool:
    """Note that somebody is asked in a wave; return whether that is new."""
    _row, is_new = HelpAsk.objects.get_or_create(enrolment=enrolment, wave=wave, defaults={"asked_on": on})
    return is_new
