"""From a manifest to the outline of one language, as the JSON that `Outline.from_json` reads."""

from collections.abc import Mapping
from typing import Any

from courses.rules.certificate_terms import offer_in
from courses.rules.manifest import languages_of, waiting_for
from courses.rules.outline import Outline
from courses.rules.quiz_rules import rules_in_outline

SCHEMA = 1


def outline_at(manifest: Mapping[str, Any], *, language: str, edition: int) -> Outline:
    """Return the course as it was in an edition, in `language` as far as it had it; addresses are left out."""
    return Outline.from_json(
        outline_json(manifest, language=language, edition=edition, slug="", module_slugs={}, paths={})
    )


def outline_json(
    manifest: Mapping[str, Any],
    *,
    language: str,
    edition: int,
    slug: str,
    module_slugs: Mapping[str, str],
    paths: Mapping[str, str],
) -> dict[str, Any]:
    """Return the outline of a course in `language`; what has no text in it is told in the source language.

    `module_slugs` and `paths` (`<module>/<item>` by item key) are addresses: they change without a new edition.
    """
    source = manifest["source_language"]
    course = manifest["course"]
    texts, text_language = _text(course["texts"], language, source)
    waits = waiting_for(manifest["items"])
    module_of = {key: module["key"] for module in manifest["modules"] for key in module["items"]}
    return {
        "schema": SCHEMA,
        "course_key": manifest["key"],
        "edition": edition,
        "live": manifest["live"],
        "slug": slug,
        "language": text_language,
        "source_language": source,
        "languages": list(languages_of(manifest)),
        "title": texts["title"],
        "summary": texts["summary"],
        "description_html": texts["description_html"],
        "level": course["level"],
        "eqf_level": course["eqf_level"],
        "hours": course["hours"],
        "category": course["category"],
        "topics": texts["topics"],
        "audiences": course["audiences"],
        "plain_language": course["plain_language"],
        "art": course["art"],
        "outcomes": [
            {"id": entry["id"], "text": _text(entry["texts"], language, source)[0]["text"]}
            for entry in course["outcomes"]
        ],
        "competences": course["competences"],
        "prerequisites": course["prerequisites"],
        "certificates": [offer_in(entry, language, source) for entry in course["certificates"]],
        "author": course["author"],
        "licence": course["licence"],
        "source_html": texts["source_html"],
        "reviewed_date": course["reviewed_date"],
        "review_by_date": course["review_by_date"],
        "modules": [_module(entry, language, source, module_slugs) for entry in manifest["modules"]],
        "items": [
            _item(
                entry, language, source, module=module_of[entry["key"]], path=paths.get(entry["key"], ""), waits=waits
            )
            for entry in manifest["items"]
        ],
        "tombstones": [
            _item(entry, language, source, module="", path="", waits={}) for entry in manifest["tombstones"]
        ],
    }


def _text(texts: Mapping[str, Any], language: str, source: str) -> tuple[Any, str]:
    return (texts[language], language) if language in texts else (texts[source], source)


def _module(entry: Mapping[str, Any], language: str, source: str, module_slugs: Mapping[str, str]) -> dict[str, Any]:
    texts, text_language = _text(entry["texts"], language, source)
    return {
        "key": entry["key"],
        "slug": module_slugs.get(entry["key"], ""),
        "title": texts["title"],
        "summary": texts["summary"],
        "language": text_language,
        "items": entry["items"],
    }


def _item(
    entry: Mapping[str, Any],
    language: str,
    source: str,
    *,
    module: str,
    path: str,
    waits: Mapping[str, list[str]],
) -> dict[str, Any]:
    version, text_language = _text(entry["versions"], language, source)
    return {
        "key": entry["key"],
        "kind": entry["kind"],
        "module": module,
        "path": path,
        "title": version["title"],
        "language": text_language,
        "summary": version["summary"],
        "minutes": entry["minutes"],
        "required": entry["required"],
        "binds": entry["binds"],
        "past": entry["past"],
        "version": version["sha256"],
        "question_count": entry["question_count"],
        "pass_mark": entry["pass_mark"],
        "max_attempts": entry["max_attempts"],
        "waits_for": waits.get(entry["key"], []),
        **({"needs_second_assessor": True} if entry.get("needs_second_assessor") else {}),
        **({"needed_for_achievement": True} if entry.get("needed_for_achievement") else {}),
        **({"done_by_attendance": True} if entry.get("done_by_attendance") else {}),
        **rules_in_outline(entry),
    }
