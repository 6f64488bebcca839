"""Takes away what managers of the demo made: ways in, cohorts, lists of people, reminders, reports, messages."""

from django.db import models
from django.db.models import Q, QuerySet

from accounts.models import (
    Cluster,
    ClusterManager,
    Invitation,
    JoinLink,
    Notification,
    Organisation,
    Project,
    ProjectParticipant,
    SignInCard,
    User,
)
from accounts.operations.notifying import KIND as MESSAGE
from cockpit.models import EvidencePack, PeopleImport, Reminder
from foundation.models import OutboxMessage
from progress.models import Cohort, EnrolmentShare, HelpAnswer

# What rests on an organisation of the demo. What is in it of people who are not of the demo rests on memberships there,
# and those refuse to go.
_OF_ORGANISATIONS: tuple[type[models.Model], ...] = (
    Cohort,
    EnrolmentShare,
    HelpAnswer,
    PeopleImport,
    Reminder,
    EvidencePack,
    JoinLink,
    SignInCard,
    Notification,
)


def remove_managing(
    people: QuerySet[User],
    organisations: QuerySet[Organisation],
    clusters: QuerySet[Cluster],
    projects: QuerySet[Project],
) -> None:
    """Remove it, with messages on their way, and accounts that were made with a card and never opened.

    :raises django.db.models.ProtectedError: if something of a real person rests on one of the projects.
    """
    sent = Notification.objects.filter(Q(organisation__in=organisations) | Q(person__in=people))
    keys = [str(public_id) for public_id in sent.values_list("public_id", flat=True)]
    OutboxMessage.objects.filter(kind=MESSAGE, key__in=keys).delete()
    sent.delete()
    invitations = Invitation.objects.filter(organisation__in=organisations)
    never_came = list(
        User.objects.filter(invitations__in=invitations, memberships=None, enrolments=None, last_login=None)
        .filter(cards__organisation__in=organisations)
        .exclude(pk__in=people)
        .values_list("pk", flat=True)
    )
    invitations.delete()
    for model in _OF_ORGANISATIONS:
        model._default_manager.filter(organisation__in=organisations).delete()
    User.objects.filter(pk__in=never_came).delete()
    EvidencePack.objects.filter(Q(project__in=projects) | Q(cluster__in=clusters)).delete()
    ClusterManager.objects.filter(cluster__in=clusters, user__in=people).delete()
    ProjectParticipant.objects.filter(project__in=projects).delete()
    projects.delete()
