"""From the live page tree to the part of the manifest that the tree decides, freezing only what changed."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from wagtail.models import Page

from courses.models import Course, SettledItem
from courses.operations.versions import CannotFreeze, FreezeInput, FrozenItem, freeze_items
from courses.queries.tree import Tree, TreeItem, fingerprint, parsed
from courses.rules.manifest import SCHEMA, Manifest
from courses.rules.rich_text import frozen_html, linked_pages

logger = logging.getLogger(__name__)

Place = tuple[str, str]
"""Item key and language."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the tree says, frozen: the live part of a manifest, and the words of the lessons frozen just now."""

    live_part: Manifest
    search_texts: Mapping[Place, str] = field(default_factory=dict)


def freeze_contents(*, course: Course, tree: Tree, without_text: set[Place], at: datetime) -> Contents:
    """Freeze a course's live items and return what its next manifest is made of. Cost: 3 queries and those of freezing.

    Bodies are read only of items whose row changed since they were frozen, and of the places in `without_text`, whose
    words the search has lost. An item that cannot be frozen keeps the version it had, or is left out: one broken page
    must not hold back its course.
    """
    settled = {(str(row.item_key), row.language): row for row in SettledItem.objects.filter(course=course)}
    marks: dict[Place, str] = {}
    inputs: dict[Place, FreezeInput] = {}
    for item in tree.items:
        source = item.rows[tree.source_language]
        for language, text in item.rows.items():
            place = (item.key, language)
            marks[place] = fingerprint([source] if text is source else [source, text])
            known = settled.get(place)
            if known is None or known.fingerprint != marks[place] or place in without_text:
                raw_source = parsed(source)
                raw_text = raw_source if text is source else parsed(text)
                inputs[place] = FreezeInput(
                    kind=item.kind,
                    key=UUID(item.key),
                    language=language,
                    source=raw_source,
                    text=raw_text,
                    source_language=tree.source_language,
                )
    frozen = _freeze(inputs, at=at)
    current = {place: row for place, row in settled.items() if place in marks}
    changed = [
        SettledItem(
            course=course,
            item_key=UUID(place[0]),
            language=place[1],
            fingerprint=marks[place],
            version_sha256=made.version_sha,
            marking_sha256=made.marking_sha,
            title=made.title,
            summary=made.summary,
            question_count=made.question_count,
        )
        for place, made in frozen.items()
    ]
    current.update({(str(row.item_key), row.language): row for row in changed})
    _keep(changed)
    return Contents(
        live_part=_live_part(tree, current),
        search_texts={place: made.search_text for place, made in frozen.items()},
    )


def _freeze(inputs: Mapping[Place, FreezeInput], *, at: datetime) -> dict[Place, FrozenItem]:
    remaining = dict(inputs)
    while remaining:
        try:
            return dict(zip(remaining, freeze_items(list(remaining.values()), at=at), strict=True))
        except CannotFreeze as problem:
            place = (str(problem.key), problem.language)
            logger.error("Item %s in %s cannot be frozen: %s", *place, problem)
            del remaining[place]
    return {}


def _keep(rows: list[SettledItem]) -> None:
    if rows:
        SettledItem.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["course", "item_key", "language"],
            update_fields=["fingerprint", "version_sha256", "marking_sha256", "title", "summary", "question_count"],
        )


def _live_part(tree: Tree, settled: Mapping[Place, SettledItem]) -> Manifest:
    source = tree.rows[tree.source_language]
    page_keys = _keys_of_links(tree.rows.values())
    items = [
        _item(item, tree.source_language, source=item.rows[tree.source_language], settled=settled)
        for item in tree.items
        if (item.key, tree.source_language) in settled
    ]
    kept = {entry["key"] for entry in items}
    modules = [
        {
            "key": module.key,
            "texts": {code: dict(text) for code, text in module.texts.items()},
            "items": [key for key in module.items if key in kept],
        }
        for module in tree.modules
    ]
    return {
        "schema": SCHEMA,
        "key": tree.key,
        "source_language": tree.source_language,
        "live": tree.live,
        "course": {
            "level": source["level"],
            "eqf_level": source["eqf_level"],
            "hours": source["hours"],
            "category": source["category"],
            "audiences": list(tree.audiences),
            "plain_language": source["plain_language"],
            "art": source["art"],
            "competences": [dict(entry) for entry in tree.competences],
            "prerequisites": list(tree.prerequisites),
            "outcomes": [{"id": entry["id"], "texts": entry["texts"]} for entry in tree.outcomes],
            "certificates": [{"id": entry["id"], "texts": entry["texts"]} for entry in tree.certificates],
            "author": source["author"],
            "licence": source["licence"],
            "reviewed_date": _date(source["reviewed_date"]),
            "review_by_date": _date(source["review_by_date"]),
            "texts": {code: _course_text(row, page_keys) for code, row in tree.rows.items()},
        },
        "modules": [module for module in modules if module["items"]],
        "items": items,
    }


def _item(
    item: TreeItem, source_language: str, *, source: Mapping[str, Any], settled: Mapping[Place, SettledItem]
) -> dict[str, Any]:
    original = settled[(item.key, source_language)]
    rows = {language: settled.get((item.key, language)) for language in item.rows}
    return {
        "key": item.key,
        "kind": item.kind,
        "required": source["required"],
        "minutes": source["minutes"],
        "pass_mark": source.get("pass_mark", 0),
        "max_attempts": source.get("max_attempts", 0),
        "waits_for_quizzes": source.get("waits_for_quizzes", False),
        "question_count": original.question_count,
        "marking_sha256": original.marking_sha256,
        "versions": {
            language: {"sha256": row.version_sha256, "title": row.title, "summary": row.summary}
            for language, row in rows.items()
            # A quiz has one answer key for all languages: a text that was frozen with an older key waits for its turn.
            if row is not None and row.marking_sha256 == original.marking_sha256
        },
    }


def _keys_of_links(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the translation keys of the pages that the course's own texts link to. Cost: 1 query, or none."""
    numbers = {number for row in rows for html in (row["description"], row["source"]) for number in linked_pages(html)}
    if not numbers:
        return {}
    pages = Page.objects.filter(pk__in=numbers, live=True).order_by()
    return {pk: str(key) for pk, key in pages.values_list("pk", "translation_key")}


def _course_text(row: Mapping[str, Any], page_keys: Mapping[int, str]) -> dict[str, Any]:
    return {
        "title": row["title"],
        "summary": row["summary"],
        "description_html": frozen_html(row["description"], page_keys),
        "source_html": frozen_html(row["source"], page_keys),
        "topics": [topic.strip() for topic in row["topics"].split(",") if topic.strip()],
    }


def _date(value: Any) -> str:
    return value.isoformat() if value else ""
