"""What facilitators write: messages to the people of a cohort, and notes for themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Notification, User
from accounts.operations.notifying import Message, notify_many
from accounts.queries.visibility import footnotes_of
from progress.models import Cohort, CohortMember, CohortMessage, FacilitatorNote
from progress.queries.cohorts import running

KIND = "progress.cohort-message"


def send_message(
    *, cohort: Cohort, public_id: UUID, subject: str, text: str, language: str, by: User, at: datetime
) -> CohortMessage:
    """Write to the people of a cohort: on its page, and by mail to who wants it. Cost: 8 queries for any number.

    `public_id` is of the form: sent twice, the message is there once and each person gets it once.
    """
    with transaction.atomic():
        message, is_new = CohortMessage.objects.get_or_create(
            public_id=public_id,
            cohort=cohort,
            defaults={"subject": subject, "text": text, "language": language, "sent_by": by, "sent_at": at},
        )
        if is_new:
            places = CohortMember.objects.filter(running(at), cohort=cohort).select_related("person")
            notify_many(
                kind=KIND,
                messages=[
                    Message(
                        key=f"{public_id}:{place.person.public_id}",
                        values={"message": str(public_id)},
                        person=place.person,
                    )
                    for place in places
                ],
                at=at,
                organisation=cohort.organisation,
                sender=by,
            )
        return message


def words_of_message(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of the mail with a message; None for somebody who is in the cohort no more."""
    message = (
        CohortMessage.objects.filter(public_id=UUID(values["message"])).select_related("cohort", "sent_by").first()
    )
    if message is None or notification.person is None:
        return None
    cohort = message.cohort
    if not CohortMember.objects.filter(running(Now()), cohort=cohort, person=notification.person).exists():
        return None
    said = {"cohort": cohort.name}
    return {
        "subject": message.subject,
        "paragraphs": [part.strip() for part in message.text.replace("\r\n", "\n").split("\n\n") if part.strip()],
        "button": gettext("Open the page of the group"),
        "link": settings.PORTAL_BASE_URL + reverse("progress:cohort", args=[cohort.public_id]),
        "reason": gettext("You get this message because you are in “%(cohort)s”.") % said,
        **footnotes_of(cohort.project_id, notification.language),
    }


def write_note(*, cohort: Cohort, text: str, by: User, at: datetime) -> FacilitatorNote:
    """Keep a note about a group. The same words of the same person are kept once. Cost: 2 queries."""
    note, _is_new = FacilitatorNote.objects.get_or_create(
        cohort=cohort, text=text, written_by=by, defaults={"written_at": at}
    )
    return note


def delete_note(*, note: FacilitatorNote) -> None:
    """Delete a note. Cost: 1 query."""
    FacilitatorNote.objects.filter(pk=note.pk).delete()
