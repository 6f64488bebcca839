"""Small typing errors: the known word that somebody most likely meant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from foundation.rules.folding import fold, words_of

Thing = TypeVar("Thing")

SHORTEST = 4
"""Letters of a word that is mended: of shorter ones every other word is a near one."""
ALIKE = 0.76
"""How alike two words are, from 0 to 1 (`difflib`): one wrong letter in five is let pass."""
NEAR = 0.65
"""How alike two words are that are shown as nearest."""
MOST_KNOWN = 20_000
"""Words of a vocabulary that are compared."""


def vocabulary_of(texts: Iterable[str]) -> Counter[str]:
    """Return the words of texts, folded, and how often each is there."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(word for word in words_of(fold(text)) if len(word) >= SHORTEST - 1)
        if len(counted) > MOST_KNOWN:
            break
    return counted


def nearest_word(word: str, known: Mapping[str, int]) -> str | None:
    """Return the known word that is most like a folded word, or None where none is like it. The word itself is none.

    Of two that are equally like it, the one that is there more often, then the one before in the alphabet.
    """
    if len(word) < SHORTEST or word in known or not word.isalpha():
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(word)
    best: tuple[float, int, str] | None = None
    for other in known:
        if abs(len(other) - len(word)) > 2:
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
            continue
        ratio = matcher.ratio()
        # A first letter that is right says more than another one.
        rank = (-ratio - (0.05 if other[0] == word[0] else 0), -known[other], other)
        if ratio >= ALIKE and (best is None or rank < best):
            best = rank
    return best[2] if best else None


def mended(words: Sequence[str], known: Mapping[str, int]) -> list[str] | None:
    """Return the words with those that nobody knows replaced by what is nearest; None where nothing was replaced."""
    result = [nearest_word(fold(word), known) or word for word in words]
    return None if result == list(words) else result


def closest(words: Sequence[str], texts: Sequence[tuple[Thing, str]]) -> list[Thing]:
    """Return the things with a word in their text that looks like one of `words`, the most alike first."""
    bare = [fold(word) for word in words if len(word) >= SHORTEST - 1]
    likeness: dict[str, float] = {}
    ranked = []
    for number, (thing, text) in enumerate(texts):
        best = 0.0
        for word in words_of(fold(text)):
            if word not in likeness:
                likeness[word] = max((_likeness(word, typed) for typed in bare), default=0.0)
            best = max(best, likeness[word])
        if best >= NEAR:
            ranked.append((-best, number, thing))
    return [thing for _best, _number, thing in sorted(ranked, key=lambda entry: entry[:2])]


def _likeness(word: str, typed: str) -> float:
    matcher = SequenceMatcher(None, word, typed, autojunk=False)
    if abs(len(word) - len(typed)) > 4 or matcher.real_quick_ratio() < NEAR or matcher.quick_ratio() < NEAR:
        return 0.0
    return matcher.ratio()
