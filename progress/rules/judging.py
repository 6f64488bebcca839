"""Judging submissions: levels of a rubric into points, and several judgements into one outcome."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from progress.rules.marking import passes

CLAIM_LASTS = timedelta(days=7)
"""How long a task stays with who took it and does not finish it."""


class Role(StrEnum):
    """As what an assessor judges a submission."""

    FIRST = "first"
    SECOND = "second"
    MODERATION = "moderation"


class Outcome(StrEnum):
    """What one judgement comes to."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    RETURN = "return"


class SubmissionState(StrEnum):
    """How a submission stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rubric:
    """Criteria with their levels, each worth points, as a frozen assignment has them."""

    points: Mapping[str, Mapping[str, int]]

    @property
    def max_score(self) -> int:
        """The points of the best level of every criterion together."""
        return sum(max(levels.values()) for levels in self.points.values())


class Unjudged(Exception):
    """A criterion has no level yet, or one that the rubric does not have; `criteria` names them."""

    def __init__(self, criteria: Sequence[str]) -> None:
        super().__init__(", ".join(criteria))
        self.criteria = tuple(criteria)


class Judged(Protocol):
    """What the fold reads of a judgement."""

    @property
    def role(self) -> str: ...

    @property
    def outcome(self) -> str: ...


AnyJudgement = TypeVar("AnyJudgement", bound=Judged)


@dataclass(frozen=True, slots=True)
class Standing(Generic[AnyJudgement]):
    """How a submission that was handed in stands: its state, who must look next, and the judgement that decided."""

    state: SubmissionState
    waits_for: Role | None
    decided_by: AnyJudgement | None


def rubric_of(body: Mapping[str, Any]) -> Rubric:
    """Return the points of a rubric from the body of an assignment version."""
    return Rubric(
        {
            criterion["id"]: {level["id"]: int(level["points"]) for level in criterion["levels"]}
            for criterion in body["criteria"]
        }
    )


def score_of(rubric: Rubric, levels: Mapping[str, str]) -> int:
    """Return the points of the levels chosen, one a criterion; what the rubric does not ask is left out.

    :raises Unjudged: if a criterion has no level, or one of another rubric.
    """
    open_criteria = [key for key, worth in rubric.points.items() if levels.get(key) not in worth]
    if open_criteria or not rubric.points:
        raise Unjudged(open_criteria)
    return sum(worth[levels[key]] for key, worth in rubric.points.items())


def outcome_of(*, score: int, max_score: int, pass_mark: int, gives_back: bool) -> Outcome:
    """Return what a judgement comes to.

    Passed or not follows from the points; nobody chooses it beside them. Giving the work back to be improved is the
    assessor's choice, whatever the points.
    """
    if gives_back:
        return Outcome.RETURN
    return Outcome.PASS if passes(score=score, max_score=max_score, pass_mark=pass_mark) else Outcome.FAIL


def fold_judgements(judgements: Iterable[AnyJudgement], *, needs_second: bool) -> Standing[AnyJudgement]:
    """Return how a submission that was handed in stands by its judgements, in any order (decision 0018).

    Given back by the first: it is given back, nobody else looks. Else, where a second person judges, the same outcome
    of both decides, with the points of the first; where they differ a third person decides.
    """
    by_role = {Role(judgement.role): judgement for judgement in judgements}
    moderated = by_role.get(Role.MODERATION)
    if moderated is not None:
        return _decided(moderated)
    first = by_role.get(Role.FIRST)
    if first is None:
        return Standing(SubmissionState.SUBMITTED, Role.FIRST, None)
    if first.outcome == Outcome.RETURN or not needs_second:
        return _decided(first)
    second = by_role.get(Role.SECOND)
    if second is None:
        return Standing(SubmissionState.SUBMITTED, Role.SECOND, None)
    if second.outcome == first.outcome:
        return _decided(first)
    return Standing(SubmissionState.SUBMITTED, Role.MODERATION, None)


def may_judge(*, person: int, learner: int, judged_by: Iterable[int | None]) -> bool:
    """Return whether a person, by number, may judge a submission: not their own, and not twice in two roles."""
    return person != learner and person not in set(judged_by)


def is_lapsed(claimed_at: datetime | None, *, at: datetime) -> bool:
    """Return whether who took a task has kept it too long, so that somebody else may take it."""
    return claimed_at is not None and at >= claimed_at + CLAIM_LASTS


def _decided(judgement: AnyJudgement) -> Standing[AnyJudgement]:
    return Standing(_STATES[Outcome(judgement.outcome)], None, judgement)


_STATES = {
    Outcome.PASS: SubmissionState.PASSED,
    Outcome.FAIL: SubmissionState.FAILED,
    Outcome.RETURN: SubmissionState.RETURNED,
}
