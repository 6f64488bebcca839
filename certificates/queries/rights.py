"""Who may look after issued certificates: operators and registrars, by a right of their group."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.rules.second_people import Standing
from certificates.models import Certificate

RIGHT = "certificates.change_certificate"


def has_right(person: User) -> bool:
    """Return whether somebody may look certificates up and ask for changes of them. Cost: 2 queries, none when repeated."""
    return person.is_active and person.has_perm(RIGHT)


def people_with_right() -> QuerySet[User]:
    """Return who has the right, by whatever group, and an account that is not switched off. Cost: 1 query."""
    people: QuerySet[User] = User.objects.with_perm(RIGHT, backend=_BACKEND)
    return people


def standing_of(person: User) -> Standing:
    """Return since when somebody is who they are, for the rule of second people. No query."""
    return Standing(
        person=person.pk,
        joined_at=person.date_joined,
        right_since=person.register_right_since,
        access_changed_at=person.access_changed_at,
    )


def others_with_right(certificate: Certificate, *, without: User | None) -> QuerySet[User]:
    """Return who else may decide about a certificate: neither `without`, who asked, nor its holder. Cost: 1 query.

    Who does not count as a second person yet is among them: what is asked waits for them too, and is not done by one alone.
    """
    people = people_with_right()
    apart = [certificate.enrolment.learner_id, *([without.pk] if without else [])]
    return people.exclude(pk__in=apart).order_by("pk")


_BACKEND = "django.contrib.auth.backends.ModelBackend"
