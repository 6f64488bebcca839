"""My people: who needs help first, and everybody in a table."""

from collections.abc import Mapping
from functools import wraps
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.models import Look
from accounts.rules.sight import Sees
from cockpit.queries.people import Chosen, invited, members_without_a_course
from cockpit.queries.people_list import SORTS, people_list
from cockpit.rules.people import State, stitch_worth
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.people_looks import note
from foundation.access import Access, access
from progress.views.people import LearnerRequest, SeeOther

STATES = {
    State.STUCK: _("Stuck for 14 days"),
    State.NOT_STARTED: _("Not started"),
    State.ON_THE_WAY: _("On the way"),
    State.DONE: _("Done"),
    State.LEFT: _("Left"),
}
COLUMNS = (
    ("name", _("Name")),
    ("course", _("Course")),
    ("steps", _("Steps done")),
    ("status", _("State")),
    ("last", _("Last step")),
)
_STITCHES = {State.STUCK: "c", State.NOT_STARTED: "h", State.ON_THE_WAY: "w", State.DONE: "b", State.LEFT: "a"}
"""Class of the stitches in the chart: each state has a filling of its own."""
WORDS = (PLACE, "course", "cohort", "status", "organisation", "q", "sort", "page")
"""Words of the address that the page knows."""
_LONGEST_NAME = 100
_LONGEST_PAGE_NUMBER = 6  # digits


@manages(Sees.ENROLMENTS)
@require_safe
def _people(request: ManagerRequest) -> HttpResponseBase:
    sight, chosen = request.sight, chosen_of(request.GET)
    number = request.GET.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST_PAGE_NUMBER else 1
    found = people_list(sight, chosen, page=page, language=get_language())
    note(sight, Look.Kind.LIST, [row.enrolment.learner_id for row in found.rows])
    worth = stitch_worth(max(found.counts.values()))
    context = {
        "people": found,
        "chosen": chosen,
        "states": [(state.value, label) for state, label in STATES.items()],
        "columns": [
            (word, label, next_sort(word, chosen.sort), direction_of(word, chosen.sort)) for word, label in COLUMNS
        ],
        "bars": [
            (state.value, STATES[state], count, range(-(-count // worth)), _STITCHES[state])
            for state, count in found.counts.items()
            if count or state is not State.LEFT
        ],
        "headline": headline(found.counts),
        "worth": worth,
        "invited": invited(sight).count() if sight.own else 0,
        "without_course": members_without_a_course(sight).count() if sight.own else 0,
        "query": address_without(request.GET, WORDS, "page"),
        "sort_query": address_without(request.GET, WORDS, "page", "sort"),
        "page_language": get_language(),
    }
    return render(request, "cockpit/managers/people.html", context)


@access(Access.MANAGERS)
@wraps(_people)
def people(request: HttpRequest) -> HttpResponseBase:
    """Show the people of a manager; somebody who only assesses is led to what waits to be marked."""
    try:
        return _people(request)
    except Http404:
        if PLACE not in request.GET and cast(LearnerRequest, request).user.shows_marking_link:
            return SeeOther(reverse("cockpit:queue"))
        raise


def headline(counts: Mapping[State, int]) -> str:
    """Return in words how far everybody is, what needs help first; what nobody is stays unsaid."""
    words = {
        State.NOT_STARTED: ngettext("%(count)s not started", "%(count)s not started", counts[State.NOT_STARTED]),
        State.STUCK: ngettext("%(count)s stuck for 14 days", "%(count)s stuck for 14 days", counts[State.STUCK]),
        State.ON_THE_WAY: ngettext("%(count)s on the way", "%(count)s on the way", counts[State.ON_THE_WAY]),
        State.DONE: ngettext("%(count)s done", "%(count)s done", counts[State.DONE]),
    }
    needs_help = counts[State.NOT_STARTED] or counts[State.STUCK]
    said = [
        text % {"count": counts[state]}
        for state, text in words.items()
        if counts[state] and not (state is State.ON_THE_WAY and needs_help)
    ]
    left = ngettext("%(count)s left", "%(count)s left", counts[State.LEFT]) % {"count": counts[State.LEFT]}
    return ", ".join(said) or left


def chosen_of(sent: QueryDict) -> Chosen:
    """Return what an address narrows a list of people to. What it does not know narrows nothing."""
    status, sort = sent.get("status", ""), sent.get("sort", "")
    return Chosen(
        course=_id(sent.get("course", "")),
        cohort=_id(sent.get("cohort", "")),
        status=status if status in set(State) else "",
        organisation=_id(sent.get("organisation", "")),
        name=sent.get("q", "").replace("\0", "").strip()[:_LONGEST_NAME],
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def address_without(sent: QueryDict, words: tuple[str, ...], *without: str) -> str:
    """Return an address of the same page with other words to follow: `?course=...&`. `words` are those that it knows."""
    query = QueryDict(mutable=True)
    for name in words:
        if name not in without and (value := sent.get(name)):
            query[name] = str(value)
    return f"?{query.urlencode()}&" if query else "?"


def next_sort(word: str, sort: str) -> str:
    """Return what a heading sorts by next: its column, and pressed again the other way round."""
    return f"-{word}" if sort == word else word


def direction_of(word: str, sort: str) -> str:
    """Return what `aria-sort` says of a column, "" where it does not sort."""
    return {word: "ascending", f"-{word}": "descending"}.get(sort, "")
