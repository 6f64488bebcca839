"""What a chooser shows: pages that are public, and those that somebody may change; documents of their own folders.

The API that choosers and menus read is for reading: Wagtail's own also moves, publishes, copies and deletes pages.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as picture_policy
from wagtail.models import PageQuerySet

from accounts.models import User
from home.queries.rights import visible_pages

SEEING = ["choose", "change", "add"]
"""Rights over a folder that let somebody see what is in it."""


@hooks.register("construct_page_chooser_queryset")
def only_what_one_may_see(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return pages.filter(visible_pages(cast(User, request.user)))


class _Pages(PagesAdminAPIViewSet):
    """Lists pages and changes none: no screen asks for that here.

    It would write the tree without its lock and publish past what `courses.cms_transactions` looks at.
    """

    actions: dict[str, Any] = {}


class _OfOwnFolders:
    """Lists the files of folders that somebody may choose from, as the choosers do: the package's own API lists all."""

    policy: Any
    request: HttpRequest

    def get_queryset(self) -> Any:
        found = super().get_queryset()  # type: ignore[misc]  # stands before a class that has it
        return found.filter(pk__in=self.policy.instances_user_has_any_permission_for(self.request.user, SEEING))


class _Pictures(_OfOwnFolders, ImagesAdminAPIViewSet):
    policy = picture_policy


class _Documents(_OfOwnFolders, DocumentsAdminAPIViewSet):
    policy = permission_policy


# After the packages' own, whose places these take.
@hooks.register("construct_admin_api", order=100)
def what_choosers_read(router: Any) -> None:
    router.register_endpoint("pages", _Pages)
    router.register_endpoint("images", _Pictures)
    router.register_endpoint("documents", _Documents)


@hooks.register("before_serve_document")
def only_files_of_own_folders(document: Any, request: HttpRequest) -> None:
    """Answer for another folder's document as for none. Learners never come here: they read the frozen copy."""
    if not permission_policy.user_has_any_permission_for_instance(request.user, SEEING, document):
        raise Http404
