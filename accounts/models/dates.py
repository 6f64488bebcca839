"""Times that begin and end on a day."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def dates_in_order(name: str) -> models.CheckConstraint:
    """Return the constraint that an end is not before its beginning."""
    return models.CheckConstraint(
        condition=Q(end_date=None) | Q(end_date__gte=F("start_date")),
        name=name,
        violation_error_message=_("The end date is before the start date."),
    )
