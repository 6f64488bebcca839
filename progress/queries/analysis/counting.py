"""Answers counted by the database: how often each was given to each question, and what it earned as it stands now."""

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from django.db.models.sql.compiler import SQLCompiler

from courses.models import QuizKey
from courses.rules.kinds import Answer, kind_of
from progress.models import Attempt, HandMark, MarkEvent, Response


@dataclass(frozen=True, slots=True)
class FrozenQuiz:
    """The body of a quiz version by question id, and its key, by question id too."""

    sha256: str
    questions: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that are alike: to the same question of a quiz version, begun in the same edition, marked alike.

    `answer` has no text where a person marks: what people write is nobody's to read here. `earned` is None where the
    question does not count any more; `waits`: for a person who marks it. `new_version` is what it was marked again by.
    """

    item_key: str
    edition: int
    version: int
    language: str
    question: str
    answer: Answer
    unsure: bool
    waits: bool
    earned: int | None
    policy: str
    new_version: int | None
    count: int


class _PointsOf(Func):
    """The points of a question in the points of a mark event; NULL where it has none."""

    template = "CAST((%(expressions)s) AS integer)"
    arg_joiner = " ->> "
    output_field = IntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        # Its own ->> takes a label that begins with a digit for a place in a list.
        template = "json_extract(%(expressions)s || '\"')"
        return self.as_sql(compiler, connection, template=template, arg_joiner=", '$.\"' || ", **context)


def sent_attempts() -> QuerySet[Attempt]:
    """Return the attempts whose answers were sent."""
    return Attempt.objects.filter(state=Attempt.State.SUBMITTED)


def frozen_quizzes(versions: QuerySet[Any] | Set[int]) -> dict[int, FrozenQuiz]:
    """Return frozen quizzes with their keys by row number. Cost: 1 query."""
    rows = QuizKey.objects.filter(version__in=versions).select_related("version")
    return {row.version_id: frozen_quiz(row) for row in rows}


def frozen_quiz(key: QuizKey) -> FrozenQuiz:
    """Return a frozen quiz from its key, whose version is loaded."""
    questions = {question["id"]: question for question in key.version.body["questions"]}
    return FrozenQuiz(key.version.sha256, questions, key.body["questions"])


def questions_for_persons(quizzes: Mapping[int, FrozenQuiz]) -> frozenset[str]:
    """Return the ids of questions that a person marks."""
    return frozenset(
        key
        for quiz in quizzes.values()
        for key, question in quiz.questions.items()
        if kind_of(question["kind"]).needs_person
    )


def groups_of(attempts: QuerySet[Attempt], *, for_persons: Set[str]) -> Iterator[Group]:
    """Return the answers of these attempts in groups of alike ones.

    `for_persons` are the ids of questions that a person marks. Answers that were erased are in no group. Cost: 1 query
    whose rows are as many as there are different answers, whatever the number of attempts.
    """
    newest = Window(RowNumber(), partition_by=F("attempt"), order_by=[F("marked_at").desc(), F("pk").desc()])
    standing = MarkEvent.objects.filter(attempt__in=attempts.values("pk")).annotate(place=newest).filter(place=1)
    is_own_words = When(question_id__in=for_persons, then=Value(""))
    by_hand = HandMark.objects.filter(attempt=OuterRef("attempt"), question_id=OuterRef("question_id"))
    groups = (
        Response.objects.filter(attempt__mark_events__in=standing.values("pk"))
        .annotate(
            said=Case(is_own_words, default=F("text"), output_field=TextField()) if for_persons else F("text"),
            wrote=Case(When(text="", then=Value(False)), default=Value(True), output_field=BooleanField()),
            chosen=Cast("options", TextField()),
            waits=Case(
                When(question_id__in=for_persons, then=~Exists(by_hand)),
                default=Value(False),
                output_field=BooleanField(),
            )
            if for_persons
            else Value(False),
            earned=_PointsOf(F("attempt__mark_events__points"), F("question_id")),
        )
        .values_list(
            "attempt__item_key",
            "attempt__edition",
            "attempt__quiz_version",
            "attempt__language",
            "question_id",
            "chosen",
            "said",
            "wrote",
            "unsure",
            "waits",
            "earned",
            "attempt__mark_events__policy",
            "attempt__mark_events__regrade__quiz_version",
        )
        .annotate(count=Count("pk"))
        .order_by()
    )
    for (
        item,
        edition,
        version,
        language,
        question,
        chosen,
        said,
        wrote,
        unsure,
        waits,
        earned,
        policy,
        new,
        count,
    ) in groups:
        answer = Answer(frozenset(json.loads(chosen)), said or (OWN_WORDS if wrote else ""))
        is_left = waits and bool(answer)
        yield Group(
            str(item), edition, version, language, question, answer, unsure, is_left, earned, policy, new, count
        )


OWN_WORDS = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for what somebody wrote who is marked by a person."""
