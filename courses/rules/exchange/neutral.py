"""From the raw value of a block to the neutral form of a question, and back."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from courses.rules.drafted import entries_of
from courses.rules.exchange.form import KIND_FIELDS, LISTS, SHARED_FIELDS, Question
from courses.rules.exchange.texts import clean, line, lines
from courses.rules.kinds.numeric import canonical_number

_OF_THIS_SITE = ("lesson", "section", "picture", "outcome")
_PAGE_LINK = re.compile(r"<a\b[^<>]*\blinktype=[^<>]*>(.*?)</a>", re.DOTALL)
_MANY_LINES = frozenset({"text", "feedback", "feedback_true", "feedback_false", "hint", "guidance"})
_OPTION_FIELDS = frozenset({"text", "correct", "feedback", "match"})


def neutral(kind: str, raw: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Return the neutral value of a raw block value, and the fields of it that name things of this site only."""
    known = SHARED_FIELDS | KIND_FIELDS.get(kind, frozenset())
    value: dict[str, Any] = {}
    for name, entry in raw.items():
        if name in known:
            kept = _list(entry, has_fields=LISTS[name]) if name in LISTS else _plain(name, entry)
            if kept not in ("", None, False, []):
                value[name] = kept
    value["points"] = int(value.get("points") or 1)
    for name in ("number", "tolerance"):
        if name in value:
            value[name] = canonical_number(str(value[name])) or str(value[name])
    if value.get("tolerance") == "0":
        del value["tolerance"]
    if "accepted" in value:
        value["accepted"] = list(dict.fromkeys(value["accepted"]))
    if "others" in value:  # what belongs to an entry is among the matches already
        matched = {option.get("match") for option in value.get("options", ())}
        value["others"] = [other for other in dict.fromkeys(value["others"]) if other not in matched]
        if not value["others"]:
            del value["others"]
    site = {name for name in _OF_THIS_SITE if raw.get(name)}
    if _PAGE_LINK.search(str(raw.get("html") or "")):
        site.add("html")
    return value, site


def raw_block(question: Question, new_id: Callable[[], str]) -> dict[str, Any]:
    """Return the question as a block of a stream, each list entry with an inner name of its own."""
    value = dict(question.value)
    for name in LISTS:
        if name in value:
            value[name] = [{"type": "item", "id": new_id(), "value": _copied(entry)} for entry in value[name]]
    if question.kind == "matching":
        for item in value.get("options", ()):
            item["value"].setdefault("match_id", new_id())
    return {"type": question.kind, "id": new_id(), "value": value}


def _plain(name: str, entry: Any) -> Any:
    if not isinstance(entry, str):
        return entry
    if name == "html":
        return clean(_PAGE_LINK.sub(r"\1", entry))
    return lines(entry) if name in _MANY_LINES else line(entry)


def _list(entries: Any, *, has_fields: bool) -> list[Any]:
    kept: list[Any] = []
    for _key, entry in entries_of(entries):
        if not has_fields:
            text = line(str(entry or ""))
            if text:
                kept.append(text)
        elif isinstance(entry, Mapping):
            plain = {name: _plain(name, field) for name, field in entry.items() if name in _OPTION_FIELDS}
            kept.append({name: field for name, field in plain.items() if field not in ("", None, False)})
    return kept


def _copied(entry: Any) -> Any:
    return dict(entry) if isinstance(entry, Mapping) else entry
