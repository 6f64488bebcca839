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
class PairTold:
    """One entry of ordering or matching, what it was paired with ("" for nothing), and what the editors wrote of that."""

    entry: str
    given: str
    is_right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said of an answer. `verdict` is "waiting" where only a person can say; `points` of `worth`.

    `pairs` says it entry by entry, with the words on each, which `texts` then leaves out.
    """

    verdict: Verdict
    points: int
    worth: int
    texts: tuple[str, ...]
    explanation: str
    language: str
    pairs: tuple[PairTold, ...] = ()


def feedback_on(question: Question, key: Mapping[str, Any]) -> Feedback:
    """Return what to say of the answer that a question holds. `key` is that of the question. No query."""
    points, worth = count_by_key(key, question.answer)
    near = verdict(key, question.answer)
    pairs = pairs_told(question, key)
    return Feedback(
        verdict=near,
        points=points,
        worth=worth,
        texts=() if pairs else feedback_texts(question, key),
        explanation=key.get("explanation", "") if near is Verdict.RIGHT else "",
        language=question.language,
        pairs=pairs,
    )


def feedback_texts(question: Question, key: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the editors wrote for what an answer chose, in the order shown. No query."""
    told = kind_of(key).told(key, question.answer)
    said = (key["feedback"].get(option.id, "") for option in question.options if option.id in told)
    return tuple(text for text in said if text)


def pairs_told(question: Question, key: Mapping[str, Any]) -> tuple[PairTold, ...]:
    """Return, of ordering and matching that is not all right, each entry with how near it is. No query.

    In the order shown, of ordering in the order given. Nothing names what would have been right.
    """
    if "targets" not in question.entry or not question.has_answer or verdict(key, question.answer) is Verdict.RIGHT:
        return ()
    wrong = kind_of(key).told(key, question.answer)
    options = question.options
    if question.kind == "ordering":
        options = tuple(sorted(options, key=lambda option: option.place or len(options) + 1))
    return tuple(
        PairTold(
            entry=option.text,
            given=question.targets[option.place - 1] if option.place else "",
            is_right=bool(option.place) and option.id not in wrong,
            feedback=key["feedback"].get(option.id, "") if option.id in wrong else "",
        )
        for option in options
    )
