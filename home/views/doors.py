"""Side doors of packages in the CMS, closed: views that ask for less than Wagtail's rights over pages say.

Each guard says what is asked before the package's own view runs; `tests/portal/test_admin_rights.py` tries every
address of the CMS as every group and fails where one gives more than it should (decision 0029).
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from wagtail.admin.auth import permission_denied
from wagtail.images.permissions import permission_policy as images
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from accounts.models import User
from courses.models import Picture
from home.queries.rights import editable_pages, visible_pages, writes_everywhere

View = Callable[..., HttpResponseBase]
Guard = Callable[[HttpRequest, dict[str, Any]], bool]


def _sees_parent(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return _sees_pages(request, [kwargs["parent_page_id"]])


def _sees_chosen(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return _sees_pages(request, [number for number in request.GET.getlist("id") if number.isdecimal()])


def _sees_pages(request: HttpRequest, numbers: Iterable[Any]) -> bool:
    wanted = {int(number) for number in numbers}
    found = Page.objects.filter(visible_pages(cast(User, request.user)), pk__in=wanted)
    return found.count() == len(wanted)


def _may_publish_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Say whether somebody may make an alias of a page: it shows another page's text at once, which is publishing."""
    page = Page.objects.filter(pk=kwargs["page_id"]).first()
    return page is None or page.permissions_for_user(request.user).can_publish()


def _may_sync(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Say whether somebody may bring a changed source to its translations, and whether at once to the public."""
    source = TranslationSource.objects.filter(pk=kwargs["translation_source_id"]).first()
    if source is None:
        return True
    targets = list(Page.objects.filter(translation_key=source.object_id))
    if not targets:  # a question of the bank
        return _has_bank_rights(request, kwargs)
    if "publish_translations" in request.POST:
        return all(page.permissions_for_user(request.user).can_publish() for page in targets)
    mine = Page.objects.filter(editable_pages(cast(User, request.user)), pk__in=[page.pk for page in targets])
    return mine.exists()


def _may_edit_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    page = Page.objects.filter(pk=kwargs["page_id"]).first()
    return page is None or page.permissions_for_user(request.user).can_edit()


def _may_move_page(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    page = Page.objects.filter(pk=kwargs["page_to_move_id"]).first()
    return page is None or page.permissions_for_user(request.user).can_move()


def _may_choose_picture(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    picture = Picture.objects.filter(pk=kwargs["image_id"]).first()
    wanted = ["choose", "change", "add"]
    return picture is None or images.user_has_any_permission_for_instance(request.user, wanted, picture)


def _makes_workflows(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    person = cast(User, request.user)
    return any(person.has_perm(f"wagtailcore.{verb}_workflow") for verb in ("add", "change"))


def _writes_everywhere(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    """Say whether the whole tree is somebody's to write: the report names the page that was changed last of each kind."""
    return writes_everywhere(cast(User, request.user))


def _translates(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return cast(User, request.user).has_perm("wagtail_localize.submit_translation")


def _has_bank_rights(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return cast(User, request.user).has_perm("courses.change_bankquestion")


def _has_synonym_rights(request: HttpRequest, kwargs: dict[str, Any]) -> bool:
    return cast(User, request.user).has_perm("home.view_searchsynonyms")


_CHOOSERS = ("choose", "choose_results", "chosen", "chosen_multiple", "create")
_SYNONYMS = "wagtailsnippetchoosers_home_searchsynonyms"
_BANK = "wagtailsnippetchoosers_courses_bankquestion"
DOORS: dict[str, Guard] = {
    "wagtailadmin_choose_page_child": _sees_parent,
    "wagtailadmin_choose_page_chosen_multiple": _sees_chosen,
    "wagtailadmin_pages:move_confirm": _may_move_page,
    "wagtailadmin_pages:workflow_action": _may_edit_page,
    "wagtailadmin_pages:collect_workflow_action_data": _may_edit_page,
    "wagtailadmin_pages:confirm_workflow_cancellation": _may_edit_page,
    "wagtailadmin_reports:page_types_usage": _writes_everywhere,
    "wagtailadmin_reports:page_types_usage_results": _writes_everywhere,
    "wagtailadmin_workflows:task_chooser": _makes_workflows,
    "wagtailadmin_workflows:task_chooser_results": _makes_workflows,
    "wagtailadmin_workflows:task_chooser_create": _makes_workflows,
    "wagtailadmin_workflows:task_chosen": _makes_workflows,
    "wagtailimages_chooser:select_format": _may_choose_picture,
    "wagtail_localize:convert_to_alias": _may_publish_page,
    "wagtail_localize:update_translations": _may_sync,
    "wagtail_localize:translations_report": _translates,
    "wagtail_localize:translations_report_results": _translates,
    "wagtail_localize:submit_snippet_translation": _has_bank_rights,
    "wagtail_localize:snippets_api_listing": _has_bank_rights,
    "wagtail_localize:snippets_api_detail": _has_bank_rights,
    **{f"{_BANK}:{name}": _has_bank_rights for name in _CHOOSERS},
    **{f"{_SYNONYMS}:{name}": _has_synonym_rights for name in _CHOOSERS},
}


def doors_closed(patterns: Any) -> list[URLPattern | URLResolver]:
    """Return URL patterns, of a module or a list, with the guards of `DOORS` before the views they are for."""
    listed: Iterable[URLPattern | URLResolver] = getattr(patterns, "urlpatterns", patterns)
    for pattern in listed:
        if isinstance(pattern, URLResolver):
            doors_closed(pattern.url_patterns)
        elif not getattr(pattern.callback, "is_guarded", False):
            pattern.callback = _guarded(pattern.callback)
    return list(listed)


def _guarded(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        guard = DOORS.get(match.view_name) if match else None
        # Who may not enter the CMS at all is turned away by the view.
        enters = request.user.is_authenticated and request.user.has_perm("wagtailadmin.access_admin")
        if guard is not None and enters and not guard(request, kwargs):
            return permission_denied(request)
        return view(request, *args, **kwargs)

    wrapped.is_guarded = True  # type: ignore[attr-defined]  # the patterns of a module may be asked for twice
    return wrapped
