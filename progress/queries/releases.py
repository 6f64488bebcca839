"""Releases as lists show them, and who may do what with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.permissions import page_permission_policy

from accounts.models import User
from courses.models import Course, CoursePage, Release
from courses.queries.releasing import can_release, course_page_of, others_who_may_release

RELEASED_AT_ONCE = 50
"""How many releases one page lists."""


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release in a list: what it is of, who and when, and whether it waits for the person who looks."""

    url: str
    title: str
    words: str
    state: str
    needs_you: bool


@dataclass(frozen=True, slots=True)
class ReleaseGroup:
    """Releases under one heading."""

    heading: str
    rows: Sequence[ReleaseRow]


def said_time(at: datetime) -> str:
    """Return a moment in the site's time zone, in words of the language in force."""
    return date_format(localtime(at), "DATETIME_FORMAT")


def said_name(person: User | None) -> str:
    """Return what a person is called in the CMS; somebody whose account is gone has no name."""
    return person.get_full_name() if person else _("somebody who has no account any more")


def may_publish(person: User | AnonymousUser, course: Course) -> bool:
    """Return whether somebody may publish a course, and so see its answer keys. Cost: at most 4 queries."""
    page = course_page_of(course)
    return page is not None and can_release(person, page)


def publishers_of(course: Course, *, without: Iterable[int | None] = ()) -> QuerySet[User]:
    """Return who may publish a course, but for the people of these row numbers, by username."""
    page = course_page_of(course)
    if page is None:
        return User.objects.none()
    return others_who_may_release(page, None).exclude(pk__in=[pk for pk in without if pk is not None])


def published_by(person: User) -> QuerySet[Course]:
    """Return the courses that somebody may publish. Cost: 1 query, and those of Wagtail's rights."""
    if not person.has_perm("wagtailadmin.access_admin"):
        return Course.objects.none()
    allowed = page_permission_policy.instances_user_has_permission_for(person, "publish")
    pages = CoursePage.objects.filter(
        pk__in=allowed.values("pk"),
        translation_key=OuterRef("key"),
        locale__language_code=OuterRef("source_language"),
    )
    return Course.objects.filter(Exists(pages))


def titles_of(course_keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return the titles of courses as their drafts have them, in the source language where there is one. Cost: 2 queries."""
    keys = set(course_keys)
    languages = dict(Course.objects.filter(key__in=keys).values_list("key", "source_language"))
    titles: dict[UUID, str] = {}
    rows = CoursePage.objects.filter(translation_key__in=keys).order_by("pk")
    for key, language, title in rows.values_list("translation_key", "locale__language_code", "draft_title"):
        if language == languages.get(key) or key not in titles:
            titles[key] = title
    return titles


def waiting_for(person: User) -> list[ReleaseRow]:
    """Return the releases that somebody may agree to, those asked for first on top. Cost: at most 6 queries."""
    asked = Release.objects.filter(state=Release.State.IN_REVIEW, course__in=published_by(person))
    releases = asked.exclude(_is_own(person)).select_related("course", "created_by").order_by("review_asked_at", "pk")
    return _rows(list(releases), person)


def groups_for(person: User, *, course: Course | None = None, page: int = 1) -> tuple[list[ReleaseGroup], bool]:
    """Return releases of one course, or of all that somebody may publish, in groups; and whether there are earlier ones.

    Those that are over come in pages of 50. Cost: at most 10 queries.
    """
    releases = Release.objects.filter(course__in=published_by(person)).select_related(
        "course", "created_by", "released_by", "edition"
    )
    releases = releases.defer("edition__manifest")
    if course is not None:
        releases = releases.filter(course=course)
    states = Release.State
    first = (page - 1) * RELEASED_AT_ONCE
    over = list(
        releases.filter(state=states.RELEASED).order_by("-released_at", "-pk")[first : first + RELEASED_AT_ONCE + 1]
    )
    groups = [(_("Released"), over[:RELEASED_AT_ONCE])]
    if page == 1:
        groups = [
            (_("Waits for a second person"), list(releases.filter(state=states.IN_REVIEW).order_by("review_asked_at"))),
            (_("Waits for its time"), list(releases.filter(state=states.SCHEDULED).order_by("due_at", "pk"))),
            (_("Stopped"), list(releases.filter(state=states.STOPPED).order_by("-pk"))),
            (_("Being put together"), list(releases.filter(state=states.DRAFT).order_by("-pk"))),
            *groups,
        ]
    shown = [ReleaseGroup(heading, _rows(entries, person)) for heading, entries in groups if entries]
    return shown, len(over) > RELEASED_AT_ONCE


def _is_own(person: User) -> Q:
    return Q(created_by=person) | Q(changed_by=person)


def _rows(releases: Sequence[Release], person: User) -> list[ReleaseRow]:
    titles = titles_of(release.course.key for release in releases)
    return [_row(release, titles.get(release.course.key, ""), person) for release in releases]


def _row(release: Release, title: str, person: User) -> ReleaseRow:
    is_own = person.pk in {release.created_by_id, release.changed_by_id}
    needs_you = release.state == Release.State.IN_REVIEW and not is_own
    return ReleaseRow(
        url=reverse("progress_release_page", args=[release.public_id]),
        title=_("%(title)s, edition %(number)s") % {"title": title, "number": release.edition.number}
        if release.edition
        else title,
        words=_words(release),
        state=_("Waits for you") if needs_you else str(release.get_state_display()),
        needs_you=needs_you,
    )


def _words(release: Release) -> str:
    if release.released_at:
        return _("Released by %(person)s, %(time)s") % {
            "person": said_name(release.released_by),
            "time": said_time(release.released_at),
        }
    if release.state == Release.State.SCHEDULED and release.due_at:
        return _("Put together by %(person)s, goes out %(time)s") % {
            "person": said_name(release.created_by),
            "time": said_time(release.due_at),
        }
    if release.state == Release.State.IN_REVIEW and release.review_asked_at:
        return _("Put together by %(person)s, asked %(time)s") % {
            "person": said_name(release.created_by),
            "time": said_time(release.review_asked_at),
        }
    return _("Put together by %(person)s, %(time)s") % {
        "person": said_name(release.created_by),
        "time": said_time(release.created_at),
    }
