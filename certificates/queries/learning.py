"""What a certificate tells about how somebody learned."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certificates.rules.facts import QuizFact, ResultFact, WorkFact
from progress.models import ItemCompletion, Judgement, MarkEvent, Submission
from progress.rules.judging import fold_judgements


@dataclass(frozen=True, slots=True)
class Marks:
    """What a try or a judgement came to. Scores in points, the pass mark in per cent."""

    score: int
    max_score: int
    pass_mark: int


@dataclass(frozen=True, slots=True)
class Done:
    """An item that is done. `marks` where it was passed: of the try it was passed by, or of the judgement."""

    key: str
    language: str
    completed_at: datetime
    evidence: str
    marks: Marks | None

    @property
    def is_passed(self) -> bool:
        """Whether something was assessed, not merely marked as done or ticked off for being there."""
        return self.evidence not in (ItemCompletion.Evidence.MARKED, ItemCompletion.Evidence.ATTENDANCE)


@dataclass(frozen=True, slots=True)
class Learning:
    """Languages in which steps were done, most used first; lessons done; what was passed, in the order of passing.

    `result`: the points of what is needed for achievement together; None where that is not all passed.
    """

    languages: tuple[str, ...]
    lesson_count: int
    quizzes: tuple[QuizFact, ...]
    works: tuple[WorkFact, ...]
    result: ResultFact | None


def done_by(enrolments: Collection[int]) -> dict[int, tuple[Done, ...]]:
    """Return what each enrolment has done, in the order of doing. Cost: 2 queries, 3 where work was passed."""
    rows = list(
        ItemCompletion.objects.filter(enrolment__in=enrolments)
        .order_by("completed_at", "pk")
        .values_list("enrolment_id", "item_key", "language", "completed_at", "evidence", "attempt_id")
    )
    marks = _marks_of_attempts(enrolments) if any(row[5] is not None for row in rows) else {}
    works: dict[tuple[int, str], Marks] = {}
    if any(row[4] == ItemCompletion.Evidence.SUBMISSION for row in rows):
        works = _marks_of_works(enrolments)
    done: dict[int, list[Done]] = defaultdict(list)
    for enrolment, item_key, language, completed_at, evidence, attempt in rows:
        key = str(item_key)
        got = works.get((enrolment, key)) if attempt is None else marks.get(attempt)
        done[enrolment].append(Done(key, language, completed_at, evidence, got))
    return {enrolment: tuple(entries) for enrolment, entries in done.items()}


def learning_of(done: Collection[Done], manifest: Mapping[str, Any], *, needed: Set[str] = frozenset()) -> Learning:
    """Return what was done of the course that a manifest describes, its removed items included.

    `needed`: the keys of the items that are needed for achievement.
    """
    kinds = {entry["key"]: entry["kind"] for entry in (*manifest["items"], *manifest["tombstones"])}
    entries = [entry for entry in done if entry.key in kinds]
    counts = Counter(entry.language for entry in entries)
    passed = {entry.key: entry.marks for entry in entries if entry.marks is not None}
    counted = [passed[key] for key in needed if key in passed]
    return Learning(
        languages=tuple(sorted(counts, key=lambda language: (-counts[language], language))),
        lesson_count=sum(kinds[entry.key] == "lesson" for entry in entries),
        quizzes=tuple(
            QuizFact(
                key=entry.key,
                score=entry.marks.score,
                max_score=entry.marks.max_score,
                pass_mark=entry.marks.pass_mark,
                passed_at=entry.completed_at,
            )
            for entry in entries
            if entry.marks is not None and entry.evidence == ItemCompletion.Evidence.ATTEMPT
        ),
        works=tuple(
            WorkFact(
                key=entry.key,
                score=entry.marks.score,
                max_score=entry.marks.max_score,
                pass_mark=entry.marks.pass_mark,
                passed_at=entry.completed_at,
            )
            for entry in entries
            if entry.marks is not None and entry.evidence == ItemCompletion.Evidence.SUBMISSION
        ),
        result=ResultFact(sum(marks.score for marks in counted), sum(marks.max_score for marks in counted))
        if counted and len(counted) == len(needed)
        else None,
    )


def _marks_of_attempts(enrolments: Collection[int]) -> dict[int, Marks]:
    """Return, by attempt, the marks that each passed try stands by: those of its last marking."""
    passing = ItemCompletion.objects.filter(enrolment__in=enrolments, attempt__isnull=False).values("attempt")
    events = MarkEvent.objects.filter(attempt__in=passing).order_by("marked_at", "pk")
    return {
        attempt: Marks(score, max_score, pass_mark)
        for attempt, score, max_score, pass_mark in events.values_list("attempt_id", "score", "max_score", "pass_mark")
    }


def _marks_of_works(enrolments: Collection[int]) -> dict[tuple[int, str], Marks]:
    """Return, by enrolment and item, the marks of the judgement that passed the work."""
    passed = Judgement.objects.filter(
        submission__enrolment__in=enrolments, submission__state=Submission.State.PASSED
    ).select_related("submission")
    by_work: dict[tuple[int, str], list[Judgement]] = defaultdict(list)
    for judgement in passed.defer("levels", "submission__text"):
        by_work[judgement.submission.enrolment_id, str(judgement.submission.item_key)].append(judgement)
    found = {}
    for work, judgements in by_work.items():
        # It is passed, so whether a second person had to agree is settled.
        decided = fold_judgements(judgements, needs_second=False).decided_by
        if decided is not None:
            found[work] = Marks(decided.score, decided.max_score, decided.pass_mark)
    return found
