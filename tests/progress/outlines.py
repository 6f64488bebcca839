"""Outlines made by hand, for tests of rules and for builders of frozen courses."""

from typing import Any

from courses.rules.outline import Outline, OutlineItem, OutlineModule


def make_item(key: str, kind: str = "lesson", **changes: Any) -> OutlineItem:
    fields: dict[str, Any] = {
        "key": key,
        "kind": kind,
        "module": "module",
        "path": f"start-safely/{key}",
        "title": f"Title of {key}",
        "language": "en",
        "summary": "",
        "minutes": 5,
        "required": True,
        "binds": ((1, None),),
        "past": (),
        "version": f"sha-{key}",
        "question_count": 3 if kind == "quiz" else 0,
        "pass_mark": 60 if kind == "quiz" else 0,
        "max_attempts": 0,
        "waits_for": (),
    }
    return OutlineItem(**fields | changes)


def make_outline(*items: OutlineItem, **changes: Any) -> Outline:
    kept = tuple(item for item in items if not item.removed)
    fields: dict[str, Any] = {
        "course_key": "course",
        "edition": 1,
        "live": True,
        "slug": "digital-basics",
        "language": "en",
        "source_language": "en",
        "languages": ("en",),
        "title": "Digital basics at work",
        "summary": "Use the phone, tablet or computer at work safely.",
        "description_html": "<p>For everyone.</p>",
        "level": "basic",
        "eqf_level": 2,
        "hours": 6,
        "category": "ict-basic",
        "topics": (),
        "audiences": (),
        "plain_language": True,
        "art": "tablet",
        "outcomes": (("sign-in", "Signs in and out safely on a shared device."),),
        "competences": (),
        "prerequisites": (),
        "certificates": (),
        "author": "The editors",
        "licence": "CC BY 4.0",
        "source_html": "<p>Written for this portal.</p>",
        "reviewed_date": "2026-10-12",
        "review_by_date": "2027-04-12",
        "modules": (OutlineModule("module", "start-safely", "Start safely", "", "en", tuple(i.key for i in kept)),),
        "items": kept,
        "tombstones": tuple(item for item in items if item.removed),
    }
    return Outline(**fields | changes)
