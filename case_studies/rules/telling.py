"""What a learner tells: six answers, how long each may be, what is needed before it is sent, and what would name somebody."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from foundation.rules.folding import fold, words_of

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
            if re.search(rf"(?<!\w){_written(name)}(?!\w)", text):
                found[question] = name
                break
    return found


def without_names(text: str, words: Mapping[str, str]) -> str:
    """Return a text in which each name has its words instead, whatever its case; longer names first.

    `text` may be HTML: an apostrophe or an "and" sign is found in each way in which it can be written.
    `words`: what stands instead, by name.
    """
    for name in sorted(words, key=len, reverse=True):
        if len(name.strip()) >= SHORTEST_NAME:
            instead = words[name]
            text = re.sub(rf"(?<!\w){_written(name)}(?!\w)", lambda _found: instead, text, flags=re.IGNORECASE)  # noqa: B023 - used at once
    return text


_APOSTROPHE = "(?:'|\N{RIGHT SINGLE QUOTATION MARK}|&#x27;|&#0?39;|&apos;|&rsquo;)"
_WAYS = {
    "'": _APOSTROPHE,
    "\N{RIGHT SINGLE QUOTATION MARK}": _APOSTROPHE,
    "&": "&(?:amp;)?",
    '"': '(?:"|&quot;|&#34;)',
    "<": "(?:<|&lt;)",
    ">": "(?:>|&gt;)",
}
"""How a sign of a name may be written in a text that may be HTML."""


def _written(name: str) -> str:
    """Return a pattern for a name in each way in which it can be written."""
    parts = ("".join(_WAYS.get(sign, re.escape(sign)) for sign in part) for part in name.split())
    return r"(?:\s|&nbsp;)+".join(parts)


def is_named_in_address(address: str, names: Iterable[str]) -> bool:
    """Return whether an address holds one of the names as addresses are made of them: without case, marks and spaces.

    >>> is_named_in_address("coats-of-zoe-dangelo", ["Zoé D'Angelo"])
    True
    """
    spoken = _letters(address)
    for name in names:
        # German writes the marks of a, o and u as an e; what has no plain letter is left out by some.
        german = _UMLAUTS.sub(r"\1e", unicodedata.normalize("NFD", name))
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        for written in (name, german, plain):
            letters = _letters(written)
            if len(letters) >= SHORTEST_NAME and letters in spoken:
                return True
    return False


_UMLAUTS = re.compile("([AOUaou])\N{COMBINING DIAERESIS}")


def _letters(text: str) -> str:
    return "".join(words_of(fold(text)))


def shortened(text: str, most: int) -> str:
    """Return the first line of a text, cut between two words so that it has at most `most` characters."""
    line = " ".join(text.strip().split("\n")[0].split())
    if len(line) <= most:
        return line
    return line[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
