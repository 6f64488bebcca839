"""The reports of an organisation as JSON, for programs: read only, with a token (`docs/managers/api.md`).

The same figures as on the page of reports, through the same entry point and under the same guard. Figures only: no name,
no code of a person.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.rules.sight import Sees
from cockpit.forms.reports import PeriodForm
from cockpit.models import EvidencePack
from cockpit.operations.packs_files import json_bytes
from cockpit.operations.tokens import digest_of, note_token_used
from cockpit.queries.evidence import question_of, read_report
from cockpit.queries.evidence_tables import method_of, tables_of
from cockpit.queries.scope import Sight
from cockpit.queries.tokens import reader_of
from foundation import scope
from foundation.access import Access, access
from foundation.operations.limiting import WINDOW_SECONDS, count, counted

MOST_IN_WINDOW = 120
"""Answers a token gets in ten minutes."""
MOST_MISSES = 30
"""Wrong tokens from one network address in ten minutes; who has a right one is not kept waiting by others' misses."""


class TokenRequest(HttpRequest):
    """A request of a program with a token that is in force."""

    sight: Sight


def with_token(view: Callable[[TokenRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let a program in by `Authorization: Bearer <token>` (RFC 6750, section 2.1), 401 without, 429 when it asks too often.

    An unknown token, a revoked one and one whose maker manages the organisation no more get the same answer.
    """

    @csrf_exempt  # no cookie lets anybody in: what is not a question gets 405, not a page about forms
    @access(Access.TOKEN)
    @require_safe
    @wraps(view)
    def inner(request: TokenRequest) -> HttpResponse:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        at = timezone.now()
        address = request.META.get("REMOTE_ADDR", "")
        with scope.guarded():
            reader = reader_of(digest_of(text.strip()), at=at) if kind.lower() == "bearer" and text else None
            if reader is None:
                if (count if text else counted)("api-miss", address) > MOST_MISSES:
                    return _too_often()
                answer = JsonResponse({"error": "A token that is in force is needed."}, status=401)
                answer["WWW-Authenticate"] = f'Bearer realm="{settings.PORTAL_SITE_NAME}"'
                return _private(answer)
            token, request.sight = reader
            if count("api", token.digest) > MOST_IN_WINDOW:
                return _too_often()
            with scope.lifted():
                note_token_used(token=token, at=at)
            return _private(view(request))

    inner.sees = Sees.REPORTS  # type: ignore[attr-defined]  # as `cockpit.views.managing.manages` does
    return inner  # type: ignore[return-value]  # as seen from the URLconf


@with_token
def report(request: TokenRequest) -> HttpResponse:
    """Give the report of a period: `first_day`, `last_day` (YYYY-MM-DD, both counted, the last one over), `project`, `language`."""
    language = request.GET.get("language") or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        return JsonResponse({"errors": {"language": ["There is no such language here."]}}, status=400)
    with override(language):
        projects = {str(project.public_id): project for project in request.sight.projects()}
        form = PeriodForm(request.GET, projects=projects, today=timezone.localdate())
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=400)
        question = question_of(
            request.sight,
            form.period,
            project=form.project_chosen,
            zone=timezone.get_default_timezone(),
        )
        found = read_report(question, language=language)
        facts = {
            "schema": 1,
            "organisation": request.sight.name,
            "project": form.project_chosen.name if form.project_chosen else None,
            "period": {"first_day": form.period.first_day.isoformat(), "last_day": form.period.last_day.isoformat()},
            "language": language,
            "method": list(method_of(found, EvidencePack.Names.TOTALS)),
        }
        return HttpResponse(json_bytes(facts, tables_of(found, {})), content_type="application/json")


def _too_often() -> HttpResponse:
    answer = JsonResponse({"error": _("Too many questions for now. Ask again in some minutes.")}, status=429)
    answer["Retry-After"] = str(WINDOW_SECONDS)
    return _private(answer)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
