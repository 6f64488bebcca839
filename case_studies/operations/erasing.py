"""What becomes of the pages of a story that its teller takes back (decision 0030)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext, override
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import COMMENTS_RELATION_NAME, PageLogEntry, Revision, TaskState, WorkflowState

from case_studies.models import AppliedStory, CaseStudyPage
from case_studies.operations.crediting import forget_translators_texts
from courses.models import ContentReport

WITHDRAWN = "case_studies.story.withdrawn"
"""In the history of a page that was public: who told it took it back."""

KEPT = frozenset({"page_ptr", "illustrative", "consent", "consent_date", "licence", "art"})
"""What an erased page still says of itself: that there was a consent, and when."""


def pages_of(story: AppliedStory) -> list[CaseStudyPage]:
    """Return the pages made of a story: the draft, its translations, and mirrors of these. Cost: 1 query."""
    key = story.public_id
    pages = CaseStudyPage.objects.filter(Q(translation_key=key) | Q(alias_of__translation_key=key))
    return list(pages.select_related("locale").order_by("path"))


def hold_reviews(story: AppliedStory) -> None:
    """Wait for an approval that is under way, before the story itself is held: it holds its review first."""
    pages = [str(page.pk) for page in pages_of(story)]
    states = TaskState.objects.filter(workflow_state__object_id__in=pages, workflow_state__status__in=_OPEN)
    list(states.select_for_update().values_list("pk", flat=True))


_OPEN = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)


def erase_pages(story: AppliedStory) -> None:
    """Take every page of a story off the site and out of the CMS. The tree must be locked.

    One that was never public is deleted. One that was stays as an empty draft, so that editors see what was there.
    """
    # Mirrors first: they go with their source's content, not with its rows.
    pages = sorted(pages_of(story), key=lambda page: page.alias_of_id is None)
    for page in pages:
        _end_reviews(page)
        Redirect.objects.filter(redirect_page_id=page.pk).delete()
        if page.alias_of_id is not None or page.first_published_at is None:
            _forget_history(page)
            # Read anew: the deletion of one page moves numbers in the rows of others.
            CaseStudyPage.objects.get(pk=page.pk).delete()
            continue
        _empty(page, story)
    forget_translators_texts(story)
    # What readers reported of it quotes it, and there is nothing left to mend.
    ContentReport.objects.filter(page_key=story.public_id).delete()


def _end_reviews(page: CaseStudyPage) -> None:
    for state in WorkflowState.objects.for_instance(page).filter(status__in=_OPEN):
        try:
            state.cancel()
        except PermissionDenied:  # ended meanwhile
            continue
    # What reviewers wrote may say what the story said.
    WorkflowState.objects.for_instance(page).delete()


def _empty(page: CaseStudyPage, story: AppliedStory) -> None:
    """Unpublish a page and erase what it says: row, relations, revisions, comments, history."""
    if page.live:
        page.unpublish(log_action=False)
    with override(page.locale.language_code):
        page.title = page.draft_title = gettext("Withdrawn story")
    page.slug = f"withdrawn-{story.public_id.hex[:8]}"
    page.seo_title = page.search_description = ""
    page.go_live_at = page.expire_at = None
    for field in CaseStudyPage._meta.local_fields:
        if field.name not in KEPT:
            setattr(page, field.name, _nothing(field))
    page.audiences, page.skills, page.courses = [], [], []
    getattr(page, COMMENTS_RELATION_NAME).all().delete()
    page = _saved(page)
    _forget_history(page)
    log(instance=page, action=WITHDRAWN)


def _nothing(field: Any) -> Any:
    if field.null:
        return None
    return field.get_default() if field.has_default() or field.get_internal_type() == "BooleanField" else ""


def _saved(page: CaseStudyPage) -> CaseStudyPage:
    """Save an emptied page with one revision, which is empty too."""
    page.latest_revision = page.live_revision = None
    page.save(clean=False)
    Revision.objects.for_instance(page).delete()
    page = CaseStudyPage.objects.get(pk=page.pk)
    page.save_revision(clean=False)
    return page


def _forget_history(page: CaseStudyPage) -> None:
    """Keep that something was done and when; titles, comments and names in it go."""
    with override(page.locale.language_code):
        label = gettext("Withdrawn story")
    PageLogEntry.objects.filter(page_id=page.pk).update(label=label, data={}, revision=None)
