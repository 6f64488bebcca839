"""Forms of the CMS whose texts arrive clean, however they were pasted (`foundation.rules.pasting`)."""

from typing import Any

from django import forms
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks.base import BlockField

from courses.blocks.pasting import without_paste
from foundation.rules.pasting import clean_line, clean_lines, clean_paste

_AS_TYPED = (forms.SlugField, forms.URLField, forms.EmailField, forms.RegexField, forms.UUIDField, forms.JSONField)
"""Fields of text with a form of their own: they say themselves what is wrong."""


class PastedCleanly:
    """Cleans what a form was sent, in its own fields and in the rows of its lists. Before any other form class.

    What is stored already is touched only when somebody saves it.
    """

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    formsets: dict[str, Any]

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # of the form class this stands before
        for name, value in clean_what_was_sent(self).items():
            field = self.fields[name]
            if value == "" and field.required:  # it held nothing but spaces of some kind
                self.add_error(name, field.error_messages["required"])  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()  # type: ignore[misc]
        for formset in self.formsets.values():
            for form in formset.forms:
                for name, value in clean_what_was_sent(form).items():
                    setattr(form.instance, name, value)
        return valid


def clean_what_was_sent(form: Any) -> dict[str, str]:
    """Clean the texts of a form that was looked at, in place. Return those texts that are now others."""
    changed = {}
    for name, value in getattr(form, "cleaned_data", {}).items():
        cleaned = _cleaned(form.fields.get(name), value)
        if cleaned is not value and cleaned != value:
            form.cleaned_data[name] = changed[name] = cleaned
    return changed


def _cleaned(field: forms.Field | None, value: Any) -> Any:
    if isinstance(field, BlockField):
        return without_paste(field.block, value)
    if not isinstance(value, str) or not isinstance(field, forms.CharField) or isinstance(field, _AS_TYPED):
        return value
    if isinstance(field.widget, DraftailRichTextArea):
        return clean_paste(value)
    return clean_lines(value) if isinstance(field.widget, forms.Textarea) else clean_line(value)
