"""Whether a course is what its live pages say: its edition, the rows it was frozen from, its addresses.

Nothing here freezes or writes. A page changed by `QuerySet.update()`, which tells nobody, shows as a row whose
fingerprint is another than the one it was frozen from; so does one whose settling was lost with a process.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from wagtail.models import Page

from courses.models import Course, CourseAddress, CoursePage, ItemAddress, SettledItem
from courses.queries.bank import marks_of_bank
from courses.queries.tree import Tree, TreeItem, fingerprint, read_tree
from courses.rules.manifest import SCHEMA, Manifest, next_manifest
from courses.rules.quiz_rules import rules_in_outline
from courses.rules.rich_text import frozen_html, linked_pages
from foundation.queries.differences import UNREADABLE

Place = tuple[str, str]
"""Item key and language."""


def settled_items(course: Course) -> dict[Place, SettledItem]:
    """Return what was frozen of a course's items, by place. Cost: 1 query."""
    return {(str(row.item_key), row.language): row for row in SettledItem.objects.filter(course=course)}


def marks_of(tree: Tree) -> dict[Place, str]:
    """Return the fingerprint of every place of a tree: of its rows in the source language and its own.

    Of a quiz that takes questions from the bank also of what is published of these. Cost: 1 query if there is any, else
    none.
    """
    marks = {}
    taken = marks_of_bank(
        {item.key: item.rows[tree.source_language]["questions"] for item in tree.items if item.kind == "quiz"}
    )
    for item in tree.items:
        source = item.rows[tree.source_language]
        bank = [{"bank": taken[item.key]}] if item.key in taken else []
        for language, text in item.rows.items():
            marks[(item.key, language)] = fingerprint([source, *([] if text is source else [text]), *bank])
    return marks


def live_part_of(tree: Tree, settled: Mapping[Place, SettledItem]) -> Manifest:
    """Return the part of a manifest that the pages decide, from a tree and what was frozen of it. Cost: 1 query."""
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
            "certificates": [dict(entry) for entry in tree.certificates],
            "author": source["author"],
            "licence": source["licence"],
            "reviewed_date": _date(source["reviewed_date"]),
            "review_by_date": _date(source["review_by_date"]),
            "texts": {code: _course_text(row, page_keys) for code, row in tree.rows.items()},
        },
        "modules": [module for module in modules if module["items"]],
        "items": items,
    }


def course_differs_from_pages(course: Course) -> str:
    """Return in what a course differs from its live pages, in words, or "". Cost: at most 20 queries.

    A step that cannot be frozen as it is keeps the version it had and is named here until its page is mended.
    """
    edition = course.current_edition
    tree = read_tree(course.key, course.source_language)
    if edition is None:
        return "it has no edition, but live pages" if tree is not None and tree.live else ""
    if tree is None:
        return "its pages are gone, but its edition is live" if edition.manifest["live"] else ""
    settled, marks = settled_items(course), marks_of(tree)
    changed = [place for place, mark in marks.items() if place not in settled or settled[place].fingerprint != mark]
    if changed:
        names = ", ".join(f"{key} ({language})" for key, language in sorted(changed))
        return f"steps changed since edition {edition.number}, or cannot be frozen: {names}"
    current = {place: settled[place] for place in marks}
    if next_manifest(edition.manifest, live_part_of(tree, current), number=edition.number + 1) != edition.manifest:
        return f"its pages say something else than edition {edition.number}"
    return _difference_of_addresses(course, tree)


def differences_from_pages() -> Iterator[tuple[UUID, str]]:
    """Yield the key of every course, those that were never settled too, with its difference in words, or "".

    Cost: 2 queries, and those of `course_differs_from_pages` for each course.
    """
    yield from ((key, "it has live pages, but was never settled") for key in _keys_without_course())
    for course in Course.objects.select_related("current_edition").order_by("pk").iterator(chunk_size=1):
        try:
            yield course.key, course_differs_from_pages(course)
        except UNREADABLE as error:  # an edition that was changed by hand; the courses after it are looked at
            yield course.key, f"its edition cannot be read ({type(error).__name__})"


def _keys_without_course() -> list[UUID]:
    known = Course.objects.values("key")
    pages = CoursePage.objects.exclude(translation_key__in=known).order_by("pk")
    sources: dict[UUID, bool] = {}
    for key, live in pages.filter(alias_of=None).values_list("translation_key", "live"):
        sources.setdefault(key, live)  # the page made first is the source
    return [key for key, live in sources.items() if live]


def _difference_of_addresses(course: Course, tree: Tree) -> str:
    slug = CourseAddress.objects.filter(course=course, current=True).values_list("slug", flat=True).first() or ""
    stem, _, number = slug.rpartition("-")
    if slug != tree.slug and not (stem == tree.slug and number.isdecimal()):  # numbered where another has the address
        return f"its address is {slug!r}, its page says {tree.slug!r}"
    paths = {item.key: item.path for item in tree.items}
    known = ItemAddress.objects.filter(course=course, current=True).values_list("item_key", "path")
    if {str(key): path for key, path in known} != paths:
        return "addresses of its steps are not those of its pages"
    return ""


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
        **({"needs_second_assessor": True} if source.get("needs_second_assessor") else {}),
        **({"needed_for_achievement": True} if source.get("needed_for_achievement") else {}),
        **({"done_by_attendance": True} if source.get("done_by_attendance") else {}),
        **rules_in_outline(source),
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
