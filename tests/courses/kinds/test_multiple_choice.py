"""Several right answers, with all the points or a part of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.kinds import Answer, kind_of
from tests.courses.kinds.asking import frozen

_QUESTION, KEY = frozen("multiple_choice", points=2)
_SAME, PARTIAL = frozen("multiple_choice", points=2, partial=True)
RULES = kind_of("multiple_choice")
chosen = st.frozensets(st.sampled_from(["long", "odd", "name", "foreign", "other"]))


def points(key, *options):
    return RULES.points(key, Answer(frozenset(options)))


@given(chosen)
def test_without_partial_points_it_is_all_or_nothing(options):
    assert points(KEY, *options) == (2 if options == {"long", "odd"} else 0)


@pytest.mark.parametrize(
    ("options", "earned"),
    [
        (["long", "odd"], 2),
        (["long"], 1),
        (["odd", "name"], 0),
        (["long", "odd", "name"], 1),
        (["name"], 0),
        ([], 0),
    ],
)
def test_with_partial_points_each_right_one_gives_and_each_wrong_one_takes(options, earned):
    assert points(PARTIAL, *options) == earned


@given(options=chosen, worth=st.integers(1, 100))
def test_partial_points_are_whole_rounded_down_and_full_only_for_what_is_wholly_right(options, worth):
    key = {**PARTIAL, "points": worth}
    right, wrong = len(options & {"long", "odd"}), len(options - {"long", "odd"})
    assert points(key, *options) == max(0, right - wrong) * worth // 2
    assert (points(key, *options) == worth) == (options == {"long", "odd"})


@given(options=chosen, more=st.sampled_from(["name", "foreign", "other"]))
def test_one_more_wrong_answer_never_earns(options, more):
    assert points(PARTIAL, *options, more) <= points(PARTIAL, *options)


def test_choosing_everything_is_no_way_to_points():
    many = {"kind": "multiple_choice", "correct": ["a"], "points": 10, "partial": True}
    assert points(many, "a", "b", "c") == 0


def test_a_key_without_a_right_answer_marks_nothing():
    with pytest.raises(ValueError, match="without a correct option"):
        points({**KEY, "correct": []}, "long")
