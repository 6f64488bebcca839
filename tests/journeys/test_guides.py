"""What the guides for editors show is what a run of their tests shows, and no picture is left over or too heavy."""

import pytest

from tests.journeys import guides
from tests.journeys.guides import Guide, guides_with_pictures, kept_pictures

LARGEST_PICTURE = 120_000
ALL_PICTURES = 1_500_000
FOLLOWED = {"case-study", "first-course", "question-import"}
SHOWN = {"translation"}


def test_the_guides_have_the_pictures_that_they_name_and_a_run_makes_each() -> None:
    named = guides_with_pictures()
    assert set(named) == FOLLOWED | SHOWN, "a guide with pictures is followed by a test, which takes them"
    kept = kept_pictures()
    assert sorted(kept) == sorted(name for pictures in named.values() for name in pictures)
    sizes = {name: path.stat().st_size for name, path in kept.items()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PICTURE} == {}
    assert sum(sizes.values()) <= ALL_PICTURES


@pytest.mark.parametrize("name", sorted(FOLLOWED))
def test_steps_of_a_guide_are_counted_through(name: str) -> None:
    numbers = list(Guide(name).steps)
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_step_is_not_done_while_a_name_in_it_is_nowhere_on_the_page() -> None:
    said = {guides.plain("Save draft"), guides.plain("Titles of new steps in “Knots”"), guides.plain("Text *")}
    assert guides.is_said(guides.plain("Titles of new steps"), said)
    assert guides.is_said(guides.plain("Text"), said)
    assert not guides.is_said(guides.plain("Save"), said), "a part of a button's words is not its name"
