"""What the forms of an assignment do, the pages of a round, and the files that were handed in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from courses.queries import serving
from courses.rules.addresses import course_address, item_address
from courses.rules.outline import Outline, OutlineItem
from foundation.access import Access, access
from progress import operations
from progress.forms import DraftForm
from progress.models import Enrolment, Submission, SubmittedFile
from progress.models.assignments import submission_storage
from progress.operations.attaching import TooManyFiles, add_file, remove_file
from progress.operations.submitting import (
    CannotBegin,
    HandedIn,
    LeftCourse,
    NotAnAssignment,
    NothingToHandIn,
    TextTooLong,
    begin_submission,
    hand_in,
    save_draft,
)
from progress.queries.enrolments import own_enrolment, progress_of
from progress.queries.submissions import own_submission, read_rounds, readable_file, readable_submission
from progress.rules.files import MAX_BYTES, FileRefused
from progress.views.course import not_offered
from progress.views.item import draw_step
from progress.views.people import LearnerRequest, SeeOther, person_of, signed_in
from progress.views.refusals import left_words, words_of_lack, words_of_refusal

_MOST_AT_ONCE = 20  # files in one request: no assignment takes more than ten
DOWNLOAD_POLICY = "default-src 'none'; sandbox"


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def begin(request: LearnerRequest, public_id: UUID, item_key: UUID) -> HttpResponse:
    """Begin the next round, or go on with the draft that is open."""
    try:
        enrolment = own_enrolment(request.user, public_id, also_left=True)
    except Enrolment.DoesNotExist as error:
        raise Http404 from error
    outline = serving.outline_of(enrolment.course, get_language())
    step = outline.by_key.get(str(item_key))
    if step is None:
        raise Http404
    if request.method == "POST":
        try:
            begin_submission(enrolment=enrolment, item_key=item_key, language=get_language(), at=timezone.now())
        except (CannotBegin, NotAnAssignment):
            pass  # the page of the step says what stands against it
        except LeftCourse:
            messages.warning(request, left_words())
            return SeeOther(course_address(outline, get_language()))
        except (operations.UnknownItem, operations.NotOffered):
            return not_offered(request, outline=outline if outline.live else None)
    return SeeOther(f"{item_address(outline, step, get_language())}#work")


class _Quota(FileUploadHandler):
    """Stops reading a file that is too large, or one of too many, so that nobody fills the disk with one request."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self._read = self._count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._read, self._count = 0, self._count + 1
        if self._count > _MOST_AT_ONCE:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._read += len(raw_data)
        if self._read > MAX_BYTES:
            self.too_large.append(str(self.file_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def _with_quota(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Read files of a form with a limit; the token of the form is looked at after that, and before the view."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        quota = _Quota(request)
        request.upload_handlers.insert(0, quota)
        request.quota = quota  # type: ignore[attr-defined]  # for `_save_files`
        return protected(request, *args, **kwargs)

    return inner


@access(Access.OWN)
@_with_quota
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Save the draft: its text, and the files that were chosen, without the one that is taken out.

    Then back to it, or on to the last look.
    """
    person = person_of(request)
    if person is None and request.method == "POST":
        # A long text does not fit into an address: it stays on the page.
        return render(request, "progress/text_kept.html", {"text": request.POST.get("text", "")}, status=401)
    return _save(request, public_id)


@signed_in
def _save(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    submission, outline, step = _own(request, public_id)
    back = f"{item_address(outline, step, get_language())}#work"
    if request.method != "POST":
        return SeeOther(back)
    form = DraftForm(request.POST)
    at = timezone.now()
    try:
        _save_text(form, submission, at)
        taken_out = _take_out(request.POST.get("remove", ""), submission, at)
        _save_files(request, form, submission, at)
    except HandedIn:
        messages.info(request, _("It was handed in already, so it stays as it is."))
        return SeeOther(back)
    except LeftCourse:
        taken_out = ""
        form.add_left(left_words())
    if taken_out:
        messages.success(request, _("Taken out: %(name)s") % {"name": taken_out})
    if form.errors:
        own = progress_of(submission.enrolment, language=get_language())
        return draw_step(request, submission.enrolment.course, outline, step, own, form=form, status=422)
    if request.POST.get("do") == "check":
        return SeeOther(reverse("progress:submission_check", args=[public_id]))
    if taken_out:
        return SeeOther(back)
    text = _("Saved %(time)s. Nobody sees it before you hand it in.")
    messages.success(request, text % {"time": time_format(timezone.localtime(at), "TIME_FORMAT")})
    return SeeOther(back)


@access(Access.OWN)
@require_safe
@signed_in
def check(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show the work once more before it is handed in."""
    submission, outline, step = _own(request, public_id)
    if submission.state != Submission.State.DRAFT:
        return SeeOther(reverse("progress:submission", args=[public_id]))
    return _draw_check(request, submission, outline, step)


@access(Access.OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hand_in_work(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Hand the work in. Handing it in again leads to the same page."""
    submission, outline, step = _own(request, public_id)
    if request.method != "POST":
        return SeeOther(reverse("progress:submission_check", args=[public_id]))
    try:
        hand_in(submission=submission, at=timezone.now())
    except NothingToHandIn as lacking:
        return _draw_check(request, submission, outline, step, problem=words_of_lack(lacking.lack), status=422)
    except LeftCourse:
        return _draw_check(request, submission, outline, step, problem=left_words(), status=422)
    return SeeOther(reverse("progress:submission", args=[public_id]))


@access(Access.OWN)
@require_safe
@signed_in
def submission(request: LearnerRequest, public_id: UUID) -> HttpResponse:
    """Show a round: what was handed in, how it stands, and the rubric filled in. Who assesses it may read it too."""
    try:
        found = readable_submission(request.user, public_id, on=timezone.localdate())
    except Submission.DoesNotExist as error:
        raise Http404 from error
    own = progress_of(found.enrolment, language=get_language())
    step = own.outline.by_key.get(str(found.item_key))
    is_own = found.enrolment.learner_id == request.user.pk
    step_url = item_address(own.outline, step, get_language()) if step else ""
    if found.state == Submission.State.DRAFT and step_url:
        return SeeOther(f"{step_url}#work")
    context = {
        "round": read_rounds(Submission.objects.filter(pk=found.pk))[0],
        "body": found.assignment_version.body,
        "own": own,
        "outline": own.outline,
        "enrolment": found.enrolment,
        "item": step,
        "step_url": step_url if step and not step.removed and own.outline.live else "",
        "course_url": course_address(own.outline, get_language()),
        "is_own": is_own,
        "page_language": get_language(),
    }
    return render(request, "progress/submission.html", context)


@access(Access.OWN)
@require_safe
@signed_in
def file(request: LearnerRequest, public_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Answer a file that was handed in, as a download that runs nothing, to who may read the work."""
    try:
        found = readable_file(request.user, public_id, file_id, on=timezone.localdate())
        opened = submission_storage().open(str(found.file.name), "rb")
    except (SubmittedFile.DoesNotExist, FileNotFoundError) as error:
        raise Http404 from error
    # Most kinds are packed already; and a compressed answer would have another length than it says.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    response = FileResponse(opened, content_type=found.content_type)
    response["Content-Length"] = str(found.byte_count)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    response["Cache-Control"] = "private, no-store"
    return response


def _save_text(form: DraftForm, submission: Submission, at: datetime) -> None:
    """Save the text of the form; what stands against it goes to the field."""
    if not form.is_valid() or not submission.assignment_version.body["takes_text"]:
        return
    try:
        outcome = save_draft(
            submission=submission, text=form.cleaned_data["text"], sequence=form.cleaned_data["sequence"], at=at
        )
    except TextTooLong:
        form.add_too_long()
        return
    if outcome is operations.SaveOutcome.NEWER_EXISTS:
        form.add_newer(Submission.objects.get(pk=submission.pk))
    else:
        # The page is drawn again where a file is refused: the text on it is the saved one.
        form.go_on_from(submission.sequence)


def _take_out(file_id: str, submission: Submission, at: datetime) -> str:
    """Take a file out of the draft and return its name; "" where it is not there: pressed twice, or in two tabs."""
    try:
        file = SubmittedFile.objects.filter(public_id=UUID(file_id), submission=submission).first()
    except ValueError:  # no button was pressed that takes one out
        return ""
    if file is None:
        return ""
    remove_file(file=file, at=at)
    return file.name


def _save_files(request: HttpRequest, form: DraftForm, submission: Submission, at: datetime) -> None:
    """Add the files of the form, each by itself: one that is not taken does not keep the others out."""
    chosen = request.FILES.getlist("file")
    for name in cast(Any, request).quota.too_large:
        form.add_file_problem(
            _("%(name)s: larger than 10 MB. Make it smaller, or hand in a part of it.") % {"name": name}
        )
    for upload in chosen:
        assert isinstance(upload, UploadedFile)
        try:
            add_file(submission=submission, name=upload.name or "", opened=cast(BinaryIO, upload.file), at=at)
        except FileRefused as refused:
            form.add_file_problem(words_of_refusal(refused, upload.name or ""))
        except TooManyFiles as full:
            form.add_file_problem(
                _("%(name)s: not added, %(most)s files are the most. Take one out first.")
                % {"name": upload.name, "most": full.most}
            )


def _own(request: LearnerRequest, public_id: UUID) -> tuple[Submission, Outline, OutlineItem]:
    """Return a round of one's own with the step it is of."""
    try:
        found = own_submission(request.user, public_id)
    except Submission.DoesNotExist as error:
        raise Http404 from error
    outline = serving.outline_of(found.enrolment.course, get_language())
    step = outline.by_key.get(str(found.item_key))
    if step is None:
        raise Http404
    return found, outline, step


def _draw_check(
    request: LearnerRequest,
    submission: Submission,
    outline: Outline,
    step: OutlineItem,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "round": read_rounds(Submission.objects.filter(pk=submission.pk))[0],
        "body": submission.assignment_version.body,
        "outline": outline,
        "item": step,
        "step_url": item_address(outline, step, get_language()),
        "problem": problem,
        "page_language": get_language(),
    }
    return render(request, "progress/submission_check.html", context, status=status)
