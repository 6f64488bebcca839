"""One story in the reader's language, the courses it leads to, the stories of a course."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import F, QuerySet
from wagtail.contrib.redirects.models import Redirect

from case_studies.models import CaseStudyPage
from courses.queries import serving
from courses.rules.addresses import course_address
from courses.rules.outline import Outline, OutlineModule

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


@dataclass(frozen=True, slots=True)
class CaseCard:
    """What a list shows of a story. `text_language` is the language of its texts; labels follow the interface.

    `modules`: keys of the modules of a course that teach what was needed, where the card is asked for by course.
    """

    page: CaseStudyPage
    url: str
    text_language: str
    modules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RelatedCourse:
    """A course that teaches what was needed in a story."""

    outline: Outline
    url: str
    module: OutlineModule | None = None

    @property
    def first_title(self) -> str:
        """Title of the first step, empty for a course without steps."""
        return self.outline.items[0].title if self.outline.items else ""


def case_address(slug: str, language: str) -> str:
    """Return the address of a story in an interface language."""
    return f"/{language}/case-studies/{slug}/"


def rank(page: CaseStudyPage, language: str) -> int:
    """Return how well a text fits a reader: in the reader's language, in English, in another one."""
    code = page.locale.language_code
    if code == language:
        return 0
    return 1 if code == settings.LANGUAGE_CODE else 2


def one_of_each(pages: Iterable[CaseStudyPage], language: str) -> list[CaseStudyPage]:
    """Return one page a story, the best for the reader, in the order in which the stories first appear."""
    best: dict[UUID, CaseStudyPage] = {}
    for page in pages:
        held = best.get(page.translation_key)
        if held is None or rank(page, language) < rank(held, language):
            best[page.translation_key] = page
    return list(best.values())


def listed(pages: QuerySet[CaseStudyPage]) -> QuerySet[CaseStudyPage]:
    """Return what a list shows of these pages, without their long texts."""
    return pages.select_related("locale").defer(*LONG_TEXTS)


def card_of(page: CaseStudyPage, language: str, modules: Iterable[str] = ()) -> CaseCard:
    """Return the card of a page for a reader of `language`. Cost: none, where its locale is there."""
    return CaseCard(
        page=page,
        url=case_address(page.slug, language),
        text_language=page.locale.language_code,
        modules=frozenset(modules),
    )


def find_case(slug: str, *, language: str) -> CaseStudyPage | None:
    """Return the live story with this slug in any language, as the text that suits the reader. Cost: 1 query."""
    keys = CaseStudyPage.objects.live().filter(slug=slug).values("translation_key")
    pages = CaseStudyPage.objects.live().filter(translation_key__in=keys).select_related("locale").order_by("path")
    # Two stories of different languages may share a slug: the one that holds it in the better language wins.
    named = sorted((page for page in pages if page.slug == slug), key=lambda page: rank(page, language))
    if not named:
        return None
    texts = [page for page in pages if page.translation_key == named[0].translation_key]
    return one_of_each(texts, language)[0]


def moved_case(slug: str, *, language: str) -> CaseStudyPage | None:
    """Return the live story that had this slug before it was renamed, or None. Cost: 2 queries.

    Wagtail notes a rename below the page's own language only; readers of other languages are led on too.
    """
    old_paths = [f"/{code}/case-studies/{slug}" for code, _name in settings.LANGUAGES]
    moved = Redirect.objects.filter(old_path__in=old_paths, redirect_page__live=True).values(
        "redirect_page__translation_key"
    )
    pages = CaseStudyPage.objects.live().filter(translation_key__in=moved).select_related("locale").order_by("path")
    texts = one_of_each(pages, language)
    return texts[0] if texts else None


def related_courses(page: CaseStudyPage, *, language: str) -> list[RelatedCourse]:
    """Return the courses of a story that are offered now, each with the module that teaches it where one was named.

    Cost: 1 query, 2 when an outline is not in the process yet.
    """
    rows = [
        row for row in page.courses.select_related("course").order_by("sort_order") if row.course.current_edition_id
    ]
    outlines = serving.outlines_of(list({row.course for row in rows}), language)
    return [
        _related(outlines[row.course_id], row.module_key, language)
        for row in rows
        if serving.is_offered(row.course, outlines[row.course_id])
    ]


def _related(outline: Outline, module_key: UUID | None, language: str) -> RelatedCourse:
    """Return a course with its module; a module that was taken out since leads to the course as a whole."""
    module = next((module for module in outline.modules if module.key == str(module_key)), None)
    address = course_address(outline, language)
    return RelatedCourse(outline=outline, url=f"{address}#{module.slug}" if module else address, module=module)


def cases_of_course(course_key: UUID | str, *, language: str) -> list[CaseCard]:
    """Return the live stories that name a course, each with the modules it names. Cost: 1 query."""
    pages = CaseStudyPage.objects.live().filter(courses__course__key=course_key).order_by("path", "courses__sort_order")
    rows = list(listed(pages).annotate(module_key=F("courses__module_key")))
    modules: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in rows:
        if row.module_key is not None:
            modules[row.translation_key].add(str(row.module_key))
    return [card_of(page, language, modules[page.translation_key]) for page in one_of_each(rows, language)]


def featured_case(*, language: str) -> CaseStudyPage | None:
    """Return the story for the home page: the first of the tree, in the reader's language where it has one. Cost: 1 query."""
    keys = CaseStudyPage.objects.live().order_by("path").values("translation_key")[:1]
    pages = CaseStudyPage.objects.live().filter(translation_key__in=keys).select_related("locale")
    texts = one_of_each(pages, language)
    return texts[0] if texts else None
