"""A figure before and after as two rows of stitches: one stitch is one unit, or a round number of them."""

from dataclasses import dataclass
from decimal import Decimal

MAX_STITCHES = 40  # more than that nobody counts, and on a phone they run together (look/README.md, `bars`)
LEAST_WIDTH = Decimal(324)  # of the drawing, in its own units: nine full stitches, so that few do not become giants
WIDEST_PITCH = Decimal(36)  # from one stitch to the next
FILL = Decimal("0.83")  # share of the pitch that is thread; the rest is the gap
HEIGHT = 14


@dataclass(frozen=True, slots=True)
class Stitch:
    """A rounded rectangle, in units of the drawing."""

    x: str
    width: str
    radius: str


@dataclass(frozen=True, slots=True)
class Stitches:
    """Two rows on one scale. `step` is what one stitch stands for; the last of a row may be a part of one."""

    step: Decimal
    width: str
    before: tuple[Stitch, ...]
    after: tuple[Stitch, ...]


def step_for(before: Decimal, after: Decimal) -> Decimal:
    """Return what one stitch stands for: the finest of 1, 2, 5, 10, 20 ... units that needs at most 40 stitches.

    Units are those of the last written decimal: 1.9 and 1.5 kWh are counted in tenths.
    """
    decimals = max(_decimal_count(before), _decimal_count(after))
    unit = Decimal(1).scaleb(-decimals)
    most = max(before, after)
    while True:
        for factor in (1, 2, 5):
            if most <= unit * factor * MAX_STITCHES:
                return unit * factor
        unit *= 10


def draw(before: Decimal, after: Decimal) -> Stitches | None:
    """Return both rows, or None for what stitches cannot show: a negative figure, or nothing at all."""
    most = max(before, after)
    if min(before, after) < 0 or most == 0:
        return None
    step = step_for(before, after)
    count = most / step
    pitch = min(WIDEST_PITCH, LEAST_WIDTH / count)
    return Stitches(
        step=step,
        width=_short(max(LEAST_WIDTH, pitch * count)),
        before=_row(before / step, pitch),
        after=_row(after / step, pitch),
    )


def _row(count: Decimal, pitch: Decimal) -> tuple[Stitch, ...]:
    """Return as many stitches as `count` says, the last one shorter for a fraction."""
    whole, rest = divmod(count, 1)
    lengths = [pitch * FILL] * int(whole) + ([pitch * FILL * rest] if rest else [])
    radius = min(Decimal(6), pitch * FILL / 2)
    return tuple(
        Stitch(x=_short(1 + pitch * place), width=_short(length), radius=_short(min(radius, length / 2)))
        for place, length in enumerate(lengths)
    )


def _decimal_count(figure: Decimal) -> int:
    exponent = figure.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _short(number: Decimal) -> str:
    """Return a number for SVG: at most one decimal, no trailing zero, never in the reader's format."""
    return f"{number:.1f}".removesuffix(".0")
