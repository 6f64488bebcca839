"""What editors are told of stories that learners tell. Never who tells one: only a credited name, and that on its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from wagtail.permissions import page_permission_policy

from accounts.models import User
from case_studies.models import AppliedStory, CaseStudyIndexPage, CaseStudyPage
from courses.queries import serving

TOLD_FOR = timedelta(days=30)
"""How long the first page of the CMS says that a story was taken back."""
MOST = 10


@dataclass(frozen=True, slots=True)
class ToldStory:
    """A story as a row of the dashboard: that of `course` waits for the editors, or was taken back."""

    course: str
    url: str
    sent_at: datetime | None
    withdrawn_at: datetime | None


def stories_for(user: User, *, language: str, at: datetime) -> list[ToldStory]:
    """Return stories that wait as drafts and those taken back lately, of pages this person may change, the latest first.

    Of a page that is gone, those who may change the index are told. Cost: at most 4 queries and the rights.
    """
    pages = page_permission_policy.instances_user_has_permission_for(user, "change")
    stories = (
        AppliedStory.objects.filter(sent_at__isnull=False)
        .exclude(withdrawn_at__lt=at - TOLD_FOR)
        .select_related("course", "page")
        .order_by("-changed_at", "-pk")
    )
    known = dict(
        CaseStudyPage.objects.filter(translation_key__in=[story.public_id for story in stories[:200]])
        .order_by("-path")
        .values_list("translation_key", "live")
    )
    waiting = [story for story in stories[:200] if story.withdrawn_at or not known.get(story.public_id, False)]
    allowed = set(
        pages.filter(pk__in=[story.page_id for story in waiting if story.page_id]).values_list("pk", flat=True)
    )
    sees_gone = any(story.page_id is None for story in waiting) and _may_change_an_index(pages)
    shown = [story for story in waiting if story.page_id in allowed or (story.page_id is None and sees_gone)][:MOST]
    outlines = serving.outlines_of([story.course for story in shown], language)
    return [
        ToldStory(
            course=outlines[story.course_id].title,
            url=reverse("wagtailadmin_pages:edit", args=[story.page_id]) if story.page_id else "",
            sent_at=story.sent_at,
            withdrawn_at=story.withdrawn_at,
        )
        for story in shown
    ]


def _may_change_an_index(pages: Any) -> bool:
    return pages.filter(pk__in=CaseStudyIndexPage.objects.values("pk")).exists()
