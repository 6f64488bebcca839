"""What is handed on: evidence packs for funders, and tokens by which programs read reports."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Cluster, Organisation, Project


class EvidencePack(models.Model):
    """A report of a period for a funder, in one zip. Its facts follow from records alone, so it can be made again.

    About one project, or one organisation, or one cluster, as `project`, `organisation` and `cluster` say.
    """

    class Names(models.TextChoices):
        TOTALS = "totals", _("Totals only")
        PSEUDONYMS = "pseudonyms", _("A list without names")
        NAMES = "names", _("A list with names")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cluster = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    names = models.CharField(max_length=10, choices=Names.choices, default=Names.TOTALS)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    extra_totals = models.JSONField(
        default=dict,
        help_text="Totals of a sheet filled in outside: counts by attribute and value, nothing of one person.",
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    file = models.CharField(max_length=100, blank=True, help_text="Name of the zip below the private folder.")
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"evidence pack {self.public_id}"


class ReportToken(models.Model):
    """Lets a program read the reports of one organisation. Shown once; here lies its digest."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("what it is for"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(revoked_at=None), name="report_token_one_in_force_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name
