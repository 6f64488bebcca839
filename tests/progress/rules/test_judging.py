"""Levels into points, and judgements into an outcome."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.rules.judging import (
    CLAIM_LASTS,
    Outcome,
    Role,
    Rubric,
    SubmissionState,
    Unjudged,
    fold_judgements,
    is_lapsed,
    may_judge,
    outcome_of,
    rubric_of,
    score_of,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
names = st.text("abcdef", min_size=1, max_size=4)
rubrics = st.builds(
    Rubric,
    st.dictionaries(names, st.dictionaries(names, st.integers(0, 100), min_size=2, max_size=6), min_size=1, max_size=6),
)
outcomes = st.sampled_from(Outcome)


@dataclass(frozen=True)
class Found:
    role: Role
    outcome: Outcome


def fold(*outcomes_in_order: Outcome, needs_second: bool):
    judgements = [Found(role, outcome) for role, outcome in zip(Role, outcomes_in_order, strict=False)]
    return fold_judgements(judgements, needs_second=needs_second)


def test_rubric_of_reads_the_points_of_a_frozen_assignment():
    levels = [{"id": "good", "title": "Good", "points": 4}, {"id": "weak", "title": "Weak", "points": 1}]

    rubric = rubric_of({"criteria": [{"id": "plan", "title": "Plan", "levels": levels}]})

    assert (rubric.points, rubric.max_score) == ({"plan": {"good": 4, "weak": 1}}, 4)


@given(rubric=rubrics, data=st.data())
def test_score_is_within_0_and_the_best_whatever_levels_are_chosen(rubric, data):
    levels = {key: data.draw(st.sampled_from(sorted(worth))) for key, worth in rubric.points.items()}

    assert 0 <= score_of(rubric, levels) <= rubric.max_score


@given(rubric=rubrics, data=st.data(), forged=st.text(max_size=4))
def test_a_criterion_without_a_level_of_its_own_is_never_scored(rubric, data, forged):
    levels = {key: data.draw(st.sampled_from(sorted(worth))) for key, worth in rubric.points.items()}
    left_open = data.draw(st.sampled_from(sorted(levels)))
    levels[left_open] = forged + "!"

    with pytest.raises(Unjudged) as refused:
        score_of(rubric, levels)

    assert refused.value.criteria == (left_open,)


@given(rubric=rubrics, data=st.data(), foreign=st.dictionaries(st.text("xyz", min_size=5, max_size=6), names))
def test_levels_of_criteria_that_the_rubric_does_not_have_earn_nothing(rubric, data, foreign):
    levels = {key: data.draw(st.sampled_from(sorted(worth))) for key, worth in rubric.points.items()}

    assert score_of(rubric, {**foreign, **levels}) == score_of(rubric, levels)


@given(score=st.integers(0, 50), spare=st.integers(0, 50), pass_mark=st.integers(1, 100))
def test_passed_or_not_follows_from_the_points_alone(score, spare, pass_mark):
    outcome = outcome_of(score=score, max_score=score + spare, pass_mark=pass_mark, gives_back=False)

    is_enough = score + spare > 0 and score * 100 >= pass_mark * (score + spare)
    assert outcome == (Outcome.PASS if is_enough else Outcome.FAIL)


def test_12_of_20_pass_at_60_per_cent_and_11_do_not():
    assert outcome_of(score=12, max_score=20, pass_mark=60, gives_back=False) == Outcome.PASS
    assert outcome_of(score=11, max_score=20, pass_mark=60, gives_back=False) == Outcome.FAIL


def test_giving_back_is_the_assessors_choice_whatever_the_points():
    assert outcome_of(score=20, max_score=20, pass_mark=60, gives_back=True) == Outcome.RETURN


def test_a_submission_that_nobody_judged_waits_for_the_first():
    assert fold(needs_second=True) == fold(needs_second=False)
    assert fold(needs_second=True).waits_for is Role.FIRST
    assert fold(needs_second=True).state is SubmissionState.SUBMITTED


def test_one_judgement_decides_where_nobody_else_judges():
    assert fold(Outcome.PASS, needs_second=False).state is SubmissionState.PASSED
    assert fold(Outcome.FAIL, needs_second=False).state is SubmissionState.FAILED


@given(needs_second=st.booleans())
def test_given_back_by_the_first_nobody_else_looks(needs_second):
    standing = fold(Outcome.RETURN, needs_second=needs_second)

    assert (standing.state, standing.waits_for) == (SubmissionState.RETURNED, None)


@given(first=st.sampled_from([Outcome.PASS, Outcome.FAIL]), second=outcomes, third=outcomes)
def test_two_who_agree_decide_and_where_they_differ_the_third_does(first, second, third):
    assert fold(first, needs_second=True).waits_for is Role.SECOND
    after_two = fold(first, second, needs_second=True)
    if first == second:
        assert after_two.decided_by == Found(Role.FIRST, first)
    else:
        assert (after_two.waits_for, after_two.decided_by) == (Role.MODERATION, None)
        assert fold(first, second, third, needs_second=True).decided_by == Found(Role.MODERATION, third)


@given(found=st.lists(st.tuples(st.sampled_from(Role), outcomes), unique_by=lambda pair: pair[0]), data=st.data())
def test_the_order_in_which_judgements_are_read_never_matters(found, data):
    judgements = [Found(*pair) for pair in found]
    shuffled = data.draw(st.permutations(judgements))

    assert fold_judgements(shuffled, needs_second=True) == fold_judgements(judgements, needs_second=True)


@given(found=st.lists(st.tuples(st.sampled_from(Role), outcomes), unique_by=lambda pair: pair[0]), both=st.booleans())
def test_a_submission_waits_for_somebody_or_is_decided_never_both(found, both):
    standing = fold_judgements([Found(*pair) for pair in found], needs_second=both)

    assert (standing.waits_for is None) == (standing.state is not SubmissionState.SUBMITTED)
    assert (standing.decided_by is None) == (standing.state is SubmissionState.SUBMITTED)


def test_nobody_judges_their_own_work_or_one_work_twice():
    assert may_judge(person=1, learner=2, judged_by=[3, None])
    assert not may_judge(person=2, learner=2, judged_by=[])
    assert not may_judge(person=3, learner=2, judged_by=[3])


def test_a_claim_lapses_after_seven_days_to_the_moment():
    assert not is_lapsed(None, at=NOON)
    assert not is_lapsed(NOON, at=NOON + CLAIM_LASTS - timedelta(microseconds=1))
    assert is_lapsed(NOON, at=NOON + CLAIM_LASTS)
