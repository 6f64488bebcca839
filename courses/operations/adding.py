"""New pages of a course from nothing but their titles."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Page

from accounts.models import User
from courses.models import AssignmentPage, LessonPage, ModulePage, QuizPage
from courses.queries.quality import shape_of
from courses.rules.quality.upkeep import READ_AGAIN_AFTER

KINDS: dict[str, type[ModulePage] | type[LessonPage] | type[QuizPage] | type[AssignmentPage]] = {
    "module": ModulePage,
    "lesson": LessonPage,
    "quiz": QuizPage,
    "assignment": AssignmentPage,
}
"""The pages of a course below its own, by what editors call them."""

LONGEST_ADDRESS = 200
"""Signs that an address takes from a title: there is room for a number after it. A title of no letters gives none."""


def add_drafts(*, parent: Page, kind: str, titles: Sequence[str], user: User, at: datetime) -> list[Page]:
    """Make a draft of each title, in this order after what is there, and return them. Nothing of it is public.

    A lesson is to be read again in a year, as one that is begun in its form.

    Run it in a transaction that holds the lock of the tree.

    >>> add_drafts(parent=module, kind="lesson", titles=["Lock the screen", "Sign out"], user=editor, at=at)

    :raises PermissionDenied: if this person may make no such page there.
    """
    model = KINDS[kind]
    if not parent.permissions_for_user(user).can_add_subpage() or not model.can_create_at(parent):
        raise PermissionDenied
    drafts = []
    for title in titles:
        slug = _free_slug(parent, slugify(title)[:LONGEST_ADDRESS].strip("-") or kind)
        page = model(title=title, slug=slug, live=False, has_unpublished_changes=True, owner=user)
        shape = shape_of(page)
        if shape is not None and shape.review_by:
            setattr(page, shape.review_by, timezone.localdate(at) + READ_AGAIN_AFTER)
        drafts.append(_add(parent, page, user))
    return drafts


def _free_slug(parent: Page, base: str) -> str:
    """Return an address that no page below the parent has. Cost: 1 query for each that is taken, and 1."""
    candidates = (f"{base}-{number}" if number > 1 else base for number in count(1))
    return next(slug for slug in candidates if Page._slug_is_available(slug, parent))


def _add(parent: Page, page: Page, user: User) -> Page:
    added: Page = parent.add_child(instance=page)
    added.save_revision(user=user, log_action=True, clean=False)
    return added
