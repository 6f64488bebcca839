"""Sign the end of the chain once a day, publish it, and leave it with a witness where the site has one."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction

from accounts.queries.issuers import site_issuer
from certificates.models import LogEntry, LogHead
from certificates.operations.keys import signer_of
from certificates.rules.chain import Head, head_document
from certificates.rules.signing import text_of
from foundation.operations import post_message

logger = logging.getLogger(__name__)

_WITNESS_TIMEOUT = 10  # seconds


def sign_head(*, at: datetime) -> LogHead | None:
    """Return the head of the day of `at` (UTC), signed now unless it was; None while the chain is empty.

    A head ends where the chain ends when it is signed: what happens later that day is in the next one. It may be done
    any number of times, by several workers at once: a constraint has the last word. Cost: 1 query when it is there.

    :raises certificates.operations.keys.KeyMissing: if nothing can be signed now. The head is made later.
    """
    day = at.astimezone(UTC).date()
    head = LogHead.objects.filter(day=day).first()
    if head is not None:
        return head
    last = LogEntry.objects.order_by("-number").first()
    if last is None:
        return None
    signer = signer_of(issuer=site_issuer(), at=at)
    document = head_document(
        Head(day, last.number, last.sha256),
        site=settings.PORTAL_BASE_URL,
        made_at=at,
        key=signer.secret,
        method=signer.method,
    )
    with transaction.atomic():
        head, is_new = LogHead.objects.get_or_create(
            day=day,
            defaults={"number": last.number, "sha256": last.sha256, "document": text_of(document), "made_at": at},
        )
        if is_new and settings.PORTAL_LOG_WITNESS_URL:
            post_message(kind="certificates.witness", key=day.isoformat(), payload={"head": head.pk}, at=at)
    return head


def witness_from_message(payload: Mapping[str, Any], *, at: datetime) -> None:
    """Leave a head with the witness: the handler of the outbox kind `certificates.witness`.

    The only call the portal makes to another host, and only where PORTAL_LOG_WITNESS_URL is set. What is sent is the
    head as it is published, nothing else. Sent and then marked as done: a witness may get a head twice.

    :raises OSError: if it answers with anything but success (redirects are not followed), cannot be reached, shows no
        certificate that is trusted, or takes longer than 10 seconds. The outbox tries again.
    """
    head = LogHead.objects.filter(pk=payload["head"]).first()
    if head is None or not settings.PORTAL_LOG_WITNESS_URL:
        return
    request = Request(  # noqa: S310 - settings refuse any address but https
        settings.PORTAL_LOG_WITNESS_URL,
        data=head.document.encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    build_opener(_NoRedirect).open(request, timeout=_WITNESS_TIMEOUT).close()
    logger.info("The head of %s was left with the witness.", head.day)


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Ask for nothing more: an address that an operator set is not for others to change."""
