"""Mail sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def send_mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send one mail: the handler of the outbox kind `accounts.mail`.

    Sent and then marked as done: after a crash between the two it is sent once more. Never lost is worth more than
    never twice.
    """
    mail = EmailMultiAlternatives(
        subject=payload["subject"], body=payload["text"], from_email=settings.DEFAULT_FROM_EMAIL, to=[payload["to"]]
    )
    mail.attach_alternative(payload["html"], "text/html")
    mail.send()


def send_words(*, address: str, language: str, words: Mapping[str, Any]) -> None:
    """Send one mail in the form of the house, in a language that is in force already.

    `words`: subject, paragraphs and reason, and where there is a button, button and link.
    """
    words = {
        **words,
        "language": language,
        "site_name": settings.PORTAL_SITE_NAME,
        "operator": settings.PORTAL_OPERATOR,
        "base_url": settings.PORTAL_BASE_URL,
    }
    mail = EmailMultiAlternatives(
        subject=words["subject"],
        body=render_to_string("account/email/mail.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
    )
    mail.attach_alternative(render_to_string("account/email/mail.html", words), "text/html")
    mail.send()
