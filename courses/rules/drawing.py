"""Which questions of a quiz a draw may take, and how many a try asks. Which it takes is chance: `progress.rules.drawing`.

A draw is {"count", "by", "value"}: `by` is "all", "tag" or "outcome", `value` the tag or the key of the outcome. Draws
are made in order, and a question taken by one is not taken by the next.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Draw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A draw that may come short: `number` counts from 1, `left` is how many there are in the worst case."""

    number: int
    asked: int
    left: int


def fits(question: Mapping[str, Any], draw: Draw) -> bool:
    """Return whether a frozen question is one that this draw may take."""
    if draw["by"] == "tag":
        return draw["value"] in question.get("tags", ())
    if draw["by"] == "outcome":
        return bool(draw["value"]) and question.get("outcome", "") == draw["value"]
    return True


def asked_count(quiz: Mapping[str, Any]) -> int:
    """Return how many questions a try at a frozen quiz asks: all of them, or what its draws come to."""
    questions = quiz["questions"]
    draws = quiz.get("draws")
    return min(sum(draw["count"] for draw in draws), len(questions)) if draws else len(questions)


def shortages(quiz: Mapping[str, Any]) -> list[Shortage]:
    """Return the draws of a frozen quiz that might find fewer questions than they ask for.

    Reckoned for the worst case, in which the draws before took as many of the same questions as they can. So where
    nothing comes short every try asks the same number, whatever chance does.

    >>> questions = [{"id": "a", "tags": ["safety"]}, {"id": "b"}]
    >>> draws = [{"count": 1, "by": "all", "value": ""}, {"count": 1, "by": "tag", "value": "safety"}]
    >>> shortages({"questions": questions, "draws": draws})
    [Shortage(number=2, asked=1, left=0)]
    """
    draws: Sequence[Draw] = quiz.get("draws") or ()
    fitting = [frozenset(question["id"] for question in quiz["questions"] if fits(question, draw)) for draw in draws]
    found = []
    for place, draw in enumerate(draws):
        taken = sum(
            min(before["count"], len(fitting[earlier] & fitting[place])) for earlier, before in enumerate(draws[:place])
        )
        left = max(len(fitting[place]) - taken, 0)
        if left < draw["count"]:
            found.append(Shortage(number=place + 1, asked=draw["count"], left=left))
    return found
