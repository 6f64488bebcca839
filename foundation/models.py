"""Rows that make later work certain: the outbox, and the worker's heartbeat."""

from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """Something that must happen after a transaction, written in that transaction.

    The broker only makes it happen soon: a message that is not done is found and tried again by the sweep.
    """

    kind = models.CharField(max_length=60, help_text="Names the handler, such as certificates.issue.")
    key = models.CharField(max_length=120, help_text="One message a kind and key: posting it twice is harmless.")
    payload = models.JSONField(default=dict)
    posted_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not tried before this time; moved on after each failure.")
    claimed_at = models.DateTimeField(null=True, help_text="Start of the lease of the worker that tries it now.")
    done_at = models.DateTimeField(null=True)
    attempt_count = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, help_text="Why the last try did not succeed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="outbox_one_message_a_kind_and_key")]
        indexes = [models.Index(fields=["due_at"], condition=Q(done_at=None), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Heartbeat(models.Model):
    """When a background process last said that it lives; stale after 90 seconds."""

    name = models.CharField(max_length=60, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
