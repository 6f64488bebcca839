"""What goes along with a page of practice."""

from progress.rules.practice import Practice


def test_points_add_up_from_question_to_question():
    begun = Practice(version="ab", seed="s")

    assert begun.after(points=1, worth=2).after(points=0, worth=3) == Practice("ab", "s", 3, 1, 5)


def test_it_comes_back_as_it_was_sent():
    state = Practice("ab", "s", 3, 1, 5)

    assert Practice.from_json(state.as_json()) == state
