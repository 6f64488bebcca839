"""Check a file: whoever has a PDF or a badge of a certificate is told whether it is ours and unchanged."""

import time

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from certificates.forms import FILE_PROBLEMS, FileForm
from certificates.operations.checking import count_file, forget_file, may_check_file
from certificates.printing import MAX_UPLOAD_BYTES
from certificates.queries.uploads import verdict_on
from certificates.views.parts import private, shown_on_page, today
from foundation.access import Access, access

_AROUND_THE_FILE = 64_000  # bytes: names and borders of the fields of a form
# What is too large is read and dropped, so that browsers show our words and not a broken connection; up to a limit.
_DROPPED_BYTES = 64_000_000
_DROPPING_SECONDS = 1.5


# Without the token of a form: a visitor gets no cookie here, which the token needs, and nothing is changed by this form.
# A page elsewhere that sends it for somebody learns nothing, and only uses up what that network may have looked into.
@access(Access.EVERYONE)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request: HttpRequest) -> HttpResponse:
    """Say of a PDF or a badge that was chosen or pasted whether it is ours, and whether it was changed."""
    if request.method != "POST":
        return private(render(request, "certificates/file.html", {"form": FileForm()}))
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_UPLOAD_BYTES + _AROUND_THE_FILE:
        _drop_body(request)
        return private(render(request, "certificates/file.html", {"form": FileForm({}, is_unread=True)}, status=413))
    address = get_adapter().get_client_ip(request)
    if not may_check_file(address):
        _drop_body(request)
        return private(render(request, "certificates/too_many_files.html", status=429))
    return _answer(request, FileForm(request.POST, request.FILES), address)


def _answer(request: HttpRequest, form: FileForm, address: str) -> HttpResponse:
    """Answer what a file is: with its certificate where it is ours, else in words. Cost: at most 4 queries."""
    if not form.is_valid():
        return private(render(request, "certificates/file.html", {"form": form}, status=422))
    # Counted before the work, so that many at once are not all let in; what is ours counts for nobody.
    if not count_file(address):
        return private(render(request, "certificates/too_many_files.html", status=429))
    verdict = verdict_on(form.sent(), today=today())
    if verdict.is_ours:
        forget_file(address)
    if verdict.state in FILE_PROBLEMS:
        form.add_error(form.chosen, FILE_PROBLEMS[verdict.state])
        return private(render(request, "certificates/file.html", {"form": form}, status=422))
    if verdict.certificate is not None:
        # A badge holds no name: who has one was not told it.
        context = shown_on_page(request, verdict.certificate, has_file=not verdict.is_badge)
        return private(render(request, "certificates/certificate.html", context | {"verdict": verdict}))
    return private(render(request, "certificates/file.html", {"form": FileForm(), "verdict": verdict}))


def _drop_body(request: HttpRequest) -> None:
    ends_at = time.monotonic() + _DROPPING_SECONDS
    left = _DROPPED_BYTES
    while left > 0 and time.monotonic() < ends_at:
        dropped = len(request.read(64_000))
        if not dropped:
            return
        left -= dropped
