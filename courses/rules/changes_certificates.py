"""What changes of the certificates of a course, and whether that needs a second person (decision 0020)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from courses.rules.certificate_terms import TERMS, TEXTS, comparable_terms, offer_in
from courses.rules.changed import Change, ChangeKind
from courses.rules.changes_questions import in_lines
from courses.rules.micro_credentials import ACHIEVEMENT

Entries = Sequence[Mapping[str, Any]]

_SAID_TOGETHER = ("statement", "signatory_name", "signatory_role")

ON_AN_ACHIEVEMENT = ("competences", "hours", "level", "eqf_level")
"""Facts of a course that its certificate of achievement vouches for, beside its outcomes."""


def changes_of_certificate_texts(old: Entries, new: Entries, *, source: str, language: str) -> list[Change]:
    """Return what changes of the certificates of a course in words, from two manifests, in a language."""
    before, after = _by_id(old, language, source), _by_id(new, language, source)
    changes: list[Change] = []
    for key, offer in after.items():
        text = _said(offer)
        if key not in before:
            changes.append(Change(ChangeKind.CERTIFICATE_NEW, new=text, values={"text": text}))
            continue
        if _said(before[key]) != text:
            changes.append(Change(ChangeKind.CERTIFICATE_TEXT, old=_said(before[key]), new=text, values={"text": text}))
        for name in TEXTS:
            was, now = before[key].get(name, ""), offer.get(name, "")
            if was != now:
                values = {"certificate": offer["kind"], "field": name}
                changes.append(Change(ChangeKind.CERTIFICATE_WORDS, old=was, new=now, values=values))
    gone = [_said(offer) for key, offer in before.items() if key not in after]
    return changes + [Change(ChangeKind.CERTIFICATE_REMOVED, old=text, values={"text": text}) for text in gone]


def changes_of_certificate_terms(old: Entries, new: Entries) -> Iterator[Change]:
    """Yield what changes of terms that are the same in all languages, and of the kind of a certificate."""
    before = {entry["id"]: entry for entry in old}
    for entry in new:
        if entry["id"] not in before:
            continue
        was, now = (_terms(one) for one in (before[entry["id"]], entry))
        for name, value in now.items():
            if comparable_terms({name: was[name]}) != comparable_terms({name: value}):
                values = {"certificate": now["kind"], "field": name, "old": was[name], "new": value}
                yield Change(ChangeKind.CERTIFICATE_TERM, values=values)


def change_of_need(old: bool, new: bool, *, key: str, title: str) -> Iterator[Change]:
    """Yield a change where a step begins or ceases to be needed for the certificate of achievement."""
    if old != new:
        kind = ChangeKind.NEEDED_FOR_ACHIEVEMENT if new else ChangeKind.NOT_NEEDED_FOR_ACHIEVEMENT
        yield Change(kind, key, values={"title": title})


def differing_places(before: Mapping[str, Any], after: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Return where certificates of a course say something else than before, or the one of achievement takes other steps.

    Places are (key of a step, language), the key "" being the course page. Of two manifests, or parts of them with
    `source_language`, `course` and `items`, and of the earlier one `tombstones`. Where no certificate was offered nothing
    was promised: a first one is no change. Order does not count.
    """
    was, now, source = before["course"], after["course"], before["source_language"]
    if not was["certificates"]:
        return frozenset()
    names = ["certificates"]
    places = set()
    if _terms_of_all(was) != _terms_of_all(now):
        places.add(("", source))
    if offers_achievement(was):
        names.append("outcomes")
        places |= {("", source) for name in ON_AN_ACHIEVEMENT if _facts(was, name) != _facts(now, name)}
        places |= {(key, source) for key in _needed_otherwise(before, after)}
    for name in names:
        before_texts, after_texts = _texts_by_language(was[name]), _texts_by_language(now[name])
        languages = before_texts.keys() | after_texts.keys()
        places |= {("", code) for code in languages if before_texts.get(code) != after_texts.get(code)}
    return frozenset(places)


def offers_achievement(course: Mapping[str, Any]) -> bool:
    """Return whether the `course` of a manifest offers a certificate of achievement."""
    return any(
        text["kind"] == ACHIEVEMENT for certificate in course["certificates"] for text in certificate["texts"].values()
    )


def _needed_otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the steps that are needed now and were not, or were and are not.

    A step that was taken out and is back is compared with what it was. One that is gone lowers the bar only where other
    steps are left to pass: where none is, nobody gets the certificate. So all may be taken down at once, and when the
    first is back, those that were with it count as missing.
    """
    was, now = _needs(before["items"]), _needs(after["items"])
    buried = _needs(before.get("tombstones", ()))
    known = {**buried, **was}
    changed = {key for key, needed in now.items() if needed != known.get(key, False)}
    if any(now.values()):
        expected = was if any(was.values()) else known
        changed |= {key for key, needed in expected.items() if needed and key not in now}
    return changed


def _needs(items: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    return {entry["key"]: bool(entry.get("needed_for_achievement")) for entry in items}


def _facts(course: Mapping[str, Any], name: str) -> Any:
    value = course[name]
    return sorted(map(repr, value)) if isinstance(value, list | tuple) else value


def _terms_of_all(course: Mapping[str, Any]) -> dict[str, Any]:
    return {entry["id"]: comparable_terms(entry.get("terms", {})) for entry in course["certificates"]}


def _texts_by_language(entries: Entries) -> dict[str, dict[str, Any]]:
    texts: dict[str, dict[str, Any]] = {}
    for entry in entries:
        for language, text in entry["texts"].items():
            texts.setdefault(language, {})[entry["id"]] = text
    return texts


def _by_id(entries: Entries, language: str, source: str) -> dict[str, dict[str, Any]]:
    return {entry["id"]: offer_in(entry, language, source) for entry in entries}


def _said(offer: Mapping[str, Any]) -> str:
    return in_lines(str(offer[name]) for name in _SAID_TOGETHER if offer[name])


def _terms(entry: Mapping[str, Any]) -> dict[str, Any]:
    kind = next(iter(entry["texts"].values()))["kind"]
    return {"kind": kind, **TERMS, **entry.get("terms", {})}
