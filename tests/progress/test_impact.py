"""What a policy would do: the figures an editor sees before deciding are what happens then."""

import random
from collections.abc import Iterable

import pytest

from progress import operations
from progress.models import Attempt, CourseCompletion, ItemCompletion, MarkEvent, Notice, Response
from progress.queries import impact
from progress.queries.impact import Impact, RegradeReport, impact_of, report_of
from progress.rules.regrading import Policy
from tests.courses.builders import make_course
from tests.progress.builders import NOON, counted_queries, do_lessons, enrol, lessons_of, outline_of, quizzes_of
from tests.progress.regrades import RELEASED, begin, change_key, ids, marks, run_jobs, send

pytestmark = pytest.mark.django_db

ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}
TWO_RIGHT = {1: ["right"], 2: ["right"], 3: ["true"]}
WRONG_IS_RIGHT = {1: ["wrong"]}


def draft(course, right) -> dict:
    """Return the frozen body and key of the first quiz with other right options, as a draft would have them."""
    version = Attempt.objects.filter(enrolment__course=course).first().quiz_version
    questions = {
        key: {**entry, "correct": right.get(key, entry["correct"])}
        for key, entry in version.key.body["questions"].items()
    }
    return {"new_body": version.body, "new_key": {"schema": 1, "questions": questions}}


def wrong_is_right(course) -> dict:
    return draft(course, {ids(course, 1): ids(course, 1, ["wrong"])})


def key_of(course) -> str:
    return quizzes_of(course)[0].key


def test_each_policy_has_its_figures(course):
    ana, ben = enrol(course), enrol(course)
    do_lessons(ana)
    send(ana, ONE_RIGHT)
    send(ana, ONE_RIGHT)
    send(ben, TWO_RIGHT)
    begin(enrol(course), ONE_RIGHT)

    figures = impact_of(course=course, item_key=key_of(course), **wrong_is_right(course))

    nothing = {"attempts": 3, "unchanged": 3}
    gain = {
        "attempts": 3,
        "rise": 2,
        "unchanged": 1,
        "pass_now": 2,
        "people": 1,
        "done_now": 1,
        "completes": 1,
    }
    assert figures == {
        Policy.KEEP: Impact(Policy.KEEP, **nothing),
        Policy.ACCEPT_BOTH: Impact(Policy.ACCEPT_BOTH, **gain),
        Policy.NEVER_LOWER: Impact(Policy.NEVER_LOWER, **gain),
        Policy.DROP: Impact(Policy.DROP, attempts=3, rise=2, unchanged=1, people=1),
        Policy.EVEN_IF_LOWER: Impact(
            Policy.EVEN_IF_LOWER, **{**gain, "unchanged": 0, "fall": 1, "people": 2, "pass_no_more": 1}
        ),
        Policy.AS_FIRST_MARKED: Impact(Policy.AS_FIRST_MARKED, **nothing),
    }


def test_the_published_key_is_taken_where_there_is_no_draft(course):
    send(enrol(course), ONE_RIGHT)
    change_key(course, Policy.KEEP, WRONG_IS_RIGHT)
    figures = impact_of(course=course, item_key=key_of(course), policies=[Policy.NEVER_LOWER])
    assert figures[Policy.NEVER_LOWER].rise == 1


def test_a_draft_whose_question_has_no_right_option_yet_can_be_looked_at(course):
    send(enrol(course), TWO_RIGHT)
    figures = impact_of(course=course, item_key=key_of(course), **draft(course, {ids(course, 1): []}))
    assert (figures[Policy.NEVER_LOWER].unchanged, figures[Policy.EVEN_IF_LOWER].fall) == (1, 1)


def test_a_lower_pass_mark_alone_lets_people_pass_with_the_share_they_have(course):
    send(enrol(course), ONE_RIGHT)
    body = Attempt.objects.get().quiz_version.body
    changed = {**wrong_is_right(course), "new_body": {**body, "pass_mark": 30}}
    changed["new_key"] = Attempt.objects.get().quiz_version.key.body
    figures = impact_of(course=course, item_key=key_of(course), policies=[Policy.NEVER_LOWER], **changed)
    assert (figures[Policy.NEVER_LOWER].unchanged, figures[Policy.NEVER_LOWER].pass_now) == (1, 1)


def test_who_is_through_or_left_or_lacks_more_is_not_counted_as_completing(course):
    through, left, lacks = enrol(course), enrol(course), enrol(course)
    for enrolment in (through, left):
        do_lessons(enrolment)
    for enrolment in (left, lacks):
        send(enrolment, ONE_RIGHT)
    send(through, TWO_RIGHT)
    send(through, ONE_RIGHT)
    type(left).objects.filter(pk=left.pk).update(withdrawn_at=NOON)
    figures = impact_of(
        course=course, item_key=key_of(course), policies=[Policy.NEVER_LOWER], **wrong_is_right(course)
    )[Policy.NEVER_LOWER]
    assert (figures.pass_now, figures.people, figures.done_now, figures.completes) == (3, 3, 2, 0)


def test_erased_answers_are_counted_apart(course):
    ben = send(enrol(course), ONE_RIGHT)
    send(enrol(course), ONE_RIGHT)
    Response.objects.filter(attempt=ben).delete()
    figures = impact_of(course=course, item_key=key_of(course), **wrong_is_right(course))
    assert (figures[Policy.NEVER_LOWER].without_answers, figures[Policy.NEVER_LOWER].rise) == (1, 1)
    assert figures[Policy.AS_FIRST_MARKED].without_answers == 0


@pytest.mark.parametrize("policy", [policy for policy in Policy if policy is not Policy.KEEP])
def test_what_was_shown_before_is_what_happens(policy):
    """Some attempts at random, on two versions, some marked again before; then the decision is carried out."""
    chance = random.Random(str(policy))
    course = make_course(question_count=4)
    options = {1: ["right", "wrong"], 2: ["right", "also-right", "wrong"], 3: ["true", "false"], 4: ["right", "wrong"]}

    def some(count: int) -> None:
        for _ in range(count):
            enrolment = enrol(course)
            for item in lessons_of(course)[: chance.randint(0, 2)]:
                operations.mark_lesson_done(enrolment=enrolment, item_key=item.key, language="en", at=NOON)
            for _ in range(chance.randint(1, 2)):
                answers: dict[int, Iterable[str]] = {
                    number: chance.sample(names, 2 if number == 2 else 1) for number, names in options.items()
                }
                send(enrolment, answers)

    some(6)
    change_key(course, Policy.EVEN_IF_LOWER, {1: ["wrong"]}, pass_mark=50)
    run_jobs()
    some(4)
    regrade_before = list(MarkEvent.objects.values_list("pk", flat=True))
    done_before = set(ItemCompletion.objects.values_list("enrolment", "item_key"))
    completed_before = CourseCompletion.objects.count()
    now = {attempt.pk: attempt for attempt in Attempt.objects.all()}
    change_key(course, Policy.KEEP, {1: ["right"], 4: ["wrong"]}, without=[3], pass_mark=75)
    shown = impact_of(course=course, item_key=key_of(course), policies=[policy])[policy]

    regrade = change_key(course, policy, at=RELEASED)
    run_jobs()

    events = MarkEvent.objects.exclude(pk__in=regrade_before)
    rise = fall = passing = losing = 0
    for event in events.select_related("attempt"):
        before = now[event.attempt_id]
        rise += event.score * before.cached_max_score > before.cached_score * event.max_score
        fall += event.score * before.cached_max_score < before.cached_score * event.max_score
        passing += event.passed and not before.cached_passed
        losing += before.cached_passed and not event.passed
    assert (shown.rise, shown.fall, shown.pass_now, shown.pass_no_more) == (rise, fall, passing, losing)
    assert shown.people == Notice.objects.filter(regrade=regrade).count()
    assert shown.done_now == len(set(ItemCompletion.objects.values_list("enrolment", "item_key")) - done_before)
    assert shown.completes == CourseCompletion.objects.count() - completed_before
    assert shown.attempts == shown.rise + shown.fall + shown.unchanged == len(now)


def test_what_became_of_a_decision_is_reported(course):
    enrolment = enrol(course)
    ben = send(enrolment, ONE_RIGHT)
    send(enrol(course), TWO_RIGHT)
    erased = send(enrol(course), ONE_RIGHT)
    Response.objects.filter(attempt=erased).delete()
    regrade = change_key(course, Policy.NEVER_LOWER, WRONG_IS_RIGHT)
    assert report_of(regrade) == RegradeReport(changed=0, pass_now=0, told=0, without_answers=1)
    run_jobs()
    assert report_of(regrade) == RegradeReport(changed=1, pass_now=1, told=1, without_answers=1)
    assert len(marks(ben)) == 2


def test_the_figures_cost_the_same_for_2_and_20_attempts():
    costs = []
    for count in (2, 20):
        course = make_course(slug=f"course-{count}", title=f"Course {count}")
        for _ in range(count):
            send(enrol(course), ONE_RIGHT)
        changed = wrong_is_right(course)
        outline_of(course)
        with counted_queries() as queries:
            impact_of(course=course, item_key=key_of(course), **changed)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 11


def test_many_people_are_looked_at_part_by_part(course, monkeypatch):
    monkeypatch.setattr(impact, "_AT_ONCE", 1)
    for answers in (ONE_RIGHT, TWO_RIGHT, {}, ONE_RIGHT):
        enrolment = enrol(course)
        do_lessons(enrolment)
        send(enrolment, answers)
    figures = impact_of(course=course, item_key=key_of(course), **wrong_is_right(course))[Policy.EVEN_IF_LOWER]
    assert (figures.rise, figures.fall, figures.done_now, figures.completes) == (2, 1, 2, 2)
