"""Mail sent."""

import smtplib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Notification, User
from accounts.notifying import NotificationKind, find_notification
from accounts.operations.preferences import is_wanted, stop_token
from accounts.rules.bounces import bounce_address, code_of, message_id
from foundation.outbox import CutOff, GiveUp

_State = Notification.State


class Refused(GiveUp):
    """The mail server of the reader said that it will never take this message."""


def send_mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send one mail: the handler of the outbox kind `accounts.mail`.

    Sent and then marked as done: after a crash between the two it is sent once more. A link to choose a passphrase that
    never arrives is worse than one that arrives twice.
    """
    mail = EmailMultiAlternatives(
        subject=payload["subject"],
        body=payload["text"],
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[payload["to"]],
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(payload["html"], "text/html")
    mail.send()


def send_words(*, address: str, language: str, words: Mapping[str, Any]) -> None:
    """Send one mail in the form of the house, in a language that is in force already.

    `words`: subject, paragraphs and reason, and where there is a button, button and link.
    """
    _in_house_form(address=address, language=language, words=words, headers={}).send()


def send_words_to(person: User, *, kind: str, words: Mapping[str, Any]) -> None:
    """Send one mail of a registered kind to a person, unless they do not want the kind; else as `send_words`.

    For kinds with a handler of their own in the outbox. Cost: 1 query for an optional kind.
    """
    if find_notification(kind).is_optional and not is_wanted(person, kind):
        return
    foot, headers = foot_of(person, kind)
    mail = _in_house_form(address=person.email, language=person.language, words={**words, **foot}, headers=headers)
    mail.send()


def foot_of(person: User, kind: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the links below a mail to a person, and its headers: where they choose, and where this kind is stopped.

    In the language in force. RFC 8058: mail programs show a button of their own that sends a POST to that address.
    """
    foot = {"choose_link": settings.PORTAL_BASE_URL + reverse("accounts:messages")}
    if not find_notification(kind).is_optional:
        return foot, {}
    stop = settings.PORTAL_BASE_URL + reverse("mail_stop", args=[stop_token(person, kind)])
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {**foot, "stop_link": stop}, headers


def deliver_notification(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send one message to one person or address: the handler of the outbox kind `accounts.notification`.

    Whom it goes to, whether they want it, in what language and whether its reason still holds is looked up now, not when
    it was posted. Where it is not sent, its row says why. The mail is the last act: after it nothing of this can fail
    but the mark that it was done, and then it is given up as perhaps sent.

    :raises Refused: if the mail server of the reader will never take it.
    :raises foundation.outbox.CutOff: if the server took the mail or did not: its answer never came.
    """
    row = (
        Notification.objects.select_related("person", "organisation", "sender")
        .filter(pk=payload["notification"], state=_State.WAITING)
        .first()
    )
    if row is None:  # gone with its person, or settled by other means
        return
    kind = find_notification(row.kind)
    address = row.person.email if row.person else row.address
    language = row.person.language if row.person else row.language
    state = _reason_not_to_send(row, kind, address)
    words = None
    if state is None and kind.words is not None:
        with override(language):
            words = kind.words(row, {**payload["values"], "at": at})
            if words is not None:
                mail = _as_mail(row, kind, address=address, language=language, words=words)
    if words is None:
        _settle(row, state or _State.DROPPED, at)
        return
    row.language = language
    _settle(row, _State.SENT, at)
    _send_once(mail)


def note_given_up(payload: Mapping[str, Any], *, error: Exception, at: datetime) -> None:
    """Note on its row that a message was given up: refused, tried long enough, or perhaps sent."""
    state = _State.UNSURE if isinstance(error, CutOff) else _State.FAILED
    problem = str(error) if isinstance(error, GiveUp) else type(error).__name__
    rows = Notification.objects.filter(pk=payload["notification"], state=_State.WAITING)
    rows.update(state=state, problem=problem[:300], settled_at=at)


def _reason_not_to_send(row: Notification, kind: NotificationKind, address: str) -> _State | None:
    person = row.person
    if person is not None and (not person.is_active or person.erased_at is not None):
        return _State.DROPPED
    if person is not None and kind.is_optional and not is_wanted(person, row.kind):
        return _State.NOT_WANTED
    return None if address else _State.NO_ADDRESS


def _settle(row: Notification, state: _State, at: datetime) -> None:
    row.state, row.settled_at = state, at
    row.save(update_fields=["state", "settled_at", "language"])


def _as_mail(
    row: Notification, kind: NotificationKind, *, address: str, language: str, words: Mapping[str, Any]
) -> EmailMultiAlternatives:
    """Return the mail of a notification, in the language in force."""
    host = urlsplit(settings.PORTAL_BASE_URL).hostname or "localhost"
    foot, headers = foot_of(row.person, kind.name) if row.person else ({}, {})
    headers["Message-ID"] = message_id(row.public_id, host=host)
    mail = _in_house_form(address=address, language=language, words={**words, **foot}, headers=headers)
    if settings.PORTAL_BOUNCE_ADDRESS:
        # The envelope's sender names the message, so that what comes back finds its row; readers see the usual one.
        mail.from_email = bounce_address(settings.PORTAL_BOUNCE_ADDRESS, row.public_id)
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
    return mail


def _in_house_form(
    *, address: str, language: str, words: Mapping[str, Any], headers: Mapping[str, str]
) -> EmailMultiAlternatives:
    words = {
        **words,
        "language": language,
        "site_name": settings.PORTAL_SITE_NAME,
        "operator": settings.PORTAL_OPERATOR,
        "base_url": settings.PORTAL_BASE_URL,
    }
    mail = EmailMultiAlternatives(
        # One line: names and titles of others stand in it.
        subject=" ".join(str(words["subject"]).split()),
        body=render_to_string("account/email/mail.txt", words),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        # RFC 3834: out-of-office programs leave such mail unanswered.
        headers={"Auto-Submitted": "auto-generated", **headers},
    )
    mail.attach_alternative(render_to_string("account/email/mail.html", words), "text/html")
    return mail


def _send_once(mail: EmailMultiAlternatives) -> None:
    """Hand a mail to the server, and tell what surely was not sent from what perhaps was.

    :raises Refused: for a refusal that stays one (5xx of the recipient or of the message itself).
    :raises foundation.outbox.CutOff: if the connection broke, or timed out, after the mail was begun.
    :raises Exception: whatever else went wrong before anything was sent: it can be tried again.
    """
    mail.message()  # what cannot be written as a mail is found before a server is asked
    mail.connection = get_connection()
    mail.connection.open()
    try:
        mail.send()
    except ConnectionRefusedError:
        raise
    except smtplib.SMTPRecipientsRefused as error:
        answers = list(error.recipients.values())
        if answers and all(code >= 500 for code, _text in answers):
            raise Refused(code_of(*answers[0])) from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise Refused(code_of(error.smtp_code, error.smtp_error)) from error
        raise
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        if isinstance(error, smtplib.SMTPException) and not isinstance(error, smtplib.SMTPServerDisconnected):
            raise
        raise CutOff(type(error).__name__) from error
    finally:
        mail.connection.close()
