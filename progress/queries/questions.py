"""The questions of an attempt as pages show them, with the answers so far, and answers in words.

Numbers are written in the language of the page, which is the one that they are typed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from courses.rendering import question_text
from courses.rules.kinds import Answer, kind_of
from courses.rules.kinds.pairs import paired
from progress.models import Attempt, Response
from progress.rules.marking import NOT_ANSWERED


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a question. `place`: that of the target it is paired with, from 1; 0 where it has none."""

    id: str
    text: str
    is_chosen: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One question of an attempt with the answer so far. `number` counts from 1, in the order of this attempt.

    `targets` are the words that an option can be paired with, in the order of this attempt; of ordering the places.
    `written` is what stands in the field of a question that is answered in writing, `said` the answer in words.
    `is_erased`: there was an answer once; its marks stand without it. `is_final`: what is said of the answer was shown,
    and it cannot be changed any more.
    """

    number: int
    id: str
    kind: str
    text: str
    html: str
    language: str
    unsure: bool
    sequence: int
    answered_at: datetime | None
    asked: Mapping[str, Any] = field(repr=False)
    entry: Mapping[str, Any] = field(repr=False)
    answer: Answer = NOT_ANSWERED
    options: tuple[Option, ...] = ()
    targets: tuple[str, ...] = ()
    written: str = ""
    said: tuple[str, ...] = ()
    is_erased: bool = False
    is_final: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer; "I am not sure" is one."""
        return self.unsure or self.has_answer

    @property
    def has_answer(self) -> bool:
        return bool(self.answer)

    @property
    def takes_several(self) -> bool:
        return kind_of(self.kind).takes_several

    @property
    def is_typed(self) -> bool:
        """Whether a word was typed that is compared with others, so that a slip of the pen may count as wrong."""
        return self.kind == "short_text" and self.has_answer

    @property
    def is_written(self) -> bool:
        """Whether the answer is a text in its own lines, not words that belong to the question."""
        return self.kind == "open_answer"

    @property
    def look(self) -> str:
        """The template that asks a question of this kind."""
        return f"progress/kinds/{self.kind}.html"


def questions_of(attempt: Attempt) -> list[Question]:
    """Return the questions of an attempt in its own order, with the answers saved so far. Cost: 1 query."""
    asked = {question["id"]: question for question in attempt.quiz_version.body["questions"]}
    responses = {response.question_id: response for response in Response.objects.filter(attempt=attempt)}
    return [
        _question(number, asked[entry["id"]], entry, responses.get(entry["id"]))
        for number, entry in enumerate(attempt.form["questions"], start=1)
    ]


def unanswered_questions(body: Mapping[str, Any], form: Mapping[str, Any]) -> list[Question]:
    """Return the questions that a form asks of the body of a quiz version, in its order, without answers. No query."""
    asked = {question["id"]: question for question in body["questions"]}
    return [
        replace(_question(number, asked[entry["id"]], entry, None), is_erased=False)
        for number, entry in enumerate(form["questions"], start=1)
    ]


def last_saved_at(questions: list[Question]) -> datetime | None:
    """Return when an answer was saved last."""
    return max((question.answered_at for question in questions if question.answered_at), default=None)


def with_answer(question: Question, answer: Answer, *, unsure: bool) -> Question:
    """Return a question with another answer, one that fits it."""
    places = paired(answer)
    targets = question.entry.get("targets", [])
    options = tuple(
        replace(
            option,
            is_chosen=option.id in answer.options or option.id in places,
            place=targets.index(places[option.id]) + 1 if option.id in places else 0,
        )
        for option in question.options
    )
    return replace(
        question,
        answer=answer,
        unsure=unsure,
        options=options,
        written=localised(answer.text) if question.kind == "numeric" else answer.text,
        said=answer_in_words(question.asked, answer),
    )


def answer_in_words(asked: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
    """Return an answer in the words of its question, as `courses.rendering.question_text` gives it."""
    said = kind_of(asked).says(asked, answer)
    return tuple(_with_unit(asked, text) for text in said) if asked["kind"] == "numeric" else said


def right_in_words(asked: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return what is right: alternatives, each the words that are right together. Only for who may read the key.

    None where only a person can say, or where the key is of another version and names what `asked` does not have.
    """
    kind = kind_of(key)
    if asked["kind"] != key["kind"] or not kind.fits(kind.entry(asked, list), Answer(frozenset(key["correct"]))):
        return ()
    right = kind.right(asked, key)
    if kind.name == "short_text":
        return tuple((text,) for text in right)
    if kind.name == "numeric":
        return tuple((_number_in_words(asked, key, text),) for text in right)
    return (right,) if right else ()


def localised(number: str) -> str:
    """Return a stored number as the active language writes it; "" for none."""
    return number_format(Decimal(number), use_l10n=True) if number else ""


def _number_in_words(asked: Mapping[str, Any], key: Mapping[str, Any], number: str) -> str:
    words, tolerance = _with_unit(asked, number), key["number"]["tolerance"]
    if tolerance == "0":
        return words
    return _("%(number)s, or up to %(tolerance)s more or less") % {"number": words, "tolerance": localised(tolerance)}


def _with_unit(asked: Mapping[str, Any], number: str) -> str:
    unit = asked.get("unit")
    return f"{localised(number)}\N{NO-BREAK SPACE}{unit}" if unit else localised(number)


def _question(number: int, frozen: Mapping[str, Any], entry: Mapping[str, Any], response: Response | None) -> Question:
    shown = question_text(frozen)
    texts = {option["id"]: option["text"] for option in shown["options"]}
    question = Question(
        number=number,
        id=entry["id"],
        kind=entry["kind"],
        text=shown["text"],
        html=shown["html"],
        language=shown["language"],
        unsure=False,
        sequence=response.sequence if response else 0,
        answered_at=response.answered_at if response else None,
        asked=shown,
        entry=entry,
        options=tuple(Option(option_id, texts[option_id]) for option_id in entry["options"]),
        targets=_target_words(shown, entry),
        is_erased=response is None,
        is_final=response is not None and response.checked_at is not None,
    )
    return with_answer(question, response.answer, unsure=response.unsure) if response else question


def _target_words(shown: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[str, ...]:
    words = {target["id"]: target["text"] for target in shown.get("targets", [])}
    return tuple(words.get(target, target) for target in entry.get("targets", []))
