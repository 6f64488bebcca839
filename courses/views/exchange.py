"""Questions in and out in the CMS: upload, dry run, drafts; and a file of a selection with what stays behind named first."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale

from accounts.models import User
from courses.models import BankQuestion, QuestionImport, QuizPage
from courses.operations.importing import DryRun, ImportGone, Tried, dry_run, import_questions, upload_file
from courses.operations.versions import FreezeInput, preview_item
from courses.queries.exporting import Selection, bank_selection, quiz_selection, tags_in_use
from courses.rules.exchange import EXTENSIONS, MOST_BYTES, FileUnreadable, Format, csv_template, write
from courses.rules.exchange.said import each, together
from courses.views.preview import shown_questions
from foundation.access import Access, access

PER_PAGE = 25
MOST_LOSSES = 200
"""Rows of what stays behind that are shown together; all of them stand with their questions."""
FORMATS = [(choice.value, choice.label) for choice in QuestionImport.Format]
View = Callable[..., HttpResponse]


def _needs(right: str) -> Callable[[View], View]:
    def guarded(view: View) -> View:
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(f"courses.{right}_bankquestion"):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guard

    return guarded


def _languages() -> list[tuple[str, str]]:
    codes = Locale.objects.order_by("pk").values_list("language_code", flat=True)
    return [(code, translation.get_language_info(code)["name_local"]) for code in codes]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "At most 2 MB and 1,000 questions. Nothing is stored in the question bank yet: first you see what comes."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    format = forms.ChoiceField(label=_("Format"), required=False, choices=[("", _("See by the file")), *FORMATS])
    language = forms.ChoiceField(label=_("Language of the questions"), choices=_languages)


class ExportForm(forms.Form):
    tag = forms.CharField(
        label=_("Tag"),
        required=False,
        max_length=300,
        help_text=_("Leave it empty for all questions of the bank."),
    )
    language = forms.ChoiceField(label=_("Language of the questions"), required=False, choices=_languages)
    format = forms.ChoiceField(label=_("Format"), choices=FORMATS)


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
@_needs("add")
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file and lead to its dry run; say at the field what is wrong with it."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            # Read no more than is allowed: a larger file is refused by one byte too many.
            record, guessed = upload_file(
                by=cast(User, request.user),
                file_name=file.name,
                data=file.read(MOST_BYTES + 1),
                form=Format(form.cleaned_data["format"]) if form.cleaned_data["format"] else None,
                at=timezone.now(),
            )
        except FileUnreadable as error:
            form.add_error("file", gettext(error.words) % error.values)
        else:
            if guessed:
                words = gettext("The file is not in UTF-8. It was read as %(encoding)s: look at letters with accents.")
                messages.warning(request, words % {"encoding": guessed})
            return redirect(_address_of(record, form.cleaned_data["language"]))
    context = {"form": form, "breadcrumbs_items": _crumbs(gettext("Import"))}
    return render(request, "courses/cms/exchange/upload.html", context, status=422 if form.errors else 200)


@access(Access.EDITORS)
@require_http_methods(["GET", "HEAD", "POST"])
@_needs("add")
def tried(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a file would become; on POST make the drafts."""
    record = get_object_or_404(QuestionImport, public_id=public_id, made_by=cast(User, request.user))
    language = request.POST.get("language") or request.GET.get("language") or ""
    locale = {locale.language_code: locale for locale in Locale.objects.all()}.get(language) or Locale.get_default()
    try:
        if request.method == "POST":
            count = import_questions(record=record, by=cast(User, request.user), locale=locale, at=timezone.now())
            words = ngettext(
                "%(count)s question is in the bank as a draft.", "%(count)s questions are in the bank as drafts.", count
            )
            messages.success(request, words % {"count": count})
            return redirect(f"{_list_address()}?{urlencode({'locale': locale.language_code})}")
        run = dry_run(record=record, language=locale.language_code)
    except (ImportGone, FileUnreadable):  # emptied; or kept by an older version that read it in another way
        return render(
            request,
            "courses/cms/exchange/gone.html",
            {"record": record, "breadcrumbs_items": _crumbs(gettext("Import"))},
        )
    return render(request, "courses/cms/exchange/tried.html", _dry_run_context(request, record, run, locale))


@access(Access.EDITORS)
@require_safe
@_needs("add")
def template(request: HttpRequest) -> HttpResponse:
    """Answer the CSV template."""
    return _file(csv_template(), Format.CSV, "questions-template")


@access(Access.EDITORS)
@require_safe
@_needs("change")
def export(request: HttpRequest) -> HttpResponse:
    """Let somebody choose what goes out, and say what stays behind before it does; with `file` answer the file."""
    quiz = _quiz(request)
    form = ExportForm(request.GET if "format" in request.GET else None, initial={"format": Format.MOODLE_XML.value})
    context: dict[str, Any] = {
        "form": form,
        "quiz": quiz,
        "tags": [] if quiz else tags_in_use(),
        "breadcrumbs_items": _crumbs(gettext("Export")),
    }
    if form.is_bound and form.is_valid():
        chosen = Format(form.cleaned_data["format"])
        language = form.cleaned_data["language"] or Locale.get_default().language_code
        selection = quiz_selection(quiz) if quiz else bank_selection(tag=form.cleaned_data["tag"], language=language)
        if "file" in request.GET and selection.questions:
            name = quiz.slug if quiz else form.cleaned_data["tag"] or "questions"
            return _file(write(chosen, selection.questions).text, chosen, name)
        context |= _export_context(request, selection, chosen)
    return render(request, "courses/cms/exchange/export.html", context, status=422 if form.errors else 200)


def _quiz(request: HttpRequest) -> QuizPage | None:
    number = request.GET.get("quiz", "")
    if not number:
        return None
    page = QuizPage.objects.filter(pk=number).first() if number.isdecimal() and len(number) < 10 else None
    if page is None or not page.permissions_for_user(request.user).can_edit():
        raise Http404
    return page


def _dry_run_context(request: HttpRequest, record: QuestionImport, run: DryRun, locale: Locale) -> dict[str, Any]:
    page = Paginator(run.questions, PER_PAGE).get_page(request.GET.get("p"))
    losses = together(run.losses, gettext)
    return {
        "record": record,
        "format_name": record.get_format_display(),
        "language": locale.language_code,
        "language_name": translation.get_language_info(locale.language_code)["name_local"],
        "count": len(run.questions),
        "skipped": each(run.skipped, gettext),
        "losses": losses[:MOST_LOSSES],
        "more_losses": len(losses[MOST_LOSSES:]),
        "unfit_count": sum(1 for tried in run.questions if tried.problems),
        "page": page,
        "rows": _rows(list(page.object_list), locale.language_code),
        "is_imported": record.imported_at is not None,
        "list_url": _list_address(),
        "breadcrumbs_items": _crumbs(gettext("Import")),
    }


def _rows(tried: list[Tried], language: str) -> list[dict[str, Any]]:
    """Return the questions of one page, each drawn as a learner would see it."""
    if not tried:
        return []
    columns = {"title": "-", "questions": [entry.block for entry in tried], "pass_mark": 60}
    preview = preview_item(FreezeInput("quiz", uuid4(), language, source=columns, text=columns))
    shown = shown_questions(preview, may_see_key=True)
    return [
        {
            "number": entry.question.number,
            "line": entry.question.line,
            "title": entry.question.title,
            "tags": entry.question.tags,
            "problems": entry.problems,
            "losses": each(entry.question.losses, gettext),
            "shown": [{**question, "number": entry.question.number}],
        }
        for entry, question in zip(tried, shown, strict=True)
    ]


def _export_context(request: HttpRequest, selection: Selection, chosen: Format) -> dict[str, Any]:
    file = write(chosen, selection.questions)
    skipped = [*selection.skipped, *file.skipped]
    query = request.GET.copy()
    query["file"] = "1"
    return {
        "count": len(selection.questions) - len(file.skipped),
        "format_name": dict(FORMATS)[chosen.value],
        "losses": together([*selection.losses, *file.losses], gettext),
        "skipped": each(skipped, gettext),
        "is_cut": selection.is_cut,
        "file_url": f"{reverse('courses_question_export')}?{query.urlencode()}",
        "is_chosen": True,
    }


def _file(text: str, form: Format, name: str) -> HttpResponse:
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.lower()).strip("-")[:60]
    kind = {Format.MOODLE_XML: "application/xml", Format.GIFT: "text/plain", Format.CSV: "text/csv"}[form]
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kept or "questions"}.{EXTENSIONS[form]}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _address_of(record: QuestionImport, language: str) -> str:
    return f"{reverse('courses_question_import', args=[record.public_id])}?{urlencode({'language': language})}"


def _list_address() -> str:
    return reverse(BankQuestion.snippet_viewset.get_url_name("list"))


def _crumbs(label: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
        {"url": _list_address(), "label": gettext("Question bank")},
        {"url": "", "label": label},
    ]
