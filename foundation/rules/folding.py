"""Words without case and accents: how people type them when they look for something."""

import re
import unicodedata
from collections.abc import Iterable

# Letters that are no letter with a mark, but are typed as one.
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "þ": "th",
        "ħ": "h",
    }
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text without case and without marks on its letters: “Perché” and “PERCHE” are both “perche”.

    Idempotent. The German sharp s becomes ss, the Scandinavian letters what an English keyboard has for them.
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    # Once more: taking letters apart can leave capitals and marks behind.
    return unicodedata.normalize("NFC", bare.casefold().translate(_LETTERS))


def words_of(text: str) -> list[str]:
    """Return the words of a text in order: runs of letters and figures, as written."""
    return _WORD.findall(text)


def bare_forms(texts: Iterable[str]) -> str:
    """Return, each once and between spaces, the folded forms of those words that are written otherwise.

    An index that keeps accents knows these beside the words themselves, and so finds what was typed without.
    """
    forms: dict[str, None] = {}
    for text in texts:
        for word in words_of(text):
            bare = fold(word)
            if bare != word.lower():
                forms[bare] = None
    return " ".join(forms)
