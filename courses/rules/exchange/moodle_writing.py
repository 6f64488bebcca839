"""Moodle XML out: what Moodle 4.5 reads. Two elements are our own (`partial`, `accents`): Moodle passes over them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.building import share
from courses.rules.exchange.form import Note, Notes, Question, WrittenFile
from courses.rules.exchange.texts import html_of_words, needs_html

_TYPES: Mapping[str, str] = {
    "single_choice": "multichoice",
    "multiple_choice": "multichoice",
    "true_false": "truefalse",
    "ordering": "ordering",
    "matching": "matching",
    "numeric": "numerical",
    "short_text": "shortanswer",
    "open_answer": "essay",
}


def write_moodle(questions: Iterable[Question]) -> WrittenFile:
    """Return a Moodle XML file of the questions, and what of them Moodle will not know."""
    parts: list[str] = []
    losses: list[Note] = []
    for number, question in enumerate(questions, start=1):
        notes = Notes(number)
        notes.title = question.title
        parts.append(_question(question, notes))
        losses += notes.said()
    return WrittenFile('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "".join(parts) + "</quiz>\n", tuple(losses))


def _question(question: Question, notes: Notes) -> str:
    value = question.value
    asked = (value["text"], "plain_text")
    if needs_html(value):
        asked = (html_of_words(value["text"]) + value.get("html", ""), "html")
    labels = [*question.tags, *([value["competence"]] if "competence" in value else [])]
    rows = [
        f"  <question type={quoteattr(_TYPES[question.kind])}>",
        f"    <name>{_text(question.title)}</name>",
        _formed("questiontext", *asked),
        _formed("generalfeedback", value.get("feedback", "")),
        f"    <defaultgrade>{value['points']}</defaultgrade>",
        "    <penalty>0</penalty>",
        "    <hidden>0</hidden>",
        *_WRITERS[question.kind](value, notes),
        *([_formed("hint", value["hint"])] if "hint" in value else []),
    ]
    if labels:
        rows += ["    <tags>", *(f"      <tag>{_text(label)}</tag>" for label in labels), "    </tags>"]
    return "\n".join([*rows, "  </question>", ""])


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _formed(element: str, text: str, form: str = "plain_text") -> str:
    return f"    <{element} format={quoteattr(form)}>{_text(text)}</{element}>"


def _answer(text: str, percent: str, feedback: str = "", more: str = "") -> str:
    said = f'<feedback format="plain_text">{_text(feedback)}</feedback>'
    return f'    <answer fraction="{percent}" format="plain_text">{_text(text)}{said}{more}</answer>'


def _single(value: Mapping[str, Any], notes: Notes) -> list[str]:
    return [
        "    <single>true</single>",
        *(
            _answer(option.get("text", ""), "100" if option.get("correct") else "0", option.get("feedback", ""))
            for option in value.get("options", ())
        ),
    ]


def _multiple(value: Mapping[str, Any], notes: Notes) -> list[str]:
    options = value.get("options", ())
    right = share(max(1, sum(1 for option in options if option.get("correct"))))
    partial = bool(value.get("partial"))
    if not partial:
        notes.add("partial", gettext_noop("Moodle gives part of the points where only some right answers are chosen."))
    wrong = f"-{right}" if partial else "-100"
    return [
        "    <single>false</single>",
        f"    <partial>{int(partial)}</partial>",
        *(
            _answer(option.get("text", ""), right if option.get("correct") else wrong, option.get("feedback", ""))
            for option in options
        ),
    ]


def _true_false(value: Mapping[str, Any], notes: Notes) -> list[str]:
    return [
        _answer(name, "100" if value.get("answer") == name else "0", value.get(f"feedback_{name}", ""))
        for name in ("true", "false")
    ]


def _ordering(value: Mapping[str, Any], notes: Notes) -> list[str]:
    rule = "ABSOLUTE_POSITION" if value.get("partial") else "ALL_OR_NOTHING"
    return [
        "    <layouttype>VERTICAL</layouttype>",
        "    <selecttype>ALL</selecttype>",
        "    <selectcount>0</selectcount>",
        f"    <gradingtype>{rule}</gradingtype>",
        "    <showgrading>SHOW</showgrading>",
        "    <numberingstyle>none</numberingstyle>",
        *(
            _answer(option.get("text", ""), str(place), option.get("feedback", ""))
            for place, option in enumerate(value.get("options", ()), start=1)
        ),
    ]


def _matching(value: Mapping[str, Any], notes: Notes) -> list[str]:
    options = value.get("options", ())
    if any(option.get("feedback") for option in options):
        notes.add("options", gettext_noop("Feedback on single entries is not kept."))
    if not value.get("partial"):
        notes.add("partial", gettext_noop("Moodle gives part of the points for each right pair."))
    pairs = [(option.get("text", ""), option.get("match", "")) for option in options]
    pairs += [("", other) for other in value.get("others", ())]
    return [
        f"    <partial>{int(bool(value.get('partial')))}</partial>",
        *(
            f'    <subquestion format="plain_text">{_text(text)}<answer>{_text(match)}</answer></subquestion>'
            for text, match in pairs
        ),
    ]


def _numeric(value: Mapping[str, Any], notes: Notes) -> list[str]:
    tolerance = f"<tolerance>{value.get('tolerance', '0')}</tolerance>"
    rows = [_answer(str(value.get("number", "")), "100", more=tolerance)]
    if "unit" in value:
        unit = f"<unit><multiplier>1</multiplier><unit_name>{escape(value['unit'])}</unit_name></unit>"
        rows += [
            f"    <units>{unit}</units>",
            "    <unitgradingtype>0</unitgradingtype>",
            "    <showunits>0</showunits>",
        ]
    return rows


def _short_text(value: Mapping[str, Any], notes: Notes) -> list[str]:
    if not value.get("accents"):
        notes.add("accents", gettext_noop("In Moodle accents matter: an answer without them is wrong there."))
    return [
        f"    <usecase>{int(bool(value.get('case')))}</usecase>",
        f"    <accents>{int(bool(value.get('accents')))}</accents>",
        *(_answer(text.replace("*", "\\*"), "100") for text in value.get("accepted", ())),
    ]


def _open_answer(value: Mapping[str, Any], notes: Notes) -> list[str]:
    rows = ["    <responseformat>plain</responseformat>", "    <attachments>0</attachments>"]
    return [*rows, _formed("graderinfo", value["guidance"])] if "guidance" in value else rows


_WRITERS: Mapping[str, Callable[[Mapping[str, Any], Notes], list[str]]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "ordering": _ordering,
    "matching": _matching,
    "numeric": _numeric,
    "short_text": _short_text,
    "open_answer": _open_answer,
}
