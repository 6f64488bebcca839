"""Words, minutes and the estimated level of a text, by rules without Django."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.reading import (
    BANDS,
    FEWEST_WORDS,
    is_far_apart,
    lines_of,
    reading_level,
    reading_minutes,
    sentences_of,
    syllable_count,
    word_count,
)

EASY = {
    "en": "Turn it on. Look at it. Is the light on? Good. If not, plug it in. Wait a bit. Then try it again. ",
    "de": "Mach es an. Sieh es an. Ist das Licht an? Gut. Wenn nicht, steck es ein. Warte kurz. Dann noch mal. ",
    "es": "Ponlo ya. Mira bien. ¿Hay luz? Bien. Si no hay, ven aquí. Mira la luz. Haz clic ahí. Ve al fin. ",
    "it": "Apri la app. Vedi la luce? Bene. Se no, metti il filo. Conta a tre. Poi prova di nuovo. Va ora? ",
    "sv": "Slå på den. Ser du ljus? Bra. Om inte, sätt i den. Vänta lite. Prova igen. Går det nu? Fint. ",
    "ro": "Dă drumul. Vezi o lumină? Bine. Dacă nu, pune firul. Stai un pic. Mai fă o dată. Merge acum? ",
}
HARD = {
    "en": "Notwithstanding considerable organisational heterogeneity, interoperability requirements necessitate "
    "comprehensive documentation of administrative responsibilities within participating institutions "
    "and proportionate accountability mechanisms throughout implementation",
    "de": "Ungeachtet beträchtlicher organisatorischer Unterschiedlichkeit erfordern Interoperabilitätsanforderungen "
    "umfassende Dokumentationen administrativer Verantwortlichkeiten innerhalb teilnehmender Einrichtungen "
    "sowie verhältnismäßige Rechenschaftsmechanismen",
    "es": "Independientemente de la considerable heterogeneidad organizativa, las necesidades de interoperabilidad "
    "requieren documentación administrativa exhaustiva de responsabilidades institucionales participantes",
    "it": "Indipendentemente dalla considerevole eterogeneità organizzativa, i requisiti di interoperabilità "
    "necessitano documentazione amministrativa dettagliata delle responsabilità istituzionali partecipanti",
    "sv": "Oberoende av betydande organisatoriska olikheter förutsätter samverkanskraven omfattande dokumentation "
    "av administrativa ansvarsområden inom deltagande institutioner",
    "ro": "Indiferent de eterogenitatea organizatorică considerabilă, cerințele interoperabilității necesită "
    "documentarea administrativă cuprinzătoare a responsabilităților instituțiilor participante",
}
PLAIN = st.text(alphabet=st.sampled_from("abcdeiou .!?\n'"), max_size=200)


@pytest.mark.parametrize("language", sorted(EASY))
def test_short_sentences_of_short_words_are_easier_than_one_long_one(language):
    easy = reading_level(EASY[language] * 4, language)
    hard = reading_level(" ".join([HARD[language]] * 4) + ".", language)

    assert BANDS.index(easy.code) <= BANDS.index("A2")
    assert hard.code == "C1"


def test_a_text_that_is_too_short_has_no_level():
    assert reading_level("word " * (FEWEST_WORDS - 1), "en") is None
    assert reading_level("word " * FEWEST_WORDS, "en") is not None


def test_a_language_without_formula_has_no_level():
    assert reading_level(EASY["en"] * 4, "fi") is None


def test_romanian_is_said_to_be_a_rough_estimate():
    assert reading_level(EASY["ro"] * 4, "ro").is_rough is True
    assert reading_level(EASY["sv"] * 4, "sv").is_rough is False


def test_the_formula_of_flesch_gives_what_its_author_gives():
    # 10 sentences of 4 words of one syllable: 206.835 - 1.015 * 4 - 84.6 = 118.2.
    assert reading_level("The cat sat down. " * 10, "en").score == 118.2


def test_the_formula_gulpease_gives_what_its_authors_give():
    # 40 words in 10 sentences, 120 letters: 89 + (3000 - 1200) / 40 = 134.
    assert reading_level("Una due tre sei. " * 10, "it").score == 134.0


def test_paragraphs_and_entries_of_lists_are_lines():
    assert lines_of("<p>One, <b>two</b>.</p><ul><li>Three</li><li>Four &amp; five</li></ul>") == (
        "One, two.\nThree\nFour & five"
    )
    assert len(sentences_of("One, two.\nThree\nFour & five")) == 3


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [("safe", "en", 1), ("table", "en", 2), ("opened", "en", 2), ("wanted", "en", 2), ("the", "en", 1),
     ("día", "es", 2), ("poeta", "es", 3), ("bueno", "es", 2), ("Gerät", "de", 2), ("12", "en", 1)],
)  # fmt: skip
def test_syllables_are_counted_by_vowels(word, language, count):
    assert syllable_count(word, language) == count


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (1, 1), (130, 1), (131, 2), (600, 5)])
def test_minutes_are_rounded_up(words, minutes):
    assert reading_minutes(words) == minutes


@pytest.mark.parametrize(
    ("stated", "reading", "is_far"),
    [(4, 4, False), (9, 4, False), (21, 4, False), (22, 4, True), (3, 4, True), (5, 0, False)],
)
def test_stated_minutes_hold_the_reading_and_not_much_more_than_what_there_may_be_to_do(stated, reading, is_far):
    assert is_far_apart(stated, reading) is is_far


@given(first=PLAIN, second=PLAIN)
def test_words_of_two_texts_add_up(first, second):
    assert word_count(f"{first}\n{second}") == word_count(first) + word_count(second)


@given(text=PLAIN, language=st.sampled_from([*EASY, "fi"]))
def test_a_level_is_one_of_the_bands_whatever_the_text(text, language):
    level = reading_level(text, language)
    assert level is None or level.code in BANDS


@given(words=st.lists(st.sampled_from(["a", "tool", "computer", "now."]), min_size=FEWEST_WORDS, max_size=80))
def test_the_same_text_twice_is_as_hard_as_once(words):
    text = " ".join(words) + ".\n"
    assert reading_level(text, "sv") == reading_level(text * 2, "sv")
