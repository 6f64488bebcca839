"""Reports for managers: the figures of a period on the page, the pack of files for a funder, the projects."""

from typing import Any
from uuid import UUID, uuid4

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Look, Project
from accounts.rules.sight import Sees
from cockpit.forms.reports import PackForm, PeriodForm, usual_period
from cockpit.models import EvidencePack
from cockpit.operations import packs
from cockpit.operations.looking import note_looks
from cockpit.operations.packs_sheet import SHEET_HEADINGS, sheet_xlsx
from cockpit.queries.evidence import Question, people_of, question_of, read_people, read_report
from cockpit.queries.evidence_help import read_help
from cockpit.queries.evidence_tables import method_of, tables_of
from cockpit.queries.packs import JOB, code_key, packs_of, question_about
from cockpit.queries.scope import Sight
from cockpit.views.managing import PLACE, ManagerRequest, manages
from foundation import scope
from foundation.models import Job
from foundation.queries import job_progress
from progress.views.people import SeeOther

MOST_ROWS = 150
"""Rows of a table on the page; a pack has all."""
PACKS_SHOWN = 20
REFRESH_SECONDS = 3


@manages(Sees.REPORTS)
@require_safe
def reports(request: ManagerRequest) -> HttpResponseBase:
    """Show the figures of a period, and offer the pack of the same."""
    projects = _projects(request.sight)
    usual = usual_period(localdate())
    chosen = {
        "first_day": request.GET.get("from") or usual.first_day.isoformat(),
        "last_day": request.GET.get("until") or usual.last_day.isoformat(),
        "project": request.GET.get("project", ""),
    }
    form = PeriodForm(chosen, projects=projects, today=localdate())
    if not form.is_valid():
        return _page(request, form, None, None, status=422)
    initial = {**chosen, "token": uuid4(), "language": get_language(), "names": EvidencePack.Names.TOTALS}
    pack_form = PackForm(initial=initial, projects=projects, today=localdate())
    return _page(request, form, _question(request.sight, form), pack_form)


@manages(Sees.REPORTS)
@require_http_methods(["GET", "HEAD", "POST"])
def make_pack(request: ManagerRequest) -> HttpResponseBase:
    """Begin to make a pack, and lead to the page that shows how far it is. GET leads to the form."""
    if request.method != "POST":
        return SeeOther(_at_place(request, "cockpit:reports"))
    projects = _projects(request.sight)
    form = PackForm(request.POST, request.FILES, projects=projects, today=localdate())
    if form.is_valid():
        question = _question(request.sight, form)
        sheet = {}
        if form.cleaned_data["sheet"]:
            codes = frozenset(code for code, _name, _enterprise in read_people(question, key=code_key()))
            sheet = form.count_sheet(codes, frozenset({"name", "enterprise"}))
        if not form.errors:
            with scope.lifted():  # of what the form chose from the sight
                pack = packs.ask_for_pack(
                    token=form.cleaned_data["token"],
                    asked_by=request.user,
                    place=request.sight.chosen or _only_place(request.sight),
                    project=form.project_chosen,
                    period=form.period,
                    names=form.cleaned_data["names"],
                    language=form.cleaned_data["language"],
                    sheet=sheet,
                    at=timezone.now(),
                )
            return SeeOther(_at_place(request, "cockpit:pack", pack.public_id))
    is_whole = not {"first_day", "last_day", "project"} & form.errors.keys()
    shown = PeriodForm(form.data, projects=projects, today=localdate())
    shown.is_valid()
    return _page(request, shown, _question(request.sight, form) if is_whole else None, form, status=422)


@manages(Sees.REPORTS)
@require_safe
def pack_list(request: ManagerRequest) -> HttpResponseBase:
    """Show the packs that the viewer had made."""
    return render(request, "cockpit/reports/packs.html", {"packs": packs_of(request.sight)[:PACKS_SHOWN]})


@manages(Sees.REPORTS)
@require_safe
def pack(request: ManagerRequest, public_id: UUID) -> HttpResponseBase:
    """Show how far a pack is, then what is in it. It loads itself again until it is made, without a script."""
    found = get_object_or_404(packs_of(request.sight), public_id=public_id)
    job = Job.objects.filter(kind=JOB, key=str(public_id)).first()
    context: dict[str, Any] = {"pack": found, "progress": job_progress(job) if job and not found.made_at else None}
    response = render(request, "cockpit/reports/pack.html", context)
    if context["progress"]:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@manages(Sees.REPORTS)
@require_safe
def pack_file(request: ManagerRequest, public_id: UUID) -> HttpResponseBase:
    """Hand out the zip. Where names are in it, that is noted for everybody in it."""
    found = get_object_or_404(packs_of(request.sight).exclude(file=""), public_id=public_id)
    try:
        opened = storages["evidence"].open(found.file)
    except OSError as error:
        raise Http404 from error
    if found.names == EvidencePack.Names.NAMES:
        _note(request, question_about(request.sight, found), Look.Kind.REPORT)
    name = f"evidence-{found.first_day:%Y%m%d}-{found.last_day:%Y%m%d}-{found.public_id.hex[:8]}.zip"
    response = FileResponse(opened, content_type="application/zip", as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


@manages(Sees.REPORTS)
@require_safe
def sheet(request: ManagerRequest) -> HttpResponseBase:
    """Hand out the sheet to be filled in outside: codes with names, so that it can be; noted for everybody in it."""
    form = PeriodForm(
        {
            "first_day": request.GET.get("from"),
            "last_day": request.GET.get("until"),
            "project": request.GET.get("project", ""),
        },
        projects=_projects(request.sight),
        today=localdate(),
    )
    if not form.is_valid():
        raise Http404
    question = _question(request.sight, form)
    data = sheet_xlsx(read_people(question, key=code_key()), day=form.period.last_day)
    _note(request, question, Look.Kind.EXPORT)
    response = HttpResponse(data, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="sheet-{form.period.last_day:%Y%m%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


@manages(Sees.REPORTS)
@require_safe
def project_list(request: ManagerRequest) -> HttpResponseBase:
    """Show the projects that organisations in sight take part in, with what they must show and keep."""
    projects = request.sight.projects().prefetch_related("texts", "organisations")
    return render(request, "cockpit/reports/projects.html", {"projects": projects})


def _page(
    request: ManagerRequest,
    form: PeriodForm,
    question: Question | None,
    pack_form: PackForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "pack_form": pack_form, "has_problem": status != 200}
    if question is not None:
        report = read_report(question, language=get_language())
        tables = tables_of(report, {}, read_help(question, language=get_language()))
        context |= {
            "tables": [(table, table.labelled(MOST_ROWS)) for table in tables],
            "method": method_of(report, EvidencePack.Names.TOTALS),
            "period": question.period,
            "is_empty": not report.facts.total.participants,
            "sheet_headings": SHEET_HEADINGS,
        }
    return render(request, "cockpit/reports/reports.html", context, status=status)


def _question(sight: Sight, form: PeriodForm) -> Question:
    return question_of(sight, form.period, project=form.project_chosen, zone=get_default_timezone())


def _projects(sight: Sight) -> dict[str, Project]:
    return {str(project.public_id): project for project in sight.projects()}


def _only_place(sight: Sight) -> Any:
    return sight.places[0] if len(sight.places) == 1 else None


def _at_place(request: ManagerRequest, name: str, *args: object) -> str:
    chosen = request.sight.chosen
    return reverse(name, args=args) + (f"?{PLACE}={chosen.public_id}" if chosen else "")


def _note(request: ManagerRequest, question: Question, kind: str) -> None:
    note_looks(sight=request.sight, subjects=people_of(question), kind=kind, on=localdate())
