"""What blocks of lessons, quizzes and rubrics have in common."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page

from courses.rules.freezing import HTML_FIELDS
from courses.rules.rich_text import clean_draft, linked_pages, unsafe_addresses

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class RichBlock(blocks.RichTextBlock):
    """Rich text with what the house style knows: paragraphs, lists, strong, emphasis, links."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not self.is_deferred_validation:
            html = value.source if value else ""
            for address in unsafe_addresses(html):
                raise ValidationError(
                    _("A link leads to “%(address)s”. Give an address that begins with https://."),
                    params={"address": address},
                )
            numbers = linked_pages(html)
            if numbers and Page.objects.filter(pk__in=numbers).count() < len(numbers):
                raise ValidationError(
                    _("A link leads to a page that is gone. Choose another page, or take the link out.")
                )
        return value


def languages() -> list[tuple[str, str]]:
    """Return the languages of the portal, each in its own name. Named, so that a migration can name it."""
    return list(settings.LANGUAGES)


class PartLanguageBlock(blocks.ChoiceBlock):
    """The language of a passage, where it is another one than the page's."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "choices": languages,
            "label": _("Language, if it is another one than the page's"),
            "required": False,
            **kwargs,
        }
        super().__init__(**kwargs)


class PlainNameBlock(blocks.CharBlock):
    """A name that means the same in every language, so it is no text to translate."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        return value


class CheckedStructBlock(blocks.StructBlock):
    """A struct block with rules of its own, checked when the page is published and not when a draft is saved."""

    def problems(self, value: Any) -> dict[str, Any]:
        """Return words for each field that must change before publishing."""
        return {}

    def clean(self, value: Any) -> Any:
        problems: dict[str, Any] = {}
        try:
            value = super().clean(value)
        except StructBlockValidationError as error:
            problems = dict(error.block_errors or {})
            if self.is_deferred_validation:
                raise
        if not self.is_deferred_validation:
            for name, words in self.problems(value).items():
                problems.setdefault(name, words if isinstance(words, ValidationError) else ValidationError(words))
        if problems:
            raise StructBlockValidationError(block_errors=problems)
        return value


class CheckedStreamBlock(blocks.StreamBlock):
    """A stream whose blocks have an identity of their own, an id that occurs once, and whose HTML is cleaned when saved."""

    def get_prep_value(self, value: Any) -> Any:
        raw = super().get_prep_value(value)
        self.complete(raw)
        return _cleaned(raw)

    def complete(self, raw: Any) -> None:
        """Fill into raw stream data, in place, what is stored with a block and written by nobody."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            seen: set[str] = set()
            doubled = {}
            for position, child in enumerate(cleaned):
                if child.id in seen:
                    doubled[position] = ValidationError(
                        _("This block has the same inner name as one above. Delete it and add it anew.")
                    )
                seen.add(child.id)
            if doubled:
                raise StreamBlockValidationError(block_errors=doubled)
        return cleaned


def _cleaned(raw: Any, name: str = "") -> Any:
    """Return raw stream data with its rich text cleaned, whether an editor, a translation or a command wrote it."""
    if isinstance(raw, str):
        return clean_draft(raw) if name in HTML_FIELDS else raw
    if isinstance(raw, dict):
        return {key: _cleaned(entry, key) for key, entry in raw.items()}
    if isinstance(raw, list):
        return [_cleaned(entry) for entry in raw]
    return raw
