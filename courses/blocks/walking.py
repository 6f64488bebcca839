"""Raw stream data, walked by the blocks that it belongs to: whatever blocks and fields there are, now or later.

walked(LessonBlocks(), raw, leaf=lambda block, value, where: value)  # the same again
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

Leaf = Callable[[blocks.Block, Any, str], Any]
Note = Callable[[str, Any], None]

MOST_NAME = 64
"""Characters of the inner name of a block."""
_EMPTY: tuple[Any, ...] = (None, "", [])


def walked(block: blocks.Block, raw: Any, leaf: Leaf, *, where: str = "") -> Any:
    """Return raw data with what `leaf` makes of each value that is no list and no group.

    What no block knows any more is left out: the CMS does not show it either.
    """
    return _Walk(leaf, None).value(block, raw, where)


def checked(block: blocks.Block, raw: Any, leaf: Leaf, note: Note, *, where: str = "") -> Any:
    """Return raw data of a stranger as `walked` does, telling `note` the place and why of all that does not fit.

    What does not fit is not in what is returned.
    """
    return _Walk(leaf, note).value(block, raw, where)


def leaf_problem(block: blocks.Block, value: Any) -> Any:
    """Return why a block cannot hold a value, in words, or None. An empty one it can: it may be a draft."""
    field = getattr(block, "field", None)
    if field is None:
        return None if value is None else _("This field holds nothing.")
    if not _is_of_type(field, value):
        return _("This value is of another type than the field.")
    if value in _EMPTY:
        return None
    field = copy.copy(field)
    field.required = False
    try:
        field.clean(value)
    except ValidationError as error:
        return " ".join(error.messages)
    return None


def _is_of_type(field: forms.Field, value: Any) -> bool:
    if value is None:
        return True
    if isinstance(field, forms.BooleanField):
        return type(value) is bool
    if isinstance(field, forms.FloatField | forms.DecimalField):
        return isinstance(value, str)
    if isinstance(field, forms.IntegerField):
        return type(value) is int
    return isinstance(value, list if isinstance(field, forms.MultipleChoiceField) else str)


class _Walk:
    def __init__(self, leaf: Leaf, note: Note | None) -> None:
        self.leaf = leaf
        self._note = note

    def note(self, where: str, words: Any) -> None:
        if self._note is not None:
            self._note(where, words)

    def value(self, block: blocks.Block, raw: Any, where: str) -> Any:
        if isinstance(block, blocks.StreamBlock):
            return [
                {**entry, "value": self.value(block.child_blocks[entry["type"]], entry["value"], place)}
                for place, entry in self._entries(raw, where)
                if self._fits(block, entry, place)
            ]
        if isinstance(block, blocks.ListBlock):
            return [self._item(block.child_block, entry, place) for place, entry in self._entries(raw, where, list)]
        if isinstance(block, blocks.StructBlock):
            return self._struct(block, raw, where)
        return self.leaf(block, raw, where)

    def _entries(self, raw: Any, where: str, kind: type = dict) -> list[tuple[str, Any]]:
        if not isinstance(raw, list):
            if raw is not None:
                self.note(where, _("This must be a list."))
            return []
        entries = [(f"{where}[{number}]", entry) for number, entry in enumerate(raw, start=1)]
        if kind is dict:
            for place, entry in entries:
                if not isinstance(entry, Mapping):
                    self.note(place, _("This must have fields."))
            return [(place, entry) for place, entry in entries if isinstance(entry, Mapping)]
        return entries

    def _fits(self, block: blocks.StreamBlock, entry: Mapping[str, Any], where: str) -> bool:
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in block.child_blocks or "value" not in entry:
            self.note(where, _("There is no block of this kind."))
            return False
        if not set(entry) <= {"type", "value", "id"} or not _is_name(entry.get("id")):
            self.note(where, _("The inner name of this block is not one."))
            return self._note is None
        return True

    def _item(self, block: blocks.Block, entry: Any, where: str) -> Any:
        if isinstance(entry, Mapping) and entry.get("type") == "item" and "value" in entry:
            if not set(entry) <= {"type", "value", "id"} or not _is_name(entry.get("id")):
                self.note(where, _("The inner name of this block is not one."))
            return {**entry, "value": self.value(block, entry["value"], where)}
        return self.value(block, entry, where)

    def _struct(self, block: blocks.StructBlock, raw: Any, where: str) -> dict[str, Any]:
        if not isinstance(raw, Mapping):
            self.note(where, _("This must have fields."))
            return {}
        for name in raw:
            if name not in block.child_blocks:
                self.note(f"{where}.{name[:60]}", _("This portal knows no such field."))
        return {
            name: self.value(child, raw[name], f"{where}.{name}")
            for name, child in block.child_blocks.items()
            if name in raw
        }


def _is_name(name: Any) -> bool:
    if name is None:
        return True
    return isinstance(name, str) and 0 < len(name) <= MOST_NAME and name.isprintable()
