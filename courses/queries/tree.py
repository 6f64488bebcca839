"""The live page tree of a course, read as plain values in a number of queries that does not grow with the course.

Order and structure come from the tree of the source language alone; a translation is found by its key, wherever it
hangs, and gives texts. Live means: the page and its module are; the course's own state is a flag (EDITIONS.md 4).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import models
from django.db.models.functions import Cast
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.models import (
    AssignmentPage,
    CertificateDefinition,
    CourseAudience,
    CourseCompetence,
    CourseOutcome,
    CoursePage,
    CoursePrerequisite,
    LessonPage,
    ModulePage,
    QuizPage,
)
from courses.rules.certificate_terms import COLUMNS, certificate_entry

Row = Mapping[str, Any]
ItemKind = Literal["lesson", "quiz", "assignment"]
ITEM_KINDS: Mapping[str, ItemKind] = {"lessonpage": "lesson", "quizpage": "quiz", "assignmentpage": "assignment"}
"""The kinds of items by the names of their page types."""
ITEM_MODELS: tuple[type[LessonPage] | type[QuizPage] | type[AssignmentPage], ...] = (
    LessonPage,
    QuizPage,
    AssignmentPage,
)

_SAYING_NOTHING = [("done_by_attendance", False)]


@dataclass(frozen=True, slots=True)
class TreeItem:
    """A live item. `rows` has the raw columns of its page by language, those of the source language among them."""

    key: str
    kind: ItemKind
    path: str
    rows: Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class TreeModule:
    key: str
    slug: str
    texts: Mapping[str, Mapping[str, str]]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A course as its pages are live. `old_slugs` and `old_paths` are the addresses its translations have in the tree."""

    key: str
    source_language: str
    live: bool
    slug: str
    position: int
    rows: Mapping[str, Row]
    outcomes: tuple[Row, ...]
    audiences: tuple[str, ...]
    competences: tuple[Row, ...]
    prerequisites: tuple[str, ...]
    certificates: tuple[Row, ...]
    modules: tuple[TreeModule, ...]
    items: tuple[TreeItem, ...]
    old_slugs: tuple[str, ...]
    old_paths: tuple[tuple[str, str], ...]


def read_tree(key: UUID, source_language: str | None) -> Tree | None:
    """Return a course's live tree, or None when the page of its source language is gone. Cost: 13 queries.

    Without `source_language` the page made first is the source.
    """
    course_rows = list(_course_rows(key))
    source = _source_of(course_rows, source_language)
    if source is None:
        return None
    language = source["language"]
    course_texts = {row["language"]: row for row in course_rows if _is_text(row, language) or row is source}
    pages = list(_page_rows(Page.objects.filter(path__startswith=source["path"], depth__gt=source["depth"])))
    modules = [row for row in pages if row["model"] == "modulepage" and row["depth"] == source["depth"] + 1]
    module_by_path = {row["path"]: row for row in modules if row["live"]}
    items = [row for row in pages if row["model"] in ITEM_KINDS and row["live"] and _parent(row) in module_by_path]
    kept = [row for row in modules if row["path"] in {_parent(item) for item in items}]
    translations, parents = _translations([*kept, *items], language)

    summaries = dict(
        ModulePage.objects.filter(pk__in=[row["pk"] for row in [*kept, *translations]]).values_list("pk", "summary")
    )
    raw = {}
    for kind_model in ITEM_MODELS:
        pks = [row["pk"] for row in [*items, *translations] if row["model"] == kind_model._meta.model_name]
        raw.update(_raw_rows(kind_model, pks))
    texts: dict[str, dict[str, Row]] = {}
    for row in [*kept, *items, *translations]:
        texts.setdefault(row["key"], {})[row["language"]] = row

    course_pks = {row["pk"]: code for code, row in course_texts.items()}
    return Tree(
        key=str(key),
        source_language=language,
        live=source["live"],
        slug=source["slug"],
        position=int(source["path"][-Page.steplen :], 36),
        rows=course_texts,
        outcomes=_translated_children(CourseOutcome, course_pks, language, ["text"]),
        audiences=tuple(_children(CourseAudience, source["pk"]).values_list("audience", flat=True)),
        competences=tuple(_children(CourseCompetence, source["pk"]).values("framework", "version", "code", "level")),
        prerequisites=tuple(
            str(course_key)
            for course_key in _children(CoursePrerequisite, source["pk"]).values_list("course__key", flat=True)
        ),
        certificates=_certificates(course_pks, language),
        modules=tuple(
            TreeModule(
                key=row["key"],
                slug=row["slug"],
                texts={
                    code: {"title": text["title"], "summary": summaries.get(text["pk"], "")}
                    for code, text in texts[row["key"]].items()
                },
                items=tuple(item["key"] for item in items if _parent(item) == row["path"]),
            )
            for row in kept
        ),
        items=tuple(
            TreeItem(
                key=row["key"],
                kind=ITEM_KINDS[row["model"]],
                path=f"{module_by_path[_parent(row)]['slug']}/{row['slug']}",
                rows={code: raw[text["pk"]] for code, text in texts[row["key"]].items() if text["pk"] in raw},
            )
            for row in items
        ),
        old_slugs=tuple(row["slug"] for code, row in course_texts.items() if code != language),
        old_paths=tuple(
            (f"{parents[_parent(row)]['slug']}/{row['slug']}", row["key"])
            for row in translations
            if row["model"] != "modulepage" and _parent(row) in parents
        ),
    )


def fingerprint(rows: Iterable[Row]) -> str:
    """Return a digest of raw rows: it differs when any column does, or when the page was published again.

    A column that pages got later counts only where it says something: an update of the site changes no page.
    """
    said = [sorted(item for item in row.items() if item not in _SAYING_NOTHING) for row in rows]
    text = json.dumps(said, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def parsed(row: Row) -> dict[str, Any]:
    """Return a raw row with its StreamField columns as lists, as freezing takes it."""
    stream_columns = {"body", "questions", "draws", "rubric"} & row.keys()
    return {**row, **{name: json.loads(row[name] or "[]") for name in stream_columns}}


def courses_of_paths(paths: Iterable[str]) -> set[UUID]:
    """Return the keys of the courses that pages at these tree paths belong to. Cost: 1 query."""
    steps = {path[:end] for path in paths for end in range(Page.steplen, len(path) + 1, Page.steplen)}
    return set(CoursePage.objects.filter(path__in=steps).order_by().values_list("translation_key", flat=True))


def courses_with(pages: Iterable[tuple[str, UUID]]) -> set[UUID]:
    """Return the keys of the courses that pages, given as (tree path, key), belong to. Cost: 2 queries.

    A translation belongs to the course of its source page too, wherever that was moved.
    """
    known = list(pages)
    same = Page.objects.filter(translation_key__in={key for _, key in known}).order_by().values_list("path", flat=True)
    return courses_of_paths({*(path for path, _ in known), *same})


def _course_rows(key: UUID) -> Iterable[dict[str, Any]]:
    fields = [field.attname for field in CoursePage._meta.local_concrete_fields if not field.primary_key]
    return _page_rows(CoursePage.objects.filter(translation_key=key), *fields)


def _page_rows(pages: "models.QuerySet[Any]", *fields: str) -> Iterable[dict[str, Any]]:
    for row in (
        pages.order_by("path")
        .annotate(language=models.F("locale__language_code"), model=models.F("content_type__model"))
        .values(
            "pk",
            "path",
            "depth",
            "translation_key",
            "live",
            "slug",
            "title",
            "alias_of_id",
            "language",
            "model",
            *fields,
        )
    ):
        row["key"] = str(row.pop("translation_key"))
        yield row


def _source_of(course_rows: list[dict[str, Any]], source_language: str | None) -> dict[str, Any] | None:
    if source_language is None:
        return min(course_rows, key=lambda row: (row["alias_of_id"] is not None, row["pk"]), default=None)
    return next((row for row in course_rows if row["language"] == source_language), None)


def _is_text(row: Row, source_language: str) -> bool:
    """Return whether a page is a text in another language: live, and no synced copy of the source's text."""
    return bool(row["live"] and row["alias_of_id"] is None and row["language"] != source_language)


def _parent(row: Row) -> str:
    path: str = row["path"]
    return path[: -Page.steplen]


def _translations(sources: list[dict[str, Any]], language: str) -> tuple[list[dict[str, Any]], dict[str, Row]]:
    """Return the live translations of pages, and the modules they hang under by tree path. Cost: 2 queries.

    A translation below a course or module page that is not live is left out; what is above the course does not matter.
    """
    keys = {row["key"] for row in sources}
    found = [row for row in _page_rows(Page.objects.filter(translation_key__in=keys)) if _is_text(row, language)]
    steps = {row["path"][:end] for row in found for end in range(Page.steplen, len(row["path"]), Page.steplen)}
    above = {
        row["path"]: row
        for row in Page.objects.filter(path__in=steps, content_type__model__in=["coursepage", "modulepage"])
        .order_by()
        .values("path", "slug", "live", "content_type__model")
    }
    hidden = {path for path, row in above.items() if not row["live"]}
    shown = [row for row in found if not any(row["path"].startswith(path) for path in hidden)]
    return shown, {path: row for path, row in above.items() if row["content_type__model"] == "modulepage"}


def _raw_rows(model: type[LessonPage] | type[QuizPage] | type[AssignmentPage], pks: list[int]) -> dict[int, Row]:
    """Return the columns of pages as stored. StreamField columns stay JSON text: most are compared, not read."""
    streams = [field.name for field in model._meta.local_concrete_fields if isinstance(field, StreamField)]
    columns = [
        field.attname
        for field in model._meta.local_concrete_fields
        if not field.primary_key and not isinstance(field, StreamField)
    ]
    rows = (
        model.objects.filter(pk__in=pks)
        .order_by()
        .annotate(**{f"raw_{name}": Cast(name, models.TextField()) for name in streams})
        .values("pk", "title", "last_published_at", *columns, *[f"raw_{name}" for name in streams])
    )
    return {row["pk"]: {name.removeprefix("raw_"): value for name, value in row.items()} for row in rows}


def _children(model: type[models.Model], page_pk: int) -> "models.QuerySet[Any]":
    return model._default_manager.filter(page_id=page_pk).order_by("sort_order", "pk")


def _translated_children(
    model: type[models.Model], course_pks: Mapping[int, str], language: str, fields: list[str]
) -> tuple[Row, ...]:
    """Return the children of the source page in order, each as {"id", "texts": {language: fields}}. Cost: 1 query."""
    rows = list(
        model._default_manager.filter(page_id__in=course_pks)
        .order_by("sort_order", "pk")
        .values("page_id", "translation_key", *fields)
    )
    texts: dict[UUID, dict[str, Row]] = {}
    for row in rows:
        texts.setdefault(row["translation_key"], {})[course_pks[row["page_id"]]] = {name: row[name] for name in fields}
    return tuple(
        {"id": str(row["translation_key"]), "texts": texts[row["translation_key"]]}
        for row in rows
        if course_pks[row["page_id"]] == language
    )


def _certificates(course_pks: Mapping[int, str], language: str) -> tuple[Row, ...]:
    """Return the certificates of the source page in order, each as a manifest holds it. Cost: 1 query."""
    rows = list(
        CertificateDefinition.objects.filter(page_id__in=course_pks)
        .order_by("sort_order", "pk")
        .values("page_id", "translation_key", "issuer__key", "issuer__is_site", *COLUMNS)
    )
    by_key: dict[UUID, dict[str, Row]] = {}
    for row in rows:
        # To choose this site's own issuer says no more than to choose none.
        issuer = "" if row["issuer__is_site"] else row["issuer__key"] or ""
        by_key.setdefault(row["translation_key"], {})[course_pks[row["page_id"]]] = {**row, "issuer": issuer}
    return tuple(
        certificate_entry(str(row["translation_key"]), by_key[row["translation_key"]], language)
        for row in rows
        if course_pks[row["page_id"]] == language
    )
