"""The passage of a text around the words that were looked for, with those words told apart from the rest."""

import re
from collections.abc import Sequence

from foundation.rules.folding import fold
from home.rules.synonyms import Term

Passage = list[tuple[str, bool]]
"""Pieces of text in order, plain text and not HTML, each with whether it is a word that was looked for."""

LENGTH = 220
"""Letters of a passage."""
MOST_READ = 100_000
"""Letters of a text that are read for a passage."""
_WORD = re.compile(r"[^\W_]+")
_SHORTEST_STEM = 4


def same_stem(word: str, other: str) -> bool:
    """Return whether two folded words are probably forms of one: they differ in their last letters only.

    Four letters at least have to be the same, and at most three may follow: in all our languages endings carry the form.
    """
    if word == other:
        return True
    shared = 0
    for left, right in zip(word, other, strict=False):
        if left != right:
            break
        shared += 1
    return shared >= _SHORTEST_STEM and max(len(word), len(other)) - shared <= 3 and shared * 3 >= len(word) * 2


def wanted_words(terms: Sequence[Term]) -> list[str]:
    """Return the single words of all ways to say what is looked for."""
    return list(dict.fromkeys(word for term in terms for way in term for word in way.split()))


def passage(text: str, terms: Sequence[Term], *, length: int = LENGTH) -> Passage:
    """Return at most `length` letters of a text, where most of what is looked for stands; from its start where nothing does.

    Cut at words, with an ellipsis where something is left out.
    """
    text = " ".join(text[:MOST_READ].split())
    wanted = wanted_words(terms)
    verdicts: dict[str, bool] = {}
    found = []
    for match in _WORD.finditer(text):
        bare = fold(match[0])
        if bare not in verdicts:
            verdicts[bare] = any(same_stem(bare, word) for word in wanted)
        if verdicts[bare]:
            found.append((match.start(), match.end(), bare))
    start, end = _window(text, found, length)
    pieces: Passage = []
    place = start
    for left, right, _bare in found:
        if left >= start and right <= end:
            pieces += [(text[place:left], False), (text[left:right], True)]
            place = right
    pieces.append((text[place:end], False))
    if start > 0:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return [piece for piece in pieces if piece[0]]


def _window(text: str, found: list[tuple[int, int, str]], length: int) -> tuple[int, int]:
    """Return where the passage starts and ends."""
    if len(text) <= length:
        return 0, len(text)
    best, most = 0, -1
    for number, (left, _right, _bare) in enumerate(found):
        inside = {bare for _l, right, bare in found[number : number + 20] if right - left <= length * 3 // 4}
        if len(inside) > most:
            best, most = left, len(inside)
    start = max(0, best - length // 4)
    if start > 0:
        start = _after_space(text, start, best)
    end = min(len(text), start + length)
    if end < len(text):
        space = text.rfind(" ", start + length // 2, end)
        end = space if space > best else end
    return start, end


def _after_space(text: str, start: int, latest: int) -> int:
    space = text.find(" ", start, latest)
    return space + 1 if space >= 0 else start
