"""Why is a course complete, or not: each rule, met or not, with its evidence, edition and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.rules.addresses import item_address
from courses.rules.outline import OutlineItem
from progress.models import Attempt, Enrolment, ItemCompletion, MarkEvent
from progress.queries.attempts import markings_of, needed_points
from progress.queries.changes import ReleaseSince, releases_since, required_at_start
from progress.queries.enrolments import CourseProgress, completion_of
from progress.queries.submissions import Round, story_of
from progress.queries.tries import counting_marks
from progress.rules.attempts import waits_for

COMPLETED_BY: Mapping[str, str | Promise] = {
    "item": _("by the last step, a lesson"),
    "quiz": _("by passing the last step, a quiz"),
    "assignment": _("when the last step, work that people judge, passed"),
    "name": _("when the name for the certificate was confirmed"),
    "finish": _("by the button “Finish the course”"),
    "regrade": _("when a quiz was marked again and passed"),
    "release": _("with a change of the course after which nothing was left to do; an editor confirmed it"),
}
"""By what act a course was completed, by the cause that its record names."""


class Binding(StrEnum):
    """Since when a step counts for a learner."""

    FROM_THE_START = "from-the-start"
    SINCE_A_RELEASE = "since-a-release"
    AGAIN = "again"
    BY_BEING_DONE = "by-being-done"


class Extra(StrEnum):
    """Why a step of the course does not count for a learner."""

    FOR_EVERYBODY = "for-everybody"
    CAME_LATER = "came-later"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One step that counts: whether it is done, by what, and of a quiz the marks that count; since when it counts.

    `bound_by` is the release since which it counts, where one says so; `work` the latest round of an assignment.
    """

    item: OutlineItem
    url: str
    done: ItemCompletion | None
    marks: MarkEvent | None
    marks_needed: int
    is_open: bool
    waits_for: tuple[OutlineItem, ...]
    binding: Binding
    bound_by: ReleaseSince | None
    work: Round | None

    @property
    def is_removed(self) -> bool:
        return self.item.removed

    @property
    def is_quiz(self) -> bool:
        return self.item.kind == "quiz"

    @property
    def is_work(self) -> bool:
        return self.item.kind == "assignment"

    @property
    def last_counts(self) -> bool:
        """Whether the last try counts, not the best."""
        return self.item.counting == "last"

    @property
    def came_back(self) -> bool:
        return self.binding is Binding.AGAIN


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A step of the course that does not count for this learner; done or not."""

    item: OutlineItem
    url: str
    done: ItemCompletion | None
    reason: Extra

    @property
    def is_extra_for_everybody(self) -> bool:
        return self.reason is Extra.FOR_EVERYBODY


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that there is to say: what counts, what does not, and by what act the course was completed, if it was."""

    rows: tuple[Evidence, ...]
    extras: tuple[NotCounted, ...]
    completed_by: str | Promise
    completed_edition: int


def explanation_of(own: CourseProgress, *, language: str) -> Explanation:
    """Return why a course is complete or not, steps in the order of the course, removed ones last. Cost: 5 queries."""
    enrolment = own.enrolment
    done = completions_of(enrolment)
    completion = completion_of(enrolment)
    return Explanation(
        rows=_evidence(own, done, language),
        extras=tuple(
            NotCounted(
                item,
                item_address(own.outline, item, language),
                done.get(item.key),
                Extra.CAME_LATER if item.required else Extra.FOR_EVERYBODY,
            )
            for item in own.outline.items
            if item.key not in own.progress.counted
        ),
        completed_by=COMPLETED_BY.get(completion.cause, "") if completion else "",
        completed_edition=completion.edition.number if completion else 0,
    )


def completions_of(enrolment: Enrolment) -> dict[str, ItemCompletion]:
    """Return what an enrolment has done, by item key, with edition and attempt, the first done first. Cost: 1 query."""
    rows = (
        ItemCompletion.objects.filter(enrolment=enrolment)
        .select_related("edition", "attempt")
        .defer("edition__manifest", "attempt__form")
        .order_by("completed_at", "pk")
    )
    return {str(row.item_key): row for row in rows}


def _evidence(own: CourseProgress, done: Mapping[str, ItemCompletion], language: str) -> tuple[Evidence, ...]:
    marked = markings_of(Attempt.objects.filter(enrolment=own.enrolment)).values()
    marks = counting_marks(marked, own.outline)
    open_attempts = Attempt.objects.filter(enrolment=own.enrolment, state=Attempt.State.OPEN)
    open_keys = {str(key) for key in open_attempts.values_list("item_key", flat=True)}
    work = {str(entry.submission.item_key): entry for entry in story_of(own)}
    at_start = required_at_start(own.enrolment)
    releases = releases_since(own.enrolment)
    rows = []
    for item in (*own.outline.items, *own.outline.tombstones):
        if item.key not in own.progress.counted:
            continue
        waiting = waits_for(item, own.outline, start=own.start, done=own.done.keys())
        release = next((release for release in reversed(releases) if item.key in release.bind_all), None)
        rows.append(
            Evidence(
                item=item,
                url=item_address(own.outline, item, language),
                done=done.get(item.key),
                marks=marks.get(item.key),
                marks_needed=needed_points(marks[item.key]) if item.key in marks else 0,
                is_open=item.key in open_keys,
                waits_for=tuple(own.outline.by_key[key] for key in waiting),
                binding=_binding(item, own, at_start, release),
                bound_by=None if item.key in at_start else release,
                work=work.get(item.key),
            )
        )
    return tuple(rows)


def _binding(item: OutlineItem, own: CourseProgress, at_start: frozenset[str], release: ReleaseSince | None) -> Binding:
    if item.key in at_start:
        return Binding.FROM_THE_START
    if release is not None:
        return Binding.SINCE_A_RELEASE
    return Binding.AGAIN if item.key in own.progress.required else Binding.BY_BEING_DONE
