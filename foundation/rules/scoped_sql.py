"""Which tables a statement reads past its mark. For the guard of the scoped entry point (`foundation.scope`)."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from functools import lru_cache

MARK = "/* in scope */"

# A mark, a text, a name in quotes, a bracket, or a word; in this order, so that a text that looks like a mark is a text.
_TOKEN = re.compile(r"/\* in scope \*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[()]|\w+")
_SETS = frozenset({"UNION", "INTERSECT", "EXCEPT", "ALL"})


@dataclass(eq=False, slots=True)
class _Read:
    """One SELECT (or the whole statement): the tables it names itself, and what it stands in."""

    within: "_Read | None" = None
    tables: set[str] = field(default_factory=set)
    marks: list["_Bracket"] = field(default_factory=list)
    has_begun: bool = False


@dataclass(eq=False, slots=True)
class _Bracket:
    """A pair of brackets: the SELECT it belongs to, and whether an OR stands in it directly."""

    read: _Read
    within: "_Bracket | None" = None
    has_or: bool = False


@lru_cache(maxsize=1024)
def tables_past_the_mark(sql: str, guarded: frozenset[str]) -> Set[str]:
    """Return the guarded tables that a statement reads or changes where no mark holds.

    A mark holds for the SELECT it stands in, and for what is nested in that one; not for one around it, beside it (UNION)
    or where an OR lets rows through without it. The table that an INSERT fills is no read.
    """
    reads = [_Read()]
    bracket = _Bracket(reads[0])
    before = ""
    is_insert = sql.lstrip()[:6].upper() == "INSERT"
    for token in _TOKEN.findall(sql):
        word = token.upper()
        if token == "(":  # noqa: S105 - a bracket
            bracket = _Bracket(bracket.read, bracket)
        elif token == ")":  # noqa: S105 - a bracket
            bracket = bracket.within or bracket
        elif token == MARK:
            bracket.read.marks.append(bracket)
        elif word == "SELECT":
            _begin(bracket, reads, is_nested=before == "(", is_beside=before in _SETS)
        elif word == "OR":
            bracket.has_or = True
        elif (name := token.strip('"')) in guarded and not (is_insert and before == "INTO"):
            bracket.read.tables.add(name)
        before = word
    return {name for read in reads if not _is_marked(read) for name in read.tables}


def _begin(bracket: _Bracket, reads: list[_Read], *, is_nested: bool, is_beside: bool) -> None:
    around = bracket.read
    if is_nested:
        bracket.read = _Read(within=around)
    elif is_beside:
        bracket.read = _Read(within=around.within if around.has_begun else around)
    bracket.read.has_begun = True
    reads.append(bracket.read)


def _is_marked(read: _Read | None) -> bool:
    while read is not None:
        if any(_always_holds(mark) for mark in read.marks):
            return True
        read = read.within
    return False


def _always_holds(mark: _Bracket | None) -> bool:
    """Say whether no OR stands between a mark and its SELECT."""
    start = mark.read if mark else None
    while mark is not None and mark.read is start:
        if mark.has_or:
            return False
        mark = mark.within
    return True
