"""Pages whose time has come, but which cannot be published: they stay drafts, and it is said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from courses.models import CoursePage, LearningPathPage
from courses.queries.certificate_authors import agreed_by_another
from courses.queries.certificates import ALONE, STEP_ALONE, page_says_otherwise, words_of_step_that_goes
from courses.queries.paths import ALONE as PATH_ALONE
from courses.queries.paths import draft_says_otherwise, path_of_draft, problems_of_path, words_of
from courses.queries.publishing import (
    ITEM_MODELS,
    REFUSED,
    circle_of_titles,
    circle_words,
    leaves_nothing_required,
)
from courses.queries.quality import findings_of
from courses.rules.completable import NOTHING_REQUIRED, STEP_LEAVES_NOTHING_REQUIRED


def refuse_impossible_schedules(*, at: datetime) -> list[Page]:
    """Take revisions that are due at `at`, and cannot be published, out of the schedule; return their pages.

    The page's history says why, and so does its editor until it is published or scheduled again. The live page and the
    draft stay as they are; so does a page whose time is up and that may not go. Cost: 2 queries when nothing is due.
    """
    due = [(revision, revision.as_object()) for revision in _due(at)]
    refused = _kept_in_spite_of_time(at)
    for revision, page in due:
        words = _problem(page, revision, [other for _, other in due if other.pk != page.pk], at=at)
        if words:
            with transaction.atomic():
                Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
                log(instance=page, action=REFUSED, revision=revision, data={"words": words})
            refused.append(page)
    return refused


def _kept_in_spite_of_time(at: datetime) -> list[Page]:
    """Take the end away from pages whose time is up, where people would get a certificate for less without them.

    Cost: 1 query when no page ends.
    """
    kept = []
    for found in Page.objects.filter(live=True, expire_at__lt=at).order_by("pk"):
        page = found.specific
        words = words_of_step_that_goes(page)
        if words:
            with transaction.atomic():
                page.expire_at = None
                page.save(update_fields=["expire_at"])
                log(instance=page, action=REFUSED, data={"words": words})
            kept.append(page)
    return kept


def _due(at: datetime) -> "Sequence[Any]":
    return list(Revision.page_revisions.filter(approved_go_live_at__lt=at).order_by("approved_go_live_at", "pk"))


def _problem(page: Page, revision: Revision, others: Sequence[Page], *, at: datetime) -> str:
    try:
        page.full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    held = [finding.said for finding in findings_of(page, today=timezone.localtime(at).date()) if finding.blocks]
    if held:
        return " ".join(held)
    if isinstance(page, LearningPathPage):
        return _problem_of_path(page, revision)
    if isinstance(page, CoursePage):
        circle = circle_of_titles(page.translation_key, [entry.course.key for entry in page.prerequisites.all()])
        if circle:
            return circle_words(circle)
    if not agreed_by_another(revision) and page_says_otherwise(page):
        return gettext(ALONE if isinstance(page, CoursePage) else STEP_ALONE)
    # Another step that is due in the same minute may be the required one.
    helps = any(isinstance(other, ITEM_MODELS) and other.required for other in others)
    if helps or not leaves_nothing_required(page):
        return ""
    if isinstance(page, ITEM_MODELS):
        return gettext(STEP_LEAVES_NOTHING_REQUIRED) if not page.required else ""
    return "" if page.live else gettext(NOTHING_REQUIRED)


def _problem_of_path(page: LearningPathPage, revision: Revision) -> str:
    draft = path_of_draft(page)
    if draft is None:
        return ""
    if problems := problems_of_path(draft):
        return " ".join(words_of(problem) for problem in problems)
    return gettext(PATH_ALONE) if draft_says_otherwise(draft) and not agreed_by_another(revision) else ""
