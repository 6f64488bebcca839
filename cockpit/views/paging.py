"""Pages of a list, by a number in the address that anybody may have typed."""

from typing import Any

from django.core.paginator import Page, Paginator


def page_of(rows: Any, number: str | None, *, size: int) -> Page[Any]:
    """Return a page of rows, the nearest there is to the number that was asked for. Cost: 2 queries."""
    return Paginator(rows, size).get_page(number)
