"""What a learner tells: six answers, how long each may be, what is needed before it is sent, and what would name somebody."""

import re
from collections.abc import Iterable, Mapping

QUESTIONS = ("situation", "did", "tool", "changed", "went_wrong", "advice")
"""The answers in the order in which they are asked."""

NEEDED = ("situation", "did", "changed")
"""Without these there is no story. The others may stay empty: not everything has a tool, or went wrong."""

MOST_CHARACTERS = {
    "situation": 3000,
    "did": 3000,
    "tool": 400,  # as many as a case study has for products
    "changed": 3000,
    "went_wrong": 3000,
    "advice": 3000,
}
SHORTEST_NAME = 3
"""A shorter word than this is in too many sentences to mean somebody."""


def open_questions(answers: Mapping[str, str]) -> list[str]:
    """Return which needed answers are still empty, in the order in which they are asked."""
    return [name for name in NEEDED if not answers.get(name, "").strip()]


def answers_that_name(answers: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return which answers hold one of the names as whole words, with the name as it is known, in the order asked.

    Case counts: "hope" is a word, "Hope" may be somebody.
    """
    known = [name.strip() for name in names if len(name.strip()) >= SHORTEST_NAME]
    found = {}
    for question in QUESTIONS:
        text = answers.get(question, "")
        for name in known:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                found[question] = name
                break
    return found


def without_names(text: str, words: Mapping[str, str]) -> str:
    """Return a text in which each name has its words instead, whatever its case; longer names first.

    `words`: what stands instead, by name.
    """
    for name in sorted(words, key=len, reverse=True):
        if len(name.strip()) >= SHORTEST_NAME:
            instead = words[name]
            text = re.sub(rf"(?<!\w){re.escape(name.strip())}(?!\w)", lambda _found: instead, text, flags=re.IGNORECASE)  # noqa: B023 - used at once
    return text


def shortened(text: str, most: int) -> str:
    """Return the first line of a text, cut between two words so that it has at most `most` characters."""
    line = " ".join(text.strip().split("\n")[0].split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
