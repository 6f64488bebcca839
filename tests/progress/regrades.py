"""Quizzes whose answer key changes while people learn, for tests: what a release does, without its screen.

attempt = send(enrol(course), {"question-1": ["wrong"]})
regrade = change_key(course, Policy.NEVER_LOWER, {"question-1": ["wrong"]})
run_jobs()
"""

import copy
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from courses.models import Course, QuizVersion, Release
from courses.operations.settling import settle
from courses.queries import serving
from courses.queries.serving import course_by_key
from courses.rules.kinds import Answer
from foundation.models import Job
from foundation.operations import run_job
from progress import operations
from progress.models import Attempt, Enrolment, ItemCompletion, MarkEvent, Regrade, Response
from progress.operations.noticing import start_telling
from progress.operations.regrading import decide_regrades, plan_regrades
from progress.rules.drawing import whole_form
from progress.rules.marking import Marking, mark_attempt
from progress.rules.regrading import Policy
from tests.courses.builders import block_id, publish, quiz_pages
from tests.people import make_editor
from tests.progress.builders import NOON, quizzes_of, start
from tests.progress.crowds import AT_ONCE

RELEASED = NOON + timedelta(days=1)


def ids(course: Course, question: int, names: Iterable[str] = ()) -> Any:
    """Return the id of the question with this number in the first quiz; with `names`, those of its options."""
    namespace = f"{quiz_pages(course)[0].get_parent().translation_key}/1-1"
    if not names:
        return block_id(namespace, f"question-{question}")
    return [name if name in ("true", "false") else block_id(namespace, f"question-{question}/{name}") for name in names]


def send(enrolment: Enrolment, answers: Mapping[int, Iterable[str]], *, at: datetime = NOON) -> Attempt:
    """Try the first quiz: answers by the number of the question and the names of options. What is left out is wrong."""
    attempt = begin(enrolment, answers)
    operations.submit_attempt(attempt=attempt, at=at)
    attempt.refresh_from_db()
    return attempt


def begin(enrolment: Enrolment, answers: Mapping[int, Iterable[str]]) -> Attempt:
    """Start a try at the first quiz and answer, without sending it."""
    attempt = start(enrolment, quizzes_of(enrolment.course)[0])
    for number, names in answers.items():
        question, options = ids(enrolment.course, number), ids(enrolment.course, number, names)
        operations.save_response(
            attempt=attempt,
            question_id=question,
            answer=Answer(frozenset(options)),
            unsure=False,
            sequence=1,
            at=NOON,
        )
    return attempt


def change_key(
    course: Course,
    policy: Policy,
    right: Mapping[int, Iterable[str]] | None = None,
    *,
    without: Iterable[int] = (),
    pass_mark: int | None = None,
    note: str = "",
    at: datetime = RELEASED,
) -> Regrade | None:
    """Release the first quiz with other right options, by number of the question, with fewer questions, or as it is.

    Returns what was decided; its job is still to be run.
    """
    with transaction.atomic():
        page = quiz_pages(course)[0]
        questions = changed_questions(course, right or {}, without)
        before = course_by_key(course.key).current_edition
        if right or without or pass_mark:
            publish(page, questions=questions, pass_mark=pass_mark or page.pass_mark)
            settle(course_key=course.key, cause="release", at=at)
        edition = course_by_key(course.key).current_edition
        editor = make_editor()
        release = Release.objects.create(
            course=course,
            state=Release.State.RELEASED,
            reason="The key was wrong.",
            note=note,
            created_by=editor,
            created_at=at,
            released_by=editor,
            released_at=at,
            edition=edition if edition != before else None,
        )
        plan_regrades(release=release, policies={page.translation_key: policy}, user=editor)
        decide_regrades(release=release, edition=edition, at=at)
        start_telling(release=release, edition=edition, at=at)
    return Regrade.objects.filter(release=release).first()


def changed_questions(course: Course, right: Mapping[int, Iterable[str]], without: Iterable[int] = ()) -> list[Any]:
    """Return the raw questions of the first quiz with other right options."""
    gone = {ids(course, number) for number in without}
    correct = {ids(course, number): set(ids(course, number, names)) for number, names in right.items()}
    questions = []
    for question in copy.deepcopy([dict(block) for block in quiz_pages(course)[0].questions.raw_data]):
        if question["id"] in gone:
            continue
        now = correct.get(question["id"])
        if now is not None and question["type"] == "true_false":
            question["value"]["answer"] = next(iter(now))
        elif now is not None:
            for option in question["value"]["options"]:
                option["value"]["correct"] = option["id"] in now
        questions.append(question)
    return questions


def run_jobs(*, at: datetime = RELEASED) -> None:
    """Do all long work that waits, in the order in which it was begun."""
    for pk in Job.objects.filter(finished_at=None).order_by("pk").values_list("pk", flat=True):
        assert run_job(job_id=pk, clock=lambda: at), Job.objects.get(pk=pk).problem


def marks(attempt: Attempt) -> list[tuple[str, int, int, bool]]:
    """Return the markings of an attempt in order: policy, score, maximum, passed."""
    events = MarkEvent.objects.filter(attempt=attempt).order_by("marked_at", "pk")
    return [(event.policy, event.score, event.max_score, event.passed) for event in events]


def send_from_crowd(enrolments: Sequence[int], course: Course, *, seed: int) -> list[int]:
    """Have each enrolment try the first quiz once, with answers by chance; return the row numbers of the attempts.

    Whoever passes has done the step. The same seed gives the same answers in the same order of enrolments.
    """
    chance = random.Random(seed)
    version = serving.quiz_version(quizzes_of(course)[0].version)
    edition = course_by_key(course.key).current_edition
    pks = []
    for first in range(0, len(enrolments), AT_ONCE):
        some = enrolments[first : first + AT_ONCE]
        marked = [_answers_by_chance(version, chance) for _ in some]
        attempts = Attempt.objects.bulk_create(
            Attempt(
                enrolment_id=pk,
                item_key=version.item_key,
                number=1,
                quiz_version=version,
                edition=edition,
                language="en",
                form=whole_form(version.body),
                state=Attempt.State.SUBMITTED,
                started_at=NOON,
                submitted_at=NOON,
                cached_score=marking.score,
                cached_max_score=marking.max_score,
                cached_passed=marking.passed,
            )
            for pk, (_, marking) in zip(some, marked, strict=True)
        )
        Response.objects.bulk_create(
            Response(attempt=attempt, question_id=question, options=sorted(options), sequence=1, answered_at=NOON)
            for attempt, (chosen, _) in zip(attempts, marked, strict=True)
            for question, options in chosen.items()
        )
        MarkEvent.objects.bulk_create(
            MarkEvent(
                attempt=attempt,
                kind=MarkEvent.Kind.AUTOMATIC,
                score=marking.score,
                max_score=marking.max_score,
                pass_mark=marking.pass_mark,
                passed=marking.passed,
                points=dict(marking.points),
                marked_at=NOON,
            )
            for attempt, (_, marking) in zip(attempts, marked, strict=True)
        )
        ItemCompletion.objects.bulk_create(
            ItemCompletion(
                enrolment_id=attempt.enrolment_id,
                item_key=attempt.item_key,
                completed_at=NOON,
                language="en",
                edition=edition,
                evidence=ItemCompletion.Evidence.ATTEMPT,
                attempt=attempt,
            )
            for attempt in attempts
            if attempt.cached_passed
        )
        pks += [attempt.pk for attempt in attempts]
    return pks


def _answers_by_chance(version: QuizVersion, chance: random.Random) -> tuple[dict[str, frozenset[str]], Marking]:
    chosen = {
        question["id"]: frozenset(chance.sample([option["id"] for option in question["options"]], 1))
        for question in version.body["questions"]
    }
    marking = mark_attempt(
        key=version.key.body,
        form=whole_form(version.body),
        answers={question: Answer(options) for question, options in chosen.items()},
        pass_mark=version.body["pass_mark"],
    )
    return chosen, marking
