"""What the lists of pages in the CMS say of a page beside its title and its state.

facts = page_facts(pages)[page.pk]
facts.minutes, facts.languages, facts.review_by
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_date
from wagtail.models import Page

from courses.models import ModulePage
from courses.queries.tree import ITEM_MODELS

_ASKED = ("minutes", "hours", "required", "review_by_date")


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What editors look for in a list, as the latest draft has it; None where a page has no such thing.

    `hours`: of a course. `minutes`, `required`: of a step; of a module the minutes of its steps together, with
    `step_count` of them and `required_count` of those required. `languages`: codes of those it is public in.
    """

    languages: tuple[str, ...] = ()
    hours: int | None = None
    minutes: int | None = None
    required: bool | None = None
    step_count: int | None = None
    required_count: int | None = None
    review_by: date | None = None


def page_facts(pages: Sequence[Page]) -> dict[int, PageFacts]:
    """Return the facts of pages by their number. The pages are the specific ones.

    Cost: 2 queries, and 4 more where modules are among them, however many pages there are.
    """
    numbers = [page.pk for page in pages]
    drafts = _drafts(Q(pk__in=numbers))
    languages = _languages(pages)
    steps = _steps([page for page in pages if isinstance(page, ModulePage)])
    facts = {}
    for page in pages:
        row = drafts.get(page.pk) or {name: getattr(page, name, None) for name in _ASKED}
        minutes, step_count, required_count = _number(row["minutes"]), None, None
        if isinstance(page, ModulePage):
            minutes, step_count, required_count = _together(steps[page.path])
        facts[page.pk] = PageFacts(
            languages=tuple(languages[page.translation_key]),
            hours=_number(row["hours"]),
            minutes=minutes,
            required=row["required"],
            step_count=step_count,
            required_count=required_count,
            review_by=_day(row["review_by_date"]),
        )
    return facts


def _languages(pages: Iterable[Page]) -> Mapping[Any, list[str]]:
    """Return the languages that pages are public in, by their translation key. Cost: 1 query."""
    found = Page.objects.filter(
        translation_key__in={page.translation_key for page in pages}, live=True, alias_of=None
    ).order_by("locale__language_code")
    languages: defaultdict[Any, list[str]] = defaultdict(list)
    for key, language in found.values_list("translation_key", "locale__language_code").distinct():
        languages[key].append(language)
    return languages


def _drafts(which: Q) -> dict[int, dict[str, Any]]:
    """Return what the drafts of pages say that are not as they were published, by number. Cost: 1 query."""
    drafted = Page.objects.filter(which, has_unpublished_changes=True, latest_revision__isnull=False).order_by()
    return {
        number: dict(zip(_ASKED, values, strict=True))
        for number, *values in drafted.values_list("pk", *(f"latest_revision__content__{name}" for name in _ASKED))
    }


def _steps(modules: Sequence[ModulePage]) -> Mapping[str, list[tuple[int | None, bool]]]:
    """Return the minutes of the steps of modules, and which are required, by path. Cost: 4 queries, none for no module."""
    steps: defaultdict[str, list[tuple[int | None, bool]]] = defaultdict(list)
    if not modules:
        return steps
    below = reduce(or_, (Q(path__startswith=module.path) for module in modules))
    drafts = _drafts(below)
    for model in ITEM_MODELS:
        found = model.objects.filter(below).order_by().values_list("pk", "path", "minutes", "required")
        for number, path, minutes, required in found:
            row = drafts.get(number, {"minutes": minutes, "required": required})
            steps[path[: -Page.steplen]].append((_number(row["minutes"]), bool(row["required"])))
    return steps


def _together(steps: Sequence[tuple[int | None, bool]]) -> tuple[int, int, int]:
    """Return the minutes of steps, how many there are, and how many of them are required."""
    return sum(minutes or 0 for minutes, _ in steps), len(steps), sum(required for _, required in steps)


def _number(value: Any) -> int | None:
    """Return a number of a draft, which may hold anything."""
    return value if isinstance(value, int) else None


def _day(value: Any) -> date | None:
    return parse_date(value) if isinstance(value, str) else value
