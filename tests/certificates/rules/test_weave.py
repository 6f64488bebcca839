from hypothesis import given

from certificates.rules.weave import COLUMNS, ROWS, weave_cells, weave_path
from tests.certificates.rules.test_numbers import NUMBER, random_parts


@given(random_parts)
def test_the_embroidery_is_the_same_from_both_sides_and_upside_down(characters):
    cells = weave_cells(characters)

    assert cells == {(COLUMNS - 1 - column, row) for column, row in cells}
    assert cells == {(column, ROWS - 1 - row) for column, row in cells}


def test_the_embroidery_of_a_number_never_changes():
    assert len(weave_cells(NUMBER)) == 207
    assert weave_path(NUMBER).startswith("M2 2l6 6m0-6l-6 6M2 12l6 6m0-6l-6 6")


def test_another_number_has_another_embroidery():
    assert weave_cells(NUMBER) != weave_cells(NUMBER.replace("4M8R", "4M8S"))


def test_it_lies_or_stands():
    assert weave_path(NUMBER).count("M") == weave_path(NUMBER, upright=True).count("M") == len(weave_cells(NUMBER))
