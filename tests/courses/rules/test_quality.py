"""The rules of quality, without Django: a fault is found where it is, and its mended form passes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.quality import (
    LESSON,
    RULES,
    PictureWords,
    Shape,
    draft_text,
    numbers_of_pictures,
    problems_in,
    words_to_read,
)
from courses.rules.quality.key_words import occurs_in
from courses.rules.quality.languages import FEWEST_WORDS, SMALL_WORDS, likely_language
from courses.rules.quality.links import SAYS_NOTHING, says_nothing

TODAY = date(2026, 11, 26)
PROSE = {
    "en": "Look at the address before you open a link, and ask a colleague if it does not look like the one you know.",
    "it": "Guarda l'indirizzo prima di aprire un link, e chiedi a un collega se non è quello che conosci già da tempo.",
    "ro": "Uită-te la adresă înainte să deschizi un link și întreabă un coleg dacă nu este cea pe care o știi de mult.",
    "sv": "Titta på adressen innan du öppnar en länk, och fråga en kollega om den inte ser ut som den du känner till.",
    "de": "Sieh dir die Adresse an, bevor du einen Link öffnest, und frag jemanden, wenn sie nicht so ist wie sonst immer.",
    "es": "Mira la dirección antes de abrir un enlace, y pregunta a una persona de tu equipo si no es la que conoces ya.",
}


def lesson(*blocks, **columns):
    body = [{"type": kind, "id": f"block-{number}", "value": value} for number, (kind, value) in enumerate(blocks)]
    return {
        "title": "A lesson",
        "summary": "What it is about.",
        "body": body,
        "source": "<p>Our own work.</p>",
        "review_by_date": date(2027, 11, 26),
        **columns,
    }


def found(columns, *, language="en", pictures=None):
    text = draft_text(columns, shape=LESSON, language=language, today=TODAY, pictures=pictures)
    return [(problem.rule, problem.place) for problem in problems_in(text)]


def text(html, **values):
    return ("rich_text", {"html": html, **values})


def item(value):
    return {"type": "item", "id": "an-id", "value": value}


def key_word(word, meaning="What it means."):
    return ("key_words", {"words": [item({"word": word, "meaning": meaning})]})


def table(columns, *rows):
    return ("table", {"columns": [item(name) for name in columns], "rows": [item([*map(item, row)]) for row in rows]})


GERMAN = f"<p>{PROSE['de']}</p>"
FAULTS = {
    "a picture nobody decided on": (
        [("image", {"picture": 7, "alt": "", "decorative": False})],
        [("alt-text", ("body", 0, "alt"))],
    ),
    "a picture of both kinds": (
        [("image", {"picture": 7, "alt": "A key.", "decorative": True})],
        [("alt-text", ("body", 0, "decorative"))],
    ),
    "a name of a file": (
        [("image", {"picture": 7, "alt": "IMG_2041.jpg", "decorative": False})],
        [("alt-words", ("body", 0, "alt"))],
    ),
    "a film without captions or text": (
        [("video", {"title": "Film", "file": 3, "captions": None, "transcript": "<p></p>"})],
        [("captions", ("body", 0, "captions")), ("captions", ("body", 0, "transcript"))],
    ),
    "a film elsewhere without text": (
        [("video_link", {"title": "Film", "url": "https://example.org/film", "transcript": ""})],
        [("linked-films", ("body", 0, "transcript"))],
    ),
    "a heading above nothing": (
        [("heading", {"text": "First"}), ("heading", {"text": "Second"}), text("<p>Words.</p>")],
        [("headings", ("body", 0, "text"))],
    ),
    "a heading at the end": (
        [text("<p>Words.</p>"), ("heading", {"text": "More"})],
        [("headings", ("body", 1, "text"))],
    ),
    "a heading twice": (
        [("heading", {"text": "First"}), text("<p>A.</p>"), ("heading", {"text": "first"}), text("<p>B.</p>")],
        [("headings", ("body", 2, "text"))],
    ),
    "the title as a heading": (
        [("heading", {"text": "A lesson"}), text("<p>A.</p>")],
        [("headings", ("body", 0, "text"))],
    ),
    "bold text for a heading": (
        [text("<p><b>What to do</b></p><p>Look twice.</p>")],
        [("headings", ("body", 0, "html"))],
    ),
    "a link that says here": (
        [text('<p>Look <a href="https://example.org">here</a>.</p>')],
        [("link-texts", ("body", 0, "html"))],
    ),
    "a bare address": (
        [text('<p><a href="https://example.org/a">https://example.org/a</a></p>')],
        [("link-texts", ("body", 0, "html"))],
    ),
    "a link without words": (
        [text('<p>Look <a href="https://example.org"> </a>.</p>')],
        [("link-texts", ("body", 0, "html"))],
    ),
    "German on an English page": ([text(GERMAN)], [("language-of-parts", ("body", 0, "html"))]),
    "German that is called Italian": (
        [text(GERMAN, language="it")],
        [("language-of-parts", ("body", 0, "html"))],
    ),
    "German in the entry of a list": (
        [("checklist", {"title": "", "entries": [item("Look."), item(PROSE["de"])]})],
        [("language-of-parts", ("body", 0, "entries", 1))],
    ),
    "a column without a name": (
        [table(["What", ""], ["A phone", "Charge it"])],
        [("table-headers", ("body", 0, "columns", 1))],
    ),
    "a row without a name": (
        [table(["What", "When"], ["A phone", "Daily"], ["", "Weekly"])],
        [("table-headers", ("body", 0, "rows", 1))],
    ),
    "a key word without a meaning": (
        [key_word("link", meaning=""), text("<p>Open the link.</p>")],
        [("key-words", ("body", 0, "words", 0, "meaning"))],
    ),
    "a key word that is not used": (
        [key_word("phishing"), text("<p>Open the link.</p>")],
        [("key-words", ("body", 0, "words", 0, "word"))],
    ),
}
FINE = {
    "a picture that is described": [("image", {"picture": 7, "alt": "A key in a lock.", "decorative": False})],
    "a picture that is decoration": [("image", {"picture": 7, "alt": "", "decorative": True})],
    "a film with captions and text": [("video", {"file": 3, "captions": 4, "transcript": "<p>A hand opens it.</p>"})],
    "a film elsewhere with text": [("video_link", {"url": "https://example.org", "transcript": "<p>A door.</p>"})],
    "headings above text": [("heading", {"text": "First"}), text("<p>A.</p>"), ("heading", {"text": "Next"}), text("<p>B.</p>")],
    "a bold sentence": [text("<p><b>Never share it.</b></p><p>Not with me.</p>")],
    "a bold last line": [text("<p>Look twice.</p><p><b>Common Thread</b></p>")],
    "links that say where they lead": [text('<p>See <a href="https://example.org">the guide to links</a>.</p>')],
    "an address of mail": [text('<p>Write to <a href="mailto:us@example.org">us@example.org</a>.</p>')],
    "German that says so": [text(GERMAN, language="de")],
    "a German quote that says so": [("quote", {"text": PROSE["de"], "source": "Talwerk", "language": "de"})],
    "few German words": [text("<p>Sie sagen „Guten Morgen, wie geht es Ihnen heute?“</p>")],
    "a table with names": [table(["What", "When"], ["A phone", "Daily"], ["A bill", ""])],
    "a key word in another form": [key_word("update"), text("<p>Updating takes a minute.</p>")],
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place(name):
    blocks, expected = FAULTS[name]
    assert found(lesson(*blocks)) == expected


@pytest.mark.parametrize("name", FINE)
def test_what_is_mended_passes(name):
    assert found(lesson(*FINE[name])) == []


def test_words_in_a_picture_must_stand_out_and_be_said():
    shown = lesson(("image", {"picture": 7, "alt": "", "decorative": True}))
    assert found(shown, pictures={7: PictureWords(contains_text=True, contrast_checked=False)}) == [
        ("alt-words", ("body", 0, "decorative")),
        ("contrast", ("body", 0, "picture")),
    ]
    said = lesson(("image", {"picture": 7, "alt": "A sign that says: Stop.", "decorative": False}))
    assert found(said, pictures={7: PictureWords(contains_text=True, contrast_checked=True)}) == []
    assert numbers_of_pictures(said, LESSON) == {7}


@pytest.mark.parametrize(
    ("columns", "rules"),
    [
        ({"source": "<p> </p>"}, ["sources"]),
        ({"review_by_date": None}, ["review-date"]),
        ({"review_by_date": "2026-11-25"}, ["review-date"]),
        ({"review_by_date": "2026-11-26"}, []),
    ],
    ids=["no source", "no day", "a day of yesterday", "today"],
)
def test_a_lesson_says_where_it_comes_from_and_when_it_is_read_again(columns, rules):
    assert [rule for rule, _place in found(lesson(**columns))] == rules


def test_nothing_is_asked_of_columns_that_are_not_there():
    assert problems_in(draft_text({}, shape=LESSON, language="en", today=TODAY)) == []


def test_a_kind_of_page_without_source_or_review_is_not_asked_for_them():
    shape = Shape(html=("source",))
    assert problems_in(draft_text({"source": ""}, shape=shape, language="en", today=TODAY)) == []


def test_what_is_read_leaves_out_the_title_the_source_and_what_pictures_show():
    blocks = [text("<p>Turn it on.</p>"), ("image", {"picture": 7, "alt": "A key.", "caption": "The key"})]
    columns = draft_text(lesson(*blocks), shape=LESSON, language="en", today=TODAY)
    assert words_to_read(columns) == "What it is about.\nTurn it on.\nThe key"


@pytest.mark.parametrize("declared", SMALL_WORDS)
@pytest.mark.parametrize("spoken", SMALL_WORDS)
def test_the_six_languages_are_told_from_each_other(spoken, declared):
    assert likely_language(PROSE[spoken], declared=declared) == spoken


@given(words=st.lists(st.sampled_from(sorted(set().union(*SMALL_WORDS.values()))), max_size=FEWEST_WORDS - 1))
def test_a_short_passage_is_never_questioned(words):
    assert likely_language(" ".join(words), declared="en") == "en"


@given(text=st.text(max_size=300), declared=st.sampled_from([*SMALL_WORDS, "fi"]))
def test_a_language_is_one_of_the_six_or_the_declared_one(text, declared):
    assert likely_language(text, declared=declared) in {*SMALL_WORDS, declared}


def test_names_alone_are_no_language():
    names = (
        "Acul de Nord, Talwerk Miteinander, Laga Norrbacka, Huerta Vecina del Ebro, Wasserij Zilverlinde, Jasny Prog"
    )
    assert likely_language(names, declared="en") == "en"


@pytest.mark.parametrize("language", SAYS_NOTHING)
def test_each_word_that_leads_anywhere_is_refused_in_its_language(language):
    assert [
        words for words in SAYS_NOTHING[language].split("|") if not says_nothing(f" {words.upper()} →", language)
    ] == []


def test_words_of_another_language_may_name_something():
    assert says_nothing("qui", "it") is True
    assert says_nothing("qui", "en") is False


@pytest.mark.parametrize(
    ("word", "where", "is_there"),
    [
        ("update", "Updates take a minute.", True),
        ("two-step sign-in (2FA)", "With 2FA, a thief needs your phone too.", True),
        ("Operating system", "The operating systems of phones", True),
        ("Operating system", "Operating a small system", False),
        ("to back up", "Back up your phone.", True),
        ("Dispositivo", "I tuoi dispositivi", True),
        ("app", "Apply for it.", False),
        ("PIN", "Your PIN is secret.", True),
        ("the", "the", False),
    ],
)
def test_a_key_word_is_found_in_its_forms_and_not_in_other_words(word, where, is_there):
    assert occurs_in(word, where) is is_there


def test_every_rule_says_what_it_asks_and_how_to_mend():
    assert [rule.key for rule in RULES if not (rule.name and rule.asks.endswith((".", ")")) and rule.mend)] == []
    assert len({rule.key for rule in RULES}) == len(RULES)


VALUES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.sampled_from(["<p><b>A</b></p><p>", "<a>"])
)


@given(
    blocks=st.lists(
        st.tuples(
            st.sampled_from(["rich_text", "table", "image", "heading", "video", "section", "unheard of"]),
            st.dictionaries(st.sampled_from(["html", "text", "title", "alt", "picture", "transcript"]), VALUES)
            | st.fixed_dictionaries({"rows": st.lists(st.lists(VALUES, max_size=3), max_size=3)}),
        ),
        max_size=4,
    )
)
def test_whatever_a_draft_holds_it_is_looked_at_without_an_error_and_each_time_the_same(blocks):
    columns = lesson(*blocks)
    assert found(columns) == found(columns)
