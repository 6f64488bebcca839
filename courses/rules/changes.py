"""What changes between frozen content and a draft's frozen form, or between two editions: as values, no words.

A `Change` names its kind, what it is about and the text before and after, for a table that sets them side by side.
`courses.queries.changes` says it in words. Two ways in:

- of what an editor drafts, with the answer key: `changes_of_item`, `changes_of_module`, `changes_of_course`;
- of two manifests, which hold nothing that a learner may not see: `changes_between`.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.rules.changed import Body, Change, ChangeKind, ItemForm
from courses.rules.changes_assignment import changes_of_assignment
from courses.rules.changes_certificates import (
    change_of_need,
    changes_of_certificate_terms,
    changes_of_certificate_texts,
)
from courses.rules.changes_questions import changes_of_questions, in_lines, kept_order, markings
from courses.rules.changes_quiz_rules import changes_of_draws, changes_of_rules, differs_in_outline
from courses.rules.drawing import asked_count
from courses.rules.manifest import languages_of
from foundation.rules.cleaning import plain_text

_MOST_COMPARED = 25_000_000
"""Pairs of words, 5,000 beside 5,000: comparing takes as many steps when a few words are repeated all the time."""


@dataclass(frozen=True, slots=True)
class MarkingChange:
    """How the marking of a quiz changes, by question id. `pass_mark`: it is another too.

    `changed`: kind, options, right answers or points of a question that was there are others. `gone`, `new`: questions
    that only the old or only the new quiz has.
    """

    changed: frozenset[str]
    gone: frozenset[str]
    new: frozenset[str]
    pass_mark: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone or self.new or self.pass_mark)


def marking_change(old: ItemForm, new: ItemForm) -> MarkingChange:
    """Return how the marking of a quiz changes; falsy exactly when `marking_digest` stays the same."""
    before, after = markings(old), markings(new)
    return MarkingChange(
        changed=frozenset(key for key in before.keys() & after.keys() if before[key] != after[key]),
        gone=frozenset(before.keys() - after.keys()),
        new=frozenset(after.keys() - before.keys()),
        pass_mark=old.body["pass_mark"] != new.body["pass_mark"],
    )


def changes_of_item(old: ItemForm | None, new: ItemForm, *, is_source: bool = True) -> list[Change]:
    """Return what a draft changes of a lesson or quiz, beside its frozen form. `old` None: nobody saw it before.

    `is_source`: the page gives the rules too (time, required, marking); a translation gives texts only.
    """
    if old is None:
        return [_new_item(new, is_source=is_source)]
    changes = [*_item_texts(old, new)]
    if is_source:
        changes += _item_rules(old, new)
    if new.is_quiz:
        changes += changes_of_questions(old, new, is_source=is_source)
    elif new.is_assignment:
        changes += changes_of_assignment(old, new, is_source=is_source)
    else:
        changes += _lesson_changes(old, new)
    if not is_source:
        language = new.body["language"]
        changes = [_in_language(change, language) for change in changes]
    return changes


def changes_of_module(
    key: str, old: Mapping[str, str] | None, new: Mapping[str, str], *, language: str = ""
) -> list[Change]:
    """Return what changes of a module's texts, `title` and `summary`. `language`: set for a translation."""
    if old is None:
        return [Change(ChangeKind.MODULE_NEW, key, new=new["title"], values={"title": new["title"]}, language=language)]
    changes = []
    if old["title"] != new["title"]:
        changes.append(_renamed(ChangeKind.MODULE_RENAMED, key, old["title"], new["title"]))
    if old["summary"] != new["summary"]:
        changes.append(
            Change(
                ChangeKind.MODULE_SUMMARY,
                key,
                old=old["summary"],
                new=new["summary"],
                values={"title": new["title"]},
            )
        )
    return [_in_language(change, language) for change in changes] if language else changes


def changes_of_course(
    old: Mapping[str, Any], new: Mapping[str, Any], *, source_language: str, language: str
) -> list[Change]:
    """Return what changes of the course's own texts and facts, from the `course` of two manifests.

    In the source language the facts too; in another one only the texts it has.
    """
    changes = _course_texts(old, new, source_language, language)
    if language == source_language:
        return changes + _course_facts(old, new)
    return [_in_language(change, language) for change in changes]


def changes_between(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    language: str,
    lessons: Mapping[str, Body] | None = None,
) -> list[Change]:
    """Return what a later manifest changes of an earlier one, as far as a learner may see it, in the order of the course.

    Texts are those of `language`, else of the source language. That the text of a lesson changed is said, and how much
    where `lessons` holds both bodies by SHA-256.
    """
    source = new["source_language"]
    changes = []
    if old["live"] != new["live"]:
        changes.append(Change(ChangeKind.COURSE_ONLINE if new["live"] else ChangeKind.COURSE_OFFLINE))
    changes += _course_texts(old["course"], new["course"], source, language) + _course_facts(
        old["course"], new["course"]
    )
    changes += _module_changes(old, new, source, language)
    before = {entry["key"]: entry for entry in old["items"]}
    buried = {entry["key"] for entry in old["tombstones"]}
    homes = {key: module for module in old["modules"] for key in module["items"]}
    for module in new["modules"]:
        for key in module["items"]:
            entry = next(entry for entry in new["items"] if entry["key"] == key)
            if key not in before:
                changes.append(_new_entry(entry, source, language, is_back=key in buried))
                continue
            if homes[key]["key"] != module["key"]:
                changes.append(_moved(entry, homes[key], module, source, language))
            changes += _entry_changes(before[key], entry, source, language, lessons or {})
    after = {entry["key"] for entry in new["items"]}
    changes += [_removed_entry(entry, source, language) for key, entry in before.items() if key not in after]
    changes += _languages(old, new)
    return changes


def words_changed(old: str, new: str) -> int:
    """Return how many words were put in, taken out or replaced: the longer side of each place that differs.

    Of very long texts it is counted without their order.
    """
    before, after = old.split(), new.split()
    if len(before) * len(after) > _MOST_COMPARED:
        gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
        return max(gone.total(), come.total(), int(before != after))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return sum(
        max(old_end - old_start, new_end - new_start)
        for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes()
        if tag != "equal"
    )


def _in_language(change: Change, language: str) -> Change:
    return Change(change.kind, change.key, change.question, change.old, change.new, change.values, language)


def _renamed(kind: ChangeKind, key: str, old: str, new: str) -> Change:
    return Change(kind, key, old=old, new=new, values={"old": old, "title": new})


# What an editor drafts.


def _new_item(form: ItemForm, *, is_source: bool) -> Change:
    body = form.body
    values = {"title": body["title"], "minutes": body["minutes"], "required": form.required}
    if not is_source:
        return Change(ChangeKind.ITEM_LANGUAGE_NEW, form.key, values=values, language=body["language"])
    if form.is_quiz:
        values["count"] = asked_count(body)
        return Change(ChangeKind.QUIZ_NEW, form.key, new=body["title"], values=values)
    if form.is_assignment:
        return Change(ChangeKind.ASSIGNMENT_NEW, form.key, new=body["title"], values=values)
    return Change(ChangeKind.LESSON_NEW, form.key, new=_lesson_text(body), values=values)


def _item_texts(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    before, after, title = old.body, new.body, new.body["title"]
    if before["title"] != title:
        yield _renamed(ChangeKind.ITEM_RENAMED, new.key, before["title"], title)
    if before.get("summary", "") != after.get("summary", ""):
        yield Change(
            ChangeKind.ITEM_SUMMARY, new.key, old=before["summary"], new=after["summary"], values={"title": title}
        )
    credit_before, credit_after = _credit(before), _credit(after)
    if credit_before != credit_after:
        yield Change(ChangeKind.ITEM_CREDIT, new.key, old=credit_before, new=credit_after, values={"title": title})


def _credit(body: Body) -> str:
    parts = (body["author"], body["licence"], plain_text(body["source_html"]), body["reviewed_date"])
    return "\n".join(part for part in parts if part)


def _item_rules(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    title = new.body["title"]
    yield from _number(ChangeKind.ITEM_MINUTES, new.key, title, old.body["minutes"], new.body["minutes"])
    if old.required != new.required:
        kind = ChangeKind.ITEM_REQUIRED if new.required else ChangeKind.ITEM_OPTIONAL
        yield Change(kind, new.key, values={"title": title})
    yield from _attendance(old.done_by_attendance, new.done_by_attendance, key=new.key, title=title)
    if new.is_quiz or new.is_assignment:
        yield from _number(ChangeKind.PASS_MARK, new.key, title, old.body["pass_mark"], new.body["pass_mark"])
        if new.is_quiz:
            yield from _number(ChangeKind.TRIES, new.key, title, old.body["max_attempts"], new.body["max_attempts"])
        if old.waits_for_quizzes != new.waits_for_quizzes:
            kind = ChangeKind.WAITS if new.waits_for_quizzes else ChangeKind.WAITS_NO_MORE
            yield Change(kind, new.key, values={"title": title})
        yield from change_of_need(old.needed_for_achievement, new.needed_for_achievement, key=new.key, title=title)
    if new.is_quiz:
        yield from changes_of_rules(old.body, new.body, key=new.key, title=title)
        yield from changes_of_draws(old.body, new.body, key=new.key, title=title)


def _attendance(old: bool, new: bool, *, key: str, title: str) -> Iterator[Change]:
    if old != new:
        kind = ChangeKind.BY_ATTENDANCE if new else ChangeKind.NOT_BY_ATTENDANCE
        yield Change(kind, key, values={"title": title})


def _number(kind: ChangeKind, key: str, title: str, old: int, new: int) -> Iterator[Change]:
    if old != new:
        yield Change(kind, key, values={"title": title, "old": old, "new": new})


# The text of a lesson.

_TOLD_OF_A_LESSON = {ChangeKind.LESSON_WORDS, ChangeKind.BLOCK_PICTURE, ChangeKind.BLOCK_FILE}
"""What a learner is told of a text: how much, not block by block."""

_SAID_APART = {"type", "schema", "id", "language", "tone", "picture", "file", "captions"}


def _lesson_changes(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    title = new.body["title"]
    before_text, after_text = _lesson_text(old.body), _lesson_text(new.body)
    if before_text != after_text:
        values = {"title": title, "count": words_changed(before_text, after_text), "of": len(after_text.split())}
        yield Change(ChangeKind.LESSON_WORDS, new.key, old=before_text, new=after_text, values=values)
    before = {block["id"]: block for block in old.body["blocks"]}
    after = {block["id"]: block for block in new.body["blocks"]}
    for number, (key, block) in enumerate(after.items(), start=1):
        values = {"title": title, "number": number, "block": block["type"]}
        if key in before:
            yield from _block_changes(new.key, before[key], block, values)
        else:
            yield Change(ChangeKind.BLOCK_NEW, new.key, new=block_text(block), values=values)
    for number, (key, block) in enumerate(before.items(), start=1):
        if key not in after:
            values = {"title": title, "number": number, "block": block["type"]}
            yield Change(ChangeKind.BLOCK_REMOVED, new.key, old=block_text(block), values=values)
    if kept_order(before, after) != kept_order(after, before):
        yield Change(ChangeKind.BLOCKS_REORDERED, new.key, values={"title": title})


def _block_changes(item: str, old: Body, new: Body, values: Mapping[str, Any]) -> Iterator[Change]:
    if old == new:
        return
    said = False
    before, after = block_text(old), block_text(new)
    if before != after:
        said = True
        yield Change(
            ChangeKind.BLOCK_TEXT,
            item,
            old=before,
            new=after,
            values={**values, "count": words_changed(before, after)},
        )
    if old.get("picture") != new.get("picture"):
        said = True
        yield Change(ChangeKind.BLOCK_PICTURE, item, values=values)
    if any(old.get(name) != new.get(name) for name in ("file", "captions")):
        said = True
        yield Change(ChangeKind.BLOCK_FILE, item, values=values)
    if not said:
        yield Change(ChangeKind.BLOCK_OTHER, item, values=values)


def _lesson_text(body: Body) -> str:
    return "\n".join(filter(None, (block_text(block) for block in body["blocks"])))


def block_text(block: Body) -> str:
    """Return the words of a frozen block as lines, plain, in the order its fields are drawn."""
    return in_lines(_texts({name: value for name, value in block.items() if name not in _SAID_APART}))


def _texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, str):
        text = plain_text(value) if name == "html" or name.endswith("_html") else value
        if text:
            yield text
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _texts(entry, key)
    elif isinstance(value, Sequence):
        for entry in value:
            yield from _texts(entry, name)


# The course and its manifest.

_COURSE_TEXTS = ("title", "summary", "description_html", "topics", "source_html")
_COURSE_FACTS = (
    "level",
    "eqf_level",
    "hours",
    "category",
    "audiences",
    "plain_language",
    "art",
    "prerequisites",
    "author",
    "licence",
    "reviewed_date",
    "review_by_date",
)


def _text(texts: Mapping[str, Any], language: str, source: str) -> Any:
    return texts[language] if language in texts else texts[source]


def _course_texts(old: Mapping[str, Any], new: Mapping[str, Any], source: str, language: str) -> list[Change]:
    before, after = _text(old["texts"], language, source), _text(new["texts"], language, source)
    changes = [
        Change(
            ChangeKind.COURSE_TEXT,
            old=_course_text(name, before[name]),
            new=_course_text(name, after[name]),
            values={"field": name},
        )
        for name in _COURSE_TEXTS
        if before[name] != after[name]
    ]
    changes += _outcomes(old["outcomes"], new["outcomes"], source, language)
    return changes + changes_of_certificate_texts(
        old["certificates"], new["certificates"], source=source, language=language
    )


def _course_text(name: str, value: Any) -> str:
    if name == "topics":
        return ", ".join(value)
    return plain_text(value) if name.endswith("_html") else str(value)


def _outcomes(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], source: str, language: str
) -> list[Change]:
    before, after = (
        {entry["id"]: str(_text(entry["texts"], language, source)["text"]) for entry in entries}
        for entries in (old, new)
    )
    changes = [
        Change(ChangeKind.OUTCOME_TEXT, old=before[key], new=text, values={"text": text})
        if key in before
        else Change(ChangeKind.OUTCOME_NEW, new=text, values={"text": text})
        for key, text in after.items()
        if before.get(key) != text
    ]
    gone = [text for key, text in before.items() if key not in after]
    return changes + [Change(ChangeKind.OUTCOME_REMOVED, old=text, values={"text": text}) for text in gone]


def _course_facts(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    changes = [
        Change(ChangeKind.COURSE_FACT, values={"field": name, "old": old[name], "new": new[name]})
        for name in _COURSE_FACTS
        if old[name] != new[name]
    ]
    changes += [Change(ChangeKind.COMPETENCE_NEW, values=entry) for entry in _only(new, old, "competences")]
    changes += [Change(ChangeKind.COMPETENCE_REMOVED, values=entry) for entry in _only(old, new, "competences")]
    return [*changes, *changes_of_certificate_terms(old["certificates"], new["certificates"])]


def _only(of: Mapping[str, Any], other: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [entry for entry in of[name] if entry not in other[name]]


def _module_changes(old: Mapping[str, Any], new: Mapping[str, Any], source: str, language: str) -> list[Change]:
    before = {module["key"]: module for module in old["modules"]}
    after = {module["key"]: module for module in new["modules"]}
    changes = []
    for key, module in after.items():
        texts = _text(module["texts"], language, source)
        known = _text(before[key]["texts"], language, source) if key in before else None
        changes += changes_of_module(key, known, texts)
        if key in before and kept_order(before[key]["items"], module["items"]) != kept_order(
            module["items"], before[key]["items"]
        ):
            changes.append(
                Change(
                    ChangeKind.ITEMS_REORDERED,
                    key,
                    old=in_lines(_titles(old, before[key]["items"], source, language)),
                    new=in_lines(_titles(new, module["items"], source, language)),
                    values={"title": texts["title"]},
                )
            )
    for key, module in before.items():
        if key not in after:
            title = _text(module["texts"], language, source)["title"]
            changes.append(Change(ChangeKind.MODULE_REMOVED, key, old=title, values={"title": title}))
    if kept_order(before, after) != kept_order(after, before):
        changes.append(
            Change(
                ChangeKind.MODULES_REORDERED,
                old=in_lines(_text(module["texts"], language, source)["title"] for module in before.values()),
                new=in_lines(_text(module["texts"], language, source)["title"] for module in after.values()),
            )
        )
    return changes


def _titles(manifest: Mapping[str, Any], keys: Iterable[str], source: str, language: str) -> list[str]:
    titles = {entry["key"]: _title(entry, source, language) for entry in manifest["items"]}
    return [titles[key] for key in keys]


def _title(entry: Mapping[str, Any], source: str, language: str) -> str:
    title: str = _text(entry["versions"], language, source)["title"]
    return title


_NEW = {
    "lesson": ChangeKind.LESSON_NEW,
    "quiz": ChangeKind.QUIZ_NEW,
    "assignment": ChangeKind.ASSIGNMENT_NEW,
}


def _new_entry(entry: Mapping[str, Any], source: str, language: str, *, is_back: bool) -> Change:
    values = {
        "title": _title(entry, source, language),
        "minutes": entry["minutes"],
        "required": entry["required"],
        "count": entry["question_count"],
        "kind": entry["kind"],
    }
    if is_back:
        return Change(ChangeKind.ITEM_BACK, entry["key"], new=values["title"], values=values)
    return Change(_NEW[entry["kind"]], entry["key"], new=values["title"], values=values)


def _removed_entry(entry: Mapping[str, Any], source: str, language: str) -> Change:
    title = _title(entry, source, language)
    values = {"title": title, "kind": entry["kind"]}
    return Change(ChangeKind.ITEM_REMOVED, entry["key"], old=title, values=values)


def _moved(
    entry: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any], source: str, language: str
) -> Change:
    before = _text(old["texts"], language, source)["title"]
    after = _text(new["texts"], language, source)["title"]
    values = {"title": _title(entry, source, language), "module": after}
    return Change(ChangeKind.ITEM_MOVED, entry["key"], old=before, new=after, values=values)


def _entry_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], source: str, language: str, lessons: Mapping[str, Body]
) -> Iterator[Change]:
    key = new["key"]
    before, after = _text(old["versions"], language, source), _text(new["versions"], language, source)
    title = after["title"]
    if before["title"] != title:
        yield _renamed(ChangeKind.ITEM_RENAMED, key, before["title"], title)
    if before["summary"] != after["summary"] and new["kind"] == "lesson":
        yield Change(ChangeKind.ITEM_SUMMARY, key, old=before["summary"], new=after["summary"], values={"title": title})
    yield from _number(ChangeKind.ITEM_MINUTES, key, title, old["minutes"], new["minutes"])
    if old["required"] != new["required"]:
        kind = ChangeKind.ITEM_REQUIRED if new["required"] else ChangeKind.ITEM_OPTIONAL
        yield Change(kind, key, values={"title": title})
    attendance = (bool(entry.get("done_by_attendance")) for entry in (old, new))
    yield from _attendance(*attendance, key=key, title=title)
    if new["kind"] != "lesson":
        yield from _number(ChangeKind.PASS_MARK, key, title, old["pass_mark"], new["pass_mark"])
        yield from _number(ChangeKind.TRIES, key, title, old["max_attempts"], new["max_attempts"])
        if old["waits_for_quizzes"] != new["waits_for_quizzes"]:
            kind = ChangeKind.WAITS if new["waits_for_quizzes"] else ChangeKind.WAITS_NO_MORE
            yield Change(kind, key, values={"title": title})
        yield from changes_of_rules(old, new, key=key, title=title)
    needed = (bool(entry.get("needed_for_achievement")) for entry in (old, new))
    yield from change_of_need(*needed, key=key, title=title)
    if old.get("needs_second_assessor", False) != new.get("needs_second_assessor", False):
        kind = ChangeKind.SECOND_ASSESSOR if new.get("needs_second_assessor") else ChangeKind.ONE_ASSESSOR
        yield Change(kind, key, values={"title": title})
    if before["sha256"] in lessons and after["sha256"] in lessons:
        forms = (ItemForm(key, True, False, lessons[text["sha256"]]) for text in (before, after))
        yield from (change for change in _lesson_changes(*forms) if change.kind in _TOLD_OF_A_LESSON)
    else:
        yield from _unseen(old, new, before, after, title)


_CHANGED = {
    "lesson": ChangeKind.LESSON_CHANGED,
    "quiz": ChangeKind.QUIZ_CHANGED,
    "assignment": ChangeKind.ASSIGNMENT_CHANGED,
}


def _unseen(
    old: Mapping[str, Any], new: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], title: str
) -> Iterator[Change]:
    """Say that a text is another, where nothing that the manifest holds says it already."""
    if new["kind"] == "quiz" and old["marking_sha256"] != new["marking_sha256"]:
        if old["pass_mark"] == new["pass_mark"] or old["question_count"] != new["question_count"]:
            values = {"title": title, "old": old["question_count"], "new": new["question_count"]}
            yield Change(ChangeKind.MARKING_CHANGED, new["key"], values=values)
        return
    if before["sha256"] == after["sha256"]:
        return
    if old["question_count"] != new["question_count"]:
        values = {"title": title, "old": old["question_count"], "new": new["question_count"]}
        yield Change(ChangeKind.DRAWS, new["key"], values=values)
        return
    told = (
        before["title"] != after["title"]
        or before["summary"] != after["summary"]
        or old["minutes"] != new["minutes"]
        or (new["kind"] == "quiz" and old["max_attempts"] != new["max_attempts"])
        or differs_in_outline(old, new)
    )
    if not told:
        yield Change(_CHANGED[new["kind"]], new["key"], values={"title": title})


def _languages(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    before, after = languages_of(old), languages_of(new)
    for code in after:
        if code not in before:
            yield Change(ChangeKind.ITEM_LANGUAGE_NEW, language=code)
    for code in before:
        if code not in after:
            yield Change(ChangeKind.ITEM_LANGUAGE_GONE, language=code)
