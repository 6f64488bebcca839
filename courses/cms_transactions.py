"""POSTs of the CMS, each in one transaction: an action is done or not done, never half.

Wagtail makes only bulk actions, approval and deletion atomic; copying a live course left half of it when it was stopped
(EDITIONS.md section 1). Actions that write the page tree take one lock first: without it, concurrent ones failed or
left wrong child counts. GETs are left alone: with SQLite every transaction takes the write lock at once.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin import messages

from courses.operations.settling import flagged_courses, flagged_paths
from courses.operations.tree_lock import lock_tree
from courses.queries.certificates import words_of_one_person
from courses.queries.paths import path_said_alone, problem_of_live_path
from courses.queries.publishing import problem_after_publishing
from courses.queries.quality import held_at_gate, held_translation, last_log_entry, last_revision

View = Callable[..., HttpResponseBase]

TREE_WRITING = frozenset(
    {
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:move_confirm",
        "wagtailadmin_pages:set_page_position",
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:convert_alias",
        "wagtail_localize:submit_page_translation",
        "wagtail_localize:update_translations",
        "wagtail_localize:convert_to_alias",
        "wagtail_bulk_action",
        "courses_outline",
        "courses_copy",
    }
)
"""Names of the views that create, move, reorder, copy, delete or translate pages."""

PUBLISHING = frozenset(
    {
        "wagtailadmin_pages:add",
        "wagtailadmin_pages:edit",
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:workflow_action",
        "wagtail_bulk_action",
    }
)
"""Names of the views that may publish pages, one or many. Taking pages down or away must always be possible."""

_FORMS = frozenset({"wagtailadmin_pages:add", "wagtailadmin_pages:edit"})

TAKING_DOWN = frozenset(
    {
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:move_confirm",
        "wagtailadmin_pages:set_page_position",
        "wagtailadmin_pages:unpublish",
        "wagtail_localize:convert_to_alias",
        "courses_outline",
    }
)
"""Names of the views that take pages down, away or elsewhere."""

_NO_WRITES = ("preview", "search", "chooser", "results")
"""Views with such a word in their name keep no page; a transaction would only hold the lock."""


def atomic_posts(patterns: Any) -> list[URLPattern | URLResolver]:
    """Return URL patterns, of a module or a list, whose views handle each POST in one transaction.

    The unit of work is `courses.middleware.OneEditionMiddleware`, outside of it.
    """
    listed: Iterable[URLPattern | URLResolver] = getattr(patterns, "urlpatterns", patterns)
    for pattern in listed:
        if isinstance(pattern, URLResolver):
            atomic_posts(pattern.url_patterns)
        elif not getattr(pattern.callback, "posts_are_atomic", False):
            pattern.callback = _atomic_post(pattern.callback)
    return list(listed)


def _atomic_post(view: View) -> View:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        name = match.view_name if match else ""
        if request.method != "POST" or any(word in name for word in _NO_WRITES):
            return view(request, *args, **kwargs)
        last_act = last_log_entry() if _may_publish(request, name) else None
        translated_after = last_revision() if _publishes_translations(request, name) else None
        try:
            with transaction.atomic():
                if name in TREE_WRITING:
                    lock_tree()
                response = view(request, *args, **kwargs)
                if last_act is not None:
                    _refuse(held_at_gate(since=last_act, user_id=request.user.pk, today=timezone.localdate()))
                if translated_after is not None:
                    held = held_translation(since=translated_after, user_id=request.user.pk, today=timezone.localdate())
                    _refuse(held)
                if name in PUBLISHING and kwargs.get("action", "publish") == "publish":
                    _refuse_impossible_courses()
                _refuse_one_person(goes=_takes_down(name, kwargs.get("action")))
                return response
        except ValidationError as error:
            # Publishing in bulk or by approval validates a page without a form: all stays as it was, and it is said.
            page = getattr(error, "page", None)
            words = " ".join(error.messages)
            messages.error(request, f"{page.get_admin_display_title()}: {words}" if page else words)
            return redirect(_back(request))

    wrapped.posts_are_atomic = True  # type: ignore[attr-defined]  # the patterns of a module may be asked for twice
    return wrapped


def _may_publish(request: HttpRequest, name: str) -> bool:
    """Return whether a POST may publish pages; a form that only keeps a draft, as the CMS does by itself, does not."""
    keeps_draft = name in _FORMS and not any(field.startswith("action-") for field in request.POST)
    return name in PUBLISHING and not keeps_draft


def _publishes_translations(request: HttpRequest, name: str) -> bool:
    """Return whether a POST is one of wagtail-localize's that publish: from its editor, or all after a change."""
    from_editor = name == "wagtailadmin_pages:edit" and request.POST.get("action") == "publish"
    return from_editor or (name == "wagtail_localize:update_translations" and "publish_translations" in request.POST)


def _refuse_impossible_courses() -> None:
    """Look at the courses and paths that this request changed, as they would be. What a form can see it has said.

    :raises ValidationError: naming the course or the learning path.
    """
    _refuse(
        *(problem_after_publishing(key) for key in sorted(flagged_courses())),
        *(problem_of_live_path(key) for key in sorted(flagged_paths())),
    )


def _refuse_one_person(*, goes: bool) -> None:
    """Look at what certificates say in the courses and paths that this request changed.

    `goes`: it took pages down or away.

    :raises ValidationError: where one person alone changed it.
    """
    _refuse(
        *(words_of_one_person(key, goes=goes) for key in sorted(flagged_courses())),
        *(path_said_alone(key) for key in sorted(flagged_paths())),
    )


def _refuse(*problems: tuple[Any, str] | None) -> None:
    for page, words in filter(None, problems):
        error = ValidationError(words)
        error.page = page  # type: ignore[attr-defined]  # so that the message can say which
        raise error


def _takes_down(name: str, action: str | None) -> bool:
    return name in TAKING_DOWN or (name == "wagtail_bulk_action" and action in {"delete", "move", "unpublish"})


def _back(request: HttpRequest) -> str:
    """Return where the person came from, in the CMS."""
    for address in (request.GET.get("next", ""), request.headers.get("referer", "")):
        if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
            return address
    return "wagtailadmin_home"
