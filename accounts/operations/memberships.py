"""Joining an organisation, being told who sees what, and leaving: sight begins and ends with these."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from accounts.announcing import announce_leaving
from accounts.models import Membership, Organisation, User


class LastManager(Exception):
    """The manager is the only one of the organisation, and would leave it with nobody to answer for it."""


def join_organisation(*, person: User, organisation: Organisation, role: str, at: datetime) -> Membership:
    """Let a person belong to an organisation from now on, and return the membership. Who is in it already stays so.

    The caller has shown in words who sees what, and the person agreed: sight begins now. Somebody who was there before
    and left opens only what they do from now on; what was done while they were away is never seen.
    """
    try:
        with transaction.atomic():
            _lock(organisation)
            membership = _running(person, organisation, at).filter(role=role).first()
            if membership is None:
                end_what_is_over(person=person, organisation=organisation, at=at)
                return Membership.objects.create(
                    user=person,
                    organisation=organisation,
                    role=role,
                    start_date=localdate(at),
                    told_at=at,
                    sees_from=_sees_from(person, organisation, at),
                )
    except IntegrityError:  # the constraint decides: a database without row locks may let two of them race
        membership = _running(person, organisation, at).get(role=role)
    if membership.start_date > localdate(at):  # somebody had them down for a later day
        membership.start_date = localdate(at)
        membership.save(update_fields=["start_date"])
    tell(membership=membership, at=at)
    return membership


def tell(*, membership: Membership, at: datetime) -> bool:
    """Note that a person read who sees what of them, and agreed; return whether that is new. Sight begins now.

    For a membership that somebody else entered. One that ended, or was agreed to, stays as it is.
    """
    with transaction.atomic():
        row = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
        is_new = row.told_at is None and (row.ended_at is None or row.ended_at > at)
        if is_new:
            row.told_at = at
            row.sees_from = row.sees_from or _sees_from(row.user, row.organisation, at)
            row.save(update_fields=["told_at", "sees_from"])
    membership.told_at, membership.sees_from = row.told_at, row.sees_from
    return is_new


def end_membership(*, membership: Membership, by: User, at: datetime) -> None:
    """End a membership at once: what the person does from now on is not seen. One that ended stays as it ended.

    `by` is who ends it: the person themselves, a manager, an operator. With the last role in an organisation ends what
    the person shows to it and the groups of it they are in.

    :raises LastManager: where a manager ends their own role and nobody else manages the organisation.
    """
    with transaction.atomic():
        organisation = _lock(membership.organisation)
        row = Membership.objects.select_related("user").get(pk=membership.pk)
        if row.ended_at is None or row.ended_at > at:
            if row.role == Membership.Role.MANAGER and row.user_id == by.pk and not _others_manage(row, at):
                raise LastManager
            # A day that is to come cannot be the first: then it is the last one, too, and the moment says the rest.
            row.end_date = max(localdate(at), row.start_date)
            row.ended_at, row.ended_by = at, by
            row.save(update_fields=["end_date", "ended_at", "ended_by"])
            if not _running(row.user, organisation, at).exists():
                announce_leaving(row.user, organisation, at)
    membership.end_date, membership.ended_at, membership.ended_by = row.end_date, row.ended_at, row.ended_by


def end_what_is_over(*, person: User, organisation: Organisation, at: datetime) -> None:
    """End what a person shows to an organisation, and their places in its groups, where they belong to it no more.

    For an end that `end_membership` did not write: a last day that came, or one that an operator set. Also asked before
    somebody comes back, so that nothing of before revives. Cost: 1 query where they belong to it, else what listeners write.
    """
    with transaction.atomic():
        if not _running(person, organisation, at).exists():
            announce_leaving(person, organisation, at)


def _lock(organisation: Organisation) -> Organisation:
    """Let joining and leaving one organisation wait for each other: two managers cannot both leave as not the last."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _running(person: User, organisation: Organisation, at: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), user=person, organisation=organisation
    ).order_by("pk")


def _others_manage(membership: Membership, at: datetime) -> bool:
    on = localdate(at)
    return (
        Membership.objects.filter(
            Q(ended_at=None) | Q(ended_at__gt=at),
            organisation=membership.organisation_id,
            role=Membership.Role.MANAGER,
            start_date__lte=on,
            user__is_active=True,
        )
        .exclude(user=membership.user_id)
        .exists()
    )


def _sees_from(person: User, organisation: Organisation, at: datetime) -> datetime | None:
    """Return from when on a new time in an organisation opens what was done: None where it is the first one."""
    was_there = Membership.objects.filter(user=person, organisation=organisation, ended_at__lte=at).exists()
    return at if was_there else None
