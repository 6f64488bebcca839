"""What one attempt asks: which questions, in which order, with their options in which order. All of it from a seed.

The order is that of SHA-256 digests of the seed and an id. So the same seed gives the same form on every machine and
with every version of Python, and anybody can check that nothing was chosen by hand.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from courses.rules.drawing import fits
from courses.rules.kinds import kind_of

Form = dict[str, Any]
"""{"seed", "questions": [{"id", "kind", "options": [ids], "targets": [ids]}]}, as `Attempt.form` keeps it."""


def build_form(quiz: Mapping[str, Any], *, seed: str) -> Form:
    """Return what an attempt at this quiz asks. `quiz` is the body of a quiz version, `seed` any text.

    The seed is kept with the form where chance had a part in it; else it is "".

    :raises UnknownKind: if the quiz has a question of a kind that nobody knows.
    """
    mixes_options = quiz.get("mixes_options", False)
    asked = drawn_questions(quiz, seed=seed)
    has_chance = bool(quiz.get("draws")) or quiz.get("mixes_questions", False) or mixes_options
    return {
        "seed": seed if has_chance else "",
        "questions": [
            kind_of(question).entry(question, partial(mixed, seed=seed, of=question["id"]) if mixes_options else list)
            for question in asked
        ],
    }


def whole_form(quiz: Mapping[str, Any]) -> Form:
    """Return the form that asks every question of a quiz, in its own order: what any form of it is a part of."""
    return {"seed": "", "questions": [kind_of(question).entry(question, list) for question in quiz["questions"]]}


def drawn_questions(quiz: Mapping[str, Any], *, seed: str) -> list[Mapping[str, Any]]:
    """Return the questions of an attempt, each once: those drawn, or all where the quiz draws none.

    In the order of the quiz, or, where it mixes them, in one of this attempt. A draw that finds fewer than it asks for
    takes all it finds.
    """
    questions: Sequence[Mapping[str, Any]] = quiz["questions"]
    by_id = {question["id"]: question for question in questions}
    draws = quiz.get("draws") or ()
    if draws:
        taken: set[str] = set()
        for number, draw in enumerate(draws):
            fitting = [key for key, question in by_id.items() if key not in taken and fits(question, draw)]
            taken.update(mixed(fitting, seed=seed, of=f"draw {number}")[: draw["count"]])
        by_id = {key: question for key, question in by_id.items() if key in taken}
    if quiz.get("mixes_questions", False):
        return [by_id[key] for key in mixed(list(by_id), seed=seed, of="questions")]
    return list(by_id.values())


def mixed(ids: Sequence[str], *, seed: str, of: str) -> list[str]:
    """Return ids in an order that the seed decides, whatever order they come in. `of` names what is ordered."""
    return sorted(ids, key=lambda key: (hashlib.sha256(f"{seed}\n{of}\n{key}".encode()).digest(), key))
