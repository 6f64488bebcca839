"""All that the site holds of somebody, for them alone: read in parts, so that memory does not grow with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import Look, Membership, Notification, User
from certificates.models import Certificate
from progress.models import (
    Attempt,
    CourseCompletion,
    Enrolment,
    ItemCompletion,
    JudgementComment,
    MarkingTask,
    Response,
    Submission,
)

AT_ONCE = 500
_TOLD = [Submission.State.RETURNED, Submission.State.PASSED, Submission.State.FAILED]
"""States in which the learner reads what assessors wrote."""
Rows = Iterator[Mapping[str, Any]]


def own_data(person: User) -> Iterator[tuple[str, Rows]]:
    """Yield the parts of what is held of a person, each with its rows. Cost: 1 query for each part, when it is read."""
    for name, rows, fields, renamed in _parts(person):
        values = rows.order_by("pk").values(*fields, **{key: F(path) for key, path in renamed.items()})
        yield name, values.iterator(chunk_size=AT_ONCE)


def _parts(person: User) -> Iterator[tuple[str, QuerySet[Any], tuple[str, ...], dict[str, str]]]:
    enrolled = {"of_enrolment": "enrolment__public_id"}
    tried = {"of_attempt": "attempt__public_id"}
    yield (
        "account",
        User.objects.filter(pk=person.pk),
        ("public_id", "username", "display_name", "email", "language", "date_joined", "last_login", "text_size"),
        {},
    )
    yield (
        "memberships",
        Membership.objects.filter(user=person),
        ("role", "start_date", "end_date", "told_at", "ended_at"),
        {"organisation_name": "organisation__name"},
    )
    yield (
        "enrolments",
        Enrolment.objects.filter(learner=person),
        ("public_id", "cycle", "source", "enrolled_at", "withdrawn_at"),
        {"course_key": "course__key", "organisation_name": "organisation__name", "project_name": "project__name"},
    )
    yield (
        "steps",
        ItemCompletion.objects.filter(enrolment__learner=person),
        ("item_key", "completed_at", "evidence", "language"),
        enrolled,
    )
    yield "completions", CourseCompletion.objects.filter(enrolment__learner=person), ("completed_at", "cause"), enrolled
    yield (
        "attempts",
        Attempt.objects.filter(enrolment__learner=person),
        (
            "public_id",
            "item_key",
            "number",
            "language",
            "state",
            "started_at",
            "submitted_at",
            "cached_score",
            "cached_max_score",
            "cached_passed",
        ),
        enrolled,
    )
    yield (
        "answers",
        Response.objects.filter(attempt__enrolment__learner=person),
        ("question_id", "options", "text", "unsure", "answered_at"),
        tried,
    )
    yield (
        "submissions",
        Submission.objects.filter(enrolment__learner=person),
        ("public_id", "item_key", "number", "state", "text", "started_at", "submitted_at"),
        enrolled,
    )
    yield (
        "comments",
        JudgementComment.objects.filter(
            judgement__submission__enrolment__learner=person, judgement__submission__state__in=_TOLD
        ),
        ("criterion_id", "text"),
        {"of_submission": "judgement__submission__public_id"},
    )
    yield (
        "checks",
        MarkingTask.objects.filter(enrolment__learner=person, kind=MarkingTask.Kind.CHECK),
        ("words", "answer", "opened_at", "closed_at"),
        enrolled,
    )
    yield (
        "certificates",
        Certificate.objects.filter(Q(enrolment__learner=person) | Q(learner=person)).distinct(),
        ("public_id", "number", "kind", "issued_at", "valid_until", "name_visibility", "payload"),
        {},
    )
    yield (
        "messages",
        Notification.objects.filter(person=person),
        ("public_id", "kind", "address", "language", "state", "posted_at", "settled_at"),
        {},
    )
    yield "looks", Look.objects.filter(subject=person), ("viewer_of", "kind", "day"), {}
