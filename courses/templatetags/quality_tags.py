"""What the editor of a page shows of its draft: how long it is, how hard, and what keeps it from being published."""

from typing import Any

from django import template
from django.utils import timezone
from wagtail.models import Page

from courses.queries.quality import this_text

register = template.Library()


@register.inclusion_tag("courses/cms/parts/this_text.html")
def text_of_page(page: Page) -> dict[str, Any]:
    """Draw what is known of a page as it is given. Cost: as `courses.queries.quality.findings_of`."""
    return {"text": this_text(page, today=timezone.localdate())}
