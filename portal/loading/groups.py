"""People of one organisation who are complete and whose certificates wait for their names: for issuing to a whole group.

Nobody can sign in as one of them.
"""

from datetime import datetime, timedelta

from accounts.models import Membership, Organisation
from courses.queries import serving
from portal.loading.ledger import Ledger
from portal.loading.people import BELONG_FOR, put_membership, put_reader
from portal.loading.records import CLUSTER_COURSE, course_named, do_steps, enrol_in
from progress.models import CourseCompletion

GROUP = ("Fenna", "Joris", "Saskia")
ORGANISATION = "Wasserij Zilverlinde"
_PREFIX = "group"
_LANGUAGE = "en"
_STARTED = timedelta(days=30)


def load_group(*, ledger: Ledger, at: datetime) -> None:
    """Make who is missing of the group, and bring each to the end of the cluster course. What became of them since stays."""
    course = course_named(CLUSTER_COURSE)
    organisation = Organisation.objects.get(name=ORGANISATION)
    began = at.replace(hour=9, minute=0, second=0, microsecond=0) - _STARTED
    steps = [item for item in serving.outline_of(course, _LANGUAGE).items if item.required]
    for day, name in enumerate(GROUP):
        person = put_reader(name, ledger=ledger, prefix=_PREFIX, has_address=True)
        put_membership(person, organisation, Membership.Role.LEARNER, since=at - BELONG_FOR)
        enrolment = enrol_in(person, course, at=began + timedelta(days=day))
        if CourseCompletion.objects.filter(enrolment=enrolment).exists():
            continue
        do_steps(enrolment, steps, at=began + timedelta(days=day + 1))
