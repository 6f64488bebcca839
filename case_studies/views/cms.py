"""The CMS's way to the case studies, from its menu."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from case_studies.models import CaseStudyIndexPage
from foundation.access import Access, access


@access(Access.EDITORS)
@require_safe
def case_study_list(request: HttpRequest) -> HttpResponse:
    """Lead to the list of case studies in the site's first language."""
    index = CaseStudyIndexPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).only("pk").first()
    if index is None:
        raise Http404
    return redirect("wagtailadmin_explore", index.pk)
