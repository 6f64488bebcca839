"""Case studies in the menu of the CMS: without it they lie two lists deep below the home page."""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from case_studies.views.cms import case_study_list


@hooks.register("register_admin_urls")
def case_study_list_address() -> list[URLPattern]:
    return [path("case-studies/", case_study_list, name="case_studies_list")]


@hooks.register("register_admin_menu_item")
def case_studies_in_menu() -> MenuItem:
    return MenuItem(_("Case studies"), reverse_lazy("case_studies_list"), icon_name="doc-full", order=55)
