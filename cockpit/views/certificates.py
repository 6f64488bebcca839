"""The register: look up one certificate, ask for a change of it, decide about what another asked.

For those with the right over certificates; to anybody else these addresses are absent.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.sight import Sees
from certificates.models import Certificate, CertificateRequest
from certificates.operations import requesting
from certificates.operations.revoking import NotPossible
from certificates.queries.register import (
    RequestPage,
    deciders_of,
    desk_of,
    objection_as_read,
    register_entry,
    request_page,
)
from certificates.queries.resting import paths_resting_on
from certificates.queries.rights import has_right
from certificates.queries.showing import certificate_by_public_id, find_certificate
from certificates.rules.requests import Change, Objection
from cockpit.forms.certificates import ChangeForm, DecideForm
from cockpit.views.managing import rests_on
from foundation.access import Access, access
from progress.views.people import LearnerRequest, SeeOther, signed_in

CONFLICT = 409
_CHANGES = {"replace": Change.REISSUE, "withdraw": Change.REVOKE, "restore": Change.RESTORE}
_ACTS = {change: act for act, change in _CHANGES.items()}


def registrars(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Ask visitors to sign in, and answer who has not the right as if there were nothing."""

    @signed_in
    @wraps(view)
    def inner(request: LearnerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not has_right(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return inner


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_safe
@registrars
def desk(request: LearnerRequest) -> HttpResponse:
    """Look a certificate up by its number or link; show what waits for this person, and what was decided lately."""
    request.user.note_registering()
    typed = request.GET.get("number", "").replace("\x00", "")
    found = find_certificate(typed) if typed.strip() else None
    if found is not None:
        return SeeOther(reverse("cockpit:certificate", args=[found.public_id]))
    is_missed = bool(typed.strip())
    context = {"desk": desk_of(request.user, at=timezone.now()), "typed": typed[:200], "is_missed": is_missed}
    return render(request, "cockpit/certificates/desk.html", context, status=404 if is_missed else 200)


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_safe
@registrars
def entry(request: LearnerRequest, public_id: str) -> HttpResponse:
    """Show one certificate as it stands, its history with who asked and agreed, and what can be asked for."""
    found = register_entry(
        _certificate(public_id), person=request.user, language=get_language(), today=timezone.localdate()
    )
    acts = [(_ACTS[change], CertificateRequest.Kind(change).label) for change in found.changes]
    context = {"entry": found, "acts": acts}
    return render(request, "cockpit/certificates/entry.html", context)


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def change(request: LearnerRequest, public_id: str, act: str) -> HttpResponse:
    """Ask for a certificate to be replaced, withdrawn or restored. Never for one's own."""
    certificate = _certificate(public_id)
    wanted = _CHANGES.get(act)
    if wanted is None or certificate.enrolment.learner_id == request.user.pk:
        raise Http404
    name = certificate.payload["holder"]["name"]
    form = ChangeForm(
        request.POST if request.method == "POST" else None, change=wanted, name=name, initial={"public_id": uuid4()}
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = requesting.ask_change(
                certificate=certificate,
                kind=wanted,
                reason=form.cleaned_data["reason"],
                note=form.cleaned_data["note"],
                new_name=form.cleaned_data.get("new_name", ""),
                by=request.user,
                public_id=form.cleaned_data["public_id"],
                at=timezone.now(),
            )
        except NotPossible as refused:
            form.add_error(None, _objection_words(refused.objection))
            return _draw_change(request, certificate, wanted, form, status=CONFLICT)
        except requesting.NotAllowed as error:
            raise Http404 from error
        messages.success(
            request,
            _("Asked. It is done in 24 hours, unless you take it back; the operators are told now.")
            if asked.due_at
            else _("Asked. Those who can agree are told. Nothing changes until one of them does."),
        )
        return SeeOther(reverse("cockpit:certificate_request", args=[asked.public_id]))
    if request.method != "POST":
        # Read, not locked: what comes in between is found when the form is sent.
        waiting = CertificateRequest.objects.filter(certificate=certificate, state=CertificateRequest.State.WAITING)
        objection = objection_as_read(certificate, wanted, has_waiting=waiting.exists())
        if objection is not None:
            messages.info(request, _objection_words(objection))
            return SeeOther(reverse("cockpit:certificate", args=[public_id]))
    return _draw_change(request, certificate, wanted, form, status=422 if form.errors else 200)


@rests_on(Sees.REGISTER)
@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@registrars
def certificate_request(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show what was asked of a certificate; agree to it or refuse it, or take one's own back."""
    page = _request_page(request, public_id)
    act = request.POST.get("do", "") if request.method == "POST" else ""
    form = DecideForm(request.POST if act in {"agree", "refuse"} else None, refuses=act == "refuse")
    if act in {"agree", "refuse"} and not form.is_valid():
        return _draw_request(request, page, form, status=422)
    at = timezone.now()
    try:
        if act == "agree":
            requesting.agree_to_request(request=page.request, by=request.user, note=form.cleaned_data["note"], at=at)
            messages.success(request, _("Done. The holder is told."))
        elif act == "refuse":
            requesting.refuse_request(request=page.request, by=request.user, note=form.cleaned_data["note"], at=at)
            messages.success(request, _("Not agreed, with your words. The certificate stays as it is."))
        elif act == "back":
            requesting.take_back_request(request=page.request, by=request.user, at=at)
            messages.success(request, _("Taken back. The certificate stays as it is."))
        else:
            return _draw_request(request, page, form)
    except requesting.NotAllowed as error:
        raise Http404 from error
    except requesting.TooNew:  # the page says why, and from when
        pass
    except requesting.AlreadyDecided:
        messages.warning(request, _("It was decided a moment before. This is how it stands now."))
    except NotPossible as refused:
        form.add_error(None, _objection_words(refused.objection))
        return _draw_request(request, _request_page(request, public_id), form, status=CONFLICT)
    return SeeOther(request.path)


def _draw_change(
    request: LearnerRequest, certificate: Certificate, wanted: Change, form: ChangeForm, *, status: int = 200
) -> HttpResponse:
    shown = register_entry(certificate, person=request.user, language=get_language(), today=timezone.localdate()).shown
    context = {
        "form": form,
        "shown": shown,
        "holder_name": certificate.payload["holder"]["name"],
        "act": _ACTS[wanted],
        "is_replacing": wanted is Change.REISSUE,
        "is_withdrawing": wanted is Change.REVOKE,
        "deciders": deciders_of(certificate, without=request.user),
        "resting": paths_resting_on(certificate) if wanted is Change.REVOKE else [],
    }
    return render(request, "cockpit/certificates/change.html", context, status=status)


def _draw_request(request: LearnerRequest, page: RequestPage, form: DecideForm, *, status: int = 200) -> HttpResponse:
    certificate = _certificate(page.request.certificate.public_id)
    shown = register_entry(certificate, person=request.user, language=get_language(), today=timezone.localdate()).shown
    state = page.request.state
    kind = page.request.kind
    resting = paths_resting_on(certificate) if kind != Change.RESTORE else []
    new_name = page.request.new_name
    context = {
        "page": page,
        "asked": page.request,
        "form": form,
        "shown": shown,
        "holder_name": certificate.payload["holder"]["name"],
        "is_waiting": state == CertificateRequest.State.WAITING,
        "is_refused": state == CertificateRequest.State.REFUSED,
        "is_done": state == CertificateRequest.State.DONE,
        "resting": resting if kind == Change.REVOKE else [],
        "misnamed": [path for path in resting if path.name != new_name] if kind == Change.REISSUE and new_name else [],
    }
    return render(request, "cockpit/certificates/request.html", context, status=status)


def _certificate(public_id: str) -> Certificate:
    try:
        return certificate_by_public_id(public_id.replace("\x00", ""))
    except Certificate.DoesNotExist as error:
        raise Http404 from error


def _request_page(request: LearnerRequest, public_id: UUID) -> RequestPage:
    try:
        return request_page(request.user, public_id, at=timezone.now())
    except CertificateRequest.DoesNotExist as error:
        raise Http404 from error


def _objection_words(objection: Objection) -> str:
    return {
        Objection.WAITS: _("Something else was asked for this certificate already. That is decided first."),
        Objection.WITHDRAWN: _("This certificate is withdrawn. Only restoring it is possible."),
        Objection.NOT_WITHDRAWN: _("This certificate is not withdrawn, so there is nothing to restore."),
        Objection.REPLACED: _("This certificate was replaced. The one that stands is the newer one."),
    }[objection]
