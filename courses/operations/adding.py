"""New pages of a course from nothing but their titles."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from wagtail.models import Page

from accounts.models import User
from courses.models import AssignmentPage, LessonPage, ModulePage, QuizPage

KINDS: dict[str, type[ModulePage] | type[LessonPage] | type[QuizPage] | type[AssignmentPage]] = {
    "module": ModulePage,
    "lesson": LessonPage,
    "quiz": QuizPage,
    "assignment": AssignmentPage,
}
"""The pages of a course below its own, by what editors call them."""


def add_drafts(*, parent: Page, kind: str, titles: Sequence[str], user: User) -> list[Page]:
    """Make a draft of each title, in this order after what is there, and return them. Nothing of it is public.

    Run it in a transaction that holds the lock of the tree.

    >>> add_drafts(parent=module, kind="lesson", titles=["Lock the screen", "Sign out"], user=editor)

    :raises PermissionDenied: if this person may make no such page there.
    """
    model = KINDS[kind]
    if not parent.permissions_for_user(user).can_add_subpage() or not model.can_create_at(parent):
        raise PermissionDenied
    return [
        _add(parent, model(title=title, live=False, has_unpublished_changes=True, owner=user), user) for title in titles
    ]


def _add(parent: Page, page: Page, user: User) -> Page:
    added: Page = parent.add_child(instance=page)
    added.save_revision(user=user, log_action=True, clean=False)
    return added
