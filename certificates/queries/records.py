"""What the records of an enrolment say of its certificate: whether the rule of it is met, and what happened with dates."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import CertificateEvent
from certificates.queries.showing import certificates_of_enrolment, holder_name, offers_certificate
from courses.rules.outline import Outline
from progress.models import Enrolment
from progress.queries.history import Line

_LABELS = {
    CertificateEvent.Kind.ISSUED: lambda: _("Certificate issued"),
    CertificateEvent.Kind.REISSUED: lambda: _("Certificate replaced by a new one"),
    CertificateEvent.Kind.REVOKED: lambda: _("Certificate withdrawn"),
    CertificateEvent.Kind.RESTORED: lambda: _("Certificate restored"),
    CertificateEvent.Kind.EXPIRED: lambda: _("Certificate expired"),
}


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """The parts of the rule that are not the course's own: when the name was confirmed, when it was issued, if it was."""

    named_at: datetime | None
    issued_at: datetime | None
    public_id: str


def certificate_rule_of(enrolment: Enrolment, outline: Outline) -> CertificateRule | None:
    """Return how far a certificate is; None where the course offers none and none was issued. Cost: 2 or 3 queries."""
    certificates = certificates_of_enrolment(enrolment)
    if not certificates and not offers_certificate(enrolment, outline):
        return None
    name = holder_name(enrolment)
    return CertificateRule(
        named_at=name.confirmed_at if name else None,
        issued_at=certificates[0].issued_at if certificates else None,
        public_id=certificates[0].public_id if certificates else "",
    )


def certificate_lines(enrolment: Enrolment, *, has_links: bool) -> list[Line]:
    """Return what happened to the certificates of an enrolment, replaced ones too. Cost: 2 queries.

    `has_links`: name the number and lead to the certificate, which is for its holder to show.
    """
    name = holder_name(enrolment)
    lines = [Line(name.confirmed_at, _("Name for the certificate confirmed"))] if name else []
    of_course = CertificateEvent.objects.filter(certificate__enrolment=enrolment, certificate__learning_path=None)
    events = of_course.select_related("certificate")
    for event in events.order_by("happened_at", "pk"):
        said = (_("Number %(number)s.") % {"number": event.certificate.number},) if has_links else ()
        address = reverse("certificates:show", args=[event.certificate.public_id]) if has_links else ""
        label = _LABELS[CertificateEvent.Kind(event.kind)]()
        lines.append(
            Line(
                event.happened_at,
                label,
                details=said,
                url=address,
                url_label=_("See the certificate") if address else "",
            )
        )
    return lines
