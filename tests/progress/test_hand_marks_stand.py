"""Points that a person gave stand when a release marks again, and the figures before it know them."""

import pytest
from django.core.management import CommandError, call_command

from courses.models import Course
from courses.operations.settling import settle
from courses.rules.kinds import Answer
from progress import operations
from progress.models import Attempt, HandMark, MarkEvent
from progress.operations.marking_by_hand import HandPoints, mark_by_hand
from progress.queries.impact import impact_of
from progress.queries.markings import marking_story
from progress.queries.unnamed import unnamed_attempt
from progress.rules.regrading import Policy
from tests.courses.builders import NOON as MADE
from tests.courses.builders import make_course, publish, quiz_pages
from tests.courses.questions import listed
from tests.people import make_learner
from tests.progress.builders import NOON, counted_queries, enrol, quizzes_of, start
from tests.progress.kinds import entry_of, make_course_of_kinds, raw_question
from tests.progress.regrades import RELEASED, begin, change_key, marks, run_jobs

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
    for words in ("Cover the screen", "cover  the SCREEN", "Walk away"):
        attempt = start(enrol(course), quizzes_of(course)[0])
        question = entry_of(attempt, "short_text")["id"]
        answer = Answer(text=" ".join(words.split()))
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


def test_a_hand_mark_that_does_not_follow_is_found(marked):
    HandMark.objects.update(points=1)
    with pytest.raises(CommandError):
        call_command("check_records", verbosity=0)
