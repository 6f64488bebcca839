"""The page of a step: a lesson, the start of a quiz, an assignment. Decides who may see it, and in what state it is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from courses.models import Course
from courses.queries import serving
from courses.rendering import lesson_sections, render_html, render_lesson
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline, OutlineItem
from foundation.access import Access, access
from progress.forms import DraftForm
from progress.operations.ending import end_if_over
from progress.queries.attempts import tries_at
from progress.queries.cohorts import sessions_of_step
from progress.queries.enrolments import CourseProgress, find_enrolment, progress_of
from progress.queries.steps import is_open_to_visitors, may_practise, neighbours, parts_of, place_in_part, thread_of
from progress.queries.tries import terms_at, time_left
from progress.rules.attempts import bars_to_start
from progress.rules.paging import is_on_one_page
from progress.views.assignments import draw_assignment
from progress.views.course import moved, not_offered
from progress.views.people import SeeOther, person_of
from progress.views.sharing import item_addresses


@access(Access.EVERYONE)
@require_safe
def item(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Show a step of a course. Also finds it under every address it had; a module's address leads to its part."""
    language = get_language()
    is_whole, path = path.endswith("/"), path.strip("/")
    if "/" not in path:
        return _module(request, slug, path)
    hit = serving.find_item(slug, path)
    if hit is None:
        raise Http404
    outline = serving.outline_of(hit.course, language)
    step = outline.by_key.get(hit.item_key)
    if step is None:
        raise Http404
    if not step.removed and not (hit.is_current and is_whole):
        return moved(request, item_address(outline, step, language))
    if not is_whole:
        return moved(request, request.path + "/")
    person = person_of(request)
    enrolment = find_enrolment(person, hit.course, item_key=step.key) if person else None
    own = progress_of(enrolment, language=language) if enrolment else None
    is_offered = serving.is_offered(hit.course, outline)
    # An archived course takes nobody in, but who is in it goes on to the end.
    if step.removed or not outline.live or (own is None and not is_offered):
        # What somebody has done they may look at again, in its last form.
        if own is None or step.key not in own.done:
            return not_offered(request, outline=outline if is_offered else None)
    elif own is None and not (step.kind == "lesson" and is_open_to_visitors(step, outline)):
        return _invitation(request, hit.course, outline, step)
    return draw_step(request, hit.course, outline, step, own)


def draw_step(
    request: HttpRequest,
    course: Course,
    outline: Outline,
    step: OutlineItem,
    own: CourseProgress | None,
    *,
    form: DraftForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw a lesson, the start page of a quiz or an assignment for somebody who may see it.

    `form` is what somebody sent of an assignment, with what was wrong with it.
    """
    context = _frame(course, outline, step, own)
    if step.kind == "lesson":
        return _lesson(request, context, outline, step, own)
    if step.kind == "assignment":
        assert own is not None  # an assignment is never open to visitors
        return draw_assignment(request, context, outline, step, own, form=form, status=status)
    return _quiz_start(request, context, outline, step, own, status=status)


def _lesson(
    request: HttpRequest, context: dict[str, Any], outline: Outline, step: OutlineItem, own: CourseProgress | None
) -> HttpResponse:
    body = serving.lesson_version(step.version).body
    language = get_language()
    sections = lesson_sections(body)
    position = own.position if own else None
    context |= {
        "body": body,
        "blocks": render_lesson(body, outline=outline, language=language),
        "source": render_html(body["source_html"], outline=outline, language=language),
        "sections": sections,
        "stopped_at": next((pair for pair in sections if position and pair[0] == position.section), None),
        "position": position,
        "live_sessions": sessions_of_step(own.enrolment, step.key, at=timezone.now())
        if own is not None and step.done_by_attendance and step.key not in own.done
        else [],
    }
    response = render(request, "progress/lesson.html", context)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response


def _quiz_start(
    request: HttpRequest,
    context: dict[str, Any],
    outline: Outline,
    step: OutlineItem,
    own: CourseProgress | None,
    *,
    status: int,
) -> HttpResponse:
    assert own is not None  # a quiz is never open to visitors
    at = timezone.now()
    tries = tries_at(own.enrolment, step.key)
    if tries.open_attempt and end_if_over(attempt=tries.open_attempt, at=at):
        return SeeOther(reverse("progress:result", args=[tries.open_attempt.public_id]))
    body = serving.quiz_version(step.version).body
    one_page = is_on_one_page(body, one_question_a_page=False)
    terms = terms_at(own.enrolment, step, is_on_one_page=one_page, at=at, attempts=tries.attempts)
    bars = bars_to_start(step, outline, start=own.start, done=own.done.keys(), allowance=terms.allowance)
    language = get_language()
    context |= {
        "body": body,
        "introduction": render_html(body["introduction_html"], outline=outline, language=language),
        "source": render_html(body["source_html"], outline=outline, language=language),
        "tries": tries,
        "terms": terms,
        "may_practise": tries.open_attempt is None and may_practise(step, own),
        "time_left": time_left(tries.open_attempt, at=at) if tries.open_attempt else None,
        "bars": [
            {
                "reason": bar.reason.value,
                "items": [_link(outline, outline.by_key[key]) for key in bar.items],
                "opens_at": bar.opens_at,
            }
            for bar in bars
        ],
    }
    return render(request, "progress/quiz_start.html", context, status=status)


def _frame(course: Course, outline: Outline, step: OutlineItem, own: CourseProgress | None) -> dict[str, Any]:
    """Return what lesson and quiz start have in common: where it lies, what is around it, how far the learner is."""
    language = get_language()
    before, after = (None, None) if step.removed else neighbours(step, outline)
    upcoming = own.next_after(step.key) if own else after
    context: dict[str, Any] = {
        "course": course,
        "outline": outline,
        "item": step,
        "own": own,
        "enrolment": own.enrolment if own else None,
        "is_closed": not outline.live,
        "is_done": own is not None and step.key in own.done,
        "done_at": own.done.get(step.key) if own else None,
        "thread": thread_of(own) if own else [],
        "course_url": course_address(outline, language),
        "item_url": item_address(outline, step, language),
        "before": _link(outline, before) if before else None,
        "after": _link(outline, after) if after else None,
        # Doing this step may open the one that waits for it, so after it counts, not what is open now.
        "upcoming": _link(outline, upcoming) if upcoming and upcoming.key != step.key else None,
        "addresses": item_addresses(course, outline, step),
        "page_language": language,
    }
    if not step.removed:
        part, place, count = place_in_part(step, outline)
        parts = parts_of(outline, language=language, own=own, here=step.key)
        context |= {"part": parts[part.number - 1], "place": place, "place_count": count}
    return context


def _link(outline: Outline, step: OutlineItem) -> dict[str, Any]:
    return {"item": step, "url": item_address(outline, step, get_language())}


def _module(request: HttpRequest, slug: str, module: str) -> HttpResponse:
    hit = serving.find_module(slug, module)
    if hit is None:
        raise Http404
    language = get_language()
    outline = serving.outline_of(hit.course, language)
    step = outline.by_key.get(hit.item_key)
    now = step.path.split("/")[0] if step is not None and not step.removed else ""
    return moved(request, course_address(outline, language), fragment=now)


def _invitation(request: HttpRequest, course: Course, outline: Outline, step: OutlineItem) -> HttpResponse:
    """Ask somebody who is not enrolled to sign in or enrol, and bring them back to this step."""
    language = get_language()
    first = next(entry for entry in outline.items if is_open_to_visitors(entry, outline) or entry is step)
    context = {
        "course": course,
        "outline": outline,
        "item": step,
        "course_url": course_address(outline, language),
        "item_url": item_address(outline, step, language),
        "first": _link(outline, first) if first.key != step.key else None,
        "is_signed_in": person_of(request) is not None,
        "page_language": language,
    }
    response = render(request, "progress/invitation.html", context, status=403)
    response.visitor_cacheable = True  # type: ignore[attr-defined]  # for VisitorCacheMiddleware
    return response
