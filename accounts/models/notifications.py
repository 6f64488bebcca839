"""Messages to people: one row a message, with what became of it; and what somebody does not want to get."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation
from accounts.models.people import User


class Notification(models.Model):
    """One message to one person or address. Its kind and key are of its cause: no cause sends twice.

    The words lie in the outbox until it is sent; here is only what the sender may know of its fate.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("On its way")
        SENT = "sent", _("Sent")
        NOT_WANTED = "not-wanted", _("Not sent: the person does not want such messages")
        DROPPED = "dropped", _("Not sent: the reason for it is gone")
        FAILED = "failed", _("Could not be delivered")
        BOUNCED = "bounced", _("Came back")
        NO_ADDRESS = "no-address", _("Not sent: no e-mail address")
        UNSURE = "unsure", _("Perhaps sent: the server did not answer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40, help_text="Registered in `accounts.notifying`, such as cockpit.reminder.")
    key = models.CharField(max_length=120)
    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="notifications")
    address = models.EmailField(blank=True, help_text="Of somebody without an account, or where it went.")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    sender = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=300, blank=True, help_text="What the other side said; no personal data.")
    posted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="notification_once_a_cause")]
        indexes = [models.Index(fields=["organisation", "state"], name="notification_of_senders")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class NotificationChoice(models.Model):
    """A kind of message that a person does not want (or wants again)."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=40)
    is_wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_one_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
