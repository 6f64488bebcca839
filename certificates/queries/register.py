"""The register as those see it who look after certificates: one certificate by its number or link, and what was asked.

There is no list of certificates and no search for a name: who asks about one has its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from accounts.rules.second_people import counts_from
from certificates.models import Certificate, CertificateEvent, CertificateRequest
from certificates.queries.rights import others_with_right, standing_of
from certificates.queries.showing import ShownCertificate, event_words, show_certificate
from certificates.rules import requests as rules
from certificates.rules.status import EventKind

DECIDED_FOR = timedelta(days=30)
"""How long a decided request stays in the list."""
MOST_DECIDED = 100

_ENDS = {EventKind.REVOKED, EventKind.REISSUED, EventKind.EXPIRED}


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """What happened to a certificate, with who asked for it and who agreed: for staff only."""

    label: str
    happened_at: datetime
    is_end: bool
    reason: str
    asked_by: User | None
    agreed_by: User | None
    was_alone: bool


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A certificate as staff see it. `changes` are those that can be asked for now; none of one's own."""

    shown: ShownCertificate
    holder_name: str
    lines: tuple[RegisterLine, ...]
    requests: tuple[CertificateRequest, ...]
    waiting: CertificateRequest | None
    changes: tuple[rules.Change, ...]
    is_own: bool
    predecessor: Certificate | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The requests that concern somebody who looks after certificates."""

    to_decide: tuple[CertificateRequest, ...]
    own: tuple[CertificateRequest, ...]
    decided: tuple[CertificateRequest, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request with what one person may do with it. `has_others`: it is for somebody else to decide.

    `is_too_new`: this person may decide later, from `decides_from` on where that is known.
    """

    request: CertificateRequest
    may_decide: bool
    is_too_new: bool
    decides_from: datetime | None
    may_take_back: bool
    is_holder: bool
    is_asker: bool
    has_others: bool


def desk_of(person: User, *, at: datetime) -> Desk:
    """Return the requests that wait, for this person to decide and their own, and those decided lately. Cost: 2 queries."""
    waiting = list(_requests().filter(state=CertificateRequest.State.WAITING).order_by("requested_at", "pk"))
    decided = _requests().filter(decided_at__gt=at - DECIDED_FOR).order_by("-decided_at", "-pk")
    return Desk(
        to_decide=tuple(
            entry
            for entry in waiting
            if person.pk not in {entry.requested_by_id, entry.certificate.enrolment.learner_id}
        ),
        own=tuple(entry for entry in waiting if entry.requested_by_id == person.pk),
        decided=tuple(decided[:MOST_DECIDED]),
    )


def register_entry(certificate: Certificate, *, person: User, language: str, today: date) -> RegisterEntry:
    """Return a certificate, read by `certificates.queries.showing`, as staff see it. Cost: 2 queries, 3 of a replacement."""
    requests = tuple(_requests().filter(certificate=certificate).order_by("-requested_at", "-pk"))
    waiting = next((entry for entry in requests if entry.state == CertificateRequest.State.WAITING), None)
    shown = show_certificate(certificate, language=language, today=today)
    is_own = certificate.enrolment.learner_id == person.pk
    return RegisterEntry(
        shown=shown,
        holder_name=certificate.payload["holder"]["name"],
        lines=_lines(certificate),
        requests=requests,
        waiting=waiting,
        changes=() if is_own else possible_changes(certificate, has_waiting=waiting is not None),
        is_own=is_own,
        predecessor=Certificate.objects.filter(pk=certificate.supersedes_id).first()
        if certificate.supersedes_id
        else None,
    )


def possible_changes(certificate: Certificate, *, has_waiting: bool) -> tuple[rules.Change, ...]:
    """Return what can be asked for of a certificate, read by `certificates.queries.showing`. No query."""
    return tuple(
        change for change in rules.Change if objection_as_read(certificate, change, has_waiting=has_waiting) is None
    )


def objection_as_read(certificate: Certificate, change: rules.Change, *, has_waiting: bool) -> rules.Objection | None:
    """Return why a change of a certificate, read by `certificates.queries.showing`, is not possible; or None. No query."""
    kinds = {EventKind.REVOKED, EventKind.RESTORED}
    happened = [event.kind for event in certificate.events.all() if event.kind in kinds]
    return rules.objection_to(
        change,
        is_withdrawn=bool(happened) and happened[-1] == EventKind.REVOKED,
        is_replaced=getattr(certificate, "superseded_by", None) is not None,
        has_waiting=has_waiting,
    )


def request_page(person: User, public_id: UUID, *, at: datetime) -> RequestPage:
    """Return a request with what a person who has the right may do with it. Cost: 2 queries.

    :raises CertificateRequest.DoesNotExist: if there is none.
    """
    request = _requests().get(public_id=public_id)
    certificate = request.certificate
    asked = rules.Asked(
        state=rules.RequestState(request.state),
        asker=request.requested_by_id,
        holder=certificate.enrolment.learner_id,
        due_at=request.due_at,
    )
    standing = standing_of(person)
    return RequestPage(
        request=request,
        may_decide=rules.may_decide(asked, standing=standing, has_right=True, at=at),
        is_too_new=rules.is_too_new(asked, standing=standing, has_right=True, at=at),
        decides_from=counts_from(standing),
        may_take_back=rules.may_take_back(asked, person=person.pk),
        is_holder=asked.holder == person.pk,
        is_asker=asked.asker == person.pk,
        has_others=others_with_right(certificate, without=request.requested_by).exists(),
    )


def deciders_of(certificate: Certificate, *, without: User) -> Sequence[str]:
    """Return the names of those who could agree to a change that somebody asks for, at most four. Cost: 1 query."""
    return [str(person) for person in others_with_right(certificate, without=without)[:4]]


def _requests() -> QuerySet[CertificateRequest]:
    return CertificateRequest.objects.select_related("certificate__enrolment", "requested_by", "decided_by", "event")


def _lines(certificate: Certificate) -> tuple[RegisterLine, ...]:
    events = (
        CertificateEvent.objects.filter(certificate=certificate)
        .select_related("actor", "second")
        .order_by("happened_at", "pk")
    )
    return tuple(
        RegisterLine(
            label=event_words(event, certificate.valid_until),
            happened_at=event.happened_at,
            is_end=event.kind in _ENDS,
            reason=event.get_reason_display() if event.reason else "",
            asked_by=event.actor,
            agreed_by=event.second,
            was_alone=event.actor is not None and event.second is None,
        )
        for event in events
    )
