"""Bring many people in: send a list, mend its rows, watch it being added, undo it, print the cards."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.sight import Sees
from cockpit.forms.importing import ImportForm, RowsForm, here_words, refused_words, typed
from cockpit.models import ImportedRow, PeopleImport
from cockpit.operations import importing
from cockpit.queries.importing import (
    RECENT,
    Overview,
    import_in,
    imports_of,
    job_of,
    may_undo,
    overview_of,
    rows_of,
)
from cockpit.queries.joining import choices_of, targets_of
from cockpit.rules.importing_files import ReadList, read_list
from cockpit.rules.importing_limits import MOST_BYTES, FileRefused, Refusal
from cockpit.rules.importing_template import csv_template, headings, xlsx_template
from cockpit.views import joining_cards
from cockpit.views.managing import PLACE, ManagerRequest, manages
from foundation import scope
from foundation.queries import job_progress
from progress.rules.files import clean_name
from progress.views.people import SeeOther

REFRESH_SECONDS = 3
MENDED_AT_ONCE = 25
LISTED = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
State, RowState = PeopleImport.State, ImportedRow.State
View = Callable[..., HttpResponse]


@manages(Sees.PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: ManagerRequest) -> HttpResponse:
    """Take a list of people and lead to its dry run; say at the field what is wrong with the file."""
    choices = choices_of(request.sight, language=get_language())
    if not choices.organisations:  # who manages a cluster alone brings nobody in
        raise Http404
    chosen = request.sight.chosen.public_id if request.sight.chosen else None
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        choices=choices,
        chosen=chosen,
        initial={"key": uuid4(), "language": get_language()},
    )
    if request.method == "POST" and form.is_valid() and (record := _look_over(request, form)) is not None:
        return SeeOther(_address_of(request, record))
    context = {
        "form": form,
        "headings": headings(get_language()),
        "imports": list(imports_of(request.sight)[:RECENT]),
    }
    return render(request, "cockpit/importing/start.html", context, status=422 if form.errors else 200)


@manages(Sees.PEOPLE)
@require_safe
def template(request: ManagerRequest, kind: str) -> HttpResponse:
    """Answer the file to fill in, with headings in the reader's language."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    if kind == "xlsx":
        response = HttpResponse(xlsx_template(get_language()), content_type=_XLSX)
    else:
        response = HttpResponse(csv_template(get_language()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people.{kind}"'
    return response


def _of_own(view: View) -> View:
    """Give a view the import its address names; a foreign one is as an absent one."""

    @wraps(view)
    def inner(request: ManagerRequest, public_id: UUID, **kwargs: Any) -> HttpResponse:
        record = import_in(request.sight, public_id)
        if record is None:
            raise Http404
        return view(request, record, **kwargs)

    return inner


@manages(Sees.PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_own
def one(request: ManagerRequest, record: PeopleImport) -> HttpResponse:
    """Show how an import stands. On POST keep what was typed into its rows, and with `add` begin to add people."""
    problem = ""
    if request.method == "POST":
        try:
            problem = _mended(request, record)
        except importing.NotNow:
            messages.info(request, _("Nothing was changed: this list is not waiting any more."))
        if not problem:
            return SeeOther(request.get_full_path())
        record.refresh_from_db(from_queryset=imports_of(request.sight))
    return _shown(request, record, problem)


@manages(Sees.PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@_of_own
def change(request: ManagerRequest, record: PeopleImport, act: str) -> HttpResponse:
    """Stop or undo an import. A GET changes nothing and leads to its page."""
    if request.method == "POST":
        try:
            with scope.lifted():
                if act == "stop":
                    importing.stop_import(record=record, at=timezone.now())
                else:
                    importing.undo_import(record=record, at=timezone.now())
        except importing.NotNow:
            messages.info(request, _("This can be undone for 24 hours after it ended. That time is over, or it runs."))
    return SeeOther(_address_of(request, record))


@manages(Sees.PEOPLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_of_own
def cards(request: ManagerRequest, record: PeopleImport) -> HttpResponse:
    """Make the cards of an import anew and lead to the sheet that is printed. A GET changes nothing."""
    if request.method == "POST":
        with scope.lifted():
            secrets = importing.print_cards(
                record=record, by=request.user, at=timezone.now(), most=joining_cards.MOST_AT_ONCE
            )
        if secrets:
            return joining_cards.to_sheet(request, secrets)
        messages.info(request, _("There is no card to print: all were used."))
    return SeeOther(_address_of(request, record))


def _look_over(request: ManagerRequest, form: ImportForm) -> PeopleImport | None:
    """Keep the list that was sent, and return its import; or say at the field why it is not read."""
    key: UUID = form.cleaned_data["key"]
    known = import_in(request.sight, key)
    if known is not None:  # the same form, sent twice
        return known
    file: UploadedFile = form.cleaned_data["file"]
    try:
        if file.size is not None and file.size > MOST_BYTES:
            raise FileRefused(Refusal.TOO_LARGE)
        data = file.read(MOST_BYTES + 1)
        read = read_list(data)
    except FileRefused as error:
        form.add_error("file", refused_words(error))
        return None
    said: dict[str, Any] = {
        "read": read,
        "file_name": clean_name(file.name or ""),
        "file_sha256": hashlib.sha256(data).hexdigest(),
        "language": form.cleaned_data["language"],
        "by": request.user,
        "at": timezone.now(),
        **form.chosen,
    }
    with scope.lifted():
        record = importing.look_over(key=key, **said)
        if record.organisation_id not in request.sight.own:  # the key of somebody's else form, typed by hand
            record = importing.look_over(key=uuid4(), **said)
    _say_how_read(request, read)
    return record


def _say_how_read(request: ManagerRequest, read: ReadList) -> None:
    if read.guessed:
        words = _("The file is not in UTF-8. It was read as %(encoding)s: look at letters with accents.")
        messages.warning(request, words % {"encoding": read.guessed})
    if read.others:
        words = ngettext(
            "This column is not read: %(names)s.", "These columns are not read: %(names)s.", len(read.others)
        )
        messages.info(request, words % {"names": ", ".join(read.others)})


def _mended(request: ManagerRequest, record: PeopleImport) -> str:
    """Keep what was typed; begin to add where that was pressed. Return what stands against it, "" for nothing."""
    act = request.POST.get("act", "")
    shown = [int(number) for number in request.POST.getlist("row") if number.isascii() and number.isdigit()][:1000]
    changes, out = typed(request.POST, shown)
    at = timezone.now()
    with scope.lifted():
        left = importing.mend_rows(
            record=record, changes=changes, left_out=out, leaves_all_out=act == "leave-out", at=at
        )
        if left:
            return "rows"
        if act == "add":
            try:
                importing.start_import(record=record, at=at)
            except importing.NeedsALook:  # another window
                return "rows"
            except importing.NothingToAdd:
                messages.info(request, _("There is nobody to add: everybody is here already, or left out."))
    return ""


def _shown(request: ManagerRequest, record: PeopleImport, problem: str) -> HttpResponse:
    found = overview_of(request.sight, record)
    job = job_of(record)
    rows = rows_of(request.sight, record)
    is_mended = found.problems and record.state in {State.LOOKED_OVER, State.STOPPED, State.DONE}
    faulty = _page(rows.filter(state=RowState.PROBLEM), request.GET.get("look", ""), MENDED_AT_ONCE)
    fine = _page(rows.exclude(state=RowState.PROBLEM).select_related("invitation"), request.GET.get("page", ""), LISTED)
    of_ways: Any = [record]  # it names what its people begin with as a way in does
    targets = targets_of(of_ways, request.sight, language=get_language())
    context = {
        "record": record,
        "found": found,
        "progress": job_progress(job) if job else None,
        "form": RowsForm(list(faulty.object_list)) if is_mended else None,
        "faulty": faulty,
        "fine": fine,
        "lines": [(row, _became(row)) for row in fine.object_list],
        "target": targets[record.pk],
        "may_add": _may_add(found),
        "may_undo": found.takes_back and may_undo(record, at=timezone.now()),
        "is_refused": bool(problem),
    }
    response = render(request, "cockpit/importing/one.html", context, status=422 if problem else 200)
    if record.state in {State.RUNNING, State.UNDOING}:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _may_add(found: Overview) -> bool:
    record = found.record
    if record.state not in {State.LOOKED_OVER, State.STOPPED, State.DONE}:
        return False
    takes_in = record.state != State.DONE and (record.cohort_key or record.course_key)
    return bool(found.ready or found.problems or (takes_in and found.here))


def _became(row: ImportedRow) -> str:
    """Return what becomes or became of a row, in words."""
    if row.state == RowState.WAS_HERE and (words := here_words(row.problems)):
        return words
    if row.state == RowState.ADDED and row.invitation is not None:
        return str(row.invitation.get_state_display())
    return str(row.get_state_display())


def _page(rows: Any, number: str, size: int) -> Page[ImportedRow]:
    return Paginator(rows, size).get_page(number if number.isascii() and number.isdigit() else 1)


def _address_of(request: ManagerRequest, record: PeopleImport) -> str:
    chosen = request.sight.chosen
    return reverse("cockpit:import_one", args=[record.public_id]) + (f"?{PLACE}={chosen.public_id}" if chosen else "")
