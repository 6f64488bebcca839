"""Mails to those who look after certificates: somebody asked for a change of one, and what came of it.

A message names the request and the person; words, address and right are those of the moment of sending. No mail names
the holder: who may see that opens the page.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from accounts.models import User
from accounts.operations import send_words
from certificates.models import CertificateRequest
from certificates.queries.rights import has_right
from foundation.operations import post_messages

MAIL = "certificates.request.mail"
OPERATORS = "Operators"
"""The group of those who run the site."""


def mail_about(request: CertificateRequest, what: str, people: Iterable[User], *, at: datetime) -> None:
    """Have people told of a request by mail, after this transaction: `asked`, `delayed`, `agreed` or `refused`.

    Of a delay the operators are told, and the contact address of the site: an operator need not have an account here.
    """
    told: dict[str, int | None] = {str(person.pk): person.pk for person in people}
    if what == "delayed":
        told |= {str(person.pk): person.pk for person in User.objects.filter(groups__name=OPERATORS, is_active=True)}
        if settings.PORTAL_CONTACT_EMAIL:
            told["contact"] = None
    payloads = {
        f"{request.public_id}:{what}:{name}": {"request": request.pk, "person": pk, "what": what}
        for name, pk in told.items()
    }
    post_messages(kind=MAIL, payloads=payloads, at=at)


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.request.mail`.

    Who has no address, no account or no right by now gets none; nor is anybody asked who need not answer any more.
    """
    request = CertificateRequest.objects.select_related("certificate", "requested_by", "decided_by").get(
        pk=payload["request"]
    )
    what = payload["what"]
    if what in {"asked", "delayed"} and request.state != CertificateRequest.State.WAITING:
        return
    if payload["person"] is None:
        address, language = settings.PORTAL_CONTACT_EMAIL, settings.LANGUAGE_CODE
    else:
        person = User.objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
        if person is None or (what != "delayed" and not has_right(person)):
            return
        address, language = person.email, person.language
    with override(language):
        words = _words(request, what)
        words |= {
            "button": gettext("Open the request"),
            "link": settings.PORTAL_BASE_URL + reverse("cockpit:certificate_request", args=[request.public_id]),
        }
        send_words(address=address, language=language, words=words)


def _words(request: CertificateRequest, what: str) -> dict[str, Any]:
    """Return the subject, the paragraphs and the reason of a mail, in the language in force."""
    nobody = gettext("somebody")
    values = {
        "number": request.certificate.number,
        "asker": str(request.requested_by or nobody),
        "decider": str(request.decided_by or nobody),
        "change": request.get_kind_display(),
        "reason": request.get_reason_display(),
        "answer": request.decision_note,
        "time": date_format(timezone.localtime(request.due_at), "DATETIME_FORMAT") if request.due_at else "",
    }
    paragraphs = [gettext("What is asked for: %(change)s. The reason: %(reason)s.")]
    why = gettext("You get this message because you look after certificates of this site.")
    if what == "asked":
        subject = gettext("A certificate needs a second look: %(number)s")
        paragraphs.insert(0, gettext("%(asker)s asks for a change of the certificate %(number)s."))
        paragraphs.append(gettext("It is done when a second person agrees. Until then nothing changes."))
    elif what == "delayed":
        subject = gettext("A certificate is changed on %(time)s: %(number)s")
        paragraphs.insert(0, gettext("%(asker)s asks for a change of the certificate %(number)s."))
        paragraphs.append(
            gettext(
                "Nobody else may decide about it, so it is done by itself on %(time)s, unless it is taken back before "
                "then, or somebody else gets the right and decides."
            )
        )
        why = gettext("You get this message because you run this site.")
    elif what == "agreed":
        subject = gettext("Done: certificate %(number)s")
        paragraphs.append(
            gettext("%(decider)s agreed. It is done, and the holder is told.")
            if request.decided_by
            else gettext("The 24 hours are over. It is done, and the holder is told.")
        )
        if request.decision_note:
            paragraphs.append(gettext("What was said: %(answer)s"))
    else:
        subject = gettext("Not done: certificate %(number)s")
        paragraphs.append(
            gettext("%(decider)s did not agree. The certificate stays as it is.")
            if request.decided_by
            else gettext("It could not be done any more: the certificate changed meanwhile.")
        )
        if request.decision_note:
            paragraphs.append(gettext("What was said: %(answer)s"))
    return {"subject": subject % values, "paragraphs": [words % values for words in paragraphs], "reason": why}
