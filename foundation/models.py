"""Rows that make later work certain (the outbox, the worker's heartbeat), and rows that are written once."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.expressions import DatabaseDefault

from foundation.rules.canonical import digest


def seal_of(row: models.Model, leaving_out: Sequence[str] = ()) -> str:
    """Return the digest of what a row holds, but for its number, its seal and what may go (an erased person's id)."""
    fields = sealed_fields(type(row), leaving_out)
    return seal_of_values([field.attname for field in fields], [_value_of(row, field) for field in fields])


def _value_of(row: models.Model, field: Any) -> Any:
    """Return what a column will hold; where nothing was said, what the database puts there."""
    value = getattr(row, field.attname)
    return field.to_python(field.db_default if isinstance(value, DatabaseDefault) else value)


def sealed_fields(model: type[models.Model], leaving_out: Sequence[str] = ()) -> list[Any]:
    """Return the fields that the seal of a row covers."""
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not isinstance(field, SealField)
        and getattr(field.remote_field, "on_delete", None) is not models.SET_NULL
        and field.name not in leaving_out
    ]


def seal_of_values(names: Sequence[str], values: Sequence[Any]) -> str:
    """Return the digest of the values of a row, as the database gives them, in the order of `names`."""
    return digest(dict(zip(names, map(_sealed_value, values), strict=True)))


def _sealed_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


class SealField(models.CharField):
    """The digest of a row, written when the row is added, also in bulk. A change that went round the code shows.

    It proves nothing against who knows how to make it; it finds what a disk, a hand or a stray `update()` did.
    `leaving_out` names fields that may change.
    """

    def __init__(self, *args: Any, leaving_out: Sequence[str] = (), **kwargs: Any) -> None:
        self.leaving_out = tuple(leaving_out)
        kwargs |= {"max_length": 64, "editable": False, "default": ""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "editable", "default"):
            kwargs.pop(fixed, None)
        if self.leaving_out:
            kwargs["leaving_out"] = self.leaving_out
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add:
            setattr(model_instance, self.attname, seal_of(model_instance, self.leaving_out))
        return super().pre_save(model_instance, add)


class WrittenOnce(models.Model):
    """A row of history: added, never changed. What is shown of it is a fold of such rows (DESIGN.md, invariant 4)."""

    seal = SealField()

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
    given_up_at = models.DateTimeField(null=True, help_text="Not tried any more; only kinds that say so are given up.")
    attempt_count = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, help_text="Why the last try did not succeed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="outbox_one_message_a_kind_and_key")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="outbox_waiting"),
            models.Index(fields=["given_up_at"], condition=Q(given_up_at__isnull=False), name="outbox_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Job(models.Model):
    """Long work, done in steps: each step and the place it reached are one transaction, so a kill costs one step."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=60, help_text="Names what does the steps, such as progress.regrade.")
    key = models.CharField(max_length=120, help_text="One job a kind and key: starting it twice is harmless.")
    payload = models.JSONField(default=dict)
    cursor = models.PositiveBigIntegerField(default=0, help_text="How far it is: the number of the last row looked at.")
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not begun before this time; moved on after a step that went wrong.")
    finished_at = models.DateTimeField(null=True)
    failure_count = models.PositiveIntegerField(default=0, help_text="Steps that went wrong in a row.")
    problem = models.TextField(blank=True, help_text="Why the last step did not succeed.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="job_one_a_kind_and_key")]
        indexes = [models.Index(fields=["due_at"], condition=Q(finished_at=None), name="job_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Heartbeat(models.Model):
    """When a background process last said that it lives; stale after 90 seconds."""

    name = models.CharField(max_length=60, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
