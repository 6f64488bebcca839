"""Who was asked whether a course helped; and what was answered, of nobody in particular."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from progress.models import CourseCompletion, Enrolment, HelpAnswer, HelpAsk
from progress.rules.helping import QUESTIONS, RATES_OUTCOMES, RATINGS, Told, Wave, tell_question, whole_blocks

MONTH = " month"
"""Where a row of answers holds its month: beside keys of questions, of which none has a space."""
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
        rows = rows.filter(month__gte=_first_whole(first))
    if last is not None:
        rows = rows.filter(month__lt=_after_whole(last))
    return [*rows.order_by("course", "wave").values("wave", "course", "answers", "ratings")]


def figures_of(rows: Iterable[Mapping[str, Any]], *, outcomes: Iterable[str]) -> HelpFigures:
    """Return what may be said of answers about one course. No query."""
    return _figures(rows, outcomes, tell_question)


def months_within(first: date, last: date) -> tuple[date, date]:
    """Return the first month that lies wholly in a period, and the first one after it that does not."""
    return _first_whole(first), _after_whole(last)


def figures_in_blocks(
    rows: Iterable[Mapping[str, Any]], *, outcomes: Iterable[str], months: tuple[date, date]
) -> HelpFigures:
    """Return what a report of a period may say of answers about one course. No query.

    `rows`: all answers until the period ended, with their `month`; `months`: see `months_within`.
    """
    first, after = months

    def tell_blocks(given: Iterable[Mapping[str, Any]], question: str, values: Iterable[str]) -> Told:
        answered = [row for row in given if question in row]
        counted = whole_blocks((row[MONTH] for row in answered), first=first, after=after)
        return tell_question([row for row in answered if row[MONTH] in counted], question, values)

    return _figures(rows, outcomes, tell_blocks)


def _figures(rows: Iterable[Mapping[str, Any]], outcomes: Iterable[str], told: Callable[..., Told]) -> HelpFigures:
    by_wave: dict[str, list[Mapping[str, Any]]] = {wave: [] for wave in _WAVES}
    for row in rows:
        by_wave[row["wave"]].append(row)

    def given(wave: str, kind: str) -> list[Mapping[str, Any]]:
        return [{**row[kind], MONTH: row.get("month")} for row in by_wave[wave]]

    return HelpFigures(
        questions={
            question: told(given(wave, "answers"), question, values)
            for wave, questions in QUESTIONS.items()
            for question, values in questions.items()
        },
        ratings={
            outcome: {wave: told(given(wave, "ratings"), outcome, RATINGS) for wave in _WAVES if wave in RATES_OUTCOMES}
            for outcome in outcomes
        },
    )


def _first_whole(day: date) -> date:
    return day if day.day == 1 else _next_month(day)


def _after_whole(day: date) -> date:
    return _next_month(day) if _is_last_of_month(day) else day.replace(day=1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _is_last_of_month(day: date) -> bool:
    return day.toordinal() + 1 == _next_month(day).toordinal()
