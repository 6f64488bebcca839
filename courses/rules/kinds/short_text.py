"""Questions answered in a word or two, compared with the accepted answers."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import Draft, Raw, entries_of, gettext_noop, plain
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, Posted, Question
from courses.rules.kinds.written import written_line

MOST_CHARACTERS = 200
"""Of an answer and of an accepted one."""

_APOSTROPHES = (
    "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}`"
)
_HYPHENS = "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{MINUS SIGN}"
_ALIKE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))
"""Signs that a keyboard chooses, not the person."""


def folded(text: str, *, case: bool, accents: bool) -> str:
    r"""Return what of a text is compared. Spaces never matter; `case` and `accents` say whether those do.

    >>> folded("  Perché\u00a0no ", case=False, accents=False)
    'perche no'
    """
    kept = "".join(sign for sign in written_line(text).translate(_ALIKE) if unicodedata.category(sign) != "Cf")
    if not case:
        kept = kept.casefold()
    if not accents:
        kept = "".join(sign for sign in unicodedata.normalize("NFD", kept) if unicodedata.category(sign) != "Mn")
    return " ".join(unicodedata.normalize("NFC", kept).split())


class ShortText(Kind):
    """A word or a few. The key's `accepted` has the answers of the source, `also` those that a translation adds."""

    name = "short_text"

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        accepted = _accepted(value)
        if not accepted:
            draft.add(gettext_noop("Question %(number)s needs at least one accepted answer."), number=number)
        if any(len(text) > MOST_CHARACTERS for text in accepted):
            draft.add(gettext_noop("An accepted answer of question %(number)s is too long."), number=number)
        key: Question = {"correct": [], "feedback": {}, "accepted": accepted}
        for name in ("case", "accents"):
            if value.get(name):
                key[name] = True
        return {"options": []}, key

    def translated_key(self, key: Question, texts: Raw) -> dict[str, Any]:
        also = [text for text in _accepted(texts) if text not in key["accepted"]]
        return {"also": also} if also else {}

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        text = written_line("".join(posted("text")[:1])[: MOST_CHARACTERS * 20])
        if len(text) > MOST_CHARACTERS:
            raise NotAnAnswer(
                gettext_noop("Write at most %(most)s characters: a word or two are enough."), most=MOST_CHARACTERS
            )
        return Answer(text=text)

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        return not answer.options and len(answer.text) <= MOST_CHARACTERS and written_line(answer.text) == answer.text

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        rules = {"case": bool(key.get("case")), "accents": bool(key.get("accents"))}
        accepted = {folded(text, **rules) for text in (*key["accepted"], *key.get("also", ()))} - {""}
        if not accepted:
            raise ValueError("A question without an accepted answer cannot be marked.")
        if answer.options or len(answer.text) > MOST_CHARACTERS or folded(answer.text, **rules) not in accepted:
            return Parts(0, 1 if answer else 0, 1)
        return Parts(1, 0, 1)

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        return (answer.text,) if answer.text else ()

    def right(self, question: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[str, ...]:
        """Return every accepted answer: those of a translation first, for they are in the reader's language."""
        return (*key.get("also", ()), *key["accepted"])


def _accepted(value: Raw) -> list[str]:
    texts = (written_line(plain(entry)) for _key, entry in entries_of(value.get("accepted")))
    return list(dict.fromkeys(text for text in texts if text))
