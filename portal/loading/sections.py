"""A section of the demo: an invented partner that writes one of the courses, and nothing else."""

from collections.abc import Mapping

from wagtail.models import Collection

from accounts.models import User
from courses.models import CoursePage
from home.operations.sections import NameTaken as SectionNameTaken
from home.operations.sections import give_section
from home.queries.sections import PREFIX
from portal.loading.ledger import Ledger
from portal.loading.people import FOLDER, NameTaken
from portal.loading.reading import SOURCE_LANGUAGE

PARTNER = "Makers in Reach (demo)"
COURSE = "new-technology-with-care"
GROUP = f"{FOLDER}sections/group"
COLLECTION = f"{FOLDER}sections/collection"


def load_section(people: Mapping[str, User], *, ledger: Ledger) -> None:
    """Give the demo's partner its section, once: what an operator made of it since stays.

    :raises NameTaken: if there is a group or a collection of this name that the demo did not make.
    """
    page = CoursePage.objects.filter(slug=COURSE, locale__language_code=SOURCE_LANGUAGE).first()
    if ledger.find(GROUP) is not None or page is None:
        return
    try:
        group = give_section(name=PARTNER, page=page)
    except SectionNameTaken as error:
        raise NameTaken(f"The demo needs the name “{PREFIX}{PARTNER}”, which is in use in this database.") from error
    people["partner"].groups.add(group)
    ledger.record(GROUP, group, sha256="")
    ledger.record(COLLECTION, Collection.objects.get(name=PARTNER), sha256="")
