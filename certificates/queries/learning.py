"""What a certificate tells about how somebody learned."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.rules.facts import QuizFact
from progress.models import Enrolment, ItemCompletion
from progress.queries.attempts import markings_of


@dataclass(frozen=True, slots=True)
class Learning:
    """Languages in which steps were done, most used first; lessons done; quizzes passed, in the order of passing."""

    languages: tuple[str, ...]
    lesson_count: int
    quizzes: tuple[QuizFact, ...]


def learning_of(enrolment: Enrolment, manifest: Mapping[str, Any]) -> Learning:
    """Return what was done of the course that a manifest describes, its removed items included. Cost: 2 queries."""
    kinds = {entry["key"]: entry["kind"] for entry in (*manifest["items"], *manifest["tombstones"])}
    completions = [
        completion
        for completion in ItemCompletion.objects.filter(enrolment=enrolment).order_by("completed_at", "pk")
        if str(completion.item_key) in kinds
    ]
    attempt_ids = [completion.attempt_id for completion in completions if completion.attempt_id is not None]
    marks = markings_of(attempt_ids)
    counts: dict[str, int] = {}
    for completion in completions:
        counts[completion.language] = counts.get(completion.language, 0) + 1
    return Learning(
        languages=tuple(sorted(counts, key=lambda language: (-counts[language], language))),
        lesson_count=sum(kinds[str(completion.item_key)] == "lesson" for completion in completions),
        quizzes=tuple(
            QuizFact(
                key=str(completion.item_key),
                score=marks[completion.attempt_id].score,
                max_score=marks[completion.attempt_id].max_score,
                pass_mark=marks[completion.attempt_id].pass_mark,
                passed_at=completion.completed_at,
            )
            for completion in completions
            if completion.attempt_id in marks
        ),
    )
