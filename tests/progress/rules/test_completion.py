from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.rules.binds import NEW, Binding, newly_required, next_binds, required_keys
from courses.rules.outline import Outline
from progress.rules.completion import (
    Progress,
    Stage,
    Yardstick,
    fold_counts,
    fold_progress,
    is_complete,
    later_stage,
    shown_percentage,
    stage_of,
    yardstick_of,
)
from tests.progress.outlines import make_item, make_outline

KEYS = ["a", "b", "c", "d"]


def fold(outline: Outline, done: set[str], *, start: int = 1, completed: bool = False) -> Progress:
    return fold_progress(outline, start=start, done=done, completed=completed)


@st.composite
def histories(draw) -> list[Outline]:
    """The outlines of one course, edition by edition, as editors may leave it: items come, go, come back, bind all."""
    bindings: dict[str, Binding] = {}
    outlines = []
    for number in range(1, draw(st.integers(2, 8)) + 1):
        for key in KEYS:
            required = draw(st.booleans())
            if not required and key not in bindings:
                continue
            bindings[key] = next_binds(
                bindings.get(key, NEW),
                required=required,
                number=number,
                restore=draw(st.booleans()),
                bind_all=required and draw(st.booleans()),
            )
        items = [
            make_item(key, required=binding.required, binds=binding.binds, past=binding.past)
            for key, binding in bindings.items()
        ]
        outlines.append(make_outline(*items, edition=number))
    return outlines


@given(history=histories(), data=st.data())
@settings(max_examples=600)
def test_no_edition_lowers_a_percentage_unless_it_imposes_a_requirement(history, data):
    start = data.draw(st.integers(1, len(history)))
    done = data.draw(st.sets(st.sampled_from(KEYS)))
    for before, after in zip(history[start - 1 :], history[start:], strict=False):
        imposed = newly_required(before.items, after.items, start)
        if not imposed:
            assert fold(after, done, start=start).percentage >= fold(before, done, start=start).percentage


@given(history=histories(), data=st.data())
@settings(max_examples=400)
def test_a_percentage_is_100_exactly_when_the_course_is_complete(history, data):
    start = data.draw(st.integers(1, len(history)))
    done = data.draw(st.sets(st.sampled_from(KEYS)))
    progress = fold(history[-1], done, start=start)
    assert (progress.percentage == 100) == progress.complete


@given(history=histories(), data=st.data())
def test_doing_one_more_step_never_lowers_a_percentage(history, data):
    start = data.draw(st.integers(1, len(history)))
    done = data.draw(st.sets(st.sampled_from(KEYS)))
    more = done | {data.draw(st.sampled_from(KEYS))}
    assert fold(history[-1], more, start=start).percentage >= fold(history[-1], done, start=start).percentage


@given(history=histories(), data=st.data())
def test_a_recorded_completion_is_complete_in_every_later_edition(history, data):
    start = data.draw(st.integers(1, len(history)))
    done = data.draw(st.sets(st.sampled_from(KEYS)))
    assert fold(history[-1], done, start=start, completed=True).percentage == 100


@given(keys=st.sets(st.text(min_size=1), min_size=1), data=st.data())
def test_is_complete_never_while_one_step_is_missing(keys, data):
    missing = data.draw(st.sampled_from(sorted(keys)))
    assert not is_complete(counted=keys, done=keys - {missing})


@given(done=st.integers(0, 1000), counted=st.integers(1, 1000))
def test_the_shown_percentage_is_100_only_for_all_of_them(done, counted):
    done = min(done, counted)
    assert (shown_percentage(done_count=done, counted_count=counted) == 100) == (done == counted)


def test_399_of_400_steps_are_99_per_cent_and_not_complete():
    keys = [f"lesson-{number}" for number in range(400)]
    progress = fold(make_outline(*map(make_item, keys)), set(keys[1:]))
    assert (progress.percentage, progress.complete) == (99, False)


def test_a_course_that_requires_nothing_is_never_complete():
    outline = make_outline(make_item("a", required=False, binds=()))
    progress = fold(outline, {"a"})
    assert (progress.percentage, progress.complete, progress.may_finish) == (0, False, False)


def test_what_was_done_while_optional_then_imposed_then_removed_still_counts():
    binding = next_binds(NEW, required=False, number=1)
    binding = next_binds(binding, required=True, number=2, bind_all=True)
    binding = next_binds(binding, required=False, number=3)
    outline = make_outline(make_item("a", required=False, binds=binding.binds, past=binding.past))
    assert fold(outline, {"a"}).percentage == 100


def test_a_step_taken_out_and_brought_back_without_restoring_keeps_counting_for_who_did_it():
    binding = next_binds(NEW, required=True, number=1)
    binding = next_binds(binding, required=False, number=2)
    binding = next_binds(binding, required=True, number=3, restore=False)
    outline = make_outline(make_item("a", required=True, binds=binding.binds, past=binding.past))
    assert fold(outline, {"a"}).percentage == 100


def test_a_lesson_that_came_after_somebody_started_does_not_bind_them():
    outline = make_outline(make_item("old"), make_item("new", binds=((2, None),)), edition=2)
    assert fold(outline, {"old"}, start=1).complete
    assert not fold(outline, {"old"}, start=2).complete


def test_taking_down_the_last_missing_lesson_makes_complete_but_an_empty_course_cannot_be_finished():
    a, b = make_item("a"), make_item("b")
    without_b = replace(b, required=False, binds=((1, 1),), removed=True)
    without_a = replace(a, required=False, binds=((1, 2),), removed=True)
    assert fold(make_outline(a, without_b), {"a"}).may_finish
    emptied = fold(make_outline(without_a, without_b), {"a"})
    assert (emptied.percentage, emptied.may_finish) == (100, False)


def test_a_removed_step_is_not_required():
    assert required_keys(make_outline(make_item("a", required=False, removed=True)).items, 1) == frozenset()


def test_a_recorded_completion_shows_only_what_was_done():
    outline = make_outline(make_item("a"), make_item("imposed", binds=((0, None),)))
    progress = fold(outline, {"a"}, completed=True)
    assert (progress.done_count, progress.counted_count, progress.missing) == (1, 1, frozenset())


@given(history=histories(), completed=st.booleans(), data=st.data())
@settings(max_examples=600)
def test_two_numbers_fold_to_what_the_steps_themselves_fold_to(history, completed, data):
    start = data.draw(st.integers(1, len(history)))
    done = data.draw(st.sets(st.sampled_from([*KEYS, "a step of another course"])))
    outline = history[-1]
    yardstick = yardstick_of(outline, start=start)

    figures = fold_counts(
        yardstick,
        done_required=len(done & yardstick.required),
        done_countable=len(done & yardstick.countable),
        completed=completed,
    )

    by_steps = fold(outline, done, start=start, completed=completed)
    assert figures.percentage == by_steps.percentage
    assert figures.may_finish == (not completed and by_steps.may_finish)


def test_399_of_400_counted_steps_are_99_per_cent_and_may_not_finish():
    keys = frozenset(f"lesson-{number}" for number in range(400))
    figures = fold_counts(Yardstick(keys, keys), done_required=399, done_countable=399, completed=False)
    assert (figures.percentage, figures.may_finish) == (99, False)


def test_an_enrolment_is_on_the_way_once_something_is_done_or_tried_and_complete_once_that_is_recorded():
    assert stage_of(has_begun=False, completed=False) is Stage.ENROLLED
    assert stage_of(has_begun=True, completed=False) is Stage.IN_PROGRESS
    assert stage_of(has_begun=True, completed=True) is Stage.COMPLETED


@given(reached=st.lists(st.sampled_from(list(Stage)), min_size=1))
def test_a_stage_once_reached_is_never_left_for_an_earlier_one(reached):
    stands = Stage.ENROLLED
    for stage in reached:
        stands = later_stage(stands, stage)
    assert stands == max(reached, key=list(Stage).index)
