"""Sections of partners: a group of its own for each, with rights over one page and all below it, and a collection.

The rights are Wagtail's own rows, so that whatever Wagtail asks answers for them (decision 0029).
"""

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Collection, Page

from home.operations.groups import ENTERS_CMS, FILE_RIGHTS, give_file_rights, give_page_rights, permission
from home.queries.sections import PREFIX

LEAST_DEPTH = 3
"""Below the home page of a language: who has rights over a home page has them over a whole language."""


class NameTaken(Exception):
    """There is a group or a collection of this name already."""


class NoSection(Exception):
    """The page is the root of the tree or the home page of a language, and no section of it."""


@transaction.atomic
def give_section(*, name: str, page: Page, only_own_pages: bool = False, may_publish: bool = False) -> Group:
    """Make the group of a partner: it may write below `page`, and has pictures and documents of its own.

    `only_own_pages`: it may add pages there, and change only those that its people made; then `page` itself and what
    others wrote stay as they are. Without `may_publish` what it writes goes to review.

        group = give_section(name="Rete Collina Viva", page=course_page)

    :raises NameTaken: if a partner of this name has a section, or a collection is called so.
    :raises NoSection: if the page is a home page or above.
    """
    if page.depth < LEAST_DEPTH:
        raise NoSection
    root = Collection.get_first_root_node()
    group, is_new = Group.objects.get_or_create(name=f"{PREFIX}{name}")
    if not is_new or Collection.objects.filter(name__iexact=name).exists():
        raise NameTaken
    group.permissions.add(permission(apps, *ENTERS_CMS))
    rights = ["add_page", *([] if only_own_pages else ["change_page"]), *(["publish_page"] if may_publish else [])]
    give_page_rights(apps, group, page, tuple(rights))
    give_file_rights(apps, group, root.add_child(name=name), FILE_RIGHTS)
    return group


@transaction.atomic
def take_section_back(*, group: Group) -> None:
    """Delete the group of a partner. Its people keep their accounts, its pages and files stay where they are."""
    group.delete()
