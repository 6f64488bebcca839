"""What becomes of names on certificates when their holder is erased."""

from datetime import datetime

from accounts.announcing import CertificatesStand
from accounts.models import User
from certificates.models import Certificate, CertificateRequest, HolderName, NameVisibility, ShareLink


def forget_person(person: User, at: datetime, keeps_certificates: bool) -> None:
    """Forget the names a person confirmed, and what was written about their certificates. Cost: 6 queries.

    Certificates that were issued never change. They stay, if that is what the person wants: their public page shows no
    name any more, and links that the holder gave away end.

    :raises CertificatesStand: if there are any, and they are not to be kept.
    """
    mine = Certificate.objects.filter(enrolment__learner=person)
    if not keeps_certificates and mine.exists():
        raise CertificatesStand
    HolderName.objects.filter(enrolment__learner=person).delete()
    CertificateRequest.objects.filter(certificate__in=mine).update(note="", decision_note="", new_name="")
    ShareLink.objects.filter(certificate__in=mine).delete()
    mine.update(name_visibility=NameVisibility.FILE)
