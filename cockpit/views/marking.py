"""The pages of assessors: what waits for them, and one task."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.sight import Sees
from cockpit.forms.marking import AnswersForm, CheckForm, JudgementForm
from cockpit.queries.marking import Chosen, outline_and_item, queue_of, task_of, work_of
from cockpit.views.managing import rests_on
from courses.queries import serving
from courses.rendering import render_html
from foundation.access import Access, access
from progress.models import MarkEvent, MarkingTask
from progress.operations.checking import close_check
from progress.operations.judging import (
    JudgedBefore,
    NotTaken,
    TakenByAnother,
    claim_task,
    judge_submission,
    release_task,
)
from progress.operations.marking_by_hand import (
    NotAllMarked,
    OwnWork,
    TaskClosed,
    answers_to_mark,
    bring_up_to_date,
    mark_open_answers,
)
from progress.queries.assessing import is_held
from progress.queries.markings import marking_story
from progress.queries.readers import readable_attempt
from progress.queries.submissions import criteria_of
from progress.rules.judging import Outcome, outcome_of, rubric_of, score_of
from progress.rules.marking import points_needed
from progress.rules.marking_by_hand import DoesNotCount, PointsOutOfRange
from progress.views.people import LearnerRequest, SeeOther, signed_in

_LONGEST_PAGE_NUMBER = 6  # digits


@rests_on(Sees.WORK)
@access(Access.OWN)
@require_safe
@signed_in
def queue(request: LearnerRequest) -> HttpResponse:
    """Show what waits for an assessor; to who assesses nobody, that nothing does."""
    at = timezone.now()
    sent = request.GET
    chosen = Chosen(
        course=_known_key(sent.get("course", "")),
        kind=kind if (kind := sent.get("kind", "")) in MarkingTask.Kind.values else "",
        mine=sent.get("claimed") == "me",
    )
    number = sent.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and len(number) <= _LONGEST_PAGE_NUMBER else 1
    found = queue_of(request.user, chosen, page=page, on=timezone.localdate(at), at=at, language=get_language())
    context = {
        "queue": found,
        "chosen": chosen,
        "kinds": [(kind, label) for kind, label in MarkingTask.Kind.choices],
        "counts": [(MarkingTask.Kind(kind), count) for kind, count in found.kinds],
        "address": _address_without_page(request),
        "page_language": get_language(),
    }
    return render(request, "cockpit/queue.html", context)


@rests_on(Sees.WORK)
@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def task(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show one task; take it, let go of it, and do it."""
    try:
        found = task_of(request.user, public_id, on=timezone.localdate())
    except MarkingTask.DoesNotExist as error:
        raise Http404 from error
    if found.closed_at is not None:
        return SeeOther(_record_of(found))
    act = request.POST.get("do", "") if request.method == "POST" else ""
    if act == "claim":
        return _claim(request, found)
    if act == "release":
        release_task(task=found, by=request.user)
        messages.success(request, _("You let go of it. Somebody else can take it now."))
        return SeeOther(reverse("cockpit:queue"))
    if found.claimed_by_id != request.user.pk:
        if act:
            messages.warning(request, _("It is not yours any more: somebody else took it, or you let go of it."))
        return _draw(request, found, {}, status=409 if act else 200)
    draw: Callable[[LearnerRequest, MarkingTask, str], HttpResponse] = _judge if found.submission_id else _mark
    return draw(request, found, act)


def _claim(request: LearnerRequest, found: MarkingTask) -> HttpResponse:
    try:
        claim_task(task=found, by=request.user, at=timezone.now())
    except TakenByAnother:
        messages.warning(request, _("Somebody else took it a moment before you."))
    except TaskClosed:
        messages.warning(request, _("Somebody else did it a moment before you."))
        return SeeOther(reverse("cockpit:queue"))
    except (OwnWork, JudgedBefore) as error:
        raise Http404 from error
    return SeeOther(request.path)


def _judge(request: LearnerRequest, found: MarkingTask, act: str) -> HttpResponse:
    """Judge a submission: the rubric, then a last look at what it comes to, then for good."""
    work = work_of(found)
    criteria = criteria_of(work.body)
    form = JudgementForm(request.POST if act else None, criteria=criteria)
    context = {"work": work, "form": form}
    if not act or act == "change":
        if act:
            form.errors.clear()  # they want to go on with it, nothing is wrong yet
        return _draw(request, found, context)
    if not form.is_valid():
        return _draw(request, found, context, status=422)
    if act != "judge":
        return _draw(request, found, context | {"verdict": _verdict(work.body, form)}, name="confirm")
    try:
        judgement = judge_submission(
            task=found,
            by=request.user,
            levels=form.levels,
            comments=form.comments,
            gives_back=form.wants_back,
            at=timezone.now(),
        )
    except (TaskClosed, NotTaken):
        messages.warning(request, _("Somebody else took it meanwhile. What you wrote is still in the fields."))
        return _draw(request, found, context, status=409)
    except (OwnWork, JudgedBefore) as error:
        raise Http404 from error
    messages.success(request, _judged_words(judgement.outcome))
    return SeeOther(reverse("cockpit:queue"))


def _mark(request: LearnerRequest, found: MarkingTask, act: str) -> HttpResponse:
    """Mark answers in own words, or answer somebody who asked for a check; nothing left to mark is closed as it is."""
    form, context = _answers_form(request, found, act)
    if not act:
        return _draw(request, found, context)
    if not form.is_valid():
        return _draw(request, found, context, status=422)
    at = timezone.now()
    event: MarkEvent | None = None
    try:
        if isinstance(form, CheckForm):
            answer = form.cleaned_data["answer"]
            close_check(task=found, by=request.user, at=at, answer=answer, marks=form.marks)
        else:
            event = mark_open_answers(task=found, by=request.user, at=at, marks=form.marks)
    except TaskClosed:
        messages.warning(request, _("Somebody else did it meanwhile. What you wrote is still in the fields."))
        return _draw(request, found, context, status=409)
    except (DoesNotCount, NotAllMarked):
        return _mark_once_more(request, found, act, at)
    except PointsOutOfRange as wrong:
        field = f"points-{wrong.question_id}"
        words = _("A whole number from %(least)s to %(most)s.") % {"least": wrong.least, "most": wrong.most}
        form.add_error(field if field in form.fields else None, words)
        return _draw(request, found, context, status=422)
    except OwnWork as error:
        raise Http404 from error
    if event is None and not isinstance(form, CheckForm):
        messages.success(request, _("Closed: there was nothing left to mark. The points stay as they are."))
    else:
        messages.success(request, _("Done. The learner is told."))
    return SeeOther(reverse("cockpit:queue"))


def _mark_once_more(request: LearnerRequest, found: MarkingTask, act: str, at: datetime) -> HttpResponse:
    """Draw the form as the marking stands now, with what was sent: a release changed which questions count meanwhile."""
    assert found.attempt is not None
    bring_up_to_date(attempt=found.attempt, by=request.user, at=at)
    form, context = _answers_form(request, found, act)
    words = _(
        "A release changed which questions count. Nothing is marked yet: look at it once more, then send it again."
    )
    form.add_error(None, words)
    return _draw(request, found, context, status=409)


def _answers_form(request: LearnerRequest, found: MarkingTask, act: str) -> tuple[AnswersForm, dict[str, Any]]:
    """Return the form for the answers of an attempt as its marking stands, and what the page shows beside it."""
    assert found.attempt is not None
    attempt = readable_attempt(request.user, found.attempt.public_id, on=timezone.localdate())
    story = marking_story(attempt, names_right=True)
    assert story is not None  # what has a task was sent
    is_check = found.kind == MarkingTask.Kind.CHECK
    needed = () if is_check else answers_to_mark(attempt)
    questions = [entry for entry in story.questions if entry.counts and (is_check or entry.question.id in needed)]
    kind = CheckForm if is_check else AnswersForm
    form = kind(request.POST if act else None, questions=questions, needed=needed)
    key = serving.quiz_key(attempt.quiz_version)["questions"]
    guidance = {entry.question.id: key.get(entry.question.id, {}).get("guidance", "") for entry in questions}
    context = {
        "attempt": attempt,
        "story": story,
        "needed": points_needed(max_score=story.standing.max_score, pass_mark=story.standing.pass_mark),
        "form": form,
        "rows": [(*row, guidance[row[0].question.id]) for row in form.rows],
        "is_check": is_check,
    }
    return form, context


def _draw(
    request: LearnerRequest, found: MarkingTask, context: dict[str, Any], *, name: str = "task", status: int = 200
) -> HttpResponse:
    language = get_language()
    outline, item = outline_and_item(found, language)
    is_mine = found.claimed_by_id == request.user.pk
    if found.submission_id and "work" not in context:
        context["work"] = work_of(found)
    if "work" in context:
        body = context["work"].body
        context["task_html"] = render_html(body["task_html"], outline=outline, language=language)
        context["needed"] = points_needed(max_score=rubric_of(body).max_score, pass_mark=body["pass_mark"])
        context["max_score"] = rubric_of(body).max_score
        context["criteria"] = criteria_of(body)
    context |= {
        "task": found,
        "outline": outline,
        "item": item,
        "learner": found.enrolment.learner,
        "is_mine": is_mine,
        "is_with_another": not is_mine and is_held(found, at=timezone.now()),
        "page_language": language,
    }
    return render(request, f"cockpit/{name}.html", context, status=status)


def _verdict(body: Any, form: JudgementForm) -> dict[str, Any]:
    """Return what a judgement would come to: points, and the outcome that follows from them."""
    rubric = rubric_of(body)
    score, most = score_of(rubric, form.levels), rubric.max_score
    outcome = outcome_of(score=score, max_score=most, pass_mark=body["pass_mark"], gives_back=form.wants_back)
    return {
        "score": score,
        "max_score": most,
        "is_passed": outcome is Outcome.PASS,
        "is_given_back": outcome is Outcome.RETURN,
    }


def _judged_words(outcome: str) -> str:
    if outcome == Outcome.RETURN:
        return _("Given back, with your words. The learner is told.")
    if outcome == Outcome.PASS:
        return _("Judged: the points pass. The learner is told once it is decided.")
    return _("Judged: the points do not pass. The learner is told once it is decided.")


def _record_of(found: MarkingTask) -> str:
    """Return the page that shows what came of a task that is done."""
    if found.submission is not None:
        return reverse("progress:submission", args=[found.submission.public_id])
    assert found.attempt is not None
    return reverse("progress:marking", args=[found.attempt.public_id])


def _known_key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _address_without_page(request: LearnerRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    words = query.urlencode()
    return f"?{words}&" if words else "?"
