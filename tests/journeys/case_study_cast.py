"""Time passes for a journey: a page that waits for its hour is due now.

Run against a site: `manage.py shell -v0 -c "from tests.journeys.case_study_cast import let_hour_come; let_hour_come('slug')"`.
"""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Page, Revision

from courses.tasks import publish_scheduled


def let_hour_come(slug: str) -> None:
    """Have the hour of a page that waits for it over, and do what the worker does each minute."""
    page = Page.objects.get(slug=slug)
    at = timezone.now() - timedelta(minutes=1)
    waiting = Revision.page_revisions.get(object_id=str(page.pk), approved_go_live_at__isnull=False)
    waiting.approved_go_live_at, waiting.content["go_live_at"] = at, at.isoformat()
    waiting.save(update_fields=["approved_go_live_at", "content"])
    publish_scheduled()
