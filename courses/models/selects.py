"""Lists to choose a part of a course from, by the titles of their pages."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext

from courses.models.pages import CoursePage, ModulePage

STEP_LENGTH = 4  # letters of a page's path for each level of the tree (treebeard)


def module_keys_of(course_key: UUID) -> set[UUID]:
    """Return the keys of the modules that a course has in the CMS, published or not. Cost: 2 queries."""
    paths = CoursePage.objects.filter(translation_key=course_key).values_list("path", flat=True)
    return {key for path in paths for key in _modules_below(path)}


def _modules_below(path: str) -> list[UUID]:
    return list(ModulePage.objects.filter(path__startswith=path).values_list("translation_key", flat=True))


class ModuleSelect(forms.Select):
    """A list of modules, each after the title of its course. Cost: 2 queries."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        courses = dict(CoursePage.objects.values_list("path", "title"))
        titles: dict[str, str] = {}
        modules = ModulePage.objects.order_by("path").values_list("translation_key", "path", "title")
        for key, path, title in modules:
            course = courses.get(path[:-STEP_LENGTH], "")
            titles.setdefault(str(key), f"{course}: {title}")  # the source page stands before its translations
        self.choices = [("", gettext("The whole course")), *titles.items()]
        return super().optgroups(name, value, attrs)
