"""A question of every kind, as raw blocks, for tests of what all kinds have in common.

quiz = publish(quiz_pages(course)[0], questions=every_kind())
answer = right_answers(quiz_version)["numeric"]
"""

from collections.abc import Mapping
from typing import Any

from courses.rules.kinds import Answer

KINDS = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "ordering",
    "matching",
    "numeric",
    "short_text",
    "open_answer",
)


def every_kind(namespace: str = "") -> list[dict[str, Any]]:
    """Return one question of each kind, its id that of the kind behind `namespace`; options `<kind>-a`, and so on."""
    return [_question(namespace + kind, kind, _OWN[kind](namespace + kind)) for kind in KINDS]


def right_answers(key: Mapping[str, Any]) -> dict[str, Answer]:
    """Return a right answer to each question of a key that has one, by question id."""
    return {name: answer for name, entry in key["questions"].items() if (answer := _right(entry))}


def _right(entry: Mapping[str, Any]) -> Answer:
    if entry["kind"] == "numeric":
        return Answer(text=entry["number"]["value"])
    if entry["kind"] == "short_text":
        return Answer(text=entry["accepted"][0])
    return Answer(frozenset(entry["correct"]))


def _question(name: str, kind: str, own: dict[str, Any]) -> dict[str, Any]:
    common = {
        "text": f"What about {kind.replace('_', ' ')}?",
        "html": "",
        "points": 2,
        "feedback": f"Remember {kind}.",
        "section": "",
    }
    return {"type": kind, "id": name, "value": {**common, **own}}


def _item(name: str, **value: Any) -> dict[str, Any]:
    return {"type": "item", "id": name, "value": value}


def _options(name: str, right: str) -> dict[str, Any]:
    return {
        "options": [
            _item(f"{name}-{letter}", text=f"Answer {letter}", correct=letter in right, feedback=f"On {letter}.")
            for letter in "abc"
        ]
    }


def _numbers(name: str) -> dict[str, Any]:
    return {"number": "3.5", "tolerance": "0.1", "unit": "kg"}


def _steps(name: str) -> dict[str, Any]:
    return {"options": [_item(f"{name}-{letter}", text=f"Step {letter}", feedback=f"On {letter}.") for letter in "abc"]}


def _pairs(name: str) -> dict[str, Any]:
    options = [
        _item(f"{name}-{letter}", text=f"Word {letter}", match=f"Meaning {letter}", match_id=f"{name}-m{place}")
        for place, letter in ((2, "a"), (3, "b"), (1, "c"))
    ]
    for option in options:
        option["value"]["feedback"] = f"On {option['value']['text']}."
    return {"options": options, "others": []}


_OWN = {
    "single_choice": lambda name: _options(name, "a"),
    "multiple_choice": lambda name: _options(name, "ab"),
    "true_false": lambda name: {"answer": "true", "feedback_true": "On true.", "feedback_false": "On false."},
    "ordering": _steps,
    "matching": _pairs,
    "numeric": _numbers,
    "short_text": lambda name: {
        "accepted": [
            {"type": "item", "id": f"{name}-1", "value": "Roma"},
            {"type": "item", "id": f"{name}-2", "value": "Rome"},
        ]
    },
    "open_answer": lambda name: {"guidance": "Look for two reasons."},
}
