"""Rows that make later work certain (the outbox, the worker's heartbeat), and rows that are written once."""

from typing import Any

from django.db import models
from django.db.models import Q


class WrittenOnce(models.Model):
    """A row of history: added, never changed. What is shown of it is a fold of such rows (DESIGN.md, invariant 4)."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row.

        :raises TypeError: if it is there already.
        """
        if not self._state.adding:
            raise TypeError(f"{type(self).__name__} rows are added and never changed")
        super().save(*args, **kwargs)


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
