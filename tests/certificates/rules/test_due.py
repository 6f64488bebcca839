import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.due import Offered, gives_more, is_achieved, kinds_due

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


@pytest.mark.parametrize(
    ("kinds_before", "needed_before", "kinds", "needed", "more"),
    [
        (set(), set(), {"participation"}, set(), True),
        ({"participation"}, set(), BOTH, {"final"}, True),
        (BOTH, {"final"}, BOTH, {"final"}, False),
        (BOTH, {"final"}, {"participation"}, set(), False),
        (BOTH, {"final"}, BOTH, {"final", "capstone"}, False),
        (BOTH, {"final", "capstone"}, BOTH, {"final"}, True),
        (BOTH, {"final"}, BOTH, {"capstone"}, True),
        (BOTH, set(), BOTH, {"final"}, True),
        ({"participation"}, {"final"}, {"participation"}, set(), False),
    ],
)
def test_an_edition_gives_more_where_it_gives_another_kind_or_achievement_for_less(
    kinds_before, needed_before, kinds, needed, more
):
    before = Offered(frozenset(kinds_before), frozenset(needed_before))
    assert gives_more(Offered(frozenset(kinds), frozenset(needed)), before) is more


@given(before=st.builds(Offered, KINDS, ITEMS), now=st.builds(Offered, KINDS, ITEMS), passed=ITEMS, issued=KINDS)
def test_what_an_edition_makes_due_to_whom_nothing_was_due_is_more(before, now, passed, issued):
    due, due_before = (
        set(kinds_due(offered=offered.kinds, needed=offered.needed, passed=passed, issued=issued))
        for offered in (now, before)
    )
    if due and not due_before:
        assert gives_more(now, before)
