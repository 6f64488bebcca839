"""Mails to the holder of a certificate: it is there, and what happened to it since. Each once, in their language."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.operations.mailing import foot_of
from accounts.operations.preferences import is_wanted
from certificates.models import Certificate, CertificateEvent
from certificates.operations.wording import long_date
from certificates.queries.notices import What, event_of_replacement, is_renewed, words_about
from certificates.rules.payload import address_for, text_for
from foundation.operations import post_messages

MAIL = "certificates.mail"


def tell_holder(certificate: Certificate, what: What, *, at: datetime, event: CertificateEvent | None = None) -> None:
    """Have the holder of a certificate told by mail, after this transaction. Once for each event; of its end, once."""
    tell_holders({certificate: event}, what, at=at)


def tell_holders(about: Mapping[Certificate, CertificateEvent | None], what: What, *, at: datetime) -> None:
    """Have the holders of many certificates told the same. Cost: 2 queries, none for nobody."""
    post_messages(
        kind=MAIL,
        payloads={
            f"{certificate.public_id}:{what}:{event.pk if event else 0}": {
                "certificate": certificate.pk,
                "what": what,
                "event": event.pk if event else None,
            }
            for certificate, event in about.items()
        },
        at=at,
    )


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.mail`: tell the holder, in their language.

    A message that says no more than which certificate is of its issue. The address is that of the moment of sending;
    somebody who took theirs away since gets no mail, and who renewed it or closed the account is not told that it ends. Sent
    and then marked as done, so after a crash in between it is sent once more.
    """
    certificate = Certificate.objects.select_related("enrolment__learner").get(pk=payload["certificate"])
    learner = certificate.enrolment.learner
    what = What(payload.get("what") or (What.REPLACED if certificate.supersedes_id else What.READY))
    if not learner.email or not is_wanted(learner, MAIL):
        return
    if what in {What.ENDS_SOON, What.EXPIRED} and (not learner.is_active or is_renewed(certificate)):
        return
    with override(learner.language):
        foot, headers = foot_of(learner, MAIL)
        if what is What.READY:
            subject, template = gettext("Your certificate is ready"), "certificates/mail/ready"
            mail = _mail(learner.email, subject, template, {**_ready(certificate), **foot}, headers)
        else:
            event = _event(certificate, what, payload.get("event"))
            notice = words_about(certificate, what, event=event, language=learner.language)
            words = {
                "language": learner.language,
                "subject": notice.title,
                "paragraphs": notice.paragraphs,
                "button": notice.button,
                "link": settings.PORTAL_BASE_URL + notice.url,
                "reason": notice.why,
                "site_name": settings.PORTAL_SITE_NAME,
                "operator": settings.PORTAL_OPERATOR,
                "base_url": settings.PORTAL_BASE_URL,
            }
            mail = _mail(learner.email, notice.title, "account/email/mail", {**words, **foot}, headers)
    mail.send()


def _mail(
    address: str, subject: str, template: str, words: dict[str, Any], headers: Mapping[str, str]
) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{template}.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={"Auto-Submitted": "auto-generated", **headers},
    )
    mail.attach_alternative(render_to_string(f"{template}.html", words), "text/html")
    return mail


def _event(certificate: Certificate, what: What, pk: int | None) -> CertificateEvent | None:
    if what is What.REPLACED:
        return event_of_replacement(certificate)
    return CertificateEvent.objects.get(pk=pk) if pk is not None else None


def _ready(certificate: Certificate) -> dict[str, Any]:
    language = certificate.enrolment.learner.language
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
