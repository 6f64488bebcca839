"""The page of an assignment as a step: the task, the rubric, the draft, and what was found of each round."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from courses.queries import serving
from courses.rendering import render_html
from courses.rules.addresses import item_address
from courses.rules.outline import Outline, OutlineItem
from progress.forms import DraftForm
from progress.queries.enrolments import CourseProgress
from progress.queries.submissions import Round, criteria_of, rounds_of
from progress.rules.files import KINDS, MAX_BYTES
from progress.rules.judging import SubmissionState
from progress.rules.marking import points_needed
from progress.rules.submitting import hindrances

TAKEN = tuple(f".{ending}" for ending in KINDS)
"""What the browser's own window of files offers; what is taken is decided by the bytes."""


def draw_assignment(
    request: HttpRequest,
    context: dict[str, Any],
    outline: Outline,
    step: OutlineItem,
    own: CourseProgress,
    *,
    form: DraftForm | None,
    status: int,
) -> HttpResponse:
    """Draw an assignment for somebody who may see it. `form` is what they sent and what was wrong with it."""
    rounds = rounds_of(own.enrolment, step.key)
    latest = rounds[0] if rounds else None
    is_open = latest is not None and (latest.is_draft or latest.is_waiting)
    # A round is judged by what it began with; the next one begins with what is published now.
    body = (
        latest.submission.assignment_version.body
        if latest and is_open
        else serving.assignment_version(step.version).body
    )
    draft = latest if latest and latest.is_draft and outline.live and not step.removed else None
    language = get_language()
    context |= {
        "body": body,
        "task": render_html(body["task_html"], outline=outline, language=language),
        "source": render_html(body["source_html"], outline=outline, language=language),
        "criteria": criteria_of(body),
        **points_of(body),
        "draft": draft,
        "form": (form or DraftForm.of(draft.submission)) if draft else None,
        "room": body["max_files"] - len(draft.files) if draft else 0,
        "taken": ",".join(TAKEN),
        "max_megabytes": MAX_BYTES // 1024**2,
        "latest": latest,
        "rounds": [entry for entry in rounds if not entry.is_draft],
        **_ways_to_begin(outline, step, own, latest),
    }
    return render(request, "progress/assignment.html", context, status=status)


def points_of(body: dict[str, Any]) -> dict[str, int]:
    """Return how many points an assignment has, and how many of them pass."""
    most = sum(criterion.most for criterion in criteria_of(body))
    return {"max_score": most, "needed": points_needed(max_score=most, pass_mark=body["pass_mark"])}


def _ways_to_begin(outline: Outline, step: OutlineItem, own: CourseProgress, latest: Round | None) -> dict[str, Any]:
    """Return whether a round may be begun, and what must be passed first."""
    found = hindrances(
        step,
        outline,
        start=own.start,
        done=own.done.keys(),
        last=SubmissionState(latest.submission.state) if latest else None,
    )
    language = get_language()
    waiting = [outline.by_key[key] for key in found.quizzes]
    return {
        "may_begin": outline.live and not found.reasons and not (latest and latest.is_draft),
        "waits_for": [{"item": quiz, "url": item_address(outline, quiz, language)} for quiz in waiting],
    }
