"""Who may release a course, what waits to be released, and which release holds a page."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.models import User
from courses.models import Course, CoursePage, Release, ReleaseDraft
from foundation.models import Job

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

OPEN_STATES = (Release.State.DRAFT, Release.State.IN_REVIEW, Release.State.SCHEDULED)
"""States in which a release holds the drafts it names."""

JOB = "courses.release"
"""Kind of the job that gets a large release ready."""


def course_page_of(course: Course) -> CoursePage | None:
    """Return the page of a course in its source language, None when it is gone. Cost: 1 query."""
    page: CoursePage | None = CoursePage.objects.filter(
        translation_key=course.key, locale__language_code=course.source_language
    ).first()
    return page


def can_release(user: "User | AnonymousUser", course_page: Page) -> bool:
    """Return whether somebody may release a course: who may publish its page. Cost: at most 3 queries a user."""
    return bool(
        user.is_active
        and user.has_perm("wagtailadmin.access_admin")
        and course_page.permissions_for_user(user).can_publish()
    )


def others_who_may_release(course_page: Page, user: User | None) -> "QuerySet[User]":
    """Return the other people with an active account who may release a course, by username. Nobody: a team of one."""
    allowed = page_permission_policy.users_with_permission_for_instance("publish", course_page)
    admitted = User.objects.with_perm("wagtailadmin.access_admin").values("pk")
    people: QuerySet[User] = User.objects.filter(is_active=True, pk__in=allowed.values("pk")).filter(pk__in=admitted)
    if user is not None:
        people = people.exclude(pk=user.pk)
    return people.order_by("username", "pk")


def open_releases(course: Course) -> "QuerySet[Release]":
    """Return the releases of a course that are not over, the latest first; stopped ones among them."""
    states = (*OPEN_STATES, Release.State.STOPPED)
    return Release.objects.filter(course=course, state__in=states).order_by("-created_at", "-pk")


def held_drafts(pages: "Iterable[Any] | QuerySet[Page]") -> "QuerySet[ReleaseDraft]":
    """Return the drafts of these pages that wait in a release."""
    return ReleaseDraft.objects.filter(page__in=pages, revision__isnull=False).order_by("title", "pk")


def why_drafts_stay(pages: "QuerySet[Page]") -> str | None:
    """Return why pages must stay, in words, because drafts of them wait in a release; or None. Cost: 1 query."""
    held = held_drafts(pages).select_related("release__created_by").order_by("release__created_at", "pk").first()
    if held is None:
        return None
    author = held.release.created_by
    values = {
        "title": held.title,
        "date": date_format(localtime(held.release.created_at), "DATE_FORMAT"),
        "person": author.get_full_name() if author else gettext("somebody who has no account any more"),
    }
    return (
        gettext(
            "The draft of “%(title)s” waits in a release that %(person)s put together on %(date)s. Take it out there, or "
            "discard the release, first."
        )
        % values
    )


def job_key(release: Release) -> str:
    """Return the key of the job of a large release: another one after each change of the release."""
    return f"{release.public_id}:{release.changed_at or release.created_at:%Y%m%d%H%M%S%f}"


def job_of(release: Release) -> Job | None:
    """Return the job that gets a large release ready, None when there is none. Cost: 1 query."""
    return Job.objects.filter(kind=JOB, key=job_key(release)).first()
