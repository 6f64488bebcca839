"""Work on an assignment as its pages show it: the rubric, the rounds, and what was found of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from progress.models import Enrolment, Judgement, JudgementComment, Submission, SubmittedFile
from progress.queries.assessing import assessed_by
from progress.queries.enrolments import CourseProgress
from progress.rules.judging import Outcome, Role, fold_judgements
from progress.rules.marking import points_needed

_DECIDED = (Submission.State.RETURNED, Submission.State.PASSED, Submission.State.FAILED)
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Level:
    id: str
    title: str
    description: str
    points: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is looked at, with what was found of it and said of it, where it was judged."""

    id: str
    title: str
    description: str
    language: str
    levels: tuple[Level, ...]
    comment: str

    @property
    def chosen(self) -> Level | None:
        return next((level for level in self.levels if level.is_chosen), None)

    @property
    def most(self) -> int:
        """The points of the best level."""
        return max(level.points for level in self.levels)


@dataclass(frozen=True, slots=True)
class Finding:
    """A judgement with the rubric filled in. `comment` is on the whole; `decides`: its points and outcome are the ones."""

    role: str
    outcome: str
    score: int
    max_score: int
    needed: int
    judgement: Judgement
    criteria: tuple[Criterion, ...]
    comment: str
    decides: bool

    @property
    def is_passed(self) -> bool:
        return self.outcome == Outcome.PASS

    @property
    def is_given_back(self) -> bool:
        return self.outcome == Outcome.RETURN

    @property
    def is_second(self) -> bool:
        return self.role == Role.SECOND

    @property
    def is_moderation(self) -> bool:
        return self.role == Role.MODERATION


@dataclass(frozen=True, slots=True)
class Round:
    """One round of an assignment. `findings`, the deciding one first, is empty until it is decided."""

    submission: Submission
    files: tuple[SubmittedFile, ...]
    findings: tuple[Finding, ...]

    @property
    def decided_by(self) -> Finding | None:
        return self.findings[0] if self.findings else None

    @property
    def is_draft(self) -> bool:
        return self.submission.state == Submission.State.DRAFT

    @property
    def is_waiting(self) -> bool:
        return self.submission.state == Submission.State.SUBMITTED

    @property
    def is_passed(self) -> bool:
        return self.submission.state == Submission.State.PASSED

    @property
    def is_given_back(self) -> bool:
        return self.submission.state == Submission.State.RETURNED

    @property
    def is_failed(self) -> bool:
        return self.submission.state == Submission.State.FAILED


def criteria_of(
    body: Mapping[str, Any], *, levels: Mapping[str, str] = _NOTHING, comments: Mapping[str, str] = _NOTHING
) -> tuple[Criterion, ...]:
    """Return the rubric of a frozen assignment, filled in with the level and the comment of each criterion. No query."""
    return tuple(
        Criterion(
            id=criterion["id"],
            title=criterion["title"],
            description=criterion["description"],
            language=criterion["language"],
            levels=tuple(
                Level(
                    id=level["id"],
                    title=level["title"],
                    description=level["description"],
                    points=level["points"],
                    is_chosen=levels.get(criterion["id"]) == level["id"],
                )
                for level in criterion["levels"]
            ),
            comment=comments.get(criterion["id"], ""),
        )
        for criterion in body["criteria"]
    )


def rounds_of(enrolment: Enrolment, item_key: UUID | str) -> list[Round]:
    """Return the rounds of an enrolment at an assignment, the latest first. Cost: 4 queries, 1 where there is none."""
    return read_rounds(Submission.objects.filter(enrolment=enrolment, item_key=item_key).order_by("-number"))


def read_rounds(submissions: QuerySet[Submission], *, before_decision: bool = False) -> list[Round]:
    """Return rounds in the order given. Cost: 4 queries, 1 where there is none.

    What was found of a round is told once it is decided: who judges second must not know what the first found, and a
    learner not be told twice. `before_decision` is for who decides between two.
    """
    rows = list(submissions.select_related("assignment_version", "enrolment"))
    if not rows:
        return []
    told = [row.pk for row in rows if before_decision or row.state in _DECIDED]
    files: dict[int, list[SubmittedFile]] = {}
    for file in SubmittedFile.objects.filter(submission__in=rows).order_by("pk"):
        files.setdefault(file.submission_id, []).append(file)
    judgements: dict[int, list[Judgement]] = {}
    for judgement in Judgement.objects.filter(submission__in=told).order_by("judged_at", "pk"):
        judgements.setdefault(judgement.submission_id, []).append(judgement)
    comments: dict[int, dict[str, str]] = {}
    for comment in JudgementComment.objects.filter(judgement__submission__in=told) if judgements else ():
        comments.setdefault(comment.judgement_id, {})[comment.criterion_id] = comment.text
    return [
        Round(row, tuple(files.get(row.pk, ())), _findings(row, judgements.get(row.pk, ()), comments)) for row in rows
    ]


def story_of(own: CourseProgress) -> list[Round]:
    """Return every round of an enrolment, the first first, what was found of each once it is decided.

    Cost: 4 queries, 1 where there is none, none in a course that never had an assignment.
    """
    if all(item.kind != "assignment" for item in (*own.outline.items, *own.outline.tombstones)):
        return []
    return read_rounds(Submission.objects.filter(enrolment=own.enrolment).order_by("started_at", "pk"))


def own_submission(learner: User, public_id: UUID) -> Submission:
    """Return a round of this learner with version, enrolment and course. Cost: 1 query.

    :raises Submission.DoesNotExist: if there is none, or it is somebody else's: the two look the same.
    """
    return _with_enrolment().get(public_id=public_id, enrolment__learner=learner)


def readable_submission(person: User, public_id: UUID, *, on: date) -> Submission:
    """Return a round that this person may read: their own, or one that was handed in and that they assess.

    Cost: 1 query.

    :raises Submission.DoesNotExist: if there is none, or it is not theirs to read: the two look the same.
    """
    handed_in = ~Q(state=Submission.State.DRAFT)
    return (
        _with_enrolment()
        .filter(Q(enrolment__learner=person) | handed_in & assessed_by(person, on, prefix="enrolment__"))
        .get(public_id=public_id)
    )


def readable_file(person: User, public_id: UUID, file_id: UUID, *, on: date) -> SubmittedFile:
    """Return a file of a round that this person may read, if its bytes are there still. Cost: 1 query.

    :raises SubmittedFile.DoesNotExist: if there is none, or it is not theirs to read: the two look the same.
    """
    handed_in = ~Q(submission__state=Submission.State.DRAFT)
    assessed = assessed_by(person, on, prefix="submission__enrolment__")
    return (
        SubmittedFile.objects.filter(Q(submission__enrolment__learner=person) | handed_in & assessed)
        .exclude(file="")
        .get(public_id=file_id, submission__public_id=public_id)
    )


def _with_enrolment() -> QuerySet[Submission]:
    return Submission.objects.select_related(
        "assignment_version",
        "enrolment__course__current_edition",
        "enrolment__start_edition",
        "enrolment__completion",
        "enrolment__learner",
        "enrolment__organisation",
    ).defer("enrolment__start_edition__manifest", "enrolment__course__current_edition__manifest")


def _findings(
    submission: Submission, judgements: Iterable[Judgement], comments: Mapping[int, Mapping[str, str]]
) -> tuple[Finding, ...]:
    body = submission.assignment_version.body
    found = list(judgements)
    deciding = fold_judgements(found, needs_second=bool(body.get("needs_second_assessor"))).decided_by
    findings = [
        Finding(
            role=judgement.role,
            outcome=judgement.outcome,
            score=judgement.score,
            max_score=judgement.max_score,
            needed=points_needed(max_score=judgement.max_score, pass_mark=judgement.pass_mark),
            judgement=judgement,
            criteria=criteria_of(body, levels=judgement.levels, comments=comments.get(judgement.pk, _NOTHING)),
            comment=comments.get(judgement.pk, _NOTHING).get("", ""),
            decides=judgement is deciding,
        )
        for judgement in found
    ]
    return tuple(sorted(findings, key=lambda finding: not finding.decides))
