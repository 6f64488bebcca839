"""What is known of the draft of a page, drawn anew each time the CMS has kept it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.models import Page

from courses.queries.quality import shape_of, this_text
from foundation.access import Access, access


@access(Access.EDITORS)
@require_safe
def text_of_draft(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer with the inside of the panel “This text”, of the draft as it was saved last.

    :raises Http404: where there is no such page, and where somebody may not edit it.
    """
    found = Page.objects.filter(pk=page_id).first()
    page = found.specific if found else None
    if page is None or shape_of(page) is None or not page.permissions_for_user(request.user).can_edit():
        raise Http404
    text = this_text(page.get_latest_revision_as_object(), today=timezone.localdate())
    return render(request, "courses/cms/parts/this_text.html", {"text": text})
