"""GIFT out: what Moodle 4.5 reads, ordering included."""

from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.building import share
from courses.rules.exchange.form import KIND_FIELDS, SHARED_FIELDS, Note, Notes, Question, Skip, WrittenFile
from courses.rules.exchange.gift_splitting import escaped
from courses.rules.exchange.texts import html_of_words, needs_html

_CANNOT: Mapping[str, str] = {
    "points": gettext_noop("GIFT has no points: each question is worth 1."),
    "hint": gettext_noop("GIFT has no hints."),
    "unit": gettext_noop("GIFT has no units."),
    "guidance": gettext_noop("GIFT has no guidance for who marks."),
    "case": gettext_noop("In GIFT capital letters never matter."),
    "accents": gettext_noop("In GIFT accents always matter."),
    "partial": gettext_noop("GIFT has another rule for part of the points."),
}
_NOTHING_BETWEEN = gettext_noop("Other programs give part of the points where only some right answers are chosen.")


def write_gift(questions: Iterable[Question]) -> WrittenFile:
    """Return a GIFT file of the questions, and what of them is not in it."""
    texts: list[str] = []
    losses: list[Note] = []
    skipped: list[Note] = []
    for number, question in enumerate(questions, start=1):
        notes = Notes(number)
        notes.title = question.title
        try:
            texts.append(_question(question, notes))
        except Skip as skip:
            skipped.append(notes.skipped(skip))
        else:
            losses += notes.said()
    return WrittenFile("\n\n".join(texts) + "\n", tuple(losses), tuple(skipped))


def _question(question: Question, notes: Notes) -> str:
    value = question.value
    if needs_html(value):
        words = "[html]" + escaped(html_of_words(value["text"]) + value.get("html", ""))
    else:
        words = "[plain]" + escaped(value["text"])
    answers = _WRITERS[question.kind](value, notes)
    feedback = f"\t####[plain]{escaped(value['feedback'])}\n" if value.get("feedback") else ""
    _note_lost(question.kind, value, notes)
    labels = [*question.tags, *([value["competence"]] if "competence" in value else [])]
    tags = "// " + " ".join(f"[tag:{_tag(label, notes)}]" for label in labels) + "\n" if labels else ""
    # A space between name and words: three colons in a row would be read as the end of a name and a colon.
    return f"{tags}::{escaped(question.title)}:: {words}{{{answers}{feedback}}}"


def _tag(label: str, notes: Notes) -> str:
    kept = "".join(sign for sign in label if sign not in "<>`\\")
    if kept != label:
        notes.add("tags", gettext_noop("The tag “%(tag)s” holds signs that GIFT does not allow."), tag=label)
    return kept.replace("]", "\\]")


def _note_lost(kind: str, value: Mapping[str, Any], notes: Notes) -> None:
    for name in sorted((SHARED_FIELDS | KIND_FIELDS[kind]) & _CANNOT.keys()):
        if name == "points":
            is_lost = value["points"] != 1
        elif name == "accents":  # what we leave out is what the format always has
            is_lost = not value.get("accents")
        elif name == "partial":
            is_lost = _is_another_rule(kind, value)
        else:
            is_lost = name in value
        if is_lost:
            notes.add(name, _CANNOT[name])


def _is_another_rule(kind: str, value: Mapping[str, Any]) -> bool:
    if kind == "matching":
        return "partial" not in value
    if kind != "multiple_choice":
        return False
    right = sum(1 for option in value.get("options", ()) if option.get("correct"))
    is_certain = right > 1 if "partial" in value else right < len(value.get("options", ()))
    return not is_certain


def _feedback(text: str) -> str:
    return f"#[plain]{escaped(text)}" if text else ""


def _single(value: Mapping[str, Any], notes: Notes) -> str:
    rows = [
        f"\t{'=' if option.get('correct') else '~'}[plain]{escaped(option.get('text', ''))}"
        f"{_feedback(option.get('feedback', ''))}\n"
        for option in value.get("options", ())
    ]
    if sum(1 for option in value.get("options", ()) if option.get("correct")) != 1 or len(rows) < 2:
        raise Skip("options", gettext_noop("It has not one right answer among at least two."))
    return "\n" + "".join(rows)


def _multiple(value: Mapping[str, Any], notes: Notes) -> str:
    options = value.get("options", ())
    right = sum(1 for option in options if option.get("correct"))
    if not right or len(options) < 2:
        raise Skip("options", gettext_noop("It has no right answer among at least two."))
    wrong = share(right) if value.get("partial") else "100"
    if not value.get("partial"):
        notes.add("marking", _NOTHING_BETWEEN)
    return "\n" + "".join(
        f"\t~%{share(right) if option.get('correct') else f'-{wrong}'}%[plain]{escaped(option.get('text', ''))}"
        f"{_feedback(option.get('feedback', ''))}\n"
        for option in options
    )


def _true_false(value: Mapping[str, Any], notes: Notes) -> str:
    answer = value.get("answer")
    if answer not in ("true", "false"):
        raise Skip("answer", gettext_noop("It does not say whether it is true or false."))
    right = value.get(f"feedback_{answer}", "")
    wrong = value.get("feedback_false" if answer == "true" else "feedback_true", "")
    said = (f"#[plain]{escaped(wrong)}" if wrong else "#") if wrong or right else ""
    return f"{answer.upper()}{said}{_feedback(right)}\n"


def _matching(value: Mapping[str, Any], notes: Notes) -> str:
    options = value.get("options", ())
    if len(options) < 2 or not all(option.get("match") and option.get("text") for option in options):
        raise Skip("options", gettext_noop("It has no two entries with what belongs to them."))
    _note_answer_feedback(options, notes)
    rows = [f"\t={_arrowless(option['text'])} -> {escaped(option['match'])}\n" for option in options]
    rows += [f"\t= -> {escaped(other)}\n" for other in value.get("others", ())]
    return "\n" + "".join(rows)


def _arrowless(text: str) -> str:
    """Return an entry that is not cut at an arrow in it."""
    if "->" not in text:
        return f"[plain]{escaped(text)}"
    return "[html]" + escaped(escape(text, quote=False))


def _ordering(value: Mapping[str, Any], notes: Notes) -> str:
    options = value.get("options", ())
    if len(options) < 2 or not all(option.get("text") for option in options):
        raise Skip("options", gettext_noop("It has no two steps to put in order."))
    _note_answer_feedback(options, notes)
    if any(option["text"].startswith("//") for option in options):
        raise Skip("options", gettext_noop("A step begins with “//”, which is a comment in GIFT."))
    if "feedback" in value and options[-1]["text"].startswith("####"):
        raise Skip("options", gettext_noop("A step begins with “####”, which is feedback in GIFT."))
    rule = "ABSOLUTE_POSITION" if value.get("partial") else "ALL_OR_NOTHING"
    head = f">{len(options)} ALL VERTICAL {rule} SHOW none\n"
    return head + "".join(f"{escaped(option['text'])}\n" for option in options)


def _note_answer_feedback(options: Iterable[Mapping[str, Any]], notes: Notes) -> None:
    if any(option.get("feedback") for option in options):
        notes.add("options", gettext_noop("Feedback on single entries is not kept."))


def _numeric(value: Mapping[str, Any], notes: Notes) -> str:
    if not value.get("number"):
        raise Skip("number", gettext_noop("It has no number that is right."))
    return f"#{value['number']}:{value.get('tolerance', '0')}\n"


def _short_text(value: Mapping[str, Any], notes: Notes) -> str:
    accepted = [text for text in value.get("accepted", ()) if "->" not in text]
    if len(accepted) < len(value.get("accepted", ())):
        notes.add("accepted", gettext_noop("An accepted answer with “->” in it cannot be written in GIFT."))
    if not accepted:
        raise Skip("accepted", gettext_noop("It has no accepted answer that GIFT can hold."))
    return "\n" + "".join(f"\t=%100%[plain]{escaped(text.replace('*', chr(92) + '*'))}\n" for text in accepted)


def _open_answer(value: Mapping[str, Any], notes: Notes) -> str:
    return ""


_WRITERS: Mapping[str, Callable[[Mapping[str, Any], Notes], str]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
    "short_text": _short_text,
    "open_answer": _open_answer,
}
