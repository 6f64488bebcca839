"""The one mail about a certificate: it is there, and where."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from certificates.models import Certificate
from certificates.operations.wording import long_date
from certificates.rules.payload import address_for, text_for


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.mail`: tell the holder, in their language.

    The address is that of the moment of sending; somebody who took theirs away since gets no mail. Sent and then
    marked as done, so after a crash in between it is sent once more.
    """
    certificate = Certificate.objects.select_related("enrolment__learner").get(pk=payload["certificate"])
    learner = certificate.enrolment.learner
    if not learner.email:
        return
    with override(learner.language):
        words = _words(certificate, learner.language)
        mail = EmailMultiAlternatives(
            subject=gettext("Your certificate is ready"),
            body=render_to_string("certificates/mail/ready.txt", words),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[learner.email],
        )
        mail.attach_alternative(render_to_string("certificates/mail/ready.html", words), "text/html")
    mail.send()


def _words(certificate: Certificate, language: str) -> dict[str, Any]:
    payload = certificate.payload
    return {
        "language": language,
        "title": text_for(payload, language)["title"],
        "number": certificate.number,
        "issued_date": long_date(date.fromisoformat(payload["issued_date"])),
        "link": address_for(payload, language),
        "list_link": settings.PORTAL_BASE_URL + reverse("certificates:mine"),
        "issuer": text_for(payload, language)["lines"]["issuer"],
        "is_demo": payload["is_demo"],
        "site_name": settings.PORTAL_SITE_NAME,
    }
