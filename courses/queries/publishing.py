"""What would be wrong with a course once a page is published: read before it is, from the live rows and the page."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from wagtail.models import Page, PageLogEntry

from courses.models import Course, CoursePage, CoursePrerequisite, ModulePage
from courses.queries.certificates import lacks_after_publishing
from courses.queries.tree import ITEM_MODELS
from courses.rules.completable import CIRCLE, NEEDS_ITSELF, NOTHING_REQUIRED, circle_from, nobody_can_complete

REFUSED = "courses.schedule.refused"
"""In a page's history: it was not published at its time. The entry's `words` say why."""


def leaves_nothing_required(page: Page, *, parent: Page | None = None) -> bool:
    """Return whether a live course would have steps and none required with `page` published as it is in memory.

    `parent`: of a page that is not in the tree yet. A translation decides nothing: the rules are those of the source.
    Cost: at most 7 queries.
    """
    place = page.path if page.pk else ""
    if isinstance(page, CoursePage):
        return bool(place) and not _is_translation(page) and nobody_can_complete(required_flags(place))
    above = place[: -Page.steplen] if place else (parent.path if parent else "")
    course = CoursePage.objects.filter(path__in=_steps(above)).select_related("locale").first()
    if course is None or not course.live or _is_translation(course):
        return False
    if isinstance(page, ModulePage):
        return bool(place) and nobody_can_complete(required_flags(course.path, live_too=place))
    if isinstance(page, ITEM_MODELS) and ModulePage.objects.filter(path=above, live=True).exists():
        return nobody_can_complete([*required_flags(course.path, leaving_out=page.pk or 0), page.required])
    return False


def required_flags(course_path: str, *, live_too: str = "", leaving_out: int = 0) -> list[bool]:
    """Return of every live step of a course whether it is required. Cost: 4 queries.

    `live_too` is the path of a module to be taken for live, `leaving_out` the row number of a step.
    """
    modules = set(ModulePage.objects.filter(path__startswith=course_path, live=True).values_list("path", flat=True))
    modules.add(live_too)
    return [
        required
        for model in ITEM_MODELS
        for path, required in model.objects.filter(path__startswith=course_path, live=True)
        .exclude(pk=leaving_out)
        .order_by("path")
        .values_list("path", "required")
        if path[: -Page.steplen] in modules
    ]


def problem_after_publishing(course_key: UUID) -> tuple[CoursePage, str] | None:
    """Return what became wrong with a course as its pages are now, as its page and words, or None. Cost: 11 queries.

    Of one that offers certificates 24.

    Before is its current edition: what was wrong already may be mended step by step.
    """
    course = Course.objects.select_related("current_edition").filter(key=course_key).first()
    page = _live_source(course_key, course.source_language if course else None)
    if page is None:
        return None
    before = course.current_edition.manifest if course and course.current_edition else None
    was_impossible = before is not None and nobody_can_complete(entry["required"] for entry in before["items"])
    if not was_impossible and nobody_can_complete(required_flags(page.path)):
        return page, gettext(NOTHING_REQUIRED)
    known = set(before["course"]["prerequisites"]) if before else set()
    if {str(key) for key in page.prerequisites.values_list("course__key", flat=True)} - known:
        circle = circle_of_titles(course_key)
        if circle:
            return page, circle_words(circle)
    lacks = lacks_after_publishing(course_key, page.locale.language_code, before)
    return (page, " ".join(lacks)) if lacks else None


def circle_words(titles: Sequence[str]) -> str:
    """Return words for a circle of courses, given from one of them to itself."""
    if len(titles) == 2:
        return gettext(NEEDS_ITSELF)
    return gettext(CIRCLE) % {"circle": " → ".join(titles)}


def circle_of_titles(course_key: UUID, prerequisites: Iterable[UUID] | None = None) -> list[str]:
    """Return the circle a course is in, as titles from it to itself, or []. Cost: 3 queries.

    `prerequisites` are those to be published; without them, those of its live page.
    """
    sources = dict(Course.objects.values_list("key", "source_language"))
    needs: dict[str, list[str]] = {}
    rows = CoursePrerequisite.objects.filter(page__live=True).order_by("page_id", "sort_order", "pk")
    for key, language, needed in rows.values_list(
        "page__translation_key", "page__locale__language_code", "course__key"
    ):
        if sources.get(key, language) == language:
            needs.setdefault(str(key), []).append(str(needed))
    if prerequisites is not None:
        needs[str(course_key)] = [str(key) for key in prerequisites]
    circle = circle_from(str(course_key), needs)
    if not circle:
        return []
    titles = {
        (str(key), language): title
        for key, language, title in CoursePage.objects.filter(translation_key__in=set(circle)).values_list(
            "translation_key", "locale__language_code", "title"
        )
    }
    languages = {str(key): language for key, language in sources.items()}
    return [titles.get((key, languages.get(key, "")), "?") for key in circle]


def refusal_of(page: Page) -> str:
    """Return why a page was not published at its time, if nothing was published or scheduled since. Cost: 1 query."""
    entries = PageLogEntry.objects.filter(page=page.pk).filter(
        Q(action=REFUSED) | Q(action__startswith="wagtail.publish") | Q(action="wagtail.unpublish")
    )
    last = entries.order_by("-timestamp", "-pk").first()
    return str(last.data.get("words", "")) if last is not None and last.action == REFUSED else ""


def _live_source(course_key: UUID, language: str | None) -> CoursePage | None:
    pages = CoursePage.objects.filter(translation_key=course_key, live=True)
    if language is not None:
        pages = pages.filter(locale__language_code=language)
    return pages.order_by("pk").first()


def _steps(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def _is_translation(course_page: CoursePage) -> bool:
    language = Course.objects.filter(key=course_page.translation_key).values_list("source_language", flat=True).first()
    return language is not None and language != course_page.locale.language_code
