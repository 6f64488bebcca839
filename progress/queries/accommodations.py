"""What a person needs to be assessed fairly, and who may say so."""

from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from progress.models import Accommodation, CourseAssessor, Enrolment
from progress.queries.assessing import assessed_by, running_memberships

_SETS_FOR_ALL = "progress.change_accommodation"
_SALT = "progress.accommodations"


@dataclass(frozen=True, slots=True)
class Row:
    """A person in the list of those for whom somebody may set an accommodation. `words` say what they are granted."""

    person: User
    token: str
    words: tuple[str, ...]


def accommodation_of(person: User | int) -> Accommodation:
    """Return what a person, or the row number of one, is granted. Cost: 1 query.

    Where nothing was set, a row that grants nothing and is not saved.
    """
    pk = person if isinstance(person, int) else person.pk
    return Accommodation.objects.filter(person_id=pk).first() or Accommodation(person_id=pk)


def people_of(by: User, *, on: date, words: str = "") -> QuerySet[User]:
    """Return the people for whom `by` may set an accommodation on a day, whose name holds `words`, by name.

    Those who belong to an organisation, or are enrolled for one, in which `by` is manager or assessor on that day, or
    are enrolled in a course that `by` assesses; to an operator, everybody. Nobody sets their own. Cost: 2 queries for
    what `by` may do, then 1 with the accommodations.
    """
    people = User.objects.filter(is_active=True).exclude(pk=by.pk)
    if not by.has_perm(_SETS_FOR_ALL):
        people = people.filter(_within_reach(by, on))
    if words:
        people = people.filter(Q(display_name__icontains=words) | Q(username__icontains=words))
    return people.select_related("accommodation").order_by("display_name", "username", "pk")


def may_set_any(by: User, *, on: date) -> bool:
    """Return whether a person may set accommodations at all. Cost: at most 4 queries."""
    return (
        by.has_perm(_SETS_FOR_ALL)
        or running_memberships(by, on, roles=_SETTING_ROLES).exists()
        or CourseAssessor.objects.filter(person=by).exists()
    )


def find_person(by: User, token: str, *, on: date) -> User:
    """Return the person that a token of an address names, if `by` may set their accommodation. Cost: 3 queries.

    :raises User.DoesNotExist: if there is none, or it is not theirs to set: the two look the same.
    """
    try:
        pk = signing.Signer(salt=_SALT).unsign_object(token)
    except signing.BadSignature as error:
        raise User.DoesNotExist from error
    return people_of(by, on=on).get(pk=pk)


def token_of(person: User) -> str:
    """Return what names a person in an address: it tells nothing, and nobody can make one."""
    return signing.Signer(salt=_SALT).sign_object(person.pk)


def row_of(person: User) -> Row:
    """Return a person read by `people_of` as the list shows them. No query."""
    return Row(person, token_of(person), accommodation_words(granted_to(person)))


def granted_to(person: User) -> Accommodation:
    """Return what a person read by `people_of` is granted, as `accommodation_of` does. No query."""
    try:
        granted: Accommodation = person.accommodation
    except Accommodation.DoesNotExist:
        return Accommodation(person=person)
    return granted


def accommodation_words(granted: Accommodation) -> tuple[str, ...]:
    """Return what somebody is granted, each as a few words that can follow a colon; nothing where nothing is."""
    words = []
    if granted.extra_time_percentage:
        words.append(_("%(percent)s %% more time") % {"percent": granted.extra_time_percentage})
    if granted.extra_attempts:
        tries = ngettext("%(count)s more try", "%(count)s more tries", granted.extra_attempts)
        words.append(tries % {"count": granted.extra_attempts})
    if granted.one_question_a_page:
        words.append(_("one question at a time"))
    return tuple(words)


_SETTING_ROLES = (Membership.Role.MANAGER, Membership.Role.ASSESSOR)


def _within_reach(by: User, on: date) -> Q:
    own = running_memberships(by, on, roles=_SETTING_ROLES).values("organisation")
    belongs = running_memberships(OuterRef("pk"), on, roles=(Membership.Role.LEARNER,)).filter(organisation__in=own)
    enrolled = Enrolment.objects.active().filter(Q(organisation__in=own) | assessed_by(by, on), learner=OuterRef("pk"))
    return Q(Exists(belongs)) | Q(Exists(enrolled))
