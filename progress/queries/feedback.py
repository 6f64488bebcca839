"""What is said of one answer right after it is given: in a quiz that tells at once, and in practice.

Names nothing that is right: only how near the answer is, and what the editors wrote for what was chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from progress.queries.questions import Question
from progress.rules.marking import Verdict, count_by_key, verdict


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said of an answer. `verdict` is "waiting" where only a person can say; `points` of `worth`."""

    verdict: Verdict
    points: int
    worth: int
    texts: tuple[str, ...]
    explanation: str
    language: str


def feedback_on(question: Question, key: Mapping[str, Any]) -> Feedback:
    """Return what to say of the answer that a question holds. `key` is that of the question. No query."""
    points, worth = count_by_key(key, question.answer)
    said = [key["feedback"].get(option.id, "") for option in question.options if option.is_chosen]
    return Feedback(
        verdict=verdict(key, question.answer),
        points=points,
        worth=worth,
        texts=tuple(text for text in said if text),
        explanation=key.get("explanation", ""),
        language=question.language,
    )
