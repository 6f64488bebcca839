"""How long a text is, how long it takes to read, and how hard it is likely to be.

The level is an estimate of the form of a text (length of sentences and words), never of what it asks of its reader. Each
formula was made for one language, from texts for schools and adults; the bands are this project's reading of its table
of difficulty, since no formula was made for the levels of the Common European Framework. Good enough to say "this is
harder than that", not to promise a level. A text that native readers of ten find very easy (Flesch 90 to 100) is taken
for A2, not A1: their vocabulary is larger than a beginner's.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from foundation.rules.cleaning import plain_text

WORDS_A_MINUTE = 130
"""Words read in a minute by who reads slowly, in a second language or with support: this project's own figure.

Practised readers of English do 238 (Brysbaert 2019, How many words do we read per minute?). At 130 a lesson of 600 words
takes five minutes.
"""

FEWEST_WORDS = 40
"""Below it a formula says more about one long word than about the text."""

BANDS = ("A1", "A2", "B1", "B2", "C1")

_WORD = re.compile(r"\w+(?:['’\-]\w+)*")  # noqa: RUF001 - the apostrophe of print
_SENTENCE_END = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")
_LETTER = re.compile(r"[^\W\d_]")
_VOWELS = {
    "en": "aeiouy",
    "de": "aeiouyäöü",
    "es": "aeiouáéíóúü",
}
_BLOCK_END = re.compile(r"</(?:p|li)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadingLevel:
    """An estimate. `code`: A1 to C1; `score`: of the formula, to one place; `is_rough`: made for another language."""

    code: str
    score: float
    formula: str
    is_rough: bool = False


def words_of(text: str) -> list[str]:
    """Return the words of a plain text. A number is one, a dash is none.

    >>> words_of("It's 9 o'clock - a well-known hour.")
    ["It's", '9', "o'clock", 'a', 'well-known', 'hour']
    """
    return _WORD.findall(text)


def word_count(text: str) -> int:
    """Return how many words a plain text has."""
    return len(words_of(text))


def reading_minutes(words: int, *, words_a_minute: int = WORDS_A_MINUTE) -> int:
    """Return how many minutes that many words take, rounded up; 0 for none."""
    return math.ceil(words / words_a_minute)


def is_far_apart(stated: int, reading: int) -> bool:
    """Return whether the minutes that a page states and those that reading takes do not go together.

    Reading alone must fit in; a page states more where there is something to do, but hardly four times as much.

    >>> is_far_apart(9, 4), is_far_apart(3, 4), is_far_apart(30, 4)
    (False, True, True)
    """
    return stated < reading or stated > 4 * reading + 5


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a plain text: what ends with a point, a colon, or its line. Those without a word are none."""
    return [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def lines_of(html: str) -> str:
    """Return the words of rich text as plain text, each paragraph and entry of a list on a line of its own."""
    return "\n".join(filter(None, (plain_text(part) for part in _BLOCK_END.split(html))))


def reading_level(text: str, language: str) -> ReadingLevel | None:
    """Return how hard a plain text is likely to be, or None where it is too short or there is no formula.

    - en: Flesch Reading Ease (Flesch 1948, A new readability yardstick): 206.835 - 1.015 words a sentence - 84.6
      syllables a word.
    - de: Amstad (1978, Wie verständlich sind unsere Zeitungen?): 180 - words a sentence - 58.5 syllables a word.
    - es: Fernández Huerta (1959, Medidas sencillas de lecturabilidad): 206.84 - 60 syllables a word - 1.02 words a
      sentence.
    - it: Gulpease (Lucisano and Piemontese 1988): 89 + (300 sentences - 10 letters) / words.
    - sv: LIX (Björnsson 1968, Läsbarhet): words a sentence + 100 times the share of words of more than six letters.
    - ro: LIX as well, for want of one of its own: a rough estimate.
    """
    formula = _FORMULAS.get(language)
    words = words_of(text)
    if formula is None or len(words) < FEWEST_WORDS:
        return None
    return formula(words, len(sentences_of(text)), language)


def syllable_count(word: str, language: str) -> int:
    """Return about how many syllables a word has: its groups of vowels, at least 1.

    A silent e at the end of English words is none.

    >>> [syllable_count(word, "en") for word in ("safe", "table", "computer", "9")]
    [1, 2, 3, 1]
    """
    lower = word.lower()
    vowels = _VOWELS[language]
    count = len(re.findall(f"[{vowels}]+", lower))
    if language == "es":  # two strong vowels, or a weak one with an accent, are syllables of their own
        count += len(re.findall("[aeoáéó](?=[aeoáéó])|[íú](?=[aeoáéó])|[aeoáéó](?=[íú])", lower))
    if language == "en" and re.search(r"[^aeiouy]e$", lower) and not re.search(r"[^aeiouy]le$", lower):
        count -= 1
    if language == "en" and re.search(r"[^aeiouytd]ed$", lower):
        count -= 1
    return max(count, 1)


def _syllables_a_word(words: list[str], language: str) -> float:
    return sum(syllable_count(word, language) for word in words) / len(words)


def _flesch(words: list[str], sentences: int, language: str) -> ReadingLevel:
    score = 206.835 - 1.015 * len(words) / sentences - 84.6 * _syllables_a_word(words, language)
    return ReadingLevel(_band(score, (100, 85, 70, 50)), round(score, 1), "Flesch Reading Ease")


def _amstad(words: list[str], sentences: int, language: str) -> ReadingLevel:
    score = 180 - len(words) / sentences - 58.5 * _syllables_a_word(words, language)
    return ReadingLevel(_band(score, (90, 75, 60, 45)), round(score, 1), "Amstad")


def _fernandez_huerta(words: list[str], sentences: int, language: str) -> ReadingLevel:
    score = 206.84 - 60 * _syllables_a_word(words, language) - 1.02 * len(words) / sentences
    return ReadingLevel(_band(score, (100, 85, 70, 50)), round(score, 1), "Fernández Huerta")


def _gulpease(words: list[str], sentences: int, language: str) -> ReadingLevel:
    letters = sum(len(_LETTER.findall(word)) for word in words)
    score = 89 + (300 * sentences - 10 * letters) / len(words)
    return ReadingLevel(_band(score, (90, 72, 58, 45)), round(score, 1), "Gulpease")


def _lix(words: list[str], sentences: int, language: str) -> ReadingLevel:
    long_words = sum(len(_LETTER.findall(word)) > 6 for word in words)
    score = len(words) / sentences + 100 * long_words / len(words)
    return ReadingLevel(_band(-score, (-20, -30, -40, -50)), round(score, 1), "LIX", is_rough=language != "sv")


def _band(score: float, floors: tuple[float, ...]) -> str:
    """Return the band of a score, higher being easier: the first whose floor it reaches, else the last."""
    return next((band for band, floor in zip(BANDS, floors, strict=False) if score >= floor), BANDS[-1])


_FORMULAS: dict[str, Callable[[list[str], int, str], ReadingLevel]] = {
    "en": _flesch,
    "de": _amstad,
    "es": _fernandez_huerta,
    "it": _gulpease,
    "sv": _lix,
    "ro": _lix,
}
