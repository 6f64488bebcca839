"""Remind people to go on: once an act, within the limits of their organisation, never after completion.

Whoever calls it hands over enrolments that came out of a manager's sight, of organisations they manage. When each mail
is sent, the sight, the completion and the choice of the person are looked at again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from accounts.models import Notification, NotificationChoice, Organisation, User
from accounts.notifying import register_notification
from accounts.operations.notifying import Message, notify, notify_many
from accounts.queries.visibility import footnotes_of
from cockpit.models import Reminder, ReminderReceiver
from cockpit.queries.people import followed
from cockpit.queries.reminding import REMINDER
from cockpit.queries.scope import NothingToSee, sight_of
from cockpit.rules.reminding import WEEK, Facts, Reason, goes_out_at, reason_not_to_remind
from foundation import scope
from progress.models import CourseCompletion, Enrolment
from progress.queries.enrolments import CourseProgress, progress_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be reminded of a course. `reason`: why not; None for who is."""

    enrolment: Enrolment
    due_at: datetime
    reason: Reason | None


def register_messages() -> None:
    """Say what makes the words of a reminder. Called when the app is ready."""
    register_notification(
        REMINDER,
        label=gettext_lazy("Reminders to go on with a course"),
        words=words_of_reminder,
        is_optional=True,
        again=remind_again,
    )


def due_of(organisation: Organisation, *, at: datetime) -> datetime:
    """Return when a reminder of an organisation goes out that is sent now."""
    return goes_out_at(
        at,
        quiet_from=organisation.quiet_from,
        quiet_until=organisation.quiet_until,
        zone=ZoneInfo(settings.TIME_ZONE),
    )


def candidates_of(enrolments: Iterable[Enrolment], *, at: datetime) -> list[Candidate]:
    """Look at who of these may be reminded and who may not, and why. Cost: 3 queries.

    They come with learner and organisation, and with `left_at` as `cockpit.queries.people.followed` gives it. Where
    somebody is in two courses, the reminder for the first counts for the second.
    """
    rows = list(enrolments)
    learners = {row.learner_id for row in rows}
    done = set(CourseCompletion.objects.filter(enrolment__in=rows).values_list("enrolment", flat=True))
    unwanted = set(
        NotificationChoice.objects.filter(kind=REMINDER, is_wanted=False, person__in=learners).values_list(
            "person", flat=True
        )
    )
    had: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    receivers = ReminderReceiver.objects.filter(enrolment__learner__in=learners, reminder__due_at__gt=at - WEEK)
    for learner, place, earlier in receivers.values_list(
        "enrolment__learner", "reminder__organisation", "reminder__due_at"
    ):
        had[learner, place].append(earlier)
    found = []
    for row in rows:
        organisation = row.organisation
        assert organisation is not None  # of a manager's own
        due_at = due_of(organisation, at=at)
        left_at = getattr(row, "left_at", row.withdrawn_at)
        facts = Facts(
            is_done=row.pk in done,
            has_left=left_at is not None and left_at <= at,
            is_active=row.learner.is_active and row.learner.erased_at is None,
            has_address=bool(row.learner.email),
            is_wanted=row.learner_id not in unwanted,
            reminders=sum(due_at - WEEK < one for one in had[row.learner_id, organisation.pk]),
        )
        reason = reason_not_to_remind(facts, at_most=organisation.reminders_a_week)
        if reason is None:
            had[row.learner_id, organisation.pk].append(due_at)
        found.append(Candidate(row, due_at, reason))
    return found


def send_reminders(
    *, enrolments: Iterable[Enrolment], text: str, token: UUID, by: User, at: datetime
) -> list[Reminder]:
    """Remind who may be reminded, and return the acts of it: one for each organisation. Cost: 12 queries each, and 5.

    `token` is of the form: sent twice, also at the same moment, it is one reminder. The receivers are looked at anew under
    a lock of the organisation, so that two managers cannot remind somebody twice.
    """
    rows = sorted(enrolments, key=lambda row: row.pk)
    by_organisation: dict[int, list[Enrolment]] = defaultdict(list)
    for row in rows:
        if row.organisation_id is not None:
            by_organisation[row.organisation_id].append(row)
    made = []
    for pk in sorted(by_organisation):
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update(no_key=True).get(pk=pk)
            token_here = uuid5(token, str(pk))
            if Reminder.objects.filter(token=token_here).exists():
                continue
            receivers = [found.enrolment for found in candidates_of(by_organisation[pk], at=at) if not found.reason]
            if not receivers:
                continue
            reminder = Reminder.objects.create(
                organisation=organisation,
                text=text,
                language=by.language,
                token=token_here,
                sent_by=by,
                sent_at=at,
                due_at=due_of(organisation, at=at),
            )
            ReminderReceiver.objects.bulk_create(
                [ReminderReceiver(reminder=reminder, enrolment=enrolment) for enrolment in receivers]
            )
            notify_many(
                kind=REMINDER,
                messages=[
                    Message(
                        key=f"{reminder.public_id.hex}:{enrolment.pk}",
                        values={"reminder": reminder.pk, "enrolment": enrolment.pk},
                        person=enrolment.learner,
                    )
                    for enrolment in receivers
                ],
                organisation=organisation,
                sender=by,
                due_at=reminder.due_at,
                at=at,
            )
            made.append(reminder)
    return made


def remind_again(notification: Notification, *, by: User, at: datetime) -> Notification | None:
    """Send a reminder once more that did not arrive. Once for each that did not, however often it is asked for."""
    cause, _colon, rest = notification.key.partition(":")
    enrolment = int(rest.partition(":")[0])
    reminder = Reminder.objects.select_related("organisation").filter(public_id=UUID(hex=cause)).first()
    if reminder is None or notification.person is None:
        return None
    return notify(
        kind=REMINDER,
        key=f"{cause}:{enrolment}:{notification.pk}",
        values={"reminder": reminder.pk, "enrolment": enrolment},
        person=notification.person,
        organisation=reminder.organisation,
        sender=by,
        due_at=due_of(reminder.organisation, at=at),
        at=at,
    )


def words_of_reminder(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of a reminder, in the language in force.

    None where its sender sees the enrolment no more, where the course is done or left, where the learner left the
    organisation (what was done before is seen still), or where there is no step to go on with.
    """
    reminder = Reminder.objects.select_related("organisation", "sent_by").filter(pk=values["reminder"]).first()
    sender = notification.sender
    if reminder is None or sender is None or not sender.is_active:
        return None
    try:
        sight = sight_of(sender, at=values["at"])
    except NothingToSee:
        return None
    if reminder.organisation_id not in sight.own:
        return None
    with scope.guarded():
        enrolment = (
            followed(sight)
            .filter(pk=values["enrolment"], organisation=reminder.organisation)
            .filter(Q(left_at=None) | Q(left_at__gt=values["at"]))
            .select_related("learner", "organisation", "course", "start_edition")
            .first()
        )
    if enrolment is None or CourseCompletion.objects.filter(enrolment=enrolment.pk).exists():
        return None
    row = Enrolment.objects.with_course().select_related("learner", "organisation").get(pk=enrolment.pk)
    return words_for(row, text=reminder.text, sender=sender)


def words_for(enrolment: Enrolment, *, text: str, sender: User) -> Mapping[str, Any] | None:
    """Return the words a reminder of this enrolment would have now, in the language of its learner.

    It comes with course, start edition, learner and organisation. None where there is no step to go on with.
    """
    language = enrolment.learner.language
    with override(language):
        own = progress_of(enrolment, language=language)
        if own.completed_at is not None or own.go_on is None:
            return None
        return _words(enrolment, own, text=text, sender=sender)


def _words(enrolment: Enrolment, own: CourseProgress, *, text: str, sender: User) -> dict[str, Any]:
    organisation = enrolment.organisation
    assert organisation is not None
    assert own.go_on is not None
    values = {
        "course": own.outline.title,
        "step": own.go_on.item.title,
        "name": sender.get_short_name(),
        "organisation": organisation.name,
    }
    steps = own.progress.counted_count
    if own.progress.done_count:
        said = ngettext(
            "You have done %(done)s of %(count)s step of the course “%(course)s”.",
            "You have done %(done)s of %(count)s steps of the course “%(course)s”.",
            steps,
        ) % {**values, "done": own.progress.done_count, "count": steps}
        going_on = _("The next one is “%(step)s”. You go on where you stopped; nothing is lost.") % values
    else:
        said = _("You are enrolled in the course “%(course)s” and have not begun yet.") % values
        going_on = _("The first step is “%(step)s”.") % values
    paragraphs = [said, going_on]
    if text:
        paragraphs.append(_("%(name)s of %(organisation)s writes:") % values)
        paragraphs += [paragraph for paragraph in text.split("\n") if paragraph]
    else:
        paragraphs.append(_("%(name)s of %(organisation)s sends you this reminder.") % values)
    return {
        "subject": _("To go on with: %(course)s") % values,
        "paragraphs": paragraphs,
        "button": _("Go on with the course") if own.progress.done_count else _("Begin the course"),
        "link": settings.PORTAL_BASE_URL + reverse("progress:course", args=[own.outline.slug]),
        "reason": ngettext(
            "You get this message because you learn for %(organisation)s. It is %(count)s reminder a week at most.",
            "You get this message because you learn for %(organisation)s. It is %(count)s reminders a week at most.",
            organisation.reminders_a_week,
        )
        % {**values, "count": organisation.reminders_a_week},
        **footnotes_of(enrolment.project_id, enrolment.learner.language),
    }
