"""What the site search finds of stories: those that are live and public."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db.models import QuerySet

from case_studies.models import CaseStudyPage
from case_studies.queries.stories import listed
from courses.queries.search import alike_rows, found_rows
from foundation.rules.cleaning import plain_text

_HTML = ("problem", "went_wrong", "try_it")


def _public() -> QuerySet[CaseStudyPage]:
    return listed(cast(QuerySet[CaseStudyPage], CaseStudyPage.objects.live().public()))


def find_stories(terms: Sequence[Sequence[str]]) -> list[CaseStudyPage]:
    """Return stories that hold all terms, in every language they were found in, without their long texts. Cost: 2 queries."""
    return found_rows(_public(), terms) if terms else []


def alike_stories(words: Sequence[str]) -> list[CaseStudyPage]:
    """Return stories whose title, result, tool or organisation is spelled like one of these words. Cost: 2 queries."""
    return alike_rows(_public(), ("title", "result", "tool", "organisation"), words)


def story_texts(rows: Iterable[int]) -> dict[int, str]:
    """Return the words of stories that were found, by page. Cost: 1 query."""
    pages = CaseStudyPage.objects.filter(pk__in=list(rows)).defer("metrics", "data_protection", "accessibility")
    return {page.pk: " ".join(_words(page)) for page in pages}


def _words(page: CaseStudyPage) -> list[str]:
    steps: Any = page.steps
    html = [plain_text(getattr(page, name)) for name in _HTML]
    said = [plain_text(text) for text in steps.stream_block.get_searchable_content(steps)]
    return [html[0], page.tool, page.product_examples, *said, *html[1:]]
