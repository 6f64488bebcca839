"""Ways into an organisation: a link with a code, an invitation, a printed card; and who waits to be let in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.memberships import Membership
from accounts.models.organisations import Organisation
from accounts.models.people import User
from accounts.models.projects import Project


class WayIn(models.Model):
    """What a way in leads to: an organisation, and there perhaps a cohort or a course."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    cohort_key = models.UUIDField(null=True, blank=True, help_text="Public id of a cohort whose course begins with it.")
    course_key = models.UUIDField(null=True, blank=True, help_text="Key of a course that begins with it.")
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class JoinLink(WayIn):
    """A link for many, and the same as a code to type: `/<lang>/join/<token>/` and `/<lang>/join/`."""

    token = models.CharField(max_length=43, unique=True, help_text="128 random bits or more, in the address.")
    code = models.CharField(max_length=9, unique=True, help_text="Eight characters of Crockford base32, to type.")
    limit = models.PositiveIntegerField(help_text="How many people may join by it.")
    used_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_count__lte=models.F("limit")), name="join_link_within_its_limit")
        ]

    def __str__(self) -> str:
        return f"join link to {self.organisation}"


class Invitation(WayIn):
    """One person asked in: by mail, or by a card handed over. Deleted 60 days after its end (LEGAL.md).

    `token_digest` and `code` are of the link and of the code that is the same without a mail. `person` is who was
    asked where an account is known: one made for a card, or the one that joined.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Invited")
        JOINED = "joined", _("Joined")
        REVOKED = "revoked", _("Taken back")

    email = models.EmailField(blank=True)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    role = models.CharField(max_length=10, choices=Membership.Role.choices, default=Membership.Role.LEARNER)
    token_digest = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=9, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email", "role"],
                condition=Q(state="waiting") & ~Q(email=""),
                name="invitation_one_waiting_an_address",
            )
        ]

    def __str__(self) -> str:
        return f"invitation to {self.organisation}"


class JoinRequest(models.Model):
    """Somebody who used a join link of an organisation that asks first, and waits for a manager."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        APPROVED = "approved", _("Let in")
        REFUSED = "refused", _("Not let in")
        WITHDRAWN = "withdrawn", _("Taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    link = models.ForeignKey(JoinLink, on_delete=models.CASCADE, related_name="requests")
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    told_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "person"], condition=Q(state="waiting"), name="join_request_one_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"request to join by {self.link_id}"


class SignInCard(models.Model):
    """A printed card for somebody without an e-mail address. It opens one thing: choosing a passphrase of their own.

    The secret is on paper only; here lies its digest. Used, replaced or revoked, it opens nothing any more.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="cards")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    secret_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at=None, revoked_at=None), name="sign_in_card_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"card of {self.person_id}"
