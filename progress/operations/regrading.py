"""Mark attempts again after a release changed an answer key (decision 0011).

A release plans regrades and decides them in its own transaction; a job carries each out, some hundred attempts a step.
An attempt that is open then is marked again when it is sent, in that transaction.

No attempt falls between. The job locks every attempt at the quiz, open ones too: it waits for one that is being sent,
and then reads it as sent. Who sends one later looks for decisions after locking it, so sees what the job was started
for. A person who marks by hand does as the job does, before giving points, and notes which decision was the last one
there. All apply what was decided and is not applied yet, in the order of decision, so it makes no difference who comes
first, or which of two jobs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, QuerySet

from accounts.models import User
from courses.models import Course, CourseEdition, QuizKey, QuizVersion, Release
from courses.queries import serving
from courses.rules.kinds import Answer
from foundation.jobs import Step
from foundation.operations import post_messages, start_job
from progress.models import Attempt, Enrolment, ItemCompletion, MarkEvent, Regrade, Response
from progress.operations.finishing import write_completion
from progress.operations.folding import fold_rows, lock_some, write_figures
from progress.operations.noticing import tell_results_changed
from progress.queries.attempts import ByHand, hand_marks_of
from progress.rules.marking import Marking
from progress.rules.regrading import Policy, changes_result, mark_again, needs_answers

REGRADE = "progress.regrade"
MARKED_AT_ONCE = 250
"""Attempts in one step: learners who send one of them wait for the rest of it."""


class AlreadyReleased(Exception):
    """The release is out: what it decided stays, and another release may decide otherwise."""


def plan_regrades(*, release: Release, policies: Mapping[UUID | str, Policy], user: User) -> None:
    """Note what a release will decide, by item key, in place of what was planned before. Keep decides nothing.

    :raises AlreadyReleased: if the release is out.
    """
    with transaction.atomic():
        if Regrade.objects.filter(release=release, decided_at__isnull=False).exists():
            raise AlreadyReleased
        Regrade.objects.filter(release=release).delete()
        Regrade.objects.bulk_create(
            Regrade(
                course_id=release.course_id, item_key=UUID(str(key)), policy=policy, release=release, decided_by=user
            )
            for key, policy in sorted(policies.items(), key=lambda entry: str(entry[0]))
            if policy is not Policy.KEEP
        )


def decide_regrades(release: Release, edition: CourseEdition, at: datetime) -> None:
    """Decide what a release planned and start the work of it, in the transaction that releases it. Touches no learner.

    `edition` is current then: what the release made, or what was there where it published nothing. A quiz that is not
    in it any more is marked by the last version that it had.
    """
    planned = list(Regrade.objects.filter(release=release, decided_at=None).order_by("pk"))
    if not planned:
        return
    language = edition.manifest["source_language"]
    entries = {
        entry["key"]: entry
        for entry in (*edition.manifest["tombstones"], *edition.manifest["items"])
        if entry["kind"] == "quiz"
    }
    for regrade in planned:
        sha = entries[str(regrade.item_key)]["versions"][language]["sha256"]
        regrade.quiz_version = QuizVersion.objects.only("pk").get(sha256=sha)
        regrade.edition, regrade.decided_at = edition, at
        if release.released_by_id is not None:
            regrade.decided_by_id = release.released_by_id
        regrade.job = start_job(kind=REGRADE, key=str(regrade.public_id), payload={"regrade": regrade.pk}, at=at)
        regrade.save(update_fields=["quiz_version", "edition", "decided_at", "decided_by", "job"])


def count_to_regrade(payload: Mapping[str, Any]) -> int:
    """Return how many attempts the job has to look at."""
    return _attempts_of(Regrade.objects.get(pk=payload["regrade"])).count()


def regrade_some(payload: Mapping[str, Any], cursor: int, *, at: datetime) -> Step:
    """Mark the next attempts at a quiz again: the step of a job.

    What follows from it is in the same transaction: steps done, courses completed, figures, notices. Cost: at most 27
    queries for 250 attempts, and 4 for each course completed.
    """
    regrade = Regrade.objects.get(pk=payload["regrade"])
    # Locked whatever their state: one that is just being sent is waited for, and read as it is after that.
    locked = _attempts_of(regrade).filter(pk__gt=cursor).select_for_update(of=("self",), no_key=True)
    attempts = list(locked.order_by("pk")[:MARKED_AT_ONCE])
    sent = [attempt for attempt in attempts if attempt.state == Attempt.State.SUBMITTED]
    if sent:
        _regrade(sent, regrade, at)
    return Step(
        cursor=attempts[-1].pk if attempts else cursor,
        done=len(attempts),
        finished=len(attempts) < MARKED_AT_ONCE,
    )


def has_regrades(attempt: Attempt) -> Exists:
    """Return an expression: something was decided about the quiz since the attempt began.

    Part of a statement that is made anyway, after the attempt was locked.
    """
    return Exists(_decided_since(attempt))


def apply_standing_regrades(
    locked: Attempt, first: MarkEvent, *, answers: Mapping[str, Answer], key: Mapping[str, Any], at: datetime
) -> list[MarkEvent]:
    """Mark an attempt that is being sent by what was decided since it began; return the mark events of that, in order.

    `first` is its marking by the rules, `answers` what was answered, `key` its own answer key. Nobody is told: the learner
    sees the result for the first time. Cost: 1 query, 3 where it changes something.
    """
    made = _mark(_Case(locked, [first], answers, ByHand(), key), _in_order(_decided_since(locked)), at)
    if made:
        MarkEvent.objects.bulk_create(made)
        _set_cached(locked, made[-1])
        locked.save(update_fields=["cached_score", "cached_max_score", "cached_passed"])
    return made


def catch_up(locked: Attempt, *, at: datetime) -> Regrade | None:
    """Apply to a locked attempt that was sent what was decided and its job has not reached; return the last decision.

    `locked` has its enrolment. What follows is what follows from the job: the step done, the course completed, the notice. Cost: 1 query,
    4 more where something was decided, and as for `regrade_some` where that changes something.
    """
    decided = _in_order(_decided_since(locked))
    if not decided:
        return None
    _carry_out([locked], decided, locked.enrolment.course_id, at)
    return decided[-1]


@dataclass(frozen=True, slots=True)
class _Case:
    """An attempt that was sent with its mark events in order, its answers (None: erased) and its own key."""

    attempt: Attempt
    events: Sequence[MarkEvent]
    answers: Mapping[str, Answer] | None
    by_hand: ByHand
    own_key: Mapping[str, Any]


def _attempts_of(regrade: Regrade) -> QuerySet[Attempt]:
    """Return the attempts that a decision concerns: at its quiz, in its course, begun in its edition or an older one.

    Editions of a course are made one after the other under a lock, so their row numbers are in their order.
    """
    return Attempt.objects.filter(
        item_key=regrade.item_key, enrolment__course=regrade.course_id, edition__lte=regrade.edition_id
    )


def _decided_since(attempt: Attempt) -> QuerySet[Regrade]:
    """Return the decisions that concern an attempt, as `_attempts_of` says it from the other end."""
    return Regrade.objects.filter(
        item_key=attempt.item_key, course__enrolments=attempt.enrolment_id, edition__gte=attempt.edition_id
    )


def _in_order(decided: QuerySet[Regrade]) -> list[Regrade]:
    """Return decisions in the order in which they were made, with keys. Cost: 1 query.

    That is the order of their jobs, which are made under the lock that a release holds on its course.
    """
    return list(decided.select_related("quiz_version__key").order_by("job"))


def _regrade(sent: Sequence[Attempt], regrade: Regrade, at: datetime) -> None:
    decided = _in_order(
        Regrade.objects.filter(item_key=regrade.item_key, course=regrade.course_id, edition__isnull=False)
    )
    _carry_out(sent, decided, regrade.course_id, at)


def _carry_out(sent: Sequence[Attempt], decided: Sequence[Regrade], course_id: int, at: datetime) -> None:
    """Apply to locked attempts what was decided and is not applied to them, with all that follows from it."""
    cases = _cases(sent)
    made: list[MarkEvent] = []
    passing: list[Attempt] = []
    told: set[tuple[int, int]] = set()
    changed: list[Attempt] = []
    for case in cases:
        added = _mark(case, decided, at)
        if not added:
            continue
        made += added
        changed.append(case.attempt)
        _set_cached(case.attempt, added[-1])
        if any(event.passed for event in added) and not case.events[-1].passed:
            passing.append(case.attempt)
        for before, event in zip([*case.events, *added][-len(added) - 1 :], added, strict=False):
            if changes_result(before, event) and event.regrade_id is not None:
                told.add((case.attempt.enrolment_id, event.regrade_id))
    MarkEvent.objects.bulk_create(made)
    if changed:
        Attempt.objects.bulk_update(changed, ["cached_score", "cached_max_score", "cached_passed"])
    if passing:
        _record_passes(passing, course_id, at)
    tell_results_changed(told, at=at)


def _cases(sent: Sequence[Attempt]) -> list[_Case]:
    """Return what marking these attempts again takes. Cost: 3 queries, 4 where a person marked."""
    pks = [attempt.pk for attempt in sent]
    events: dict[int, list[MarkEvent]] = defaultdict(list)
    for event in MarkEvent.objects.filter(attempt__in=pks).order_by("marked_at", "pk"):
        events[event.attempt_id].append(event)
    answers: dict[int, dict[str, Answer]] = defaultdict(dict)
    responses = Response.objects.filter(attempt__in=pks).values_list("attempt_id", "question_id", "options", "text")
    for pk, question_id, options, text in responses:
        answers[pk][question_id] = Answer(frozenset(options), text)
    by_person = [
        pk for pk, happened in events.items() if any(event.kind == MarkEvent.Kind.BY_HAND for event in happened)
    ]
    by_hand = hand_marks_of(by_person) if by_person else {}
    versions = {attempt.quiz_version_id for attempt in sent}
    keys = dict(QuizKey.objects.filter(version__in=versions).values_list("version_id", "body"))
    return [
        _Case(
            attempt,
            events[attempt.pk],
            answers.get(attempt.pk),
            by_hand.get(attempt.pk) or ByHand(),
            keys[attempt.quiz_version_id],
        )
        for attempt in sent
    ]


def _mark(case: _Case, decided: Sequence[Regrade], at: datetime) -> list[MarkEvent]:
    """Return the mark events, not saved yet, that an attempt gets by what was decided and is not applied to it."""
    first = next(event for event in case.events if event.kind == MarkEvent.Kind.AUTOMATIC)
    standing: MarkEvent = case.events[-1]
    made: list[MarkEvent] = []
    for regrade in _pending(case, decided):
        policy = Policy(regrade.policy)
        if case.answers is None and needs_answers(policy):
            continue  # the answers were erased: the marks stand by themselves
        assert regrade.quiz_version is not None
        marking = mark_again(
            policy=policy,
            before=standing,
            first=first,
            form=case.attempt.form,
            answers=case.answers or {},
            own_key=case.own_key,
            new_key=regrade.quiz_version.key.body,
            new_pass_mark=regrade.quiz_version.body["pass_mark"],
            by_hand=case.by_hand.given,
        )
        if marking is not None:
            standing = _event(case.attempt, regrade, marking, standing, at)
            made.append(standing)
    return made


def _pending(case: _Case, decided: Sequence[Regrade]) -> Sequence[Regrade]:
    """Return the decisions still to be applied: those after the last one applied.

    One that changed nothing leaves no event and comes again: it changes nothing again. What was there when a person
    marked by hand was applied first, by `catch_up`, so that one which changed nothing then is done with. Which it was, is
    noted, not told by the clock: a release that was not out yet may name an earlier time.
    """
    begun_in = case.attempt.edition_id
    concerned = [regrade for regrade in decided if regrade.edition_id is not None and regrade.edition_id >= begun_in]
    applied = {event.regrade_id for event in case.events} | case.by_hand.seen
    last = max((place for place, regrade in enumerate(concerned, start=1) if regrade.pk in applied), default=0)
    return concerned[last:]


def _event(attempt: Attempt, regrade: Regrade, marking: Marking, before: MarkEvent, at: datetime) -> MarkEvent:
    return MarkEvent(
        attempt=attempt,
        kind=MarkEvent.Kind.REGRADE,
        score=marking.score,
        max_score=marking.max_score,
        pass_mark=marking.pass_mark,
        passed=marking.passed,
        points=dict(marking.points),
        policy=regrade.policy,
        regrade=regrade,
        actor_id=regrade.decided_by_id,
        score_before=before.score,
        # Never before what it follows: the clock of another process may be ahead, or the step waited for a submit.
        marked_at=max(at, before.marked_at),
    )


def _set_cached(attempt: Attempt, event: MarkEvent) -> None:
    attempt.cached_score, attempt.cached_max_score, attempt.cached_passed = event.score, event.max_score, event.passed


def _record_passes(attempts: Sequence[Attempt], course_id: int, at: datetime) -> None:
    """Record what attempts that pass now have done: the step, and the course where it was the last one.

    Where the course is complete already, a pass may still earn a certificate, as `finishing` has it.
    """
    rows = lock_some(Enrolment.objects.filter(pk__in={attempt.enrolment_id for attempt in attempts}))
    course = Course.objects.select_related("current_edition").defer("current_edition__manifest").get(pk=course_id)
    edition = course.current_edition
    assert edition is not None  # people are in it
    outline = serving.outline_of(course, course.source_language)
    if edition.number != outline.edition:  # settled since its row was read: name the one that is folded
        edition = CourseEdition.objects.only("number").get(course=course, number=outline.edition)
    ItemCompletion.objects.bulk_create(
        [
            ItemCompletion(
                enrolment_id=attempt.enrolment_id,
                item_key=attempt.item_key,
                completed_at=at,
                language=attempt.language,
                edition=edition,
                evidence=ItemCompletion.Evidence.ATTEMPT,
                attempt=attempt,
            )
            for attempt in attempts
        ],
        ignore_conflicts=True,  # passed before by another try: the first record keeps its date
    )
    folded = fold_rows(rows, outline)
    finished = {row.pk for row in rows if folded[row.pk].figures.may_finish and row.withdrawn_at is None}
    write_figures([row for row in rows if row.pk not in finished], folded, edition=outline.edition)
    for row in rows:
        if row.pk in finished:
            write_completion(row, edition=edition, at=at, cause="regrade")
    post_messages(
        kind="certificates.issue",
        payloads={
            f"{row.public_id}:passed:{attempts[0].item_key}": {"enrolment": row.pk}
            for row in rows
            if folded[row.pk].completed
        },
        at=at,
    )
