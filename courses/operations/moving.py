"""Moving a module or a step: in its order, to another module, to another course."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from wagtail.actions.move_page import MovePageAction
from wagtail.models import Page

from accounts.models import User
from courses.models import CoursePage, ModulePage


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the tree: the page number of the parent, and a place among its pages, from 1."""

    parent: int
    place: int


class PageGone(Exception):
    """What should be moved, or where it should go, is there no longer."""


class MovedMeanwhile(Exception):
    """The page is elsewhere than where it was seen. `title` and `parent_title` say what is where."""

    def __init__(self, title: str, parent_title: str, place: int) -> None:
        super().__init__(title)
        self.title = title
        self.parent_title = parent_title
        self.place = place


class AddressTaken(Exception):
    """There is a page with the same last part of its address where it should go."""

    def __init__(self, slug: str, parent_title: str) -> None:
        super().__init__(slug)
        self.slug = slug
        self.parent_title = parent_title


def move_in_course(*, course_page: CoursePage, number: int, seen: Spot, to: Spot, user: User) -> Page:
    """Move a module or a step of a course to a place in the same course, and return it where it is now.

    `seen` is where it was when somebody decided that: a page that was moved meanwhile stays. A place past the end is the
    end. Translations follow where their own tree has the module. Run it in a transaction that holds the lock of the tree.

    :raises PageGone: if it, or the module it should go to, is in this course no longer.
    :raises MovedMeanwhile: if it is elsewhere than `seen`.
    :raises AddressTaken: if another page there has its address.
    :raises PermissionDenied: if this person may not.
    """
    page = Page.objects.filter(pk=number, path__startswith=course_page.path, depth__gt=course_page.depth).first()
    if page is None:
        raise PageGone
    parent = page.get_parent()
    siblings = list(parent.get_children())
    here = Spot(parent.pk, siblings.index(page) + 1)
    if here != seen:
        raise MovedMeanwhile(page.draft_title, parent.draft_title, here.place)
    is_other = to.parent != here.parent
    target = _module_of(course_page, to.parent) if is_other else parent
    if target is None:
        raise PageGone
    if not is_other and not parent.permissions_for_user(user).can_reorder_children():
        raise PermissionDenied
    if is_other and not Page._slug_is_available(page.slug, target, page=page):
        raise AddressTaken(page.slug, target.draft_title)
    others = [child for child in (target.get_children() if is_other else siblings) if child != page]
    index = max(to.place, 1) - 1
    # "first-child" is for a module without pages only: what the CMS copied is numbered from nought, and treebeard would
    # put a first child at number one, where there is a page already.
    if not others:
        MovePageAction(page, target, pos="first-child", user=user).execute()
    elif index >= len(others):
        MovePageAction(page, others[-1], pos="right", user=user).execute()
    elif is_other or to.place != here.place:
        MovePageAction(page, others[index], pos="left", user=user).execute()
    moved = Page.objects.get(pk=page.pk)
    if is_other:
        move_translations(page=moved, user=user)
    return moved


def move_translations(*, page: Page, user: User) -> list[Page]:
    """Move the translations of a page to where it is in its own language, and return those that were moved.

    One stays where its language has no such parent, where the address is taken, or where this person may not move it:
    it is found by its key wherever it hangs.
    """
    parent = page.get_parent()
    parents = {above.locale_id: above for above in parent.get_translations()}
    moved = []
    for translation in page.get_translations():
        target = parents.get(translation.locale_id)
        if target is None or translation.is_child_of(target):
            continue
        may_move = translation.permissions_for_user(user).can_move_to(target)
        if may_move and Page._slug_is_available(translation.slug, target, page=translation):
            MovePageAction(translation, target, pos="last-child", user=user).execute()
            moved.append(translation)
    return moved


def _module_of(course_page: CoursePage, number: int) -> Page | None:
    modules = ModulePage.objects.filter(pk=number, path__startswith=course_page.path, depth=course_page.depth + 1)
    found = modules.first()
    return Page.objects.get(pk=found.pk) if found is not None else None
