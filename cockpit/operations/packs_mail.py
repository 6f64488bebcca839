"""The mail that says that an evidence pack is ready."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Notification
from accounts.notifying import register_notification
from cockpit.models import EvidencePack
from cockpit.queries.packs import MAIL


def register_messages() -> None:
    """Say what makes the words of the mail about packs. Called when the app is ready."""
    register_notification(MAIL, label=gettext_lazy("An evidence pack is ready"), words=words_of_ready, is_optional=True)


def words_of_ready(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words, unless the pack is gone. The file is not in the mail: some have names."""
    pack = EvidencePack.objects.filter(pk=values["pack"]).exclude(file="").first()
    if pack is None:
        return None
    days = {
        "first": date_format(pack.first_day, "DATE_FORMAT"),
        "last": date_format(pack.last_day, "DATE_FORMAT"),
    }
    return {
        "subject": _("Your evidence pack is ready"),
        "paragraphs": [
            _("The evidence pack for %(first)s to %(last)s is ready to be downloaded.") % days,
            _("The page asks you to sign in. It shows the digest of the file, too.") % days,
        ],
        "button": _("Open the page of the pack"),
        "link": settings.PORTAL_BASE_URL + reverse("cockpit:pack", args=[pack.public_id]),
        "reason": _("You get this message because you asked for the pack."),
    }
