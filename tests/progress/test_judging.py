"""Judging what was handed in: who takes it, who judges second, who decides between two, and what follows."""

from datetime import timedelta

import pytest

from foundation.models import OutboxMessage
from progress.models import (
    CourseCompletion,
    ItemCompletion,
    Judgement,
    JudgementComment,
    MarkingTask,
    Notice,
)
from progress.operations.judging import (
    JudgedBefore,
    NothingToImprove,
    NotTaken,
    TakenByAnother,
    claim_task,
    judge_submission,
    release_task,
)
from progress.operations.marking_by_hand import OwnWork, TaskClosed
from progress.operations.noticing import mail_from_message
from progress.rules.judging import CLAIM_LASTS, Unjudged
from tests.people import make_learner
from tests.progress.builders import NOON, counted_queries, enrol
from tests.progress.works import judge, level_ids, make_capstone, make_course_assessor, open_task, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(db):
    return make_capstone(needs_second_assessor=True)


@pytest.fixture
def submission(course):
    return submit(enrol(course, make_learner("ana", email="ana@example.org")))


@pytest.fixture
def karin(course):
    return make_course_assessor(course, "karin")


@pytest.fixture
def milan(course):
    return make_course_assessor(course, "milan")


@pytest.fixture
def petra(course):
    return make_course_assessor(course, "petra")


def state_of(submission) -> str:
    submission.refresh_from_db()
    return submission.state


def test_two_who_agree_pass_the_work_and_complete_the_course(submission, karin, milan):
    judge(submission, karin, points=4)
    assert (state_of(submission), open_task(submission).kind) == ("submitted", "second")

    judge(submission, milan, points=4)

    assert state_of(submission) == "passed"
    done = ItemCompletion.objects.get(enrolment=submission.enrolment)
    assert (done.evidence, str(done.item_key), done.attempt) == ("submission", str(submission.item_key), None)
    assert CourseCompletion.objects.get(enrolment=submission.enrolment).cause == "assignment"


def test_two_who_differ_leave_it_to_a_third(submission, karin, milan, petra):
    judge(submission, karin, points=4)
    judge(submission, milan, points=0)
    assert (state_of(submission), open_task(submission).kind) == ("submitted", "moderation")
    assert not ItemCompletion.objects.exists()

    judge(submission, petra, points=4)

    assert state_of(submission) == "passed"
    assert [judgement.role for judgement in Judgement.objects.all()] == ["first", "second", "moderation"]


def test_given_back_by_the_first_no_second_is_asked(submission, karin):
    judge(submission, karin, gives_back=True)

    assert state_of(submission) == "returned"
    assert not MarkingTask.objects.filter(closed_at=None).exists()
    assert not ItemCompletion.objects.exists()


def test_one_judgement_decides_where_the_assignment_asks_for_no_more():
    course = make_capstone(slug="one-is-enough")
    submission = submit(enrol(course))

    judge(submission, make_course_assessor(course), points=0)

    assert state_of(submission) == "failed"


def test_the_learner_is_told_once_by_notice_and_mail(submission, karin, milan):
    judge(submission, karin)
    assert not Notice.objects.exists()

    judge(submission, milan)

    notice = Notice.objects.get()
    assert (notice.kind, notice.enrolment, notice.task.submission) == (
        "work-judged",
        submission.enrolment,
        submission,
    )
    assert OutboxMessage.objects.filter(kind="progress.notice.mail").count() == 1


@pytest.mark.parametrize(
    ("how", "subject"),
    [
        ({"gives_back": True}, "Your work was given back to you: Assignment 1"),
        ({"points": 0}, "Your work was judged: Assignment 1"),
        ({"points": 4}, "Your work passed: Assignment 1"),
    ],
)
def test_the_mail_says_what_came_of_it_and_where_to_read_what_was_found(how, subject, mailoutbox):
    course = make_capstone(slug="one-is-enough")
    submission = submit(enrol(course, make_learner("ben", email="ben@example.org")))
    judge(submission, make_course_assessor(course), **how)

    mail_from_message({"notice": Notice.objects.get().pk}, at=NOON)

    mail = mailoutbox[0]
    assert (mail.to, mail.subject) == (["ben@example.org"], subject)
    assert f"/submissions/{submission.public_id}/" in mail.body
    assert "Read it again." not in mail.body


def test_points_outcome_and_pass_mark_stand_in_the_judgement(submission, karin):
    judgement = judge(submission, karin, points=2)

    assert (judgement.score, judgement.max_score, judgement.pass_mark, judgement.outcome) == (4, 8, 60, "fail")


def test_comments_stand_beside_their_criteria_and_empty_ones_are_none(submission, karin):
    goals, budget = level_ids(submission, 2)

    judge(submission, karin, comments={goals: " Say for whom. ", budget: "  ", "foreign": "x", "": "Good."})

    assert set(JudgementComment.objects.values_list("criterion_id", "text")) == {
        (goals, "Say for whom."),
        ("", "Good."),
    }


def test_pressed_twice_there_is_one_judgement(submission, karin):
    first = judge(submission, karin)
    task = MarkingTask.objects.get(submission=submission, kind="first")

    again = judge_submission(
        task=task, by=karin, levels=level_ids(submission, 0), comments={}, gives_back=False, at=NOON
    )

    assert again == first
    assert Judgement.objects.count() == 1


def test_a_criterion_without_level_leaves_everything_as_it_was(submission, karin):
    levels = level_ids(submission, 4)
    levels.popitem()

    with pytest.raises(Unjudged):
        judge(submission, karin, levels=levels)

    assert (Judgement.objects.count(), open_task(submission).kind) == (0, "first")


def test_work_is_given_back_with_words(submission, karin):
    with pytest.raises(NothingToImprove):
        judge(submission, karin, gives_back=True, comments={})


def test_nobody_judges_twice_what_they_judged(submission, karin):
    judge(submission, karin)

    with pytest.raises(JudgedBefore):
        judge(submission, karin)


def test_an_assessor_of_the_course_does_not_judge_their_own_work(course, karin):
    own = submit(enrol(course, karin))

    with pytest.raises(OwnWork):
        claim_task(task=open_task(own), by=karin, at=NOON)


def test_a_task_is_one_persons_until_they_let_go_or_seven_days_are_over(submission, karin, milan):
    task = claim_task(task=open_task(submission), by=karin, at=NOON)
    with pytest.raises(TakenByAnother):
        claim_task(task=task, by=milan, at=NOON + CLAIM_LASTS - timedelta(seconds=1))

    assert claim_task(task=task, by=milan, at=NOON + CLAIM_LASTS).claimed_by == milan
    with pytest.raises(NotTaken):
        judge_submission(task=task, by=karin, levels=level_ids(submission, 4), comments={}, gives_back=False, at=NOON)

    release_task(task=task, by=karin)  # not theirs any more
    assert open_task(submission).claimed_by == milan
    release_task(task=task, by=milan)
    assert claim_task(task=task, by=karin, at=NOON).claimed_by == karin


def test_a_task_that_is_done_is_nobodys_to_take(submission, karin, milan):
    task = open_task(submission)
    judge(submission, karin)

    with pytest.raises(TaskClosed):
        claim_task(task=task, by=milan, at=NOON)


def test_judging_costs_the_same_whatever_the_rubric(submission, karin, milan):
    judge(submission, karin)
    task = claim_task(task=open_task(submission), by=milan, at=NOON)
    levels = level_ids(submission, 4)

    with counted_queries() as statements:
        judge_submission(task=task, by=milan, levels=levels, comments={}, gives_back=False, at=NOON)

    assert len(statements) <= 26, "\n".join(statements)
