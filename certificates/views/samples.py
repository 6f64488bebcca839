"""Samples in the CMS: the PDF of a certificate as its holder will get it, from the drafts of a course, marked "SAMPLE"."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from certificates.forms import NameForm
from certificates.operations.samples import sample_document, sample_payload
from certificates.printing import NotPrinted
from courses.models import CoursePage
from courses.models.vocabularies import CertificateKind
from foundation.access import Access, access

UNAVAILABLE = 503
EXAMPLE = _("Jo Example")


class SampleForm(NameForm):
    """What to see. Nothing of it is kept."""

    kind = forms.ChoiceField(label=_("Certificate"), widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    visibility = None  # type: ignore[assignment]  # how a form drops a field: nobody else sees a sample

    field_order = ("kind", "language", "name")

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(code, CertificateKind(code).label) for code in kinds]
        self.fields["name"].label = _("Name of an example holder")
        self.fields["name"].help_text = _("Try a long one too, and other scripts.")


@access(Access.EDITORS)
@require_safe
def sample(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask what to see of the certificates of a course, or answer the PDF. Only for those who may edit the course."""
    page = get_object_or_404(CoursePage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise Http404
    draft = page.get_latest_revision_as_object()
    kinds = [definition.kind for definition in draft.certificate_definitions.all()]
    asked = "kind" in request.GET
    initial = {"kind": kinds[-1] if kinds else "", "language": page.locale.language_code, "name": EXAMPLE}
    form = SampleForm(request.GET if asked else None, kinds=kinds, initial=initial)
    status = 200
    if asked and form.is_valid():
        values = form.cleaned_data
        payload = sample_payload(page=draft, kind=values["kind"], holder=values["name"], at=timezone.now())
        try:
            document = sample_document(payload, values["language"])
        except NotPrinted:
            form.add_error(None, _("No PDF can be made at the moment. Try again in a minute."))
            status = UNAVAILABLE
        else:
            response = HttpResponse(document, content_type="application/pdf")
            response["Content-Disposition"] = f'inline; filename="SAMPLE-{page.slug}-{values["language"]}.pdf"'
            response["Cache-Control"] = "private, no-store"
            return response
    elif asked:
        status = 422
    context = {
        "form": form,
        "kinds": kinds,
        "title": _("Sample of a certificate"),
        "course_title": draft.title,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": draft.title},
            {"url": "", "label": _("Sample of a certificate")},
        ],
    }
    return render(request, "certificates/cms/sample.html", context, status=status)
