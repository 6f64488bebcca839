"""What Moodle XML and GIFT have in common: answers with weights in per cent, made to questions of ours."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from courses.rules.drafted import gettext_noop
from courses.rules.exchange.form import MOST_POINTS, Notes, Skip
from courses.rules.exchange.texts import line
from courses.rules.frameworks import competence_exists
from courses.rules.kinds.numeric import canonical_number

WHOLE = Decimal(100)
_NEAR = Decimal("0.02")
"""How far per cents written with few decimals may be from what they mean."""
_COMPETENCE = re.compile(r"([a-z]{1,30}):([0-9.]{1,10}):(\S{1,30})")
_EXPONENT = 30

_NOT_ALL = gettext_noop("“%(answer)s” gives %(percent)s %% of the points in the file. Here it is left out.")
_OTHER_FEEDBACK = gettext_noop("Feedback on “%(answer)s” is left out: this kind of question has none of its own.")


@dataclass(frozen=True, slots=True)
class Weighted:
    """An answer of a file: its words, the per cent of the points it gives, what is said to who gave it."""

    text: str
    percent: Decimal
    feedback: str = ""
    tolerance: str = ""


def percent_of(text: str, *, field: str = "options") -> Decimal:
    """Return a weight as it stands in a file.

    :raises Skip: if it is no number that a weight can be.
    """
    try:
        percent = Decimal(text.strip().replace(",", ".") or "0")
    except InvalidOperation as error:
        raise Skip(field, gettext_noop("“%(text)s” is no number."), text=text.strip()[:40]) from error
    if not percent.is_finite() or abs(percent) > 100000:
        raise Skip(field, gettext_noop("“%(text)s” is no number."), text=text.strip()[:40])
    return percent


def said_percent(percent: Decimal) -> str:
    return f"{percent.quantize(Decimal('0.01')).normalize():f}"


def choice(
    answers: Sequence[Weighted], *, takes_several: bool, notes: Notes, partial: bool | None = None
) -> tuple[str, dict[str, Any]]:
    """Return the kind and fields of a question whose answers are chosen. `partial`: what the file says of it, if it does."""
    if takes_several:
        return "multiple_choice", _several(answers, notes, partial)
    return "single_choice", {"options": _options(answers, _the_right_one(answers, notes))}


def _options(answers: Sequence[Weighted], right: set[int]) -> list[dict[str, Any]]:
    options = []
    for place, answer in enumerate(answers):
        option: dict[str, Any] = {"text": line(answer.text)}
        if place in right:
            option["correct"] = True
        if answer.feedback:
            option["feedback"] = answer.feedback
        options.append(option)
    return options


def _the_right_one(answers: Sequence[Weighted], notes: Notes) -> set[int]:
    right = {place for place, answer in enumerate(answers) if answer.percent >= WHOLE - _NEAR}
    if not right:
        most = max((answer.percent for answer in answers), default=Decimal(0))
        if most > 0:
            right = {next(place for place, answer in enumerate(answers) if answer.percent == most)}
            notes.add(
                "options",
                gettext_noop("No answer gives all points; the best one (%(percent)s %%) is taken as right."),
                percent=said_percent(most),
            )
    for place, answer in enumerate(answers):
        if place not in right and answer.percent > 0:
            notes.add(
                "options",
                gettext_noop("“%(answer)s” gives %(percent)s %% of the points in the file. Here it gives none."),
                answer=line(answer.text)[:80],
                percent=said_percent(answer.percent),
            )
    if any(answer.percent < 0 for answer in answers):
        notes.add("options", gettext_noop("Wrong answers take points away in the file. Here they give none."))
    return right


def _several(answers: Sequence[Weighted], notes: Notes, partial: bool | None) -> dict[str, Any]:
    right = {place for place, answer in enumerate(answers) if answer.percent > 0}
    wrong = [answer.percent for answer in answers if answer.percent <= 0]
    fields: dict[str, Any] = {"options": _options(answers, right)}
    if not right:
        return fields
    share = WHOLE / len(right)
    if any(abs(answers[place].percent - share) > _NEAR for place in right):
        notes.add("options", gettext_noop("The right answers weigh differently in the file. Here they weigh the same."))
    if partial is not None:
        return {**fields, "partial": True} if partial else fields
    if wrong and all(percent <= -WHOLE + _NEAR for percent in wrong):
        notes.add("partial", gettext_noop("Here all points or none: all right answers, and no other, must be chosen."))
        return fields
    if any(abs(percent + share) > _NEAR for percent in wrong):
        notes.add(
            "partial",
            gettext_noop(
                "Here a wrong answer takes away as much as a right one gives. In the file it is another rule."
            ),
        )
    return {**fields, "partial": True}


def short_text(answers: Sequence[Weighted], *, notes: Notes, case: bool, accents: bool) -> dict[str, Any]:
    """Return the fields of a question with accepted answers. `*` in them stands for any letters in Moodle."""
    accepted: list[str] = []
    for answer in answers:
        text = line(answer.text)
        said = text[:80]
        if answer.feedback:
            notes.add("accepted", _OTHER_FEEDBACK, answer=said)
        if answer.percent < WHOLE - _NEAR:
            if text != "*" or answer.percent > 0:
                notes.add("accepted", _NOT_ALL, answer=said, percent=said_percent(answer.percent))
        elif re.search(r"(?<!\\)\*", text):
            notes.add(
                "accepted",
                gettext_noop("“%(answer)s” stands for many answers, by its star. It is left out: write them down."),
                answer=said,
            )
        elif text:
            accepted.append(text.replace("\\*", "*"))
    if not accepted:
        raise Skip("accepted", gettext_noop("It has no answer that is accepted as it stands."))
    fields: dict[str, Any] = {"accepted": list(dict.fromkeys(accepted))}
    return fields | ({"case": True} if case else {}) | ({"accents": True} if accents else {})


def numeric(answers: Sequence[Weighted], *, notes: Notes) -> dict[str, Any]:
    """Return the fields of a question whose answer is a number: the first that gives all points."""
    chosen: Weighted | None = None
    for answer in answers:
        said = line(answer.text)[:80]
        if answer.feedback:
            notes.add("number", _OTHER_FEEDBACK, answer=said)
        if answer.percent < WHOLE - _NEAR:
            if said not in ("*", "") or answer.percent > 0:
                notes.add("number", _NOT_ALL, answer=said, percent=said_percent(answer.percent))
        elif said in ("*", ""):
            notes.add("number", gettext_noop("Any number is right in the file. That is left out."))
        elif chosen is None:
            chosen = answer
        else:
            notes.add("number", gettext_noop("One right number is taken. “%(answer)s” is left out."), answer=said)
    if chosen is None:
        raise Skip("number", gettext_noop("It has no number that is right."))
    tolerance = stored_number(chosen.tolerance or "0", "tolerance")
    if tolerance.startswith("-"):
        raise Skip("tolerance", gettext_noop("“%(text)s” is no tolerance: it is below 0."), text=tolerance)
    fields = {"number": stored_number(chosen.text, "number")}
    return fields | ({"tolerance": tolerance} if tolerance != "0" else {})


def stored_number(text: str, field: str) -> str:
    """Return a number of a file, with comma or point and perhaps an exponent, as it is stored.

    :raises Skip: if it is none, or has more digits than a question can hold.
    """
    number = decimal_of(text)
    if number is None:
        raise Skip(field, gettext_noop("“%(text)s” is no number."), text=text.strip()[:40])
    canonical = canonical_number(f"{number:f}")
    if canonical is None:
        raise Skip(
            field,
            gettext_noop("“%(text)s” has more than 15 digits or 10 decimals."),
            text=text.strip()[:40],
        )
    return canonical


def decimal_of(text: str) -> Decimal | None:
    """Return a number of a file, None if it is none of a size that can be meant."""
    typed = text.strip()
    if len(typed) > 60 or not re.fullmatch(r"[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?", typed):
        return None
    number = Decimal(typed.replace(",", "."))
    return number if abs(number.adjusted()) <= _EXPONENT else None


def whole_points(text: str, notes: Notes) -> int:
    """Return the points that a question is worth: whole, from 1 to 100."""
    asked = decimal_of(text) if text.strip() else Decimal(1)
    points = min(max(int((asked or Decimal(0)) + Decimal("0.5")), 1), MOST_POINTS) if asked is not None else 1
    if asked != points:
        notes.add(
            "points",
            gettext_noop(
                "It is worth %(asked)s in the file. Points are whole here, from 1 to 100: it is worth %(points)s."
            ),
            asked=text.strip()[:40],
            points=points,
        )
    return points


def note_few_points(value: Mapping[str, Any], parts: int, notes: Notes) -> None:
    """Note where part of the points cannot be given, because points are whole and there are fewer than parts."""
    if value.get("partial") and value["points"] < parts:
        notes.add(
            "points",
            gettext_noop(
                "Points are whole: with fewer of them than right answers, part of an answer may give none. Raise them."
            ),
        )


def parts_of(kind: str, value: Mapping[str, Any]) -> int:
    """Return of how many right parts an answer consists."""
    options = value.get("options", ())
    return sum(1 for option in options if option.get("correct")) if kind == "multiple_choice" else len(options)


def tags_and_competence(tags: Sequence[str]) -> tuple[list[str], str]:
    """Return the tags, without the one that names a competence, and that: `digcomp:2.2:4.1`."""
    kept, competence = [], ""
    for tag in tags:
        named = _COMPETENCE.fullmatch(tag.strip())
        if named and not competence and competence_exists(named[1], named[2], named[3]):
            competence = tag.strip()
        else:
            kept.append(tag)
    return kept, competence


def category_tags(path: str) -> list[str]:
    """Return the parts of a category's path as tags, without those that say where it is kept.

    >>> category_tags("$course$/top/Safety/Passwords")
    ['Safety', 'Passwords']
    """
    parts = (part.replace("\0", "/").strip() for part in path.replace("//", "\0").split("/"))
    return [part for part in parts if part and part != "top" and not re.fullmatch(r"\$[a-z]+\$", part)]


def share(count: int) -> str:
    """Return the per cent of one of so many right answers, as Moodle knows it.

    >>> share(3)
    '33.33333'
    """
    return f"{(WHOLE / count).quantize(Decimal('0.00001')).normalize():f}"
