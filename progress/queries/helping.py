"""Who was asked whether a course helped; and what was answered, of nobody in particular."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from progress.models import CourseCompletion, Enrolment, HelpAnswer, HelpAsk
from progress.rules.helping import QUESTIONS, RATES_OUTCOMES, RATINGS, Told, Wave, tell_question

_WAVES: tuple[Wave, ...] = ("before", "end", "later")


@dataclass(frozen=True, slots=True)
class Stands:
    """Whether somebody answered in a wave, or does not want to."""

    is_answered: bool = False
    is_declined: bool = False


@dataclass(frozen=True, slots=True)
class HelpFigures:
    """What people answered about one course: by question, and by outcome in both waves that rate them."""

    questions: Mapping[str, Told]
    ratings: Mapping[str, Mapping[Wave, Told]]

    @property
    def has_some(self) -> bool:
        """Whether anything is shown."""
        told = [*self.questions.values(), *(one for by_wave in self.ratings.values() for one in by_wave.values())]
        return any(one.is_shown for one in told)


def stands(enrolment: Enrolment, wave: str) -> Stands:
    """Return how a wave stands for an enrolment. Cost: 1 query."""
    asked = HelpAsk.objects.filter(enrolment=enrolment, wave=wave).values_list("is_answered", "is_declined").first()
    return Stands(*asked) if asked else Stands()


def is_complete(enrolment: Enrolment) -> bool:
    """Return whether the course was completed. Cost: 1 query."""
    return CourseCompletion.objects.filter(enrolment=enrolment).exists()


def answers_given(
    rows: QuerySet[HelpAnswer], *, first: date | None = None, last: date | None = None
) -> list[Mapping[str, Any]]:
    """Return answers by wave and course, without anything else. Cost: 1 query.

    `first`, `last`: months are whole, so a month counts that lies wholly between the two days.
    """
    if first is not None:
        rows = rows.filter(month__gte=first if first.day == 1 else _next_month(first))
    if last is not None:
        rows = rows.filter(month__lt=_next_month(last) if _is_last_of_month(last) else last.replace(day=1))
    return [*rows.order_by("course", "wave").values("wave", "course", "answers", "ratings")]


def figures_of(rows: Iterable[Mapping[str, Any]], *, outcomes: Iterable[str]) -> HelpFigures:
    """Return what may be said of answers about one course. No query."""
    by_wave: dict[str, list[Mapping[str, Any]]] = {wave: [] for wave in _WAVES}
    for row in rows:
        by_wave[row["wave"]].append(row)
    return HelpFigures(
        questions={
            question: tell_question([row["answers"] for row in by_wave[wave]], question, values)
            for wave, questions in QUESTIONS.items()
            for question, values in questions.items()
        },
        ratings={
            outcome: {
                wave: tell_question([row["ratings"] for row in by_wave[wave]], outcome, RATINGS)
                for wave in _WAVES
                if wave in RATES_OUTCOMES
            }
            for outcome in outcomes
        },
    )


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _is_last_of_month(day: date) -> bool:
    return day.toordinal() + 1 == _next_month(day).toordinal()
