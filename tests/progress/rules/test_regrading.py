import doctest
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.rules.kinds import Answer
from progress.rules import regrading
from progress.rules.marking import Given, Marking, mark_attempt, with_hand_marks
from progress.rules.regrading import (
    MAY_LOWER,
    Policy,
    changed_questions,
    changes_result,
    mark_again,
    needs_answers,
    needs_reason,
    needs_second_person,
    share_falls,
    share_rises,
)

OPTIONS = ["one", "two", "three"]
QUESTIONS = ["q1", "q2", "q3", "q4"]
answers_to_one = st.builds(Answer, st.frozensets(st.sampled_from(OPTIONS)))
policies = st.sampled_from(list(Policy))
pass_marks = st.integers(1, 100)
# A case is many small draws: slow on a machine that has other things to do.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def question_keys(draw):
    part = {"partial": True} if draw(st.integers(0, 3)) == 0 else {}
    return {
        "kind": "multiple_choice",
        "correct": sorted(draw(st.frozensets(st.sampled_from(OPTIONS), min_size=1))),
        "points": draw(st.integers(1, 4)),
        **part,
    }


@st.composite
def cases(draw):
    """Everything a marking rests on, with a marking before it that an earlier regrade may have left."""
    asked = draw(st.lists(st.sampled_from(QUESTIONS), min_size=1, unique=True))
    own = {key: draw(question_keys()) for key in asked}
    new = {key: draw(question_keys()) if draw(st.booleans()) else own[key] for key in asked if draw(st.booleans())}
    new |= draw(st.dictionaries(st.sampled_from(["added"]), question_keys()))
    form = {"questions": [{"id": key} for key in asked]}
    answers = draw(st.dictionaries(st.sampled_from(QUESTIONS), answers_to_one))
    worth = {key: draw(st.integers(1, 5)) for key in asked if draw(st.integers(0, 4)) == 0}
    by_hand = {key: Given(draw(st.integers(0, most)), most) for key, most in worth.items()}
    own_key = {"questions": own}
    first = mark_attempt(key=own_key, form=form, answers=answers, pass_mark=draw(pass_marks))
    case = {
        "first": first,
        "form": form,
        "answers": answers,
        "by_hand": by_hand,
        "own_key": own_key,
        "new_key": {"questions": new},
        "new_pass_mark": draw(pass_marks),
    }
    earlier = draw(st.none() | policies)
    older = {key: draw(question_keys()) for key in asked if draw(st.booleans())}
    before = mark_again(**{**case, "new_key": {"questions": older}}, policy=earlier, before=first) if earlier else None
    return {**case, "before": with_hand_marks(before or first, key=own_key, by_hand=by_hand)}


@patient
@given(case=cases(), policy=st.sampled_from([policy for policy in Policy if policy not in MAY_LOWER]))
def test_no_policy_lowers_a_share_or_takes_a_pass_unless_it_says_so(case, policy):
    before = case["before"]
    after = mark_again(policy=policy, **case) or before
    assert after.score * max(before.max_score, 1) >= before.score * max(after.max_score, 1)
    assert after.passed >= before.passed


@patient
@given(case=cases(), policy=policies)
def test_a_policy_applied_again_does_nothing(case, policy):
    after = mark_again(policy=policy, **case)
    if after is not None:
        assert mark_again(policy=policy, **{**case, "before": after}) is None


@patient
@given(case=cases())
def test_keep_never_does_anything(case):
    assert mark_again(policy=Policy.KEEP, **case) is None


@patient
@given(case=cases())
def test_as_first_marked_brings_back_the_marking_of_when_it_was_sent(case):
    assert (mark_again(policy=Policy.AS_FIRST_MARKED, **case) or case["before"]) == with_hand_marks(
        case["first"], key=case["own_key"], by_hand=case["by_hand"]
    )


@patient
@given(case=cases(), policy=policies)
def test_no_policy_changes_points_that_a_person_gave(case, policy):
    after = mark_again(policy=policy, **case)
    if after is not None:
        kept = {key: given.points for key, given in case["by_hand"].items() if key in after.points}
        assert {key: after.points[key] for key in kept} == kept


@patient
@given(case=cases(), policy=policies, worth=st.integers(1, 9))
def test_what_the_new_key_says_a_question_is_worth_changes_nothing_where_a_person_gave_points(case, policy, worth):
    new = case["new_key"]["questions"]
    dearer = {key: {**entry, "points": worth} if key in case["by_hand"] else entry for key, entry in new.items()}
    if policy is not Policy.DROP:
        other = {**case, "new_key": {"questions": dearer}}
        assert mark_again(policy=policy, **other) == mark_again(policy=policy, **case)


@patient
@given(case=cases(), policy=policies, seed=st.integers())
def test_the_order_of_questions_and_of_options_makes_no_difference(case, policy, seed):
    shuffle = random.Random(seed)
    questions = list(case["form"]["questions"])
    shuffle.shuffle(questions)
    other = {**case, "form": {"questions": questions}}
    for name in ("own_key", "new_key"):
        keys = list(case[name]["questions"].items())
        shuffle.shuffle(keys)
        other[name] = {"questions": {key: {**entry, "correct": entry["correct"][::-1]} for key, entry in keys}}
    assert mark_again(policy=policy, **other) == mark_again(policy=policy, **case)


@patient
@given(case=cases(), policy=policies)
def test_a_score_is_the_sum_of_its_points_and_within_its_maximum(case, policy):
    after = mark_again(policy=policy, **case)
    if after is not None:
        assert 0 <= after.score <= after.max_score
        assert after.score == sum(after.points.values())
        assert set(after.points) <= {entry["id"] for entry in case["form"]["questions"]}
        assert after.passed == (after.score * 100 >= after.pass_mark * after.max_score)


@patient
@given(case=cases(), policy=policies)
def test_a_key_that_marks_alike_changes_nothing_but_by_its_pass_mark(case, policy):
    first = case["first"]
    before = with_hand_marks(first, key=case["own_key"], by_hand=case["by_hand"])
    same = {**case, "before": before, "new_key": case["own_key"], "new_pass_mark": first.pass_mark}
    assert mark_again(policy=policy, **same) is None


# Eight questions of a point each. In the third, "b" was taken for right, and "c" is.
FORM = {"questions": [{"id": f"q{number}"} for number in range(1, 9)]}
CHOICE = {"kind": "single_choice", "points": 1}
OWN = {"questions": {f"q{number}": {**CHOICE, "correct": ["b"]} for number in range(1, 9)}}
NEW = {"questions": {**OWN["questions"], "q3": {**CHOICE, "correct": ["c"]}}}


def marked(policy, *, right=(), third="", own=OWN, new=NEW, pass_mark=60, new_pass_mark=60, before=None):
    """Return the outcome for somebody who had the named questions right and chose `third` in the third."""
    answers = {f"q{number}": Answer(frozenset({"b"})) for number in right}
    if third:
        answers["q3"] = Answer(frozenset({third}))
    first = mark_attempt(key=own, form=FORM, answers=answers, pass_mark=pass_mark)
    after = mark_again(
        policy=policy,
        before=before or first,
        first=first,
        form=FORM,
        answers=answers,
        own_key=own,
        new_key=new,
        new_pass_mark=new_pass_mark,
    )
    return after and (after.score, after.max_score, after.pass_mark, after.passed)


def test_who_chose_what_is_right_now_gains_by_each_policy_but_keep():
    outcomes = {policy.value: marked(policy, right=(1, 2, 4, 5), third="c") for policy in Policy}
    assert outcomes == {
        "keep": None,
        "accept-both": (5, 8, 60, True),
        "never-lower": (5, 8, 60, True),
        "drop": (4, 7, 60, False),
        "even-if-lower": (5, 8, 60, True),
        "as-first-marked": None,
    }


def test_who_chose_what_was_thought_right_loses_by_even_if_lower_alone():
    outcomes = {policy.value: marked(policy, right=(1, 2, 4, 5), third="b") for policy in Policy}
    assert outcomes == {
        "keep": None,
        "accept-both": None,
        "never-lower": None,
        "drop": None,
        "even-if-lower": (4, 8, 60, False),
        "as-first-marked": None,
    }


def test_accept_both_pays_what_the_question_was_worth():
    new = {"questions": {**OWN["questions"], "q3": {**CHOICE, "correct": ["c"], "points": 5}}}
    assert marked(Policy.ACCEPT_BOTH, right=(1, 2), third="c", new=new) == (3, 8, 60, False)
    assert marked(Policy.NEVER_LOWER, right=(1, 2), third="c", new=new) == (7, 12, 60, False)


def test_a_question_that_is_gone_is_marked_as_it_was_dropped_or_not_counted():
    new = {"questions": {key: entry for key, entry in OWN["questions"].items() if key != "q3"}}
    outcomes = {policy.value: marked(policy, right=(1, 2, 4, 5), new=new) for policy in Policy}
    assert outcomes == {
        "keep": None,
        "accept-both": None,
        "never-lower": None,
        "drop": (4, 7, 60, False),
        "even-if-lower": (4, 7, 60, False),
        "as-first-marked": None,
    }


def test_a_lower_pass_mark_lets_people_pass_and_a_higher_one_takes_no_pass_away():
    assert marked(Policy.NEVER_LOWER, right=(1, 2, 4, 5), new=OWN, new_pass_mark=50) == (4, 8, 50, True)
    assert marked(Policy.NEVER_LOWER, right=(1, 2, 3, 4, 5), new=OWN, new_pass_mark=90) is None
    assert marked(Policy.EVEN_IF_LOWER, right=(1, 2, 3, 4, 5), new=OWN, new_pass_mark=90) == (5, 8, 90, False)


def test_where_nothing_is_left_to_count_nothing_happens():
    for policy in Policy:
        assert marked(policy, right=(1,), new={"questions": {}}) is None


def test_one_point_in_three_hundred_is_a_lower_share_though_both_display_as_99():
    before = Marking(score=299, max_score=300, pass_mark=60, passed=True, points={})
    after = replace(before, score=298, max_score=299)
    assert share_falls(before, after)
    assert not share_rises(before, after)


def test_a_pass_given_by_hand_is_not_taken_by_the_sums():
    by_hand = Marking(score=4, max_score=8, pass_mark=60, passed=True, points={})
    assert marked(Policy.ACCEPT_BOTH, right=(1, 2, 4, 5), third="x", before=by_hand) is None


def test_a_question_that_is_of_another_kind_now_is_marked_by_its_own_key_and_dropped_by_drop():
    new = {"questions": {**OWN["questions"], "q3": {"kind": "open_answer", "correct": [], "points": 4}}}
    outcomes = {policy.value: marked(policy, right=(1, 2, 4, 5), third="b", new=new) for policy in Policy}
    assert outcomes == dict.fromkeys((policy.value for policy in Policy), None), "five of eight stay"
    assert marked(Policy.DROP, right=(1, 2, 4, 5), third="x", new=new) == (4, 7, 60, False)


def test_questions_that_changed_are_those_marked_otherwise_or_gone():
    assert changed_questions(OWN, NEW, FORM) == {"q3"}
    assert changed_questions(OWN, {"questions": {}}, FORM) == {f"q{number}" for number in range(1, 9)}
    assert changed_questions(OWN, OWN, FORM) == frozenset()


def test_another_maximum_is_another_result_and_another_pass_mark_alone_is_not():
    before = Marking(score=4, max_score=8, pass_mark=60, passed=False, points={"q1": 1})
    assert changes_result(before, replace(before, max_score=7))
    assert not changes_result(before, replace(before, pass_mark=55, points={"q2": 1}))


@pytest.mark.parametrize(
    ("policy", "anywhere", "with_certificate"),
    [
        ("keep", False, False),
        ("accept-both", False, True),
        ("never-lower", False, True),
        ("drop", False, True),
        ("even-if-lower", True, True),
        ("as-first-marked", True, True),
    ],
)
def test_a_second_person_and_a_reason_where_marks_may_fall_or_a_certificate_rests_on_them(
    policy, anywhere, with_certificate
):
    for needed in (needs_second_person, needs_reason):
        assert needed(Policy(policy), carries_certificate=False) == anywhere
        assert needed(Policy(policy), carries_certificate=True) == with_certificate


def test_only_the_way_back_needs_no_answers():
    assert [policy for policy in Policy if not needs_answers(policy)] == [Policy.KEEP, Policy.AS_FIRST_MARKED]


def test_the_examples_in_the_text_hold():
    assert doctest.testmod(regrading).failed == 0
