"""`check_records` finds what was changed by hand about work that people judge, and is silent where nothing was."""

from collections.abc import Callable

import pytest

from portal.management.commands.check_records import READERS
from progress.models import Enrolment, HandMark, ItemCompletion, Judgement, MarkingTask, Submission, SubmittedFile
from progress.models.assignments import submission_storage
from progress.operations.answering import submit_attempt
from progress.operations.folding import fold_some
from progress.operations.marking_by_hand import HandPoints, mark_by_hand
from progress.operations.submitting import hand_in
from tests.people import make_learner
from tests.progress.builders import NOON, enrol, question_ids, quizzes_of, start
from tests.progress.works import (
    attach,
    begin,
    files_apart,
    judge,
    level_ids,
    make_capstone,
    make_course_assessor,
    write,
)

pytestmark = pytest.mark.django_db

LOOKED_AT = (
    "enrolments",
    "steps done",
    "notices",
    "work that people judge",
    "files handed in",
    "tasks of assessors",
    "points given by hand",
)


def differences() -> list[str]:
    return [f"{name}: {line}" for name in LOOKED_AT for line in READERS[name]() if line]


@pytest.fixture
def submission(settings, tmp_path) -> Submission:
    """Work that two assessors passed, another that waits for its second, a draft, and a quiz marked by hand."""
    files_apart(settings, tmp_path)
    course = make_capstone(needs_second_assessor=True, quiz_count=1)
    karin, milan = make_course_assessor(course), make_course_assessor(course)
    ana, ben = enrol(course, make_learner("ana")), enrol(course, make_learner("ben"))
    draft = begin(ana)
    attach(draft)
    passed = hand_in(submission=draft, at=NOON)
    judge(passed, karin)
    judge(passed, milan)
    other = begin(ben)
    write(other, "My plan.")
    judge(hand_in(submission=other, at=NOON), karin)
    begin(enrol(course))
    attempt = start(ben, quizzes_of(course)[0])
    submit_attempt(attempt=attempt, at=NOON)
    mark_by_hand(attempt=attempt, marks={question_ids(attempt)[0]: HandPoints(1)}, by=karin, at=NOON)
    passed.refresh_from_db()
    return passed


def test_nothing_differs_where_the_operations_did_it_all(submission):
    assert differences() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda work: Submission.objects.filter(pk=work.pk).update(state="failed"),
            "its state is not what its judgements come to",
        ),
        (lambda work: Judgement.objects.filter(submission=work).update(score=3), "counted again has another result"),
        (lambda work: Judgement.objects.filter(submission=work).update(levels={}), "levels that its rubric does not"),
        (
            lambda work: Judgement.objects.filter(submission=work).update(levels=level_ids(work, 2)),
            "it was changed after it was written",
        ),
        (
            lambda work: Judgement.objects.filter(submission=work, role="first").update(
                assessor=work.enrolment.learner
            ),
            "somebody judged their own work",
        ),
        (
            lambda work: MarkingTask.objects.filter(submission=work, kind="second").update(closed_at=None),
            "its tasks are not what its judgements ask for",
        ),
        (lambda work: ItemCompletion.objects.filter(enrolment=work.enrolment).delete(), "the step is not done"),
        (lambda work: SubmittedFile.objects.update(sha256="0" * 64), "its bytes are others"),
        (lambda work: submission_storage().delete(SubmittedFile.objects.get().file.name), "its bytes are gone"),
        (lambda work: MarkingTask.objects.update(enrolment=work.enrolment), "it is about work of somebody else"),
        (lambda work: HandMark.objects.update(points=0), "its mark event has other points"),
    ],
)
def test_what_a_hand_changed_is_named(submission, change: Callable[[Submission], object], said: str):
    change(submission)

    assert any(said in line for line in differences()), differences()


def test_who_began_work_is_on_the_way_however_often_it_is_folded(submission):
    course = submission.enrolment.course
    began = Enrolment.objects.get(course=course, submissions__state="draft")
    Enrolment.objects.filter(pk=began.pk).update(cached_state="enrolled")

    fold_some({"course": course.pk}, 0, at=NOON)

    began.refresh_from_db()
    assert began.cached_state == "in-progress"


def test_a_file_that_was_erased_is_no_difference(submission):
    SubmittedFile.objects.update(file="", name="")

    assert differences() == []
