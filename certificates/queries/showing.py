"""Certificates as their pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.html import format_html

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, HolderName, NameVisibility, ShareLink
from certificates.rules.names import initials_of
from certificates.rules.numbers import read_number, read_public_id
from certificates.rules.payload import KINDS_ISSUED, address_for, offer_of, text_for
from certificates.rules.qr import qr_path
from certificates.rules.status import Event, EventKind, Status, fold_status
from certificates.rules.weave import weave_path
from courses.models import CourseEdition
from courses.queries import serving
from courses.rules.outline import Outline
from foundation.rules.canonical import digest
from progress.models import Enrolment
from progress.queries.enrolments import completion_of


@dataclass(frozen=True, slots=True)
class HistoryLine:
    label: str
    happened_at: datetime
    is_end: bool


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate in one language. Every text is from the frozen payload, or says what happened since."""

    certificate: Certificate
    payload: dict[str, Any]
    text: dict[str, Any]
    lines: dict[str, str]
    status: Status
    history: tuple[HistoryLine, ...]
    name: str
    issued_date: date
    valid_until: date | None
    weave: str
    lines_lang: str
    course_lang: str
    successor: Certificate | None

    @property
    def number(self) -> str:
        return self.certificate.number

    @property
    def public_id(self) -> str:
        return self.certificate.public_id


@dataclass(frozen=True, slots=True)
class DueCertificate:
    """A course of one's own that is complete and whose certificate is not issued yet."""

    enrolment: Enrolment
    outline: Outline
    is_named: bool


def find_certificate(text: str) -> Certificate | None:
    """Return the certificate of a number or an address that was typed or pasted. Cost: 1 query, 2 when found.

    What cannot be a number is looked up too, so that it takes as long to answer as a number nobody has.
    """
    public_id = read_public_id(text)
    if public_id is not None:
        return _certificates().filter(public_id=public_id).first()
    return _certificates().filter(number=read_number(text) or "").first()


def certificate_by_public_id(public_id: str) -> Certificate:
    """Return a certificate with its events. Cost: 2 queries, 1 when there is none.

    :raises Certificate.DoesNotExist: when there is none.
    """
    return _certificates().get(public_id=public_id)


def own_certificate(learner: User, public_id: str) -> Certificate:
    """Return a certificate of this learner. Cost: 1 or 2 queries.

    :raises Certificate.DoesNotExist: when there is none, or it is somebody else's: the two look the same.
    """
    return _certificates().get(public_id=public_id, enrolment__learner=learner)


def certificates_of(learner: User, *, language: str, today: date) -> list[ShownCertificate]:
    """Return the learner's certificates, the latest first. Cost: 2 queries."""
    certificates = _certificates().filter(enrolment__learner=learner).order_by("-issued_at", "-pk")
    return [show_certificate(certificate, language=language, today=today, to=learner) for certificate in certificates]


def due_certificates_of(learner: User, *, language: str) -> list[DueCertificate]:
    """Return the learner's complete courses whose certificate is not issued yet, the latest first.

    Cost: 1 query, 2 where a course offers none now, and those of outlines that are not held in the process.
    """
    enrolments = list(
        Enrolment.objects.with_course()
        .select_related("holder_name")
        .filter(learner=learner, completion__isnull=False, certificates=None)
        .order_by("-completion__completed_at", "-pk")
    )
    outlines = serving.outlines_of([enrolment.course for enrolment in enrolments], language)
    unsure = [entry.completion.edition_id for entry in enrolments if not outline_offers(outlines[entry.course_id])]
    offering = editions_that_offer(unsure) if unsure else set()
    return [
        DueCertificate(enrolment, outlines[enrolment.course_id], is_named=_name_of(enrolment) is not None)
        for enrolment in enrolments
        if outline_offers(outlines[enrolment.course_id]) or enrolment.completion.edition_id in offering
    ]


def public_ids_of(learner: User) -> dict[int, str]:
    """Return, by row number of the enrolment, the address part of the learner's latest certificate. Cost: 1 query."""
    standing = Certificate.objects.filter(enrolment__learner=learner, superseded_by=None)
    return dict(standing.order_by("issued_at", "pk").values_list("enrolment_id", "public_id"))


def certificates_of_enrolment(enrolment: Enrolment) -> list[Certificate]:
    """Return what was issued for an enrolment and not replaced, the latest first. Cost: 1 query."""
    certificates = Certificate.objects.filter(enrolment=enrolment, superseded_by=None)
    return list(certificates.order_by("-issued_at", "-pk"))


def holder_name(enrolment: Enrolment) -> HolderName | None:
    """Return the name that was confirmed for an enrolment. Cost: 1 query."""
    return HolderName.objects.filter(enrolment=enrolment).first()


def own_enrolment(learner: User, public_id: UUID) -> Enrolment:
    """Return an enrolment of this learner, a withdrawn one too: what was earned stays. Cost: 1 query.

    :raises Enrolment.DoesNotExist: when there is none, or it is somebody else's.
    """
    return Enrolment.objects.with_course().get(learner=learner, public_id=public_id)


def editions_that_offer(edition_ids: Iterable[int]) -> set[int]:
    """Return which of these editions offer a certificate that is issued. Cost: 1 query; of each only that part."""
    parts = CourseEdition.objects.filter(pk__in=list(edition_ids)).values_list(
        "pk", "manifest__source_language", "manifest__course__certificates"
    )
    return {
        pk
        for pk, source, definitions in parts
        if any(entry["texts"][source]["kind"] in KINDS_ISSUED for entry in definitions)
    }


def offers_certificate(enrolment: Enrolment, outline: Outline) -> bool:
    """Return whether the course, as it is now or as it was completed, offers a certificate that is issued.

    Cost: no query for an enrolment read `with_course` where the current edition answers, else 1.
    """
    if outline_offers(outline):
        return True
    completion = completion_of(enrolment)
    return completion is not None and bool(editions_that_offer([completion.edition_id]))


def outline_offers(outline: Outline) -> bool:
    """Return whether a course as it is now offers a certificate that is issued."""
    return any(offer_of(outline, kind) for kind in KINDS_ISSUED)


def live_share_links(certificate: Certificate, *, at: datetime) -> list[ShareLink]:
    """Return the share links of a certificate that are open now. Cost: 1 query."""
    return list(ShareLink.objects.open_at(at).filter(certificate=certificate))


def last_share_link_number(certificate: Certificate) -> int:
    """Return the number of the last share link, ended or not; 0 when there was none. Cost: 1 query."""
    return ShareLink.objects.filter(certificate=certificate).aggregate(last=Max("number"))["last"] or 0


def is_shared(certificate: Certificate, token: str, *, at: datetime) -> bool:
    """Return whether a token opens the files of a certificate now. Cost: 1 query, none without a token."""
    if not token:
        return False
    links = ShareLink.objects.open_at(at).filter(certificate=certificate)
    return links.filter(token=token[:100].replace("\x00", "")).exists()


def status_of(certificate: Certificate, *, today: date) -> Status:
    """Return what a certificate is worth. Cost: no query for one read by this module, else 1."""
    return fold_status(
        (Event(EventKind(event.kind), event.happened_at) for event in certificate.events.all()),
        valid_until=_day(certificate.payload["valid_until"]),
        today=today,
        is_intact=is_intact(certificate),
    )


def is_intact(certificate: Certificate) -> bool:
    """Return whether the payload still has the digest that it and each event were written with. Cost: as `status_of`."""
    return digest(certificate.payload) == certificate.payload_sha256 and all(
        event.payload_sha256 == certificate.payload_sha256 for event in certificate.events.all()
    )


def show_certificate(
    certificate: Certificate, *, language: str, today: date, to: User | None = None
) -> ShownCertificate:
    """Return a certificate as a page in `language` shows it to somebody. Cost: no query for one read by this module."""
    payload = certificate.payload
    text = dict(text_for(payload, language))
    status = status_of(certificate, today=today)
    is_holder = to is not None and certificate.enrolment.learner_id == to.pk
    return ShownCertificate(
        certificate=certificate,
        payload=payload,
        text=text,
        lines=text["lines"],
        status=status,
        history=_history(certificate.events.all()),
        name=_name_for(certificate, status, is_holder=is_holder),
        issued_date=date.fromisoformat(payload["issued_date"]),
        valid_until=_day(payload["valid_until"]),
        weave=weave_path(certificate.number),
        lines_lang=_lang(text["words"], language),
        course_lang=_lang(text["language"], language),
        successor=getattr(certificate, "superseded_by", None),
    )


def qr_of(certificate: Certificate, language: str) -> dict[str, Any]:
    """Return size in modules and path of the QR code that is printed on a certificate."""
    size, path = qr_path(address_for(certificate.payload, language))
    return {"size": size, "path": path}


def _name_for(certificate: Certificate, status: Status, *, is_holder: bool) -> str:
    name: str = certificate.payload["holder"]["name"]
    if is_holder:
        return name
    if not status.shows_contents or certificate.name_visibility == NameVisibility.FILE:
        return ""
    return initials_of(name) if certificate.name_visibility == NameVisibility.INITIALS else name


def _certificates() -> Any:
    return Certificate.objects.select_related("enrolment", "superseded_by").prefetch_related("events")


def _history(events: Iterable[CertificateEvent]) -> tuple[HistoryLine, ...]:
    ends = {EventKind.REVOKED, EventKind.REISSUED, EventKind.EXPIRED}
    return tuple(HistoryLine(event.get_kind_display(), event.happened_at, event.kind in ends) for event in events)


def _name_of(enrolment: Enrolment) -> HolderName | None:
    try:
        return enrolment.holder_name
    except HolderName.DoesNotExist:
        return None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _lang(text_language: str, page_language: str) -> str:
    """Return a `lang` attribute where a text is in another language than the page around it."""
    return format_html(' lang="{}"', text_language) if text_language != page_language else ""
