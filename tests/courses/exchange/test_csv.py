"""The CSV template: what comes in, and that each fault is said with its row and column."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.exchange import FileUnreadable, Format, csv_template, decoded, read
from courses.rules.exchange.csv_form import guarded, unguarded
from courses.rules.exchange.form import KIND_FIELDS
from tests.courses.exchange.files import fixture, losses, said

SHELF = fixture(Format.CSV)


def _value(number):
    return next(question.value for question in SHELF.questions if question.number == number)


def test_the_shelf_has_a_question_of_every_kind() -> None:
    assert [(one.number, one.line, one.kind, one.title) for one in SHELF.questions] == [
        (1, 2, "single_choice", "Shelf"),
        (2, 3, "multiple_choice", "Load"),
        (3, 4, "true_false", "Level"),
        (4, 5, "ordering", "Mounting"),
        (5, 7, "matching", "Parts"),
        (6, 8, "numeric", "Depth"),
        (7, 9, "short_text", "Tool"),
        (8, 10, "open_answer", "Own shelf"),
        (14, 16, "single_choice", "Stray"),
    ]


def test_a_row_that_cannot_be_read_names_its_line_and_column() -> None:
    kinds = ", ".join(KIND_FIELDS)
    assert said(SHELF.skipped) == [
        (9, 11, "kind", f"“essay” is no kind. The kinds are: {kinds}."),
        (10, 12, "right", "“9” is no number of an answer. There are 2 answers."),
        (11, 13, "right", "“perhaps” is neither true nor false."),
        (12, 14, "number", "“many” is no number."),
        (13, 15, "options", "“match 1” is empty."),
        (15, 17, "case", "“maybe” is neither yes nor no."),
        (16, 18, "kind", f"“” is no kind. The kinds are: {kinds}."),
        (17, 19, "text", "It has no words that ask something."),
    ]
    assert said(SHELF.notes) == [(0, 1, "file", "The column “remark” is not known and is left out.")]


def test_a_row_holds_all_that_a_question_can() -> None:
    assert SHELF.questions[0].tags == ("shelves", "module 1")
    assert _value(1) == {
        "text": "What holds a shelf?",
        "options": [{"text": "Brackets", "feedback": "Yes", "correct": True}, {"text": "Hope", "feedback": "No"}],
        "feedback": "Two are enough.",
        "hint": "Look at the wall.",
        "points": 2,
        "competence": "digcomp:2.2:4.1",
    }
    assert _value(5)["others"] == ["Paints the wall"]
    assert (_value(6)["number"], _value(6)["tolerance"], _value(6)["unit"]) == ("30.5", "0.5", "cm")
    assert (_value(7)["accepted"], _value(7)["case"]) == (["detector", "=wire finder"], True)


def test_every_loss_of_a_row_is_listed() -> None:
    assert losses(SHELF, 2) == [
        ("html", "Formatting that questions here do not have is left out (script)."),
        (
            "points",
            "Points are whole: with fewer of them than right answers, part of an answer may give none. Raise them.",
        ),
    ]
    assert losses(SHELF, 6) == [
        ("points", "It is worth 0.5 in the file. Points are whole here, from 1 to 100: it is worth 1.")
    ]
    assert losses(SHELF, 14) == [
        ("competence", "“none:1:1” is no competence that is known here. Write it like digcomp:2.2:4.1."),
        ("number", "A question of this kind has no “number”: it is left out."),
        ("unit", "A question of this kind has no “unit”: it is left out."),
    ]


def test_the_template_is_read_whole_and_has_every_kind() -> None:
    found = read(Format.CSV, csv_template())

    assert [question.kind for question in found.questions] == list(KIND_FIELDS)
    assert (found.skipped, found.notes) == ((), ())
    assert [question.losses for question in found.questions] == [()] * len(KIND_FIELDS)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_separator_and_encoding_are_found(separator, encoding) -> None:
    table = f"kind{separator}question{separator}answer 1\nshort_text{separator}Où est-ce ?{separator}à côté\n"

    text, guessed = decoded(table.encode(encoding))

    assert read(Format.CSV, text).questions[0].value["accepted"] == ["à côté"]
    assert guessed == ("windows-1252" if encoding == "windows-1252" else "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind;name\n", "The first line must name the columns. “question” is missing. Begin with our template."),
        ("kind;question;Kind\n", "Two columns are called “kind”."),
        ("kind;question\n", "There is no question in this file."),
        (
            'kind;question\nopen_answer;"Why?\n\nno end',
            "From line 2 on, cells cannot be told apart: is each quotation mark closed?",
        ),
        ("kind;question" + ";x" * 200, "The file has more than 200 columns."),
    ],
)
def test_a_file_that_cannot_be_read_says_so_in_words(text, words) -> None:
    with pytest.raises(FileUnreadable) as refused:
        read(Format.CSV, text)

    assert refused.value.words % refused.value.values == words


def test_a_row_with_more_cells_than_columns_is_left_out() -> None:
    found = read(Format.CSV, "kind;question\nopen_answer;Why?;because\n")

    assert [note.words % note.values for note in found.skipped] == [
        "The row has more cells than there are columns: 3 instead of 2."
    ]


@given(st.text(alphabet="'=+-@\t\r＝＋－＠a1,", max_size=8))
def test_no_cell_is_a_formula_and_each_comes_back(text) -> None:
    kept = guarded(text)

    assert unguarded(kept) == text
    assert kept[:1] not in {"=", "@", "\t", "\r", "＝", "＋", "－", "＠"}
    if kept[:1] in {"+", "-"}:
        assert kept[1:].replace(",", "").isdigit()


def test_a_formula_in_a_question_is_written_as_words() -> None:
    assert "'=wire finder" in _written_cells()


def _written_cells() -> list[str]:
    from courses.rules.exchange import write

    return [cell for row in csv.reader(io.StringIO(write(Format.CSV, SHELF.questions).text)) for cell in row]
