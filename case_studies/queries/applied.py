"""What editors are told of stories that learners tell. Never who tells one: only a credited name, and that on its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from wagtail.models import WorkflowState
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
    is_with_reviewers: bool = False
    """Whether it is under review, so that this person cannot change it now."""


def list_for_story(language: str) -> CaseStudyIndexPage | None:
    """Return the live list of case studies that takes a story told in a language: that list, else the English one, else any.

    None where the site has no list. Cost: 1 query.
    """
    lists = CaseStudyIndexPage.objects.live().select_related("locale").order_by("path")
    found = {page.locale.language_code: page for page in reversed(lists)}
    return found.get(language) or found.get(settings.LANGUAGE_CODE) or next(iter(lists), None)


def stories_for(user: User, *, language: str, at: datetime) -> list[ToldStory]:
    """Return stories that wait as drafts and those taken back lately, of pages this person may change, the latest first.

    Of a page that is gone, those who may change the index are told. Cost: at most 5 queries, the rights, and 2 queries for each
    kind of review.
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
    reviewed = _held_by_reviewers(shown, user)
    return [
        ToldStory(
            course=outlines[story.course_id].title,
            url=reverse("wagtailadmin_pages:edit", args=[story.page_id]) if story.page_id else "",
            sent_at=story.sent_at,
            withdrawn_at=story.withdrawn_at,
            is_with_reviewers=story.page_id in reviewed,
        )
        for story in shown
    ]


def _held_by_reviewers(stories: list[AppliedStory], user: User) -> set[int]:
    """Return the pages of stories that a review keeps from this person."""
    pages = {str(story.page_id): story.page for story in stories if story.page is not None}
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=pages)
    states = states.filter(base_content_type__app_label="wagtailcore", base_content_type__model="page")
    tasks: dict[int, Any] = {}
    held = set()
    for state in states.select_related("current_task_state__task"):
        step = state.current_task_state
        page = pages[state.object_id]
        if step is not None and page is not None:
            task = tasks.setdefault(step.task_id, step.task.specific)
            if task.locked_for_user(page, user):
                held.add(page.pk)
    return held


def _may_change_an_index(pages: Any) -> bool:
    return pages.filter(pk__in=CaseStudyIndexPage.objects.values("pk")).exists()
