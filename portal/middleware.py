"""What holds for the whole site: the language of a page, who may keep a copy of it, and what it may load."""

from http import HTTPStatus

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import get_language, get_language_from_path

VISITOR_CACHE = "public, max-age=0, s-maxage=60, must-revalidate"
PRIVATE_CACHE = "private, no-store"


class LanguageMiddleware(LocaleMiddleware):
    """The language of a page; and what is absent at an address without one is told so there.

    Django leads from a 404 to the same address in a language wherever something could answer there, and that is any
    address: whoever asks for a file of machines would be led to a page, and a verifier takes that for an answer.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        has_address = request.resolver_match is not None and not get_language_from_path(request.path_info)
        if response.status_code == HTTPStatus.NOT_FOUND and has_address:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            response.headers.setdefault("Content-Language", get_language())
            return response
        return super().process_response(request, response)


class VisitorCacheMiddleware(MiddlewareMixin):
    """Let shared caches keep what every visitor sees alike, and nothing else.

    A view says so with `response.visitor_cacheable = True`. A session cookie, even a dead one, makes the answer
    private: otherwise one person's page could be handed to another (SERVING.md section 5).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.has_header("Cache-Control"):
            return response
        shared = (
            getattr(response, "visitor_cacheable", False)
            and request.method in {"GET", "HEAD"}
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and not response.cookies
        )
        if shared:
            patch_vary_headers(response, ["Cookie"])
        response["Cache-Control"] = VISITOR_CACHE if shared else PRIVATE_CACHE
        return response


# Wagtail's date choosers and one inline style need this; its pages are for editors only.
CMS_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
}
OPS_POLICY = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "img-src": [SELF, "data:"]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, a wider one for the CMS, and framing allowed for the CMS's own preview."""

    def get_policy_parts(self, request: HttpRequest, response: HttpResponse, report_only: bool = False) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only or parts.config or parts.replace:
            return parts
        if getattr(request, "is_dummy", False) or getattr(request, "is_preview", False):
            # A preview runs through these middlewares with a made-up request for the public address.
            parts.replace = {"frame-ancestors": [SELF]}
        elif request.path.startswith("/cms/"):
            parts.config = CMS_POLICY
        elif request.path.startswith("/ops/"):
            parts.config = OPS_POLICY
        return parts
