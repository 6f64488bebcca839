"""A list of people that a manager brings in, row by row, so that it can be looked at, mended, done again and undone."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Organisation, Project


class PeopleImport(models.Model):
    """One file of people. Read in the request, looked over, then written by a job that may be killed at any row."""

    class State(models.TextChoices):
        LOOKED_OVER = "looked-over", _("Not begun")
        RUNNING = "running", _("Being added")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Added")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    cohort_key = models.UUIDField(null=True, blank=True)
    course_key = models.UUIDField(null=True, blank=True)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    state = models.CharField(max_length=12, choices=State.choices, default=State.LOOKED_OVER)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    run_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How often it was begun: again after a stop, or for rows mended later."
    )

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """One row: what it says, what is wrong with it, and what became of it. What it says is emptied after 60 days."""

    class State(models.TextChoices):
        READY = "ready", _("Can be added")
        PROBLEM = "problem", _("Needs a look")
        ADDED = "added", _("Added")
        WAS_HERE = "was-here", _("Was here already")
        LEFT_OUT = "left-out", _("Left out")
        UNDONE = "undone", _("Undone")

    people_import = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Of the row in the file; the first row below the headings is 2.")
    values = models.JSONField(default=dict, help_text="name, email, username, language: text by column.")
    problems = models.JSONField(
        default=dict, help_text="Code of what is wrong, by column; under `row` why somebody counts as here already."
    )
    state = models.CharField(max_length=10, choices=State.choices)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["people_import", "number"], name="imported_row_once")]

    def __str__(self) -> str:
        return f"row {self.number} of {self.people_import_id}"
