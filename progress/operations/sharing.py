"""Showing an enrolment made alone to an organisation, and no longer."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Membership, Organisation, User
from progress.models import CohortMember, Enrolment, EnrolmentShare


class NotTheirs(Exception):
    """The person does not belong to the organisation, or was not told who sees what there."""


class MadeForAnOrganisation(Exception):
    """The enrolment was made through an organisation: who sees it follows from that."""


def share_enrolment(*, enrolment: Enrolment, organisation: Organisation, at: datetime) -> EnrolmentShare:
    """Show an enrolment that its learner made alone to the managers of one of their organisations; return the share.

    They see all of it, from its first step on, until it is ended. Shown twice, it is shown once.

    :raises MadeForAnOrganisation: if it was not made alone.
    :raises NotTheirs: if the learner does not belong there now, or has not agreed to who sees what.
    """
    if enrolment.organisation_id is not None:
        raise MadeForAnOrganisation
    with transaction.atomic():
        # The lock that leaving takes: nothing is shown to an organisation that the learner leaves at this moment.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        belongs = Membership.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=at),
            user=enrolment.learner_id,
            organisation=organisation,
            told_at__isnull=False,
        )
        if not belongs.exists():
            raise NotTheirs
        try:
            with transaction.atomic():
                share, _is_new = EnrolmentShare.objects.get_or_create(
                    enrolment=enrolment, organisation=organisation, ended_at=None, defaults={"shared_at": at}
                )
        except IntegrityError:  # the constraint decides, so two clicks cannot race
            share = EnrolmentShare.objects.get(enrolment=enrolment, organisation=organisation, ended_at=None)
    return share


def end_share(*, share: EnrolmentShare, at: datetime) -> None:
    """Stop showing an enrolment: nothing of it is seen from now on. One that ended stays as it ended."""
    EnrolmentShare.objects.filter(pk=share.pk, ended_at=None).update(ended_at=at)
    share.refresh_from_db(fields=["ended_at"])


def end_what_is_shown(person: User, organisation: Organisation, at: datetime) -> None:
    """End what a person shows to an organisation that they left, and their time in its cohorts. Cost: 2 queries."""
    EnrolmentShare.objects.filter(enrolment__learner=person, organisation=organisation, ended_at=None).update(
        ended_at=at
    )
    CohortMember.objects.filter(person=person, cohort__organisation=organisation, left_at=None).update(left_at=at)
