"""Freezing a quiz: from raw questions to what a learner sees, and the key apart (`courses.rules.frozen_quiz`)."""

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
    reference_of,
    text_of,
    title_of,
    whole_of,
)
from courses.rules.frozen_quiz import KEY_SCHEMA, MARKING_SCHEMA, QUIZ_SCHEMA
from courses.rules.kinds import KINDS, Kind, marking_of
from courses.rules.quiz_rules import frozen_rules
from foundation.rules.canonical import digest


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
    rules = frozen_rules(draft, source, questions)
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
        **rules,
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
                    **marking_of(key["questions"][question["id"]]),
                    "options": sorted(option["id"] for option in question["options"]),
                }
                for question in body["questions"]
            },
        }
    )


def _question(
    draft: Draft, raw: Raw, translation: Raw | None, language: str, number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    name = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    kind = KINDS.get(name)
    own: dict[str, Any] = {"options": []}
    own_key: dict[str, Any] = {"correct": [], "feedback": {}}
    if kind is None:
        draft.add(gettext_noop("Question %(number)s is of a kind that this portal does not know."), number=number)
    else:
        own, own_key = kind.freeze(draft, value, number)
    question = {
        "id": str(raw.get("id") or ""),
        "kind": name,
        "text": text_of(value, "text"),
        "html": draft.html(value),
        "language": draft.language,
        **own,
    }
    if not question["text"]:
        draft.add(gettext_noop("Question %(number)s has no words."), number=number)
    key = {
        "kind": name,
        **own_key,
        "points": whole_of(value, "points", default=1),
        "explanation": text_of(value, "feedback"),
        "lesson": _lesson_place(draft, value),
    }
    if translation is not None and kind is not None:
        texts: Raw = translation.get("value") or {}
        question = _translated(draft, kind, question, texts, language)
        said = kind.translated_feedback(key, texts)
        key["feedback"] = {option: said.get(option) or words for option, words in key["feedback"].items()}
        key["explanation"] = text_of(texts, "feedback") or key["explanation"]
        key |= kind.translated_key(key, texts)
    return question, key


def _translated(draft: Draft, kind: Kind, question: dict[str, Any], texts: Raw, language: str) -> dict[str, Any]:
    text, html = text_of(texts, "text"), draft.html(texts)
    own = kind.translated(question, texts)
    if own is None or not text or (question["html"] and not html):
        return question
    return {**own, "text": text, "html": html, "language": language}


def _lesson_place(draft: Draft, value: Raw) -> dict[str, str] | None:
    # A lesson that is gone takes nothing from the question: the result then shows no link.
    key = draft.found.pages.get(reference_of(value, "lesson") or 0)
    return {"key": key, "section": text_of(value, "section")} if key else None
