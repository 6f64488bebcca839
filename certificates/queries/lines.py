"""What stands on a certificate, line by line, as a page in some language shows it: words of the frozen payload only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

SHOWN_WHEN_WITHDRAWN = frozenset({"learner", "title", "awarding_body", "issued"})
"""What it was, whose and when; no more, for it no longer counts."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line to be read. `label_lang` and `values_lang` are attributes, where it is not in the page's language."""

    key: str
    label: str
    values: tuple[str, ...]
    label_lang: str = ""
    values_lang: str = ""

    @property
    def is_list(self) -> bool:
        """Whether the values are things beside each other, not sentences after each other."""
        return self.key in {"outcomes", "courses"}


def lang_attribute(text_language: str, page_language: str) -> str:
    """Return a `lang` attribute where a text is in another language than the page around it, else nothing."""
    return format_html(' lang="{}"', text_language) if text_language != page_language else ""


def elements_of(text: Mapping[str, Any], page_language: str) -> tuple[ShownLine, ...]:
    """Return the eleven elements of a micro-credential as they are frozen, in their order. No query.

    Certificates of payload schema 1 have none of their own: what stands on them is put into the same order.
    """
    if "elements" not in text:
        return tuple(_first_elements(text, page_language))
    return tuple(_frozen(text, text["elements"], page_language))


def notes_of(text: Mapping[str, Any], page_language: str) -> tuple[ShownLine, ...]:
    """Return what else stands on a certificate, as `elements_of`. No query."""
    if "elements" not in text:
        return tuple(_first_notes(text, page_language))
    return tuple(_frozen(text, text["notes"], page_language))


def _frozen(text: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], page: str) -> Iterable[ShownLine]:
    for line in lines:
        yield ShownLine(
            key=line["key"],
            label=line["label"],
            values=tuple(line["values"]),
            label_lang=lang_attribute(text["words"], page),
            values_lang=lang_attribute(line.get("language") or text["words"], page),
        )


def _first_elements(text: Mapping[str, Any], page: str) -> Iterable[ShownLine]:
    """Name and country of the issuer stood in one line then, and nothing said how one took part: it was online."""
    printed = text["lines"]
    own, course = lang_attribute(text["words"], page), lang_attribute(text["language"], page)

    def line(key: str, label: str, *values: str, lang: str = own) -> ShownLine:
        return ShownLine(key, label, tuple(filter(None, values)), values_lang=lang)

    yield line("learner", _("Holder"))
    yield line("title", _("Title"), text["title"], lang=course)
    yield line("awarding_body", _("Awarded by"), printed["issuer"])
    yield line("issued", _("Issued on"), printed["issued"])
    if text["outcomes"]:
        outcomes = tuple(outcome["text"] for outcome in text["outcomes"])
        yield ShownLine("outcomes", printed["outcomes_title"], outcomes, own, course)
    yield line("workload", _("Workload"), printed["hours"])
    if printed["level"]:
        yield line("level", _("Level"), printed["level"])
    yield line("assessment", _("Type of assessment"), printed["assessment"])
    if printed["quality"]:
        yield line("quality", _("Quality assurance"), printed["quality"])


def _first_notes(text: Mapping[str, Any], page: str) -> Iterable[ShownLine]:
    printed, signatory = text["lines"], text["signatory"]
    own, course = lang_attribute(text["words"], page), lang_attribute(text["language"], page)
    statement = text["statement"][:1].upper() + text["statement"][1:]
    lines = (
        ShownLine("statement", printed["how_title"], (statement,), own, course),
        ShownLine("result", _("Result"), (printed["steps"], printed["pass_marks"]), values_lang=own),
        ShownLine("supervision", _("Supervision"), (printed["supervision"],), values_lang=own),
        ShownLine("validity", _("Validity"), (printed["validity"],), values_lang=own),
        ShownLine(
            "edition", _("Edition"), (printed["edition"], printed["completed"], printed["languages"]), values_lang=own
        ),
        ShownLine("competences", _("Competences"), (printed["competences"],), values_lang=own),
        ShownLine("signatory", _("Signed by"), (signatory["name"], signatory["role"]), values_lang=course),
        ShownLine("is_not", _("What it is not"), (printed["is_not"],), values_lang=own),
    )
    for line in lines:
        values = tuple(filter(None, line.values))
        if values:
            yield ShownLine(line.key, line.label, values, line.label_lang, line.values_lang)
