"""Did it help? Answers without a name, shown from five on."""

from collections.abc import Sequence

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from progress.models import Enrolment, HelpAnswer, HelpAsk
from progress.operations.helping import NothingSaid, TooEarly, decline, give_answer
from progress.queries.helping import answers_given, figures_of
from progress.rules.helping import SCALE, SHOWN_FROM, Unfit, tell
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_organisation, signed_in
from tests.progress.builders import NOON, do_lessons, enrol, outline_of

pytestmark = pytest.mark.django_db
END = {"useful": "5", "clear": "4"}


def completed() -> Enrolment:
    enrolment = enrol(make_course(slug="helped", quiz_count=0))
    do_lessons(enrolment)
    return enrolment


def outcome_keys(enrolment: Enrolment) -> list[str]:
    return [key for key, _text in outline_of(enrolment.course).outcomes]


@pytest.mark.both_databases
def test_a_second_answer_of_the_same_wave_changes_nothing() -> None:
    enrolment = completed()

    assert give_answer(enrolment=enrolment, wave="end", answers=END, ratings={}, at=NOON)
    assert not give_answer(enrolment=enrolment, wave="end", answers={"useful": "1"}, ratings={}, at=NOON)

    assert [row.answers for row in HelpAnswer.objects.all()] == [END]


def test_an_answer_names_nobody() -> None:
    enrolment = completed()
    give_answer(enrolment=enrolment, wave="end", answers=END, ratings={}, at=NOON)

    row = HelpAnswer.objects.values().get()

    assert str(row["month"]) == "2026-11-01"
    held = {str(value) for value in row.values()}
    assert not held & {str(enrolment.public_id), str(enrolment.learner.public_id)}
    names = {field.name for field in HelpAnswer._meta.get_fields()}
    assert names.isdisjoint({"enrolment", "learner", "person", "user", "ask"})


def test_what_was_not_offered_is_refused_and_nothing_is_kept() -> None:
    enrolment = completed()

    for answers, ratings in (({"useful": "6"}, {}), ({"used": "yes"}, {}), ({}, {"no-outcome": "1"})):
        with pytest.raises(Unfit):
            give_answer(enrolment=enrolment, wave="end", answers=answers, ratings=ratings, at=NOON)
    with pytest.raises(NothingSaid):
        give_answer(enrolment=enrolment, wave="end", answers={}, ratings={}, at=NOON)

    assert not HelpAnswer.objects.exists()


def test_the_end_is_asked_of_those_who_are_there() -> None:
    enrolment = enrol(make_course())

    with pytest.raises(TooEarly):
        give_answer(enrolment=enrolment, wave="end", answers=END, ratings={}, at=NOON)


def test_who_would_rather_not_may_answer_later_all_the_same() -> None:
    enrolment = completed()
    decline(enrolment=enrolment, wave="end", at=NOON)
    decline(enrolment=enrolment, wave="end", at=NOON)

    give_answer(enrolment=enrolment, wave="end", answers=END, ratings={}, at=NOON)

    asked = HelpAsk.objects.get()
    assert (asked.is_answered, asked.is_declined) == (True, False)


def test_the_page_keeps_an_answer_once_and_says_so() -> None:
    enrolment = completed()
    browser = signed_in(enrolment.learner)
    address = f"/en/enrolments/{enrolment.public_id}/did-it-help/end/"
    assert "Is what you learned useful" in browser.get(address).content.decode()

    for _click in range(2):
        assert browser.post(address, END).status_code == 303

    assert HelpAnswer.objects.count() == 1
    assert "Your answer is kept" in browser.get(address).content.decode()


def test_an_empty_form_is_told_of_and_a_strange_value_is_refused_at_its_field() -> None:
    enrolment = completed()
    browser = signed_in(enrolment.learner)
    address = f"/en/enrolments/{enrolment.public_id}/did-it-help/end/"

    assert "Answer one question at least" in browser.post(address, {}).content.decode()
    assert "There is a problem" in browser.post(address, {"useful": "9"}).content.decode()
    assert not HelpAnswer.objects.exists()


def test_others_and_absent_waves_get_nothing() -> None:
    enrolment = completed()
    address = f"/en/enrolments/{enrolment.public_id}/did-it-help/"

    assert signed_in(make_learner()).get(f"{address}end/").status_code == 404
    assert signed_in(enrolment.learner).get(f"{address}never/").status_code == 404
    assert Client().get(f"{address}end/").status_code == 302


def test_an_answer_counts_for_the_organisation_the_enrolment_was_for() -> None:
    hub = make_organisation()
    enrolment = completed()
    join(enrolment.learner, hub)
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=hub)
    enrolment.refresh_from_db()
    keys = outcome_keys(enrolment)

    give_answer(enrolment=enrolment, wave="end", answers=END, ratings=dict.fromkeys(keys, "3"), at=NOON)

    (row,) = answers_given(HelpAnswer.objects.filter(organisation=hub))
    assert set(row["ratings"]) == set(keys)
    figures = figures_of([row] * SHOWN_FROM, outcomes=keys)
    assert figures.questions["useful"].mean == 5.0
    assert not figures_of([row] * (SHOWN_FROM - 1), outcomes=keys).has_some


@given(st.lists(st.sampled_from(SCALE), max_size=12))
def test_fewer_than_five_answers_say_nothing_not_even_how_many(given_values: Sequence[str]) -> None:
    told = tell(given_values, SCALE)

    if len(given_values) < SHOWN_FROM:
        assert (told.total, told.counts, told.mean) == (None, (), None)
    else:
        assert sum(count for _value, count in told.counts) == told.total == len(given_values)
