import json
import unicodedata
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.freezing import Found, freeze_lesson, freeze_quiz, marking_digest, references, search_text
from courses.rules.frozen_lesson import BLOCK_SCHEMAS
from foundation.rules.canonical import canonical_json, digest
from tests.courses import drafts
from tests.courses.drafts import BLOCKS, FOUND, LESSON_KEY, QUESTIONS, block, items


def lesson_form(source=None, text=None, language="en", source_language="en", found=FOUND):
    source = source or drafts.lesson()
    return freeze_lesson(
        source=source, text=text or source, language=language, source_language=source_language, found=found
    )


def quiz_form(source=None, text=None, language="en", source_language="en", found=FOUND):
    source = source or drafts.quiz()
    return freeze_quiz(
        source=source, text=text or source, language=language, source_language=source_language, found=found
    )


def words_of(form):
    return [problem.words % problem.values for problem in form.problems]


def without_defaults(value):
    """Return raw data with every field that holds its default left out, as a file written by hand may have it."""
    if isinstance(value, dict):
        kept = {name: without_defaults(entry) for name, entry in value.items()}
        return {name: entry for name, entry in kept.items() if entry not in ("", None, False, 0, [])}
    if isinstance(value, list):
        return [without_defaults(entry) for entry in value]
    return value


def test_every_block_that_can_be_written_can_be_frozen():
    form = lesson_form()
    assert form.problems == ()
    assert [entry["type"] for entry in form.body["blocks"]] == list(BLOCK_SCHEMAS)


def test_a_frozen_lesson_says_all_its_fields():
    form = lesson_form(drafts.lesson(body=[BLOCKS["image"], BLOCKS["rich_text"]]))
    assert form.body == {
        "schema": 1,
        "kind": "lesson",
        "language": "en",
        "title": "A passphrase you can keep",
        "summary": "Long, and easy to keep.",
        "minutes": 6,
        "author": "The editors",
        "licence": "CC BY 4.0",
        "source_html": "<p>Written for this portal.</p>",
        "reviewed_date": "2026-10-12",
        "blocks": [
            {
                "type": "image",
                "schema": 1,
                "id": "image",
                "language": "en",
                "picture": {"sha256": "a" * 64, "width": 900, "height": 600},
                "alt": "A kettle and a ladder.",
                "decorative": False,
                "caption": "Kettle, ladder.",
                "author": "Rosa Lind",
                "licence": "CC BY 4.0",
                "source": "Drawn for this portal.",
            },
            {
                "type": "rich_text",
                "schema": 1,
                "id": "rich-text",
                "language": "en",
                "html": f'<p>Think of <a href="/-/pages/{LESSON_KEY}/">four things</a>.</p>',
            },
        ],
    }


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_an_absent_field_and_its_default_freeze_to_one_digest(kind):
    full = {
        **BLOCKS[kind],
        "value": {**BLOCKS[kind]["value"], "caption": "", "description": "", "source": "", "minutes": None},
    }
    bare = without_defaults(deepcopy(full))
    assert digest(lesson_form(drafts.lesson(body=[full])).body) == digest(lesson_form(drafts.lesson(body=[bare])).body)


@given(st.randoms(use_true_random=False), st.sampled_from(["NFC", "NFD"]))
def test_same_content_has_the_same_digest_in_any_order_of_fields_and_any_form_of_letters(random, letters):
    def shuffled(value):
        if isinstance(value, dict):
            names = list(value)
            random.shuffle(names)
            return {name: shuffled(value[name]) for name in names}
        if isinstance(value, list):
            return [shuffled(entry) for entry in value]
        return unicodedata.normalize(letters, value) if isinstance(value, str) else value

    plain = drafts.lesson(title="Perché è così", summary="")
    again = shuffled(without_defaults(deepcopy(plain)) if random.random() < 0.5 else plain)
    assert digest(lesson_form(again).body) == digest(lesson_form(plain).body)


@given(st.text(alphabet="abcdef0123456789", min_size=5, max_size=5))
def test_the_random_marks_of_the_editor_change_no_digest(mark):
    marked = deepcopy(BLOCKS["callout"])
    marked["value"]["html"] = f'<p data-block-key="{mark}">Not even  to your coach.</p>\n'
    plain = lesson_form(drafts.lesson(body=[BLOCKS["callout"]])).body
    assert digest(lesson_form(drafts.lesson(body=[marked])).body) == digest(plain)


def test_frozen_bodies_are_canonical_json():
    assert canonical_json(lesson_form().body)
    assert canonical_json(quiz_form().body)
    assert canonical_json(quiz_form().key)


@pytest.mark.parametrize(
    "value",
    [
        {"title": "x", "url": "javascript:alert(1)"},
        {"title": "x", "url": "JAVASCRIPT:alert(1)"},
        {"title": "x", "url": "/en/"},
        {"title": "x", "url": "ftp://files.example/"},
        {"title": "x", "url": ""},
    ],
)
def test_a_video_link_leads_to_a_web_address_or_is_refused(value):
    form = lesson_form(drafts.lesson(body=[block("video_link", value)]))
    assert words_of(form) == [
        f"The video in block 1 has the address “{value['url']}”. Give one that begins with https://."
    ]
    assert form.body["blocks"][0]["url"] == ""


@pytest.mark.parametrize("place", ["source", "rich_text"])
def test_a_link_in_a_text_that_would_run_is_refused(place):
    html = '<p><a href="javascript:alert(1)">x</a></p>'
    draft = (
        drafts.lesson(source=html) if place == "source" else drafts.lesson(body=[block("rich_text", {"html": html})])
    )
    form = lesson_form(draft)
    assert words_of(form) == ["A link leads to “javascript:alert(1)”. Give an address that begins with https://."]
    assert [problem.field for problem in form.problems] == ["source" if place == "source" else "body"]
    assert "javascript" not in json.dumps(form.body)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"picture": 3, "alt": "", "decorative": False}, "The picture in block 1 needs a decision"),
        ({"picture": 3, "alt": "Words.", "decorative": True}, "The picture in block 1 needs a decision"),
        ({"picture": 99, "alt": "Words."}, "Block 1 has no picture any more."),
        ({"picture": None, "alt": "Words."}, "Block 1 has no picture any more."),
    ],
)
def test_a_picture_without_decision_or_file_is_refused(value, words):
    (said,) = words_of(lesson_form(drafts.lesson(body=[block("image", value)])))
    assert said.startswith(words)


def test_a_table_with_a_short_row_is_refused():
    table = {"caption": "c", "columns": items("A", "B"), "rows": items(items("1", "2"), items("3"))}
    (said,) = words_of(lesson_form(drafts.lesson(body=[block("table", table)])))
    assert said == "In the table in block 1 each row needs as many cells as there are columns."


def test_doubled_and_missing_ids_are_refused():
    doubled = lesson_form(drafts.lesson(body=[BLOCKS["heading"], {**BLOCKS["quote"], "id": "heading"}]))
    missing = lesson_form(drafts.lesson(body=[{**BLOCKS["heading"], "id": ""}]))
    assert words_of(doubled) == ["Two blocks have the same inner name. Delete one and add it anew."]
    assert words_of(missing) == ["A block has no inner name. Delete it and add it anew."]


def test_an_unknown_block_is_refused_in_words():
    assert words_of(lesson_form(drafts.lesson(body=[block("riddle", {})]))) == [
        "Block 1 is of a kind that this portal does not know."
    ]


def test_an_embed_in_a_text_is_refused_not_dropped_in_silence():
    form = lesson_form(drafts.lesson(body=[block("rich_text", {"html": '<p>a</p><embed embedtype="image" id="3"/>'})]))
    assert words_of(form) == ["A text holds something that cannot be shown in it (embed). Use a block of its own."]


def test_a_translated_lesson_shows_its_own_blocks_and_the_minutes_of_the_source():
    italian = drafts.lesson(title="Una passphrase", minutes=99, body=[BLOCKS["heading"]])
    form = lesson_form(text=italian, language="it")
    assert (form.body["title"], form.body["minutes"], form.body["language"]) == ("Una passphrase", 6, "it")
    assert [(entry["type"], entry["language"]) for entry in form.body["blocks"]] == [("heading", "it")]


def test_a_translation_without_blocks_shows_those_of_the_source_and_says_so():
    form = lesson_form(text=drafts.lesson(title="Una passphrase", body=[]), language="it")
    assert {entry["language"] for entry in form.body["blocks"]} == {"en"}
    assert form.body["language"] == "it"


def test_a_frozen_quiz_parts_what_learners_see_from_the_key():
    form = quiz_form(drafts.quiz(questions=[QUESTIONS["single_choice"], QUESTIONS["true_false"]]))
    assert form.problems == ()
    assert form.body["questions"] == [
        {
            "id": "single-choice",
            "kind": "single_choice",
            "text": "What do you do before you leave a shared tablet?",
            "html": "<p>It lies in the kitchen.</p>",
            "language": "en",
            "options": [{"id": "sign-out", "text": "I sign out."}, {"id": "close", "text": "I close the page."}],
        },
        {
            "id": "true-false",
            "kind": "true_false",
            "text": "An update can close a hole.",
            "html": "",
            "language": "en",
            "options": [{"id": "true", "text": ""}, {"id": "false", "text": ""}],
        },
    ]
    assert form.key == {
        "schema": 1,
        "questions": {
            "single-choice": {
                "kind": "single_choice",
                "correct": ["sign-out"],
                "points": 2,
                "feedback": {"sign-out": "Secret-feedback-yes", "close": "Secret-feedback-no"},
                "explanation": "Secret-explanation-single",
                "lesson": {"key": LESSON_KEY, "section": "sign-out-section"},
            },
            "true-false": {
                "kind": "true_false",
                "correct": ["true"],
                "points": 1,
                "feedback": {"true": "Secret-feedback-true", "false": "Secret-feedback-false"},
                "explanation": "Secret-explanation-statement",
                "lesson": None,
            },
        },
    }


def test_nothing_of_the_key_is_in_the_public_body():
    form = quiz_form()
    public = json.dumps(form.body)
    for canaries in drafts.SECRETS.values():
        for canary in canaries:
            assert canary not in public
            assert canary in json.dumps(form.key)
    for name in ("correct", "points", "feedback", "explanation", "lesson"):
        assert f'"{name}"' not in public


@given(st.data())
def test_the_public_body_is_the_same_whichever_options_are_right(data):
    changed = deepcopy(drafts.quiz())
    for question in changed["questions"]:
        value = question["value"]
        if question["type"] == "true_false":
            value["answer"] = data.draw(st.sampled_from(["true", "false"]))
            continue
        number = data.draw(st.integers(0, len(value["options"]) - 1))
        for position, option in enumerate(value["options"]):
            option["value"]["correct"] = position == number
        value["points"] = data.draw(st.integers(1, 5))
        value["feedback"] = data.draw(st.text(max_size=5))
    assert quiz_form(changed).body == quiz_form().body


def test_a_translated_quiz_takes_texts_only():
    italian = drafts.quiz(questions=deepcopy(list(QUESTIONS.values())), pass_mark=1, max_attempts=9)
    single, multiple, statement = italian["questions"]
    single["value"].update(text="Che cosa fai?", html="<p>In cucina.</p>", points=5, feedback="Spiegazione")
    single["value"]["options"][0]["value"].update(text="Esco.", correct=False, feedback="Sì")
    single["value"]["options"][1]["value"].update(text="Chiudo.", correct=True, feedback="")
    multiple["value"]["options"].reverse()
    statement["value"].update(text="Un aggiornamento chiude un buco.", answer="false", feedback_true="Giusto")
    form = quiz_form(text=italian, language="it")
    assert (form.body["pass_mark"], form.body["max_attempts"]) == (60, 0)
    assert form.body["questions"][0]["options"] == [
        {"id": "sign-out", "text": "Esco."},
        {"id": "close", "text": "Chiudo."},
    ]
    assert [option["id"] for option in form.body["questions"][1]["options"]] == ["long", "odd", "name"]
    assert {question["language"] for question in form.body["questions"]} == {"it"}
    key = form.key["questions"]
    assert key["single-choice"]["correct"] == ["sign-out"]
    assert key["single-choice"]["points"] == 2
    assert key["single-choice"]["feedback"] == {"sign-out": "Sì", "close": "Secret-feedback-no"}
    assert key["true-false"]["correct"] == ["true"]
    assert key["true-false"]["feedback"]["true"] == "Giusto"
    source = quiz_form()
    assert marking_digest(form.body, form.key) == marking_digest(source.body, source.key)


def test_a_question_that_the_translation_lacks_in_part_stays_whole_in_the_source_language():
    italian = drafts.quiz(questions=deepcopy([QUESTIONS["single_choice"]]))
    italian["questions"][0]["value"]["text"] = "Che cosa fai?"
    italian["questions"][0]["value"]["options"].pop()
    form = quiz_form(text=italian, language="it")
    assert [(question["language"], question["text"]) for question in form.body["questions"]] == [
        ("en", "What do you do before you leave a shared tablet?"),
        ("en", "What belongs to a good passphrase?"),
        ("en", "An update can close a hole."),
    ]


@pytest.mark.parametrize(
    ("kind", "correct", "words"),
    [
        ("single_choice", [], "No answer of question 1 is marked as right."),
        ("multiple_choice", [], "No answer of question 1 is marked as right."),
        ("single_choice", [0, 1], "More than one answer of question 1 is marked as right."),
    ],
)
def test_a_question_without_a_clear_key_is_refused(kind, correct, words):
    question = deepcopy(QUESTIONS["single_choice"])
    question["type"] = kind
    for position, option in enumerate(question["value"]["options"]):
        option["value"]["correct"] = position in correct
    assert words_of(quiz_form(drafts.quiz(questions=[question]))) == [words]


def test_options_without_ids_of_their_own_are_refused():
    question = deepcopy(QUESTIONS["single_choice"])
    question["value"]["options"] = [option["value"] for option in question["value"]["options"]]
    assert words_of(quiz_form(drafts.quiz(questions=[question]))) == [
        "Two answers of question 1 have the same inner name, or one has none."
    ]


def test_a_statement_without_answer_and_a_quiz_without_questions_are_refused():
    statement = deepcopy(QUESTIONS["true_false"])
    statement["value"]["answer"] = ""
    assert words_of(quiz_form(drafts.quiz(questions=[statement]))) == ["No answer of question 1 is marked as right."]
    assert words_of(quiz_form(drafts.quiz(questions=[]))) == ["A quiz needs at least one question."]


def test_the_marking_digest_is_of_the_rules_and_of_nothing_else():
    source = quiz_form()
    plain = marking_digest(source.body, source.key)
    reworded = deepcopy(drafts.quiz(title="Another title", max_attempts=3))
    reworded["questions"][0]["value"].update(text="Reworded", feedback="Reworded", lesson=None)
    reworded["questions"].reverse()
    again = quiz_form(reworded)
    assert marking_digest(again.body, again.key) == plain
    for change in ({"pass_mark": 61}, {"questions": list(QUESTIONS.values())[:2]}):
        other = quiz_form(drafts.quiz(**change))
        assert marking_digest(other.body, other.key) != plain
    worth_more = deepcopy(drafts.quiz())
    worth_more["questions"][1]["value"]["points"] = 3
    other = quiz_form(worth_more)
    assert marking_digest(other.body, other.key) != plain


def test_references_are_found_wherever_they_stand():
    nested = block("steps", {"steps": items({"title": "a", "html": '<p><a linktype="page" id="11">x</a></p>'})})
    wanted = references(drafts.lesson(body=[*BLOCKS.values(), nested], source='<a linktype="page" id="12">x</a>'))
    assert (wanted.pages, wanted.pictures, wanted.files) == ({7, 11, 12}, {3}, {4, 5, 6})
    assert references(drafts.quiz()).pages == {7}


def test_references_that_are_not_looked_up_are_no_problem():
    assert lesson_form(found=Found(trusted=True)).problems == ()


def test_search_text_has_the_words_of_a_lesson_and_none_of_a_quiz():
    words = search_text(lesson_form().body)
    for expected in (
        "Four words that do not belong together",
        "Think of four things.",
        "A kettle and a ladder.",
        "Maria1985",
    ):
        assert expected in words
    for unwanted in ("a" * 64, "https://", "<p>", "heading", "/-/pages/"):
        assert unwanted not in words
    assert search_text(quiz_form().body) == ""
