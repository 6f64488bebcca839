import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.due import is_achieved, kinds_due

BOTH = {"participation", "achievement"}
KINDS = st.sets(st.sampled_from(sorted(BOTH)))
ITEMS = st.sets(st.sampled_from(["final", "capstone", "first quiz"]))


@pytest.mark.parametrize(
    ("offered", "passed", "issued", "due"),
    [
        ({"participation"}, {"final", "capstone"}, set(), ("participation",)),
        ({"achievement"}, {"final"}, set(), ()),
        ({"achievement"}, {"final", "capstone"}, set(), ("achievement",)),
        (BOTH, {"final"}, set(), ("participation",)),
        (BOTH, {"final", "capstone"}, set(), ("achievement",)),
        (BOTH, {"final", "capstone"}, {"participation"}, ("achievement",)),
        (BOTH, {"final", "capstone"}, {"achievement"}, ()),
        (BOTH, {"final"}, {"participation"}, ()),
        (set(), {"final", "capstone"}, set(), ()),
    ],
)
def test_what_is_due(offered, passed, issued, due):
    assert kinds_due(offered=offered, needed={"final", "capstone"}, passed=passed, issued=issued) == due


def test_where_nothing_is_needed_nothing_was_achieved():
    assert not is_achieved(needed=set(), passed={"final"})
    assert kinds_due(offered={"achievement"}, needed=set(), passed={"final"}, issued=set()) == ()


@given(offered=KINDS, needed=ITEMS, passed=ITEMS, issued=KINDS)
def test_at_most_one_is_due_it_is_offered_and_it_was_not_issued(offered, needed, passed, issued):
    due = kinds_due(offered=offered, needed=needed, passed=passed, issued=issued)

    assert len(due) <= 1
    assert set(due) <= offered - issued


@given(offered=KINDS, needed=ITEMS, passed=ITEMS, issued=KINDS)
def test_once_it_is_issued_nothing_more_is_due_until_something_more_is_passed(offered, needed, passed, issued):
    due = kinds_due(offered=offered, needed=needed, passed=passed, issued=issued)

    assert kinds_due(offered=offered, needed=needed, passed=passed, issued=issued | set(due)) == ()
