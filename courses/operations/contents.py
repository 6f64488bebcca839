"""From the live page tree to the part of the manifest that the tree decides, freezing only what changed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from courses.models import Course, SettledItem
from courses.operations.versions import CannotFreeze, FreezeInput, FrozenItem, freeze_items
from courses.queries.pages import Place, live_part_of, marks_of, settled_items
from courses.queries.tree import Tree, parsed
from courses.rules.manifest import Manifest

logger = logging.getLogger(__name__)


class SearchText(NamedTuple):
    """The words of a lesson for the site search; `key_words` with what they mean."""

    text: str
    key_words: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What the tree says, frozen: the live part of a manifest, and the words of the lessons frozen just now."""

    live_part: Manifest
    search_texts: Mapping[Place, SearchText] = field(default_factory=dict)


def freeze_contents(*, course: Course, tree: Tree, without_text: set[Place], at: datetime) -> Contents:
    """Freeze a course's live items and return what its next manifest is made of. Cost: 4 queries and those of freezing.

    Bodies are read only of items that changed since they were frozen (a quiz also with a question of the bank), and of the places in `without_text`, whose
    words the search has lost. An item that cannot be frozen keeps the version it had, or is left out: one broken page
    must not hold back its course.
    """
    settled = settled_items(course)
    marks = marks_of(tree)
    inputs: dict[Place, FreezeInput] = {}
    for item in tree.items:
        source = item.rows[tree.source_language]
        for language, text in item.rows.items():
            place = (item.key, language)
            known = settled.get(place)
            if known is None or known.fingerprint != marks[place] or place in without_text:
                raw_source = parsed(source)
                raw_text = raw_source if text is source else parsed(text)
                inputs[place] = FreezeInput(
                    kind=item.kind,
                    key=UUID(item.key),
                    language=language,
                    source=raw_source,
                    text=raw_text,
                    source_language=tree.source_language,
                )
    frozen = _freeze(inputs, at=at)
    current = {place: row for place, row in settled.items() if place in marks}
    changed = [
        SettledItem(
            course=course,
            item_key=UUID(place[0]),
            language=place[1],
            fingerprint=marks[place],
            version_sha256=made.version_sha,
            marking_sha256=made.marking_sha,
            title=made.title,
            summary=made.summary,
            question_count=made.question_count,
        )
        for place, made in frozen.items()
    ]
    current.update({(str(row.item_key), row.language): row for row in changed})
    _keep(changed)
    return Contents(
        live_part=live_part_of(tree, current),
        search_texts={place: SearchText(made.search_text, made.key_words) for place, made in frozen.items()},
    )


def _freeze(inputs: Mapping[Place, FreezeInput], *, at: datetime) -> dict[Place, FrozenItem]:
    remaining = dict(inputs)
    while remaining:
        try:
            return dict(zip(remaining, freeze_items(list(remaining.values()), at=at), strict=True))
        except CannotFreeze as problem:
            place = (str(problem.key), problem.language)
            logger.error("Item %s in %s cannot be frozen: %s", *place, problem)
            del remaining[place]
    return {}


def _keep(rows: list[SettledItem]) -> None:
    if rows:
        SettledItem.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["course", "item_key", "language"],
            update_fields=["fingerprint", "version_sha256", "marking_sha256", "title", "summary", "question_count"],
        )
