"""Pages of the site as a whole: the front door, health, errors."""

from typing import cast

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_from_request
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.static import serve

from accounts.models import User
from foundation import queries as foundation_queries
from foundation.access import Access, access
from home.models import HomePage
from home.queries.rights import may_see_picture_file
from progress.views.people import left_behind, wants_json, way_back


@access(Access.EVERYONE)
@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Send the reader to the home page in their language where it is live, else to the English one."""
    wanted = get_language_from_request(request)
    live = HomePage.objects.live().filter(locale__language_code=wanted).exists()
    response = HttpResponseRedirect(f"/{wanted if live else settings.LANGUAGE_CODE}/")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@access(Access.EVERYONE)
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


@access(Access.EVERYONE)
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the portal can do its work: database, migrations, broker, worker; 503 while one of them cannot.

    How many messages were given up in the last week is told beside it, and is no reason for 503: the portal works, a mail
    server somewhere said no.
    """
    database = foundation_queries.database_answers()
    checks = {
        "database": database,
        "migrations": database and _migrations_are_applied(),
        "broker": foundation_queries.broker_answers(),
        "worker": database and foundation_queries.worker_is_alive(at=timezone.now()),
    }
    ready = all(checks.values())
    answer: dict[str, object] = {"ready": ready}
    answer |= {name: "ok" if good else "not ready" for name, good in checks.items()}
    if checks["migrations"]:
        answer["messages given up this week"] = foundation_queries.given_up_count(at=timezone.now())
    return JsonResponse(answer, status=200 if ready else 503)


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


@access(Access.EVERYONE)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read courses and case studies, not personal pages or certificates."""
    personal = ("me", "attempts", "enrolments", "enrol", "account", "certificates", "verify", "search")
    lines = ["User-agent: *", "Disallow: /cms/", "Disallow: /ops/"]
    lines += [f"Disallow: /{code}/{word}/" for code, _name in settings.LANGUAGES for word in personal]
    lines.append(f"Sitemap: {settings.PORTAL_BASE_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@access(Access.EDITORS)
@require_safe
def cms_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Show editors the pictures of the CMS. Readers get frozen copies (`courses.views.picture`), never these.

    Documents are not served here: they go through Wagtail's own view, which asks for rights.
    """
    if not request.user.has_perm("wagtailadmin.access_admin") or not path.startswith(("images/", "original_images/")):
        raise Http404
    if "\x00" in path or not may_see_picture_file(cast(User, request.user), path):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is too large or asks for another host. Draws no page around it, which would ask the same again."""
    return HttpResponse(render_to_string("400.html"), status=400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for what is not there, and for what belongs to somebody else: the two look the same."""
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that the reader's rights do not open."""
    return render(request, "403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the portal itself broke. Asks nothing of database or session: they may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form whose session ended: says that what was saved is still there and how to go on."""
    if wants_json(request):
        text = _("Not saved: you signed in again after this page was loaded. Load the page again, then answer.")
        return JsonResponse({"text": text}, status=403)
    is_about_account = request.path.startswith(reverse("account_login").removesuffix("login/"))
    # Who is signed in by now is led on at once.
    context = {"way_back": "" if is_about_account else way_back(request), "kept": left_behind(request)}
    return render(request, "session_ended.html", context, status=403)
