"""Attempts as their pages show them: tries, marks, the result. `progress.queries.questions` has the questions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from courses.queries import serving
from progress.models import Attempt, Enrolment, HandMark, MarkEvent, Regrade
from progress.queries.feedback import PairTold, feedback_texts, pairs_told
from progress.queries.questions import Question, right_in_words
from progress.rules.accepting import Accepted, accepted_in
from progress.rules.marking import Given, Verdict, fold_marks, points_needed, verdict, verdict_of_points
from progress.rules.telling import Telling


@dataclass(frozen=True, slots=True)
class Reply:
    """What the result says of one question. `ways`, alternatives that are right, is empty until they may be named.

    `points` of `worth`; `counts`: it counts in the standing marking. `is_changed`: it is not marked as it was at first,
    so that feedback and explanation, which were written for the first key, are left out. `by_hand`: a person gave the
    points, and said `comment` to it, or nothing. `pairs` says it entry by entry, and takes the place of `feedback`.
    """

    question: Question
    verdict: Verdict
    points: int
    worth: int
    counts: bool
    is_changed: bool
    feedback: tuple[str, ...]
    explanation: str
    ways: tuple[tuple[str, ...], ...]
    lesson_key: str
    section: str
    by_hand: bool = False
    comment: str = ""
    pairs: tuple[PairTold, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person has to read the answer still."""
        return self.verdict is Verdict.WAITING


@dataclass(frozen=True, slots=True)
class QuizTries:
    """The attempts of an enrolment at one quiz, the first first."""

    attempts: tuple[Attempt, ...]
    used: int
    open_attempt: Attempt | None
    last: Attempt | None


def own_attempt(learner: User, public_id: UUID) -> Attempt:
    """Return an attempt of this learner with its quiz version, enrolment and course.

    Cost: 1 query, 2 where this process does not hold what the version asks yet.

    :raises Attempt.DoesNotExist: if there is none, or it is somebody else's: the two look the same.
    """
    attempt = (
        Attempt.objects.select_related("quiz_version", "enrolment__course", "enrolment__start_edition")
        .defer("enrolment__start_edition__manifest", "quiz_version__body")
        .get(public_id=public_id, enrolment__learner=learner)
    )
    serving.hold_body(attempt.quiz_version)
    return attempt


def tries_at(enrolment: Enrolment, item_key: UUID | str) -> QuizTries:
    """Return the attempts so far at a quiz. Cost: 1 query."""
    attempts = list(Attempt.objects.filter(enrolment=enrolment, item_key=item_key).order_by("number"))
    return QuizTries(
        attempts=tuple(attempts),
        used=len(attempts),
        open_attempt=next((attempt for attempt in attempts if attempt.state == Attempt.State.OPEN), None),
        last=attempts[-1] if attempts else None,
    )


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


@dataclass(slots=True)
class ByHand:
    """What people gave for the answers of an attempt, the last by question, and the decisions that were there then."""

    given: dict[str, Given] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)


def hand_marks_of(attempts: Iterable[int]) -> dict[int, ByHand]:
    """Return, by attempt row number, what people gave. Cost: 1 query."""
    rows = HandMark.objects.filter(attempt__in=attempts).order_by("mark_event__marked_at", "mark_event", "pk")
    found: dict[int, ByHand] = {}
    for attempt, question_id, points, worth, seen in rows.values_list(
        "attempt", "question_id", "points", "worth", "seen"
    ):
        by_hand = found.setdefault(attempt, ByHand())
        by_hand.given[question_id] = Given(points, worth)
        if seen is not None:
            by_hand.seen.add(seen)
    return found


def marked_by_person(attempt: Attempt, events: Iterable[MarkEvent]) -> dict[str, HandMark]:
    """Return, by question id, the last mark that a person gave, with its comment. Cost: no query, 1 where one marked."""
    if all(event.kind != MarkEvent.Kind.BY_HAND for event in events):
        return {}
    rows = HandMark.objects.filter(attempt=attempt).select_related("comment")
    return {mark.question_id: mark for mark in rows.order_by("mark_event__marked_at", "mark_event", "pk")}


def comment_of(mark: HandMark | None) -> str:
    """Return what the person who gave a mark said of it, "" for nothing. `mark` has its comment."""
    return mark.comment.text if mark is not None and hasattr(mark, "comment") else ""


def replies_of(
    attempt: Attempt, questions: Sequence[Question], *, events: Sequence[MarkEvent], telling: Telling
) -> list[Reply]:
    """Return what to say of each answer of an attempt that was sent, as far as `telling` goes.

    What was chosen gets its feedback; the explanation goes to who had it right, and with what is right, when that may be said. Cost: 1
    query, 1 more where a person marked, 2 more where a newer key may count.

    :raises ValueError: if the attempt is open: its key is nobody's to read.
    """
    standing = fold_marks(events)
    if attempt.state != Attempt.State.SUBMITTED or standing is None:
        raise ValueError("The answers of this attempt were not sent yet.")
    key = serving.quiz_key(attempt.quiz_version)
    basis = basis_of(events)
    regrade = Regrade.objects.select_related("quiz_version").get(pk=basis.regrade_id) if basis.regrade_id else None
    accepted = accepted_by(attempt, basis, own=key, new=key_of(regrade))
    by_hand = marked_by_person(attempt, events)
    return [
        _reply(
            question,
            key["questions"][question.id],
            accepted[question.id],
            by_hand.get(question.id),
            points=standing.points.get(question.id, 0),
            telling=telling,
        )
        for question in questions
    ]


def basis_of(events: Sequence[MarkEvent]) -> MarkEvent:
    """Return the last marking by rules of an attempt that was sent: what says by which key, and of how many points.

    A person who marks gives points beside it and changes no key.
    """
    return next(event for event in reversed(events) if event.kind != MarkEvent.Kind.BY_HAND)


def accepted_by(
    attempt: Attempt, basis: MarkEvent, *, own: Mapping[str, Any], new: Mapping[str, Any] | None
) -> dict[str, Accepted]:
    """Return, by question id, what a marking by rules accepted, from the attempt's own key and a newer one."""
    return {
        entry["id"]: accepted_in(basis.policy, entry["id"], own=own, new=new, points=basis.points)
        for entry in attempt.form["questions"]
    }


def key_of(regrade: Regrade | None) -> Mapping[str, Any] | None:
    """Return the answer key that a decision to mark again is about, if it is about one. Cost: 1 query."""
    if regrade is None or regrade.quiz_version is None:
        return None
    return serving.quiz_key(regrade.quiz_version)


def _reply(
    question: Question,
    key: Mapping[str, Any],
    accepted: Accepted,
    by_hand: HandMark | None,
    *,
    points: int,
    telling: Telling,
) -> Reply:
    is_changed = not accepted.by_own_key
    says_why = telling.says_why and not is_changed
    lesson = (key.get("lesson") or {}) if telling.says_why else {}
    right = [right_in_words(question.asked, way.key) for way in accepted.ways] if telling.names_right else []
    near = _verdict(question, key, accepted, by_hand, points)
    if not telling.says_why and near in {Verdict.PARTLY, Verdict.NOT_QUITE}:
        near = Verdict.RIGHT if points else Verdict.NOT_QUITE  # only whether it earned points
    # What a person found of the whole stands over what the rules say of its entries.
    pairs = pairs_told(question, key) if says_why and accepted.counts and by_hand is None else ()
    return Reply(
        question=question,
        verdict=near,
        points=points,
        worth=by_hand.worth if by_hand and accepted.counts else accepted.points,
        counts=accepted.counts,
        is_changed=is_changed,
        feedback=feedback_texts(question, key) if says_why and not pairs else (),
        # It says what is right: until that may be named it is for who had it right.
        explanation=key.get("explanation", "") if says_why and (near is Verdict.RIGHT or telling.names_right) else "",
        ways=tuple(words for alternatives in right for words in alternatives),
        lesson_key=lesson.get("key", ""),
        section=lesson.get("section", ""),
        by_hand=by_hand is not None,
        comment=comment_of(by_hand),
        pairs=pairs,
    )


def _verdict(
    question: Question, key: Mapping[str, Any], accepted: Accepted, by_hand: HandMark | None, points: int
) -> Verdict:
    if question.is_erased:
        return verdict_of_points(points, by_hand.worth if by_hand else accepted.points)
    given = Given(by_hand.points, by_hand.worth) if by_hand else None
    keys = [way.key for way in accepted.ways] or [key]
    verdicts = {verdict(own, question.answer, by_hand=given) for own in keys}
    return next(entry for entry in Verdict if entry in verdicts)
