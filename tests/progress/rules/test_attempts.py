from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from progress.rules.attempts import (
    Bar,
    Hindrance,
    State,
    bars_to_start,
    form_entry,
    next_item,
    state_of,
)
from progress.rules.drawing import whole_form
from progress.rules.tries import PastTry, allowance_of
from tests.progress.outlines import make_item, make_outline

LESSON = make_item("lesson")
QUIZ = make_item("quiz", "quiz")
FINAL = make_item("final", "quiz", waits_for=("quiz",))
COURSE = make_outline(LESSON, QUIZ, FINAL)
KEYS = ["lesson", "quiz", "final"]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

QUIZ_BODY = {
    "questions": [
        {"id": "q1", "kind": "single_choice", "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]},
        {"id": "q2", "kind": "true_false", "options": [{"id": "true", "text": ""}, {"id": "false", "text": ""}]},
    ]
}


def bars(item, *, done=frozenset(), used=0, start=1, outline=COURSE):
    tries = [PastTry(NOON - timedelta(hours=1), NOON)] * used
    return bars_to_start(item, outline, start=start, done=done, allowance=allowance_of(item, tries, at=NOON))


def test_a_quiz_with_no_rule_against_it_may_start():
    assert bars(QUIZ) == ()


def test_a_final_test_waits_for_the_quizzes_before_it():
    assert bars(FINAL) == (Bar(Hindrance.WAITS_FOR_QUIZZES, ("quiz",)),)
    assert bars(FINAL, done={"quiz"}) == ()


def test_a_quiz_that_does_not_bind_a_learner_never_locks_their_final_test():
    late = make_item("quiz", "quiz", binds=((2, None),))
    outline = make_outline(LESSON, late, FINAL)
    assert bars(FINAL, outline=outline, start=1) == ()
    assert bars(FINAL, outline=outline, start=2) == (Bar(Hindrance.WAITS_FOR_QUIZZES, ("quiz",)),)


@given(limit=st.integers(1, 5), used=st.integers(0, 8))
def test_a_limit_of_tries_is_kept_exactly(limit, used):
    item = make_item("quiz", "quiz", max_attempts=limit)
    assert (bars(item, used=used) == ()) == (used < limit)
    assert bars(item, used=limit) == (Bar(Hindrance.NO_TRIES_LEFT),)


def test_what_goes_away_by_itself_says_when():
    weekly = make_item("quiz", "quiz", max_attempts=1, tries_period="week")
    opens_at = NOON - timedelta(hours=1) + timedelta(days=7)
    assert bars(weekly, used=1) == (Bar(Hindrance.NO_TRIES_THIS_WEEK, opens_at=opens_at),)
    waiting = make_item("quiz", "quiz", wait_minutes=30)
    assert bars(waiting, used=1) == (Bar(Hindrance.TOO_SOON, opens_at=NOON + timedelta(minutes=30)),)


def test_no_limit_means_as_many_tries_as_people_like():
    assert bars(QUIZ, used=1000) == ()


def test_a_quiz_that_was_taken_out_or_has_no_questions_cannot_start():
    assert bars(make_item("gone", "quiz", removed=True)) == (Bar(Hindrance.TAKEN_OUT),)
    assert bars(make_item("empty", "quiz", question_count=0)) == (Bar(Hindrance.NO_QUESTIONS),)


def test_done_stays_done_where_it_would_have_to_wait_now():
    assert state_of(FINAL, COURSE, start=1, done={"final"}) is State.DONE
    assert state_of(FINAL, COURSE, start=1, done=set()) is State.WAITING
    assert state_of(LESSON, COURSE, start=1, done=set()) is State.OPEN


@given(done=st.sets(st.sampled_from(KEYS)), after=st.sampled_from(["", *KEYS]))
def test_the_next_step_is_never_done_and_never_waits(done, after):
    item = next_item(COURSE, start=1, done=done, after=after)
    if item is None:
        assert done >= {"lesson", "quiz", "final"}
    else:
        assert state_of(item, COURSE, start=1, done=done) is State.OPEN


def test_the_next_step_goes_on_from_where_a_person_is_and_then_from_the_start():
    outline = make_outline(make_item("a"), make_item("b"), make_item("c"))
    assert next_item(outline, start=1, done={"b"}, after="b").key == "c"
    assert next_item(outline, start=1, done={"c"}, after="c").key == "a"


def test_an_optional_step_is_next_only_when_nothing_required_is_left():
    outline = make_outline(make_item("extra", required=False, binds=()), make_item("a"))
    assert next_item(outline, start=1, done=set()).key == "a"
    assert next_item(outline, start=1, done={"a"}).key == "extra"
    assert next_item(outline, start=1, done={"a", "extra"}) is None


def test_a_form_asks_every_question_in_the_order_of_the_quiz():
    assert whole_form(QUIZ_BODY)["questions"] == [
        {"id": "q1", "kind": "single_choice", "options": ["a", "b"]},
        {"id": "q2", "kind": "true_false", "options": ["true", "false"]},
    ]


def test_a_question_that_is_not_asked_has_no_entry():
    assert form_entry(whole_form(QUIZ_BODY), "q3") is None
