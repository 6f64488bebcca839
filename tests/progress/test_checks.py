"""Ask a person to check a result; answers in own words wait for a person; both come back to the learner's page."""

from datetime import timedelta

import pytest
from django.test import Client

from progress import operations
from progress.models import Attempt, HandMark, ItemCompletion, MarkEvent, MarkingTask, Notice
from progress.operations.checking import CannotAsk, NoWords, ask_for_check, close_check
from progress.operations.marking_by_hand import HandPoints, NotAllMarked, OwnWork, TaskClosed, mark_open_answers
from progress.rules.checking import NoCheck
from tests.people import make_assessor, make_learner, signed_in
from tests.progress.builders import NOON, enrol, quizzes_of, start
from tests.progress.kinds import KINDS, entry_of, make_course_of_kinds, right_answer, wrong_answer
from tests.progress.pages import page, words

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=3)
Kinds = MarkingTask.Kind


@pytest.fixture
def assessor(db):
    return make_assessor("berta", display_name="Berta")


def sent(*wrong: str, empty: tuple[str, ...] = (), **quiz: object) -> Attempt:
    """Return Ana's try at every kind, three points each: right but for those that are wrong or empty."""
    course = make_course_of_kinds(**quiz)
    attempt = start(enrol(course, make_learner("ana")), quizzes_of(course)[0])
    for kind in KINDS:
        given = wrong_answer(attempt, kind) if kind in wrong else right_answer(attempt, kind)
        if kind not in empty:
            operations.save_response(
                attempt=attempt,
                question_id=entry_of(attempt, kind)["id"],
                answer=given,
                unsure=False,
                sequence=1,
                at=NOON,
            )
    operations.submit_attempt(attempt=attempt, at=NOON)
    attempt.refresh_from_db()
    return attempt


def result(attempt: Attempt) -> str:
    return f"/en/attempts/{attempt.public_id}/result/"


def browser(attempt: Attempt) -> Client:
    return signed_in(attempt.enrolment.learner)


def give(attempt: Attempt, points: int, comment: str = "", kind: str = "open_answer") -> dict[str, HandPoints]:
    return {entry_of(attempt, kind)["id"]: HandPoints(points, comment)}


@pytest.mark.both_databases
def test_answers_in_own_words_wait_for_a_person_who_gives_points_and_words(assessor):
    attempt = sent(pass_mark=90)
    task = MarkingTask.objects.get()
    assert (task.kind, task.attempt, task.opened_at, task.closed_at) == (Kinds.OPEN_ANSWERS, attempt, NOON, None)
    ana = browser(attempt)
    said = words(ana, result(attempt))
    assert "You have 21 of 24 so far. You need 22." in said
    assert "A person still reads one of your answers" in said
    assert "Ask a person to check this" not in said
    assert "You are told on this page, and by mail where you gave an address, when that is done." in said
    assert (
        words(ana, f"/en/attempts/{attempt.public_id}/marking/").count("A person still reads one of the answers") == 2
    )
    assert "21 of 24, not passed so far." in words(ana, f"/en/attempts/{attempt.public_id}/marking/")

    event = mark_open_answers(task=task, by=assessor, at=LATER, marks=give(attempt, 2, "Two good reasons."))

    assert (event.score, event.passed) == (23, True)
    task.refresh_from_db()
    assert (task.closed_by, task.closed_at) == (assessor, LATER)
    assert ItemCompletion.objects.get(item_key=attempt.item_key).completed_at == LATER
    said = words(ana, f"/en/attempts/{attempt.public_id}/marking/")
    assert ("so far" in said, "A person still reads" in said) == (False, False)
    said = words(ana, result(attempt))
    assert "You have 23 of 24. That is enough to pass." in said
    assert "Marked by a person on 24 November 2026: 23 of 24, before 21 of 24." in said
    assert "2 of 3, given by a person" in said
    assert "Two good reasons." in said
    assert "try 1, was marked by a person. You have 23 of 24 now, before 21 of 24." in said
    with pytest.raises(TaskClosed):
        mark_open_answers(task=task, by=assessor, at=LATER, marks=give(attempt, 3))


def test_a_pass_that_is_certain_is_a_pass_at_once_and_an_answer_that_earns_nothing_is_told_too(assessor):
    attempt = sent(pass_mark=60)
    assert ItemCompletion.objects.get(item_key=attempt.item_key).completed_at == NOON

    event = mark_open_answers(
        task=MarkingTask.objects.get(), by=assessor, at=LATER, marks=give(attempt, 0, "What about the reasons?")
    )

    assert (event.score, event.passed, HandMark.objects.get().points) == (21, True, 0)
    assert Notice.objects.get().mark_event == event
    assert "What about the reasons?" in words(browser(attempt), result(attempt))


def test_no_person_is_asked_to_read_what_was_left_empty(assessor):
    attempt = sent(empty=("open_answer",))

    assert not MarkingTask.objects.exists()
    assert "so far" not in words(browser(attempt), result(attempt))


def test_every_answer_in_own_words_is_marked_or_none(assessor):
    attempt = sent()

    with pytest.raises(NotAllMarked) as left:
        mark_open_answers(
            task=MarkingTask.objects.get(), by=assessor, at=LATER, marks=give(attempt, 3, kind="short_text")
        )

    assert left.value.question_ids == (entry_of(attempt, "open_answer")["id"],)
    assert MarkingTask.objects.get().closed_at is None


@pytest.mark.both_databases
def test_a_check_is_asked_for_once_answered_in_words_and_raises_points(assessor):
    attempt = sent("short_text", empty=("open_answer",))
    ana = browser(attempt)
    said = page(ana, result(attempt))
    assert "Only a slip of the pen?" in said
    assert 'href="#check"' in said
    url = f"/en/attempts/{attempt.public_id}/ask-for-check/"

    replies = [ana.post(url, {"words": "  It is the same word. "}), ana.post(url, {"words": "Again"})]

    assert [reply["Location"] for reply in replies] == [f"{result(attempt)}#check"] * 2
    task = MarkingTask.objects.get()
    assert (task.kind, task.words, task.enrolment) == (Kinds.CHECK, "It is the same word.", attempt.enrolment)
    assert "A person will look at your answers" in words(ana, result(attempt))
    with pytest.raises(NoWords):
        close_check(task=task, by=assessor, at=LATER, answer=" ")
    with pytest.raises(OwnWork):
        close_check(task=task, by=attempt.enrolment.learner, at=LATER, answer="Right.")

    event = close_check(
        task=task, by=assessor, at=LATER, answer="You are right.", marks=give(attempt, 3, kind="short_text")
    )

    assert (event.score, event.score_before) == (21, 18)
    said = words(ana, result(attempt))
    assert "This result was checked on 24 November 2026. The answer: You are right." in said
    assert "Berta" not in said
    assert "try 1, was checked by a person. You have 21 of 24 now, before 18 of 24." in said
    assert Notice.objects.count() == 1
    with pytest.raises(TaskClosed):
        close_check(task=task, by=assessor, at=LATER, answer="Twice.")
    with pytest.raises(CannotAsk) as refused:
        ask_for_check(attempt=attempt, words="", at=LATER)
    assert refused.value.reason is NoCheck.CHECKED_ALREADY
    assert "Ask a person to check this" not in said


def test_a_check_that_finds_nothing_writes_no_marking_and_is_told(assessor):
    attempt = sent("short_text", empty=("open_answer",))
    task = ask_for_check(attempt=attempt, words="", at=NOON)

    assert close_check(task=task, by=assessor, at=LATER, answer="It is another word.") is None

    assert MarkEvent.objects.count() == 1
    said = words(browser(attempt), result(attempt))
    assert "It is another word." in said
    assert "try 1, was checked by a person. You have 18 of 24." in said


def test_of_two_checks_of_one_try_only_the_later_is_told(assessor):
    attempt = sent("short_text", empty=("open_answer",))
    for number in (1, 2):
        task = MarkingTask.objects.create(
            kind=Kinds.CHECK, attempt=attempt, enrolment=attempt.enrolment, opened_at=NOON, words=""
        )
        close_check(task=task, by=assessor, at=LATER, answer=f"Answer {number}.")

    assert [notice.task for notice in Notice.objects.filter(read_at=None)] == [task]
    assert words(browser(attempt), result(attempt)).count("was checked by a person") == 1


def test_full_marks_and_answers_that_wait_anyway_need_no_check():
    waits = sent("short_text")
    with pytest.raises(CannotAsk) as refused:
        ask_for_check(attempt=waits, words="", at=NOON)
    assert refused.value.reason is NoCheck.PERSON_LOOKS_ANYWAY


def test_what_a_learner_says_is_kept_to_a_length_and_shown_as_text(assessor):
    attempt = sent("short_text", empty=("open_answer",))
    ana = browser(attempt)

    ana.post(f"/en/attempts/{attempt.public_id}/ask-for-check/", {"words": "<b>\0" + "x" * 3000})

    assert len(MarkingTask.objects.get().words) == 2000
    assert "&lt;b&gt;xxx" in page(ana, result(attempt))


def test_somebody_else_cannot_ask(assessor):
    attempt = sent("short_text", empty=("open_answer",))

    reply = signed_in(make_learner("cora")).post(f"/en/attempts/{attempt.public_id}/ask-for-check/", {})

    assert reply.status_code == 404
    assert not MarkingTask.objects.exists()
