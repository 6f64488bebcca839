"""Manifests for tests of pure rules."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BoundItem:
    key: str
    required: bool
    binds: tuple[tuple[int, int | None], ...]
    past: tuple[tuple[int, int | None], ...]


def course_of(states: dict[str, str], *, live: bool = True) -> dict[str, Any]:
    """Return the live part of a manifest with one module of items that are "required", "optional" or "out"."""
    items = [item(key, required=state == "required") for key, state in states.items() if state != "out"]
    text = {"title": "Basics", "summary": "", "description_html": "", "source_html": "", "topics": []}
    return {
        "schema": 1,
        "key": "course",
        "source_language": "en",
        "live": live,
        "course": {
            "level": "basic",
            "eqf_level": None,
            "hours": 1,
            "category": "ict-basic",
            "audiences": [],
            "plain_language": False,
            "art": "office",
            "competences": [],
            "prerequisites": [],
            "outcomes": [],
            "certificates": [],
            "author": "",
            "licence": "CC BY 4.0",
            "reviewed_date": "",
            "review_by_date": "",
            "texts": {"en": text},
        },
        "modules": [
            {
                "key": "module",
                "texts": {"en": {"title": "Module", "summary": ""}},
                "items": [entry["key"] for entry in items],
            }
        ],
        "items": items,
    }


def item(key: str, *, required: bool = True, kind: str = "lesson", **fields: Any) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "required": required,
        "minutes": 5,
        "pass_mark": 0,
        "max_attempts": 0,
        "waits_for_quizzes": False,
        "question_count": 0,
        "marking_sha256": "",
        "versions": {"en": {"sha256": f"sha-{key}", "title": key.upper(), "summary": ""}},
        **fields,
    }


def as_items(manifest: dict[str, Any]) -> list[BoundItem]:
    """Return a manifest's items, removed ones too, as the rules of `binds` take them."""
    return [
        BoundItem(
            entry["key"],
            entry["required"],
            tuple((first, last) for first, last in entry["binds"]),
            tuple((first, last) for first, last in entry["past"]),
        )
        for entry in [*manifest["items"], *manifest["tombstones"]]
    ]
