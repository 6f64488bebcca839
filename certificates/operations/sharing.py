"""What the holder decides about who sees what."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from certificates.models import Certificate, NameVisibility, ShareLink
from certificates.queries.showing import last_share_link_number

MAX_LIVE_LINKS = 20


class TooManyLinks(Exception):
    """The certificate has as many links as it may have; one must end first."""


def create_share_link(
    *, certificate: Certificate, at: datetime, number: int | None = None, days: int | None = None
) -> ShareLink:
    """Make a link that opens the certificate's files to whoever has it, and return it.

    It ends after `days` times 24 hours, or when its holder ends it. `number` says which one this is to be, as the form shows it: sent twice, the form gets the same link twice.

    :raises TooManyLinks: if 20 links are open already.
    """
    links = ShareLink.objects.filter(certificate=certificate)
    ends_at = at + timedelta(days=days) if days else None
    with transaction.atomic():
        if number is None:
            number = last_share_link_number(certificate) + 1
        if links.open_at(at).exclude(number=number).count() >= MAX_LIVE_LINKS:
            raise TooManyLinks
        try:
            with transaction.atomic():
                return ShareLink.objects.create(
                    certificate=certificate, number=number, created_at=at, expires_at=ends_at
                )
        except IntegrityError:
            return links.get(number=number)


def end_share_link(*, link: ShareLink, at: datetime) -> None:
    """Close a link from now on. Closing it again changes nothing."""
    ShareLink.objects.open_at(at).filter(pk=link.pk).update(expires_at=at)


def show_name(*, certificate: Certificate, visibility: str) -> None:
    """Let the certificate's public page show the holder's full name, initials, or no name.

    :raises ValueError: if it is none of `NameVisibility`.
    """
    certificate.name_visibility = NameVisibility(visibility)
    certificate.save(update_fields=["name_visibility"])
