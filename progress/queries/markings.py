"""How an attempt was marked: every marking in order, who decided on it and why, and what counted for each question.

Names nobody: editors see the same without a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import CourseEdition
from courses.queries import serving
from courses.rendering import question_text
from courses.rules.kinds import kind_of
from progress.models import Attempt, MarkEvent, Regrade
from progress.queries.attempts import (
    accepted_by,
    basis_of,
    comment_of,
    key_of,
    mark_events_of,
    marked_by_person,
    needed_points,
)
from progress.queries.questions import Question, questions_of, right_in_words
from progress.rules.accepting import Accepted
from progress.rules.marking import fold_marks
from progress.rules.regrading import Policy

POLICY_WORDS: Mapping[str, str | Promise] = {
    Policy.KEEP: _("Marks that were given before stay as they are."),
    Policy.ACCEPT_BOTH: _("The earlier right answers count, and the new ones too."),
    Policy.NEVER_LOWER: _("The new right answers count, and no result goes down."),
    Policy.DROP: _("Questions whose right answers were changed do not count, and no result goes down."),
    Policy.EVEN_IF_LOWER: _("The new right answers count, also where a result goes down."),
    Policy.AS_FIRST_MARKED: _("The first marking counts again."),
}
"""What a policy means to who is marked by it."""


class Kind(StrEnum):
    """What happened at one time in the marking of an attempt."""

    FIRST = "first"
    BY_HAND = "by-hand"
    AGAIN = "again"
    UNCHANGED = "unchanged"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where an answer key is from."""

    edition: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """One marking, or one decision to mark again that left this attempt as it was. `before`: the marking until then."""

    kind: Kind
    happened_at: datetime
    event: MarkEvent | None
    before: MarkEvent | None
    key: KeySource
    policy: str | Promise = ""
    reason: str = ""
    agreed_at: datetime | None = None

    @property
    def is_first(self) -> bool:
        return self.kind is Kind.FIRST

    @property
    def is_by_hand(self) -> bool:
        return self.kind is Kind.BY_HAND

    @property
    def is_again(self) -> bool:
        return self.kind is Kind.AGAIN

    @property
    def is_waiting(self) -> bool:
        return self.kind is Kind.WAITING

    @property
    def takes_pass_away(self) -> bool:
        """Whether this marking no longer passes where the one before did."""
        return bool(self.event and self.before and self.before.passed and not self.event.passed)

    @property
    def gives_pass(self) -> bool:
        """Whether this marking passes where the one before did not."""
        return bool(self.event and self.before and self.event.passed and not self.before.passed)

    @property
    def needed(self) -> int:
        """Points that were needed to pass, in the marking or else in the one that stayed."""
        event = self.event or self.before
        return needed_points(event) if event else 0


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """One question as the standing marking has it. `right` names what counted as right, once that may be said.

    `ways` are alternatives, each the words that are right together. `by_hand`: a person gave the points, and said
    `comment` to it, or nothing; `waits`: a person has to read the answer still.
    """

    question: Question
    counts: bool
    points: int
    worth: int
    first_points: int
    ways: tuple[tuple[str, ...], ...]
    keys: tuple[KeySource, ...]
    is_changed: bool
    by_hand: bool = False
    comment: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class MarkingStory:
    """All that there is to say of how an attempt was marked."""

    attempt: Attempt
    acts: tuple[Act, ...]
    first: MarkEvent
    standing: MarkEvent
    questions: tuple[MarkedQuestion, ...]
    names_right: bool
    reason_language: str

    @property
    def needed(self) -> int:
        """Points needed to pass by the standing marking."""
        return needed_points(self.standing)

    @property
    def waiting_count(self) -> int:
        """How many answers a person has to read still: what stands is what there is so far."""
        return sum(entry.waits and entry.counts for entry in self.questions)

    @property
    def was_marked_again(self) -> bool:
        return self.standing.pk != self.first.pk


def marking_story(
    attempt: Attempt, *, names_right: bool, events: Sequence[MarkEvent] | None = None
) -> MarkingStory | None:
    """Return how an attempt was marked; None while it is open.

    `names_right`: say what counted as right. `progress.rules.telling` says when learners are told.
    `attempt` has its version, edition and course; `events` spares a query. Cost: 4 queries, 5 where a newer key counts, and 1 more
    where a person marked.
    """
    events = mark_events_of(attempt) if events is None else events
    standing = fold_marks(events)
    if standing is None:
        return None
    regrades = _regrades_of(attempt)
    basis = basis_of(events)
    regrade = regrades.get(basis.regrade_id) if basis.regrade_id else None
    return MarkingStory(
        attempt=attempt,
        acts=_acts(attempt, events, regrades),
        first=events[0],
        standing=standing,
        questions=tuple(_marked(attempt, questions_of(attempt), events, regrade, names_right)),
        names_right=names_right,
        reason_language=attempt.enrolment.course.source_language,
    )


def _regrades_of(attempt: Attempt) -> dict[int, Regrade]:
    """Return what was decided about the attempt's quiz, by row number, in the order of time."""
    # As `progress.operations.regrading` says which attempts a decision concerns.
    decided = Regrade.objects.filter(
        course=attempt.enrolment.course_id, item_key=attempt.item_key, edition__gte=attempt.edition_id
    )
    rows = decided.select_related("release", "edition", "quiz_version", "job").defer("edition__manifest")
    return {regrade.pk: regrade for regrade in rows.order_by("decided_at", "pk")}


def _acts(attempt: Attempt, events: Sequence[MarkEvent], regrades: Mapping[int, Regrade]) -> tuple[Act, ...]:
    acts: list[Act] = []
    before: MarkEvent | None = None
    own = _source(attempt.edition)
    for event in events:
        regrade = regrades.get(event.regrade_id) if event.regrade_id else None
        acts.append(_act(event, before, regrade, own))
        before = event
    said = {event.regrade_id for event in events}
    acts += [
        _decision(regrade, events, decided_at=regrade.decided_at)
        for regrade in regrades.values()
        if regrade.pk not in said and regrade.decided_at is not None and _asks_otherwise(regrade, attempt)
    ]
    return tuple(sorted(acts, key=lambda act: act.happened_at))


def _asks_otherwise(regrade: Regrade, attempt: Attempt) -> bool:
    """Return whether a decision is about another key than the attempt's own: else there is nothing to say of it."""
    version = regrade.quiz_version
    return version is not None and version.marking_sha256 != attempt.quiz_version.marking_sha256


def _act(event: MarkEvent, before: MarkEvent | None, regrade: Regrade | None, own: KeySource) -> Act:
    if regrade is None:
        kind = Kind.BY_HAND if event.kind == MarkEvent.Kind.BY_HAND else Kind.FIRST
        return Act(kind, event.marked_at, event, before, own)
    return Act(
        Kind.AGAIN,
        event.marked_at,
        event,
        before,
        _source_of(regrade),
        policy=POLICY_WORDS.get(event.policy, ""),
        reason=regrade.release.reason,
        agreed_at=regrade.release.approved_at,
    )


def _decision(regrade: Regrade, events: Sequence[MarkEvent], *, decided_at: datetime) -> Act:
    """Return a decision that wrote no marking: it is still being carried out, or it changed nothing here."""
    # One that was decided while the try was open was carried out when the answers were sent.
    happened_at = max(decided_at, events[0].marked_at)
    is_waiting = regrade.job is not None and regrade.job.finished_at is None
    return Act(
        Kind.WAITING if is_waiting else Kind.UNCHANGED,
        happened_at,
        None,
        fold_marks(event for event in events if event.marked_at <= happened_at),
        _source_of(regrade),
        policy=POLICY_WORDS.get(regrade.policy, ""),
        reason=regrade.release.reason,
        agreed_at=regrade.release.approved_at,
    )


def _marked(
    attempt: Attempt,
    questions: Sequence[Question],
    events: Sequence[MarkEvent],
    regrade: Regrade | None,
    names_right: bool,
) -> list[MarkedQuestion]:
    own_key = serving.quiz_key(attempt.quiz_version)
    accepted = accepted_by(attempt, basis_of(events), own=own_key, new=key_of(regrade))
    by_hand = marked_by_person(attempt, events)
    later = _later_questions(regrade)
    standing, first = events[-1], events[0]
    marked = []
    for question in questions:
        taken, mark = accepted[question.id], by_hand.get(question.id)
        marked.append(
            MarkedQuestion(
                question=question,
                counts=taken.counts,
                points=standing.points.get(question.id, 0),
                worth=mark.worth if mark and taken.counts else taken.points,
                first_points=first.points.get(question.id, 0),
                ways=_right(question, taken, later.get(question.id)) if names_right else (),
                keys=_sources(attempt, taken, regrade),
                is_changed=not taken.by_own_key or taken.points != own_key["questions"][question.id]["points"],
                by_hand=mark is not None,
                comment=comment_of(mark),
                waits=mark is None and question.has_answer and kind_of(question.kind).needs_person,
            )
        )
    return marked


def _later_questions(regrade: Regrade | None) -> dict[str, Mapping[str, Any]]:
    """Return the questions of a newer version: one may have an option that this try lacked."""
    if regrade is None or regrade.quiz_version is None:
        return {}
    return {question["id"]: question_text(question) for question in regrade.quiz_version.body["questions"]}


def _right(question: Question, taken: Accepted, later: Mapping[str, Any] | None) -> tuple[tuple[str, ...], ...]:
    """Return what counted as right in words: those of the try itself, else of the version that brought the key."""
    words = [
        right_in_words(question.asked, way.key) or (right_in_words(later, way.key) if later is not None else ())
        for way in taken.ways
    ]
    return tuple(alternative for alternatives in words for alternative in alternatives)


def _sources(attempt: Attempt, taken: Accepted, regrade: Regrade | None) -> tuple[KeySource, ...]:
    is_own = not taken.counts or any(way.is_own for way in taken.ways)
    own = [_source(attempt.edition)] if is_own else []
    newer = [_source_of(regrade)] if regrade is not None and any(not way.is_own for way in taken.ways) else []
    return tuple(dict.fromkeys([*own, *newer]))


def _source(edition: CourseEdition) -> KeySource:
    return KeySource(edition.number, edition.made_at)


def _source_of(regrade: Regrade) -> KeySource:
    """Return the edition whose key a decision is about.

    :raises ValueError: if it was only planned.
    """
    if regrade.edition is None:
        raise ValueError("This regrade was not decided.")
    return _source(regrade.edition)
