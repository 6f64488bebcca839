"""Operators are told once a day while badges cannot be signed. Everything else goes on meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import Issuer, User
from accounts.operations import send_words
from certificates.models import SigningKey
from certificates.operations.keys import KeyMissing, check_signer
from foundation.models import OutboxMessage
from foundation.operations import post_messages

MAIL = "certificates.key-alarm"
OPERATORS = "Operators"
_WAITING = ("certificates.badge", "certificates.status")


def key_problems() -> list[str]:
    """Return what keeps issuers from signing, one sentence each; in English, for who runs the server.

    An issuer without any key is a problem once something waits for its signature. Cost: 3 queries, 1 an issuer.
    """
    waits = OutboxMessage.objects.filter(kind__in=_WAITING, done_at=None, attempt_count__gt=0).exists()
    wanted = Issuer.objects.filter(Q(keys__isnull=False) | Q(certificates__isnull=False)).distinct().order_by("key")
    has_keys = set(SigningKey.objects.values_list("issuer_id", flat=True))
    problems = []
    for issuer in wanted if waits else wanted.filter(pk__in=has_keys):
        try:
            check_signer(issuer)
        except KeyMissing as error:
            problems.append(str(error))
    return problems


def alarm_about_keys(*, at: datetime) -> int:
    """Have operators told by mail, once a day, that badges cannot be signed and why; return how many are told.

    Operators with an address, and the contact address of the site: an operator need not have an account.
    """
    problems = key_problems()
    if not problems:
        return 0
    people = User.objects.filter(groups__name=OPERATORS, is_active=True).exclude(email="").distinct()
    told: dict[str, int | None] = {str(person.pk): person.pk for person in people}
    if settings.PORTAL_CONTACT_EMAIL:
        told["contact"] = None
    day = timezone.localdate(at).isoformat()
    payloads = {f"{day}:{name}": {"person": pk, "problems": problems} for name, pk in told.items()}
    post_messages(kind=MAIL, payloads=payloads, at=at)
    return len(told)


def mail_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Handle a message of the outbox kind `certificates.key-alarm`."""
    if payload["person"] is None:
        address, language = settings.PORTAL_CONTACT_EMAIL, settings.LANGUAGE_CODE
    else:
        person = User.objects.filter(pk=payload["person"], is_active=True).exclude(email="").first()
        if person is None:
            return
        address, language = person.email, person.language
    with override(language):
        words: dict[str, Any] = {
            "subject": gettext("Badges cannot be signed"),
            "paragraphs": [
                gettext(
                    "The key that signs badges cannot be used. Certificates are issued all the same; their badges wait and are signed as soon as it can."
                ),
                *payload["problems"],
                gettext("On the server, “manage.py keys list” says more."),
            ],
            "reason": gettext("You get this message, once a day, because you run this site."),
        }
        send_words(address=address, language=language, words=words)
