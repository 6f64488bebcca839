"""One person as their managers see them."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import localdate

from accounts.models import Membership, User
from certificates.models import Certificate
from cockpit.queries.people import followed
from cockpit.queries.people_certificates import certificates_of
from cockpit.queries.people_list import Row, rows_of
from cockpit.queries.scope import Sight


@dataclass(frozen=True, slots=True)
class Person:
    """Courses, certificates and roles of one person. No answers, no attempts, no time spent: none is read."""

    person: User
    courses: tuple[Row, ...]
    certificates: tuple[Certificate, ...]
    memberships: tuple[Membership, ...]

    @property
    def belongs_now(self) -> bool:
        """Say whether they belong to an organisation of the viewer's own: only there a new way in is given."""
        return any(membership.ended_at is None for membership in self.memberships)


def find_person(sight: Sight, public_id: UUID) -> User:
    """Return somebody in sight. Cost: 1 query.

    :raises User.DoesNotExist: if there is nobody, or they are not in sight: the two look the same.
    """
    return sight.people().get(public_id=public_id)


def person_page(sight: Sight, person: User, *, language: str) -> Person:
    """Return what a manager sees of a person. Cost: 4 queries, 1 more for outlines not held."""
    enrolments = followed(sight).filter(learner=person).order_by("-enrolled_at", "-pk")
    certificates = certificates_of(sight, today=localdate(sight.at), language=language)
    memberships = sight.memberships().filter(user=person).select_related("organisation")
    return Person(
        person=person,
        courses=rows_of(sight, enrolments, language),
        certificates=tuple(certificates.filter(enrolment__learner=person).order_by("-issued_at", "-pk")),
        memberships=tuple(memberships.order_by("-start_date", "-pk")),
    )


def find_membership(sight: Sight, person: User, *, organisation: UUID, role: str) -> Membership:
    """Return a person's latest time in a role, in an organisation of the viewer's own. Cost: 1 query.

    :raises Membership.DoesNotExist: if there is none, or the organisation is not theirs: the two look the same.
    """
    memberships = sight.memberships().filter(user=person, organisation__public_id=organisation, role=role)
    found = memberships.select_related("organisation", "user").order_by("-start_date", "-pk").first()
    if found is None:
        raise Membership.DoesNotExist
    return found
