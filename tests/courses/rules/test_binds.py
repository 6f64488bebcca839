"""The rule of EDITIONS.md section 7: any course, edited in any way, and people who started at any edition."""

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.rules.binds import NEW, Binding, counted_keys, holds, newly_required, next_binds, required_keys
from courses.rules.manifest import live_part, next_manifest
from tests.courses.manifests import as_items, course_of

KEYS = ("a", "b", "c")
# What an editor may leave an item as: out of the course, optional, or required.
STATES = st.fixed_dictionaries({key: st.sampled_from(["out", "optional", "required"]) for key in KEYS})
EDITS = st.lists(st.tuples(STATES, st.booleans(), st.sets(st.sampled_from(KEYS))), min_size=1, max_size=8)


def editions_of(edits):
    """Return manifests 1, 2, 3... of a course that is edited: states, whether returning items bind, whom they bind."""
    manifests = []
    for number, (states, restore, bind_all) in enumerate(edits, start=1):
        previous = manifests[-1] if manifests else None
        manifests.append(
            next_manifest(previous, course_of(states), number=number, restore=restore, bind_all=frozenset(bind_all))
        )
    return manifests


def shown(manifest, start, done):
    """Return done and counted items: the share a learner is shown."""
    counted = counted_keys(as_items(manifest), start, done)
    return len(done & counted), len(counted)


@given(edits=EDITS, data=st.data())
@settings(max_examples=1000)
def test_an_edition_that_binds_nobody_anew_never_lowers_the_share_shown(edits, data):
    manifests = editions_of(edits)
    start = data.draw(st.integers(1, len(manifests)))
    done = set()
    for number in range(start, len(manifests) + 1):
        manifest = manifests[number - 1]
        if number > start and not newly_required(as_items(manifests[number - 2]), as_items(manifest), start):
            before_done, before_all = shown(manifests[number - 2], start, done)
            now_done, now_all = shown(manifest, start, done)
            if before_all and now_all:
                assert now_done * before_all >= before_done * now_all
            else:
                assert before_done == 0 or now_all
        present = [entry["key"] for entry in manifest["items"]]
        if present:
            done |= data.draw(st.sets(st.sampled_from(present)))


@given(edits=EDITS, data=st.data())
def test_everything_counted_is_done_exactly_when_everything_required_is(edits, data):
    manifests = editions_of(edits)
    start = data.draw(st.integers(1, len(manifests)))
    done = data.draw(st.sets(st.sampled_from(KEYS)))
    items = as_items(manifests[-1])

    required = required_keys(items, start)

    assert (required <= done) == (counted_keys(items, start, done) <= done)


@given(edits=EDITS)
def test_a_course_that_did_not_change_has_the_same_manifest(edits):
    last = editions_of(edits)[-1]

    assert next_manifest(last, live_part(last), number=len(edits) + 1) == last


@given(edits=EDITS)
def test_ranges_of_one_binding_never_share_a_start_edition(edits):
    for entry in as_items(editions_of(edits)[-1]):
        for ranges in (entry.binds, entry.past):
            for start in range(len(edits) + 1):
                assert sum(holds([single], start) for single in ranges) <= 1


@given(edits=EDITS)
def test_who_starts_now_has_to_do_every_required_item(edits):
    manifest = editions_of(edits)[-1]

    required = required_keys(as_items(manifest), len(edits))

    assert required == {entry["key"] for entry in manifest["items"] if entry["required"]}


def test_a_new_item_binds_who_starts_from_its_edition_on():
    assert next_binds(NEW, required=True, number=4) == Binding(True, ((4, None),), ())


def test_an_item_done_while_optional_and_then_required_of_all_counts_after_it_was_removed():
    optional = next_binds(NEW, required=False, number=1)
    of_all = next_binds(optional, required=True, number=2, bind_all=True)
    removed = next_binds(of_all, required=False, number=3)

    assert removed == Binding(False, ((0, 2),), ())
    assert holds(removed.binds, 1)


def test_a_lesson_taken_down_and_up_again_binds_those_it_bound():
    first = next_binds(NEW, required=True, number=1)
    down = next_binds(first, required=False, number=2)
    up = next_binds(down, required=True, number=3)

    assert up == Binding(True, ((1, 1), (3, None)), ())


def test_a_lesson_that_comes_back_without_binding_still_counts_for_who_did_it():
    first = next_binds(NEW, required=True, number=1)
    down = next_binds(first, required=False, number=2)
    up = next_binds(down, required=True, number=3, restore=False)

    assert up == Binding(True, ((3, None),), ((1, 1),))
    assert not holds(up.binds, 1)
    assert holds(up.past, 1)


def test_an_item_removed_twice_closes_its_range_once():
    first = next_binds(NEW, required=True, number=1)
    removed = next_binds(first, required=False, number=2)

    assert next_binds(removed, required=False, number=7) == removed


def test_taking_down_the_last_item_somebody_lacks_is_seen_as_nothing_required():
    """The rule says so; that nobody completes by it is up to the event of completion (`progress`)."""
    manifests = editions_of([({"a": "required"}, True, set()), ({"a": "out"}, True, set())])

    assert required_keys(as_items(manifests[-1]), 1) == frozenset()
    assert counted_keys(as_items(manifests[-1]), 1, set()) == frozenset()
