"""What a learner was told and has not said that they read: results that changed, steps that count for them now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.rules.addresses import course_address
from courses.rules.binds import Bound, newly_required
from courses.rules.outline import OutlineItem
from progress.models import Attempt, MarkEvent, Notice, Submission
from progress.queries.changes import items_before_and_after
from progress.queries.enrolments import CourseProgress


@dataclass(frozen=True, slots=True)
class ChangedResult:
    """A result of one try that was marked again: points now, points before."""

    attempt_id: UUID
    quiz: OutlineItem | None
    number: int
    now: MarkEvent
    before: MarkEvent | None

    @property
    def gives_pass(self) -> bool:
        return self.before is not None and self.now.passed and not self.before.passed

    @property
    def takes_pass_away(self) -> bool:
        return self.before is not None and self.before.passed and not self.now.passed


@dataclass(frozen=True, slots=True)
class JudgedWork:
    """A round of an assignment that was judged, and what came of it."""

    submission_id: UUID
    item: OutlineItem | None
    number: int
    state: str

    @property
    def is_passed(self) -> bool:
        return self.state == Submission.State.PASSED

    @property
    def is_given_back(self) -> bool:
        return self.state == Submission.State.RETURNED


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. `results` for marks, `steps` (those still to do) for a course that asks for more now.

    `is_by_person`: a person marked or, with `is_check`, checked a result that somebody asked about. Where a check left
    the points as they were, its result has nothing before it.
    """

    notice_id: int
    made_at: datetime
    results: tuple[ChangedResult, ...]
    steps: tuple[OutlineItem, ...]
    is_about_course: bool
    words: str
    words_language: str
    is_by_person: bool = False
    is_check: bool = False
    work: JudgedWork | None = None


@dataclass(frozen=True, slots=True)
class CourseNotices:
    """The unread notices of one enrolment, the oldest first."""

    own: CourseProgress
    url: str
    told: tuple[Told, ...]


def notices_of(progresses: Iterable[CourseProgress], *, language: str) -> list[CourseNotices]:
    """Return the unread notices of these enrolments, in their order.

    Cost: no query where there is none, for enrolments that `progress.queries.enrolments` read; else 1, and one more
    where a result changed, and one where a course did.
    """
    by_pk = {own.enrolment.pk: own for own in progresses if getattr(own.enrolment, "has_notices", True)}
    if not by_pk:
        return []
    rows = list(
        Notice.objects.filter(enrolment__in=list(by_pk), read_at=None)
        .select_related(
            "regrade__release",
            "release__edition",
            "edition",
            "mark_event__attempt",
            "task__attempt",
            "task__submission",
        )
        .defer(
            "release__edition__manifest",
            "edition__manifest",
            "mark_event__attempt__form",
            "task__attempt__form",
            "task__submission__text",
        )
        .order_by("made_at", "pk")
    )
    events = _events_of([notice for notice in rows if _quiz_of(notice) is not None])
    editions = {notice.pk: notice.release.edition if notice.release else notice.edition for notice in rows}
    items = items_before_and_after(edition for edition in editions.values() if edition)
    told: dict[int, list[Told]] = {}
    for notice in rows:
        own = by_pk[notice.enrolment_id]
        told.setdefault(notice.enrolment_id, []).append(_told(notice, own, events, items))
    return [
        CourseNotices(own, course_address(own.outline, language), tuple(told[pk]))
        for pk, own in by_pk.items()
        if pk in told
    ]


def _told(
    notice: Notice,
    own: CourseProgress,
    events: Mapping[int, Sequence[MarkEvent]],
    items: Mapping[int, tuple[Sequence[Bound], Sequence[Bound]]],
) -> Told:
    results: tuple[ChangedResult, ...] = ()
    steps: tuple[OutlineItem, ...] = ()
    words = ""
    if notice.regrade is not None:
        results, words = _results(notice, own, events), notice.regrade.release.reason
    elif notice.mark_event is not None or notice.task is not None:
        results = _results_of_person(notice, own, events)
    else:
        edition = notice.release.edition_id if notice.release else notice.edition_id
        before, after = items.get(edition or 0, ((), ()))
        asked = newly_required(before, after, own.start) & own.progress.missing
        steps = tuple(item for item in own.outline.items if item.key in asked)
        words = notice.release.note if notice.release else ""
    return Told(
        notice_id=notice.pk,
        made_at=notice.made_at,
        results=results,
        steps=steps,
        is_about_course=notice.kind == Notice.Kind.COURSE_CHANGED,
        words=words,
        words_language=own.enrolment.course.source_language,
        is_by_person=notice.mark_event is not None or notice.task is not None,
        is_check=notice.kind == Notice.Kind.CHECK_ANSWERED,
        work=_work_of(notice, own),
    )


def _work_of(notice: Notice, own: CourseProgress) -> JudgedWork | None:
    """Return the work that was judged, if the notice is about some."""
    submission = notice.task.submission if notice.task is not None else None
    if submission is None:
        return None
    item = own.outline.by_key.get(str(submission.item_key))
    return JudgedWork(submission.public_id, item, submission.number, submission.state)


def _attempt_of(notice: Notice) -> Attempt | None:
    """Return the attempt that a person looked at, if the notice is about one."""
    if notice.mark_event is not None:
        return notice.mark_event.attempt
    return notice.task.attempt if notice.task is not None else None


def _quiz_of(notice: Notice) -> UUID | None:
    """Return the item key of the quiz whose results a notice is about, if it is about any."""
    if notice.regrade is not None:
        return notice.regrade.item_key
    attempt = _attempt_of(notice)
    return attempt.item_key if attempt is not None else None


def _events_of(notices: Sequence[Notice]) -> dict[int, list[MarkEvent]]:
    """Return, by enrolment, every marking of the quizzes that the notices are about, in order."""
    if not notices:
        return {}
    rows = (
        MarkEvent.objects.filter(
            attempt__enrolment__in={notice.enrolment_id for notice in notices},
            attempt__item_key__in={_quiz_of(notice) for notice in notices},
        )
        .select_related("attempt")
        .defer("attempt__form")
        .order_by("attempt__number", "marked_at", "pk")
    )
    events: dict[int, list[MarkEvent]] = {}
    for event in rows:
        events.setdefault(event.attempt.enrolment_id, []).append(event)
    return events


def _results(
    notice: Notice, own: CourseProgress, events: Mapping[int, Sequence[MarkEvent]]
) -> tuple[ChangedResult, ...]:
    results: list[ChangedResult] = []
    last: dict[int, MarkEvent] = {}
    for event in events.get(notice.enrolment_id, ()):
        if event.regrade_id == notice.regrade_id:
            quiz = own.outline.by_key.get(str(event.attempt.item_key))
            before = last.get(event.attempt_id)
            results.append(ChangedResult(event.attempt.public_id, quiz, event.attempt.number, event, before))
        last[event.attempt_id] = event
    return tuple(results)


def _results_of_person(
    notice: Notice, own: CourseProgress, events: Mapping[int, Sequence[MarkEvent]]
) -> tuple[ChangedResult, ...]:
    """Return the result that a person looked at: from what to what, or as it stands where the points stayed."""
    attempt = _attempt_of(notice)
    if attempt is None:
        return ()
    markings = [event for event in events.get(notice.enrolment_id, ()) if event.attempt_id == attempt.pk]
    place = next((place for place, event in enumerate(markings) if event.pk == notice.mark_event_id), None)
    quiz = own.outline.by_key.get(str(attempt.item_key))
    if place is None:
        return (ChangedResult(attempt.public_id, quiz, attempt.number, markings[-1], None),)
    before = markings[place - 1] if place else None
    return (ChangedResult(attempt.public_id, quiz, attempt.number, markings[place], before),)
