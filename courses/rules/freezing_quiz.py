"""Freezing a quiz: from raw questions to what a learner sees, and the key apart (`courses.rules.frozen_quiz`)."""

from typing import Any

from courses.rules.asked import asked_questions
from courses.rules.drafted import (
    Draft,
    Found,
    FrozenForm,
    Raw,
    check_ids,
    credit_of,
    gettext_noop,
    title_of,
    whole_of,
)
from courses.rules.freezing_question import freeze_question
from courses.rules.frozen_quiz import KEY_SCHEMA, MARKING_SCHEMA, QUIZ_SCHEMA
from courses.rules.kinds import marking_of
from courses.rules.quiz_rules import frozen_rules
from foundation.rules.canonical import digest


def freeze_quiz(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of a quiz in `language`, its key apart.

    Structure, ids, key, points, pass mark and limits are the source's; `text` gives texts only, by question and option
    id. A question that the translation does not have whole is shown in the source language and says so.
    """
    draft = Draft("questions", source_language, found)
    questions: list[dict[str, Any]] = []
    keys: dict[str, Any] = {}
    asked = asked_questions(draft, source=source, text=text, language=language)
    for number, entry in enumerate(asked, start=1):
        question, key = freeze_question(
            entry.draft, entry.raw, entry.translation, language=entry.language, number=number
        )
        questions.append(question)
        keys[question["id"]] = key
    check_ids(draft, [question["id"] for question in questions])
    if not questions and not draft.problems:
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
