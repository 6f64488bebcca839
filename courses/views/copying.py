"""Copy a course in the CMS: what it takes along, how it is called, and how far a large copy is.

`courses.cms_transactions` has the POST in one transaction that holds the lock of the tree.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from courses.forms.outline import CopyForm
from courses.models import CoursePage
from courses.operations.copying import AT_ONCE, JOB, check_may_copy, copied_page, copy_course, start_copy
from courses.queries.changes import language_name
from courses.queries.copying import address_is_taken, copy_facts, titles_of_course
from courses.queries.course_outline import may_see_outline, source_page
from foundation.access import Access, access
from foundation.models import Job
from foundation.queries import job_progress

UNPROCESSABLE = 422


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what a copy of a course takes along and what it shares; on POST make it."""
    page = source_page(page_id)
    if page is None or not may_see_outline(page, request.user):
        raise Http404
    user = _person(request)
    check_may_copy(page, user)
    titles = titles_of_course(page)
    form = CopyForm(request.POST or None, titles=titles, initial={"slug": _free_address(page)})
    facts = copy_facts(page)
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        if not address_is_taken(page, slug):
            if facts.pages > AT_ONCE:
                job = start_copy(page=page, titles=form.titles, slug=slug, user=user, at=timezone.now())
                return redirect("courses_copying", job.key)
            made = copy_course(page=page, titles=form.titles, slug=slug, user=user)
            _say_done(request, made)
            return redirect("courses_outline", made.pk)
        form.add_error("slug", _("There is a course at this address already. Choose a different one."))
    context = {
        "form": form,
        "page": page,
        "facts": facts,
        "languages": ", ".join(language_name(code) for code in facts.languages),
        "breadcrumbs_items": _way(page),
    }
    return render(request, "courses/cms/copy.html", context, status=UNPROCESSABLE if form.errors else 200)


@access(Access.EDITORS)
@require_safe
def copying(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show how far a large copy is, to who asked for it; once it is there, lead to its outline."""
    job = get_object_or_404(Job, kind=JOB, key=str(key))
    original = CoursePage.objects.filter(pk=job.payload["page"]).first()
    if job.payload["user"] != _person(request).pk or original is None:
        raise Http404
    if job.finished_at is not None:
        try:
            made = copied_page(key, original)
        except CoursePage.DoesNotExist:
            raise Http404 from None
        _say_done(request, made)
        return redirect("courses_outline", made.pk)
    context = {"page": original, "progress": job_progress(job), "breadcrumbs_items": _way(original)}
    return render(request, "courses/cms/copying.html", context)


def _say_done(request: HttpRequest, made: CoursePage) -> None:
    words = _(
        "“%(title)s” is a copy, all of it drafts. Publish them with a release once you have changed what differs."
    )
    messages.success(request, words % {"title": made.draft_title})


def _free_address(page: CoursePage) -> str:
    """Return an address for the copy that nobody has."""
    return next(slug for number in range(2, 1000) if not address_is_taken(page, slug := f"{page.slug[:240]}-{number}"))


def _way(page: CoursePage) -> list[dict[str, str]]:
    return [
        {"url": reverse("courses_list"), "label": _("Courses")},
        {"url": reverse("courses_outline", args=[page.pk]), "label": page.draft_title},
        {"url": "", "label": _("Copy")},
    ]


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
