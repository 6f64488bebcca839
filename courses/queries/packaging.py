"""A course as it goes out in a package (docs/course-package.md), read in batches: it may be of any size.

for name, pieces in package_members(tree, sent=sent, at=at, portal="https://portal.example"):
    ...  # one file after another, for courses.rules.package.zip_stream
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from wagtail.models import Page

from courses.models import AssignmentPage, Course, CoursePage, LessonPage, ModulePage, QuizPage
from courses.queries.package_files import media_members
from courses.queries.package_values import PackageNames, PackageRow, children_of, columns_of, read_columns
from courses.rules.package import FORMAT, VERSION, Sent, item_name, module_name, page_file

PER_BATCH = 25
MODELS: Mapping[str, type[Page]] = {
    "course": CoursePage,
    "module": ModulePage,
    "lesson": LessonPage,
    "quiz": QuizPage,
    "assignment": AssignmentPage,
}
KINDS_OF_MODELS = {model._meta.model_name: kind for kind, model in MODELS.items()}


@dataclass(frozen=True, slots=True)
class PackagePage:
    """A page that goes out: its name in the package, what it is, and the row of its text in each language."""

    name: str
    kind: str
    parent: str
    key: UUID
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class PackageTree:
    """A course that goes out. `published`: as it is public, else as its latest drafts are."""

    key: UUID
    title: str
    slug: str
    source_language: str
    published: bool
    pages: tuple[PackagePage, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    """By row number: "<name>/<language>"."""

    @property
    def languages(self) -> list[str]:
        """Languages in which there is any text, that of the source first."""
        found = {language for page in self.pages for language in page.rows}
        return [self.source_language, *sorted(found - {self.source_language})]

    def count(self, *kinds: str) -> int:
        return sum(1 for page in self.pages if page.kind in kinds)


def package_tree(page: CoursePage, *, published: bool = False) -> PackageTree | None:
    """Return what of a course goes out, None where nothing of it is published and only that was asked for.

    `page` is its page in any language. Cost: 4 queries for a course of any size.
    """
    texts = list(_rows(CoursePage.objects.filter(translation_key=page.translation_key).order_by("pk")))
    known = Course.objects.filter(key=page.translation_key).values_list("source_language", flat=True).first()
    source = next((row for row in texts if row["language"] == known), texts[0])
    if published and not source["live"]:
        return None
    below = Page.objects.filter(path__startswith=source["path"], depth__gt=source["depth"]).order_by("path")
    rows = [row for row in _rows(below) if row["live"] or not published]
    pages = [PackagePage("course", "course", "", source["translation_key"], {})]
    modules: dict[str, tuple[int, int]] = {}
    for row in rows:
        kind = KINDS_OF_MODELS.get(row["model"], "")
        if kind == "module" and row["depth"] == source["depth"] + 1:
            modules[row["path"]] = (len(modules) + 1, 0)
            pages.append(PackagePage(module_name(len(modules)), kind, "course", row["translation_key"], {}))
        elif kind not in {"", "course", "module"} and row["path"][: -Page.steplen] in modules:
            module, count = modules[row["path"][: -Page.steplen]]
            modules[row["path"][: -Page.steplen]] = (module, count + 1)
            name = item_name(module, count + 1)
            pages.append(PackagePage(name, kind, module_name(module), row["translation_key"], {}))
    found = {entry.key: entry for entry in pages}
    names: dict[int, str] = {}
    for row in _rows(Page.objects.filter(translation_key__in=list(found)).order_by("pk")):
        entry = found[row["translation_key"]]
        if row["live"] or not published:
            entry.rows[row["language"]] = row["pk"]
            names[row["pk"]] = f"{entry.name}/{row['language']}"
    return PackageTree(
        key=source["translation_key"],
        title=source["title"],
        slug=source["slug"],
        source_language=source["language"],
        published=published,
        pages=tuple(pages),
        names=names,
    )


def package_members(
    tree: PackageTree, *, sent: Sent, at: datetime, portal: str, with_bank: bool = True
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield the files of a package one after another, each with its bytes in pieces. `sent` is what was written so far.

    Without `with_bank` no question of the bank goes out: for who may not see the bank. Cost: at most 10 queries for each 25 texts of pages, each 25 questions of the bank, and each 25 pictures or documents.
    """
    names = PackageNames(tree.names, with_bank=with_bank, published=tree.published)
    # The course comes first: what follows names its outcomes.
    texts = [(page, language) for page in tree.pages for language in _in_languages(page, tree)]
    for batch in _batches(texts):
        for page, language, said in _said(batch, tree=tree, names=names):
            yield page_file(page.name, language), [_json(said)]
    yield from _question_members(names)
    yield from media_members(names, as_json=_json)
    yield "course.json", [_json(_outline(tree))]
    yield (
        "package.json",
        [
            _json(
                {
                    "format": FORMAT,
                    "version": VERSION,
                    "exported_at": at.isoformat(timespec="seconds"),
                    "exported_from": portal,
                    "drafts": not tree.published,
                    "course": {"key": str(tree.key), "title": tree.title, "slug": tree.slug},
                    "counts": {
                        "modules": tree.count("module"),
                        "lessons": tree.count("lesson"),
                        "quizzes": tree.count("quiz"),
                        "assignments": tree.count("assignment"),
                        "texts": len(texts),
                        "questions": names.question_count,
                        "pictures": len(names.pictures),
                        "documents": len(names.documents),
                    },
                    "files": {
                        name: {"sha256": sha256, "bytes": sent.byte_counts[name]}
                        for name, sha256 in sorted(sent.sha256.items())
                    },
                }
            )
        ],
    )


def _rows(pages: Any) -> Iterable[dict[str, Any]]:
    """Return pages as plain values; no aliases, which say nothing of their own."""
    rows: Iterable[dict[str, Any]] = pages.filter(alias_of=None).values(
        "pk",
        "path",
        "depth",
        "live",
        "slug",
        "title",
        "translation_key",
        language=models.F("locale__language_code"),
        model=models.F("content_type__model"),
    )
    return rows


def _in_languages(page: PackagePage, tree: PackageTree) -> list[str]:
    return [language for language in tree.languages if language in page.rows]


def _said(
    batch: Sequence[tuple[PackagePage, str]], *, tree: PackageTree, names: PackageNames
) -> Iterator[tuple[PackagePage, str, dict[str, Any]]]:
    found: dict[int, PackageRow] = {}
    for kind, model in MODELS.items():
        numbers = [page.rows[language] for page, language in batch if page.kind == kind]
        if numbers:
            found |= read_columns(model, numbers, published=tree.published)
    rows = [(page, language, found[page.rows[language]]) for page, language in batch if page.rows[language] in found]
    names.look_up([row for _page, _language, row in rows])
    for page, language, row in rows:
        said = {"kind": page.kind, "fields": columns_of(row, names)}
        if row.children:
            said["children"] = children_of(row, names, language=language)
        yield page, language, said


def _question_members(names: PackageNames) -> Iterator[tuple[str, Iterable[bytes]]]:
    names.take_tagged()
    for batch in _batches(list(names.questions.items())):
        for name, said in names.question_texts(batch):
            yield f"questions/{name}.json", [_json(said)]


def _outline(tree: PackageTree) -> dict[str, Any]:
    items: dict[str, list[dict[str, Any]]] = {}
    for page in tree.pages:
        if page.parent not in {"", "course"}:
            entry = {"name": page.name, "kind": page.kind, "languages": _in_languages(page, tree)}
            items.setdefault(page.parent, []).append(entry)
    course = next(page for page in tree.pages if page.kind == "course")
    return {
        "source_language": tree.source_language,
        "languages": _in_languages(course, tree),
        "modules": [
            {"name": page.name, "languages": _in_languages(page, tree), "items": items.get(page.name, [])}
            for page in tree.pages
            if page.kind == "module"
        ],
    }


def _batches(entries: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(entries), PER_BATCH):
        yield entries[first : first + PER_BATCH]


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
