"""No interleaving of asking, agreeing, taking back and sweeping lets one person alone change a certificate."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.rules.second_people import Standing
from certificates.models import CertificateRequest, Reason
from certificates.rules.requests import (
    DELAY,
    REASONS,
    Asked,
    Change,
    Objection,
    RequestState,
    Step,
    due_at_for,
    is_too_new,
    may_ask,
    may_decide,
    may_take_back,
    objection_to,
    step_of_sweep,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOLDER = 1
PEOPLE = (HOLDER, 2, 3, 4)
WAITING = Asked(RequestState.WAITING, asker=2, holder=HOLDER)


def known(person: int, *, since: datetime = NOON - timedelta(days=400)) -> Standing:
    """Return how somebody stands who is nobody new."""
    return Standing(person=person, joined_at=since, right_since=since)


def may_decide_at_noon(asked: Asked, person: int, *, has_right: bool = True) -> bool:
    return may_decide(asked, standing=known(person), has_right=has_right, at=NOON)


@pytest.mark.parametrize(
    ("change", "is_withdrawn", "is_replaced", "objection"),
    [
        (Change.REISSUE, False, False, None),
        (Change.REISSUE, True, False, Objection.WITHDRAWN),
        (Change.REISSUE, False, True, Objection.REPLACED),
        (Change.REVOKE, False, False, None),
        (Change.REVOKE, True, False, Objection.WITHDRAWN),
        (Change.REVOKE, False, True, None),
        (Change.RESTORE, True, False, None),
        (Change.RESTORE, True, True, None),
        (Change.RESTORE, False, False, Objection.NOT_WITHDRAWN),
    ],
)
def test_only_what_fits_the_state_can_be_asked_for(change, is_withdrawn, is_replaced, objection):
    found = objection_to(change, is_withdrawn=is_withdrawn, is_replaced=is_replaced, has_waiting=False)

    assert found == objection


@pytest.mark.parametrize("change", list(Change))
def test_nothing_can_be_asked_for_while_something_waits(change):
    assert objection_to(change, is_withdrawn=False, is_replaced=False, has_waiting=True) == Objection.WAITS


def test_the_holder_is_in_neither_role():
    assert not may_ask(person=HOLDER, holder=HOLDER, has_right=True)
    assert not may_decide_at_noon(WAITING, HOLDER)


def test_who_asked_does_not_agree_and_alone_may_take_it_back():
    assert not may_decide_at_noon(WAITING, 2)
    assert may_decide_at_noon(WAITING, 3)
    assert not may_decide_at_noon(WAITING, 3, has_right=False)
    assert (may_take_back(WAITING, person=2), may_take_back(WAITING, person=3)) == (True, False)


def test_who_is_new_decides_a_day_later_and_who_may_never_is_not_called_new():
    new = known(3, since=NOON)

    assert not may_decide(WAITING, standing=new, has_right=True, at=NOON)
    assert is_too_new(WAITING, standing=new, has_right=True, at=NOON)
    assert may_decide(WAITING, standing=new, has_right=True, at=NOON + timedelta(hours=24))
    assert not is_too_new(WAITING, standing=new, has_right=True, at=NOON + timedelta(hours=24))
    for person in (2, HOLDER):
        assert not is_too_new(WAITING, standing=known(person, since=NOON), has_right=True, at=NOON)
    assert not is_too_new(WAITING, standing=new, has_right=False, at=NOON)


def test_a_request_of_a_team_of_one_is_done_24_hours_later_and_not_a_second_before():
    due = due_at_for(asked_at=NOON, others=False)
    asked = replace(WAITING, due_at=due)

    assert due == NOON + timedelta(hours=24)
    assert step_of_sweep(asked, at=due - timedelta(seconds=1), others=False, asker_has_right=True) is Step.WAIT
    assert step_of_sweep(asked, at=due, others=False, asker_has_right=True) is Step.DO


def test_where_somebody_else_came_meanwhile_it_is_theirs_to_decide():
    asked = replace(WAITING, due_at=NOON)

    assert step_of_sweep(asked, at=NOON, others=True, asker_has_right=True) is Step.HAND_OVER
    assert due_at_for(asked_at=NOON, others=True) is None


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.WAITING])
def test_what_is_closed_stays_closed(state):
    closed = Asked(state, asker=2, holder=HOLDER, due_at=NOON)

    assert not may_decide_at_noon(closed, 3)
    assert not may_take_back(closed, person=2)
    assert step_of_sweep(closed, at=NOON + DELAY, others=False, asker_has_right=True) is Step.WAIT


def test_who_lost_the_right_changes_nothing_by_waiting():
    asked = replace(WAITING, due_at=NOON)

    assert step_of_sweep(asked, at=NOON, others=False, asker_has_right=False) is Step.WAIT
    assert step_of_sweep(replace(asked, asker=None), at=NOON, others=False, asker_has_right=True) is Step.WAIT


def test_the_rule_and_the_rows_name_the_same_things():
    assert {str(change) for change in Change} == set(CertificateRequest.Kind.values)
    assert {str(state) for state in RequestState} == set(CertificateRequest.State.values)
    assert {reason for reasons in REASONS.values() for reason in reasons} == set(Reason.values)


@dataclass(frozen=True)
class Done:
    """A change that happened, and what was so at that moment."""

    change: Change
    asker: int
    second: int | None
    waited: timedelta
    others: frozenset[int]


class OneCertificate(RuleBasedStateMachine):
    """A certificate, four people whose rights come and go, a clock, and all that can be pressed in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.rights = {HOLDER, 2}
        self.is_withdrawn = self.is_replaced = False
        self.waiting: tuple[Asked, Change, datetime] | None = None
        self.closed: list[Asked] = []
        self.done: list[Done] = []

    def others(self, asker: int | None) -> frozenset[int]:
        return frozenset(self.rights - {asker, HOLDER})

    def close(self, state: RequestState) -> None:
        assert self.waiting is not None
        self.closed.append(replace(self.waiting[0], state=state))
        self.waiting = None

    def carry_out(self, second: int | None) -> None:
        assert self.waiting is not None
        asked, change, asked_at = self.waiting
        objection = objection_to(
            change, is_withdrawn=self.is_withdrawn, is_replaced=self.is_replaced, has_waiting=False
        )
        assert objection is None, "nothing but requests changes a certificate, and one waits at a time"
        self.done.append(Done(change, asked.asker, second, self.now - asked_at, self.others(asked.asker)))
        self.is_withdrawn = {Change.REVOKE: True, Change.RESTORE: False}.get(change, self.is_withdrawn)
        self.is_replaced = self.is_replaced or change is Change.REISSUE
        self.close(RequestState.DONE)

    @rule(person=st.sampled_from(PEOPLE), change=st.sampled_from(Change))
    def ask(self, person: int, change: Change) -> None:
        objection = objection_to(
            change,
            is_withdrawn=self.is_withdrawn,
            is_replaced=self.is_replaced,
            has_waiting=self.waiting is not None,
        )
        if objection is None and may_ask(person=person, holder=HOLDER, has_right=person in self.rights):
            due = due_at_for(asked_at=self.now, others=bool(self.others(person)))
            self.waiting = (Asked(RequestState.WAITING, person, HOLDER, due), change, self.now)

    @rule(person=st.sampled_from(PEOPLE), agrees=st.booleans())
    def decide(self, person: int, agrees: bool) -> None:
        if self.waiting and may_decide(
            self.waiting[0], standing=known(person), has_right=person in self.rights, at=self.now
        ):
            if agrees:
                self.carry_out(person)
            else:
                self.close(RequestState.REFUSED)

    @rule(person=st.sampled_from(PEOPLE))
    def take_back(self, person: int) -> None:
        if self.waiting and may_take_back(self.waiting[0], person=person):
            self.close(RequestState.TAKEN_BACK)

    @rule(hours=st.integers(0, 30))
    def sweep(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if self.waiting is None:
            return
        asked, change, asked_at = self.waiting
        others = self.others(asked.asker)
        step = step_of_sweep(asked, at=self.now, others=bool(others), asker_has_right=asked.asker in self.rights)
        if step is Step.DO:
            self.carry_out(None)
        elif step is Step.HAND_OVER:
            self.waiting = (replace(asked, due_at=None), change, asked_at)

    @rule(person=st.sampled_from(PEOPLE))
    def give_or_take_the_right(self, person: int) -> None:
        self.rights ^= {person}

    @rule()
    def erase_who_asked(self) -> None:
        if self.waiting:
            asked, change, asked_at = self.waiting
            self.waiting = (replace(asked, asker=None), change, asked_at)

    @invariant()
    def nobody_changes_a_certificate_alone_while_somebody_else_could_decide(self) -> None:
        for done in self.done:
            assert HOLDER not in {done.asker, done.second}
            if done.second is None:
                assert done.waited >= DELAY
                assert not done.others
            else:
                assert done.second != done.asker

    @invariant()
    def what_is_closed_stays_closed(self) -> None:
        assert all(asked.state is not RequestState.WAITING for asked in self.closed)
        assert len(self.done) == sum(asked.state is RequestState.DONE for asked in self.closed)


TestOneCertificate = OneCertificate.TestCase
TestOneCertificate.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
