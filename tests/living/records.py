"""What the records say at one moment, and what must hold between one moment and the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max

from certificates.models import Certificate, CertificateEvent
from courses.models import Course, CourseEdition, EditionDue
from courses.operations.settling import settle
from courses.queries import serving
from courses.rules.binds import newly_required
from courses.rules.outline import Outline
from courses.rules.outlining import outline_at
from foundation.models import Job
from foundation.rules.canonical import digest
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent, Response
from progress.rules.completion import Progress, fold_progress
from progress.rules.marking import fold_marks
from progress.rules.regrading import MAY_LOWER, Policy

HISTORY = (ItemCompletion, CourseCompletion, MarkEvent, CertificateEvent)
"""Rows that are added and never changed, few enough to be read whole after every step."""
Mark = dict[str, Any]
"""A mark event by the names of its columns."""

STATES = [Enrolment.State.ENROLLED, Enrolment.State.IN_PROGRESS, Enrolment.State.COMPLETED]

Answer = tuple[tuple[str, ...], bool]
"""Option ids and "I am not sure"."""


@dataclass
class Moment:
    """The records, read in a fixed number of queries. `history` maps (model, row number) to the whole row."""

    history: dict[tuple[str, int], tuple[Any, ...]]
    enrolments: dict[int, Enrolment]
    attempts: dict[int, Attempt]
    responses: dict[tuple[int, str], Response]
    certificates: dict[int, Certificate]
    courses: dict[int, Course]
    progress: dict[int, Progress] = field(default_factory=dict)

    @property
    def editions(self) -> dict[int, int]:
        """The number of the last edition of each course."""
        return {pk: course.last_edition or 0 for pk, course in self.courses.items()}

    @property
    def flagged(self) -> bool:
        """Whether a course waits to be settled."""
        return any(course.flagged for course in self.courses.values())

    @property
    def jobs_wait(self) -> bool:
        return any(course.jobs_wait for course in self.courses.values())

    @property
    def regraded(self) -> int:
        """How many marks were given anew."""
        return sum(mark["kind"] == MarkEvent.Kind.REGRADE for given in self.marks().values() for mark in given)

    def marks(self) -> dict[int, list[Mark]]:
        """Return the marks of each attempt, in the order they were given."""
        names = [entry.attname for entry in MarkEvent._meta.concrete_fields]
        events: dict[int, list[Mark]] = {}
        for (name, _pk), row in self.history.items():
            if name == "MarkEvent":
                event = dict(zip(names, row, strict=True))
                events.setdefault(event["attempt_id"], []).append(event)
        return {pk: sorted(given, key=lambda event: (event["marked_at"], event["id"])) for pk, given in events.items()}

    @classmethod
    def read(cls) -> "Moment":
        """Return the records as they are now. Cost: 9 queries."""
        history: dict[tuple[str, int], tuple[Any, ...]] = {}
        for model in HISTORY:
            for row in model._default_manager.order_by("pk").values_list():
                history[model.__name__, row[0]] = row
        done: dict[int, set[str]] = {}
        place = [entry.attname for entry in ItemCompletion._meta.concrete_fields]
        enrolment_at, item_at = place.index("enrolment_id"), place.index("item_key")
        for (name, _pk), row in history.items():
            if name == "ItemCompletion":
                done.setdefault(row[enrolment_at], set()).add(str(row[item_at]))
        waiting = Job.objects.filter(finished_at=None)
        courses = (
            Course.objects.select_related("current_edition")
            .defer("current_edition__manifest")
            .annotate(
                edition_count=Count("editions"),
                last_edition=Max("editions__number"),
                flagged=Exists(EditionDue.objects.all()),
                jobs_wait=Exists(waiting),
            )
            .order_by("pk")
        )
        moment = cls(
            history=history,
            enrolments={row.pk: row for row in Enrolment.objects.with_course().order_by("pk")},
            attempts={row.pk: row for row in Attempt.objects.order_by("pk")},
            responses={(row.attempt_id, row.question_id): row for row in Response.objects.order_by("pk")},
            certificates={row.pk: row for row in Certificate.objects.order_by("pk")},
            courses={row.pk: row for row in courses},
        )
        for pk, enrolment in moment.enrolments.items():
            course = moment.courses[enrolment.course_id]
            moment.progress[pk] = fold_progress(
                serving.outline_of(course, course.source_language),
                start=enrolment.start_edition.number,
                done=done.get(pk, set()),
                completed=hasattr(enrolment, "completion"),
            )
        return moment


class Outlines:
    """The outline of every edition, by course and number: what an edition says never changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Outline] = {}

    def at(self, course: int, number: int) -> Outline:
        if (course, number) not in self._known:
            manifest = CourseEdition.objects.get(course=course, number=number).manifest
            self._known[course, number] = outline_at(manifest, language=manifest["source_language"], edition=number)
        return self._known[course, number]


def check_nothing_undone(before: Moment, now: Moment) -> None:
    """What was done is there, unchanged: completions with their dates, marks, certificates with their payloads."""
    for place, row in before.history.items():
        assert now.history.get(place) == row, f"{place} was changed or taken away"
    for pk, certificate in before.certificates.items():
        kept = now.certificates[pk]
        assert (kept.payload_sha256, kept.issued_at) == (certificate.payload_sha256, certificate.issued_at)
        assert digest(kept.payload) == certificate.payload_sha256
    for pk, attempt in before.attempts.items():
        kept_attempt = now.attempts[pk]
        fixed = (
            "enrolment_id",
            "item_key",
            "number",
            "quiz_version_id",
            "edition_id",
            "language",
            "form",
            "started_at",
        )
        assert [getattr(kept_attempt, name) for name in fixed] == [getattr(attempt, name) for name in fixed]
    assert before.enrolments.keys() <= now.enrolments.keys()
    assert before.responses.keys() <= now.responses.keys()


def check_states_move_forward(before: Moment, now: Moment) -> None:
    for pk, attempt in before.attempts.items():
        if attempt.state == Attempt.State.SUBMITTED:
            assert now.attempts[pk].state == Attempt.State.SUBMITTED
            assert now.attempts[pk].submitted_at == attempt.submitted_at
    for pk, enrolment in before.enrolments.items():
        assert now.enrolments[pk].start_edition_id == enrolment.start_edition_id
        was, state = (STATES.index(moment.enrolments[pk].cached_state) for moment in (before, now))
        assert state >= was, f"enrolment {pk} went back from {STATES[was]} to {STATES[state]}"


def check_one_open_attempt(now: Moment) -> None:
    open_at = [(row.enrolment_id, row.item_key) for row in now.attempts.values() if row.state == Attempt.State.OPEN]
    assert len(open_at) == len(set(open_at))


def check_answers(now: Moment, acknowledged: Mapping[tuple[int, str], Answer]) -> None:
    """Every answer that was acknowledged is readable, and every answer is one that its question offers."""
    for place, answer in acknowledged.items():
        response = now.responses[place]
        assert (tuple(response.options), response.unsure) == answer
    for (attempt, question), response in now.responses.items():
        entries = [entry for entry in now.attempts[attempt].form["questions"] if entry["id"] == question]
        assert len(entries) == 1
        assert set(response.options) <= set(entries[0]["options"])
        assert len(response.options) <= 1 or entries[0]["kind"] == "multiple_choice"


def check_percentage(before: Moment, now: Moment, outlines: Outlines) -> None:
    """What is shown never falls, unless an edition in between asks for more of who started when they did."""
    for pk, was in before.progress.items():
        shown = now.progress[pk]
        assert (shown.percentage == 100) == shown.complete
        assert was.done <= shown.done
        if shown.percentage >= was.percentage:
            continue
        enrolment = now.enrolments[pk]
        course = enrolment.course_id
        numbers = range(before.editions[course], now.editions[course] + 1)
        imposed = {
            key
            for older, newer in pairwise(numbers)
            for key in newly_required(
                _all_items(outlines.at(course, older)),
                _all_items(outlines.at(course, newer)),
                enrolment.start_edition.number,
            )
        }
        assert imposed - was.done, f"{pk} fell from {was.percentage} to {shown.percentage}, and no edition binds"
        assert not hasattr(enrolment, "completion"), "who completed the course is asked for nothing more"


def _all_items(outline: Outline) -> list[Any]:
    return [*outline.items, *outline.tombstones]


def check_editions(now: Moment) -> None:
    """Editions are numbered without a gap, and the last one is the one that counts."""
    for course in now.courses.values():
        current = course.current_edition.number if course.current_edition else 0
        assert current == (course.last_edition or 0) == course.edition_count


def check_live_tree(courses: Iterable[Course], *, at: datetime) -> None:
    """The last edition says what the live pages say: settling again finds nothing to do. Cost: about 40 queries each."""
    for course in courses:
        assert settle(course_key=course.key, cause="heal", at=at) is None, f"{course} differs from its pages"


def check_marks(before: Moment, now: Moment) -> None:
    """What lists show of an attempt is the fold of its marks; no policy takes anything away but those that say so."""
    known = before.marks()
    for pk, given in now.marks().items():
        for previous, mark in pairwise(given):
            if mark in known.get(pk, []) or Policy(mark["policy"]) in MAY_LOWER:
                continue
            assert mark["passed"] >= previous["passed"]
            assert mark["score"] * previous["max_score"] >= previous["score"] * mark["max_score"]
        last = fold_marks(given)
        assert last is not None
        attempt = now.attempts[pk]
        folded = (last["score"], last["max_score"], last["passed"])
        assert (attempt.cached_score, attempt.cached_max_score, attempt.cached_passed) == folded
        assert attempt.state == Attempt.State.SUBMITTED
        assert [mark["kind"] for mark in given].count(MarkEvent.Kind.AUTOMATIC) == 1
    assert all(pk in now.marks() for pk, attempt in now.attempts.items() if attempt.state == Attempt.State.SUBMITTED)


def check_cached_progress(now: Moment) -> None:
    """What lists show of an enrolment is the fold of what was done. For a moment when no job waits."""
    tried = {attempt.enrolment_id for attempt in now.attempts.values()}
    for pk, enrolment in now.enrolments.items():
        progress = now.progress[pk]
        state = Enrolment.State.IN_PROGRESS if progress.done or pk in tried else Enrolment.State.ENROLLED
        if hasattr(enrolment, "completion"):
            state = Enrolment.State.COMPLETED
        assert (enrolment.cached_percentage, enrolment.cached_state) == (progress.percentage, state), (
            f"enrolment {pk} folds to {progress.percentage} % and {state}"
        )


def keys_held(now: Moment) -> set[UUID]:
    """Return the keys of courses and items that a record names."""
    held = {now.courses[enrolment.course_id].key for enrolment in now.enrolments.values()}
    held |= {attempt.item_key for attempt in now.attempts.values()}
    item_at = [entry.attname for entry in ItemCompletion._meta.concrete_fields].index("item_key")
    return held | {row[item_at] for (name, _pk), row in now.history.items() if name == "ItemCompletion"}
