"""Who belongs where, since when, and in what role."""

from datetime import datetime, time
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from accounts.models.dates import dates_in_order
from accounts.models.organisations import Organisation
from accounts.models.people import User


class Membership(models.Model):
    """A person's time in an organisation, in one role. Dated, so that sight of records can end with it."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        MANAGER = "manager", _("Manager")
        ASSESSOR = "assessor", _("Assessor")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    start_date = models.DateField(_("from"))
    end_date = models.DateField(_("until"), null=True, blank=True)
    # What managers see begins with `told_at` and ends with `ended_at` (`accounts.rules.sight`).
    told_at = models.DateTimeField(
        _("told who sees what"),
        null=True,
        blank=True,
        help_text=_("When the person read who sees what, and agreed to join. Before that nobody sees anything."),
    )
    sees_from = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="From when on what was done is seen; empty for all before the end. Set where somebody comes back.",
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="The moment sight ended; midnight where only a day was said."
    )
    ended_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            dates_in_order("membership_dates_in_order"),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"], condition=Q(end_date=None), name="membership_one_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation} as {self.get_role_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save. Sight ends with the last day at the latest; assessors and managers find the link to what is theirs."""
        if self.end_date is None:
            self.ended_at = None
        elif self.ended_at is None or localdate(self.ended_at) > self.end_date:  # an end that was brought forward
            self.ended_at = make_aware(datetime.combine(self.end_date, time()))
        super().save(*args, **kwargs)
        if self.role == self.Role.ASSESSOR:
            self.user.note_assessing()
        elif self.role == self.Role.MANAGER:
            self.user.note_managing()


class Look(models.Model):
    """That somebody looked at what a person does: once a viewer, a person, a kind of page and a day.

    The person reads it under "Who sees what of me". Times of day are not kept: what a viewer does all day is theirs.
    """

    class Kind(models.TextChoices):
        LIST = "list", _("In a list")
        PERSON = "person", _("On the page about you")
        EXPORT = "export", _("In a file that was downloaded")
        REPORT = "report", _("In a report with names")

    viewer = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    viewer_of = models.CharField(max_length=200, help_text="Name of the organisation or cluster the viewer manages.")
    subject = models.ForeignKey(User, on_delete=models.CASCADE, related_name="looks")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "viewer", "kind", "viewer_of", "day"], name="look_once_a_day")
        ]

    def __str__(self) -> str:
        return f"look at {self.subject_id} on {self.day}"
