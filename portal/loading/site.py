"""The pages around the courses: home in each language, about, privacy, accessibility."""

from typing import Any

from django.conf import settings
from wagtail.models import Locale, Page

from courses.models import CourseIndexPage
from home.models import HomePage, StandardPage
from portal.loading.ledger import Ledger
from portal.loading.pages import PageTarget, find_page, put_page
from portal.loading.reading import SOURCE_LANGUAGE, SitePage

HOME = "home"


def source_home() -> HomePage:
    """Return the home page that the first migration made."""
    return HomePage.objects.get(locale__language_code=settings.LANGUAGE_CODE, depth=2)


def load_site(pages: list[SitePage], *, ledger: Ledger) -> None:
    """Make or update the home pages and the standard pages below them."""
    homes = _load_homes(next((page for page in pages if page.name == HOME), None), ledger=ledger)
    for page in pages:
        if page.name == HOME:
            continue
        for language, text in page.pages.items():
            if language in homes:
                put_page(
                    PageTarget(StandardPage, page.key, homes[language].locale, homes[language], page.name),
                    source=text.file,
                    ledger=ledger,
                    text_sha256=text.sha256(),
                    values={**text.values, "sections": text.stream, "search_description": text.values["summary"]},
                )


def _load_homes(page: SitePage | None, *, ledger: Ledger) -> dict[str, Any]:
    source = source_home()
    homes: dict[str, Any] = {SOURCE_LANGUAGE: source}
    root = Page.objects.get(depth=1)
    for language, text in page.pages.items() if page else ():
        locale = Locale.objects.get(language_code=language)
        slug = source.slug if language == SOURCE_LANGUAGE else f"{source.slug}-{language}"
        homes[language] = put_page(
            PageTarget(HomePage, source.translation_key, locale, root, slug),
            source=text.file,
            ledger=ledger,
            text_sha256=text.sha256(),
            values={**text.values, "sections": text.stream, "search_description": text.values["lead"]},
        )
    return {language: home for language, home in homes.items() if home is not None}


def course_index(language: str, *, ledger: Ledger) -> CourseIndexPage | None:
    """Return the page that courses hang below in a language; in another than the first it is made when it is needed.

    None where there is no home page in that language.
    """
    source = CourseIndexPage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    if language == settings.LANGUAGE_CODE:
        return source
    locale = Locale.objects.get(language_code=language)
    found: CourseIndexPage | None = find_page(CourseIndexPage, source.translation_key, locale)
    home = find_page(HomePage, source_home().translation_key, locale)
    if found is not None or home is None:
        return found
    title = _INDEX_TITLES.get(language, source.title)
    index = CourseIndexPage(
        title=title,
        slug=source.slug,
        translation_key=source.translation_key,
        locale=locale,
        introduction=source.introduction,
    )
    home.add_child(instance=index)
    ledger.change_count += 1
    return index


# The index is a place in the tree; what people read on its page comes from the interface's translations.
_INDEX_TITLES = {"it": "Corsi", "ro": "Cursuri", "sv": "Kurser", "de": "Kurse", "es": "Cursos"}
