"""Sections of partners in the CMS: the operators' screen, and its place in the menu."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from home.views.sections import section_end, section_list


@hooks.register("register_admin_urls")
def section_addresses() -> list[URLPattern]:
    return [
        path("sections/", section_list, name="home_sections"),
        path("sections/<int:number>/end/", section_end, name="home_section_end"),
    ]


class _ForOperators(MenuItem):
    def is_shown(self, request: HttpRequest) -> Any:
        return request.user.has_perm("accounts.change_user")


@hooks.register("register_settings_menu_item")
def sections_in_menu() -> MenuItem:
    return _ForOperators(_("Partners"), reverse_lazy("home_sections"), icon_name="group", order=610)
