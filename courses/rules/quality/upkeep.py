"""Where a text comes from, and when somebody reads it again."""

import datetime

from courses.rules.drafted import text_of
from courses.rules.quality.form import DraftText, Found, Rule, gettext_noop
from courses.rules.reading import lines_of

READ_AGAIN_AFTER = datetime.timedelta(days=365)
"""What the day of a new page is set to, until somebody chooses another."""


def _without_source(text: DraftText) -> Found:
    name = text.shape.source
    if name and name in text.columns and not lines_of(text_of(text.columns, name)):
        yield (name,), gettext_noop("Nobody can see where this text comes from."), {}


def _without_review(text: DraftText) -> Found:
    name = text.shape.review_by
    if not name or name not in text.columns:
        return
    due = _date(text.columns[name])
    if due is None:
        yield (name,), gettext_noop("There is no day by which somebody reads this text again."), {}
    elif due < text.today:
        yield (name,), gettext_noop("The day by which somebody was to read this text again has passed."), {}


def _date(value: object) -> datetime.date | None:
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value or ""))
    except ValueError:
        return None


SOURCES = Rule(
    key="sources",
    name=gettext_noop("Sources are named"),
    asks=gettext_noop("The page says where what it tells comes from."),
    mend=gettext_noop("Name the sources. Written by yourselves, from your own work? Say that."),
    check=_without_source,
)
REVIEW_DATE = Rule(
    key="review-date",
    name=gettext_noop("There is a day to read it again"),
    asks=gettext_noop("The page names a day to come by which somebody reads it again."),
    mend=gettext_noop(
        "Choose a day, a year from now at most for what changes quickly. Is it over? Read the text first."
    ),
    check=_without_review,
)
