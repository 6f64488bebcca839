"""The holder says which name stands on the certificate."""

from datetime import datetime

from django.db import transaction

from certificates.models import Certificate, HolderName, NameVisibility
from certificates.rules.names import NameProblem, name_problem, tidy_name
from foundation.operations import post_message
from progress.models import Enrolment
from progress.operations.finishing import finish_course


class NameRefused(ValueError):
    """The text cannot stand on a certificate; `problem` says why."""

    def __init__(self, problem: NameProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class NameIsFixed(Exception):
    """A certificate of this enrolment carries another name already. It does not change; a new one would replace it."""


def confirm_name(*, enrolment: Enrolment, name: str, at: datetime, visibility: str = NameVisibility.FULL) -> HolderName:
    """Record the name a learner confirmed for the certificate of an enrolment, and return it.

    `visibility`, one of `NameVisibility`: what the page of the certificate shows of it to others, to begin with.

    An act of the learner: it completes the course if everything that counts is done. The certificates that are due
    are issued right after this transaction. Confirming the same name again changes nothing.

    :raises NameRefused: if the name breaks a rule of `certificates.rules.names`.
    :raises NameIsFixed: if a certificate with another name was issued.
    """
    tidied = tidy_name(name)
    problem = name_problem(tidied)
    if problem is not None:
        raise NameRefused(problem)
    with transaction.atomic():
        finish_course(enrolment=enrolment, at=at, cause="name")  # locks the enrolment: two tabs take turns from here
        kept = HolderName.objects.filter(enrolment_id=enrolment.pk).first()
        if kept is not None and kept.name != tidied and Certificate.objects.filter(enrolment_id=enrolment.pk).exists():
            raise NameIsFixed
        if kept is None or (kept.name, kept.visibility) != (tidied, visibility):
            kept, _is_new = HolderName.objects.update_or_create(
                enrolment_id=enrolment.pk,
                defaults={
                    "name": tidied,
                    "visibility": NameVisibility(visibility),
                    "confirmed_at": at,
                    "confirmed_by": None,
                },
            )
        # A key of its own each time: the message of the completion may be done, in vain, since there was no name yet.
        post_message(
            kind="certificates.issue",
            key=f"{enrolment.public_id}:named:{at.timestamp():.6f}",
            payload={"enrolment": enrolment.pk},
            at=at,
        )
    return kept
