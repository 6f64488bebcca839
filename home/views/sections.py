"""Sections of partners, for operators: which there are, a new one, and taking one back."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from foundation.access import Access, access
from home.forms import SectionForm
from home.operations.sections import NameTaken, give_section, take_section_back
from home.queries.sections import PREFIX, sections


@access(Access.OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def section_list(request: HttpRequest) -> HttpResponse:
    """Show the sections there are and the form for a new one; on POST give it."""
    _refuse_all_but_operators(request)
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = give_section(**form.cleaned_data)
        except NameTaken:
            form.add_error("name", gettext("There is a group or a folder of this name already. Choose another name."))
        else:
            words = gettext(
                "“%(name)s” has its section. Put its people into the group “%(group)s”, in the list of users."
            )
            messages.success(request, words % {"name": form.cleaned_data["name"], "group": group.name})
            return redirect("home_sections")
    context = {
        "form": form,
        "rows": [_row(group, rights) for group, rights in sections()],
        **_frame(gettext("Partners")),
    }
    return render(request, "home/cms/sections.html", context, status=422 if form.errors else 200)


@access(Access.OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def section_end(request: HttpRequest, number: int) -> HttpResponse:
    """Ask whether to take a section back; on POST do it."""
    _refuse_all_but_operators(request)
    group = get_object_or_404(Group, pk=number, name__startswith=PREFIX)
    name = group.name.removeprefix(PREFIX)
    if request.method == "POST":
        take_section_back(group=group)
        messages.success(request, gettext("“%(name)s” has no section any more.") % {"name": name})
        return redirect("home_sections")
    context = {"name": name, "people_count": group.user_set.count(), **_frame(gettext("Take a section back"))}
    return render(request, "home/cms/section_end.html", context)


def _refuse_all_but_operators(request: HttpRequest) -> None:
    """Let in who may put people into groups.

    :raises PermissionDenied: for all others.
    """
    if not cast(User, request.user).has_perm("accounts.change_user"):
        raise PermissionDenied


def _row(group: Group, rights: list[Any]) -> dict[str, Any]:
    codenames = {right.permission.codename for right in rights}
    page = rights[0].page if rights else None
    return {
        "name": group.name.removeprefix(PREFIX),
        "page": page,
        "page_url": reverse("wagtailadmin_explore", args=[page.pk]) if page else "",
        "people": [str(person.display_name or person.username) for person in group.user_set.all()],
        "only_own_pages": "change_page" not in codenames,
        "may_publish": "publish_page" in codenames,
        "end_url": reverse("home_section_end", args=[group.pk]),
    }


def _frame(heading: str) -> dict[str, Any]:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": gettext("Home")}, {"url": "", "label": heading}]
    return {"heading": heading, "breadcrumbs_items": crumbs}
