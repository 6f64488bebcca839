"""Who may look after issued certificates: operators and registrars, by a right of their group."""

from django.db.models import QuerySet

from accounts.models import User
from certificates.models import Certificate

RIGHT = "certificates.change_certificate"


def has_right(person: User) -> bool:
    """Return whether somebody may look certificates up and ask for changes of them. Cost: 2 queries, none when repeated."""
    return person.is_active and person.has_perm(RIGHT)


def others_with_right(certificate: Certificate, *, without: User | None) -> QuerySet[User]:
    """Return who else may decide about a certificate: neither `without`, who asked, nor its holder. Cost: 1 query."""
    people: QuerySet[User] = User.objects.with_perm(RIGHT, backend=_BACKEND)
    apart = [certificate.enrolment.learner_id, *([without.pk] if without else [])]
    return people.exclude(pk__in=apart).order_by("pk")


_BACKEND = "django.contrib.auth.backends.ModelBackend"
