"""Words that mean the same to people who search: what is a good set of them, and what a search looks for beside the words."""

from collections.abc import Iterable, Sequence

from courses.rules.drafted import gettext_noop
from foundation.rules.folding import fold, words_of

MOST_IN_A_SET = 12
LONGEST = 40
"""Letters in one entry of a set."""
MOST_WAYS = 12
"""Ways to say one thing that a search looks for: more would cost more than they find."""

Term = tuple[str, ...]
"""One thing that is looked for: the ways to say it, folded, what was typed first. A way may be several words."""

TOO_FEW = gettext_noop("Write two words at least, with a comma between. Example: passphrase, password")
TWICE = gettext_noop("“%(word)s” is there twice. Leave one.")
TOO_MANY = gettext_noop("These are %(count)s words. Write 12 at most, or make two sets.")
TOO_LONG = gettext_noop("“%(word)s” is too long. An entry has 40 letters at most.")
NO_LETTERS = gettext_noop("“%(word)s” has no letter or figure in it. Take it out.")


def entries_of(text: str) -> list[str]:
    """Return the entries of a set as written: what stands between commas, semicolons or ends of lines."""
    parts = text.replace(";", ",").replace("\n", ",").split(",")
    return [" ".join(part.split()) for part in parts if part.strip()]


def problem_of(text: str) -> tuple[str, dict[str, str]] | None:
    """Return why this is no set of synonyms, an English text for gettext with what fills its places, or None."""
    entries = entries_of(text)
    seen = set()
    for entry in entries:
        if len(entry) > LONGEST:
            return TOO_LONG, {"word": f"{entry[:LONGEST]}…"}
        bare = _bare(entry)
        if not bare:
            return NO_LETTERS, {"word": entry}
        if bare in seen:
            return TWICE, {"word": entry}
        seen.add(bare)
    if len(entries) < 2:
        return TOO_FEW, {}
    if len(entries) > MOST_IN_A_SET:
        return TOO_MANY, {"count": str(len(entries))}
    return None


def expand(words: Sequence[str], sets: Iterable[str]) -> list[Term]:
    """Return what to look for: each word, or several that a set has as one entry, with the other ways to say it.

    The longest entry wins: “two step login” is one thing where a set has it, and three where none has.
    """
    meanings: dict[tuple[str, ...], dict[str, None]] = {}
    for text in sets:
        ways = dict.fromkeys(bare for entry in entries_of(text) if (bare := _bare(entry)))
        for way in ways:
            meanings.setdefault(tuple(way.split()), {}).update(ways)
    longest = max(map(len, meanings), default=1)
    bare_words = [fold(word) for word in words]
    terms = []
    place = 0
    while place < len(bare_words):
        size = next(
            (
                size
                for size in range(min(longest, len(bare_words) - place), 0, -1)
                if tuple(bare_words[place : place + size]) in meanings
            ),
            1,
        )
        typed = tuple(bare_words[place : place + size])
        ways = dict.fromkeys([" ".join(typed), *meanings.get(typed, ())])
        terms.append(tuple(ways)[:MOST_WAYS])
        place += size
    return terms


def _bare(entry: str) -> str:
    return " ".join(words_of(fold(entry)))
