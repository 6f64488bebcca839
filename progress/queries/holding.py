"""Which pages records hold."""

from collections.abc import Set
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.models import Attempt, Enrolment, ItemCompletion, Submission


def objection_to_deleting(keys: Set[UUID]) -> str | None:
    """Say why pages with these keys (courses or items) cannot be deleted: people enrolled, or did them; else None.

    Cost: 1 to 4 queries.
    """
    # A person has an enrolment for each cycle, and for each of these courses.
    enrolled = Enrolment.objects.filter(course__key__in=keys).aggregate(count=Count("learner", distinct=True))["count"]
    if enrolled:
        return ngettext(
            "%(count)s person is enrolled. Their record points at this course, so it cannot be deleted. "
            "Archive it instead: it leaves the catalogue, and nothing of theirs is lost.",
            "%(count)s people are enrolled. Their records point at this course, so it cannot be deleted. "
            "Archive it instead: it leaves the catalogue, and nothing of theirs is lost.",
            enrolled,
        ) % {"count": enrolled}
    if any(model.objects.filter(item_key__in=keys).exists() for model in (ItemCompletion, Attempt, Submission)):
        return _(
            "People have done this step or tried it. Their records point at it, so it cannot be deleted. "
            "Unpublish it instead: it leaves the course, and nothing of theirs is lost."
        )
    return None
