"""Live sessions of a cohort: planned, changed, cancelled; and who was there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone_name, localdate, localtime
from django.utils.translation import gettext

from accounts.models import Notification, User
from accounts.operations.notifying import Message, notify_many
from accounts.queries.visibility import footnotes_of
from courses.models import Course
from progress.models import Attendance, Cohort, CohortMember, Enrolment, LiveSession
from progress.operations.enrolling import NotOffered
from progress.operations.finishing import lock_enrolment, record_attendance
from progress.operations.stepping import UnknownItem, find_step
from progress.queries.cohorts import running

KIND = "progress.cohort-session"


class NotYet(Exception):
    """The session is on a later day, or was cancelled: nobody was there."""


class StepIsSettled(Exception):
    """Somebody was ticked off already, so the session stays one of the step it was of."""


@dataclass(frozen=True, slots=True)
class SessionValues:
    """What is said of a session. `course` and `item_key`: the step that being there does, both or neither."""

    title: str
    begins_at: datetime
    minutes: int
    place: str = ""
    link: str = ""
    course: Course | None = None
    item_key: UUID | None = None


def plan_session(*, cohort: Cohort, public_id: UUID, values: SessionValues, by: User, at: datetime) -> LiveSession:
    """Plan a session and tell who is in the cohort. `public_id` is of the form: sent twice, one is planned.

    Of one that is over, noted down for who was there, nobody is told; nor that it was changed or cancelled since.

    Cost: 7 queries.
    """
    with transaction.atomic():
        session, is_new = LiveSession.objects.get_or_create(
            public_id=public_id, cohort=cohort, defaults=_fields(values)
        )
        if is_new:
            _tell(session, by, at)
        return session


def change_session(*, session: LiveSession, values: SessionValues, by: User, at: datetime) -> LiveSession:
    """Say something else of a session, and tell who is in the cohort. Where nothing differs, nothing is done.

    Its number rises, so that calendars take the new file for the newer one. Cost: 8 queries.

    :raises StepIsSettled: if the step is another one and somebody was ticked off already.
    """
    with transaction.atomic():
        locked = LiveSession.objects.select_for_update().get(pk=session.pk)
        fields = _fields(values)
        differing = [name for name, value in fields.items() if getattr(locked, name) != value]
        if not differing:
            return locked
        if {"course", "item_key"} & set(differing) and Attendance.objects.filter(session=locked).exists():
            raise StepIsSettled
        for name in differing:
            setattr(locked, name, fields[name])
        locked.revision += 1
        locked.save(update_fields=[*differing, "revision"])
        _tell(locked, by, at)
        return locked


def cancel_session(*, session: LiveSession, by: User, at: datetime) -> LiveSession:
    """Cancel a session, and tell who is in the cohort. Done twice, it is cancelled once. Cost: 7 queries."""
    with transaction.atomic():
        locked = LiveSession.objects.select_for_update().get(pk=session.pk)
        if locked.cancelled_at is None:
            locked.cancelled_at = at
            locked.revision += 1
            locked.save(update_fields=["cancelled_at", "revision"])
            _tell(locked, by, at)
        return locked


def is_over(session: LiveSession, *, at: datetime) -> bool:
    """Say whether a session has ended, by what was planned."""
    return session.begins_at + timedelta(minutes=session.minutes) <= at


def note_attendance(
    *, session: LiveSession, there: Iterable[User], away: Iterable[User], by: User, at: datetime
) -> None:
    """Note who was at a session and who was not. Where the session is of a step, being there does it.

    A tick that is taken back leaves the step done, and says of the session that the person was not there. Noted twice,
    the same is true, and the first time stays. Each person is a transaction of their own, so that a long list holds
    nobody up. Cost: 2 queries for each person whose note changes, and about 8 for each whose step it does.

    :raises NotYet: if the session is on a later day, or was cancelled.
    """
    if session.cancelled_at is not None or localdate(session.begins_at) > localdate(at):
        raise NotYet
    for person, was_there in ((person, was) for people, was in ((there, True), (away, False)) for person in people):
        with transaction.atomic():
            row, is_new = Attendance.objects.get_or_create(
                session=session,
                person=person,
                defaults={"was_there": was_there, "noted_by": by, "noted_at": at},
            )
            if not is_new and row.was_there != was_there:
                row.was_there, row.noted_by, row.noted_at = was_there, by, at
                row.save(update_fields=["was_there", "noted_by", "noted_at"])
            if was_there:
                _do_step(session, person, at)


def words_of_session(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of the message about a session; None for somebody in the cohort no more, or of an older form."""
    session = LiveSession.objects.filter(public_id=UUID(values["session"])).select_related("cohort").first()
    if session is None or session.revision != values["revision"] or notification.person is None:
        return None
    if not CohortMember.objects.filter(running(Now()), cohort=session.cohort, person=notification.person).exists():
        return None
    said = {"title": session.title, "cohort": session.cohort.name}
    when = gettext("%(time)s (%(zone)s), %(minutes)s minutes") % {
        "time": date_format(localtime(session.begins_at), "DATETIME_FORMAT"),
        "zone": get_default_timezone_name(),
        "minutes": session.minutes,
    }
    paragraphs = [when, *([session.place] if session.place else []), *([session.link] if session.link else [])]
    if session.cancelled_at is not None:
        subject, paragraphs = (
            gettext("Cancelled: %(title)s") % said,
            [
                gettext("“%(title)s” of “%(cohort)s” does not take place.") % said,
                when,
            ],
        )
    elif session.revision:
        subject = gettext("Changed: %(title)s") % said
        paragraphs.insert(0, gettext("A live session of “%(cohort)s” changed. It is now:") % said)
    else:
        subject = gettext("Live session: %(title)s") % said
        paragraphs.insert(0, gettext("“%(cohort)s” meets:") % said)
    return {
        "subject": subject,
        "paragraphs": paragraphs,
        "button": gettext("See it, with a file for your calendar"),
        "link": settings.PORTAL_BASE_URL + reverse("progress:cohort", args=[session.cohort.public_id]),
        "reason": gettext("You get this message because you are in “%(cohort)s”.") % said,
        **footnotes_of(session.cohort.project_id, notification.language),
    }


def _fields(values: SessionValues) -> dict[str, Any]:
    return {
        "title": values.title,
        "begins_at": values.begins_at,
        "minutes": values.minutes,
        "place": values.place,
        "link": values.link,
        "course": values.course,
        "item_key": values.item_key,
    }


def _do_step(session: LiveSession, person: User, at: datetime) -> None:
    """Record the step of a session as done, where it is still one that is done by being there."""
    if session.course_id is None or session.item_key is None:
        return
    enrolment = Enrolment.objects.active().filter(learner=person, course=session.course_id).order_by("-cycle").first()
    if enrolment is None:
        return
    locked = lock_enrolment(enrolment.pk)
    try:
        step = find_step(locked.course, session.item_key)
    except (UnknownItem, NotOffered):
        return
    if step.done_by_attendance:
        record_attendance(locked, item_key=session.item_key, at=at)


def _tell(session: LiveSession, by: User, at: datetime) -> None:
    """Tell who is in the cohort, each once for each form of the session; not who says it, and nobody once it is over."""
    if is_over(session, at=at):
        return
    places = CohortMember.objects.filter(running(at), cohort=session.cohort_id).exclude(person=by)
    notify_many(
        kind=KIND,
        messages=[
            Message(
                key=f"{session.public_id}:{session.revision}:{place.person.public_id}",
                values={"session": str(session.public_id), "revision": session.revision},
                person=place.person,
            )
            for place in places.select_related("person")
        ],
        at=at,
        organisation=session.cohort.organisation,
        sender=by,
    )
