"""What every page of managers is wrapped in: a sight, a rule of the table, and the guard of the entry point."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from accounts.rules.sight import Sees
from cockpit.queries.scope import NothingToSee, Sight, sight_of
from foundation import scope
from foundation.access import Access, access
from progress.views.people import LearnerRequest, signed_in

PLACE = "of"
"""Query parameter that names the organisation or cluster a page is narrowed to, by public id."""

# Of an organisation that shows nobody what people do, its managers still see who is in it, and its settings.
_WITH_CLOSED = (Sees.PEOPLE, Sees.ORGANISATION)
_CLOSED = "cockpit/managers/closed.html"


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ManagerRequest(LearnerRequest):
    """A request of somebody who manages an organisation or a cluster."""

    sight: Sight


def rests_on(what: Sees) -> Callable[[View], View]:
    """Say which line of the table a page of the cockpit rests on that is no manager's: of assessors, of registrars.

    Put it outermost; the view itself does the refusing, by rules of its own.
    """

    def declare(view: View) -> View:
        view.sees = what  # type: ignore[attr-defined]  # a function takes attributes; the type system has no word for it
        return view

    return declare


def manages(what: Sees) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Make a view one of managers: `request.sight` is what they may see, and no other read of people goes through.

    Visitors are asked to sign in; who manages nothing, or not the place that `?of=` names, gets the page of an absent
    address. `what` is the line of `accounts.rules.sight.TABLE` that the page rests on. Of an organisation that shows nobody
    what people do, a page about that says so, and where it is changed.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @access(Access.MANAGERS)
        @signed_in
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                chosen = UUID(text) if (text := request.GET.get(PLACE)) else None
            except ValueError:
                raise Http404 from None
            look = partial(sight_of, request.user, at=timezone.now(), chosen=chosen)  # type: ignore[arg-type]
            shows_people = True
            try:
                request.sight = look(with_closed=what in _WITH_CLOSED)  # type: ignore[attr-defined]
            except NothingToSee:
                try:
                    request.sight = look(with_closed=True)  # type: ignore[attr-defined]
                except NothingToSee:
                    raise Http404 from None
                shows_people = False
            with scope.guarded():
                answer = view(request, *args, **kwargs) if shows_people else render(request, _CLOSED)
                if isinstance(answer, SimpleTemplateResponse):
                    answer.render()
            if isinstance(answer, StreamingHttpResponse):
                answer.streaming_content = scope.guarded_parts(answer.streaming_content)  # type: ignore[arg-type]
            return answer

        inner.sees = what  # type: ignore[attr-defined]  # as `access` does
        return inner

    return decorate
