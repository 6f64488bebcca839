"""Did it help? The question 90 days after a course."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext

from accounts.models import Notification
from accounts.operations.notifying import notify
from courses.queries import serving
from progress.models import CourseCompletion, Enrolment, HelpAsk
from progress.operations.helping import note_asked
from progress.rules.helping import ASKED_UNTIL, LATER_AFTER

KIND = "progress.did-you-use-it"
_ASKED_AT_ONCE = 500


def ask_later(*, at: datetime) -> int:
    """Ask those whose course was complete 90 days ago whether they used it at work; return how many.

    Each is asked once, by a message they may do without. Run by the worker every day; interrupted, it goes on the next
    time.
    """
    asked = HelpAsk.objects.filter(enrolment=OuterRef("enrolment"), wave=HelpAsk.Wave.LATER)
    due = (
        CourseCompletion.objects.filter(
            ~Exists(asked),
            completed_at__lte=at - LATER_AFTER,
            completed_at__gt=at - ASKED_UNTIL,
            enrolment__withdrawn_at=None,
            enrolment__learner__is_active=True,
        )
        .select_related("enrolment__learner")
        .order_by("pk")[:_ASKED_AT_ONCE]
    )
    count = 0
    for completion in due:
        enrolment = completion.enrolment
        with transaction.atomic():
            if not note_asked(enrolment, HelpAsk.Wave.LATER, localdate(at)):
                continue
            notify(
                kind=KIND,
                key=str(enrolment.public_id),
                person=enrolment.learner,
                values={"enrolment": str(enrolment.public_id)},
                at=at,
            )
        count += 1
    return count


def words_of_later(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of the message that asks; None where the reason is gone. Its language is in force."""
    enrolment = (
        Enrolment.objects.filter(public_id=UUID(values["enrolment"]), withdrawn_at=None)
        .select_related("course")
        .first()
    )
    if (
        enrolment is None
        or HelpAsk.objects.filter(enrolment=enrolment, wave=HelpAsk.Wave.LATER, is_answered=True).exists()
    ):
        return None
    title = serving.outline_of(enrolment.course, notification.language).title
    path = reverse("progress:did_it_help", args=[enrolment.public_id, HelpAsk.Wave.LATER.value])
    return {
        "subject": gettext("Did you use it at work?"),
        "paragraphs": [
            gettext("Some months ago you completed the course “%(title)s”.") % {"title": title},
            gettext("One question: did you use it at work? Your answer is kept without your name."),
        ],
        "button": gettext("Answer the question"),
        "link": settings.PORTAL_BASE_URL + path,
        "reason": gettext("You get this message once, 90 days after you completed a course."),
    }
