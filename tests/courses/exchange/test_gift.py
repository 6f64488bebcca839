"""GIFT: what comes in, and that each fault is said with its line and field."""

import pytest

from courses.rules.exchange import FileUnreadable, Format, Question, read, write
from tests.courses.exchange.files import fixture, losses, said

BENCH = fixture(Format.GIFT)
COMMENT = "// a comment\n"


def _value(number):
    return next(question.value for question in BENCH.questions if question.number == number)


def _one(text: str) -> Question:
    (question,) = read(Format.GIFT, text).questions
    return question


def test_the_bench_has_thirteen_questions_in_order() -> None:
    assert [(one.number, one.line, one.kind, one.title) for one in BENCH.questions] == [
        (1, 6, "single_choice", "Which glue: wood"),
        (2, 13, "multiple_choice", "Dry time"),
        (3, 20, "single_choice", "The saw cuts when it is _____ forwards."),
        (4, 22, "true_false", "Sanding goes along the grain."),
        (5, 24, "true_false", "Grit"),
        (6, 26, "short_text", "Glue for leather"),
        (7, 28, "matching", "Pairs"),
        (8, 34, "numeric", "Length"),
        (9, 40, "numeric", "Range"),
        (10, 42, "numeric", "Many"),
        (11, 44, "ordering", "Steps"),
        (12, 50, "open_answer", "Own words"),
        (22, 72, "single_choice", "Escapes"),
    ]


def test_a_question_that_cannot_be_read_names_its_line_and_field() -> None:
    assert said(BENCH.skipped) == [
        (13, 52, "kind", "It has no answers in braces, so it is a text without a question. Put it into the lesson."),
        (14, 54, "options", "The brace “{” is not closed before the next empty line."),
        (15, 58, "options", "“}” closes a brace that was not opened. Write it as “\\}”."),
        (16, 60, "options", "No answer begins with “=” or “~”, and it is neither TRUE nor FALSE."),
        (17, 62, "options", "There is one answer to choose. A question needs two."),
        (18, 64, "options", "A question has one pair of braces. Write others as “\\{” and “\\}”."),
        (19, 66, "options", "“Clamp” has nothing that belongs to it. Write “entry -> match”."),
        (20, 68, "number", "“some” is no number."),
        (21, 70, "number", "“many” is no number."),
    ]


def test_the_line_of_an_unclosed_brace_is_that_of_the_brace() -> None:
    found = read(Format.GIFT, "::Long::First line,\nsecond line,\nthird line {\n=a\n~b\n\nWhy?{}")

    assert [(note.number, note.line) for note in found.skipped] == [(1, 3)]
    assert [one.kind for one in found.questions] == ["open_answer"]


def test_category_and_comments_give_tags() -> None:
    assert BENCH.questions[0].tags == ("bench work", "glue", "wood [soft]")
    assert BENCH.questions[1].tags == ("bench work",)


def test_a_choice_keeps_weights_feedback_and_general_feedback() -> None:
    assert _value(1) == {
        "text": "What holds wood to wood?",
        "options": [
            {"text": "wood glue", "correct": True, "feedback": "Yes: it soaks in."},
            {"text": "paste", "feedback": "Only for paper."},
            {"text": "chewing gum", "feedback": "No."},
        ],
        "feedback": "It needs a night to dry.",
        "points": 1,
    }
    assert losses(BENCH, 1) == [
        ("options", "Bold, italics and links are left out: here are plain words."),
        ("options", "“paste” gives 50 % of the points in the file. Here it gives none."),
        ("idnumber", "Its number in the other system is not kept."),
    ]


def test_each_kind_of_the_bench_is_what_it_says() -> None:
    assert _value(2)["html"] == "<p>Two answers are right.</p>"
    assert [option["text"] for option in _value(2)["options"] if "correct" in option] == [
        "Clamp the parts",
        "Write down the time",
    ]
    assert (_value(4)["answer"], _value(4)["feedback_true"], _value(4)["feedback_false"]) == (
        "true",
        "**Right**, always.",
        "It scratches the wood.",
    )
    assert (_value(5)["answer"], _value(5)["feedback_true"]) == ("false", "Higher is finer.")
    assert _value(6)["accepted"] == ["contact cement", "contact*glue"]
    assert (_value(7)["options"], _value(7)["others"]) == (
        [{"text": "Rasp", "match": "Wood"}, {"text": "File", "match": "Metal"}],
        ["Stone"],
    )
    assert [(_value(number)["number"], _value(number).get("tolerance")) for number in (8, 9, 10)] == [
        ("1.85", "0.05"),
        ("3.5", "0.5"),
        ("2.5", None),
    ]
    assert [option["text"] for option in _value(11)["options"]] == ["Measure", "Mark", "Cut"]
    assert _value(12)["feedback"] == "Nobody marks the handwriting."
    assert _value(22)["text"] == "2 = 1 + 1 {braces} ~ # \\ and a line\nbreak?"
    assert _value(22)["options"][0]["text"] == "yes = true"


def test_every_loss_of_numbers_and_short_answers_is_listed() -> None:
    assert losses(BENCH, 6) == [
        ("accepted", "“cement” gives 60 % of the points in the file. Here it is left out."),
        ("accepted", "Feedback on “c*t” is left out: this kind of question has none of its own."),
        ("accepted", "“c*t” stands for many answers, by its star. It is left out: write them down."),
    ]
    assert losses(BENCH, 8) == [
        ("number", "Feedback on a wrong number is left out: give it as general feedback."),
        ("number", "Feedback on “1.85” is left out: this kind of question has none of its own."),
        ("number", "Feedback on “1.8” is left out: this kind of question has none of its own."),
        ("number", "“1.8” gives 50 % of the points in the file. Here it is left out."),
    ]
    assert losses(BENCH, 10) == [("number", "One right number is taken. “2,50” is left out.")]


def test_a_category_needs_no_empty_line_after_it() -> None:
    question = _one("$CATEGORY: top/Keys\nWhich?{=a ~b}")

    assert (question.tags, question.line, question.value["text"]) == (("keys",), 2, "Which?")


@pytest.mark.parametrize("answer", ["T", "TRUE", "true#", "F#why", "FALSE####because"])
def test_a_statement_is_known_by_its_answer(answer) -> None:
    assert _one(f"It is so.{{{answer}}}").kind == "true_false"


def test_windows_line_ends_and_comments_change_nothing() -> None:
    text = "Which?\n{=a\n~b}"

    assert _one(COMMENT + text).value == _one(text.replace("\n", "\r\n")).value


def test_a_file_without_questions_is_refused() -> None:
    with pytest.raises(FileUnreadable, match="no question"):
        read(Format.GIFT, COMMENT + "\n$CATEGORY: x\n")


def test_what_gift_cannot_carry_is_said_before_download() -> None:
    value = {"text": "How long?", "number": "3", "unit": "m", "points": 2, "hint": "Measure.", "feedback": "Yes."}

    file = write(Format.GIFT, [Question("numeric", value, "Length")])

    assert [(note.number, note.title, note.field, note.words) for note in file.losses] == [
        (1, "Length", "hint", "GIFT has no hints."),
        (1, "Length", "points", "GIFT has no points: each question is worth 1."),
        (1, "Length", "unit", "GIFT has no units."),
    ]
    assert file.text == "::Length:: [plain]How long?{#3:0\n\t####[plain]Yes.\n}\n"


def test_a_question_that_gift_cannot_hold_at_all_is_named() -> None:
    value = {"text": "Which arrow?", "accepted": ["->"], "points": 1}

    file = write(Format.GIFT, [Question("short_text", value, "Arrow")])

    assert [(note.number, note.title, note.field) for note in file.skipped] == [(1, "Arrow", "accepted")]
