"""What pages and questions say, as a package holds it: every field of a model and of a block, references by name.

No field of ours is named here: a new one goes out without anybody thinking of it. What is left out are the fields of
`Page` that are its identity, its place in the tree, its state or its people.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import DraftStateMixin, LockableMixin, Page, RevisionMixin, TranslatableMixin
from wagtail.snippets.blocks import SnippetChooserBlock

from accounts.models import Issuer
from courses.blocks.kinds.selects import OutcomeBlock
from courses.blocks.walking import walked
from courses.models import BankQuestion, Course, CoursePage
from courses.rules.bank import one_tag, taken_by
from courses.rules.freezing_question import tags_of
from courses.rules.package import page_links, relinked

PAGE_FIELDS = ("title", "slug", "seo_title", "search_description", "show_in_menus")
OUTCOMES = "outcomes"


def package_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a page, a question of the bank, a picture or a document that a package holds."""
    return [field for field in model._meta.concrete_fields if _is_said(field)]


def child_relations(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """Return the child rows that a package holds with a page, by the name of their relation."""
    common = {relation.get_accessor_name() for relation in get_all_child_relations(Page)}
    return {
        relation.get_accessor_name(): relation.related_model
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() not in common
    }


def child_fields(model: type[models.Model]) -> list[Any]:
    """Return the fields of a child row that a package holds: its identity and its place are told by where it stands."""
    identities = {"page", "sort_order", "translation_key", "locale"}
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in identities]


_STATE = {
    field.name
    for mixin in (LockableMixin, DraftStateMixin, RevisionMixin, TranslatableMixin)
    for field in mixin._meta.local_fields
}
"""Fields that Wagtail gives to what has drafts, a lock and languages."""


def _is_said(field: Any) -> bool:
    if field.model is Page:
        return field.name in PAGE_FIELDS
    return not field.primary_key and not field.remote_field and field.name not in _STATE


@dataclass(frozen=True, slots=True)
class PackageRow:
    """The columns of a page as its draft has them, or as it is published: stream fields as lists, all else as JSON."""

    model: type[models.Model]
    columns: Mapping[str, Any]
    children: Mapping[str, Sequence[Mapping[str, Any]]]


def read_columns(model: type[Page], numbers: Sequence[int], *, published: bool) -> dict[int, PackageRow]:
    """Return pages of one model by number, `published` or as their latest drafts are.

    Cost: 1 query, and 1 for each kind of child rows where a page is read as it is published.
    """
    relations = child_relations(model)
    pages = model.objects.filter(pk__in=numbers).select_related("latest_revision").prefetch_related(*relations)
    return {page.pk: _row(page, relations, published=published) for page in pages}


def _row(page: Any, relations: Mapping[str, type[models.Model]], *, published: bool) -> PackageRow:
    revision = page.latest_revision
    if not published and page.has_unpublished_changes and revision is not None:
        content = revision.content
        columns = {
            field.name: _of_revision(field, content.get(field.name, _MISSING)) for field in package_fields(type(page))
        }
        children = {name: sorted(content.get(name) or [], key=_place) for name in relations}
        return PackageRow(type(page), columns, children)
    children = {name: sorted(map(_values_of, getattr(page, name).all()), key=_place) for name in relations}
    return PackageRow(type(page), columns_of_row(page), children)


def _values_of(row: models.Model) -> dict[str, Any]:
    return {field.name: _plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _place(row: Mapping[str, Any]) -> tuple[bool, int]:
    return row.get("sort_order") is None, row.get("sort_order") or 0


def columns_of_row(row: models.Model) -> dict[str, Any]:
    """Return the columns of a row as they are in the database."""
    return {field.name: _of_row(field, row) for field in package_fields(type(row))}


_MISSING = object()


def _of_revision(field: Any, value: Any) -> Any:
    if value is _MISSING:  # the field is younger than the draft
        return _plain(field.get_default())
    if isinstance(field, StreamField):
        return json.loads(value) if isinstance(value, str) and value else value or []
    return _plain(value)


def _of_row(field: Any, row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, StreamField):
        return [dict(entry) for entry in value.raw_data]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def columns_of(row: PackageRow, names: "PackageNames") -> dict[str, Any]:
    """Return the fields of a page as a package holds them."""
    return {field.name: said_of(field, row.columns[field.name], names) for field in package_fields(row.model)}


def said_of(field: Any, value: Any, names: "PackageNames") -> Any:
    """Return the value of a field as a package holds it."""
    if isinstance(field, StreamField):
        return walked(field.stream_block, value, names.leaf)
    if isinstance(field, RichTextField):
        return relinked(value or "", names.page_of_text)
    return value


def children_of(row: PackageRow, names: "PackageNames", *, language: str) -> dict[str, list[dict[str, Any]]]:
    """Return the child rows of a page. One that may be translated has a name, which its translations share."""
    said: dict[str, list[dict[str, Any]]] = {}
    for relation, model in child_relations(row.model).items():
        said[relation] = []
        for number, child in enumerate(row.children[relation], start=1):
            entry = {
                field.name: names.related(field, child.get(field.name))
                if field.remote_field
                else child.get(field.name, _plain(field.get_default()))
                for field in child_fields(model)
            }
            if key := str(child.get("translation_key") or ""):
                entry["name"] = names.child(key, f"{relation}-{number}", language)
            said[relation].append(entry)
    return said


class PackageNames:
    """Names for what pages refer to, in the order in which they do. Without `with_bank` questions of the bank have none.

    Where only what is `published` goes out, a question or a language of one that is not public has none either.
    """

    def __init__(self, pages: Mapping[int, str], *, with_bank: bool = True, published: bool = False) -> None:
        self.pages = dict(pages)
        self.with_bank = with_bank
        self.published = published
        self.children: dict[str, str] = {}
        self.pictures: dict[int, str] = {}
        self.documents: dict[int, str] = {}
        self.questions: dict[UUID, str] = {}
        self._question_rows: dict[int, str] = {}
        self._tags: set[str] = set()
        self._courses: dict[int, dict[str, str]] = {}
        self._issuers: dict[int, dict[str, str]] | None = None

    @property
    def question_count(self) -> int:
        return len(self.questions)

    def child(self, key: str, name: str, language: str) -> str:
        """Return the name of a child row: that of the first language in which it was met."""
        if key not in self.children and name in self.children.values():
            name = f"{name}-{language}"
        return self.children.setdefault(key, name)

    def look_up(self, rows: Iterable[PackageRow]) -> None:
        """Find the names of what rows refer to and is not of the course. Cost: at most 4 queries."""
        pages: set[int] = set()
        questions: set[int] = set()
        courses: set[int] = set()
        for row in rows:
            for field in package_fields(row.model):
                value = row.columns[field.name]
                if isinstance(field, StreamField):
                    walked(field.stream_block, value, _Collector(pages, questions).leaf)
                elif isinstance(field, RichTextField):
                    pages |= _numbers(page_links(value or ""))
            self._tags |= taken_by({"questions": row.columns.get("questions")})[1]
            for child in row.children.get("prerequisites", ()):
                courses |= _numbers([str(child.get("course"))])
            if row.children.get("certificate_definitions") and self._issuers is None:
                issuers = Issuer.objects.order_by("pk").values_list("pk", "key", "legal_name")
                self._issuers = {number: {"key": key, "name": name} for number, key, name in issuers}
        self._look_up_pages(pages - self.pages.keys())
        self._look_up_questions(questions - self._question_rows.keys())
        if courses - self._courses.keys():
            self._courses |= _courses(courses)

    def _look_up_pages(self, numbers: set[int]) -> None:
        if numbers:
            rows = Page.objects.filter(pk__in=numbers).values_list("pk", "translation_key", "locale__language_code")
            self.pages |= {number: f"{key}/{language}" for number, key, language in rows}

    def _look_up_questions(self, numbers: set[int]) -> None:
        if numbers and self.with_bank:
            rows = self._bank().filter(pk__in=numbers).order_by("pk")
            for number, key, language in rows.values_list("pk", "translation_key", "locale__language_code"):
                name = self.questions.setdefault(key, f"question-{len(self.questions) + 1}")
                self._question_rows[number] = f"{name}/{language}"

    def _bank(self) -> models.QuerySet[BankQuestion]:
        return BankQuestion.objects.filter(live=True) if self.published else BankQuestion.objects.all()

    def take_tagged(self) -> None:
        """Name the questions of the bank that quizzes take by a tag too. Cost: 1 query where there are tags."""
        if self._tags and self.with_bank:
            wanted = models.Q()
            for tag in sorted(self._tags):
                wanted |= models.Q(tags__icontains=tag)
            for key, tags in self._bank().filter(wanted).order_by("pk").values_list("translation_key", "tags"):
                if {one_tag(tag) for tag in tags_of(tags)} & self._tags:
                    self.questions.setdefault(key, f"question-{len(self.questions) + 1}")

    def question_texts(self, batch: Sequence[tuple[UUID, str]]) -> list[tuple[str, dict[str, Any]]]:
        """Return questions of the bank by name, each in all its languages. Cost: at most 3 queries."""
        rows = self._bank().filter(translation_key__in=[key for key, _name in batch])
        found: dict[UUID, dict[str, PackageRow]] = {}
        for row in rows.select_related("latest_revision", "locale").order_by("pk"):
            found.setdefault(row.translation_key, {})[row.locale.language_code] = _row(
                row, {}, published=self.published
            )
        self.look_up(row for texts in found.values() for row in texts.values())
        return [
            (
                name,
                {
                    "key": str(key),
                    "source_language": next(iter(found[key])),
                    "languages": {language: columns_of(row, self) for language, row in found[key].items()},
                },
            )
            for key, name in batch
            if key in found
        ]

    def leaf(self, block: blocks.Block, value: Any, where: str) -> Any:
        """Return what a package holds in the place of a value of a block."""
        if isinstance(block, blocks.RichTextBlock):
            return relinked(value or "", self.page_of_text)
        if isinstance(block, OutcomeBlock):
            return self.children.get(str(value), value)
        if not isinstance(block, blocks.ChooserBlock):
            return value
        number = _number(value)
        if number is None:
            return None
        if isinstance(block, ImageChooserBlock):
            return self.pictures.setdefault(number, f"picture-{len(self.pictures) + 1}")
        if isinstance(block, DocumentChooserBlock):
            return self.documents.setdefault(number, f"document-{len(self.documents) + 1}")
        return (self._question_rows if isinstance(block, SnippetChooserBlock) else self.pages).get(number)

    def page_of_text(self, number: str) -> str | None:
        return self.pages.get(_number(number) or 0)

    def related(self, field: Any, number: Any) -> Any:
        """Return what a child row refers to: a course or an issuer by its key, with a name to read."""
        if number is None:
            return None
        if field.related_model is Course:
            return self._courses.get(int(number))
        return (self._issuers or {}).get(int(number))


class _Collector:
    def __init__(self, pages: set[int], questions: set[int]) -> None:
        self.pages = pages
        self.questions = questions

    def leaf(self, block: blocks.Block, value: Any, where: str) -> Any:
        if isinstance(block, blocks.RichTextBlock):
            self.pages |= _numbers(page_links(value or ""))
        elif isinstance(block, blocks.PageChooserBlock):
            self.pages |= _numbers([str(value)])
        elif isinstance(block, SnippetChooserBlock):
            self.questions |= _numbers([str(value)])
        return value


def _number(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _numbers(values: Iterable[str]) -> set[int]:
    return {number for value in values if (number := _number(value)) is not None}


def _courses(numbers: set[int]) -> dict[int, dict[str, str]]:
    keys = dict(Course.objects.filter(pk__in=numbers).values_list("pk", "key"))
    pages = CoursePage.objects.filter(translation_key__in=keys.values(), alias_of=None).order_by("-pk")
    titles = dict(pages.values_list("translation_key", "title"))  # the page made first says it last
    return {number: {"key": str(key), "title": titles.get(key, "")} for number, key in keys.items()}
