"""The page on which managers make and revoke tokens."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.rules.sight import Sees
from cockpit.forms.reports import usual_period
from cockpit.forms.tokens import TokenForm
from cockpit.models import ReportToken
from cockpit.operations import tokens as operations
from cockpit.views.managing import ManagerRequest, manages
from foundation import scope
from progress.views.people import SeeOther


@manages(Sees.REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: ManagerRequest) -> HttpResponseBase:
    """List tokens, and make one: its text is on the answer to the form, and never again."""
    organisations = list(request.sight.own_organisations())
    form = TokenForm(request.POST if request.method == "POST" else None, organisations=organisations)
    text = ""
    if request.method == "POST" and form.is_valid():
        try:
            with scope.lifted():
                _token, text = operations.make_token(
                    organisation=form.organisation, name=form.cleaned_data["name"], by=request.user, at=timezone.now()
                )
            form = TokenForm(None, organisations=organisations)
        except operations.TokenThere:
            words = _("There is a token for this already. If its text was not copied, revoke it and make another one.")
            form.add_error("name", words)
    context: dict[str, Any] = {
        "form": form,
        "text": text,
        "tokens": list(
            request.sight.rows(ReportToken, path="organisation")
            .select_related("organisation", "made_by")
            .order_by("revoked_at", "-made_at")
        ),
        "address": f"{request.build_absolute_uri(reverse('api_report'))}?{_usual_days()}",
    }
    answer = render(request, "cockpit/reports/tokens.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _usual_days() -> str:
    """Return the period that the page of reports begins with, as the question of a program names it."""
    period = usual_period(timezone.localdate())
    return urlencode({"first_day": period.first_day, "last_day": period.last_day})


@manages(Sees.REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: ManagerRequest, public_id: UUID) -> HttpResponseBase:
    """Revoke a token, after a page that asks."""
    token = request.sight.rows(ReportToken, path="organisation").filter(public_id=public_id).first()
    if token is None:
        raise Http404
    if request.method == "POST":
        with scope.lifted():
            operations.revoke_token(token=token, at=timezone.now())
        messages.success(request, _("The token is revoked. Programs that use it get no answer any more."))
        return SeeOther(reverse("cockpit:tokens"))
    return render(request, "cockpit/reports/revoke_token.html", {"token": token})
