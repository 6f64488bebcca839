"""What a person needs to be assessed fairly, as what they set out to do asks for it."""

from accounts.models import User
from progress.models import Accommodation


def accommodation_of(person: User | int) -> Accommodation:
    """Return what a person, or the row number of one, is granted. Cost: 1 query.

    Where nothing was set, a row that grants nothing and is not saved.
    """
    pk = person if isinstance(person, int) else person.pk
    return Accommodation.objects.filter(person_id=pk).first() or Accommodation(person_id=pk)
