"""Funded projects, and the texts they must show."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.dates import dates_in_order
from accounts.models.organisations import Organisation


class Project(models.Model):
    """A funded project that enrolments may belong to."""

    class Statement(models.TextChoices):
        NONE = "none", _("No statement")
        FUNDED = "funded", _("Funded by")
        CO_FUNDED = "co-funded", _("Co-funded by")

    class NamesBasis(models.TextChoices):
        NONE = "none", _("No list with names")
        CONTRACT = "contract", _("A contract with the person")
        LEGAL_DUTY = "legal-duty", _("A legal duty to keep it")
        CONSENT = "consent", _("Consent of each person")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, unique=True)
    funder = models.CharField(_("funder"), max_length=200, blank=True)
    grant_number = models.CharField(_("grant number"), max_length=60, blank=True)
    programme = models.CharField(_("programme"), max_length=200, blank=True, default="", db_default="")
    work_package = models.CharField(_("work package"), max_length=200, blank=True, default="", db_default="")
    authority = models.CharField(
        _("granting authority"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("As the grant agreement names it."),
    )
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)
    statement = models.CharField(
        _("statement of support"),
        max_length=10,
        choices=Statement.choices,
        default=Statement.NONE,
        db_default=Statement.NONE,
        help_text=_("Off until the grant agreement was read: claiming support that is not there is the greater risk."),
    )
    emblem = models.FileField(
        _("emblem"),
        upload_to="projects/",
        blank=True,
        default="",
        db_default="",
        help_text=_("The official file, unchanged. PNG or JPEG, up to 200 kB."),
    )
    content_licence = models.CharField(
        _("licence of what is made"), max_length=200, blank=True, default="", db_default=""
    )
    names_basis = models.CharField(
        _("legal basis of a list with names"),
        max_length=12,
        choices=NamesBasis.choices,
        default=NamesBasis.NONE,
        db_default=NamesBasis.NONE,
    )
    names_basis_note = models.TextField(
        _("where that basis stands"), max_length=600, blank=True, default="", db_default=""
    )
    retention_until = models.DateField(
        _("keeps its list of participants until"),
        null=True,
        blank=True,
        help_text=_("As the grant agreement says. Until then the list stays, also where an account is erased."),
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="projects", help_text=_("Whose managers may use the project.")
    )

    class Meta:
        ordering = ["name"]
        constraints = [dates_in_order("project_dates_in_order")]

    def __str__(self) -> str:
        return self.name

    def keeps_list_on(self, day: date) -> bool:
        """Say whether the list of participants may still be there on a day: the last one counts."""
        return self.retention_until is None or day <= self.retention_until


class ProjectText(models.Model):
    """The statement and the disclaimer of a project in one language, word for word from the grant agreement."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    statement = models.CharField(_("statement"), max_length=300)
    disclaimer = models.TextField(_("disclaimer"), max_length=1200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "language"], name="project_text_one_a_language")]

    def __str__(self) -> str:
        return f"{self.project} ({self.language})"


class ProjectParticipant(models.Model):
    """One line of the list that a project's funder may audit: kept apart from the account, until the project says.

    Written with the enrolment, only where the project has a legal basis. It holds no way back to the account: an
    account that is erased leaves it, and `enrolment_key` names a row without a name.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="participants")
    enrolment_key = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=200, blank=True)
    course_title = models.CharField(max_length=300)
    enrolled_on = models.DateField()

    def __str__(self) -> str:
        return f"participant of {self.project}"
