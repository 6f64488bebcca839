"""A course as nested plain values without identities, for `==` between a course and its copy or its import.

assert likeness_of(copied_page) == likeness_of(original_page)

Left out: row numbers, translation keys, places in the tree, the course's own address, days of saving, owners, whether a
page is published. What one thing names of another is said by its place ("module 2, item 3") or, outside the course, by
its title. Pictures and documents are their bytes. Inner names of blocks are said by their place in the source language.
It reads every field that a model or a block has, so that a new one is compared without anybody thinking of it.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault
from taggit.managers import TaggableManager
from wagtail import blocks
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.blocks.kinds.base import InnerNameBlock
from courses.blocks.kinds.selects import OutcomeBlock
from courses.models import BankQuestion, Course, CourseOutcome, CoursePage, Picture

PAGE_FIELDS = ("title", "slug", "seo_title", "search_description", "show_in_menus")
"""What a page of any kind says; all other fields of `Page` are its identity, its place or its state."""
CHILDREN = ("outcomes", "audiences", "competences", "prerequisites", "certificate_definitions")
IDENTITIES = {"id", "page", "sort_order", "translation_key", "locale"}
FILE_STATE = {"id", "collection", "created_at", "uploaded_by_user", "file_hash", "file_size", "width", "height"}
_PAGE_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_NUMBER = re.compile(r'\bid="(\d+)"')


def likeness_of(course_page: CoursePage) -> dict[str, Any]:
    """Return what the drafts of a course say, in all its languages, as plain values. Not thrifty: for tests only."""
    return _Course(course_page).likeness()


class _Course:
    def __init__(self, page: CoursePage) -> None:
        own = Course.objects.filter(key=page.translation_key).values_list("source_language", flat=True).first()
        pages = {entry.locale.language_code: entry for entry in _texts(page)}
        self.language = own if own in pages else page.locale.language_code
        self.pages = pages
        source = pages[self.language]
        self.places: dict[Any, str] = {source.translation_key: "course"}
        self.models: dict[str, str] = {}
        for number, module in enumerate(_children(source), start=1):
            self.places[module.translation_key] = f"module {number}"
            for place, item in enumerate(_children(module), start=1):
                self.places[item.translation_key] = f"module {number}, item {place}"
        self.outcomes: dict[str, str] = {}
        for number, outcome in enumerate(_draft(source).outcomes.all(), start=1):
            self.outcomes[str(outcome.translation_key)] = f"outcome {number}"

    def likeness(self) -> dict[str, Any]:
        names: dict[Any, _Names] = {}
        languages = {}
        for language in [self.language, *sorted(set(self.pages) - {self.language})]:
            languages[language] = {
                place: self.page(text, names.setdefault(key, _Names()))
                for key, place in self.places.items()
                if (text := self.text(key, language)) is not None
            }
        return {"source_language": self.language, "languages": languages}

    def text(self, key: Any, language: str) -> Page | None:
        pages = Page.objects.filter(translation_key=key, locale__language_code=language, alias_of=None)
        return pages.order_by("pk").first()

    def page(self, page: Page, names: "_Names") -> dict[str, Any]:
        draft = _draft(page.specific)
        said: dict[str, Any] = {"model": draft._meta.label_lower}
        for field in draft._meta.concrete_fields:
            is_own = field.model._meta.label_lower != "wagtailcore.page" and not field.primary_key
            if not is_own and field.name not in PAGE_FIELDS:
                continue
            if field.name in {"slug", "page_ptr"} and isinstance(draft, CoursePage):
                continue
            said[field.name] = self.value(draft, field, names)
        for name in CHILDREN if isinstance(draft, CoursePage) else ():
            said[name] = [self.row(row, names) for row in getattr(draft, name).all()]
        return said

    def row(self, row: models.Model, names: "_Names") -> dict[str, Any]:
        said = {
            field.name: self.value(row, field, names)
            for field in row._meta.concrete_fields
            if field.name not in IDENTITIES
        }
        if isinstance(row, CourseOutcome):
            said["of"] = self.outcomes.get(str(row.translation_key), "an outcome of its own")
        elif hasattr(row, "translation_key"):
            said["of"] = names.of(str(row.translation_key))
        return said

    def value(self, row: models.Model, field: Any, names: "_Names") -> Any:
        if isinstance(field, StreamField):
            raw = [dict(entry) for entry in getattr(row, field.name).raw_data]
            return self.block(field.stream_block, raw, names)
        if isinstance(field, models.ForeignKey):
            return self.named(getattr(row, field.name))
        value = getattr(row, field.attname)
        if isinstance(value, DatabaseDefault):
            value = field.db_default
        if isinstance(field, RichTextField):
            return self.html(value)
        return _plain(value)

    def named(self, row: Any) -> Any:
        if row is None:
            return None
        if isinstance(row, Course):
            pages = CoursePage.objects.filter(translation_key=row.key, locale__language_code=row.source_language)
            return ["course", *pages.values_list("title", flat=True)]
        return [row._meta.label_lower, str(row)]

    def block(self, block: blocks.Block, raw: Any, names: "_Names") -> Any:
        if isinstance(block, blocks.StreamBlock):
            return [
                {
                    "type": entry["type"],
                    "id": names.of(entry.get("id")),
                    "value": self.block(block.child_blocks[entry["type"]], entry["value"], names),
                }
                for entry in raw or []
            ]
        if isinstance(block, blocks.ListBlock):
            return [self.item(block.child_block, entry, names) for entry in raw or []]
        if isinstance(block, blocks.StructBlock):
            kept = raw or {}
            return {
                name: self.block(
                    child, kept[name] if name in kept else child.get_prep_value(child.get_default()), names
                )
                for name, child in block.child_blocks.items()
            }
        return self.leaf(block, raw, names)

    def item(self, block: blocks.Block, entry: Any, names: "_Names") -> Any:
        if isinstance(entry, Mapping) and entry.get("type") == "item" and "value" in entry:
            return {"id": names.of(entry.get("id")), "value": self.block(block, entry["value"], names)}
        return {"id": None, "value": self.block(block, entry, names)}

    def leaf(self, block: blocks.Block, raw: Any, names: "_Names") -> Any:
        if raw in (None, ""):
            return None
        if isinstance(block, InnerNameBlock):
            return names.of(raw)
        if isinstance(block, ImageChooserBlock):
            return file_likeness(Picture.objects.filter(pk=raw).first())
        if isinstance(block, DocumentChooserBlock):
            return file_likeness(get_document_model().objects.filter(pk=raw).first())
        if isinstance(block, blocks.PageChooserBlock):
            return self.place(raw)
        if isinstance(block, SnippetChooserBlock):
            return self.question(BankQuestion.objects.filter(pk=raw).first())
        if isinstance(block, OutcomeBlock):
            return self.outcome(raw)
        if isinstance(block, blocks.RichTextBlock):
            return self.html(raw)
        if block.name == "section":
            return self.section(raw)
        return _plain(raw)

    def place(self, number: Any) -> Any:
        page = Page.objects.filter(pk=number).first()
        if page is None:
            return "a page that is gone"
        place = self.places.get(page.translation_key)
        return [place or page.title, page.locale.language_code]

    def outcome(self, key: str) -> str:
        if key in self.outcomes:
            return self.outcomes[key]
        texts = CourseOutcome.objects.filter(translation_key=key).order_by("pk").values_list("text", flat=True)
        return f"elsewhere: {next(iter(texts), 'gone')}"

    def section(self, name: str) -> str:
        """Return the place of the block that a section names, in whichever page of the course it is."""
        for key, place in self.places.items():
            page = self.text(key, self.language)
            body = getattr(_draft(page.specific), "body", None) if page else None
            for number, entry in enumerate(body.raw_data if body else [], start=1):
                if entry.get("id") == name:
                    return f"block {number} of {place}"
        return name

    def question(self, question: BankQuestion | None) -> Any:
        """Return a question of the bank as it is, in all its languages: the same in a course and in its import."""
        if question is None:
            return "a question that is gone"
        names = _Names()
        texts = BankQuestion.objects.filter(translation_key=question.translation_key).order_by("pk")
        return {
            text.locale.language_code: {
                name: self.value(draft, BankQuestion._meta.get_field(name), names)
                for draft in [text.get_latest_revision_as_object() if text.latest_revision_id else text]
                for name in ("title", "tags", "question")
            }
            for text in texts
        }

    def html(self, html: str) -> str:
        return _PAGE_LINK.sub(partial(self._link), html or "")

    def _link(self, link: re.Match[str]) -> str:
        number = _NUMBER.search(link[0])
        return f"<a page={self.place(number[1]) if number else None}>"


class _Names:
    """Inner names in the order in which the source language says them: the same name has the same place everywhere."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def of(self, name: Any) -> int | None:
        return None if not name else self._places.setdefault(str(name), len(self._places) + 1)


def file_likeness(file: Any) -> Any:
    """Return a picture or document as plain values: its bytes by SHA-256, and all that is said of it."""
    if file is None:
        return "a file that is gone"
    said = {
        field.name: _plain(getattr(file, field.attname))
        for field in file._meta.concrete_fields
        if field.name not in FILE_STATE and not isinstance(field, models.FileField)
    }
    with file.file.open("rb") as content:
        said["sha256"] = hashlib.sha256(content.read()).hexdigest()
    said["extension"] = file.file.name.rpartition(".")[2].lower()
    for manager in file._meta.many_to_many:
        if isinstance(manager, TaggableManager):
            said[manager.name] = sorted(getattr(file, manager.name).names())
    return said


def _texts(page: CoursePage) -> list[CoursePage]:
    pages = CoursePage.objects.filter(translation_key=page.translation_key, alias_of=None)
    return list(pages.select_related("locale").order_by("pk"))


def _children(page: Page) -> list[Page]:
    return list(page.get_children().filter(alias_of=None).order_by("path").specific())


def _draft(page: Any) -> Any:
    return page.get_latest_revision_as_object() if page.latest_revision_id else page


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(entry) for name, entry in value.items()}
    return str(value)
