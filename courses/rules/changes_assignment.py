"""What a draft changes of an assignment beside its frozen form: the task, what is handed in, the rubric.

There is nothing to mark again: work that was handed in keeps the version, and so the rubric, it was handed in for.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from courses.rules.changed import Change, ChangeKind, ItemForm
from foundation.rules.cleaning import plain_text


def changes_of_assignment(old: ItemForm, new: ItemForm, *, is_source: bool) -> list[Change]:
    """Return what changes of an assignment beyond its title, time and pass mark; of a translation the texts only."""
    changes = [*_task(old, new)]
    if is_source:
        changes += _handing_in(old, new)
    return [*changes, *_rubric(old, new, is_source=is_source)]


def _task(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    if old.body["task_html"] != new.body["task_html"]:
        yield Change(
            ChangeKind.TASK,
            new.key,
            old=plain_text(old.body["task_html"]),
            new=plain_text(new.body["task_html"]),
            values={"title": new.body["title"]},
        )


def _handing_in(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    values = {"title": new.body["title"]}
    before, after = old.body, new.body
    if before["takes_text"] != after["takes_text"]:
        yield Change(ChangeKind.TAKES_TEXT if after["takes_text"] else ChangeKind.TAKES_NO_TEXT, new.key, values=values)
    if before["max_files"] != after["max_files"]:
        numbers = {"old": before["max_files"], "new": after["max_files"]}
        yield Change(ChangeKind.FILES, new.key, values={**values, **numbers})
    if before.get("needs_second_assessor", False) != after.get("needs_second_assessor", False):
        kind = ChangeKind.SECOND_ASSESSOR if after.get("needs_second_assessor") else ChangeKind.ONE_ASSESSOR
        yield Change(kind, new.key, values=values)


def _rubric(old: ItemForm, new: ItemForm, *, is_source: bool) -> Iterator[Change]:
    before = {criterion["id"]: criterion for criterion in old.body["criteria"]}
    after = {criterion["id"]: criterion for criterion in new.body["criteria"]}
    for key, criterion in after.items():
        if key in before:
            yield from _criterion(new.key, before[key], criterion, is_source=is_source)
        elif is_source:
            yield Change(
                ChangeKind.CRITERION_NEW,
                new.key,
                key,
                new=_criterion_words(criterion),
                values={"criterion": criterion["title"]},
            )
    if not is_source:
        return
    for key, criterion in before.items():
        if key not in after:
            yield Change(
                ChangeKind.CRITERION_REMOVED,
                new.key,
                key,
                old=_criterion_words(criterion),
                values={"criterion": criterion["title"]},
            )
    if _kept(before, after) != _kept(after, before):
        yield Change(
            ChangeKind.CRITERIA_REORDERED,
            new.key,
            old="\n".join(criterion["title"] for criterion in before.values()),
            new="\n".join(criterion["title"] for criterion in after.values()),
            values={"title": new.body["title"]},
        )


def _criterion(item: str, old: Mapping[str, Any], new: Mapping[str, Any], *, is_source: bool) -> Iterator[Change]:
    def change(kind: ChangeKind, before: str = "", after: str = "", **values: Any) -> Change:
        return Change(kind, item, new["id"], before, after, {"criterion": new["title"], **values})

    if (old["title"], old["description"]) != (new["title"], new["description"]):
        yield change(ChangeKind.CRITERION_TEXT, _texts(old), _texts(new))
    before = {level["id"]: level for level in old["levels"]}
    after = {level["id"]: level for level in new["levels"]}
    for key, level in after.items():
        if key not in before:
            if is_source:
                yield change(ChangeKind.LEVEL_NEW, "", _level_words(level), level=level["title"])
            continue
        if _texts(before[key]) != _texts(level):
            yield change(ChangeKind.LEVEL_TEXT, _texts(before[key]), _texts(level), level=level["title"])
        if is_source and before[key]["points"] != level["points"]:
            points = {"old": before[key]["points"], "new": level["points"]}
            yield change(ChangeKind.LEVEL_POINTS, level=level["title"], **points)
    if not is_source:
        return
    for key, level in before.items():
        if key not in after:
            yield change(ChangeKind.LEVEL_REMOVED, _level_words(level), "", level=level["title"])
    if _kept(before, after) != _kept(after, before):
        titles = ["\n".join(level["title"] for level in levels.values()) for levels in (before, after)]
        yield change(ChangeKind.LEVELS_REORDERED, *titles)


def _kept(of: Iterable[str], other: Iterable[str]) -> list[str]:
    known = set(other)
    return [key for key in of if key in known]


def _texts(entry: Mapping[str, Any]) -> str:
    return "\n".join(filter(None, [entry["title"], entry["description"]]))


def _level_words(level: Mapping[str, Any]) -> str:
    words = f"{level['title']} ({level['points']})"
    return f"{words}: {level['description']}" if level["description"] else words


def _criterion_words(criterion: Mapping[str, Any]) -> str:
    return "\n".join([_texts(criterion), *(_level_words(level) for level in criterion["levels"])])
