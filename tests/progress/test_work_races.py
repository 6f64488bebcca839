"""A double click, two tabs, two assessors: one of each, and one wins."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models.signals import pre_save

from progress.models import CourseCompletion, ItemCompletion, Judgement, MarkingTask, Notice, Submission, SubmittedFile
from progress.operations.answering import SaveOutcome
from progress.operations.attaching import TooManyFiles
from progress.operations.judging import TakenByAnother, claim_task, judge_submission
from progress.operations.submitting import HandedIn, hand_in, save_draft
from tests.progress.builders import NOON, enrol
from tests.progress.works import (
    attach,
    begin,
    files_apart,
    level_ids,
    make_capstone,
    make_course_assessor,
    open_task,
    submit,
    write,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

REFUSED = (DatabaseError, HandedIn, TakenByAnother, TooManyFiles)


@pytest.fixture(autouse=True)
def _files_of_learners(settings, tmp_path):
    files_apart(settings, tmp_path)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in four threads, each with its own connection; return results, or why an act was refused."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except REFUSED as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(run, acts))


def test_begun_filled_and_handed_in_four_times_at_once_there_is_one_of_each():
    enrolment = enrol(make_capstone())

    assert len(set(at_once(*[lambda: begin(enrolment)] * 4))) == 1
    draft = begin(enrolment)
    assert len(set(at_once(*[lambda: attach(draft)] * 4))) == 1
    at_once(*[lambda: hand_in(submission=draft, at=NOON)] * 4)

    counts = (Submission.objects.count(), SubmittedFile.objects.count(), MarkingTask.objects.count())
    assert counts == (1, 1, 1)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
def test_a_round_that_another_tab_began_and_handed_in_a_moment_before_is_the_one_that_is_led_to():
    enrolment = enrol(make_capstone())
    quicker: list[Submission] = []

    def in_another_tab(sender: type[Submission], instance: Submission, **kwargs: Any) -> None:
        pre_save.disconnect(in_another_tab, sender=Submission)
        quicker.extend(at_once(lambda: submit(enrolment)))

    pre_save.connect(in_another_tab, sender=Submission)
    try:
        begun = begin(enrolment)
    finally:
        pre_save.disconnect(in_another_tab, sender=Submission)

    assert [begun] == quicker == list(Submission.objects.all())
    assert begun.state == "submitted"


def test_no_more_files_come_in_at_once_than_the_assignment_takes():
    draft = begin(enrol(make_capstone(max_files=2)))

    at_once(*[lambda number=number: attach(draft, content=b"%PDF-" + bytes([65 + number])) for number in range(4)])

    assert SubmittedFile.objects.count() == 2


def test_of_four_texts_saved_at_once_one_is_saved_and_the_others_are_told():
    draft = begin(enrol(make_capstone()))

    outcomes = at_once(
        *[
            lambda number=number: save_draft(submission=draft, text=f"Text {number}.", sequence=0, at=NOON)
            for number in range(4)
        ]
    )

    draft.refresh_from_db()
    assert sorted(outcomes) == [SaveOutcome.NEWER_EXISTS] * 3 + [SaveOutcome.SAVED]
    assert draft.text == f"Text {outcomes.index(SaveOutcome.SAVED)}."


def test_a_text_that_was_acknowledged_while_another_tab_handed_in_is_in_it():
    enrolment = enrol(make_capstone())
    draft = begin(enrolment)
    write(draft, "My plan.")

    saved, handed_in = at_once(
        lambda: save_draft(submission=draft, text="My better plan.", sequence=1, at=NOON),
        lambda: hand_in(submission=draft, at=NOON),
    )

    draft.refresh_from_db()
    assert handed_in.state == "submitted"
    assert draft.text == ("My better plan." if saved == SaveOutcome.SAVED else "My plan.")


def test_of_four_assessors_who_take_it_at_once_one_has_it_and_judges_once():
    course = make_capstone()
    submission = submit(enrol(course))
    people = [make_course_assessor(course) for _number in range(4)]
    task = open_task(submission)

    outcomes = at_once(*[lambda by=by: claim_task(task=task, by=by, at=NOON) for by in people])

    winners = [outcome for outcome in outcomes if isinstance(outcome, MarkingTask)]
    assert len(winners) == 1
    assert [type(outcome) for outcome in outcomes].count(TakenByAnother) == 3
    by, levels = winners[0].claimed_by, level_ids(submission, 4)
    judged = at_once(
        *[
            lambda: judge_submission(task=task, by=by, levels=levels, comments={}, gives_back=False, at=NOON),
        ]
        * 4
    )
    assert len(set(judged)) == 1
    assert Judgement.objects.count() == 1
    assert (ItemCompletion.objects.count(), CourseCompletion.objects.count(), Notice.objects.count()) == (1, 1, 1)
