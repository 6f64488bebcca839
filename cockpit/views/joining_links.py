"""Join links of managers: made, looked at, printed, taken back."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import JoinLink
from accounts.operations.joining import make_join_link, revoke_join_link
from accounts.queries.joining import is_open
from accounts.rules.sight import Sees
from certificates.rules.qr import qr_path
from cockpit.forms.joining import JoinLinkForm
from cockpit.queries.joining import SHOWN, choices_of, links_of, requests_of, targets_of
from cockpit.views.managing import ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.views.people import SeeOther

UNFIT = 422


def whole(path: str) -> str:
    """Return a path of this site as a whole address, to be printed or sent."""
    return settings.PORTAL_BASE_URL + path


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_links(request: ManagerRequest) -> HttpResponse:
    """List the join links of a manager's organisations; make one."""
    sight, language = request.sight, get_language()
    form = JoinLinkForm(
        request.POST if request.method == "POST" else None,
        choices=choices_of(sight, language=language),
        chosen=sight.chosen.public_id if sight.chosen else None,
        initial={"key": uuid4()},
    )
    if request.method == "POST" and sight.own and form.is_valid():
        with scope.lifted():
            link = make_join_link(
                **form.chosen,
                days=form.cleaned_data["days"],
                limit=form.cleaned_data["limit"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=sight.at,
            )
        return SeeOther(reverse("cockpit:join_link", args=[link.public_id]))
    page = page_of(links_of(sight), request.GET.get("page"), size=SHOWN)
    targets = targets_of(page.object_list, sight, language=language)
    context = {
        "form": form,
        "page": page,
        "rows": [(link, targets[link.pk], _state(link, request)) for link in page.object_list],
        "waiting_count": requests_of(sight).count(),
        "section": "links",
    }
    return render(request, "cockpit/joining/links.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_link(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Show one link: address, code, words to send, picture to scan; take it back."""
    link = _link(request, public_id)
    if request.method == "POST":
        with scope.lifted():
            revoke_join_link(link=link, at=request.sight.at)
        messages.success(request, _("Taken back: nobody joins by it any more. Who joined stays."))
        return SeeOther(request.path)
    return render(request, "cockpit/joining/link.html", _shown(request, link))


@manages(Sees.PEOPLE)
@never_cache
@require_safe
def join_link_sheet(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Show a sheet to print and hang up: address, code, picture to scan."""
    return render(request, "cockpit/joining/link_sheet.html", _shown(request, _link(request, public_id)))


def _link(request: ManagerRequest, public_id: UUID) -> JoinLink:
    link = links_of(request.sight).filter(public_id=public_id).first()
    if link is None:
        raise Http404
    return link


def _shown(request: ManagerRequest, link: JoinLink) -> dict[str, object]:
    address = whole(reverse("cockpit:join", args=[link.token]))
    code_address = whole(reverse("cockpit:join_code"))
    size, path = qr_path(address)
    words = {
        "name": link.organisation.name,
        "address": address,
        "code": link.code,
        "code_address": code_address,
        "day": date_format(timezone.localtime(link.expires_at), "DATE_FORMAT"),
    }
    lines = (
        _("%(name)s invites you to learn online. Open this page; it says who sees what, and you decide there:"),
        "%(address)s",
        _("Or type the code %(code)s at %(code_address)s"),
        _("It works until %(day)s."),
    )
    return {
        "link": link,
        "target": targets_of([link], request.sight, language=get_language())[link.pk],
        "state": _state(link, request),
        "is_open": is_open(link, at=request.sight.at) and link.used_count < link.limit,
        "address": address,
        "code_address": code_address,
        "words": "\n".join(line % words for line in lines),
        "qr": {"size": size, "path": path},
        "section": "links",
    }


def _state(link: JoinLink, request: ManagerRequest) -> str:
    if link.revoked_at is not None:
        return _("Taken back")
    if not is_open(link, at=request.sight.at):
        return _("Too old")
    return _("Full") if link.used_count >= link.limit else _("Open")
