"""What the names in a package lead to while it is imported: rows that were made of it, or were here before."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import models
from wagtail.models import Page

from courses.rules.package import uuid_of


class RowNames:
    """Row numbers by the names of a package. What is not of the package is looked up: 1 query for each, once."""

    def __init__(self, made: Mapping[str, int], key_of: Callable[[str], UUID]) -> None:
        self.made = made
        self.key_of = key_of
        self._outside: dict[str, int | None] = {}
        self._related: dict[tuple[type[models.Model], str], Any] = {}

    def is_known(self, kind: str, name: str) -> bool:
        return True  # asked when it was uploaded; what is not here leads nowhere

    def page(self, name: str) -> int | None:
        if name in self.made:
            return self.made[name]
        if name not in self._outside:
            self._outside[name] = _page_here(name)
        return self._outside[name]

    def picture(self, name: str) -> int | None:
        return self.made.get(name)

    def document(self, name: str) -> int | None:
        return self.made.get(name)

    def question(self, name: str) -> int | None:
        return self.made.get(name)

    def child(self, name: str) -> str | None:
        """Return the translation key that a child row has here; one of another course is a key already."""
        return name if uuid_of(name) else str(self.key_of(name))

    def related(self, model: type[models.Model], key: str) -> Any:
        """Return the course or the issuer that has a key here, or None."""
        if (model, key) not in self._related:
            is_uuid = isinstance(model._meta.get_field("key"), models.UUIDField)
            wanted = uuid_of(key) if is_uuid else key
            rows = model._default_manager.filter(key=wanted) if wanted is not None else model._default_manager.none()
            self._related[model, key] = rows.first()
        return self._related[model, key]


def _page_here(name: str) -> int | None:
    """Return the page of this site that a name of a page outside of the course leads to, best in the same language."""
    key, _slash, language = name.partition("/")
    if uuid_of(key) is None:
        return None
    pages = list(
        Page.objects.filter(translation_key=key, alias_of=None)
        .order_by("pk")
        .values_list("locale__language_code", "pk")
    )
    return dict(pages).get(language) or (pages[0][1] if pages else None)
