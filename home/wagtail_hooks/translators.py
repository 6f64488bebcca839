"""Translators write translations and nothing else: what Wagtail's rights by place cannot say (decision 0029).

Their right to change pages is over the home pages of languages. A page there whose text began in that language is no
translation; and deleting, moving or copying is none either.
"""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from accounts.models import User
from home.queries.rights import is_translation, only_translates


# Before the hook of wagtail-localize, which answers in the editor's place.
@hooks.register("before_edit_page", order=-10)
def only_translations_are_written(request: HttpRequest, page: Page) -> None:
    """Refuse the editor of a page that is no translation. Cost: none but for translators, for them 1 query."""
    if only_translates(cast(User, request.user), page) and not is_translation(page):
        raise PermissionDenied


@hooks.register("before_delete_page")
@hooks.register("before_move_page")
@hooks.register("before_copy_page")
@hooks.register("before_convert_alias_page")
def pages_stay_as_they_are(request: HttpRequest, page: Page, *others: Any) -> None:
    if only_translates(cast(User, request.user), page):
        raise PermissionDenied


@hooks.register("before_bulk_action", order=-10)
def no_bulk_actions(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    person = cast(User, request.user)
    if any(isinstance(entry, Page) and only_translates(person, entry) for entry in objects):
        raise PermissionDenied
