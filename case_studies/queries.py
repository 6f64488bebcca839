"""Reads of case studies: cards of the list, one story in the reader's language, the stories of a course, search."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from wagtail.contrib.redirects.models import Redirect

from case_studies.models import CaseStudyAudience, CaseStudyIndexPage, CaseStudyPage
from courses.queries import serving
from courses.rules.addresses import course_address
from courses.rules.outline import Outline

LONG_TEXTS = (
    "problem",
    "product_examples",
    "steps",
    "went_wrong",
    "metrics",
    "data_protection",
    "accessibility",
    "green_effect",
    "try_it",
    "source",
)
MOST_HITS = 60


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What a list shows of a story. `text_language` is the language of its texts; labels follow the interface."""

    page: CaseStudyPage
    url: str
    text_language: str
    facets: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RelatedCourse:
    """A course that teaches what was needed in a story."""

    outline: Outline
    url: str

    @property
    def first_title(self) -> str:
        """Title of the first step, empty for a course without steps."""
        return self.outline.items[0].title if self.outline.items else ""


def case_address(slug: str, language: str) -> str:
    """Return the address of a story in an interface language."""
    return f"/{language}/case-studies/{slug}/"


def _rank(page: CaseStudyPage, language: str) -> int:
    """Return how well a text fits a reader: in the reader's language, in English, in another one."""
    code = page.locale.language_code
    if code == language:
        return 0
    return 1 if code == settings.LANGUAGE_CODE else 2


def _one_of_each(pages: Iterable[CaseStudyPage], language: str) -> list[CaseStudyPage]:
    """Return one page a story, the best for the reader, in the order in which the stories first appear."""
    best: dict[UUID, CaseStudyPage] = {}
    for page in pages:
        held = best.get(page.translation_key)
        if held is None or _rank(page, language) < _rank(held, language):
            best[page.translation_key] = page
    return list(best.values())


def _listed(pages: QuerySet[CaseStudyPage]) -> QuerySet[CaseStudyPage]:
    return pages.select_related("locale").defer(*LONG_TEXTS)


def _card(page: CaseStudyPage, language: str, audiences: Iterable[str] = ()) -> CaseCard:
    return CaseCard(
        page=page,
        url=case_address(page.slug, language),
        text_language=page.locale.language_code,
        facets={
            "sector": frozenset({page.sector}),
            "country": frozenset({page.country}),
            "size": frozenset({page.size_band}),
            "tool": frozenset({page.tool_category}),
            "cost": frozenset({page.cost_band}),
            "setup": frozenset({page.setup_time}),
            "for": frozenset(audiences),
        },
    )


def cards(*, language: str) -> list[CaseCard]:
    """Return every live story once, in the order of the page tree, with its facets. Cost: 2 queries for any number."""
    pages = _one_of_each(_listed(CaseStudyPage.objects.live().order_by("path")), language)
    audiences: defaultdict[int, set[str]] = defaultdict(set)
    for page_id, audience in CaseStudyAudience.objects.filter(page__live=True).values_list("page_id", "audience"):
        audiences[page_id].add(audience)
    return [_card(page, language, audiences[page.pk]) for page in pages]


def index_page(*, language: str) -> CaseStudyIndexPage | None:
    """Return the live index in the reader's language, else in English, else none. Cost: 1 query."""
    pages = CaseStudyIndexPage.objects.live().select_related("locale")
    found = {page.locale.language_code: page for page in pages}
    return found.get(language) or found.get(settings.LANGUAGE_CODE)


def find_case(slug: str, *, language: str) -> CaseStudyPage | None:
    """Return the live story with this slug in any language, as the text that suits the reader. Cost: 1 query."""
    keys = CaseStudyPage.objects.live().filter(slug=slug).values("translation_key")
    pages = CaseStudyPage.objects.live().filter(translation_key__in=keys).select_related("locale").order_by("path")
    # Two stories of different languages may share a slug: the one that holds it in the better language wins.
    named = sorted((page for page in pages if page.slug == slug), key=lambda page: _rank(page, language))
    if not named:
        return None
    texts = [page for page in pages if page.translation_key == named[0].translation_key]
    return _one_of_each(texts, language)[0]


def moved_case(slug: str, *, language: str) -> CaseStudyPage | None:
    """Return the live story that had this slug before it was renamed, or None. Cost: 2 queries.

    Wagtail notes a rename below the page's own language only; readers of other languages are led on too.
    """
    old_paths = [f"/{code}/case-studies/{slug}" for code, _name in settings.LANGUAGES]
    moved = Redirect.objects.filter(old_path__in=old_paths, redirect_page__live=True).values(
        "redirect_page__translation_key"
    )
    pages = CaseStudyPage.objects.live().filter(translation_key__in=moved).select_related("locale").order_by("path")
    texts = _one_of_each(pages, language)
    return texts[0] if texts else None


def related_courses(page: CaseStudyPage, *, language: str) -> list[RelatedCourse]:
    """Return the courses of a story that are offered now. Cost: 1 query, 2 when an outline is not in the process yet."""
    rows = [row.course for row in page.courses.select_related("course").order_by("sort_order")]
    settled = [course for course in rows if course.current_edition_id]
    outlines = serving.outlines_of(settled, language)
    return [
        RelatedCourse(outline=outlines[course.pk], url=course_address(outlines[course.pk], language))
        for course in settled
        if serving.is_offered(course, outlines[course.pk])
    ]


def cases_of_course(course_key: UUID | str, *, language: str) -> list[CaseCard]:
    """Return the live stories that name a course. Cost: 1 query."""
    pages = CaseStudyPage.objects.live().filter(courses__course__key=course_key).distinct().order_by("path")
    return [_card(page, language) for page in _one_of_each(_listed(pages), language)]


def featured_case(*, language: str) -> CaseStudyPage | None:
    """Return the story for the home page: the first of the tree, in the reader's language where it has one. Cost: 1 query."""
    keys = CaseStudyPage.objects.live().order_by("path").values("translation_key")[:1]
    pages = CaseStudyPage.objects.live().filter(translation_key__in=keys).select_related("locale")
    texts = _one_of_each(pages, language)
    return texts[0] if texts else None


def search(words: str, *, language: str, limit: int = 20) -> list[CaseCard]:
    """Return live stories that hold all the words, the best first, each once. Cost: 1 query."""
    if not words.strip():
        return []
    found = _listed(CaseStudyPage.objects.live()).search(words, operator="and")[:MOST_HITS]  # type: ignore[attr-defined]  # Wagtail's, untyped
    return [_card(page, language) for page in _one_of_each(found, language)[:limit]]
