"""What the forms of an enrolment do: enrol, a lesson done, a place kept, a quiz started, the course finished."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.models import Course
from courses.queries import serving
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline, OutlineItem
from foundation.access import Access, access
from progress import operations
from progress.forms import PositionForm
from progress.models import Enrolment
from progress.queries.enrolments import CourseProgress, find_enrolment, own_enrolment, progress_of
from progress.queries.my_learning import next_url
from progress.views.course import not_offered
from progress.views.item import draw_step
from progress.views.people import LearnerRequest, SeeOther, person_of, signed_in, wants_json

_MOST_NOTICES = 100


@access(Access.EVERYONE)
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, course_key: UUID) -> HttpResponse:
    """Ask whether to enrol (visitors: to sign in, and back to here), and enrol. `next`: the step to go on to."""
    try:
        course = serving.course_by_key(course_key)
        outline = serving.outline_of(course, get_language())
    except (Course.DoesNotExist, LookupError) as error:
        raise Http404 from error
    person = person_of(request)
    goal = _own_path(request, request.POST.get("next") or request.GET.get("next") or "")
    if person is None and request.method == "POST":
        return SeeOther(f"{reverse('account_login')}?next={request.path}")
    if not serving.is_offered(course, outline):
        return not_offered(request)
    if not outline.items and (person is None or find_enrolment(person, course) is None):
        return _being_written(request, outline)
    if person is not None and request.method == "POST":
        try:
            enrolment = operations.enrol_learner(learner=person, course=course, at=timezone.now())
        except operations.NothingToDo:
            return _being_written(request, outline)
        except operations.NotOffered:  # taken down since the lines above
            return not_offered(request)
        return SeeOther(goal or _start_of(enrolment, course))
    if person is not None and find_enrolment(person, course) is not None:
        return SeeOther(goal or course_address(outline, get_language()))
    context = {
        "course": course,
        "outline": outline,
        "course_url": course_address(outline, get_language()),
        "goal": goal,
        "is_signed_in": person is not None,
        "page_language": get_language(),
    }
    return render(request, "progress/enrol.html", context)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lesson_done(request: LearnerRequest, public_id: UUID, item_key: UUID) -> HttpResponse:
    """Mark a lesson as done, and go to what comes next."""
    enrolment, outline, step = _own_step(request, public_id, item_key)
    if request.method != "POST":
        return SeeOther(item_address(outline, step, get_language()))
    try:
        operations.mark_lesson_done(enrolment=enrolment, item_key=item_key, language=step.language, at=timezone.now())
    except (operations.UnknownItem, operations.NotOffered):
        return not_offered(request, outline=outline if outline.live else None)
    except operations.NotALesson:
        messages.info(request, _("A quiz is done when it is passed, work when it passes."))
        return SeeOther(item_address(outline, step, get_language()))
    except operations.DoneByAttendance:
        messages.info(request, _("This lesson is done by being there. Who runs your group ticks it off."))
        return SeeOther(item_address(outline, step, get_language()))
    own = progress_of(own_enrolment(request.user, public_id), language=get_language())
    upcoming = None if own.completed_at else own.next_after(str(item_key))
    if upcoming is None:
        return SeeOther(f"{course_address(outline, get_language())}#steps")
    return SeeOther(item_address(outline, upcoming, get_language()))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def position(request: LearnerRequest, public_id: UUID, item_key: UUID) -> HttpResponse:
    """Keep where the learner stopped in a lesson."""
    enrolment, outline, step = _own_step(request, public_id, item_key)
    address = item_address(outline, step, get_language())
    if request.method != "POST":
        return SeeOther(address)
    form = PositionForm(request.POST)
    at = timezone.now()
    if form.is_valid():
        try:
            section = form.cleaned_data["section"]
            operations.save_position(enrolment=enrolment, item_key=item_key, section=section, at=at)
        except (operations.UnknownItem, operations.NotALesson, operations.NotOffered):
            return not_offered(request, outline=outline if outline.live else None)
        text = _("Your place is saved on every device. %(time)s") % {
            "time": time_format(timezone.localtime(at), "TIME_FORMAT")
        }
        if wants_json(request):
            return JsonResponse({"text": text})
        messages.success(request, text)
        return SeeOther(f"{address}#{section}" if section else address)
    text = _("This lesson has no such part. Choose one from the list.")
    if wants_json(request):
        return JsonResponse({"text": text}, status=400)
    messages.warning(request, text)
    return SeeOther(address)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: LearnerRequest, public_id: UUID, item_key: UUID) -> HttpResponse:
    """Start a try at a quiz, or go on with the one that is open."""
    enrolment, outline, step = _own_step(request, public_id, item_key)
    if request.method != "POST" or step.kind != "quiz":
        return SeeOther(item_address(outline, step, get_language()))
    try:
        attempt = operations.start_attempt(
            enrolment=enrolment,
            item_key=item_key,
            language=get_language(),
            seed=secrets.token_hex(16),
            at=timezone.now(),
        )
    except operations.CannotStart:
        own = progress_of(enrolment, language=get_language())
        return draw_step(request, enrolment.course, outline, step, own, status=409)
    except (operations.UnknownItem, operations.NotOffered):
        return not_offered(request, outline=outline if outline.live else None)
    return SeeOther(reverse("progress:attempt", args=[attempt.public_id]))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def finish(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Finish a course of which every step is done. Where one is not, say why."""
    enrolment = _own(request, public_id)
    if request.method == "POST" and operations.finish_course(enrolment=enrolment, at=timezone.now()) is None:
        return SeeOther(reverse("progress:explain", args=[public_id]))
    outline = serving.outline_of(enrolment.course, get_language())
    return SeeOther(course_address(outline, get_language()))


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notices_read(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Note that the notices which stood on a page were read, and go back to that page."""
    enrolment = _own(request, public_id, also_left=True)  # their results stay theirs to read
    if request.method != "POST":
        return SeeOther(reverse("progress:my_learning"))
    numbers = [
        int(text) for text in request.POST.getlist("notice")[:_MOST_NOTICES] if text.isascii() and text.isdigit()
    ]
    ids = [number for number in numbers if number < 2**63]
    operations.acknowledge_notices(enrolment=enrolment, notice_ids=ids, at=timezone.now())
    return SeeOther(_own_path(request, request.POST.get("next", "")) or reverse("progress:my_learning"))


def _being_written(request: HttpRequest, outline: Outline) -> HttpResponse:
    """Answer that a course takes nobody in yet: it has no step."""
    context = {
        "outline": outline,
        "course_url": course_address(outline, get_language()),
        "page_language": get_language(),
    }
    return render(request, "progress/being_written.html", context, status=409)


def _own(request: LearnerRequest, public_id: UUID, *, also_left: bool = False) -> Enrolment:
    try:
        return own_enrolment(request.user, public_id, also_left=also_left)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error


def _own_step(request: LearnerRequest, public_id: UUID, item_key: UUID) -> tuple[Enrolment, Outline, OutlineItem]:
    """Return an enrolment of one's own and a step of its course; one of another course is as absent as none."""
    enrolment = _own(request, public_id)
    outline = serving.outline_of(enrolment.course, get_language())
    step = outline.by_key.get(str(item_key))
    if step is None:
        raise Http404
    return enrolment, outline, step


def _start_of(enrolment: Enrolment, course: Course) -> str:
    """Return where somebody who just enrolled begins or goes on."""
    own: CourseProgress = progress_of(enrolment, language=get_language())
    return next_url(own, get_language())


def _own_path(request: HttpRequest, path: str) -> str:
    """Return the path if it leads to this site, else nothing."""
    safe = path.startswith("/") and url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return path if safe else ""
