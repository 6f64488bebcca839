"""What every page of the site shows around its own content."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from certificates.queries.rights import has_right
from foundation import scope
from progress.queries.assessing import is_assessor


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the names and addresses of the site.

    Cost: no query; 1 or 2 where a page asks, of somebody who was made an assessor once, whether they are one today, and
    2 of somebody who looked after certificates once.
    """
    return {
        "site_name": settings.PORTAL_SITE_NAME,
        "base_url": settings.PORTAL_BASE_URL,
        "operator": settings.PORTAL_OPERATOR,
        "contact_email": settings.PORTAL_CONTACT_EMAIL,
        "is_demo": settings.PORTAL_MODE == "demo",
        "has_session": settings.SESSION_COOKIE_NAME in request.COOKIES,
        "may_register": SimpleLazyObject(lambda: _may_register(cast(User, request.user))),
        "may_mark": SimpleLazyObject(lambda: _may_mark(cast(User, request.user))),
    }


def _may_register(person: User) -> bool:
    with scope.lifted():  # about the viewer alone, on pages of managers too
        return has_right(person)


def _may_mark(person: User) -> bool:
    with scope.lifted():
        return is_assessor(person, timezone.localdate())
