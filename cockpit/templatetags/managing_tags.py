"""What every page of managers shows round its own content: where to go, which place it is about, how many people."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cockpit.queries.people import people_in_sight
from cockpit.queries.scope import Sight
from cockpit.views.managing import PLACE

register = template.Library()


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of the cockpit: `names` are its addresses, the first that exists leads there. `below`: all that is its own."""

    label: str | Promise
    names: tuple[str, ...]
    below: tuple[str, ...]


ENTRIES = (
    Entry(_("People"), ("people",), ("", "people", "progress", "to-do")),
    Entry(_("Cohorts"), ("cohorts",), ("cohorts",)),
    Entry(
        _("Bring people in"),
        ("bring_in", "join_links", "invitations", "import"),
        ("bring-in", "join-links", "invitations", "cards", "join-requests", "import"),
    ),
    Entry(_("Reports"), ("reports",), ("reports", "tokens")),
    Entry(_("Did it help"), ("impact",), ("impact",)),
    Entry(_("Messages"), ("messages",), ("messages", "reminders")),
    Entry(_("Settings"), ("organisations", "organisation"), ("organisations",)),
)


@dataclass(frozen=True, slots=True)
class NavigationLink:
    label: str | Promise
    url: str
    is_current: bool


@register.simple_tag(takes_context=True)
def managers_navigation(context: dict[str, Any]) -> list[NavigationLink]:
    """Return the parts of the cockpit that there are, each with the place that is chosen. No query."""
    request = context["request"]
    sight: Sight = request.sight
    section = request.path.split("/cockpit/", 1)[-1].split("/", 1)[0]
    return [
        NavigationLink(entry.label, address + _query_of(sight), section in entry.below)
        for entry in ENTRIES
        if (address := _first_address(entry, sight))
    ]


def _first_address(entry: Entry, sight: Sight) -> str:
    return next((address for name in entry.names for address in _addresses(name, sight)), "")


def _addresses(name: str, sight: Sight) -> Iterator[str]:
    """Yield the address of a name: without words, else of an organisation that the viewer manages, the chosen one first."""
    own = sorted((place for place in sight.places if place.is_own), key=lambda place: place != sight.chosen)
    for args in ([], *([place.public_id] for place in own)):
        try:
            yield reverse(f"cockpit:{name}", args=args)
        except NoReverseMatch:
            continue


@register.simple_tag(takes_context=True)
def at_place(context: dict[str, Any], name: str, *args: object) -> str:
    """Return the address of a page of managers, narrowed to the place that is chosen; "" where there is no such page.

    {% at_place "cockpit:person" row.learner.public_id %}
    """
    try:
        return reverse(name, args=args) + _query_of(context["request"].sight)
    except NoReverseMatch:
        return ""


def _query_of(sight: Sight) -> str:
    return f"?{PLACE}={sight.chosen.public_id}" if sight.chosen else ""


@register.simple_tag(takes_context=True)
def place_field(context: dict[str, Any]) -> str:
    """Return the public id of the chosen place, for a hidden field `of` of a GET form; "" for all places."""
    chosen = context["request"].sight.chosen
    return str(chosen.public_id) if chosen else ""


@register.simple_tag(takes_context=True)
def people_seen(context: dict[str, Any]) -> int:
    """Return how many people the viewer sees here. Cost: 1 query a page, however often it is asked."""
    request = context["request"]
    if not hasattr(request, "people_seen"):
        request.people_seen = people_in_sight(request.sight)
    count: int = request.people_seen
    return count
