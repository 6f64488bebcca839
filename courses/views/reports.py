"""“Something wrong or unclear here?”: the form for everybody, and what editors do with it in the CMS."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms.reports import AnswerReportForm, ReportForm
from courses.models import ContentReport
from courses.operations.reporting import AlreadyEnded, answer_report, close_report, file_report
from courses.queries.reports import ReportedPage, courses_of_reports, reported_page, reports_of
from foundation.access import Access, access
from foundation.operations.limiting import count, counted

ALLOWED = 20  # in ten minutes: an office or a classroom is one network address
_COUNTED = "courses:reports"
_PER_PAGE = 50


class _SeeOther(HttpResponseRedirect):
    status_code = 303


@access(Access.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Take what somebody found wrong or unclear on a page. The page and its edition stand in the address."""
    about = _about(request)
    if request.method != "POST":
        return _draw(request, about, ReportForm.empty())
    form = ReportForm(request.POST)
    thanks = f"{reverse('report_thanks')}?{_query(request)}"
    if form.is_by_a_machine:
        return _SeeOther(thanks)  # what it wrote goes nowhere
    if not form.is_valid():
        return _draw(request, about, form, status=422)
    address = get_adapter().get_client_ip(request)
    if counted(_COUNTED, address) >= ALLOWED or count(_COUNTED, address) > ALLOWED:
        form.add_error(
            None,
            _("From your network came many messages. What you wrote is still here: wait ten minutes, then send it."),
        )
        return _draw(request, about, form, status=429)
    file_report(
        public_id=form.public_id,
        about=about,
        kind=form.cleaned_data["kind"],
        text=form.cleaned_data["text"],
        email=form.cleaned_data["email"],
        at=timezone.now(),
    )
    return _SeeOther(thanks)


@access(Access.EVERYONE)
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Say that it arrived, and where to go back to."""
    return render(request, "courses/report_thanks.html", {"about": _about(request), "page_language": get_language()})


@access(Access.EDITORS)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List what readers said of pages that this editor may change, by state and course. Cost: at most 10 queries."""
    user: Any = request.user
    states = {*ContentReport.State.values, "all"}
    state = request.GET.get("state", "")
    state = state if state in states else ContentReport.State.OPEN.value
    courses = courses_of_reports(user, language=get_language())
    course = request.GET.get("course", "")
    course = course if course in dict(courses) else ""
    found = reports_of(user).defer("course__current_edition__manifest")
    if state != "all":
        found = found.filter(state=state)
    if course:
        found = found.filter(course__key=course)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    labels = [*ContentReport.State.choices, ("all", _("All"))]
    context = {
        "heading": _("What readers say"),
        "page": page,
        "states": [
            {"label": label, "url": _address(value, course), "is_chosen": value == state} for value, label in labels
        ],
        "courses": [
            {"label": title, "url": _address(state, key), "is_chosen": key == course}
            for key, title in [("", _("All pages")), *courses]
        ],
        "here": _address(state, course),
        "breadcrumbs_items": _crumbs(_("What readers say")),
    }
    return render(request, "courses/cms/reports.html", context)


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def reader_report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one report; answer it, or close it without an answer. One of a page somebody may not change is as none."""
    user: Any = request.user
    found = reports_of(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    form = AnswerReportForm(request.POST if request.POST.get("do") == "answer" else None)
    if request.method == "POST":
        try:
            if request.POST.get("do") == "close":
                close_report(report=found, by=user, at=timezone.now())
                messages.success(request, _("Closed without an answer."))
                return _SeeOther(reverse("courses_reports"))
            if form.is_valid():
                had_address = bool(found.email)
                answer_report(report=found, answer=form.cleaned_data["answer"], by=user, at=timezone.now())
                messages.success(
                    request,
                    _("Answered. The answer goes to the address that was given, and the address is deleted.")
                    if had_address
                    else _("Answered. No address was given, so the answer is kept here only."),
                )
                return _SeeOther(reverse("courses_reports"))
        except AlreadyEnded:
            messages.warning(request, _("Somebody answered or closed it meanwhile. It stays as they left it."))
            return _SeeOther(reverse("courses_report", args=[public_id]))
    page = found.page
    context = {
        "heading": _("What a reader says"),
        "report": found,
        "is_open": found.state == ContentReport.State.OPEN,
        "form": form,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else "",
        "current_edition": found.course.current_edition.number
        if found.course and found.course.current_edition
        else None,
        "breadcrumbs_items": [
            *_crumbs(_("What readers say"))[:1],
            {"url": reverse("courses_reports"), "label": _("What readers say")},
            {"url": "", "label": found.title},
        ],
    }
    return render(request, "courses/cms/report.html", context, status=422 if form.errors else 200)


def _about(request: HttpRequest) -> ReportedPage:
    """Return the page that the address names.

    :raises Http404: if it names none that is public.
    """
    try:
        return reported_page(request.GET.get("page", ""), request.GET.get("edition", ""), language=get_language())
    except LookupError as error:
        raise Http404 from error


def _query(request: HttpRequest) -> str:
    named = {name: request.GET[name] for name in ("page", "edition") if name in request.GET}
    return urlencode(named)


def _draw(request: HttpRequest, about: ReportedPage, form: ReportForm, *, status: int = 200) -> HttpResponse:
    context = {"about": about, "form": form, "page_language": get_language()}
    return render(request, "courses/report.html", context, status=status)


def _address(state: str, course: str) -> str:
    named = {"state": state} | ({"course": course} if course else {})
    return f"{reverse('courses_reports')}?{urlencode(named)}"


def _crumbs(heading: str) -> list[dict[str, str]]:
    return [{"url": reverse("wagtailadmin_home"), "label": _("Home")}, {"url": "", "label": heading}]
