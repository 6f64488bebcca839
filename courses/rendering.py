"""Drawing frozen content: a template for each type and schema number of a block, kept for ever.

Only fields named `html` (or `..._html`) are drawn as HTML, and it is done here, never in a template. A type or number
without template is drawn plainly from its cleaned words, never an error: a record stays readable.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import PurePath
from typing import Any, cast
from urllib.parse import urlsplit

from django.template import TemplateDoesNotExist
from django.template.backends.django import Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from courses.queries.links import addresses_of
from courses.rules.freezing import is_web_address
from courses.rules.kinds import kind_of
from courses.rules.outline import Outline
from courses.rules.pictures import PictureSize, download_address, picture_sizes
from courses.rules.rich_text import linked_keys, with_addresses
from foundation.rules.cleaning import clean_html, plain_text

AddressOf = Callable[[str], str | None]
FileAddresses = Mapping[str, str]
"""SHA-256 -> address, for a preview whose files are not frozen yet."""

OWN_LOOK = "courses/blocks/{schema}/{type}.html"
PLAIN_LOOK = "courses/blocks/plain.html"


def render_lesson(
    body: Mapping[str, Any], *, outline: Outline | None, language: str, files: FileAddresses | None = None
) -> SafeString:
    """Return the blocks of a frozen lesson as HTML, in the language of its text, labels too.

    `language` is that of the addresses links lead to. `outline` is that of the course, None in a preview.
    Cost: no query; 1 to 3 when the lesson links to pages outside its course.
    """
    address_of = _addresses(body, outline, language)
    parts = []
    for block in body["blocks"]:
        with translation.override(block.get("language") or body["language"]):
            parts.append(render_block(block, body=body, address_of=address_of, files=files or {}))
    return mark_safe("\n".join(parts))  # noqa: S308 - templates escaped every field, html was cleaned when frozen


def render_block(
    block: Mapping[str, Any],
    *,
    body: Mapping[str, Any],
    address_of: AddressOf = lambda key: None,
    files: FileAddresses | None = None,
) -> SafeString:
    """Return one frozen block as HTML, in the language that is active."""
    template = _look(str(block.get("type")), int(block.get("schema") or 0))
    if template is None:
        text = get_template(PLAIN_LOOK).render({"words": plain_words(block)})
    else:
        text = template.render({"block": _shown(block, address_of, files or {})})
    drawn = mark_safe(text.strip())  # noqa: S308 - the template escaped every field
    language = block.get("language")
    if language and language != body["language"]:
        return format_html('<div lang="{}">{}</div>', language, drawn)
    return drawn


def render_html(html: str, *, outline: Outline | None, language: str) -> SafeString:
    """Return frozen rich text, such as `source_html` or an introduction, with today's addresses in its links."""
    return _marked(html, _addresses({"html": html}, outline, language))


def question_text(question: Mapping[str, Any], *, files: FileAddresses | None = None) -> dict[str, Any]:
    """Return a frozen question as templates need it: options with their words, True and False in the text's language.

    `figure`: its picture as `courses/blocks/1/image.html` draws it, None without one.
    """
    options = question["options"]
    if question["kind"] == "true_false":
        with translation.override(question["language"]):
            said = {"true": translation.gettext("True"), "false": translation.gettext("False")}
        options = [{"id": option["id"], "text": said.get(option["id"], option["text"])} for option in options]
    return {
        **question,
        "options": options,
        "html": _marked(question["html"], lambda key: None),
        "figure": _figure(question["picture"], files or {}) if "picture" in question else None,
    }


def key_text(shown: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key of a question as templates need it, beside what `question_text` gives. Only for who may read it.

    `options`: each with `correct` and `feedback`; `right`: what is right in words, where no option is marked.
    """
    is_chosen = key["kind"] in {"single_choice", "multiple_choice", "true_false"}
    options = [
        {**option, "correct": option["id"] in key["correct"], "feedback": key["feedback"].get(option["id"], "")}
        for option in shown["options"]
    ]
    return {
        **key,
        "options": options,
        "is_chosen": is_chosen,
        "right": () if is_chosen else _right_words(shown, key),
    }


def _right_words(shown: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[str, ...]:
    if "number" not in key:
        return kind_of(key).right(shown, key)
    number, tolerance = (number_format(Decimal(key["number"][name] or "0")) for name in ("value", "tolerance"))
    words = f"{number}\N{NO-BREAK SPACE}{shown['unit']}" if "unit" in shown else number
    if key["number"]["tolerance"] == "0":
        return (words,)
    said = translation.gettext("%(number)s, or up to %(tolerance)s more or less")
    return (said % {"number": words, "tolerance": tolerance},)


def _figure(picture: Mapping[str, Any], files: FileAddresses) -> dict[str, Any]:
    bytes_of_it = {name: picture[name] for name in ("sha256", "width", "height")}
    credit = {name: picture.get(name, "") for name in ("author", "licence", "source")}
    return {
        **credit,
        "picture": _shown(bytes_of_it, lambda key: None, files),
        "alt": picture["alt"],
        "decorative": not picture["alt"],
    }


def lesson_sections(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the sections of a frozen lesson as (place on the page, heading)."""
    return [(block["id"], block["text"]) for block in body["blocks"] if block["type"] == "heading"]


def plain_words(block: Mapping[str, Any]) -> list[str]:
    """Return the words of a block of any form, one entry a field, for what has no template of its own."""
    words: list[str] = []
    for name, value in block.items():
        if name not in {"type", "schema", "id", "language", "sha256", "content_type"}:
            _collect(name, value, words)
    return words


def _collect(name: str, value: Any, words: list[str]) -> None:
    if isinstance(value, str) and value.strip():
        words.append(plain_text(value) if name.endswith("html") else value)
    elif isinstance(value, Mapping):
        words.extend(plain_words(value))
    elif isinstance(value, list):
        for entry in value:
            _collect(name, entry, words)


@cache
def _look(kind: str, schema: int) -> Template | None:
    if not kind.replace("_", "").isalnum():  # it becomes part of a file name
        return None
    try:
        found = get_template(OWN_LOOK.format(schema=schema, type=kind))
    except TemplateDoesNotExist:
        return None
    return cast(Template, found)


def _marked(html: str, address_of: AddressOf) -> SafeString:
    # Cleaned when frozen; once more, because a record of today is read for years: 0.03 ms a lesson.
    return mark_safe(with_addresses(clean_html(html), address_of))  # noqa: S308 - this is the boundary that may


def _shown(value: Any, address_of: AddressOf, files: FileAddresses) -> Any:
    """Return a frozen value ready for a template: html marked, pictures with sizes, files with addresses."""
    if isinstance(value, list):
        return [_shown(entry, address_of, files) for entry in value]
    if not isinstance(value, Mapping):
        return value
    shown: dict[str, Any] = {}
    for name, entry in value.items():
        if isinstance(entry, str) and (name == "html" or name.endswith("_html")):
            shown[name] = _marked(entry, address_of)
        elif name == "url":
            # Escaping does not stop `javascript:`: an address that is none is not drawn, whatever the record holds.
            shown[name] = entry if isinstance(entry, str) and is_web_address(entry) else ""
            shown["host"] = urlsplit(shown[name]).hostname or ""
        else:
            shown[name] = _shown(entry, address_of, files)
    if "sha256" in shown:
        shown.update(_file(shown, files))
    return shown


def _file(file: Mapping[str, Any], files: FileAddresses) -> dict[str, Any]:
    not_frozen_yet = files.get(file["sha256"])
    if "width" in file:
        if not_frozen_yet:
            only = [PictureSize(not_frozen_yet, file["width"])]
            return {"webp": [], "jpg": only, "smallest": only[0]}
        jpg = picture_sizes(file, "jpg")
        return {"webp": picture_sizes(file, "webp"), "jpg": jpg, "smallest": jpg[min(1, len(jpg) - 1)]}
    return {
        "url": not_frozen_yet or download_address(file),
        "kind": PurePath(file.get("name", "")).suffix.lstrip(".").upper(),
    }


def _addresses(body: Mapping[str, Any], outline: Outline | None, language: str) -> AddressOf:
    keys: set[str] = set()
    _collect_keys(body, keys)
    return addresses_of(keys, outline=outline, language=language).get if keys else lambda key: None


def _collect_keys(value: Any, keys: set[str]) -> None:
    if isinstance(value, str):
        if "/-/pages/" in value:
            keys |= linked_keys(value)
    elif isinstance(value, Mapping):
        for entry in value.values():
            _collect_keys(entry, keys)
    elif isinstance(value, list):
        for entry in value:
            _collect_keys(entry, keys)
