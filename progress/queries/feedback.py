"""What is said of one answer right after it is given: in a quiz that tells at once, and in practice.

Names nothing that is right to who had it wrong: they read how near the answer is, and what the editors wrote for what
was chosen. The explanation, which says what is right and why, is for who had it right.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.rules.kinds import kind_of
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
    near = verdict(key, question.answer)
    return Feedback(
        verdict=near,
        points=points,
        worth=worth,
        texts=feedback_texts(question, key),
        explanation=key.get("explanation", "") if near is Verdict.RIGHT else "",
        language=question.language,
    )


def feedback_texts(question: Question, key: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the editors wrote for what an answer chose, in the order shown. No query."""
    told = kind_of(key).told(key, question.answer)
    said = (key["feedback"].get(option.id, "") for option in question.options if option.id in told)
    return tuple(text for text in said if text)
