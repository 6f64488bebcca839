"""Certify again: a new cycle of the enrolment. What the one before earned stays as evidence of its period (decision 0022).

enrolment = renew_enrolment(learner=giulia, course=course, at=now)
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from certificates.queries.renewing import window_on
from certificates.queries.showing import certificates_with_events
from certificates.rules.validity import Renewal
from courses.models import Course
from progress.models import Enrolment
from progress.operations import begin_cycle
from progress.queries.enrolments import completion_of


class NothingToRenew(Exception):
    """The learner has no certificate of this course that may be renewed."""


class TooEarly(Exception):
    """The certificate may be renewed later; `opens` says from which day on."""

    def __init__(self, opens: date) -> None:
        super().__init__(opens.isoformat())
        self.opens = opens


def renew_enrolment(*, learner: User, course: Course, at: datetime) -> Enrolment:
    """Begin the course again to certify again, and return the new cycle; a second click returns the one that was begun.

    Allowed from the first day to renew on, and also after the certificate expired. The earlier enrolment, its records
    and its certificate stay as they are.

    :raises NothingToRenew: if no certificate of the latest complete cycle may be renewed, or it was withdrawn.
    :raises TooEarly: if one may be, later.
    :raises progress.operations.NotOffered: if the course is not published or is archived.
    :raises progress.operations.NothingToDo: if it has no step.
    """
    with transaction.atomic():
        cycles = list(
            Enrolment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("course", "learner", "completion")
            .filter(learner=learner, course=course)
            .order_by("-cycle")[:2]
        )
        if not cycles:
            raise NothingToRenew
        latest = cycles[0]
        if len(cycles) == 2 and completion_of(latest) is None:
            return begin_cycle(previous=cycles[1], at=at)
        _check(latest, today=timezone.localdate(at))
        return begin_cycle(previous=latest, at=at)


def _check(enrolment: Enrolment, *, today: date) -> None:
    standing = certificates_with_events().filter(enrolment=enrolment, learning_path=None, superseded_by=None)
    windows = [window_on(certificate, today=today) for certificate in standing]
    if any(window.is_open for window in windows):
        return
    opens = [window.opens for window in windows if window.renewal is Renewal.NOT_YET and window.opens]
    raise TooEarly(min(opens)) if opens else NothingToRenew
