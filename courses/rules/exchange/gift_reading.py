"""GIFT in (https://docs.moodle.org/en/GIFT_format, and what Moodle 4.5 itself reads and writes)."""

import re
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange import building
from courses.rules.exchange.building import Weighted
from courses.rules.exchange.form import (
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
from courses.rules.exchange.gift_splitting import Cut, Part, cut, split, unescaped
from courses.rules.exchange.texts import line, plain_words, question_words

_FORM = re.compile(r"\s*\[(html|plain|markdown|moodle)\]")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]{0,8})?)%")
_TRUE, _FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})
_ALL_OR_NOTHING = frozenset({"ALL_OR_NOTHING", "ALL-OR-NOTHING"})
_BY_PLACE = frozenset({"ABSOLUTE_POSITION", "ABSOLUTE", "ABS"})


def read_gift(text: str) -> ReadFile:
    """Return what a GIFT file holds.

    :raises FileUnreadable: if there is no question in it, or more than 1,000.
    """
    questions: list[Question] = []
    skipped: list[Note] = []
    category: list[str] = []
    number = 0
    for part in split(text):
        if part.category is not None:
            category = building.category_tags(part.category)
            continue
        number += 1
        if number > MOST_QUESTIONS:
            raise too_many()
        notes = Notes(number, part.line)
        try:
            questions.append(_question(part, category, notes))
        except Skip as skip:
            skipped.append(notes.skipped(skip))
    if not number:
        raise FileUnreadable(gettext_noop("There is no question in this file."))
    return ReadFile(tuple(questions), tuple(skipped))


def _question(part: Part, category: list[str], notes: Notes) -> Question:
    pieces = cut(part)
    notes.title = line(unescaped(pieces.title))[:160]
    words, form = _formed(pieces.words, "auto")
    text, html = question_words(words, form, notes)
    if pieces.answers is None:
        raise Skip(
            "kind",
            gettext_noop("It has no answers in braces, so it is a text without a question. Put it into the lesson."),
        )
    if not text:
        raise Skip("text", gettext_noop("It has no words that ask something."))
    value: dict[str, Any] = {"text": text} | ({"html": html} if html else {})
    kind, fields = _answers(pieces, form, notes)
    value |= fields
    feedback = _words(pieces.feedback, form, "feedback", notes)
    value |= ({"feedback": feedback} if feedback else {}) | {"points": 1}
    building.note_few_points(value, building.parts_of(kind, value), notes)
    labels, competence = building.tags_and_competence(part.tags)
    if competence:
        value["competence"] = competence
    if part.has_id:
        notes.add("idnumber", gettext_noop("Its number in the other system is not kept."))
    tags = kept_tags([*category, *labels], notes)
    title = kept_title(unescaped(pieces.title), text, notes)
    return Question(kind, value, title, tags, notes.number, notes.line, notes.said())


def _answers(pieces: Cut, form: str, notes: Notes) -> tuple[str, dict[str, Any]]:
    answers = (pieces.answers or "").strip()
    at = pieces.answers_line
    if not answers:
        return "open_answer", {}
    if answers.startswith("#"):
        return "numeric", _numeric(answers[1:], form, notes)
    if answers.startswith(">"):
        return "ordering", _ordering(answers[1:], at)
    if "~" in answers:
        return _choice(answers, form, at, notes)
    if "=" in answers and "->" in answers:
        return "matching", _matching(answers, form, at, notes)
    if answers.partition("#")[0].strip().upper() in _TRUE | _FALSE:
        return "true_false", _true_false(answers, form, notes)
    if "=" not in answers:
        words = gettext_noop("No answer begins with “=” or “~”, and it is neither TRUE nor FALSE.")
        raise Skip("options", words, line=at)
    weighted = [_weighted(entry, form, "accepted", notes, default=100) for entry in _entries(answers, "=")]
    return "short_text", building.short_text(weighted, notes=notes, case=False, accents=True)


def _choice(answers: str, form: str, at: int, notes: Notes) -> tuple[str, dict[str, Any]]:
    takes_several = "=" not in answers
    weighted = []
    for entry in _entries(answers.replace("=", "~="), "~"):
        is_right = entry.startswith("=")
        weighted.append(_weighted(entry.removeprefix("="), form, "options", notes, default=100 if is_right else 0))
    if len(weighted) < 2:
        words = gettext_noop("There is one answer to choose. A question needs two.")
        raise Skip("options", words, line=at)
    if takes_several and not any(answer.percent > 0 for answer in weighted):
        raise Skip("options", gettext_noop("No answer is marked as right."), line=at)
    return building.choice(weighted, takes_several=takes_several, notes=notes)


def _true_false(answers: str, form: str, notes: Notes) -> dict[str, Any]:
    said, *feedback = answers.split("#", 2)
    is_true = said.strip().upper() in _TRUE
    wrong, right = (_words(text, form, "answer", notes) for text in [*feedback, "", ""][:2])
    fields = {"answer": "true" if is_true else "false"}
    on_true, on_false = (right, wrong) if is_true else (wrong, right)
    return fields | ({"feedback_true": on_true} if on_true else {}) | ({"feedback_false": on_false} if on_false else {})


def _matching(answers: str, form: str, at: int, notes: Notes) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    others: list[str] = []
    for entry in _entries(answers, "="):
        asked, arrow, match = entry.partition("->")
        if not arrow or not match.strip():
            words = gettext_noop("“%(entry)s” has nothing that belongs to it. Write “entry -> match”.")
            raise Skip("options", words, line=at, entry=line(unescaped(entry))[:80])
        text, kept = line(_words(asked, form, "options", notes)), line(unescaped(match))
        if text:
            options.append({"text": text, "match": kept})
        else:
            others.append(kept)
    if len(options) < 2:
        words = gettext_noop("There is one entry to match. A question needs two.")
        raise Skip("options", words, line=at)
    matched = {option["match"] for option in options}
    left = [other for other in dict.fromkeys(others) if other not in matched]
    return {"options": options, **({"others": left} if left else {}), "partial": True}


def _ordering(answers: str, at: int) -> dict[str, Any]:
    head, *rest = answers.split("\n")
    steps = [line(unescaped(step)) for step in rest if step.strip()]
    if len(steps) < 2:
        words = gettext_noop("There is one step to put in order. A question needs two, a line each.")
        raise Skip("options", words, line=at)
    rules = {word.upper() for word in head.split()}
    partial = {} if rules & _ALL_OR_NOTHING else {"partial": True}
    return {"options": [{"text": step} for step in steps], **partial}


def _numeric(answers: str, form: str, notes: Notes) -> dict[str, Any]:
    answers, tilde, wrong = answers.partition("~")
    if tilde and line(wrong.strip().removeprefix("#")):
        notes.add("number", gettext_noop("Feedback on a wrong number is left out: give it as general feedback."))
    weighted = []
    for entry in _entries(answers, "="):
        answer = _weighted(entry, form, "number", notes, default=100)
        number, tolerance = answer.text, "0"
        low, dots, high = number.partition("..")
        if dots:
            number, tolerance = _middle(low, high)
        elif ":" in number:
            number, _colon, tolerance = number.partition(":")
        weighted.append(Weighted(number.strip(), answer.percent, answer.feedback, tolerance.strip()))
    if not weighted:
        raise Skip("number", gettext_noop("It has no number that is right."))
    return building.numeric(weighted, notes=notes)


def _middle(low: str, high: str) -> tuple[str, str]:
    """Return the number in the middle of a range, and how far it is to its ends."""
    least, most = building.decimal_of(low), building.decimal_of(high)
    if least is None or most is None:
        raise Skip("number", gettext_noop("“%(text)s” is no number."), text=f"{low}..{high}".strip()[:40])
    least, most = min(least, most), max(least, most)
    return f"{(least + most) / 2:f}", f"{(most - least) / 2:f}"


def _entries(answers: str, sign: str) -> list[str]:
    entries = [entry.strip() for entry in answers.split(sign)]
    return entries if entries[0] else entries[1:]


def _weighted(entry: str, form: str, field: str, notes: Notes, *, default: int) -> Weighted:
    weight = _WEIGHT.match(entry)
    percent = building.percent_of(weight[1] if weight else str(default), field=field)
    said, _hash, feedback = (entry[weight.end() :] if weight else entry).partition("#")
    is_choice = field == "options"
    text = _words(said, form, field, notes) if is_choice else unescaped(_formed(said, form)[0]).strip()
    return Weighted(text, percent, _words(feedback, form, field, notes))


def _formed(text: str, form: str) -> tuple[str, str]:
    """Return a text without the mark of its form, and its form: its own, else that of the question."""
    named = _FORM.match(text)
    if named is None:
        return unescaped(text.strip()), form
    own = "auto" if named[1] == "moodle" else named[1]
    return unescaped(text[named.end() :].strip()), own


def _words(text: str, form: str, field: str, notes: Notes) -> str:
    said, own = _formed(text, form)
    return plain_words(said, own, field, notes)
