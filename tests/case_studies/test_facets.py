"""Narrowing a list: counts say what a click would show, and nothing found leads to what comes nearest."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from case_studies.rules.facets import matching, nearest, option_counts


@dataclass(frozen=True)
class Story:
    name: str
    facets: dict[str, frozenset[str]] = field(hash=False)


def story(name: str, **values: str) -> Story:
    return Story(name, {facet: frozenset(text.split()) for facet, text in values.items()})


COAT = story("coat", country="RO", cost="500-2000", audience="worker supporter")
PARTS = story("parts", country="DE", cost="2000-10000", audience="worker")
FORM = story("form", country="IT", cost="500-2000", audience="cluster-manager")
STORIES = [COAT, PARTS, FORM]

facet_values = st.dictionaries(
    st.sampled_from(["country", "cost"]), st.frozensets(st.sampled_from("abc"), min_size=1), max_size=2
)
stories = st.lists(st.builds(Story, st.just("one"), facet_values), max_size=8)


def chosen(**values: str) -> dict[str, frozenset[str]]:
    return {facet: frozenset(text.split()) for facet, text in values.items()}


def test_matching_keeps_the_order_and_everything_when_nothing_is_chosen():
    assert matching(STORIES, chosen(country="")) == STORIES


def test_matching_widens_within_a_facet_and_narrows_across_facets():
    assert matching(STORIES, chosen(country="RO DE")) == [COAT, PARTS]
    assert matching(STORIES, chosen(country="RO DE", cost="500-2000")) == [COAT]


def test_a_story_for_two_audiences_is_found_by_each():
    assert matching(STORIES, chosen(audience="supporter")) == [COAT]
    assert matching(STORIES, chosen(audience="worker")) == [COAT, PARTS]


def test_option_counts_ignore_the_choice_in_their_own_facet_only():
    assert option_counts(STORIES, chosen(cost="500-2000", country="DE"), "country") == {"RO": 1, "IT": 1}


def test_nearest_prefers_what_fits_more_facets_and_leaves_out_what_fits_none():
    assert nearest(STORIES, chosen(country="DE", cost="500-2000", audience="supporter"), 5) == [COAT, PARTS, FORM]
    assert nearest(STORIES, chosen(country="SE", audience="enabler"), 5) == []


@given(stories=stories, choice=facet_values, facet=st.sampled_from(["country", "cost"]))
def test_a_count_is_what_choosing_that_option_alone_shows(stories, choice, facet):
    counts = option_counts(stories, choice, facet)

    for value in "abc":
        assert counts[value] == len(matching(stories, {**choice, facet: frozenset({value})}))
