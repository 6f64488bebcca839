"""What an editor is told about the state of a page and of its translations."""

from datetime import datetime
from enum import StrEnum


class PageState(StrEnum):
    """Whether learners see a page. In review or with a time of its own it may be in each of these."""

    LIVE = "live"
    CHANGED = "changed"
    DRAFT = "draft"


class TextState(StrEnum):
    """Whether a page is there in another language."""

    HERE = "here"
    OLDER = "older"
    MISSING = "missing"


def state_of(*, is_live: bool, has_changes: bool) -> PageState:
    """Return the state of a page: published, published with changes that are not, or not published."""
    if not is_live:
        return PageState.DRAFT
    return PageState.CHANGED if has_changes else PageState.LIVE


def text_state(*, changed_at: datetime | None, published_at: datetime | None) -> TextState:
    """Return the state of a translation that was changed last at a time, of a page that was published last at another.

    It is older when the page was published after it: nobody looked at it since.
    """
    if published_at is not None and (changed_at is None or changed_at < published_at):
        return TextState.OLDER
    return TextState.HERE
