"""CSV in: the columns of our template, in any order, with semicolons, commas or tabs between them."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange import building
from courses.rules.exchange.csv_form import CLOSING, COLUMNS, MOST_COLUMNS, NUMBERED, SEPARATORS, unguarded
from courses.rules.exchange.form import (
    KIND_FIELDS,
    MOST_QUESTIONS,
    FileUnreadable,
    Note,
    Notes,
    Question,
    ReadFile,
    Skip,
    kept_tags,
    kept_title,
    too_many,
)
from courses.rules.exchange.texts import MOST_TEXT, STAYS_PLAIN, clean, html_of_words, line, lines, plain_words

_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})
_NEEDED = ("kind", "question")
_OF_KINDS: Mapping[str, str] = {
    "partial": "partial",
    "number": "number",
    "tolerance": "tolerance",
    "unit": "unit",
    "case": "case",
    "accents": "accents",
    "guidance": "guidance",
}
Row = Mapping[str, str]


def read_csv(text: str) -> ReadFile:
    """Return what a CSV file holds.

    :raises FileUnreadable: if its first line does not name the columns, or a quotation mark is not closed, or there are
        more than 1,000 questions.
    """
    table = csv.reader(io.StringIO(text), delimiter=_separator(text), strict=True)
    questions: list[Question] = []
    skipped: list[Note] = []
    notes: list[Note] = []
    number = 0
    before = 0
    try:
        names = _names(next(table), notes)
        before = table.line_num
        for cells in table:
            begin, before = before + 1, table.line_num
            if not any(cell.strip() for cell in cells):
                continue
            number += 1
            if number > MOST_QUESTIONS:
                raise too_many()
            said = Notes(number, begin)
            try:
                questions.append(_question(_row(names, cells), said))
            except Skip as skip:
                skipped.append(said.skipped(skip))
    except csv.Error as error:
        raise FileUnreadable(
            gettext_noop("From line %(line)s on, cells cannot be told apart: is each quotation mark closed?"),
            line=before + 1,
        ) from error
    if not number:
        raise FileUnreadable(gettext_noop("There is no question in this file."))
    return ReadFile(tuple(questions), tuple(skipped), tuple(notes))


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(SEPARATORS, key=head.count)


def _names(cells: list[str], notes: list[Note]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise FileUnreadable(gettext_noop("The file has more than %(most)s columns."), most=MOST_COLUMNS)
    names = [_name(cell) for cell in cells]
    known = {*COLUMNS, *CLOSING}
    for name in dict.fromkeys(name for name in names if name):
        if names.count(name) > 1:
            raise FileUnreadable(gettext_noop("Two columns are called “%(column)s”."), column=name[:60])
        if name not in known and not NUMBERED.fullmatch(name):
            words = gettext_noop("The column “%(column)s” is not known and is left out.")
            notes.append(Note("file", words, {"column": name[:60]}, line=1))
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise FileUnreadable(
            gettext_noop("The first line must name the columns. “%(column)s” is missing. Begin with our template."),
            column=missing[0],
        )
    return names


def _name(cell: str) -> str:
    name = line(cell.lower().replace("_", " "))
    numbered = NUMBERED.fullmatch(name)
    return f"{numbered[1]} {numbered[2]}" if numbered else name


def _row(names: list[str], cells: list[str]) -> Row:
    if any(cell.strip() for cell in cells[len(names) :]):
        words = gettext_noop("The row has more cells than there are columns: %(cells)s instead of %(columns)s.")
        raise Skip("file", words, cells=len(cells), columns=len(names))
    row = {name: unguarded(cell.strip("\ufeff")) for name, cell in zip(names, cells, strict=False) if name}
    for name, cell in row.items():
        if len(cell) > MOST_TEXT:
            raise Skip(name, gettext_noop("A text is longer than %(most)s characters."), most=MOST_TEXT)
    return row


def _question(row: Row, notes: Notes) -> Question:
    kind = line(row.get("kind", "").lower()).replace(" ", "_").replace("-", "_")
    notes.title = line(row.get("name", ""))[:160]
    if kind not in KIND_FIELDS:
        words = gettext_noop("“%(kind)s” is no kind. The kinds are: %(kinds)s.")
        raise Skip("kind", words, kind=kind[:60], kinds=", ".join(KIND_FIELDS))
    text = lines(row.get("question", ""))
    if not text:
        raise Skip("text", gettext_noop("It has no words that ask something."))
    value: dict[str, Any] = {"text": text}
    html = row.get("more", "")
    if html.strip():
        plain_words(html, "auto", "html", lost := Notes(notes.number, notes.line))
        for note in lost.said():
            if note.words != STAYS_PLAIN:
                notes.add("html", note.words, **note.values)
        value["html"] = clean(html) if "<" in html or "\n" not in html.strip() else html_of_words(lines(html))
    value |= _fields(kind, row, notes)
    for name in ("feedback", "hint"):
        if lines(row.get(name, "")):
            value[name] = lines(row[name])
    value["points"] = building.whole_points(row.get("points", ""), notes)
    building.note_few_points(value, building.parts_of(kind, value), notes)
    named = line(row.get("competence", ""))
    _nothing, competence = building.tags_and_competence([named])
    if competence:
        value["competence"] = competence
    elif named:
        words = gettext_noop("“%(competence)s” is no competence that is known here. Write it like digcomp:2.2:4.1.")
        notes.add("competence", words, competence=named[:60])
    _note_strangers(kind, row, notes)
    tags = kept_tags([row.get("tags", "")], notes)
    title = kept_title(row.get("name", ""), text, notes)
    return Question(kind, value, title, tags, notes.number, notes.line, notes.said())


def _fields(kind: str, row: Row, notes: Notes) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    options = _options(row)
    if kind in ("single_choice", "multiple_choice"):
        right = _right(row, len(options))
        fields["options"] = [
            {name: option[name] for name in ("text", "feedback") if name in option}
            | ({"correct": True} if place in right else {})
            for place, option in enumerate(options, start=1)
        ]
    elif kind == "true_false":
        fields |= _true_false(row)
    elif kind == "ordering":
        fields["options"] = [
            {name: option[name] for name in ("text", "feedback") if name in option} for option in options
        ]
    elif kind == "matching":
        fields |= _matching(options)
    elif kind == "numeric":
        fields |= _numeric(row)
    elif kind == "short_text":
        accepted = list(dict.fromkeys(option["text"] for option in options if "text" in option))
        if not accepted:
            raise Skip("accepted", gettext_noop("It needs an accepted answer, in the column “answer 1”."))
        fields["accepted"] = accepted
    for name in ("guidance", "unit"):
        kept = (lines if name == "guidance" else line)(row.get(name, ""))
        if name in KIND_FIELDS[kind] and kept:
            fields[name] = kept
    return fields | {name: True for name in ("partial", "case", "accents") if _flag(kind, name, row)}


def _flag(kind: str, name: str, row: Row) -> bool:
    said = line(row.get(name, "").lower())
    if name not in KIND_FIELDS[kind]:
        return False
    if said not in _YES | _NO:
        raise Skip(name, gettext_noop("“%(text)s” is neither yes nor no."), text=said[:40])
    return said in _YES


def _options(row: Row) -> list[dict[str, str]]:
    """Return what the numbered columns say, up to the last that says something."""
    found: dict[int, dict[str, str]] = {}
    fields = {"answer": "text", "match": "match", "feedback": "feedback"}
    for name, cell in row.items():
        numbered = NUMBERED.fullmatch(name)
        if numbered:
            kept = lines(cell) if numbered[1] == "feedback" else line(cell)
            if kept:
                found.setdefault(int(numbered[2]), {})[fields[numbered[1]]] = kept
    return [found.get(number, {}) for number in range(1, max(found, default=0) + 1)]


def _right(row: Row, count: int) -> set[int]:
    right: set[int] = set()
    for said in line(row.get("right", "").replace(",", " ").replace(";", " ").replace("+", " ")).split():
        if not (said.isascii() and said.isdigit() and len(said) < 3 and 1 <= int(said) <= count):
            words = gettext_noop("“%(text)s” is no number of an answer. There are %(count)s answers.")
            raise Skip("right", words, text=said[:40], count=count)
        right.add(int(said))
    return right


def _true_false(row: Row) -> dict[str, Any]:
    said = line(row.get("right", "").lower())
    answer = {"true": "true", "t": "true", "false": "false", "f": "false"}.get(said)
    if answer is None:
        raise Skip("right", gettext_noop("“%(text)s” is neither true nor false."), text=said[:40])
    said_of = {"feedback_true": lines(row.get("feedback 1", "")), "feedback_false": lines(row.get("feedback 2", ""))}
    return {"answer": answer} | {name: words for name, words in said_of.items() if words}


def _matching(options: list[dict[str, str]]) -> dict[str, Any]:
    pairs: list[dict[str, str]] = []
    others: list[str] = []
    for number, option in enumerate(options, start=1):
        if "text" in option and "match" not in option:
            raise Skip("options", gettext_noop("“match %(number)s” is empty."), number=number)
        if "text" in option:
            pairs.append(option)
        elif "match" in option:
            others.append(option["match"])
    matched = {pair["match"] for pair in pairs}
    left = [other for other in dict.fromkeys(others) if other not in matched]
    return {"options": pairs} | ({"others": left} if left else {})


def _numeric(row: Row) -> dict[str, Any]:
    number = building.stored_number(row.get("number", ""), "number")
    tolerance = building.stored_number(row.get("tolerance", "").strip() or "0", "tolerance")
    if tolerance.startswith("-"):
        raise Skip("tolerance", gettext_noop("“%(text)s” is no tolerance: it is below 0."), text=tolerance)
    return {"number": number} | ({"tolerance": tolerance} if tolerance != "0" else {})


def _note_strangers(kind: str, row: Row, notes: Notes) -> None:
    """Note what stands in columns that a question of this kind does not have."""
    has_options = kind in ("single_choice", "multiple_choice", "ordering", "matching", "short_text")
    for name, cell in row.items():
        numbered = NUMBERED.fullmatch(name)
        if not cell.strip():
            continue
        if numbered:
            is_known = {
                "answer": has_options,
                "match": kind == "matching",
                "feedback": (has_options and kind != "short_text") or (kind == "true_false" and int(numbered[2]) < 3),
            }[numbered[1]]
        elif name == "right":
            is_known = kind in ("single_choice", "multiple_choice", "true_false")
        else:
            is_known = name not in _OF_KINDS or _OF_KINDS[name] in KIND_FIELDS[kind]
        if not is_known:
            words = gettext_noop("A question of this kind has no “%(column)s”: it is left out.")
            notes.add(name, words, column=name)
