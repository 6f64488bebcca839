"""Who may use an address. Every view says so; a test walks the URLconf and fails where one does not."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Access(StrEnum):
    """Who an address answers. The declaration is what tests hold the view to; the view itself does the refusing."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed in"
    # Signed in, and only for objects of one's own (or, where the view says so, of people one assesses): a foreign one
    # answers exactly like an absent one (404).
    OWN = "own"
    # Managers of an organisation or a cluster, within their scope (`cockpit.views.managing`); to others it is absent.
    MANAGERS = "managers"
    # Programs with a token, which is no session: without one the answer is 401.
    TOKEN = "token"  # noqa: S105 - the word for a kind of access
    EDITORS = "editors"
    OPERATORS = "operators"


def access(rule: Access) -> Callable[[View], View]:
    """Declare who may use a view.

    For function views and for what `as_view()` returns; put it outermost, so that no other decorator hides it.

        @access(Access.OWN)
        @login_required
        def attempt(request, public_id): ...
    """

    def declare(view: View) -> View:
        view.access = rule  # type: ignore[attr-defined]  # a function takes attributes; the type system has no word for it
        return view

    return declare
