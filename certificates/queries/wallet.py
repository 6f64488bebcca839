"""The holder's own certificates, all of them, with what the holder decided about each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, HolderName, ShareLink
from certificates.queries.notices import SOON, HolderNotice, holder_notice
from certificates.queries.renewing import window_on
from certificates.queries.showing import ShownCertificate, certificates_with_events, show_certificate
from certificates.rules.payload import address_for
from certificates.rules.profiles import linkedin_address
from certificates.rules.validity import Window


@dataclass(frozen=True, slots=True)
class WalletEntry:
    """One certificate of one's own. `next_link`: the number that a further share link would get."""

    shown: ShownCertificate
    share_links: tuple[ShareLink, ...]
    next_link: int
    notice: HolderNotice | None
    renewal: Window
    linkedin: str


def wallet_of(learner: User, *, language: str, today: date, at: datetime) -> list[WalletEntry]:
    """Return the learner's certificates, the latest first, whatever became of them.

    Cost: 3 queries, and 1 for each that was withdrawn, restored or made in place of another lately.
    """
    own = _own(learner).prefetch_related("share_links")
    return [_entry(certificate, learner, language, today, at) for certificate in own]


def warnings_of(learner: User, *, language: str, today: date) -> list[HolderNotice]:
    """Return what a learner should know of certificates that do not count, or soon will not; the latest first.

    Cost: 1 query for most; where one was ever withdrawn or its end is near 2, and 1 for each that is withdrawn.
    """
    withdrawn = CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=CertificateEvent.Kind.REVOKED)
    # Most have none of these, and the payload of a certificate is long.
    concerned = _own(learner).filter(Exists(withdrawn) | Q(valid_until__lte=today + SOON))
    told = (holder_notice(certificate, language=language, today=today) for certificate in concerned)
    return [notice for notice in told if notice is not None and notice.is_warning]


def everything_of(learner: User, *, at: datetime, base_url: str) -> dict[str, Any]:
    """Return all that is stored of a learner's certificates, as JSON: for the learner alone.

    Who of the staff did something is left out, as they are persons of their own. Cost: 8 queries.
    """
    own = _own(learner).select_related("enrolment__course", "supersedes", "achievement", "status_place__status_list")
    own = own.prefetch_related("share_links", "documents", "badges__key", "requests")
    names = HolderName.objects.filter(enrolment__learner=learner).select_related("enrolment__course").order_by("pk")
    return {
        "schema": 1,
        "made_at": _moment(at),
        "site": base_url,
        "names": [
            {
                "course": str(name.enrolment.course.key),
                "cycle": name.enrolment.cycle,
                "name": name.name,
                "visibility": name.visibility,
                "confirmed_at": _moment(name.confirmed_at),
            }
            for name in names
        ],
        "certificates": [_certificate(certificate, learner, base_url) for certificate in own],
    }


def _own(learner: User) -> Any:
    return certificates_with_events().filter(enrolment__learner=learner).order_by("-issued_at", "-pk")


def _entry(certificate: Certificate, learner: User, language: str, today: date, at: datetime) -> WalletEntry:
    links = list(certificate.share_links.all())
    return WalletEntry(
        shown=show_certificate(certificate, language=language, today=today, to=learner),
        share_links=tuple(link for link in links if link.expires_at is None or link.expires_at > at),
        next_link=max((link.number for link in links), default=0) + 1,
        notice=holder_notice(certificate, language=language, today=today),
        renewal=window_on(certificate, today=today),
        linkedin=linkedin_address(certificate.payload, language),
    )


def _certificate(certificate: Certificate, learner: User, base_url: str) -> dict[str, Any]:
    successor = getattr(certificate, "superseded_by", None)
    place = getattr(certificate, "status_place", None)
    page = address_for(certificate.payload, learner.language or "en")
    return {
        "number": certificate.number,
        "public_id": certificate.public_id,
        "address": page,
        "kind": certificate.kind,
        "issued_at": _moment(certificate.issued_at),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else None,
        "replaces": certificate.supersedes.number if certificate.supersedes else None,
        "replaced_by": successor.number if successor else None,
        "name_visibility": certificate.name_visibility,
        "payload_sha256": certificate.payload_sha256,
        "payload": certificate.payload,
        "achievement": certificate.achievement.body if certificate.achievement else None,
        "status_place": {"list": place.status_list.number, "index": place.index} if place else None,
        "events": [
            {"kind": event.kind, "happened_at": _moment(event.happened_at), "reason": event.reason}
            for event in certificate.events.all()
        ],
        "requests": [
            {
                "kind": asked.kind,
                "state": asked.state,
                "reason": asked.reason,
                "note": asked.note,
                "new_name": asked.new_name,
                "requested_at": _moment(asked.requested_at),
                "decided_at": _moment(asked.decided_at) if asked.decided_at else None,
                "decision_note": asked.decision_note,
            }
            for asked in certificate.requests.all()
        ],
        "files": [
            {"language": file.language, "sha256": file.sha256, "made_at": _moment(file.made_at)}
            for file in certificate.documents.all()
        ],
        "badges": [
            {
                "language": badge.language,
                "key": badge.key.key_id,
                "signed_at": _moment(badge.signed_at),
                "sha256": badge.sha256,
                "document": badge.document,
            }
            for badge in certificate.badges.all()
        ],
        "share_links": [
            {
                "number": link.number,
                "address": f"{page}?share={link.token}",
                "created_at": _moment(link.created_at),
                "ends_at": _moment(link.expires_at) if link.expires_at else None,
            }
            for link in certificate.share_links.all()
        ],
    }


def _moment(at: datetime) -> str:
    return at.isoformat()
