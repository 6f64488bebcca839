"""Clusters: their managers bring people in where an enterprise has nobody for it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from accounts.models import Cluster, ClusterManager, ClusterMembership, Membership
from accounts.operations.memberships import end_what_is_over


def make_managers_of_members(*, cluster: Cluster, at: datetime) -> int:
    """Make whoever manages a cluster now a manager of each organisation that is in it now; return how many roles are new.

    Each is an ordinary membership, which somebody ends as any other: leaving the cluster ends none. Nobody sees anything
    of the manager before they read who does and agreed. Done twice, nothing changes.
    """
    runs = Q(start_date__lte=localdate(at)) & (Q(end_date=None) | Q(end_date__gt=localdate(at)))
    managers = ClusterManager.objects.filter(runs, cluster=cluster).select_related("user")
    members = list(ClusterMembership.objects.filter(runs, cluster=cluster).select_related("organisation"))
    count = 0
    with transaction.atomic():
        Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
        for person in {row.user for row in managers}:
            for organisation in {row.organisation for row in members}:
                role = {"user": person, "organisation": organisation, "role": Membership.Role.MANAGER}
                if not Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), **role).exists():
                    end_what_is_over(person=person, organisation=organisation, at=at)
                    Membership.objects.create(**role, start_date=localdate(at))
                    count += 1
    return count
