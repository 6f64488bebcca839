"""The message that an import is done: its words are made when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Notification
from accounts.notifying import register_notification
from accounts.operations.notifying import notify
from cockpit.models import PeopleImport
from cockpit.queries.importing import overview
from cockpit.queries.scope import NothingToSee, sight_of

IMPORT_DONE = "cockpit.import-done"


def register_messages() -> None:
    """Say what makes the words of the message. Called when the app is ready."""
    register_notification(
        IMPORT_DONE, label=gettext_lazy("A list of people was added"), words=words_of_done, is_optional=True
    )


def tell_done(record: PeopleImport, *, at: datetime) -> None:
    """Have a message sent to who began an import, once for each time that it came to its end."""
    if record.made_by is not None and record.made_by.email:
        notify(
            kind=IMPORT_DONE,
            key=f"{record.public_id}:{record.run_count}",
            values={"import": str(record.public_id)},
            at=at,
            person=record.made_by,
            organisation=record.organisation,
        )


def words_of_done(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words, with the numbers of now; None where the reader manages the organisation no more."""
    record = PeopleImport.objects.select_related("organisation").filter(public_id=values["import"]).first()
    if record is None or notification.person is None:
        return None
    try:
        sight = sight_of(notification.person, at=timezone.now(), with_closed=True)  # noqa: TID251 - the moment of sending
    except NothingToSee:
        return None
    if record.organisation_id not in sight.own:
        return None
    found = overview(record, record.rows.all())
    return {
        "subject": _("Your list of people was added"),
        "paragraphs": [
            sentence
            for sentence in (
                _("The list is %(file)s, for %(organisation)s.")
                % {"file": record.file_name, "organisation": record.organisation.name},
                _added(found.added_mails, found.added_cards),
                _here(found.here),
                _needs_a_look(found.problems),
                _("You can undo it for 24 hours."),
            )
            if sentence
        ],
        "button": _("See what became of it"),
        "link": settings.PORTAL_BASE_URL + reverse("cockpit:import_one", args=[record.public_id]),
        "reason": _("You get this message because you added a list of people."),
    }


def _added(mails: int, cards: int) -> str:
    by_mail = ngettext("%(count)s person was invited by mail.", "%(count)s people were invited by mail.", mails)
    by_card = ngettext("%(count)s person got a card.", "%(count)s people got a card.", cards)
    parts = [by_mail % {"count": mails}]
    if cards:
        parts.append(by_card % {"count": cards})
    return " ".join(parts)


def _here(count: int) -> str:
    words = ngettext("%(count)s person was here already.", "%(count)s people were here already.", count)
    return words % {"count": count} if count else ""


def _needs_a_look(count: int) -> str:
    words = ngettext("%(count)s row needs a look.", "%(count)s rows need a look.", count)
    return words % {"count": count} if count else ""
