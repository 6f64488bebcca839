"""Attempts as their pages show them: the questions, the answers, the result."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from courses.queries import serving
from courses.rendering import question_text
from progress.models import Attempt, Enrolment, MarkEvent, Regrade, Response
from progress.rules.accepting import Accepted, accepted_in
from progress.rules.marking import Verdict, fold_marks, points_needed, verdict


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an attempt with the answer so far. `number` counts from 1, in the order of this attempt.

    `is_erased`: there was an answer once; its marks stand without it.
    """

    number: int
    id: str
    kind: str
    text: str
    html: str
    language: str
    options: tuple[Option, ...]
    unsure: bool
    sequence: int
    answered_at: datetime | None
    is_erased: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer; "I am not sure" is one."""
        return self.unsure or self.has_choice

    @property
    def has_choice(self) -> bool:
        return any(option.is_chosen for option in self.options)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The texts of what was chosen, in the order shown."""
        return tuple(option.text for option in self.options if option.is_chosen)

    @property
    def takes_several(self) -> bool:
        return self.kind == "multiple_choice"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the result says of one question. `ways`, alternatives that are right, is empty until the quiz is passed.

    `counts`: it counts in the standing marking. `is_changed`: it is not marked as it was at first, so that feedback and
    explanation, which were written for the first key, are left out.
    """

    question: Question
    verdict: Verdict
    counts: bool
    is_changed: bool
    feedback: tuple[str, ...]
    explanation: str
    ways: tuple[tuple[str, ...], ...]
    lesson_key: str
    section: str


@dataclass(frozen=True, slots=True)
class QuizTries:
    """The attempts of an enrolment at one quiz."""

    used: int
    open_attempt: Attempt | None
    last: Attempt | None


def own_attempt(learner: User, public_id: UUID) -> Attempt:
    """Return an attempt of this learner with its quiz version, enrolment and course. Cost: 1 query.

    :raises Attempt.DoesNotExist: if there is none, or it is somebody else's: the two look the same.
    """
    return (
        Attempt.objects.select_related("quiz_version", "enrolment__course", "enrolment__start_edition")
        .defer("enrolment__start_edition__manifest")
        .get(public_id=public_id, enrolment__learner=learner)
    )


def tries_at(enrolment: Enrolment, item_key: UUID | str) -> QuizTries:
    """Return the attempts so far at a quiz. Cost: 1 query."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment, item_key=item_key).order_by("number"))
    return QuizTries(
        used=len(attempts),
        open_attempt=next((attempt for attempt in attempts if attempt.state == Attempt.State.OPEN), None),
        last=attempts[-1] if attempts else None,
    )


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the questions of an attempt in its own order, with the answers saved so far. Cost: 1 query."""
    texts = {question["id"]: question for question in attempt.quiz_version.body["questions"]}
    responses = {response.question_id: response for response in Response.objects.filter(attempt=attempt)}
    return [
        _question(number, texts[entry["id"]], entry, responses.get(entry["id"]))
        for number, entry in enumerate(attempt.form["questions"], start=1)
    ]


def last_saved_at(questions: list[Question]) -> datetime | None:
    """Return when an answer was saved last."""
    return max((question.answered_at for question in questions if question.answered_at), default=None)


def mark_events_of(attempt: Attempt) -> list[MarkEvent]:
    """Return every marking of an attempt, in the order they happened; none while it is open. Cost: 1 query."""
    return list(MarkEvent.objects.filter(attempt=attempt).order_by("marked_at", "pk"))


def markings_of(attempts: Iterable[int] | QuerySet[Attempt]) -> dict[int, MarkEvent]:
    """Return, by attempt row number, the mark event that each attempt stands by. Cost: 1 query."""
    events: dict[int, list[MarkEvent]] = {}
    rows = MarkEvent.objects.filter(attempt__in=attempts).select_related("attempt").order_by("marked_at", "pk")
    for event in rows:
        events.setdefault(event.attempt_id, []).append(event)
    return {pk: standing for pk, happened in events.items() if (standing := fold_marks(happened)) is not None}


def needed_points(event: MarkEvent) -> int:
    """Return the points that were needed to pass."""
    return points_needed(max_score=event.max_score, pass_mark=event.pass_mark)


def replies_of(attempt: Attempt, questions: list[Question], *, standing: MarkEvent, passed: bool) -> list[Reply]:
    """Return what to say of each answer of an attempt that was sent. Cost: 1 query, 3 where a newer key may count.

    What was chosen gets its feedback and the explanation. The right options are named once the quiz is `passed`, by
    this attempt or an earlier one: while somebody still tries, naming them would end the trying.

    :raises ValueError: if the attempt is open: its key is nobody's to read.
    """
    if attempt.state != Attempt.State.SUBMITTED:
        raise ValueError("The answers of this attempt were not sent yet.")
    key = serving.quiz_key(attempt.quiz_version)
    regrade = (
        Regrade.objects.select_related("quiz_version").get(pk=standing.regrade_id) if standing.regrade_id else None
    )
    accepted = accepted_by(attempt, standing, own=key, new=key_of(regrade))
    return [
        _reply(
            question,
            key["questions"][question.id],
            accepted[question.id],
            points=standing.points.get(question.id, 0),
            passed=passed,
        )
        for question in questions
    ]


def accepted_by(
    attempt: Attempt, standing: MarkEvent, *, own: Mapping[str, Any], new: Mapping[str, Any] | None
) -> dict[str, Accepted]:
    """Return, by question id, what the standing marking accepted, from the attempt's own key and a newer one."""
    return {
        entry["id"]: accepted_in(standing.policy, entry["id"], own=own, new=new, points=standing.points)
        for entry in attempt.form["questions"]
    }


def key_of(regrade: Regrade | None) -> Mapping[str, Any] | None:
    """Return the answer key that a decision to mark again is about, if it is about one. Cost: 1 query."""
    if regrade is None or regrade.quiz_version is None:
        return None
    return serving.quiz_key(regrade.quiz_version)


def _question(number: int, frozen: Mapping[str, Any], entry: Mapping[str, Any], response: Response | None) -> Question:
    shown = question_text(frozen)
    texts = {option["id"]: option["text"] for option in shown["options"]}
    chosen = set(response.options) if response else set()
    return Question(
        number=number,
        id=entry["id"],
        kind=entry["kind"],
        text=shown["text"],
        html=shown["html"],
        language=shown["language"],
        options=tuple(Option(option_id, texts[option_id], option_id in chosen) for option_id in entry["options"]),
        unsure=response is not None and response.unsure,
        sequence=response.sequence if response else 0,
        answered_at=response.answered_at if response else None,
        is_erased=response is None,
    )


def _reply(question: Question, key: Mapping[str, Any], accepted: Accepted, *, points: int, passed: bool) -> Reply:
    texts = {option.id: option.text for option in question.options}
    chosen = frozenset(option.id for option in question.options if option.is_chosen)
    first_way = frozenset(key["correct"])
    is_changed = accepted.ways != (first_way,)
    if question.is_erased:
        verdicts = {Verdict.RIGHT if points else Verdict.NOT_QUITE}
    else:
        verdicts = {verdict({"correct": way}, chosen) for way in accepted.ways or (first_way,)}
    lesson = key.get("lesson") or {}
    return Reply(
        question=question,
        verdict=next(entry for entry in Verdict if entry in verdicts),
        counts=accepted.counts,
        is_changed=is_changed,
        feedback=()
        if is_changed
        else tuple(
            text for option in question.options if option.is_chosen and (text := key["feedback"].get(option.id, ""))
        ),
        explanation="" if is_changed else key.get("explanation", ""),
        ways=tuple(
            tuple(text for option, text in texts.items() if option in way)
            for way in accepted.ways
            if passed and way <= texts.keys()
        ),
        lesson_key=lesson.get("key", ""),
        section=lesson.get("section", ""),
    )
