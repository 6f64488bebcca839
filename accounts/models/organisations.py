"""Organisations, their clusters, and since when they are what they are."""

import uuid
from datetime import time
from typing import Any

from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.models.dates import dates_in_order
from accounts.models.people import User


class SizeBand(models.TextChoices):
    """Size of an organisation by staff, as in the European Social Economy Monitor."""

    MICRO = "micro", _("1 to 9 people")
    SMALL = "small", _("10 to 49 people")
    MEDIUM = "medium", _("50 to 249 people")
    LARGE = "large", _("250 people or more")


class Sector(models.TextChoices):
    """What a social enterprise does; the facet of case studies too."""

    TEXTILE = "textile", _("Textile and reuse")
    REPAIR = "repair", _("Repair")
    FOOD = "food", _("Food")
    CARE = "care", _("Care")
    LAUNDRY = "laundry", _("Laundry and cleaning")
    ASSEMBLY = "assembly", _("Assembly and production")
    CRAFT = "craft", _("Craft")
    CLUSTER = "cluster", _("Clusters and networks")
    EDUCATION = "education", _("Education and training")
    OTHER = "other", _("Other")


class Organisation(models.Model):
    """A social enterprise or other body that people belong to."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2, help_text=_("Two letters, ISO 3166-1."))
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    size_band = models.CharField(_("size"), max_length=10, choices=SizeBand.choices)
    tools = models.TextField(
        _("digital tools in use"), max_length=1000, blank=True, help_text=_("One a line, as people at work call them.")
    )
    is_public = models.BooleanField(
        _("named in public"), default=False, db_default=False, help_text=_("Pages without an account may name it.")
    )
    shows_people = models.BooleanField(
        _("managers see people"),
        default=True,
        db_default=True,
        help_text=_("Switched off, nobody sees here who does which course: where a works council asks for it."),
    )
    approved_domains = models.JSONField(
        _("e-mail domains that need no approval"),
        default=list,
        db_default=Value([], models.JSONField()),
        blank=True,
        help_text="Domains in small letters. Who joins with a confirmed address of one is let in at once.",
    )
    approves_joining = models.BooleanField(
        _("asks before somebody joins"),
        default=False,
        db_default=False,
        help_text=_(
            "Who joins by link or code waits until a manager agrees; confirmed addresses of these domains need not."
        ),
    )
    reminders_a_week = models.PositiveSmallIntegerField(
        _("reminders a person gets in a week, at most"), default=1, db_default=1
    )
    quiet_from = models.TimeField(_("no reminders from"), default=time(18), db_default=time(18))
    quiet_until = models.TimeField(_("no reminders until"), default=time(8), db_default=time(8))

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OrganisationProfile(models.Model):
    """What an organisation said of itself from a moment on. Reports of a period read the one of its end.

    The first one is written with the first change, of what was true before.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="profiles")
    valid_from = models.DateTimeField()
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    sector = models.CharField(max_length=20, choices=Sector.choices)
    size_band = models.CharField(max_length=10, choices=SizeBand.choices)

    class Meta:
        ordering = ["valid_from", "pk"]

    def __str__(self) -> str:
        return f"{self.name} from {self.valid_from:%Y-%m-%d}"


class Cluster(models.Model):
    """A social economy cluster: organisations that work together."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    country = models.CharField(_("country"), max_length=2)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ClusterMembership(models.Model):
    """An organisation's time in a cluster."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="cluster_memberships")
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            dates_in_order("cluster_membership_dates_in_order"),
            models.UniqueConstraint(
                fields=["cluster", "organisation"], condition=Q(end_date=None), name="cluster_membership_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} in {self.cluster}"


class ClusterManager(models.Model):
    """A person's time as manager of a cluster: they see people of its organisations, each for its time in the cluster."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="managed_clusters")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="managers")
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints = [
            dates_in_order("cluster_manager_dates_in_order"),
            models.UniqueConstraint(
                fields=["user", "cluster"], condition=Q(end_date=None), name="cluster_manager_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} manages {self.cluster}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a manager finds the link to their people from then on."""
        super().save(*args, **kwargs)
        self.user.note_managing()
