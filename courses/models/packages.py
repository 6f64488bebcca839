"""A course package between its upload and the course that is made of it."""

import uuid
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _


def package_storage() -> Storage:
    """Return where uploaded packages are: below no folder that a server hands out."""
    return storages["packages"]


def _place(package: "CoursePackage", _name: str) -> str:
    return f"{package.public_id}.zip"


class CoursePackage(models.Model):
    """An uploaded package of a course. Its file is kept for a day, or until the course is made."""

    class State(models.TextChoices):
        TRIED = "tried", _("Looked at")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        STOPPED = "stopped", _("Stopped; nothing was kept")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    file = models.FileField(storage=package_storage, upload_to=_place, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveBigIntegerField()
    facts = models.JSONField(default=dict, help_text="What is in it, found when it was uploaded.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.TRIED)
    slug = models.SlugField(max_length=255, blank=True, help_text="The address that was chosen for the course.")
    collection = models.ForeignKey(
        "wagtailcore.Collection", null=True, on_delete=models.SET_NULL, related_name="+", help_text="For new files."
    )
    made = models.JSONField(default=dict, help_text="Row numbers of what was made or found so far, by name.")
    course_page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.TextField(blank=True, help_text="Why it was stopped, in words.")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file_name

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Delete the row and its file."""
        if self.file:
            self.file.delete(save=False)
        return super().delete(*args, **kwargs)
