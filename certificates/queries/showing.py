"""Certificates as their pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from certificates.models import Certificate, CertificateEvent, HolderName, NameVisibility, ShareLink
from certificates.queries.lines import SHOWN_WHEN_WITHDRAWN, ShownLine, elements_of, lang_attribute, notes_of
from certificates.rules.achievements import KEY_IN_ADDRESS
from certificates.rules.due import ACHIEVEMENT, missing_items
from certificates.rules.elm import missing_of
from certificates.rules.emblems import PAGE, emblem_shown, logo_shown
from certificates.rules.facts import offer_of
from certificates.rules.names import initials_of
from certificates.rules.numbers import numbers_in, read_number, read_public_id
from certificates.rules.payload import KINDS_ISSUED, address_for, statement_of, text_for
from certificates.rules.qr import qr_path
from certificates.rules.status import Event, EventKind, State, Status, fold_status
from certificates.rules.weave import weave_path
from courses.models import CourseEdition
from courses.queries import serving
from courses.rules.outline import Outline
from foundation.rules.canonical import digest
from progress.models import Enrolment, ItemCompletion
from progress.queries.enrolments import completion_of

LONGEST_TYPED = 2000
"""Characters of what is looked up: a number, an address, or a sentence that holds either."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What happened to a certificate, and why where somebody decided it."""

    label: str
    reason: str
    happened_at: datetime
    is_end: bool


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate in one language. Every text is from the frozen payload, or says what happened since."""

    certificate: Certificate
    payload: dict[str, Any]
    text: dict[str, Any]
    lines: dict[str, str]
    elements: tuple[ShownLine, ...]
    notes: tuple[ShownLine, ...]
    status: Status
    history: tuple[HistoryLine, ...]
    reason: str
    name: str
    issued_date: date
    valid_until: date | None
    weave: str
    lines_lang: str
    course_lang: str
    successor: Certificate | None

    @property
    def expired_date(self) -> date | None:
        """Its last day; where it expired by a decision, the day of that."""
        since = self.status.since if self.status.is_expired else None
        return self.valid_until or (timezone.localdate(since) if since else None)

    @property
    def has_badge(self) -> bool:
        """Whether there is a signed form of it: those of payload schema 1 say too little for one."""
        return "achievement" in self.payload

    @property
    def has_elm(self) -> bool:
        """Whether there is a European Learning Model file of it: the model asks for the issuer's country."""
        return not missing_of(self.payload) and not self.status.is_replaced

    @property
    def achievement_key(self) -> str:
        """The key in the address of what it is for; empty for those of payload schema 1."""
        return str(self.payload["achievement"]["key"])[:KEY_IN_ADDRESS] if self.has_badge else ""

    @property
    def statement(self) -> str:
        """What the course says that the holder did or showed; those of payload schema 1 have it among their notes."""
        return statement_of(self.text) if "elements" in self.text and self.status.shows_contents else ""

    @property
    def edition_digest(self) -> str:
        digest_of_course: str = self.payload["course"]["digest"]
        return digest_of_course

    @property
    def logo(self) -> dict[str, Any] | None:
        """The issuer's logo as it was at issue: sha256, media_type, width and height in pixels.

        Beside an emblem, width and height are those that it is shown with.
        """
        logo: dict[str, Any] | None = self.payload["issuer"].get("logo")
        emblem = self.payload.get("emblem")
        return logo_shown(logo, emblem, PAGE) if logo and emblem else logo

    @property
    def emblem(self) -> dict[str, Any] | None:
        """The emblem of a funded project as it was at issue: name, sha256, width and height that it is shown with."""
        emblem = self.payload.get("emblem")
        return emblem_shown(emblem, PAGE) if emblem else None

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
        return certificates_with_events().filter(public_id=public_id).first()
    number = read_number(text) or next(iter(numbers_in(text[:LONGEST_TYPED])), "")
    return certificates_with_events().filter(number=number).first()


def certificate_by_public_id(public_id: str) -> Certificate:
    """Return a certificate with its events. Cost: 2 queries, 1 when there is none.

    :raises Certificate.DoesNotExist: when there is none.
    """
    return certificates_with_events().get(public_id=public_id)


def own_certificate(learner: User, public_id: str) -> Certificate:
    """Return a certificate of this learner. Cost: 1 or 2 queries.

    :raises Certificate.DoesNotExist: when there is none, or it is somebody else's: the two look the same.
    """
    return certificates_with_events().get(public_id=public_id, enrolment__learner=learner)


def certificates_of(learner: User, *, language: str, today: date) -> list[ShownCertificate]:
    """Return the learner's certificates, the latest first. Cost: 2 queries."""
    certificates = certificates_with_events().filter(enrolment__learner=learner).order_by("-issued_at", "-pk")
    return [show_certificate(certificate, language=language, today=today, to=learner) for certificate in certificates]


def due_certificates_of(learner: User, *, language: str) -> list[DueCertificate]:
    """Return the learner's complete courses whose certificate is not issued yet, the latest first.

    A course that gives achievement alone is left out while something is missing for it: nothing is on its way.
    Cost: 1 query, 2 where a course offers none now, 1 more where one offers achievement alone, and those of outlines
    that are not held in the process.
    """
    # That of a learning path names the enrolment of its last course and is not the certificate of that course.
    issued = Certificate.objects.filter(enrolment=OuterRef("pk"), learning_path=None)
    enrolments = list(
        Enrolment.objects.with_course()
        .select_related("holder_name")
        .filter(~Exists(issued), learner=learner, completion__isnull=False)
        .order_by("-completion__completed_at", "-pk")
    )
    outlines = serving.outlines_of([enrolment.course for enrolment in enrolments], language)
    unsure = [entry.completion.edition_id for entry in enrolments if not outline_offers(outlines[entry.course_id])]
    offering = editions_that_offer(unsure) if unsure else set()
    lacking = _lacking_achievement(enrolments, outlines)
    return [
        DueCertificate(enrolment, outlines[enrolment.course_id], is_named=_name_of(enrolment) is not None)
        for enrolment in enrolments
        if enrolment.pk not in lacking
        and (outline_offers(outlines[enrolment.course_id]) or enrolment.completion.edition_id in offering)
    ]


def _lacking_achievement(enrolments: Iterable[Enrolment], outlines: Mapping[int, Outline]) -> set[int]:
    """Return which enrolments, in courses that give achievement alone, have not passed what it needs."""
    alone = [
        enrolment
        for enrolment in enrolments
        if {offer.kind for offer in outlines[enrolment.course_id].certificates} == {ACHIEVEMENT}
    ]
    if not alone:
        return set()
    done: dict[int, set[str]] = {enrolment.pk: set() for enrolment in alone}
    for pk, key in ItemCompletion.objects.filter(enrolment__in=done).values_list("enrolment_id", "item_key"):
        done[pk].add(str(key))
    return {enrolment.pk for enrolment in alone if missing_items(outlines[enrolment.course_id], done[enrolment.pk])}


def public_ids_of(learner: User) -> dict[int, str]:
    """Return, by row number of the enrolment, the address part of the learner's latest certificate. Cost: 1 query."""
    standing = Certificate.objects.filter(enrolment__learner=learner, learning_path=None, superseded_by=None)
    return dict(standing.order_by("issued_at", "pk").values_list("enrolment_id", "public_id"))


def certificates_of_enrolment(enrolment: Enrolment) -> list[Certificate]:
    """Return what was issued for a course to an enrolment and not replaced, the latest first. Cost: 1 query."""
    certificates = Certificate.objects.filter(enrolment=enrolment, learning_path=None, superseded_by=None)
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
    certificate: Certificate, *, language: str, today: date, to: User | None = None, has_file: bool = False
) -> ShownCertificate:
    """Return a certificate as a page in `language` shows it to somebody. Cost: no query for one read by this module.

    `has_file`: who asks has the unchanged file, or a link that opens it, and so knows the name.
    """
    payload = certificate.payload
    text = dict(text_for(payload, language))
    status = status_of(certificate, today=today)
    is_holder = to is not None and certificate.enrolment.learner_id == to.pk
    elements, notes = elements_of(text, language), notes_of(text, language)
    if not status.shows_contents:
        elements, notes = tuple(line for line in elements if line.key in SHOWN_WHEN_WITHDRAWN), ()
    events = list(certificate.events.all())
    return ShownCertificate(
        certificate=certificate,
        payload=payload,
        text=text,
        lines=text["lines"],
        elements=elements,
        notes=notes,
        status=status,
        history=_history(events, certificate.valid_until),
        reason=_reason(events, status),
        name=_name_for(certificate, status, is_holder=is_holder, has_file=has_file),
        issued_date=date.fromisoformat(payload["issued_date"]),
        valid_until=_day(payload["valid_until"]),
        weave=weave_path(certificate.number),
        lines_lang=lang_attribute(text["words"], language),
        course_lang=lang_attribute(text["language"], language),
        successor=getattr(certificate, "superseded_by", None),
    )


def qr_of(certificate: Certificate, language: str) -> dict[str, Any]:
    """Return size in modules and path of the QR code that is printed on a certificate."""
    size, path = qr_path(address_for(certificate.payload, language))
    return {"size": size, "path": path}


def _name_for(certificate: Certificate, status: Status, *, is_holder: bool, has_file: bool) -> str:
    name: str = certificate.payload["holder"]["name"]
    if is_holder:
        return name
    if not status.shows_contents:
        return ""
    if has_file:
        return name
    if certificate.name_visibility == NameVisibility.FILE:
        return ""
    return initials_of(name) if certificate.name_visibility == NameVisibility.INITIALS else name


def certificates_with_events() -> Any:
    return Certificate.objects.select_related("enrolment", "superseded_by").prefetch_related("events")


def event_words(event: CertificateEvent, valid_until: date | None) -> str:
    """Return what happened, in words. That a last day is over is written down some hours after it: both are said."""
    if event.kind == EventKind.EXPIRED and valid_until is not None:
        day = date_format(valid_until, "DATE_FORMAT")
        return _("Expired after its last day, %(date)s; written down on") % {"date": day}
    return str(event.get_kind_display())


def _history(events: Iterable[CertificateEvent], valid_until: date | None) -> tuple[HistoryLine, ...]:
    ends = {EventKind.REVOKED, EventKind.REISSUED, EventKind.EXPIRED}
    return tuple(
        HistoryLine(
            event_words(event, valid_until),
            event.get_reason_display() if event.reason else "",
            event.happened_at,
            event.kind in ends,
        )
        for event in events
    )


def _reason(events: Iterable[CertificateEvent], status: Status) -> str:
    """Return why a certificate was withdrawn or replaced, in words; nothing where nobody said it."""
    kinds = {State.WITHDRAWN: EventKind.REVOKED, State.REPLACED: EventKind.REISSUED}
    reasons = [event.get_reason_display() for event in events if event.reason and event.kind == kinds.get(status.state)]
    return reasons[-1] if reasons else ""


def _name_of(enrolment: Enrolment) -> HolderName | None:
    try:
        return enrolment.holder_name
    except HolderName.DoesNotExist:
        return None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
