"""A manager's daily work: reminders that went out, and things to do."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from progress.models import Enrolment


class Reminder(models.Model):
    """One act of reminding: words, and who was meant. The messages themselves are `accounts.Notification` rows."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("message"), max_length=2000)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    token = models.UUIDField(unique=True, help_text="Of the form: sent twice, it is one reminder.")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="When it goes out: at once, or when the quiet hours are over.")

    class Meta:
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"reminder of {self.sent_at:%Y-%m-%d}"


class ReminderReceiver(models.Model):
    """An enrolment that a reminder is about."""

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="receivers")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reminder", "enrolment"], name="reminder_receiver_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} in {self.reminder_id}"


class ToDo(models.Model):
    """A line on a manager's own list. Nobody else reads it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(_("what to do"), max_length=200)
    due_date = models.DateField(_("until"), null=True, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_date", "made_at"]

    def __str__(self) -> str:
        return self.text
