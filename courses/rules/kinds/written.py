"""Text that a person wrote, made fit to be stored: it loses nothing that can be read."""

import re
import unicodedata

_UNSTORABLE = frozenset({"Cc", "Cs"})
"""Unicode categories without a place in a text: control signs, halves of a character."""


def written_line(text: str) -> str:
    r"""Return a text as one line: composed (NFC), without control signs, each run of spaces one, none at the ends.

    >>> written_line("  a\u0000  b ")
    'a b'
    """
    return " ".join(_storable(text).split())


def written_text(text: str) -> str:
    """Return a text of many lines: composed (NFC), line ends alike, no control signs, no space at the end of a line."""
    lines = re.split(r"\r\n|\r|\n", text)
    return "\n".join(_storable(line).rstrip() for line in lines).strip("\n")


def _storable(text: str) -> str:
    kept = (" " if sign.isspace() else "" if unicodedata.category(sign) in _UNSTORABLE else sign for sign in text)
    return unicodedata.normalize("NFC", "".join(kept))
