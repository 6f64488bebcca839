"""Pages of the site for tests."""

from typing import Any

from wagtail.models import Locale

from home.models import HomePage, StandardPage
from tests.courses.builders import course_index


def home_page(language: str = "en") -> HomePage:
    """Return the live home page of a language, translating the English one where there is none."""
    course_index()
    english: HomePage = HomePage.objects.get(locale__language_code="en")
    if language == "en":
        return english
    copy = english.copy_for_translation(Locale.objects.get(language_code=language))
    copy.save_revision().publish()
    return HomePage.objects.get(pk=copy.pk)


def standard_page(title: str, *, home: HomePage | None = None, **fields: Any) -> StandardPage:
    page: StandardPage = (home or home_page()).add_child(instance=StandardPage(title=title, **fields))
    page.save_revision().publish()
    return page
