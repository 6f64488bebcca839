"""Which messages somebody gets: chosen on a page of their own, or stopped behind the link of a mail, without signing in."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms import MessagesForm
from accounts.models import User
from accounts.notifying import find_notification, registered_notifications
from accounts.operations.preferences import choose_messages, is_wanted, read_stop_token
from accounts.queries.messages import unwanted_kinds
from foundation.access import Access, access


@access(Access.OWN)
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def messages_page(request: HttpRequest) -> HttpResponse:
    """Show the kinds of messages somebody gets: on or off where they may choose, named where they may not."""
    person = cast(User, request.user)
    kinds = [kind for kind in registered_notifications() if kind.is_for is None or kind.is_for(person)]
    optional = [kind for kind in kinds if kind.is_optional]
    form = MessagesForm(
        request.POST if request.method == "POST" else None, kinds=optional, unwanted=unwanted_kinds(person)
    )
    if form.is_valid():
        choose_messages(person, wanted=form.wanted(), at=timezone.now())
        messages.success(request, gettext("Your choice is saved."))
        return HttpResponseRedirect(reverse("accounts:messages"), status=303)
    words: dict[str, Any] = {"form": form, "always": [kind for kind in kinds if not kind.is_optional]}
    return render(request, "account/message_kinds.html", words)


@access(Access.EVERYONE)
@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of message for one person: the link shows a page, its button acts, and takes it back.

    No sign-in, and no token against forged forms: whoever has the link may stop what it names and nothing else, and mail
    programs send the form by themselves (RFC 8058), to which this answers without a redirect.
    """
    found = read_stop_token(token)
    if found is None:
        raise Http404
    person, kind = found
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if request.method == "POST":
        wants_again = "again" in request.POST and not one_click
        choose_messages(person, wanted={kind: wants_again}, at=timezone.now())
        if not one_click:
            return HttpResponseRedirect(reverse("mail_stop", args=[token]), status=303)
    words = {"token": token, "label": find_notification(kind).label, "is_wanted": is_wanted(person, kind)}
    return render(request, "account/stop_messages.html", words)
