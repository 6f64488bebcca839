"""Which pages of a course have changes that are not published, who touched them, and what state they are in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, QuerySet
from wagtail.models import Page, Revision, WorkflowState

from courses.models import Course, CoursePage


@dataclass(frozen=True, slots=True)
class Touch:
    """Somebody who changed a draft since its page was last published, and when last. `name` "": nobody known."""

    user_id: int | None
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the course in the tree, as plain values. `kind`: coursepage, modulepage, lessonpage or quizpage."""

    number: int
    path: str
    key: str
    language: str
    kind: str
    slug: str
    title: str
    live: bool


def pages_of(course: Course) -> "QuerySet[Page]":
    """Return the pages of a course in every language, wherever a translation hangs. Cost: 2 queries to find out how."""
    paths = list(CoursePage.objects.filter(translation_key=course.key).order_by().values_list("path", flat=True))
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    keys = set(Page.objects.filter(below).order_by().values_list("translation_key", flat=True))
    pages: QuerySet[Page] = Page.objects.filter(below | Q(translation_key__in=keys, alias_of=None))
    return pages


def page_numbers_of(course: Course) -> set[int]:
    """Return the row numbers of the pages of a course. Cost: 3 queries."""
    return set(pages_of(course).order_by().values_list("pk", flat=True))


def places_of(course: Course) -> list[Place]:
    """Return where the pages of a course are, in the order of the tree. Cost: 2 queries."""
    paths = list(CoursePage.objects.filter(translation_key=course.key).order_by().values_list("path", flat=True))
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(path__startswith=path)
    rows = Page.objects.filter(below, alias_of=None).order_by("path")
    return [
        Place(number, path, str(key), language, kind, slug, title, live)
        for number, path, key, language, kind, slug, title, live in rows.values_list(
            "pk", "path", "translation_key", "locale__language_code", "content_type__model", "slug", "title", "live"
        )
    ]


def changed_pages(course: Course) -> list[Page]:
    """Return the pages of a course with changes that are not published, with their latest revision. Cost: 3 queries.

    Those in the source language first, each language in the order of its tree. Moves are not among them: Wagtail
    publishes them at once.
    """
    pages = (
        pages_of(course)
        .filter(has_unpublished_changes=True, alias_of=None, latest_revision__isnull=False)
        .select_related("latest_revision", "locale", "content_type")
        .annotate(live_revision_made_at=F("live_revision__created_at"))
    )
    source = course.source_language
    return sorted(pages, key=lambda page: (page.locale.language_code != source, page.locale.language_code, page.path))


def touches_of(pages: Iterable[Page]) -> dict[int, tuple[Touch, ...]]:
    """Return who touched drafts since they were published, by page number, the latest first. Cost: 1 query.

    Wagtail saves drafts by itself: a touch is a page left open as well as a button pressed.
    """
    since = {str(page.pk): getattr(page, "live_revision_made_at", None) for page in pages}
    rows = (
        Revision.page_revisions.filter(object_id__in=since)
        .order_by()
        .values("object_id", "user_id", "user__display_name", "user__username")
        .annotate(at=Max("created_at"))
    )
    touches: dict[int, list[Touch]] = {int(number): [] for number in since}
    for row in rows:
        published = since[row["object_id"]]
        if published is None or row["at"] > published:
            name = row["user__display_name"] or row["user__username"] or ""
            touches[int(row["object_id"])].append(Touch(row["user_id"], name, row["at"]))
    return {number: tuple(sorted(found, key=lambda touch: touch.at, reverse=True)) for number, found in touches.items()}


def in_review(pages: Iterable[Page]) -> set[int]:
    """Return the numbers of the pages that are in a workflow. Cost: 1 query."""
    numbers = [str(page.pk) for page in pages]
    states = WorkflowState.objects.active().filter(
        base_content_type__app_label="wagtailcore", base_content_type__model="page", object_id__in=numbers
    )
    return {int(number) for number in states.order_by().values_list("object_id", flat=True)}


def token_of(revision: Revision) -> str:
    """Return what names a revision as it was looked at: automatic saving may write into the same row later."""
    return f"{revision.pk}-{revision.created_at:%Y%m%d%H%M%S%f}"


def chosen_revisions(course: Course, tokens: Iterable[str]) -> tuple[list[tuple[Page, Revision]], list[str]]:
    """Return the pages and revisions that tokens of a form name, and the titles of drafts that were changed since.

    Cost: at most 4 queries. A token of anything else is left out.
    """
    wanted: Mapping[int, str] = {
        int(number): token for token in tokens if (number := token.partition("-")[0]).isdigit()
    }
    revisions = Revision.page_revisions.filter(pk__in=list(wanted)).order_by("pk")
    by_page = {int(revision.object_id): revision for revision in revisions}
    chosen, changed = [], []
    for page in pages_of(course).filter(pk__in=list(by_page)).order_by("path"):
        revision = by_page[page.pk]
        if token_of(revision) == wanted[revision.pk]:
            chosen.append((page, revision))
        else:
            changed.append(page.draft_title)
    return chosen, changed


@dataclass(frozen=True, slots=True)
class Differing:
    """A live translation whose live row says something else than the revision that was published last.

    A synchronisation with the source page writes into the live row without publishing a revision.
    """

    page: Page
    language: str
    fields: tuple[str, ...]


def translations_that_differ(course: Course) -> list[Differing]:
    """Return the live translations of a course that differ from their live revision, by language and place.

    Cost: 5 queries and one a type of page. It reads every translated text: for a screen of editors.
    """
    translations = pages_of(course).exclude(locale__language_code=course.source_language)
    live = translations.filter(live=True, live_revision__isnull=False, alias_of=None)
    languages = dict(live.order_by().values_list("pk", "locale__language_code"))
    pages = list(Page.objects.filter(pk__in=list(languages)).order_by("path").specific())
    revisions = Revision.objects.in_bulk([page.live_revision_id for page in pages])
    found = []
    for page in sorted(pages, key=lambda page: languages[page.pk]):
        published = type(page).from_serializable_data(revisions[page.live_revision_id].content, check_fks=False)
        names = tuple(
            field.name
            for field in page._meta.concrete_fields
            if (field.model is type(page) or field.name == "title")
            and not field.is_relation
            and field.get_prep_value(getattr(page, field.attname))
            != field.get_prep_value(getattr(published, field.attname))
        )
        if names:
            found.append(Differing(page, languages[page.pk], names))
    return found
