"""The plan of a cohort: proposed from the minutes of the steps, changed by hand."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from courses.models import Course
from courses.queries import serving
from progress.models import Cohort, PlannedStep
from progress.queries.cohorts import courses_in
from progress.rules.planning import propose_plan


class OutsideTheDates(Exception):
    """A day lies before the first or after the last day of the cohort."""


def propose_for(*, cohort: Cohort) -> int:
    """Plan every required step of a cohort's courses, evenly over its weeks, in place of what was planned.

    Returns how many steps are planned. Done twice, the plan is the same. Cost: 5 queries, up to 8.
    """
    courses = courses_in([cohort])[cohort.pk]
    outlines = serving.outlines_of(courses, "en")
    steps = [
        ((course.pk, UUID(item.key)), item.minutes)
        for course in courses
        for item in outlines[course.pk].items
        if item.required
    ]
    plan = propose_plan(steps, start=cohort.start_date, end=cohort.end_date)
    with transaction.atomic():
        _lock(cohort)
        PlannedStep.objects.filter(cohort=cohort).delete()
        PlannedStep.objects.bulk_create(
            [PlannedStep(cohort=cohort, course_id=course, item_key=key, due_date=day) for (course, key), day in plan]
        )
    return len(plan)


def save_plan(*, cohort: Cohort, days: Mapping[tuple[Course, UUID], date | None]) -> None:
    """Say of steps until when they are planned; None takes one out of the plan. Others stay as they are.

    Cost: 4 queries for any number of steps.

    :raises OutsideTheDates: if a day is not within the cohort's.
    """
    planned = {place: day for place, day in days.items() if day is not None}
    if any(not cohort.start_date <= day <= cohort.end_date for day in planned.values()):
        raise OutsideTheDates
    with transaction.atomic():
        _lock(cohort)
        gone = [key for (_course, key), day in days.items() if day is None]
        PlannedStep.objects.filter(cohort=cohort, item_key__in=gone).delete()
        PlannedStep.objects.bulk_create(
            [
                PlannedStep(cohort=cohort, course=course, item_key=key, due_date=day)
                for (course, key), day in planned.items()
            ],
            update_conflicts=True,
            unique_fields=["cohort", "course", "item_key"],
            update_fields=["due_date"],
        )


def change_cohort(*, cohort: Cohort, name: str, start_date: date, end_date: date) -> None:
    """Give a cohort another name or other days. What is planned outside them goes to the nearest day. Cost: 4 queries."""
    with transaction.atomic():
        _lock(cohort)
        Cohort.objects.filter(pk=cohort.pk).update(name=name, start_date=start_date, end_date=end_date)
        plan = PlannedStep.objects.filter(cohort=cohort)
        plan.filter(due_date__lt=start_date).update(due_date=start_date)
        plan.filter(due_date__gt=end_date).update(due_date=end_date)


def _lock(cohort: Cohort) -> None:
    Cohort.objects.select_for_update(no_key=True).values_list("pk").get(pk=cohort.pk)
