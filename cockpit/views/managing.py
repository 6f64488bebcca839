"""What every page of managers is wrapped in: a sight, a rule of the table, and the guard of the entry point."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from accounts.rules.sight import Sees
from cockpit.queries.scope import NothingToSee, Sight, sight_of
from foundation import scope
from foundation.access import Access, access
from progress.views.people import LearnerRequest, signed_in

PLACE = "of"
"""Query parameter that names the organisation or cluster a page is narrowed to, by public id."""


class ManagerRequest(LearnerRequest):
    """A request of somebody who manages an organisation or a cluster."""

    sight: Sight


def manages(what: Sees) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Make a view one of managers: `request.sight` is what they may see, and no other read of people goes through.

    Visitors are asked to sign in; who manages nothing, or not the place that `?of=` names, gets the page of an absent
    address. `what` is the line of `accounts.rules.sight.TABLE` that the page rests on.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @access(Access.MANAGERS)
        @signed_in
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                chosen = UUID(text) if (text := request.GET.get(PLACE)) else None
                request.sight = sight_of(request.user, at=timezone.now(), chosen=chosen)  # type: ignore[attr-defined, arg-type]
            except (NothingToSee, ValueError):
                raise Http404 from None
            with scope.guarded():
                answer = view(request, *args, **kwargs)
                if isinstance(answer, SimpleTemplateResponse):
                    answer.render()
            if isinstance(answer, StreamingHttpResponse):
                answer.streaming_content = _guarded(answer.streaming_content)
            return answer

        inner.sees = what  # type: ignore[attr-defined]  # as `access` does
        return inner

    return decorate


def _guarded(parts: Any) -> Iterator[bytes]:
    with scope.guarded():
        yield from parts
