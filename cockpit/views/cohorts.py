"""Cohorts of a manager's organisations: listed, made, run."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Look
from accounts.queries.visibility import visibility_of
from accounts.rules.sight import Sees
from cockpit.forms.cohorts import CohortForm, DatesForm, MessageForm, NoteForm, PlanForm
from cockpit.operations.looking import note_looks
from cockpit.queries import cohorts as found
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.paging import page_of
from foundation import scope
from progress.models import Cohort
from progress.operations import NotOffered
from progress.operations.cohort_messages import delete_note, send_message, write_note
from progress.operations.cohort_plans import change_cohort, propose_for, save_plan
from progress.operations.cohorts import (
    CohortClosed,
    NotAMember,
    close_cohort,
    join_cohort,
    leave_cohort,
    make_cohort,
    open_cohort,
)
from progress.views.people import SeeOther

SHOWN = 50
UNFIT = 422


def cohort_of(request: ManagerRequest, public_id: UUID) -> Cohort:
    """Return a cohort in sight; a foreign one is as an absent one."""
    cohort = found.find_cohort(request.sight, public_id)
    if cohort is None:
        raise Http404
    return cohort


def to_page(request: ManagerRequest, name: str, *args: object) -> SeeOther:
    """Lead to a page of managers, at the place that is chosen."""
    chosen = request.sight.chosen
    return SeeOther(reverse(f"cockpit:{name}", args=args) + (f"?{PLACE}={chosen.public_id}" if chosen else ""))


@manages(Sees.COHORTS)
@never_cache
@require_safe
def cohorts(request: ManagerRequest) -> HttpResponse:
    """List the cohorts of a manager's organisations."""
    page = page_of(found.cohort_rows(request.sight), request.GET.get("page"), size=SHOWN)
    rows = list(page.object_list)
    titles = found.titles_of(rows, language=get_language())
    context = {
        "page": page,
        "rows": [(row, *titles[row.pk]) for row in rows],
        "today": localdate(request.sight.at),
        "may_make": bool(request.sight.own),
        "page_language": get_language(),
    }
    return render(request, "cockpit/cohorts/list.html", context)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ManagerRequest) -> HttpResponse:
    """Make a cohort, with a plan proposed at once."""
    sight = request.sight
    if not sight.own:
        raise Http404
    courses, paths = found.takeable(get_language())
    organisations, projects = found.own_places(sight)
    form = CohortForm(
        request.POST if request.method == "POST" else None,
        courses=courses,
        paths=paths,
        organisations=organisations,
        projects=projects,
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.chosen
        # Sent again, it leads to the one of the first time, whose plan stays.
        same = sight.cohorts().filter(**chosen, closed_at=None).first()
        if same is not None:
            return to_page(request, "cohort_page", same.public_id)
        if chosen["project"] is not None and not _takes_part(chosen):
            form.add_error("project", _("This organisation takes no part in that project."))
        else:
            with scope.lifted():
                cohort = make_cohort(**chosen, at=sight.at, by=request.user)
                propose_for(cohort=cohort)
            messages.success(request, _("The cohort is made, and a plan is proposed. Add people next."))
            return to_page(request, "cohort_page", cohort.public_id)
    return render(request, "cockpit/cohorts/new.html", {"form": form}, status=UNFIT if form.errors else 200)


def _takes_part(chosen: Any) -> bool:
    return bool(chosen["project"].organisations.filter(pk=chosen["organisation"].pk).exists())


@manages(Sees.COHORTS)
@never_cache
@require_safe
def cohort(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Show a cohort: who is in it and how far against the plan, its sessions, what can be done."""
    sight = request.sight
    row = cohort_of(request, public_id)
    courses = found.courses_of_cohort(row, language=get_language())
    plan = found.plan_rows(sight, row)
    members = found.members(sight, row).select_related("person").order_by("person__display_name", "pk")
    page = page_of(members, request.GET.get("page"), size=SHOWN)
    rows = found.member_rows(sight, list(page.object_list), courses, plan)
    with scope.lifted():
        shown = [member.person.pk for member in rows if member.is_seen]
        note_looks(sight=sight, subjects=shown, kind=Look.Kind.LIST, on=localdate(sight.at))
    context = {
        "cohort": row,
        "courses": courses,
        "weeks": found.weeks_of(row, plan, courses),
        "page": page,
        "rows": rows,
        "sessions": list(found.sessions_of(sight, row)[:SHOWN]),
        "today": localdate(sight.at),
        "support": visibility_of(row.project, get_language()),
        "page_language": get_language(),
    }
    return render(request, "cockpit/cohorts/cohort.html", context)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Change name and dates of a cohort; close it, or open it again."""
    row = cohort_of(request, public_id)
    initial = {"name": row.name, "start_date": row.start_date, "end_date": row.end_date}
    act = request.POST.get("act", "save")
    if request.method == "POST" and act in {"close", "open"}:
        with scope.lifted():
            if act == "close":
                close_cohort(cohort=row, at=request.sight.at)
            else:
                open_cohort(cohort=row)
        return to_page(request, "cohort_page", public_id)
    form = DatesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with scope.lifted():
            change_cohort(cohort=row, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return to_page(request, "cohort_page", public_id)
    context = {"form": form, "cohort": row}
    return render(request, "cockpit/cohorts/edit.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Add members of the organisation to a cohort: found by name, page by page."""
    sight = request.sight
    row = cohort_of(request, public_id)
    name = request.GET.get("q", "")[:100]
    if request.method == "POST":
        keys = _ids(request.POST.getlist("person"))[:SHOWN]
        chosen = list(found.addable(sight, row, "").filter(public_id__in=keys))
        added = 0
        try:
            with scope.lifted():
                for person in chosen:
                    join_cohort(cohort=row, person=person, at=sight.at)
                    added += 1
        except CohortClosed:
            messages.info(request, _("Nobody was added: the cohort is closed. Open it again first."))
        except NotOffered:
            messages.info(request, _("Nobody was added: the course takes nobody in now."))
        except NotAMember:  # left since the page was drawn
            messages.info(request, _("Somebody you chose is no longer a member of the organisation."))
        if added:
            words = ngettext("%(count)s person is in the cohort now.", "%(count)s people are in the cohort now.", added)
            messages.success(request, words % {"count": added})
        elif not keys:
            messages.info(request, _("Tick who is to come into the cohort."))
            return to_page(request, "cohort_people", public_id)
        return to_page(request, "cohort_page", public_id)
    page = page_of(found.addable(sight, row, name), request.GET.get("page"), size=SHOWN)
    context = {"cohort": row, "page": page, "name": name}
    return render(request, "cockpit/cohorts/people.html", context)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ManagerRequest, public_id: UUID, person_id: UUID) -> HttpResponse:
    """Take somebody out of a cohort; their enrolment stays, and they can be added again."""
    row = cohort_of(request, public_id)
    member = found.members(request.sight, row).select_related("person").filter(person__public_id=person_id).first()
    if member is None:
        raise Http404
    if request.method != "POST":
        return to_page(request, "cohort_page", public_id)
    with scope.lifted():
        leave_cohort(cohort=row, person=member.person, at=request.sight.at)
    words = _("%(name)s is out of the cohort. The enrolment and all that was done stay; you can add them again.")
    messages.success(request, words % {"name": member.person.get_short_name()})
    return to_page(request, "cohort_page", public_id)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Change the plan of a cohort, or have it proposed anew from the minutes of its steps."""
    row = cohort_of(request, public_id)
    courses = found.courses_of_cohort(row, language=get_language())
    if request.method == "POST" and request.POST.get("act") == "propose":
        with scope.lifted():
            count = propose_for(cohort=row)
        words = ngettext("%(count)s step is planned.", "%(count)s steps are planned.", count)
        messages.success(request, words % {"count": count})
        return to_page(request, "cohort_plan", public_id)
    lines = found.plan_lines(found.plan_rows(request.sight, row), courses)
    form = PlanForm(request.POST if request.method == "POST" else None, lines=lines, cohort=row)
    if request.method == "POST" and form.is_valid():
        with scope.lifted():
            save_plan(cohort=row, days=form.days)
        messages.success(request, _("The plan is saved."))
        return to_page(request, "cohort_page", public_id)
    context = {"cohort": row, "form": form, "page_language": get_language()}
    return render(request, "cockpit/cohorts/plan.html", context, status=UNFIT if form.errors else 200)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Write to the people of a cohort: written, looked at, sent. What was sent stands below."""
    sight = request.sight
    row = cohort_of(request, public_id)
    form = MessageForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    is_preview = request.method == "POST" and form.is_valid() and request.POST.get("act") != "change"
    if is_preview and request.POST.get("act") == "send":
        cleaned = form.cleaned_data
        with scope.lifted():
            send_message(
                cohort=row,
                public_id=cleaned["key"],
                subject=cleaned["subject"],
                text=cleaned["text"],
                language=get_language(),
                by=request.user,
                at=sight.at,
            )
        messages.success(
            request, _("The message stands on the page of the group, and goes out by mail to who wants it.")
        )
        return to_page(request, "cohort_message", public_id)
    context = {
        "cohort": row,
        "form": form,
        "is_preview": is_preview,
        "member_count": found.members(sight, row).count(),
        "sent": list(found.messages_to(sight, row)[:SHOWN]),
    }
    status = UNFIT if form.is_bound and form.errors else 200
    return render(request, "cockpit/cohorts/message.html", context, status=status)


@manages(Sees.COHORTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Keep notes about a group, and delete one."""
    sight = request.sight
    row = cohort_of(request, public_id)
    if request.method == "POST" and "delete" in request.POST:
        number = request.POST["delete"]
        note = (
            found.notes_about(sight, row).filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
        )
        if note is not None:
            with scope.lifted():
                delete_note(note=note)
            messages.success(request, _("The note is deleted."))
        return to_page(request, "cohort_notes", public_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with scope.lifted():
            write_note(cohort=row, text=form.cleaned_data["text"], by=request.user, at=sight.at)
        messages.success(request, _("The note is kept."))
        return to_page(request, "cohort_notes", public_id)
    context = {"cohort": row, "form": form, "notes": list(found.notes_about(sight, row)[:SHOWN])}
    return render(request, "cockpit/cohorts/notes.html", context, status=UNFIT if form.errors else 200)


def _ids(texts: list[str]) -> list[UUID]:
    ids = []
    for text in texts:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
