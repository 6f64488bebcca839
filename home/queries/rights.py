"""Whose hand may change which pages: the questions that the screens of the CMS ask, on Wagtail's own rows of rights."""

from collections.abc import Iterable

from django.db.models import Q
from wagtail.images.permissions import permission_policy as images
from wagtail.models import GroupPagePermission, Page
from wagtail.permissions import page_permission_policy

from accounts.models import User
from courses.models import Picture

HOME_DEPTH = 2


def editable_pages(person: User) -> Q:
    """Return the condition for the pages somebody may change. Cost: 1 query a person, whatever asks after it.

    Pages somebody made below a page they may only add to count too.
    """
    if person.is_superuser:
        return Q()
    condition = Q(pk__in=[])
    for right in _rights_of(person):
        if right.permission.codename == "change_page":
            condition |= Q(path__startswith=right.page.path)
        elif right.permission.codename == "add_page":
            condition |= Q(path__startswith=right.page.path, owner=person)
    return condition


def writes_everywhere(person: User) -> bool:
    """Return whether somebody may change every page of the site. Cost: none after `editable_pages`."""
    return person.is_superuser or any(
        right.page.depth < HOME_DEPTH and right.permission.codename == "change_page" for right in _rights_of(person)
    )


def only_translates(person: User, page: Page) -> bool:
    """Return whether all that lets somebody change a page is the right over the home page of its language.

    Such a right is one to translate (decision 0029). Cost: none after `editable_pages`.
    """
    if person.is_superuser:
        return False
    depths = [
        right.page.depth
        for right in _rights_of(person)
        if right.permission.codename in {"change_page", "add_page"} and page.path.startswith(right.page.path)
    ]
    return bool(depths) and all(depth == HOME_DEPTH for depth in depths)


def is_translation(page: Page) -> bool:
    """Return whether a page is the text of another page in another language: that one was there first. Cost: 1 query."""
    first = Page.objects.filter(translation_key=page.translation_key, alias_of=None).order_by("pk")
    return first.values_list("pk", flat=True).first() not in {None, page.pk}


def visible_pages(person: User) -> Q:
    """Return the condition for the pages somebody may see in lists: those that are public, and those they may change."""
    return Q() if writes_everywhere(person) else Q(live=True) | editable_pages(person)


def may_see_picture_file(person: User, path: str) -> bool:
    """Return whether a file of a picture lies in a folder that somebody may choose from. Cost: at most 4 queries."""
    picture = Picture.objects.filter(file=path).first() or Picture.objects.filter(renditions__file=path).first()
    wanted = ["choose", "change", "add"]
    return picture is not None and images.user_has_any_permission_for_instance(person, wanted, picture)


def _rights_of(person: User) -> Iterable[GroupPagePermission]:
    rights: Iterable[GroupPagePermission] = page_permission_policy.get_cached_permissions_for_user(person)
    return rights
