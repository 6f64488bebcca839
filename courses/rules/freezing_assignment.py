"""Freezing an assignment: from the raw columns of its page to the task and the rubric that a judgement points at."""

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
    text_of,
    title_of,
    whole_of,
)
from courses.rules.frozen_assignment import ASSIGNMENT_SCHEMA


def freeze_assignment(*, source: Raw, text: Raw, language: str, source_language: str, found: Found) -> FrozenForm:
    """Return the frozen form of an assignment in `language`.

    Structure, ids, points, pass mark and what is handed in are the source's; `text` gives texts only, by criterion and
    level id. A criterion that the translation does not have whole is shown in the source language and says so.
    """
    draft = Draft("rubric", source_language, found)
    translations = {block.get("id"): block for block in blocks_of(text, "rubric")} if text is not source else {}
    criteria = [
        _criterion(draft, raw, translations.get(raw.get("id")), language, number)
        for number, raw in enumerate(blocks_of(source, "rubric"), start=1)
    ]
    check_ids(draft, [criterion["id"] for criterion in criteria])
    if not criteria:
        draft.add(gettext_noop("An assignment needs a rubric with at least one criterion."))
    draft.field = "takes_text"
    takes_text, max_files = bool(source.get("takes_text")), whole_of(source, "max_files")
    if not takes_text and not max_files:
        draft.add(gettext_noop("Nothing could be handed in. Let people write a text here, or hand in a file."))
    draft.field = "task"
    task, task_language = draft.html(text, "task"), language
    if not task:
        task, task_language = draft.html(source, "task"), source_language
    if not task:
        draft.add(gettext_noop("An assignment needs a task."))
    body: dict[str, Any] = {
        "schema": ASSIGNMENT_SCHEMA,
        "kind": "assignment",
        "language": language,
        "title": title_of(draft, source, text),
        "task_html": task,
        "task_language": task_language,
        "minutes": whole_of(source, "minutes"),
        "pass_mark": whole_of(source, "pass_mark"),
        "takes_text": takes_text,
        "max_files": max_files,
        **credit_of(draft, source, text),
        "criteria": criteria,
    }
    if source.get("needs_second_assessor"):
        body["needs_second_assessor"] = True
    return FrozenForm(body=body, key={}, problems=tuple(draft.problems))


def most_points(body: Raw) -> int:
    """Return the points of the best level of every criterion together."""
    return sum(max(level["points"] for level in criterion["levels"]) for criterion in body["criteria"])


def _criterion(draft: Draft, raw: Raw, translation: Raw | None, language: str, number: int) -> dict[str, Any]:
    value: Raw = raw.get("value") or {}
    levels = [
        {
            "id": key,
            "title": text_of(level, "title"),
            "description": text_of(level, "description"),
            "points": whole_of(level, "points"),
        }
        for key, level in items_of(value, "levels")
    ]
    criterion = {
        "id": str(raw.get("id") or ""),
        "title": text_of(value, "title"),
        "description": text_of(value, "description"),
        "language": draft.language,
        "levels": levels,
    }
    _check(draft, criterion, number)
    if translation is None:
        return criterion
    return _translated(criterion, translation.get("value") or {}, language)


def _check(draft: Draft, criterion: dict[str, Any], number: int) -> None:
    levels = criterion["levels"]
    ids = [level["id"] for level in levels]
    if not criterion["title"]:
        draft.add(gettext_noop("Criterion %(number)s of the rubric has no name."), number=number)
    if len(set(ids)) != len(ids) or not all(ids):
        draft.add(
            gettext_noop("Two levels of criterion %(number)s have the same inner name, or one has none."), number=number
        )
    if not all(level["title"] for level in levels):
        draft.add(gettext_noop("A level of criterion %(number)s has no name."), number=number)
    if len(levels) < 2:
        draft.add(gettext_noop("Criterion %(number)s needs at least two levels."), number=number)
    elif len({level["points"] for level in levels}) < 2:
        draft.add(
            gettext_noop(
                "All levels of criterion %(number)s are worth the same: nobody could do better or worse in it."
            ),
            number=number,
        )
    if any(level["points"] < 0 for level in levels):
        draft.add(gettext_noop("A level of criterion %(number)s is worth less than 0 points."), number=number)


def _translated(criterion: dict[str, Any], texts: Raw, language: str) -> dict[str, Any]:
    said = dict(items_of(texts, "levels"))
    levels = [
        {
            **level,
            "title": text_of(said.get(level["id"]) or {}, "title"),
            "description": text_of(said.get(level["id"]) or {}, "description"),
        }
        for level in criterion["levels"]
    ]
    title, description = text_of(texts, "title"), text_of(texts, "description")
    is_whole = bool(title) and (bool(description) or not criterion["description"])
    is_whole &= all(
        level["title"] and (level["description"] or not original["description"])
        for level, original in zip(levels, criterion["levels"], strict=True)
    )
    if not is_whole:
        return criterion
    return {**criterion, "title": title, "description": description, "language": language, "levels": levels}
