"""What was found, whatever kind it is of: in which order it is shown, in which language, and how it can be narrowed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from foundation.rules.folding import fold, words_of
from home.rules.passages import same_stem
from home.rules.synonyms import Term

MOST_WORDS = 8
"""Words of a query that are looked for; what follows is left aside."""
LONGEST_WORD = 40

KINDS = ("course", "path", "lesson", "story", "page")
"""In the order in which equals are shown: what is wider comes first."""

FACETS = ("kind", "language", "sector")
"""What results are narrowed by, one value of each."""

# Points for a word by the place where it stands; the best place counts. A title says what a page is about, key words what
# it explains, the summary what it tells.
IN_TITLE, IN_KEY_WORDS, IN_SUMMARY, IN_TEXT = 8.0, 4.0, 3.0, 1.0
OTHER_FORM = 0.8
SYNONYM = 0.6
WHOLE_TITLE = 6.0
"""More, for a title that is what was typed and nothing else."""


@dataclass(frozen=True, slots=True)
class Found:
    """A text that holds what was looked for. `thing` is the same for all languages of one text.

    `place` says where it belongs: of a lesson its course, of a story its organisation. `sector` is the kind of work that a
    story is about. `position` is the index's own order
    among its kind. `row` is what its words are read by.
    """

    kind: str
    thing: str
    language: str
    title: str
    summary: str
    url: str
    row: int
    key_words: str = ""
    place: str = ""
    illustrative: bool = False
    sector: str = ""
    position: int = 0


def typed_words(text: str) -> list[str]:
    """Return the words of a query: letters and figures only, so that no sign in it is an instruction to an index."""
    return [word[:LONGEST_WORD] for word in words_of(text)[:MOST_WORDS]]


def points(found: Found, terms: Sequence[Term]) -> float:
    """Return how well a text answers: points for every thing looked for, the same for every kind and in every language."""
    fields = (
        (_words(found.title), IN_TITLE),
        (_words(found.key_words), IN_KEY_WORDS),
        (_words(f"{found.summary} {found.place}"), IN_SUMMARY),
    )
    total = sum(_best(term, fields) for term in terms)
    typed = " ".join(term[0] for term in terms)
    return total + (WHOLE_TITLE if typed and " ".join(words_of(fold(found.title))) == typed else 0.0)


def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(fold(text)))


def _best(term: Term, fields: Iterable[tuple[tuple[str, ...], float]]) -> float:
    best = IN_TEXT
    for words, weight in fields:
        known = set(words)
        for number, way in enumerate(term):
            share = SYNONYM if number else 1.0
            parts = way.split()
            if all(part in known for part in parts):
                best = max(best, weight * share)
            elif all(any(same_stem(part, word) for word in known) for part in parts):
                best = max(best, weight * share * OTHER_FORM)
    return best


def in_order(found: Iterable[Found], terms: Sequence[Term]) -> list[Found]:
    """Return what was found, the best answer first; the order does not depend on the order it comes in."""
    return sorted(
        found,
        key=lambda entry: (
            -points(entry, terms),
            KINDS.index(entry.kind),
            entry.position,
            entry.thing,
            entry.language,
        ),
    )


def narrowed(found: Iterable[Found], *, reader: str, fallback: str, **wanted: str) -> list[Found]:
    """Return each text once, of what is wanted of `FACETS`; an empty value wants nothing.

    In no language of its own it is shown in the reader's, else in `fallback`, else in the one found first.
    """
    best: dict[str, Found] = {}
    for entry in found:
        if not _is_wanted(entry, wanted):
            continue
        held = best.get(entry.thing)
        if held is None or _rank(entry, reader, fallback) < _rank(held, reader, fallback):
            best[entry.thing] = entry
    return list(best.values())


def _rank(entry: Found, reader: str, fallback: str) -> int:
    return 0 if entry.language == reader else 1 if entry.language == fallback else 2


def counts(found: Sequence[Found], **wanted: str) -> Mapping[str, Mapping[str, int]]:
    """Return for each of `FACETS` how many things each value has, counted under what the others are narrowed to."""
    told = {}
    for facet in FACETS:
        others = {name: value for name, value in wanted.items() if name != facet}
        things = {(getattr(entry, facet), entry.thing) for entry in found if _is_wanted(entry, others)}
        told[facet] = Counter(value for value, _thing in things if value)
    return told


def _is_wanted(entry: Found, wanted: Mapping[str, str]) -> bool:
    return all(not value or getattr(entry, facet) == value for facet, value in wanted.items())


def holds_all(text: str, terms: Sequence[Term]) -> bool:
    """Return whether a text that is in no index holds every term, in one of its ways."""
    bare = f" {' '.join(words_of(fold(text)))} "
    return all(any(f" {way} " in bare for way in term) for term in terms)
