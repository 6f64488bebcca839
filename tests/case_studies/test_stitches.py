"""A figure becomes stitches that can be counted, and never more than forty of them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from case_studies.rules.stitches import MAX_STITCHES, draw, step_for

figures = st.decimals(min_value=0, max_value=100_000, places=2)


def test_one_stitch_is_one_minute_when_there_are_few():
    chart = draw(Decimal(9), Decimal(3))

    assert (chart.step, len(chart.before), len(chart.after)) == (Decimal(1), 9, 3)
    assert (chart.before[0].x, chart.before[0].width, chart.before[0].radius) == ("1", "29.9", "6")


def test_tenths_are_counted_in_tenths():
    chart = draw(Decimal("1.9"), Decimal("1.5"))

    assert (chart.step, len(chart.before), len(chart.after)) == (Decimal("0.1"), 19, 15)


def test_more_than_forty_units_share_a_stitch_and_the_rest_is_a_shorter_one():
    chart = draw(Decimal(110), Decimal(138))

    assert (chart.step, len(chart.before), len(chart.after)) == (Decimal(5), 22, 28)
    assert Decimal(chart.after[-1].width) < Decimal(chart.after[0].width)


def test_the_finest_step_that_fits_is_taken():
    assert step_for(Decimal(40), Decimal(1)) == Decimal(1)
    assert step_for(Decimal(41), Decimal(1)) == Decimal(2)
    assert step_for(Decimal(72), Decimal(40)) == Decimal(2)


def test_nothing_before_is_an_empty_row():
    assert draw(Decimal(0), Decimal(3)).before == ()


def test_what_stitches_cannot_show_is_no_chart():
    assert draw(Decimal(-1), Decimal(3)) is None
    assert draw(Decimal(0), Decimal(0)) is None


@given(before=figures, after=figures)
def test_never_more_than_forty_stitches_and_none_leaves_the_drawing(before, after):
    chart = draw(before, after)

    if chart is None:
        assert before == after == 0
    else:
        for row, figure in ((chart.before, before), (chart.after, after)):
            assert len(row) <= MAX_STITCHES
            assert bool(row) == (figure > 0)
            assert all(Decimal(stitch.x) + Decimal(stitch.width) <= Decimal(chart.width) + 2 for stitch in row)
