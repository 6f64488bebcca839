"""Reminders: looked at before they go out, sent once, and what became of them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Look
from accounts.rules.sight import Sees
from cockpit.forms.reminding import ReminderForm, chosen_enrolments
from cockpit.operations.reminding import Candidate, candidates_of, send_reminders, words_for
from cockpit.queries.reminding import WAITING, fates_of, messages_of_reminder, remindable, reminders_of
from cockpit.rules.people import State
from cockpit.rules.reminding import MOST_AT_ONCE, Reason
from cockpit.views.managing import PLACE, ManagerRequest, manages
from cockpit.views.paging import page_of
from cockpit.views.people_looks import note
from foundation import scope
from progress.models import Enrolment
from progress.views.people import SeeOther

SHOWN = 25
_UNFIT = 422
_STATES = {"waiting": WAITING, **{state.value: (state,) for state in WAITING}}
"""What `who` may name instead of people one by one."""
REASONS = {
    Reason.DONE: gettext_lazy("has completed the course"),
    Reason.LEFT: gettext_lazy("left the course or the organisation"),
    Reason.CLOSED: gettext_lazy("has an account that is closed"),
    Reason.NO_ADDRESS: gettext_lazy("has no e-mail address; tell them in person"),
    Reason.OPTED_OUT: gettext_lazy("does not want reminders"),
    Reason.HAD_ENOUGH: gettext_lazy("had as many reminders this week as your settings allow"),
}


@manages(Sees.ENROLMENTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: ManagerRequest) -> HttpResponse:
    """Show what would be sent to whom, and who gets none and why. Nothing is written but that they were looked at."""
    if request.method != "POST":
        return SeeOther(_with_place(request, "cockpit:people"))
    is_first = "token" not in request.POST
    form = ReminderForm({"text": request.POST.get("text", ""), "token": request.POST.get("token") or str(uuid4())})
    rows = _chosen(request)
    if not rows:
        messages.info(request, _("Tick somebody first; people who are done or left need no reminder."))
        return SeeOther(_with_place(request, "cockpit:people"))
    is_fit = form.is_valid()
    return _show(request, form, rows, status=200 if is_fit or is_first else _UNFIT)


@manages(Sees.ENROLMENTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: ManagerRequest) -> HttpResponse:
    """List the reminders that went out, with what became of them; send one that was looked at."""
    sight = request.sight
    if request.method == "POST":
        form = ReminderForm(request.POST)
        rows = _chosen(request)
        if not rows:
            raise Http404
        if not form.is_valid():
            return _show(request, form, rows, status=_UNFIT)
        with scope.lifted():
            sent = send_reminders(
                enrolments=rows,
                text=form.cleaned_data["text"],
                token=form.cleaned_data["token"],
                by=request.user,
                at=sight.at,
            )
        if sent:
            messages.success(request, _("The reminder is on its way. Below you see what becomes of it."))
        else:
            messages.info(request, _("Nothing was sent: it was sent before, or nobody of them may get one now."))
        return SeeOther(_with_place(request, "cockpit:reminders"))
    page = page_of(reminders_of(sight), request.GET.get("page"), size=SHOWN)
    fates = fates_of(sight, page.object_list)
    context = {
        "page": page,
        "rows": [(reminder, fates.get(reminder.public_id, [])) for reminder in page.object_list],
        "section": "reminders",
    }
    return render(request, "cockpit/messages/reminders.html", context)


@manages(Sees.ENROLMENTS)
@never_cache
@require_safe
def reminder(request: ManagerRequest, public_id: UUID) -> HttpResponse:
    """Show one reminder: its words, to whom it went, and what became of each message."""
    found = reminders_of(request.sight).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    page = page_of(messages_of_reminder(request.sight, found), request.GET.get("page"), size=SHOWN)
    return render(request, "cockpit/messages/reminder.html", {"reminder": found, "page": page, "section": "reminders"})


def _chosen(request: ManagerRequest) -> list[Enrolment]:
    states = _STATES.get(request.POST.get("who", ""), ())
    ids = chosen_enrolments(request.POST.getlist("enrolment"))
    return remindable(request.sight, ids=ids, states=states) if ids or states else []


def _show(request: ManagerRequest, form: ReminderForm, rows: Sequence[Enrolment], *, status: int) -> HttpResponse:
    text = form.cleaned_data.get("text", "") if form.is_valid() else ""
    with scope.lifted():
        candidates = candidates_of(rows, at=request.sight.at)
        mails = _mails(request, candidates, text)
    note(request.sight, Look.Kind.LIST, [row.learner_id for row in rows])
    receivers = [found for found in candidates if not found.reason]
    by_reason: dict[Reason, list[Candidate]] = defaultdict(list)
    for found in candidates:
        if found.reason:
            by_reason[found.reason].append(found)
    later = sorted({found.due_at for found in receivers if found.due_at > request.sight.at})
    context = {
        "form": form,
        "enrolments": " ".join(row.public_id.hex for row in rows),
        "receivers": receivers,
        "others": [(REASONS[reason], by_reason[reason]) for reason in Reason if reason in by_reason],
        "others_count": len(candidates) - len(receivers),
        "mails": mails,
        "later": [date_format(localtime(moment), "DATETIME_FORMAT") for moment in later],
        "most": MOST_AT_ONCE if len(rows) >= MOST_AT_ONCE else 0,
        "button": ngettext(
            "Send the reminder to %(count)s person", "Send the reminder to %(count)s people", len(receivers)
        )
        % {"count": len(receivers)},
        "section": "reminders",
    }
    return render(request, "cockpit/messages/preview.html", context, status=status)


def _mails(request: ManagerRequest, candidates: Sequence[Candidate], text: str) -> list[dict[str, object]]:
    """Return the mail to the first receiver of each language and state, as it would be sent now.

    Only of an enrolment that is seen whole: how far somebody is may hold steps that the viewer does not see.
    """
    found: dict[tuple[str, bool], dict[str, object]] = {}
    for candidate in candidates:
        row = candidate.enrolment
        key = (row.learner.language, row.status == State.NOT_STARTED)  # type: ignore[attr-defined]  # annotated
        if candidate.reason or key in found or not row.is_whole:  # type: ignore[attr-defined]
            continue
        words = words_for(row, text=text, sender=request.user)
        if words is not None:
            with override(row.learner.language):
                shown = {
                    name: [str(one) for one in value] if name == "paragraphs" else str(value)
                    for name, value in words.items()
                }
            found[key] = {"words": shown, "to": row.learner.get_short_name(), "language": row.learner.language}
    return list(found.values())


def _with_place(request: ManagerRequest, name: str) -> str:
    chosen = request.sight.chosen
    return reverse(name) + (f"?{PLACE}={chosen.public_id}" if chosen else "")
