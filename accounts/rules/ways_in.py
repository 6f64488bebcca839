"""Codes that people type from paper, names of accounts made for them, and how long a way in stays open."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O and U."""

CODE_LENGTH = 8
"""Characters of a join code: 40 random bits, with misses limited (`accounts.operations.joining.may_try`)."""

CARD_LENGTH = 12
"""Characters of the secret on a printed card: 60 random bits, as it opens an account."""

LINK_DAYS, LINK_DAYS_MOST = 30, 365
LINK_LIMIT, LINK_LIMIT_MOST = 30, 5000
INVITATION_OPEN = timedelta(days=30)
CARD_OPEN = timedelta(days=90)
KEPT_AFTER_END = timedelta(days=60)
"""How long an invitation is kept after it was used, taken back or ran out (LEGAL.md)."""

_GROUP = 4
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LONGEST_PART = 20
# Letters that no decomposition takes to a plain one.
_PLAIN_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "\u0131": "i"}
)


def written(characters: str) -> str:
    """Return a code as it is printed: in groups of four."""
    return "-".join(characters[start : start + _GROUP] for start in range(0, len(characters), _GROUP))


def read_code(text: str, *, length: int = CODE_LENGTH) -> str | None:
    """Return the code that somebody typed or pasted, as it is printed; None if it cannot be one.

    Spaces, dashes of any kind, lower case and the look-alikes O, I and L are understood.
    """
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    characters = "".join(character for character in plain if character.isalnum()).translate(_LOOK_ALIKES)
    if len(characters) != length or not set(characters) <= set(ALPHABET):
        return None
    return written(characters)


def usernames_for(name: str) -> Iterator[str]:
    """Yield usernames for a person's name, the most readable first: elena.p, elena.p2, elena.p3 ...

    The first name and the first letter of the last one, in plain letters, so that it can be typed on any keyboard.
    What is in letters of another script stays as it is; a name without a letter becomes "learner". Endless.
    """
    words = [word for word in (_plain(word) for word in name.split()) if word]
    first = words[0][:_LONGEST_PART] if words else "learner"
    stem = f"{first}.{words[-1][0]}" if len(words) > 1 else first
    yield stem
    number = 2
    while True:
        yield f"{stem}{number}"
        number += 1


def domain_of(address: str) -> str:
    """Return the domain of an e-mail address in small letters; "" where there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def read_domains(text: str) -> tuple[list[str], list[str]]:
    """Return the domains in a text, one a line or with commas between, each once; and what is no domain.

    An @ before a domain is understood. A domain has a dot in it and letters, figures and dashes around.
    """
    domains: list[str] = []
    wrong: list[str] = []
    for part in re.split(r"[\s,;]+", text):
        domain = part.strip().lstrip("@").rstrip(".").lower()
        if not domain:
            continue
        is_one = re.fullmatch(r"(?!-)[^\W_](?:[^\W_]|-|\.(?=[^\W_]))*\.[^\W\d_]{2,}", domain) and len(domain) <= 253
        if not is_one:
            wrong.append(part)
        elif domain not in domains:
            domains.append(domain)
    return domains, wrong


def _plain(word: str) -> str:
    lowered = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN_LETTERS))
    return "".join(character for character in lowered if character.isalnum())
