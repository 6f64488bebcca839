"""The texts of a course to translate, with the files that translators take along."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from courses.models import CoursePage
from courses.queries.translating import texts_to_translate
from foundation.access import Access, access


@access(Access.EDITORS)
@require_safe
def texts(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show each page of a course with its translations, and lead to where they are written."""
    page = CoursePage.objects.filter(pk=page_id).first()
    if page is None or not page.permissions_for_user(request.user).can_edit():
        raise Http404
    rows = texts_to_translate(page)
    context = {
        "course": page,
        "rows": rows,
        "languages": [state.language_name for state in rows[0].states] if rows else [],
        "may_submit": request.user.has_perm("wagtail_localize.submit_translation"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": gettext("Home")},
            {"url": reverse("wagtailadmin_explore", args=[page.pk]), "label": page.title},
            {"url": "", "label": gettext("Texts to translate")},
        ],
    }
    return render(request, "courses/cms/translating.html", context)
