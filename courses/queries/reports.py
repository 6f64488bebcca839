"""What readers say of pages: which page an address is about, and which reports an editor may see."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.models import User
from courses.models import ContentReport, Course, CoursePage
from courses.queries import serving
from courses.rules.addresses import course_address, item_address

LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class ReportedPage:
    """A page that somebody has something to say of, as they read it. `edition` is None for a page of no course."""

    page: Page
    course: Course | None
    edition: int | None
    language: str
    title: str
    path: str

    @property
    def key(self) -> UUID:
        key: UUID = self.page.translation_key
        return key


def reported_page(key: str, edition: str, *, language: str) -> ReportedPage:
    """Return the public page with this translation key as a reader of an interface language sees it.

    `edition` is what the link said: a number that cannot be counts as the edition of now. Cost: at most 5 queries.

    :raises LookupError: if nothing public has this key.
    """
    try:
        pages = list(Page.objects.live().filter(translation_key=UUID(key)).select_related("locale").order_by("path"))
    except ValueError:
        raise LookupError(key) from None
    if not pages or pages[0].depth < 3:
        raise LookupError(key)
    course_page = CoursePage.objects.ancestor_of(pages[0], inclusive=True).only("translation_key").first()
    if course_page is None:
        return _of_no_course(pages, language)
    try:
        course = serving.course_by_key(course_page.translation_key)
    except Course.DoesNotExist:
        raise LookupError(key) from None
    outline = serving.outline_of(course, language)
    item = outline.by_key.get(str(UUID(key)))
    is_course = str(UUID(key)) == outline.course_key
    if not outline.live or (item is None and not is_course):
        raise LookupError(key)
    text_language = item.language if item else outline.language
    return ReportedPage(
        page=_in_language(pages, text_language),
        course=course,
        edition=_edition(edition, outline.edition),
        language=text_language,
        title=(item.title if item else outline.title)[:LONGEST_TITLE],
        path=item_address(outline, item, language) if item else course_address(outline, language),
    )


def reports_of(user: User) -> QuerySet[ContentReport]:
    """Return the reports of pages this person may change, also of pages of such a course that are gone. Newest first.

    Of a page of no course that is gone, those are told who may change the whole site.
    """
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    courses = CoursePage.objects.filter(pk__in=pages.values("pk")).values("translation_key")
    seen = Q(page__in=pages.values("pk")) | Q(page=None, course__key__in=courses)
    if pages.filter(depth=1).exists():
        seen |= Q(page=None, course=None)
    return ContentReport.objects.filter(seen).select_related("page", "course__current_edition")


def open_reports(user: User, *, most: int) -> tuple[list[ContentReport], int]:
    """Return the newest open reports for this person, and how many are open. Cost: 2 queries and the rights."""
    found = reports_of(user).filter(state=ContentReport.State.OPEN).defer("course__current_edition__manifest")
    return list(found[:most]), found.count()


def courses_of_reports(user: User, *, language: str) -> list[tuple[str, str]]:
    """Return key and title of the courses that this person has reports of, by title. Cost: 2 queries and the rights."""
    courses = Course.objects.filter(pk__in=reports_of(user).order_by().values("course"))
    outlines = serving.outlines_of(courses, language)
    return sorted(
        ((outline.course_key, outline.title) for outline in outlines.values()), key=lambda pair: (pair[1], pair[0])
    )


def _of_no_course(pages: list[Page], language: str) -> ReportedPage:
    page = _in_language(pages, language)
    parts = page.get_url_parts()
    if parts is None:
        raise LookupError(page.pk)
    path = parts[2]
    if getattr(page.specific_class, "answers_in_every_language", False):
        path = f"/{language}/" + path.lstrip("/").partition("/")[2]
    return ReportedPage(
        page=page,
        course=None,
        edition=None,
        language=page.locale.language_code,
        title=page.title[:LONGEST_TITLE],
        path=path,
    )


def _in_language(pages: list[Page], language: str) -> Page:
    """Return the page in a language, else in the site's first one, else any: as readers are shown it."""
    found = {page.locale.language_code: page for page in reversed(pages)}
    return found.get(language) or found.get(settings.LANGUAGE_CODE) or pages[0]


def _edition(said: str, current: int) -> int:
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 9 else 0
    return number if 1 <= number <= current else current
