"""Columns and rows of a table have names, which a screen reader says with each cell (WCAG 2.2, 1.3.1)."""

from courses.rules.drafted import entries_of, items_of, plain
from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop


def _check(text: DraftText) -> Found:
    for block in text.blocks:
        if block.kind != "table":
            continue
        for number, (_, column) in enumerate(items_of(block.value, "columns")):
            if not plain(column):
                words = gettext_noop("Column %(number)s of the table has no name.")
                yield (*block.place, "columns", number), words, {"number": number + 1}
        for number, (_, row) in enumerate(items_of(block.value, "rows")):
            cells = [plain(cell) for _, cell in entries_of(row)]
            if cells and not cells[0] and any(cells):
                words = gettext_noop("Row %(number)s of the table has no name: its first cell is empty.")
                yield (*block.place, "rows", number), words, {"number": number + 1}


TABLE_HEADERS = Rule(
    key="table-headers",
    name=gettext_noop("Columns and rows of tables have names"),
    asks=gettext_noop("Each column has a heading, and the first cell of each row names the row (WCAG 2.2, 1.3.1)."),
    mend=gettext_noop("Write what the column or the row is about."),
    check=_check,
)
