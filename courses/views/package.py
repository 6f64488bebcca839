"""A course out and in as a package in the CMS: download; upload, dry run, drafts."""

from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.log_actions import log

from accounts.models import User
from courses.forms.package import PackageExportForm, PackageImportForm, PackageUploadForm
from courses.models import CourseIndexPage, CoursePackage, CoursePage
from courses.operations.unpacking import JOB, PackageGone, start_import, upload_package
from courses.queries.package_dry_run import PackageDryRun, package_dry_run
from courses.queries.packaging import PackageTree, package_members, package_tree
from courses.rules.package import PackageUnreadable, Sent, zip_stream
from foundation.access import Access, access
from foundation.models import Job
from foundation.queries import job_progress

MOST_SAID = 20
"""Problems of an upload that are shown; a broken package has hundreds."""


@access(Access.EDITORS)
@require_safe
def export(request: HttpRequest, page_id: int) -> HttpResponseBase:
    """Let somebody choose what goes out and say what that is; with `file` answer the package, as it is made."""
    page = CoursePage.objects.filter(pk=page_id).first()
    if page is None or not page.permissions_for_user(request.user).can_edit():
        raise Http404
    form = PackageExportForm(request.GET if "what" in request.GET else {"what": "drafts"})
    tree = package_tree(page, published=form.is_valid() and form.cleaned_data["what"] == "published")
    if tree is not None and form.is_valid() and "file" in request.GET:
        return _package(request, page, tree)
    context = {
        "form": form,
        "course": page,
        "tree": tree,
        "with_bank": _sees_bank(request),
        "languages": len(tree.languages) if tree else 0,
        "counts": {kind: tree.count(kind) for kind in ("module", "lesson", "quiz", "assignment")} if tree else {},
        "breadcrumbs_items": _crumbs(gettext("Export a course")),
    }
    return render(request, "courses/cms/package/export.html", context, status=200 if form.is_valid() else 422)


def _package(request: HttpRequest, page: CoursePage, tree: PackageTree) -> StreamingHttpResponse:
    at = timezone.now()
    sent = Sent()
    portal, with_bank = settings.PORTAL_BASE_URL, _sees_bank(request)
    members = package_members(tree, sent=sent, at=at, portal=portal, with_bank=with_bank)
    response = StreamingHttpResponse(zip_stream(members, at=at, sent=sent), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{tree.slug}-{at:%Y-%m-%d}.zip"'
    response["Cache-Control"] = "private, no-store"
    log(instance=page, action="courses.export_package", user=request.user, data={"published": tree.published})
    return response


def _sees_bank(request: HttpRequest) -> bool:
    """Return whether somebody may see the question bank: a tag in a quiz of theirs would lead to all of it."""
    return cast(User, request.user).has_perm("courses.view_bankquestion")


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a package and lead to its dry run; say what is wrong with it."""
    _ask_to_add(request)
    form = PackageUploadForm(request.POST or None, request.FILES or None)
    problems: list[dict[str, str]] = []
    more = 0
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            record = upload_package(
                by=cast(User, request.user), file_name=file.name, opened=file.file, at=timezone.now()
            )
        except PackageUnreadable as error:
            said = list(error.problems)
            problems = [
                {"where": problem.where, "words": gettext(problem.words) % problem.values}
                for problem in said[:MOST_SAID]
            ]
            more = len(said[MOST_SAID:])
            form.add_error("file", gettext("This package cannot be imported. Nothing of it was kept."))
        else:
            return redirect("courses_package", record.public_id)
    context = {
        "form": form,
        "problems": problems,
        "more": more,
        "breadcrumbs_items": _crumbs(gettext("Import a course")),
    }
    return render(request, "courses/cms/package/upload.html", context, status=422 if form.errors else 200)


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
def package(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a package would make; on POST begin to make it; then show how far that is, and what it made."""
    _ask_to_add(request)
    user = cast(User, request.user)
    record = get_object_or_404(CoursePackage, public_id=public_id, made_by=user)
    context = {"record": record, "breadcrumbs_items": _crumbs(gettext("Import a course"))}
    if record.state != CoursePackage.State.TRIED or not record.file:
        return render(request, "courses/cms/package/result.html", context | _result(record))
    run = package_dry_run(record, user)
    form = PackageImportForm(request.POST or None, initial={"slug": run.slug})
    if request.method == "POST" and not run.problems and form.is_valid():
        try:
            start_import(
                record=record,
                by=user,
                slug=form.cleaned_data["slug"],
                collection=run.collection,
                at=timezone.now(),
            )
        except PackageGone:
            record.refresh_from_db()
        return redirect("courses_package", record.public_id)
    context |= {"form": form, "run": run, "will_make": _made_of(run)}
    return render(request, "courses/cms/package/tried.html", context, status=422 if form.errors else 200)


def _made_of(run: PackageDryRun) -> list[tuple[str, int]]:
    counts = run.counts
    return [
        (gettext("Modules"), counts["module"]),
        (gettext("Lessons"), counts["lesson"]),
        (gettext("Quizzes"), counts["quiz"]),
        (gettext("Assignments"), counts["assignment"]),
        (gettext("Languages"), len(run.languages)),
    ]


def _result(record: CoursePackage) -> dict[str, object]:
    job = Job.objects.filter(kind=JOB, key=str(record.public_id)).first()
    page = record.course_page
    return {
        "is_running": record.state == CoursePackage.State.IMPORTING,
        "is_imported": record.state == CoursePackage.State.IMPORTED,
        "is_stopped": record.state == CoursePackage.State.STOPPED,
        "progress": job_progress(job) if job else None,
        "course": page.specific if page else None,
    }


def _ask_to_add(request: HttpRequest) -> None:
    """Refuse who may add a course in no language."""
    for index in CourseIndexPage.objects.order_by("path"):
        if index.permissions_for_user(request.user).can_add_subpage():
            return
    raise PermissionDenied


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
        {"url": reverse("courses_list"), "label": gettext("Courses")},
        {"url": "", "label": label},
    ]
