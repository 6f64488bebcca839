"""Erase a person: what names them goes, what was done stays without them.

erase_person(person=ana, by=operator, at=now, keeps_certificates=True)
"""

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from wagtail.models import ModelLogEntry

from accounts.announcing import announce_erasing
from accounts.models import (
    ClusterManager,
    Invitation,
    JoinRequest,
    Look,
    Membership,
    Notification,
    NotificationChoice,
    SignInCard,
    User,
)
from accounts.operations.memberships import end_membership
from accounts.operations.people import forget_sign_in_tries
from foundation.models import OutboxMessage


def erase_person(*, person: User, by: User, at: datetime, keeps_certificates: bool) -> None:
    """Erase an account for good. Erased once, it stays as it is.

    The row stays, without name, address, rights or a way to sign in, so that records that are never changed still name
    somebody: totals of reports stay as they were. A project's list of participants stays until the project's own day.
    Issued certificates stay with the name on them, not shown on their public page, where `keeps_certificates` says so.

    :raises accounts.announcing.CertificatesStand: if they have certificates and these are not to be kept.
    :raises accounts.operations.memberships.LastManager: if they erase themselves as the last manager of somewhere.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        if person.erased_at is not None:
            return
        for membership in Membership.objects.filter(user=person).select_related("organisation", "user"):
            end_membership(membership=membership, by=by, at=at)
        ClusterManager.objects.filter(user=person, end_date=None).update(end_date=localdate(at))
        announce_erasing(person, at, keeps_certificates=keeps_certificates)
        _forget_ways_in(person)
        _forget_messages(person)
        _forget_logs(person)
        Look.objects.filter(subject=person).delete()
        _empty(person, at)


def _forget_ways_in(person: User) -> None:
    asked = Q(person=person)
    if person.email:
        asked |= Q(email__iexact=person.email)
    JoinRequest.objects.filter(person=person).delete()
    SignInCard.objects.filter(person=person).delete()
    Invitation.objects.filter(asked).delete()
    for name in filter(None, (person.username, person.email)):
        forget_sign_in_tries(name=name)


def _forget_messages(person: User) -> None:
    NotificationChoice.objects.filter(person=person).delete()
    mine = Q(person=person)
    if person.email:
        mine |= Q(address__iexact=person.email)
    keys = [str(key) for key in Notification.objects.filter(mine).values_list("public_id", flat=True)]
    OutboxMessage.objects.filter(key__in=keys).update(payload={})
    Notification.objects.filter(mine, state=Notification.State.WAITING).update(state=Notification.State.DROPPED)
    Notification.objects.filter(mine).update(address="")
    if person.email:
        OutboxMessage.objects.filter(payload__to__iexact=person.email, done_at=None).delete()
        OutboxMessage.objects.filter(payload__to__iexact=person.email).update(payload={})
    EmailAddress.objects.filter(user=person).delete()


def _forget_logs(person: User) -> None:
    """Keep that staff edited the account and when; the name in the history goes."""
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(object_repr="", change_message="")
    ModelLogEntry.objects.filter(content_type=kind, object_id=str(person.pk)).update(label="", data={})


def _empty(person: User, at: datetime) -> None:
    person.username = f"erased-{secrets.token_hex(8)}"
    person.email = person.display_name = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.shows_edit_links = person.shows_marking_link = person.shows_cockpit_link = person.shows_register_link = False
    person.text_size, person.wide_spacing, person.calm_mode = User.TextSize.STANDARD, False, False
    person.last_login = None
    person.erased_at = at
    person.set_unusable_password()  # ends every session, too
    person.groups.clear()
    person.user_permissions.clear()
    person.save()
