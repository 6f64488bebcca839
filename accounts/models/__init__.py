"""People, the bodies they belong to, the ways in, and the messages they get."""

from accounts.models.issuers import Issuer
from accounts.models.joining import Invitation, JoinLink, JoinRequest, SignInCard
from accounts.models.memberships import Look, Membership
from accounts.models.notifications import Notification, NotificationChoice
from accounts.models.organisations import (
    Cluster,
    ClusterManager,
    ClusterMembership,
    Organisation,
    OrganisationProfile,
    Sector,
    SizeBand,
)
from accounts.models.people import PortalUserManager, SignInTries, User
from accounts.models.projects import Project, ProjectParticipant, ProjectText

__all__ = [
    "Cluster",
    "ClusterManager",
    "ClusterMembership",
    "Invitation",
    "Issuer",
    "JoinLink",
    "JoinRequest",
    "Look",
    "Membership",
    "Notification",
    "NotificationChoice",
    "Organisation",
    "OrganisationProfile",
    "PortalUserManager",
    "Project",
    "ProjectParticipant",
    "ProjectText",
    "Sector",
    "SignInCard",
    "SignInTries",
    "SizeBand",
    "User",
]
