"""CSV out, and the template to fill in."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.csv_form import ANSWERS_SHOWN, CLOSING, COLUMNS, EXAMPLES, MOST_ANSWERS, NUMBERED, guarded
from courses.rules.exchange.form import Note, Notes, Question, WrittenFile, joined_tags


def write_csv(questions: Iterable[Question]) -> WrittenFile:
    """Return a CSV file of the questions. It begins with the mark by which spreadsheets know UTF-8."""
    losses: list[Note] = []
    rows: list[Mapping[str, str]] = []
    for number, question in enumerate(questions, start=1):
        notes = Notes(number)
        notes.title = question.title
        rows.append(_row(question, notes))
        losses += notes.said()
    return WrittenFile(_file(rows), tuple(losses))


def csv_template() -> str:
    """Return the template: a row of each kind, to be written over."""
    return _file(EXAMPLES)


def _file(rows: Iterable[Mapping[str, str]]) -> str:
    rows = list(rows)
    found = (NUMBERED.fullmatch(name) for row in rows for name in row)
    most = max([ANSWERS_SHOWN, *(int(column[2]) for column in found if column)])
    numbered = [f"{column} {number}" for number in range(1, most + 1) for column in ("answer", "match", "feedback")]
    written = io.StringIO()
    table = csv.DictWriter(written, [*COLUMNS, *numbered, *CLOSING], restval="", lineterminator="\r\n")
    table.writeheader()
    table.writerows({name: guarded(cell) for name, cell in row.items()} for row in rows)
    return f"\ufeff{written.getvalue()}"


def _row(question: Question, notes: Notes) -> dict[str, str]:
    value = question.value
    row = {
        "kind": question.kind,
        "name": question.title,
        "tags": joined_tags(question.tags),
        "question": value["text"],
        "more": value.get("html", ""),
        "right": _right(question),
        "points": str(value["points"]),
        **{name: value.get(name, "") for name in ("feedback", "hint", "competence", "guidance", "unit")},
        **{name: str(value.get(name, "")) for name in ("number", "tolerance")},
        **{name: "yes" if value.get(name) else "" for name in ("partial", "case", "accents")},
    }
    options: list[dict[str, Any]] = [*value.get("options", ())]
    options += [{"text": text} for text in value.get("accepted", ())]
    options += [{"match": other} for other in value.get("others", ())]
    if question.kind == "true_false":
        options = [{"feedback": value.get(f"feedback_{name}", "")} for name in ("true", "false")]
    if len(options) > MOST_ANSWERS:
        notes.add("options", gettext_noop("There is room for %(most)s answers."), most=MOST_ANSWERS)
    for number, option in enumerate(options[:MOST_ANSWERS], start=1):
        for column, name in (("answer", "text"), ("match", "match"), ("feedback", "feedback")):
            if option.get(name):
                row[f"{column} {number}"] = option[name]
    return {name: cell for name, cell in row.items() if cell}


def _right(question: Question) -> str:
    if question.kind == "true_false":
        return str(question.value.get("answer", ""))
    if question.kind not in ("single_choice", "multiple_choice"):
        return ""
    options = question.value.get("options", ())
    return ", ".join(str(place) for place, option in enumerate(options, start=1) if option.get("correct"))
