"""Moodle XML: what comes in, and that each loss is said with its line and field."""

import pytest

from courses.rules.exchange import FileUnreadable, Format, Question, read, write
from tests.courses.exchange.files import fixture, losses, said

FEW_POINTS = "Points are whole: with fewer of them than right answers, part of an answer may give none. Raise them."
WORKSHOP = fixture(Format.MOODLE_XML)


def _value(number):
    return next(question.value for question in WORKSHOP.questions if question.number == number)


def _one(inner: str, kind: str = "multichoice", name: str = "Drill") -> str:
    asked = f"<name><text>{name}</text></name><questiontext><text>Which?</text></questiontext>"
    return f'<quiz><question type="{kind}">{asked}{inner}</question></quiz>'


def _read_one(text: str) -> Question:
    (question,) = read(Format.MOODLE_XML, text).questions
    return question


def test_the_workshop_has_nine_questions_of_our_kinds_in_order() -> None:
    assert [(one.number, one.line, one.kind, one.title) for one in WORKSHOP.questions] == [
        (1, 11, "single_choice", "Unplug first"),
        (2, 40, "multiple_choice", "What a workshop needs"),
        (3, 54, "true_false", "Gloves"),
        (4, 65, "short_text", "Name of the tool"),
        (5, 79, "numeric", "Length of wire"),
        (6, 95, "matching", "Tool and use"),
        (7, 107, "ordering", "Before leaving"),
        (8, 124, "open_answer", "Own words"),
        (13, 163, "single_choice", "Formula"),
    ]


def test_what_cannot_be_a_question_here_is_listed_with_its_line_and_the_reason() -> None:
    assert said(WORKSHOP.skipped) == [
        (9, 139, "kind", "A text without a question. Put it into the lesson, or into the quiz's introduction."),
        (10, 145, "kind", "A text with gaps. There is no such kind here."),
        (11, 151, "kind", "Its numbers are drawn by chance. There is no such kind here."),
        (12, 157, "kind", "There is no such kind here (ddmarker)."),
    ]
    assert said(WORKSHOP.notes) == [
        (0, 4, "tags", "What the file says about the category “Repair shop/Safe tools” is left out.")
    ]


def test_a_category_and_tags_become_tags_and_a_competence_is_known() -> None:
    assert WORKSHOP.questions[0].tags == ("repair shop", "safe tools", "lamps")
    assert _value(1)["competence"] == "digcomp:2.2:4.1"


def test_a_choice_keeps_words_feedback_hint_and_clean_html() -> None:
    assert _value(1) == {
        "text": "What comes first when a lamp is repaired?",
        "html": '<p>Look at the <a href="https://example.org/lamp">drawing</a>.</p>',
        "options": [
            {"text": "Pull the plug", "correct": True, "feedback": "Yes.\nAlways."},
            {"text": "Open the case"},
            {"text": "Switch it off", "feedback": "That alone is not enough."},
            {"text": "Cut the wire"},
        ],
        "feedback": "A lamp without a plug in the wall cannot hurt.",
        "hint": "What cannot be seen?",
        "points": 2,
        "competence": "digcomp:2.2:4.1",
    }


def test_every_loss_of_a_choice_is_listed() -> None:
    assert losses(WORKSHOP, 1) == [
        ("text", "The picture “lamp drawing.png” stays behind. Add it by hand."),
        ("text", "Bold, italics and links are left out: here are plain words."),
        ("options", "“Switch it off” gives 50 % of the points in the file. Here it gives none."),
        ("options", "Wrong answers take points away in the file. Here they give none."),
        ("penalty", "A second try at the same question takes points away in the file. Here there is none."),
        ("idnumber", "Its number in the other system is not kept."),
        ("shuffleanswers", "Whether answers are mixed is said on the quiz, not on the question."),
        ("answernumbering", "Numbers or letters before the answers are left out."),
        ("correctfeedback", "Feedback on the whole answer when it is right is left out."),
        ("incorrectfeedback", "Feedback on the whole answer when it is wrong is left out."),
        ("hint", "One hint is kept, the first."),
    ]


def test_several_right_answers_with_equal_weights_give_part_of_the_points() -> None:
    assert (_value(2)["partial"], [option.get("correct", False) for option in _value(2)["options"]]) == (
        True,
        [True, True, True, False],
    )
    assert losses(WORKSHOP, 2) == [
        ("points", "It is worth 1.5000000 in the file. Points are whole here, from 1 to 100: it is worth 2."),
        ("points", FEW_POINTS),
    ]


def test_a_statement_keeps_its_answer_and_feedback() -> None:
    assert _value(3) == {
        "text": "Gloves are worn at the drill.",
        "answer": "false",
        "feedback_true": "A drill catches them.",
        "points": 1,
    }


def test_of_short_answers_those_that_count_whole_are_kept_and_the_others_listed() -> None:
    assert _value(4)["accepted"] == ["adjustable spanner", "5*-spanner"]
    assert (_value(4)["case"], _value(4)["accents"]) == (True, True)
    assert losses(WORKSHOP, 4) == [
        (
            "accepted",
            "Feedback on “adjustable spanner” is left out: this kind of question has none of its own.",
        ),
        ("accepted", "“spanner” gives 80 % of the points in the file. Here it is left out."),
        (
            "accepted",
            "“adjustable*wrench” stands for many answers, by its star. It is left out: write them down.",
        ),
        ("accepted", "Feedback on “*” is left out: this kind of question has none of its own."),
    ]


def test_of_numbers_the_first_that_counts_whole_is_kept_with_its_unit() -> None:
    assert _value(5) | {"text": ""} == {"text": "", "number": "1.55", "tolerance": "0.01", "unit": "m", "points": 1}
    assert losses(WORKSHOP, 5) == [
        ("number", "One right number is taken. “1.6” is left out."),
        ("number", "“1.5” gives 50 % of the points in the file. Here it is left out."),
        ("unit", "The unit “cm” is left out: a question has one."),
        ("unitgradingtype", "Points for the unit are left out: it may be written, and need not."),
    ]


def test_pairs_keep_a_match_that_belongs_to_nothing() -> None:
    assert _value(6) | {"text": ""} == {
        "text": "",
        "options": [{"text": "Saw", "match": "To cut"}, {"text": "Clamp", "match": "To hold"}],
        "others": ["To paint"],
        "partial": True,
        "points": 3,
    }


def test_steps_come_in_the_order_of_their_numbers() -> None:
    assert [option["text"] for option in _value(7)["options"]] == [
        "Put the tools away",
        "Sweep the floor",
        "Turn off the light",
    ]
    assert losses(WORKSHOP, 7) == [
        (
            "partial",
            "Points go by the place of each answer here. In the file they go by another rule "
            "(RELATIVE_NEXT_EXCLUDE_LAST).",
        ),
        ("points", FEW_POINTS),
        ("layouttype", "Answers lie side by side in the file. Here they lie below each other."),
    ]


def test_an_essay_keeps_its_guidance() -> None:
    assert _value(8)["guidance"] == "What was learned from it?"
    assert [field for field, _words in losses(WORKSHOP, 8)] == [
        "text",
        "responseformat",
        "minwordlimit",
        "attachments",
        "responsetemplate",
    ]


def test_formatting_that_means_something_is_not_lost_in_silence() -> None:
    assert losses(WORKSHOP, 13) == [
        ("text", "Formatting that questions here do not have is left out (h4, sub)."),
        ("text", "Colours and sizes of text are left out."),
        ("text", "A formula stands in the text as it was typed."),
    ]


def test_an_element_that_no_rule_knows_is_listed() -> None:
    answers = (
        '<answer fraction="100"><text>a</text><color>red</color></answer><answer fraction="0"><text>b</text></answer>'
    )

    question = _read_one(_one(f"{answers}<feature><x>yes</x></feature><empty/>"))

    assert [note.words % note.values for note in question.losses] == [
        "Not taken over: what the file says in “color”.",
        "Not taken over: what the file says in “feature”.",
    ]


def test_wrong_answers_that_take_all_away_make_all_or_nothing() -> None:
    answers = "".join(
        f'<answer fraction="{percent}"><text>{text}</text></answer>'
        for percent, text in (("50", "a"), ("50", "b"), ("-100", "c"))
    )

    question = _read_one(_one(f"<single>false</single>{answers}"))

    assert (question.kind, "partial" in question.value) == ("multiple_choice", False)
    assert [note.field for note in question.losses] == ["partial"]


def test_a_plugin_that_gives_all_or_nothing_is_known() -> None:
    answers = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'

    question = _read_one(_one(answers, kind="multichoiceset"))

    assert (question.kind, question.value["options"]) == (
        "multiple_choice",
        [{"text": "a", "correct": True}, {"text": "b"}],
    )


@pytest.mark.parametrize(
    ("inner", "kind", "field", "words"),
    [
        ("", "multichoice", "options", "It has no answers."),
        ('<answer fraction="all"><text>a</text></answer>', "multichoice", "options", "“all” is no number."),
        ('<answer fraction="NaN"><text>a</text></answer>', "multichoice", "options", "“NaN” is no number."),
        ('<answer fraction="50"><text>a</text></answer>', "shortanswer", "accepted",
         "It has no answer that is accepted as it stands."),
        ('<answer fraction="100"><text>*</text></answer>', "numerical", "number", "It has no number that is right."),
        ('<answer fraction="100"><text>1e9</text></answer>', "numerical", "", ""),
        ('<answer fraction="100"><text>1e40</text></answer>', "numerical", "number", "“1e40” is no number."),
        ('<answer fraction="100"><text>1</text><tolerance>-1</tolerance></answer>', "numerical", "tolerance",
         "“-1” is no tolerance: it is below 0."),
        ("<subquestion><text>a</text></subquestion>", "matching", "options", "“a” has nothing that belongs to it."),
        ('<answer fraction="1"><text>a</text></answer><answer fraction="1"><text>b</text></answer>', "ordering",
         "options", "The file does not say in which order its answers belong."),
        ('<answer fraction="100"><text>true</text></answer>', "truefalse", "answer",
         "It has not two answers, true and false."),
        ("<answer><text>a <b>b</b></text></answer>", "shortanswer", "accepted",
         "Its text holds bare tags (b). They belong into CDATA."),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_left_out_with_the_reason(inner, kind, field, words) -> None:
    found = read(Format.MOODLE_XML, _one(inner, kind=kind))

    assert [(note.title, note.field, note.words % note.values) for note in found.skipped] == (
        [("Drill", field, words)] if words else []
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<questestinterop/>", "This is XML, but no Moodle XML: it begins with “questestinterop”, not with “quiz”."),
        ("<quiz></quiz>", "There is no question in this file."),
        ("<quiz><question>", "Line 1, column 17: this is no well-formed XML. Nothing was read."),
        ("   ", "The file is empty."),
        ("<quiz>\n\x01</quiz>", "Line 2 holds signs that are in no text file. Is it one?"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_in_words(text, words) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read(Format.MOODLE_XML, text)

    assert refused.value.words % refused.value.values == words


def test_a_thousand_questions_are_read_and_one_more_is_refused() -> None:
    one = '<question type="essay"><questiontext><text>Why?</text></questiontext></question>'

    assert len(read(Format.MOODLE_XML, f"<quiz>{one * 1000}</quiz>").questions) == 1000
    with pytest.raises(FileUnreadable, match="more than"):
        read(Format.MOODLE_XML, f"<quiz>{one * 1001}</quiz>")


def test_what_moodle_will_mark_in_another_way_is_said_before_download() -> None:
    options = [{"text": "a", "correct": True}, {"text": "b", "correct": True}, {"text": "c"}]
    questions = [
        Question("multiple_choice", {"text": "Which?", "options": options, "points": 1}, "Some"),
        Question("short_text", {"text": "Who?", "accepted": ["Zoë"], "points": 1}, "Name"),
    ]

    file = write(Format.MOODLE_XML, questions)

    assert [(note.number, note.title, note.field, note.words) for note in file.losses] == [
        (1, "Some", "partial", "Moodle gives part of the points where only some right answers are chosen."),
        (2, "Name", "accents", "In Moodle accents matter: an answer without them is wrong there."),
    ]
