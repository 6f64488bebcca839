"""Key words have a meaning, and are words of the lesson."""

import math
import re

from courses.rules.drafted import items_of, text_of
from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop
from courses.rules.reading import words_of

_OTHER_NAMES = re.compile(r"[(),;/]|\bor\b")
_LITTLE_WORDS = frozenset(
    {
        "a",
        "an",
        "the",
        "to",
        "of",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "zu",
        "el",
        "la",
        "los",
        "las",
        "un",
        "una",
        "il",
        "lo",
        "gli",
        "le",
        "i",
        "di",
        "de",
        "en",
        "ett",
        "att",
        "o",
        "unui",
    }
)
_STEM_SHARE = 0.7  # of the shorter word: "update" is in "updated", "dispositivo" in "dispositivi"


def occurs_in(word: str, text: str) -> bool:
    """Return whether a key word is in a text, in one of its forms; of a word with another name in brackets, either.

    >>> occurs_in("two-step sign-in (2FA)", "With 2FA, a thief needs your phone too.")
    True
    """
    tokens = [token.casefold() for token in words_of(text.replace("-", " "))]
    names = [[token for token in _tokens(name) if token not in _LITTLE_WORDS] for name in _OTHER_NAMES.split(word)]
    return any(_holds(tokens, name) for name in names if name)


def _tokens(name: str) -> list[str]:
    return [token.casefold() for token in words_of(name.replace("-", " "))]


def _holds(tokens: list[str], name: list[str]) -> bool:
    if not set(name) or len(name) == 1:
        return any(_same_word(name[0], token) for token in tokens)
    kept = [token for token in tokens if token not in _LITTLE_WORDS]
    starts = range(len(kept) - len(name) + 1)
    return any(all(map(_same_word, name, kept[start : start + len(name)])) for start in starts)


def _same_word(first: str, second: str) -> bool:
    if first == second:
        return True
    shorter = min(len(first), len(second))
    needed = max(4, math.ceil(shorter * _STEM_SHARE))
    return shorter >= needed and first[:needed] == second[:needed] and abs(len(first) - len(second)) <= 4


def _check(text: DraftText) -> Found:
    for block in text.blocks:
        if block.kind != "key_words":
            continue
        rest = "\n".join(passage.text for passage in text.passages if passage.place[:2] != block.place)
        for number, (_, entry) in enumerate(items_of(block.value, "words")):
            word = text_of(entry, "word")
            place = (*block.place, "words", number)
            if word and not text_of(entry, "meaning"):
                yield (*place, "meaning"), gettext_noop("The key word “%(word)s” has no meaning."), {"word": word}
            if word and not occurs_in(word, rest):
                yield (*place, "word"), gettext_noop("The key word “%(word)s” is not in the text."), {"word": word}


KEY_WORDS = Rule(
    key="key-words",
    name=gettext_noop("Key words are explained, and used"),
    asks=gettext_noop("Each key word has a meaning, and people meet it in the text."),
    mend=gettext_noop("Say what the word means in a plain sentence. Use it in the text, or take it out of the box."),
    check=_check,
)
