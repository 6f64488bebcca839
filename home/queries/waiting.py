"""What waits for somebody in the CMS, as rows for the first page and for the whole lists behind it.

Every function returns how many there are, and the rows of one part of them; its queries do not grow with either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Comment, Page, TaskState, WorkflowState

from accounts.models import User
from case_studies.models import CaseStudyPage
from courses.models import AssignmentPage, CoursePage, LessonPage, QuizPage
from home.queries.rights import editable_pages
from home.rules.waiting import is_late, last_day_shown

COURSE_DEPTH = 4
KINDS: dict[str, Any] = {
    "homepage": _("Home page"),
    "standardpage": _("Page"),
    "courseindexpage": _("Catalogue"),
    "coursepage": _("Course"),
    "modulepage": _("Module"),
    "lessonpage": _("Lesson"),
    "quizpage": _("Quiz"),
    "assignmentpage": _("Assignment"),
    "learningpathpage": _("Learning path"),
    "casestudyindexpage": _("Case studies"),
    "casestudypage": _("Case study"),
}
READ_AGAIN: tuple[Any, ...] = (LessonPage, QuizPage, AssignmentPage, CoursePage, CaseStudyPage)
"""The kinds of pages that have a day to be read again."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing that waits. `language` is that of the title; `place` says in which course it is; `words` why it waits."""

    title: str
    language: str
    url: str
    kind: str = ""
    place: str = ""
    words: str = ""
    needs_care: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many there are, and those of the part that was asked for."""

    count: int
    rows: tuple[WaitingRow, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is wanted: that many, after the first `start`."""

    size: int
    start: int = 0

    def of(self, rows: Any) -> Any:
        """Return this part of a list or of a query."""
        return rows[self.start : self.start + self.size]


def drafts_of(person: User, *, part: Part) -> Waiting:
    """Return the pages with changes that are not public and that this person made last, newest first.

    What this person sent to review and a reviewer sent back is among them, with the reviewer's words, though the reviewer
    saved it last. Cost: 5 queries.
    """
    states = WorkflowState.objects.filter(base_content_type__model="page")
    sent_back: dict[int, str] = {
        int(number): comment or ""
        for number, comment in states.filter(
            status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=person
        ).values_list("object_id", "current_task_state__comment")
    }
    found = Page.objects.filter(
        editable_pages(person),
        Q(latest_revision__user=person) | Q(pk__in=sent_back),
        has_unpublished_changes=True,
        alias_of=None,
    )
    numbers = list(part.of(found.order_by("-latest_revision_created_at", "-pk").values_list("pk", flat=True)))
    in_review = set(
        states.filter(
            status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=[str(number) for number in numbers]
        ).values_list("object_id", flat=True)
    )

    def words(page: Page) -> str:
        if comment := sent_back.get(page.pk):
            return gettext("Sent back: “%(comment)s”") % {"comment": comment}
        if page.pk in sent_back:
            return gettext("Sent back")
        if str(page.pk) in in_review:
            return gettext("In review")
        # Of those not public yet there is nothing to compare with.
        state = gettext("Changed %(date)s") if page.live else gettext("Never published, changed %(date)s")
        return state % {"date": _day(page.latest_revision_created_at)}

    return Waiting(found.count(), rows_of_pages(numbers, words, care=sent_back))


def reviews_for(person: User, *, part: Part) -> Waiting:
    """Return the pages that wait for this person's review, those that wait longest first.

    Cost: 7 queries, and 1 for each task that there is.
    """
    states = TaskState.objects.reviewable_by(person).filter(workflow_state__base_content_type__model="page")
    shown = part.of(
        states.order_by("started_at", "pk").values_list(
            "workflow_state__object_id", "started_at", "workflow_state__requested_by__display_name"
        )
    )
    since = {int(number): (started, name) for number, started, name in shown}
    comments = dict(
        Comment.objects.filter(page_id__in=since, resolved_at=None)
        .order_by()
        .values_list("page_id")
        .annotate(Count("pk"))
    )

    def words(page: Page) -> str:
        started, name = since[page.pk]
        said = gettext("From %(name)s, since %(date)s") if name else gettext("Since %(date)s")
        sentences = [said % {"name": name, "date": _day(started)}]
        if count := comments.get(page.pk, 0):
            sentences.append(ngettext("%(count)s open comment", "%(count)s open comments", count) % {"count": count})
        return " · ".join(sentences)

    return Waiting(states.count(), rows_of_pages(since, words))


def to_read_again(person: User, *, today: date, part: Part) -> Waiting:
    """Return public texts whose day to be read again is over or near, the oldest day first. Cost: 4 queries."""
    editable, last = editable_pages(person), last_day_shown(today)
    of_kinds = [
        kind.objects.filter(editable, live=True, alias_of=None, review_by_date__lte=last)
        .order_by()
        .values_list("pk", "review_by_date")
        for kind in READ_AGAIN
    ]
    found = of_kinds[0].union(*of_kinds[1:], all=True)
    days: dict[int, date] = dict(part.of(found.order_by("review_by_date", "pk")))

    def words(page: Page) -> str:
        day = days[page.pk]
        said = gettext("Was to be read again by %(date)s") if is_late(day, today=today) else gettext("By %(date)s")
        return said % {"date": _day(day)}

    late = {number for number, day in days.items() if is_late(day, today=today)}
    return Waiting(found.count(), rows_of_pages(days, words, care=late))


def rows_of_pages(
    numbers: Iterable[int],
    words: Any,
    *,
    care: Iterable[int] = (),
    urls: Mapping[int, str] | None = None,
) -> tuple[WaitingRow, ...]:
    """Return a row for each page, in the order of the numbers. Cost: 2 queries, none without a number.

    `words(page)` says why it waits; `urls` has other addresses than those of the editors.
    """
    wanted, cared = list(numbers), set(care)
    if not wanted:
        return ()
    pages = Page.objects.select_related("content_type", "locale").in_bulk(wanted)
    places = _places(pages.values())
    return tuple(
        WaitingRow(
            title=page.draft_title or page.title,
            language=page.locale.language_code,
            url=(urls or {}).get(number) or reverse("wagtailadmin_pages:edit", args=[number]),
            kind=str(KINDS.get(page.content_type.model, "")),
            place=places.get(page.path[: COURSE_DEPTH * Page.steplen], "") if page.depth > COURSE_DEPTH else "",
            words=words(page),
            needs_care=number in cared,
        )
        for number in wanted
        if (page := pages.get(number)) is not None
    )


def _places(pages: Iterable[Page]) -> dict[str, str]:
    """Return the titles of the courses that pages are in, by path. Cost: 1 query."""
    paths = {page.path[: COURSE_DEPTH * Page.steplen] for page in pages if page.depth > COURSE_DEPTH}
    return dict(Page.objects.filter(path__in=paths).order_by().values_list("path", "title"))


def _day(moment: date | datetime | None) -> str:
    return date_format(moment, "DATE_FORMAT") if moment else ""
