"""In which order stories stand, and how many are like the reader's own organisation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from case_studies.rules.facets import like_mine, matching
from case_studies.rules.ordering import COST_BANDS, SETUP_TIMES, SORTS, in_order


@dataclass(frozen=True)
class Story:
    cost_band: str
    setup_time: str
    staff_count: int | None
    published_at: datetime | None
    facets: dict[str, frozenset[str]] = field(default_factory=dict)


few = st.sampled_from("abc")
stories = st.lists(
    st.builds(
        Story,
        cost_band=st.sampled_from(COST_BANDS),
        setup_time=st.sampled_from(SETUP_TIMES),
        staff_count=st.none() | st.integers(1, 300),
        published_at=st.none() | st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),  # noqa: DTZ001 - the zone is added to it
        facets=st.fixed_dictionaries({name: st.frozensets(few, min_size=1) for name in ("sector", "size", "country")}),
    ),
    max_size=12,
)


@given(stories=stories, sort=st.sampled_from([*SORTS, "", "nonsense"]))
def test_putting_in_order_loses_no_story_and_is_the_same_twice(stories, sort):
    once = in_order(stories, sort)

    assert sorted(map(id, once)) == sorted(map(id, stories))
    assert in_order(once, sort) == once


@given(stories=stories)
def test_the_cheapest_stand_first(stories):
    costs = [COST_BANDS.index(story.cost_band) for story in in_order(stories, "cost")]

    assert costs == sorted(costs)


@given(stories=stories, own=st.fixed_dictionaries(dict.fromkeys(("sector", "size", "country"), few)))
def test_like_mine_shows_something_or_asks_for_nothing(stories, own):
    wanted = like_mine(stories, own)

    assert matching(stories, wanted) or not wanted
    assert list(wanted) == list(own)[: len(wanted)], "the most telling are kept"
