"""What the holder of a certificate is told of it: by mail when it happens, and on their pages as long as it matters.

One set of words for both, in the language in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateEvent, CertificateRequest
from certificates.rules.payload import text_for
from certificates.rules.status import EventKind

SOON = timedelta(days=60)
"""How long before its last day the holder of a certificate is told that it ends."""

_SHOWN_FOR = timedelta(days=60)


class What(StrEnum):
    """What a holder can be told."""

    READY = "ready"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    ENDS_SOON = "ends-soon"
    EXPIRED = "expired"


_OF_EVENTS = {
    EventKind.REVOKED: What.WITHDRAWN,
    EventKind.RESTORED: What.RESTORED,
    EventKind.EXPIRED: What.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class HolderNotice:
    """What happened to somebody's certificate, for its holder alone. `url` is a path on this site."""

    what: What
    title: str
    paragraphs: tuple[str, ...]
    button: str
    url: str
    why: str

    @property
    def is_warning(self) -> bool:
        """Whether the certificate does not count, or soon will not."""
        return self.what in {What.WITHDRAWN, What.ENDS_SOON, What.EXPIRED}


def holder_notice(certificate: Certificate, *, language: str, today: date) -> HolderNotice | None:
    """Return what its holder should know of a certificate now; None where nothing is to be said.

    Withdrawn is said as long as it is so; restored, replaced and expired for 60 days; its end from 60 days before.
    Cost: 1 query where it was withdrawn, restored or replaced, with `events`, `superseded_by` and `supersedes` read; none for most.
    """
    told = _now(certificate, today)
    if told is None:
        return None
    what, event = told
    return words_about(certificate, what, event=event, language=language)


def words_about(certificate: Certificate, what: What, *, event: CertificateEvent | None, language: str) -> HolderNotice:
    """Return the words about what happened to a certificate. Cost: 1 query where there is an event, 2 of a replaced one.

    `certificate` is the new one where another was replaced by it.
    """
    text = text_for(certificate.payload, language)
    ends = certificate.valid_until
    values = {
        "title": text["title"],
        "number": certificate.number,
        "date": _day(event.happened_at) if event else "",
        "ends": date_format(ends, "DATE_FORMAT") if ends else "",
        "contact": settings.PORTAL_CONTACT_EMAIL,
        "site": settings.PORTAL_SITE_NAME,
    }
    title, paragraphs, button = _WORDS[what](values)
    said = [words % values for words in paragraphs]
    if event is not None and what in {What.WITHDRAWN, What.RESTORED, What.REPLACED}:
        said[1:1] = _why(event)
    url = reverse("certificates:show", args=[certificate.public_id])
    if what in {What.ENDS_SOON, What.EXPIRED} and _is_renewable(certificate):
        said.append(_("You can renew it: you do the course again as it is now, and this certificate stays as it is."))
        button, url = _("Renew it"), f"{url}#renew"
    return HolderNotice(
        what=what,
        title=title % values,
        paragraphs=tuple(said),
        button=button,
        url=url,
        why=_("You get this message because you hold this certificate. Once, no reminder follows."),
    )


def is_renewed(certificate: Certificate) -> bool:
    """Return whether its holder has a later certificate of the same. Cost: 1 query."""
    later = Certificate.objects.filter(kind=certificate.kind)
    if certificate.learning_path_id is not None:
        path, learner = certificate.learning_path_id, certificate.learner_id
        return later.filter(learning_path=path, learner=learner, cycle__gt=certificate.cycle).exists()
    enrolment = certificate.enrolment
    same = later.filter(
        learning_path=None, enrolment__learner=enrolment.learner_id, enrolment__course=enrolment.course_id
    )
    return same.filter(enrolment__cycle__gt=enrolment.cycle).exists()


def _is_renewable(certificate: Certificate) -> bool:
    """Return whether renewing is offered; never of a learning path."""
    return bool(certificate.payload.get("renewable_from")) and certificate.learning_path_id is None


def _now(certificate: Certificate, today: date) -> tuple[What, CertificateEvent | None] | None:
    if getattr(certificate, "superseded_by", None) is not None:
        return None  # said of the one that took its place
    events = list(certificate.events.all())
    last = _last(events, {EventKind.REVOKED, EventKind.RESTORED})
    if last is not None and last.kind == EventKind.REVOKED:
        return What.WITHDRAWN, last
    ends = certificate.valid_until
    if ends is not None and ends < today:
        return (What.EXPIRED, _last(events, {EventKind.EXPIRED})) if today - ends <= _SHOWN_FOR else None
    if ends is not None and ends - today <= SOON:
        return What.ENDS_SOON, None
    if last is not None and today - timezone.localdate(last.happened_at) <= _SHOWN_FOR:
        return What.RESTORED, last
    if certificate.supersedes_id is not None and today - timezone.localdate(certificate.issued_at) <= _SHOWN_FOR:
        return What.REPLACED, event_of_replacement(certificate)
    return None


def event_of_replacement(certificate: Certificate) -> CertificateEvent | None:
    """Return the event that says that a certificate took the place of an earlier one. Cost: 1 query."""
    replaced = CertificateEvent.objects.filter(certificate=certificate.supersedes_id, kind=EventKind.REISSUED)
    return replaced.select_related("certificate").first()


def what_of(event: CertificateEvent) -> What | None:
    """Return what a holder is told of an event, by itself; None of those they are told of otherwise."""
    return _OF_EVENTS.get(EventKind(event.kind))


def _last(events: Iterable[CertificateEvent], kinds: set[EventKind]) -> CertificateEvent | None:
    return next((event for event in reversed(list(events)) if event.kind in kinds), None)


def _why(event: CertificateEvent) -> list[str]:
    """Return the reason of an event in words, and what who asked for it noted for the holder."""
    said = [_("The reason: %(reason)s.") % {"reason": event.get_reason_display()}] if event.reason else []
    request = CertificateRequest.objects.filter(event=event).only("note").first()
    if request is not None and request.note:
        said.append(_("What was noted: %(note)s") % {"note": request.note})
    return said


def _day(at: datetime) -> str:
    return date_format(timezone.localdate(at), "DATE_FORMAT")


_Words = tuple[str, list[str], str]


def _withdrawn(values: dict[str, str]) -> _Words:
    second_look = (
        _("If you think that is wrong, ask for a second look: write to %(contact)s and name the number.")
        if values["contact"]
        else _("If you think that is wrong, ask those who run %(site)s for a second look, and name the number.")
    )
    return (
        _("Your certificate was withdrawn: %(title)s"),
        [
            _(
                "The certificate %(number)s of “%(title)s” was withdrawn on %(date)s. Its page says so to everybody "
                "who has the link, and its badge does not count any more."
            ),
            second_look + " " + _("What was withdrawn can be restored."),
            _("What you did in the course stays: no step and no result is taken away."),
        ],
        _("See the certificate"),
    )


def _restored(_values: dict[str, str]) -> _Words:
    return (
        _("Your certificate counts again: %(title)s"),
        [
            _("The certificate %(number)s of “%(title)s” was restored on %(date)s. It is the same as before."),
            _("Its page shows that it was withdrawn in between, and that it was restored."),
        ],
        _("See the certificate"),
    )


def _replaced(_values: dict[str, str]) -> _Words:
    return (
        _("You have a new certificate: %(title)s"),
        [
            _("Your certificate of “%(title)s” was replaced on %(date)s. The new one has the number %(number)s."),
            _(
                "Use the new one from now on. The earlier one says that it was replaced and leads to the new one. "
                "Links that you shared open the earlier one: make new links where you need them."
            ),
        ],
        _("See, print or share it"),
    )


def _ends_soon(_values: dict[str, str]) -> _Words:
    return (
        _("Your certificate is valid until %(ends)s: %(title)s"),
        [
            _("The certificate %(number)s of “%(title)s” is valid until %(ends)s."),
            _("After that it stays as evidence of its time: its page and its files stay, and say that it has expired."),
        ],
        _("See the certificate"),
    )


def _expired(_values: dict[str, str]) -> _Words:
    return (
        _("Your certificate has expired: %(title)s"),
        [
            _("The certificate %(number)s of “%(title)s” was valid until %(ends)s."),
            _("It stays as evidence of its time: its page and its files stay, and say that it has expired."),
        ],
        _("See the certificate"),
    )


_WORDS = {
    What.WITHDRAWN: _withdrawn,
    What.RESTORED: _restored,
    What.REPLACED: _replaced,
    What.ENDS_SOON: _ends_soon,
    What.EXPIRED: _expired,
}
