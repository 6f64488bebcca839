"""Freezing a quiz: from raw questions to what a learner sees, and the key apart (`courses.rules.frozen_quiz`)."""

from collections.abc import Sequence
from typing import Any

from courses.rules.drafted import (
    Draft,
    Found,
    FrozenForm,
    Raw,
    blocks_of,
    check_ids,
    credit_of,
    gettext_noop,
    items_of,
    reference_of,
    text_of,
    title_of,
    whole_of,
)
from courses.rules.frozen_quiz import KEY_SCHEMA, MARKING_SCHEMA, QUIZ_SCHEMA, TRUE_FALSE_OPTIONS
from foundation.rules.canonical import digest

_KINDS = {"single_choice", "multiple_choice", "true_false"}


def freeze_quiz(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of a quiz in `language`, its key apart.

    Structure, ids, key, points, pass mark and limits are the source's; `text` gives texts only, by question and option
    id. A question that the translation does not have whole is shown in the source language and says so.
    """
    draft = Draft("questions", source_language, found)
    translations = {block.get("id"): block for block in blocks_of(text, "questions")} if text is not source else {}
    questions: list[dict[str, Any]] = []
    keys: dict[str, Any] = {}
    for number, raw in enumerate(blocks_of(source, "questions"), start=1):
        question, key = _question(draft, raw, translations.get(raw.get("id")), language, number)
        questions.append(question)
        keys[question["id"]] = key
    check_ids(draft, [question["id"] for question in questions])
    if not questions:
        draft.add(gettext_noop("A quiz needs at least one question."))
    draft.field = "introduction"
    body = {
        "schema": QUIZ_SCHEMA,
        "kind": "quiz",
        "language": language,
        "title": title_of(draft, source, text),
        "introduction_html": draft.html(text, "introduction") or draft.html(source, "introduction"),
        "minutes": whole_of(source, "minutes"),
        "pass_mark": whole_of(source, "pass_mark"),
        "max_attempts": whole_of(source, "max_attempts"),
        **credit_of(draft, source, text),
        "questions": questions,
    }
    return FrozenForm(body=body, key={"schema": KEY_SCHEMA, "questions": keys}, problems=tuple(draft.problems))


def marking_digest(body: Raw, key: Raw) -> str:
    """Return the digest of how a quiz is marked, without texts: equal in all languages, equal after a rewording."""
    return digest(
        {
            "schema": MARKING_SCHEMA,
            "pass_mark": body["pass_mark"],
            "questions": {
                question["id"]: {
                    "kind": question["kind"],
                    "options": sorted(option["id"] for option in question["options"]),
                    "correct": sorted(key["questions"][question["id"]]["correct"]),
                    "points": key["questions"][question["id"]]["points"],
                }
                for question in body["questions"]
            },
        }
    )


def _question(
    draft: Draft, raw: Raw, translation: Raw | None, language: str, number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    if kind not in _KINDS:
        draft.add(gettext_noop("Question %(number)s is of a kind that this portal does not know."), number=number)
    options, correct, feedback = _true_false(value) if kind == "true_false" else _options(value)
    _check_key(draft, kind, [option["id"] for option in options], correct, number)
    question = {
        "id": str(raw.get("id") or ""),
        "kind": kind,
        "text": text_of(value, "text"),
        "html": draft.html(value),
        "language": draft.language,
        "options": options,
    }
    if not question["text"]:
        draft.add(gettext_noop("Question %(number)s has no words."), number=number)
    explanation = text_of(value, "feedback")
    if translation is not None:
        texts: Raw = translation.get("value") or {}
        question = _translated(draft, question, texts, language)
        said = _true_false(texts)[2] if kind == "true_false" else _options(texts)[2]
        feedback = {option: said.get(option) or words for option, words in feedback.items()}
        explanation = text_of(texts, "feedback") or explanation
    key = {
        "kind": kind,
        "correct": sorted(correct),
        "points": whole_of(value, "points", default=1),
        "feedback": feedback,
        "explanation": explanation,
        "lesson": _lesson_place(draft, value),
    }
    return question, key


def _options(value: Raw) -> tuple[list[dict[str, str]], list[str], dict[str, str]]:
    items = items_of(value, "options")
    options = [{"id": key, "text": text_of(option, "text")} for key, option in items]
    correct = [key for key, option in items if option.get("correct")]
    feedback = {key: text_of(option, "feedback") for key, option in items if text_of(option, "feedback")}
    return options, correct, feedback


def _true_false(value: Raw) -> tuple[list[dict[str, str]], list[str], dict[str, str]]:
    options = [{"id": key, "text": ""} for key in TRUE_FALSE_OPTIONS]
    answer = str(value.get("answer")).lower()
    correct = [answer] if answer in TRUE_FALSE_OPTIONS else []
    feedback = {
        key: text_of(value, f"feedback_{key}") for key in TRUE_FALSE_OPTIONS if text_of(value, f"feedback_{key}")
    }
    return options, correct, feedback


def _check_key(draft: Draft, kind: str, options: Sequence[str], correct: Sequence[str], number: int) -> None:
    if len(set(options)) != len(options) or not all(options):
        draft.add(
            gettext_noop("Two answers of question %(number)s have the same inner name, or one has none."), number=number
        )
    if len(options) < 2:
        draft.add(gettext_noop("Question %(number)s needs at least two answers."), number=number)
    if not correct:
        draft.add(gettext_noop("No answer of question %(number)s is marked as right."), number=number)
    if kind == "single_choice" and len(correct) > 1:
        draft.add(gettext_noop("More than one answer of question %(number)s is marked as right."), number=number)


def _translated(draft: Draft, question: dict[str, Any], texts: Raw, language: str) -> dict[str, Any]:
    options = question["options"]
    if question["kind"] != "true_false":
        said = {option["id"]: option["text"] for option in _options(texts)[0]}
        options = [{"id": option["id"], "text": said.get(option["id"], "")} for option in options]
    text, html = text_of(texts, "text"), draft.html(texts)
    whole = text and (html or not question["html"])
    if question["kind"] != "true_false":
        whole = whole and all(option["text"] for option in options)
    if not whole:
        return question
    return {**question, "text": text, "html": html, "language": language, "options": options}


def _lesson_place(draft: Draft, value: Raw) -> dict[str, str] | None:
    # A lesson that is gone takes nothing from the question: the result then shows no link.
    key = draft.found.pages.get(reference_of(value, "lesson") or 0)
    return {"key": key, "section": text_of(value, "section")} if key else None
