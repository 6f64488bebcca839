"""Courses in the menu of the CMS: without it they lie two lists deep below the home page."""

from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from courses.views.course_list import course_list


@hooks.register("register_admin_urls")
def course_list_address() -> list[URLPattern]:
    return [path("courses/", course_list, name="courses_list")]


@hooks.register("register_admin_menu_item")
def courses_in_menu() -> MenuItem:
    return MenuItem(_("Courses"), reverse_lazy("courses_list"), icon_name="list-ul", order=50)
