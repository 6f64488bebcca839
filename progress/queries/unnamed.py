"""Attempts at a quiz as editors see them: how they were marked, and not whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Course, QuizVersion
from progress.models import Attempt, MarkEvent

LISTED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt of nobody in particular. `url` is "" while it is open: there is nothing to say of its marking yet."""

    url: str
    name: str
    result: str
    marked_by: str
    edition: int


def attempts_at(course: Course, item_key: UUID) -> QuerySet[Attempt]:
    """Return the attempts at a quiz of a course, by their random ids: in no order that tells whose they are."""
    return Attempt.objects.filter(enrolment__course=course, item_key=item_key).order_by("public_id")


def quiz_title(course: Course, item_key: UUID) -> str:
    """Return the title of a quiz as it was frozen last, "" where it never was one of this course. Cost: 2 queries."""
    edition = course.current_edition
    entries = [*edition.manifest["items"], *edition.manifest["tombstones"]] if edition else []
    entry = next((entry for entry in entries if entry["key"] == str(item_key) and entry["kind"] == "quiz"), None)
    if entry is None:
        return ""
    version = entry["versions"].get(course.source_language) or next(iter(entry["versions"].values()))
    return str(version["title"])


def attempt_rows(course: Course, item_key: UUID, *, page: int) -> tuple[Sequence[AttemptRow], "Page[Any]"]:
    """Return 50 attempts at a quiz, and where in all of them that is. Cost: 2 queries."""
    events = MarkEvent.objects.filter(attempt=OuterRef("pk")).order_by("-marked_at", "-pk")
    attempts = (
        attempts_at(course, item_key)
        .select_related("edition")
        .defer("edition__manifest", "form")
        .annotate(last_kind=Subquery(events.values("kind")[:1]))
    )
    shown = Paginator(attempts, LISTED_AT_ONCE).get_page(page)
    return [_row(attempt) for attempt in shown], shown


def unnamed_attempt(public_id: UUID) -> Attempt:
    """Return an attempt with its version, edition and course. Who may see it, the caller decides. Cost: 1 query.

    :raises Attempt.DoesNotExist: if there is none.
    """
    attempts = Attempt.objects.select_related("quiz_version", "edition", "enrolment__course")
    return attempts.defer("edition__manifest").get(public_id=public_id)


def attempt_name(attempt: Attempt) -> str:
    """Return what an attempt is called where it has no name: the first signs of its random id."""
    return attempt.public_id.hex[:8]


def version_title(version: QuizVersion) -> str:
    """Return the title of a quiz as a version has it."""
    return str(version.body["title"])


def _row(attempt: Attempt) -> AttemptRow:
    is_open = attempt.state == Attempt.State.OPEN
    return AttemptRow(
        url="" if is_open else reverse("progress_marking", args=[attempt.public_id]),
        name=attempt_name(attempt),
        result=_("Open") if is_open else _result(attempt),
        marked_by=_MARKED_BY.get(getattr(attempt, "last_kind", None) or "", lambda: "")(),
        edition=attempt.edition.number,
    )


def _result(attempt: Attempt) -> str:
    values = {"score": attempt.cached_score or 0, "total": attempt.cached_max_score or 0}
    if attempt.cached_passed:
        return _("%(score)s of %(total)s, passed") % values
    return _("%(score)s of %(total)s, not passed") % values


_MARKED_BY = {
    MarkEvent.Kind.AUTOMATIC.value: lambda: _("the rules, when it was sent"),
    MarkEvent.Kind.BY_HAND.value: lambda: _("a person"),
    MarkEvent.Kind.REGRADE.value: lambda: _("a release, again"),
}


def attempts_lead(total: int) -> str:
    """Return how many attempts there are, in words."""
    return ngettext("%(count)s attempt.", "%(count)s attempts.", total) % {"count": total}
