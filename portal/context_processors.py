"""What every page of the site shows around its own content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give templates the names and addresses of the site. Cost: no query."""
    return {
        "site_name": settings.PORTAL_SITE_NAME,
        "base_url": settings.PORTAL_BASE_URL,
        "operator": settings.PORTAL_OPERATOR,
        "contact_email": settings.PORTAL_CONTACT_EMAIL,
        "is_demo": settings.PORTAL_MODE == "demo",
        "has_session": settings.SESSION_COOKIE_NAME in request.COOKIES,
    }
