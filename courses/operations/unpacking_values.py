"""From what a package says of a page to what the page's fields take: checked by the model and by its blocks.

The same reading serves the look at an upload, where names only have to be known, and the import, where they are rows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.blocks.kinds.selects import OutcomeBlock
from courses.blocks.walking import checked, leaf_problem
from courses.queries.package_values import child_fields, child_relations, package_fields
from courses.rules.package import MOST_NOTES, PackageProblem, gettext_noop, relinked
from courses.rules.rich_text import clean_draft

MOST_CHILDREN = 200
MOST_HTML = 200_000
_CHILD_NAME = re.compile(r"[a-z_]{1,40}-[0-9]{1,4}(?:-[a-z-]{2,12})?")
_EMPTY: tuple[Any, ...] = (None, "", [])


class Names(Protocol):
    """What the names in a package lead to. Each returns None for what leads nowhere; `known` says of a name that it may."""

    def page(self, name: str) -> int | None: ...
    def picture(self, name: str) -> int | None: ...
    def document(self, name: str) -> int | None: ...
    def question(self, name: str) -> int | None: ...
    def child(self, name: str) -> str | None: ...
    def related(self, model: type[models.Model], key: str) -> Any: ...
    def is_known(self, kind: str, name: str) -> bool: ...


@dataclass
class Notes:
    """What was found while reading: `problems` keep a package out, `cleaned` are places where HTML was taken out."""

    problems: list[PackageProblem] = field(default_factory=list)
    cleaned: list[str] = field(default_factory=list)

    def problem(self, where: str, words: Any, **values: Any) -> None:
        if len(self.problems) < MOST_NOTES:
            self.problems.append(PackageProblem(str(words), values, where))


@dataclass(frozen=True, slots=True)
class PageValues:
    """What a page is given: values of its fields, and its child rows by relation, each with its name in the package."""

    fields: Mapping[str, Any]
    children: Mapping[str, list[tuple[str, dict[str, Any]]]]


class ValueReader:
    """Reads values of one file of a package."""

    def __init__(self, names: Names, notes: Notes, where: str) -> None:
        self.names = names
        self.notes = notes
        self.where = where

    def page(self, model: type[Page], said: Any, *, kind: str) -> PageValues | None:
        """Return what a page is given, None where what is said is no page."""
        if not isinstance(said, dict) or said.get("kind") != kind or not isinstance(said.get("fields"), dict):
            self.note("", gettext_noop("This is not what a package has here."))
            return None
        fields = self.fields(package_fields(model), said["fields"])
        for name in ("title", "slug"):
            if not fields.get(name):
                self.note(name, gettext_noop("This field must not be empty."))
        return PageValues(fields, self._children(model, said.get("children", {})))

    def fields(self, known: Iterable[Any], said: Mapping[str, Any]) -> dict[str, Any]:
        """Return values for fields; one that is not said is left out, so that it has its default."""
        by_name = {entry.name: entry for entry in known}
        for name in said:
            if name not in by_name:
                self.note(name[:60], gettext_noop("This portal knows no such field."))
        return {name: self.value(entry, said[name], name) for name, entry in by_name.items() if name in said}

    def value(self, known: Any, raw: Any, where: str) -> Any:
        if isinstance(known, StreamField):
            return checked(known.stream_block, raw, self._leaf, self.note, where=where)
        if isinstance(known, RichTextField):
            return self._html(raw, where)
        if not _is_of_type(known, raw):
            self.note(where, gettext_noop("This value is of another type than the field."))
            return known.get_default()
        if raw in _EMPTY:
            return raw
        try:
            return known.clean(raw, None)
        except ValidationError as error:
            self.note(where, " ".join(error.messages))
            return known.get_default()

    def note(self, where: str, words: Any) -> None:
        self.notes.problem(": ".join(part for part in (self.where, where) if part), words)

    def _leaf(self, block: blocks.Block, value: Any, where: str) -> Any:
        if isinstance(block, blocks.RichTextBlock):
            return self._html(value, where)
        if isinstance(block, OutcomeBlock):
            return self._named("child", value, where, otherwise=value) or ""
        if isinstance(block, blocks.ChooserBlock):
            kind = _kind_of(block)
            if kind is None:
                self.note(where, gettext_noop("This portal knows no such field."))
                return None
            return self._named(kind, value, where)
        problem = leaf_problem(block, value)
        if problem:
            self.note(where, problem)
        return value

    def _named(self, kind: str, value: Any, where: str, otherwise: Any = None) -> Any:
        if value in (None, ""):
            return None
        if not isinstance(value, str) or len(value) > 120:
            self.note(where, gettext_noop("This value is of another type than the field."))
            return None
        if not self.names.is_known(kind, value):
            self.note(where, gettext_noop("What is named here is not in the package."))
            return None
        look_up: Callable[[str], Any] = getattr(self.names, kind)
        found = look_up(value)
        return otherwise if found is None else found

    def _html(self, raw: Any, where: str) -> str:
        if not isinstance(raw, str) or len(raw) > MOST_HTML:
            if raw is not None:
                self.note(where, gettext_noop("This value is of another type than the field."))
            return ""

        def number_of(name: str) -> str | None:
            number = self._named("page", name, where)
            return None if number is None else str(number)

        html = relinked(raw, number_of)
        cleaned = clean_draft(html)
        if cleaned != html:
            self.notes.cleaned.append(f"{self.where}: {where}")
        return cleaned

    def _children(self, model: type[Page], said: Any) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        relations = child_relations(model)
        if not isinstance(said, dict) or not set(said) <= set(relations):
            self.note("children", gettext_noop("This is not what a package has here."))
            return found
        names: set[str] = set()
        for relation, child in relations.items():
            rows = said.get(relation, [])
            if not isinstance(rows, list) or len(rows) > MOST_CHILDREN:
                self.note(relation, gettext_noop("This must be a list."))
                continue
            found[relation] = []
            for number, row in enumerate(rows, start=1):
                place = f"{relation}[{number}]"
                if not isinstance(row, dict):
                    self.note(place, gettext_noop("This must have fields."))
                    continue
                read = self._child(child, row, place, names)
                if read is not None:
                    found[relation].append(read)
            self._check_once(child, found[relation], relation)
        return found

    def _child(
        self, model: type[models.Model], row: dict[str, Any], where: str, names: set[str]
    ) -> tuple[str, dict[str, Any]] | None:
        name = row.get("name", "")
        if not isinstance(name, str) or (name and not _CHILD_NAME.fullmatch(name)) or (name and name in names):
            self.note(where, gettext_noop("This is not what a package has here."))
            return None
        names.add(name)
        values: dict[str, Any] = {}
        is_whole = True
        known = child_fields(model)
        for said in row:
            if said != "name" and said not in {entry.name for entry in known}:
                self.note(f"{where}.{said[:60]}", gettext_noop("This portal knows no such field."))
        for entry in known:
            if entry.name not in row:
                continue
            if entry.remote_field:
                values[entry.name] = self._related(entry, row[entry.name], f"{where}.{entry.name}")
                is_whole = is_whole and (values[entry.name] is not None or entry.null)
            else:
                values[entry.name] = self.value(entry, row[entry.name], f"{where}.{entry.name}")
        return (name, values) if is_whole else None

    def _related(self, known: Any, raw: Any, where: str) -> Any:
        if raw is None:
            return None
        key = raw.get("key") if isinstance(raw, dict) else None
        if not isinstance(key, str) or len(key) > 64:
            self.note(where, gettext_noop("This is not what a package has here."))
            return None
        return self.names.related(known.related_model, key)

    def _check_once(self, model: type[models.Model], rows: list[tuple[str, dict[str, Any]]], where: str) -> None:
        """Note rows that a page may have once only, such as two certificates of a kind."""
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and "page" in constraint.fields:
                others = [name for name in constraint.fields if name != "page"]
                seen = [tuple(str(values.get(name)) for name in others) for _name, values in rows]
                if len(set(seen)) != len(seen):
                    self.note(where, constraint.violation_error_message or gettext("This is there twice."))


def _kind_of(block: blocks.Block) -> str | None:
    for known, kind in (
        (ImageChooserBlock, "picture"),
        (DocumentChooserBlock, "document"),
        (blocks.PageChooserBlock, "page"),
        (SnippetChooserBlock, "question"),
    ):
        if isinstance(block, known):
            return kind
    return None


def _is_of_type(known: Any, raw: Any) -> bool:
    if raw is None:
        return bool(known.null)
    if isinstance(known, models.BooleanField):
        return type(raw) is bool
    if isinstance(known, models.IntegerField):
        return type(raw) is int
    if isinstance(known, models.JSONField):
        return isinstance(raw, list)
    return isinstance(raw, str)
