"""The embroidery of a certificate number: it helps the eye compare paper and screen, and proves nothing."""

import hashlib

COLUMNS = 39
ROWS = 7
_STEP = 10  # units of the drawing from one cross to the next


def weave_cells(number: str) -> frozenset[tuple[int, int]]:
    """Return the (column, row) of every cross, from SHA-256 of the number: 39 x 7, mirrored both ways.

    Each cell of the upper left quarter, middle lines included, takes two bits and is sewn unless both are 0.
    """
    bits = int.from_bytes(hashlib.sha256(number.encode()).digest(), "big")
    cells = set()
    for row in range(ROWS // 2 + 1):
        for column in range(COLUMNS // 2 + 1):
            if bits & 0b11:
                for mirrored_column in (column, COLUMNS - 1 - column):
                    for mirrored_row in (row, ROWS - 1 - row):
                        cells.add((mirrored_column, mirrored_row))
            bits >>= 2
    return frozenset(cells)


def weave_path(number: str, *, upright: bool = False) -> str:
    """Return the SVG path of the embroidery, in a box of 390 x 70 units, or of 70 x 390 when it stands upright."""
    cells = ((row, column) if upright else (column, row) for column, row in sorted(weave_cells(number)))
    return "".join(f"M{x * _STEP + 2} {y * _STEP + 2}l6 6m0-6l-6 6" for x, y in cells)
