"""Questions that somebody should look at, of all courses that a person may publish: the first page of the CMS has them.

They come from the attempts that were sent last, and are kept for a quarter of an hour: so the page costs the same
whatever the number of attempts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from courses.models import Course, QuizKey
from courses.queries import serving
from foundation.rules.canonical import digest
from progress.models import Attempt, MarkingTask
from progress.queries.analysis.counting import (
    FrozenQuiz,
    frozen_quiz,
    frozen_quizzes,
    groups_of,
    questions_for_persons,
    sent_attempts,
)
from progress.queries.analysis.screen import check_words, look_words
from progress.queries.analysis.tallying import Tally, tallies_of, wordings_of
from progress.queries.releases import published_by
from progress.rules.analysis import question_digest

OF_A_QUIZ = 200
"""Attempts at one quiz that are looked at, the latest."""

IN_ALL = 3000
"""Attempts that are looked at together: of each quiz the latest, then of each the one before, and so on."""

SHOWN = 12
KEPT_FOR = 15 * 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class LookRow:
    """A question, or a quiz whose results many doubt, and why it is worth a look. `language` is that of `text`."""

    text: str
    language: str
    quiz: str
    url: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Quiz:
    """A quiz as it is published now."""

    course: Course
    item_key: str
    title: str
    version: str

    @property
    def url(self) -> str:
        return reverse("progress_analysis", args=[self.course.key, self.item_key])


def questions_to_look_at(person: User) -> tuple[LookRow, ...]:
    """Return the questions of a person's courses that are worth a look, those with most reasons first; at most 12.

    Cost: 2 queries, and where nothing is kept 9 and one for each source language, whatever the number of attempts.
    """
    courses = list(published_by(person).filter(current_edition__isnull=False).order_by("pk"))
    if not courses:
        return ()
    name = f"progress.look.{digest([get_language(), [course.pk for course in courses]])}"
    rows: tuple[LookRow, ...] | None = cache.get(name)
    if rows is None:
        rows = _look(courses)
        cache.set(name, rows, KEPT_FOR)
    return rows


def _look(courses: list[Course]) -> tuple[LookRow, ...]:
    quizzes = _quizzes_of(courses)
    attempts = Attempt.objects.filter(pk__in=list(_latest(courses)))
    frozen = frozen_quizzes(attempts.values("quiz_version"))
    groups = list(groups_of(attempts, for_persons=questions_for_persons(frozen)))
    frozen |= frozen_quizzes({group.new_version for group in groups if group.new_version} - frozen.keys())
    languages = {key: quiz.course.source_language for key, quiz in quizzes.items()}
    tallies = tallies_of(groups, frozen, wordings_of(groups, frozen, languages))
    now = _published(quiz for key, quiz in quizzes.items() if key in tallies)
    rows = [
        LookRow(tally.question["text"], tally.question["language"], quizzes[item].title, url, words)
        for item, questions in tallies.items()
        if item in quizzes
        for versions in questions.values()
        for tally in versions.values()
        if _is_published(tally, now.get(quizzes[item].version)) and (words := look_words(tally))
        for url in [f"{quizzes[item].url}#{tally.question['id']}"]
    ]
    rows.sort(key=lambda row: (-len(row.reasons), row.quiz, row.text))
    return (*_doubted(attempts, quizzes), *rows)[:SHOWN]


def _latest(courses: Iterable[Course]) -> QuerySet[Attempt, int]:
    """Return the row numbers of the attempts to look at. Cost: 1 query."""
    newest = Window(RowNumber(), partition_by=F("item_key"), order_by=F("pk").desc())
    placed = sent_attempts().filter(enrolment__course__in=courses).annotate(place=newest)
    return placed.filter(place__lte=OF_A_QUIZ).order_by("place", "-pk").values_list("pk", flat=True)[:IN_ALL]


def _quizzes_of(courses: Iterable[Course]) -> dict[str, _Quiz]:
    by_language: dict[str, list[Course]] = {}
    for course in courses:
        by_language.setdefault(course.source_language, []).append(course)
    quizzes = {}
    for language, some in by_language.items():
        outlines = serving.outlines_of(some, language)
        for course in some:
            for item in outlines[course.pk].items:
                if item.kind == "quiz":
                    quizzes[item.key] = _Quiz(course, item.key, item.title, item.version)
    return quizzes


def _published(quizzes: Iterable[_Quiz]) -> dict[str, FrozenQuiz]:
    keys = QuizKey.objects.filter(version__sha256__in=[quiz.version for quiz in quizzes]).select_related("version")
    return {key.version.sha256: frozen_quiz(key) for key in keys}


def _is_published(tally: Tally, quiz: FrozenQuiz | None) -> bool:
    """Return whether a question is asked like this now: one that was changed has had its look."""
    question = quiz.questions.get(tally.question["id"]) if quiz else None
    return (
        quiz is not None
        and question is not None
        and (question_digest(question, quiz.keys[question["id"]]) == tally.digest)
    )


def _doubted(attempts: QuerySet[Attempt], quizzes: dict[str, _Quiz]) -> Iterable[LookRow]:
    """Return the quizzes whose results many asked to have checked. Cost: 2 queries."""
    checks = MarkingTask.objects.filter(kind=MarkingTask.Kind.CHECK, attempt__in=attempts.values("pk"))
    asked = dict(checks.order_by().values_list("attempt__item_key").annotate(count=Count("attempt", distinct=True)))
    sent = dict(attempts.order_by().values_list("item_key").annotate(count=Count("pk"))) if asked else {}
    for item_key, count in asked.items():
        quiz = quizzes.get(str(item_key))
        words = check_words(checks=count, attempts=sent[item_key])
        if quiz is not None and words:
            yield LookRow(quiz.title, quiz.course.source_language, quiz.title, quiz.url, (words,))
