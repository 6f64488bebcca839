"""What is wrong with a row of a list of people, and who of them is here already. Codes; `cockpit.forms.importing` has words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cockpit.rules.importing_files import Line
from cockpit.rules.importing_words import EMAIL, LANGUAGE, NAME, USERNAME, language_of
from foundation.rules.folding import fold

ROW = "row"
"""Under this name stands why a whole row counts as here already."""
MOST_NAME, MOST_EMAIL, MOST_USERNAME = 120, 254, 150
_MOST_LOCAL = 64  # before the @ (RFC 5321, 4.5.3.1.1)


class Code(StrEnum):
    """What is wrong with a text. Of a pair in the file, the number of the first row follows after a colon."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    UNFIT = "unfit"
    NO_AT = "no-at"
    TWICE = "twice"
    TAKEN = "taken"
    UNKNOWN = "unknown"


class Here(StrEnum):
    """Why somebody is not added: they are here already."""

    MEMBER = "member"
    INVITED = "invited"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Known:
    """What an organisation knows of the people of a file. Addresses and usernames in small letters.

    `by_email` and `by_username` are its own people; `cards` are the username and the name of who was added without an
    address; `taken` are usernames anybody has. Whether there is an account with an address is not in here on purpose.
    """

    by_email: Mapping[str, Here] = field(default_factory=dict)
    by_username: Mapping[str, Here] = field(default_factory=dict)
    cards: Sequence[tuple[str, str]] = ()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Checked:
    """A row with what is wrong with it, by column; or why it counts as here."""

    line: Line
    problems: Mapping[str, str]
    here: Here | None = None


_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])?")
_USERNAME = re.compile(r"[\w.+-]+")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
_ADDRESS_IN_NAME = re.compile(r"://|www\.|@", re.IGNORECASE)


def tidy(line: Line) -> Line:
    """Return a row as it is kept: an address in small letters, without what a mail program puts around it.

    >>> tidy(Line(2, " Ana ", "Ana Pop <Ana@Example.org>", "", "")).email
    'ana@example.org'
    """
    email = line.email.strip()
    inside = _IN_BRACKETS.fullmatch(email)
    email = (inside[1].strip() if inside else email).removeprefix("mailto:").lower()
    return Line(line.number, " ".join(line.name.split()), email, line.username.strip(), " ".join(line.language.split()))


def check(lines: Iterable[Line], known: Known) -> list[Checked]:
    """Return each row with what is wrong with it, in order. Rows are tidy.

    Somebody without an address is told from others by the username, where the row has one, else by the name.
    """
    lines = list(lines)
    named = {line.username.casefold() for line in lines if line.username and not line.email}
    card_names = {fold(name) for username, name in known.cards if username not in named}
    seen: dict[tuple[str, str], int] = {}
    return [_checked(line, known, card_names, seen) for line in lines]


def key_of(line: Line) -> tuple[str, str]:
    """Return by what one person of a file is told from another: the address, the username, or the name."""
    if line.email:
        return EMAIL, line.email
    return (USERNAME, line.username.casefold()) if line.username else (NAME, fold(line.name))


def _checked(line: Line, known: Known, card_names: set[str], seen: dict[tuple[str, str], int]) -> Checked:
    problems: dict[str, str] = {}
    _note(problems, NAME, _name_problem(line.name))
    _note(problems, EMAIL, _email_problem(line.email))
    _note(problems, LANGUAGE, Code.UNKNOWN if line.language and not language_of(line.language) else "")
    column, value = key_of(line)
    here: Here | None
    if column == EMAIL:
        here = known.by_email.get(value)
    elif column == USERNAME:
        here = known.by_username.get(value)
        _note(problems, USERNAME, _username_problem(line.username))
        if here is None and value in known.taken:
            _note(problems, USERNAME, Code.TAKEN)
    else:
        here = Here.CARD if value in card_names else None
    if column not in problems and value:
        first = seen.setdefault((column, value), line.number)
        if first != line.number:
            problems[column] = f"{Code.TWICE}:{first}"
    return Checked(line, problems, None if problems else here)


def _note(problems: dict[str, str], column: str, code: str) -> None:
    if code:
        problems.setdefault(column, str(code))


def _name_problem(name: str) -> str:
    if not name:
        return Code.MISSING
    if len(name) > MOST_NAME:
        return Code.TOO_LONG
    has_letters = any(sign.isalpha() for sign in name)
    return "" if has_letters and not _ADDRESS_IN_NAME.search(name) else Code.UNFIT


def _email_problem(email: str) -> str:
    if not email:
        return ""
    if len(email) > MOST_EMAIL:
        return Code.TOO_LONG
    local, at, domain = email.rpartition("@")
    if not at:
        return Code.NO_AT
    fits = len(local) <= _MOST_LOCAL and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) and ".." not in domain
    return "" if fits else Code.UNFIT


def _username_problem(username: str) -> str:
    if len(username) > MOST_USERNAME:
        return Code.TOO_LONG
    return "" if _USERNAME.fullmatch(username) and any(sign.isalnum() for sign in username) else Code.UNFIT
