"""The manifest of an edition: the course, frozen, as plain values in a dict that canonical JSON can hold.

    {"schema": 1, "key", "source_language", "live",
     "course": {level, hours, ... and "texts": {language: {title, summary, ...}},
                "certificates": as in `courses.rules.certificate_terms`},
     "modules": [{"key", "texts": {language: {"title", "summary"}}, "items": [keys]}],
     "items": [{"key", "kind", "required", "binds", "past", "minutes", "pass_mark", "max_attempts", "waits_for_quizzes",
                "needs_second_assessor" (of an assignment, only if so), "needed_for_achievement" (only if so),
                "done_by_attendance" (of a lesson, only if so), the rules of a quiz that are not at their default
                (`courses.rules.quiz_rules.IN_OUTLINE`), "question_count" (asked in a try), "marking_sha256",
                "versions": {language: {"sha256", "title", "summary"}}}],
     "tombstones": [the same, of items taken out]}

It holds no row number, slug, address or revision: those may change without a new edition. Order and structure come from
the source language; a translation gives texts only.
"""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from courses.rules.binds import NEW, Binding, next_binds
from courses.rules.certificate_terms import in_order_of

SCHEMA = 1
Manifest = dict[str, Any]
"""JSON as described above."""


def next_manifest(
    previous: Mapping[str, Any] | None,
    course: Mapping[str, Any],
    *,
    number: int,
    restore: bool = True,
    bind_all: Set[str] = frozenset(),
) -> Manifest:
    """Return the manifest of edition `number`, from that of the edition before and the course as it is live now.

    `course` is a manifest without bindings and tombstones: what the page tree says. `bind_all` names items that bind
    people already enrolled. Nothing changed: the result equals `previous`, which healing relies on.
    """
    known = {entry["key"]: entry for entry in _all_items(previous)}
    items = []
    for entry in course["items"]:
        before = known.pop(entry["key"], None)
        binding = next_binds(
            _binding(before),
            required=entry["required"],
            number=number,
            restore=restore,
            bind_all=entry["key"] in bind_all and entry["required"],
        )
        items.append({**entry, **_as_json(binding)})
    tombstones = [
        {**entry, **_as_json(next_binds(_binding(entry), required=False, number=number))} for entry in known.values()
    ]
    offered = previous["course"]["certificates"] if previous else ()
    return {
        **course,
        "schema": SCHEMA,
        "course": {**course["course"], "certificates": in_order_of(offered, course["course"]["certificates"])},
        "items": items,
        "tombstones": sorted(tombstones, key=lambda entry: entry["key"]),
    }


def live_part(manifest: Mapping[str, Any]) -> Manifest:
    """Return what the page tree said when this manifest was made: `next_manifest` of it changes nothing."""
    items = [
        {key: value for key, value in entry.items() if key not in {"binds", "past"}} for entry in manifest["items"]
    ]
    return {**{key: value for key, value in manifest.items() if key != "tombstones"}, "items": items}


def without_pages(manifest: Mapping[str, Any]) -> Manifest:
    """Return what to freeze when the course's pages are gone: the same course, no longer live."""
    return {**live_part(manifest), "live": False}


def languages_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the languages in which anything of the course has a text, the source language first, then by code."""
    found = set(manifest["course"]["texts"])
    for entry in manifest["modules"]:
        found.update(entry["texts"])
    for entry in manifest["items"]:
        found.update(entry["versions"])
    source = manifest["source_language"]
    return (source, *sorted(found - {source}))


def waiting_for(items: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return, for each item with `waits_for_quizzes`, the keys of the required quizzes before it in the course."""
    quizzes: list[str] = []
    waits: dict[str, list[str]] = {}
    for entry in items:
        if entry.get("waits_for_quizzes"):
            waits[entry["key"]] = list(quizzes)
        if entry["kind"] == "quiz" and entry["required"]:
            quizzes.append(entry["key"])
    return waits


def _all_items(manifest: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    return [*manifest["items"], *manifest["tombstones"]] if manifest else []


def _binding(entry: Mapping[str, Any] | None) -> Binding:
    if entry is None:
        return NEW
    return Binding(
        entry["required"],
        tuple((first, last) for first, last in entry["binds"]),
        tuple((first, last) for first, last in entry["past"]),
    )


def _as_json(binding: Binding) -> dict[str, Any]:
    return {
        "required": binding.required,
        "binds": [list(pair) for pair in binding.binds],
        "past": [list(pair) for pair in binding.past],
    }
