"""Points that a person gave stand when a release marks again, and the figures before it know them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from courses.models import Course
from courses.operations.settling import settle
from courses.rules.kinds import Answer
from foundation.models import Job, seal_of
from progress import operations
from progress.models import Attempt, HandMark, HandMarkComment, MarkEvent, MarkingTask, Notice, Response
from progress.operations.checking import CannotAsk, ask_for_check, close_check
from progress.operations.marking_by_hand import HandPoints, mark_by_hand, mark_open_answers
from progress.operations.regrading import REGRADE
from progress.queries.impact import impact_of
from progress.queries.markings import marking_story
from progress.queries.unnamed import unnamed_attempt
from progress.rules.regrading import Policy
from tests.courses.builders import NOON as MADE
from tests.courses.builders import make_course, publish, quiz_pages
from tests.courses.questions import listed
from tests.people import make_learner, signed_in
from tests.progress.builders import NOON, counted_queries, enrol, quizzes_of, start
from tests.progress.kinds import entry_of, make_course_of_kinds, raw_question
from tests.progress.pages import words
from tests.progress.regrades import RELEASED, begin, change_key, marks, run_jobs
from tests.progress.works import make_course_assessor

pytestmark = pytest.mark.django_db

TWO_RIGHT = {1: ["wrong"], 2: ["right", "also-right"], 3: ["true"]}
LATER = RELEASED.replace(hour=20)


@pytest.fixture
def course() -> Course:
    """A quiz of three questions for a point each, and one in own words for three."""
    course = make_course()
    page = quiz_pages(course)[0]
    publish(page, questions=[*page.questions.raw_data, raw_question("open_answer")])
    settle(course_key=course.key, cause="publish", at=MADE)
    return course


@pytest.fixture
def sent(course) -> Attempt:
    """Ana has two of the three right, and wrote something: two of six points until a person reads it."""
    attempt = begin(enrol(course, make_learner("ana")), TWO_RIGHT)
    words = Answer(text="In my words")
    operations.save_response(
        attempt=attempt, question_id=open_question(attempt), answer=words, unsure=False, sequence=1, at=NOON
    )
    operations.submit_attempt(attempt=attempt, at=NOON)
    return attempt


@pytest.fixture
def marked(sent) -> Attempt:
    """A person gave two of three points: four of six, which pass."""
    mark(sent)
    return sent


def open_question(attempt: Attempt) -> str:
    return entry_of(attempt, "open_answer")["id"]


def mark(attempt: Attempt) -> None:
    given = {open_question(attempt): HandPoints(2, "Well said.")}
    mark_by_hand(attempt=attempt, marks=given, by=make_learner("dora"), at=NOON)


def test_marking_again_by_each_policy_keeps_them_as_the_figures_before_it_said(course, marked):
    assert marks(marked) == [("", 2, 6, False), ("", 4, 6, True)]
    steps = [
        (Policy.NEVER_LOWER, {1: ["wrong"]}, (5, 6, True)),
        (Policy.AS_FIRST_MARKED, None, (4, 6, True)),
        (Policy.DROP, None, (4, 5, True)),
        (Policy.EVEN_IF_LOWER, {2: ["right"], 3: ["false"]}, (3, 6, False)),
    ]
    for policy, right, outcome in steps:
        if right is not None:
            change_key(course, Policy.KEEP, right)
        before = MarkEvent.objects.filter(attempt=marked).last()
        figures = impact_of(course=course, item_key=quizzes_of(course)[0].key)[policy]
        change_key(course, policy, at=LATER)
        run_jobs(at=LATER)
        event = MarkEvent.objects.filter(attempt=marked).last()
        assert (event.policy, event.score, event.max_score, event.passed) == (policy, *outcome)
        assert event.points[open_question(marked)] == 2
        rises = event.score * before.max_score > before.score * event.max_score
        assert (figures.attempts, figures.rise, figures.pass_no_more) == (1, rises, before.passed and not event.passed)
    call_command("check_records", verbosity=0)


def test_the_page_of_how_it_was_marked_says_who_gave_them_and_what_was_said(marked):
    story = marking_story(unnamed_attempt(marked.public_id), names_right=True)
    told = story.questions[-1]
    assert (told.points, told.worth, told.first_points) == (2, 3, 0)
    assert (told.by_hand, told.comment, told.waits, told.ways) == (True, "Well said.", False, ())
    assert not story.questions[0].by_hand


def test_figures_cost_a_query_more_where_a_person_marked(course, sent):
    key = quizzes_of(course)[0].key
    with counted_queries() as before:
        impact_of(course=course, item_key=key)
    mark(sent)
    with counted_queries() as after:
        impact_of(course=course, item_key=key)
    assert len(after) == len(before) + 1


def test_figures_tell_written_answers_apart():
    course = make_course_of_kinds(("short_text", "true_false"))
    page = quiz_pages(course)[0]
    attempts = []
    for typed in ("Cover the screen", "cover  the SCREEN", "Walk away"):
        attempt = start(enrol(course), quizzes_of(course)[0])
        question = entry_of(attempt, "short_text")["id"]
        answer = Answer(text=" ".join(typed.split()))
        operations.save_response(
            attempt=attempt, question_id=question, answer=answer, unsure=False, sequence=1, at=NOON
        )
        operations.submit_attempt(attempt=attempt, at=NOON)
        attempts.append(attempt)
    accepted = listed(a="Sign out", b="cover the screen")
    publish(page, questions=[raw_question("short_text", accepted=accepted), raw_question("true_false")])
    settle(course_key=course.key, cause="publish", at=MADE)

    figures = impact_of(course=course, item_key=quizzes_of(course)[0].key)[Policy.NEVER_LOWER]
    change_key(course, Policy.NEVER_LOWER)
    run_jobs()
    assert (figures.attempts, figures.rise, figures.unchanged) == (3, 2, 1)
    assert [marks(attempt)[-1][1] for attempt in attempts] == [3, 3, 0]


def publish_open_question(course: Course, **values: object) -> None:
    """Publish the quiz with other values of its question in own words; with none, without that question."""
    page = quiz_pages(course)[0]
    others = [dict(block) for block in page.questions.raw_data if block["type"] != "open_answer"]
    publish(page, questions=[*others, raw_question("open_answer", **values)] if values else others)
    settle(course_key=course.key, cause="publish", at=MADE)


def differences() -> str:
    said = StringIO()
    try:
        call_command("check_records", verbosity=0, stdout=StringIO(), stderr=said)
    except CommandError:
        return said.getvalue()
    return ""


@pytest.mark.both_databases
@pytest.mark.parametrize("at", [NOON, LATER])
def test_what_a_release_decided_is_applied_first_where_a_person_is_quicker_than_its_job(course, sent, at):
    """The clock decides nothing: the person may mark at a time before that of the release, by another clock."""
    change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]})
    given = {open_question(sent): HandPoints(2)}
    mark_by_hand(attempt=sent, marks=given, by=make_learner("dora"), at=at)
    assert marks(sent) == [("", 2, 6, False), ("never-lower", 3, 6, False), ("", 5, 6, True)]
    assert Notice.objects.filter(enrolment=sent.enrolment).count() == 2
    run_jobs(at=LATER)
    assert len(marks(sent)) == 3
    assert differences() == ""


def test_a_decision_that_its_release_brought_out_after_the_marking_is_not_lost(course, marked):
    """It names a time before the marking, since the release took its time."""
    change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]}, at=NOON.replace(hour=1))
    Job.objects.filter(kind=REGRADE).update(finished_at=LATER)
    assert "it was not marked again by a decision that concerns it" in differences()
    Job.objects.filter(kind=REGRADE).update(finished_at=None)
    run_jobs(at=LATER)
    assert marks(marked)[-1] == ("never-lower", 5, 6, True)
    assert differences() == ""


def test_it_costs_the_same_where_one_release_decided_and_where_three_did(course):
    attempts = [begin(enrol(course, make_learner(name)), TWO_RIGHT) for name in ("ana", "ben")]
    for attempt in attempts:
        operations.submit_attempt(attempt=attempt, at=NOON)
    costs = []
    for attempt, decisions in zip(attempts, (1, 2), strict=True):
        for _ in range(decisions):
            change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]} if not costs else None)
        given = {open_question(attempt): HandPoints(1)}
        dora = make_learner()
        with counted_queries() as statements:
            mark_by_hand(attempt=attempt, marks=given, by=dora, at=LATER)
        costs.append(len(statements))
        assert marks(attempt)[-1] == ("", 4, 6, True)
    assert costs[1] <= costs[0] <= 48


def test_the_step_is_done_where_what_was_decided_passes_before_the_person_does(course, sent):
    change_key(course, Policy.EVEN_IF_LOWER, pass_mark=30)
    mark(sent)
    assert marks(sent) == [("", 2, 6, False), ("even-if-lower", 2, 6, True), ("", 4, 6, True)]
    assert sent.enrolment.item_completions.filter(item_key=sent.item_key).count() == 1
    assert differences() == ""


def test_what_a_person_gave_stands_of_what_the_question_was_worth_to_them(course, sent):
    key = quizzes_of(course)[0].key
    full = {open_question(sent): HandPoints(3)}
    mark_by_hand(attempt=sent, marks=full, by=make_learner("dora"), at=NOON)
    publish_open_question(course, points=5)
    figures = impact_of(course=course, item_key=key)
    change_key(course, Policy.EVEN_IF_LOWER, {1: ["wrong"]})
    run_jobs()
    assert marks(sent)[-1] == ("even-if-lower", 6, 6, True), "three of three is full marks still"
    assert figures[Policy.EVEN_IF_LOWER].unchanged == 1
    assert differences() == ""


def test_points_given_where_the_question_was_worth_more_stay_of_that_many(course, sent):
    publish_open_question(course, points=5)
    change_key(course, Policy.EVEN_IF_LOWER)
    run_jobs()
    mark(sent)
    assert marks(sent)[-2:] == [("even-if-lower", 2, 8, False), ("", 4, 8, False)]
    assert HandMark.objects.values_list("points", "worth").get() == (2, 5)
    for policy in (Policy.AS_FIRST_MARKED, Policy.NEVER_LOWER):
        figures = impact_of(course=course, item_key=quizzes_of(course)[0].key)[policy]
        change_key(course, policy, at=LATER)
        run_jobs(at=LATER)
        assert figures.people == 0
    assert marks(sent)[-1] == ("", 4, 8, False)
    told = marking_story(unnamed_attempt(sent.public_id), names_right=True).questions[-1]
    assert (told.points, told.worth) == (2, 5)
    assert differences() == ""


@pytest.mark.parametrize("gone", ["dropped", "erased"])
def test_a_task_with_nothing_left_to_mark_is_closed_and_a_check_can_be_asked_for(course, sent, gone):
    task, dora = MarkingTask.objects.get(), make_learner("dora")
    if gone == "dropped":
        publish_open_question(course)
        change_key(course, Policy.EVEN_IF_LOWER)
    else:
        Response.objects.filter(attempt=sent).delete()
    with pytest.raises(CannotAsk):
        ask_for_check(attempt=sent, words="", at=LATER)
    assert mark_open_answers(task=task, by=dora, at=LATER, marks={}) is None
    task.refresh_from_db()
    assert (task.closed_by, task.closed_at) == (dora, LATER)
    assert not HandMark.objects.exists()
    assert ask_for_check(attempt=sent, words="", at=LATER).kind == MarkingTask.Kind.CHECK
    assert differences() == ""


def test_the_page_says_that_nothing_is_left_and_closes_the_task(course, sent):
    publish_open_question(course)
    change_key(course, Policy.EVEN_IF_LOWER)
    run_jobs()
    browser, url = taken(course)
    assert "There is nothing left to mark here." in words(browser, url)
    reply = browser.post(url, {"do": "mark"}, follow=True)
    assert "Closed: there was nothing left to mark." in reply.content.decode()
    assert MarkingTask.objects.get().closed_at is not None


def test_the_page_is_drawn_once_more_where_a_release_took_a_question_out_meanwhile(course, sent):
    task = ask_for_check_beside(sent)
    publish_open_question(course)
    change_key(course, Policy.EVEN_IF_LOWER)
    browser, url = taken(course, task)
    question = open_question(sent)
    sent_form = {"do": "mark", "answer": "I read it again.", f"points-{question}": "2", f"comment-{question}": "Good."}
    reply = browser.post(url, sent_form)
    said = reply.content.decode()
    assert reply.status_code == 409
    assert "A release changed which questions count." in said
    assert "I read it again." in said
    assert browser.post(url, sent_form).status_code == 303
    task.refresh_from_db()
    assert task.answer == "I read it again."


def test_the_page_is_drawn_once_more_where_a_release_brought_a_question_back_meanwhile(course, sent):
    publish_open_question(course)
    change_key(course, Policy.EVEN_IF_LOWER)
    run_jobs()
    browser, url = taken(course)
    change_key(course, Policy.AS_FIRST_MARKED, at=LATER)
    reply = browser.post(url, {"do": "mark"})
    assert reply.status_code == 409
    assert f"points-{open_question(sent)}" in reply.content.decode()


def ask_for_check_beside(attempt: Attempt) -> MarkingTask:
    """Have a check wait for an attempt of which nobody has to read the answer in own words."""
    MarkingTask.objects.update(closed_at=LATER)
    return ask_for_check(attempt=attempt, words="", at=LATER)


def taken(course: Course, task: MarkingTask | None = None) -> tuple[Client, str]:
    """Return the browser of an assessor who took a task, and the address of it."""
    person = make_course_assessor(course)
    task = task or MarkingTask.objects.get()
    MarkingTask.objects.filter(pk=task.pk).update(claimed_by=person, claimed_at=timezone.now())
    return signed_in(person), f"/en/cockpit/marking/{task.public_id}/"


def forge_by_hand(**changes: object) -> None:
    """Change the marking by a person, and seal it as if it had been written so."""
    event = MarkEvent.objects.get(kind=MarkEvent.Kind.BY_HAND)
    for name, value in changes.items():
        setattr(event, name, value)
    MarkEvent.objects.filter(pk=event.pk).update(**changes, seal=seal_of(event))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: HandMark.objects.update(points=1), "is not the one before it with the points that they gave"),
        (
            lambda: (HandMarkComment.objects.all().delete(), HandMark.objects.all().delete()),
            "is not the one before it with the points that they gave",
        ),
        (lambda: forge_by_hand(passed=False), "is not the one before it with the points that they gave"),
        (lambda: forge_by_hand(score=5), "is not the one before it with the points that they gave"),
        (lambda: HandMark.objects.update(worth=1), "it has more points than its question was worth"),
    ],
)
def test_points_by_hand_that_do_not_follow_are_found(marked, change, said):
    change()
    assert said in differences()


def test_an_answer_in_own_words_that_nobody_is_asked_to_read_is_found(sent):
    assert differences() == ""
    MarkingTask.objects.all().delete()
    assert "an answer in own words was sent, and nobody is asked to read it" in differences()
    mark(sent)
    assert differences() == ""


def test_an_answer_to_a_check_may_be_erased(sent):
    close_check(task=ask_for_check_beside(sent), by=make_learner("dora"), at=LATER, answer="It is as it is.")
    MarkingTask.objects.update(answer="")
    assert differences() == ""
