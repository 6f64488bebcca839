"""What a copy of pages names: inside the copy its own pages and outcomes, elsewhere what the original names."""

from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import HTML_FIELDS
from courses.rules.rich_text import with_page_numbers


def repointed_blocks(value: Any, *, pages: Mapping[int, int], outcomes: Mapping[str, str], name: str = "") -> Any:
    """Return raw stream data of a copy. `pages` and `outcomes`: from what the original names to what the copy does.

    Questions name the lesson that explains them, questions and draws an outcome, and texts link to pages.
    """
    if isinstance(value, Mapping):
        return {
            key: repointed_blocks(entry, pages=pages, outcomes=outcomes, name=name if key == "value" else key)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [repointed_blocks(entry, pages=pages, outcomes=outcomes, name=name) for entry in value]
    if name == "lesson" and isinstance(value, int):
        return pages.get(value, value)
    if name == "outcome" and isinstance(value, str):
        return outcomes.get(value, value)
    if name in HTML_FIELDS and isinstance(value, str):
        return with_page_numbers(value, pages)
    return value
