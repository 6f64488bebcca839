"""The texts of a course and their translations, for who translates them: in the CMS, or in files of texts (PO)."""

from dataclasses import dataclass

from django.utils.translation import get_language_info
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from courses.models import CoursePage
from courses.queries.packaging import package_tree


@dataclass(frozen=True, slots=True)
class TextState:
    """A page in a language. `translation` numbers its texts in wagtail-localize, None where it is edited as a page."""

    language: str
    language_name: str
    page: int | None
    translation: int | None


@dataclass(frozen=True, slots=True)
class TextRow:
    """A page of the course in its own language, and how it stands in each other language."""

    page: int
    title: str
    kind: str
    states: tuple[TextState, ...]


def texts_to_translate(page: CoursePage) -> list[TextRow]:
    """Return the pages of a course in order, each with its translations. Cost: 7 queries for a course of any size."""
    tree = package_tree(page)
    if tree is None:
        return []
    codes = list(Locale.objects.order_by("pk").values_list("language_code", flat=True))
    others = [(code, get_language_info(code)["name_local"]) for code in codes if code != tree.source_language]
    keys = [entry.key for entry in tree.pages]
    rows = Translation.objects.filter(source__object_id__in=keys, enabled=True)
    found = {
        (key, code): number
        for number, key, code in rows.values_list("pk", "source__object_id", "target_locale__language_code")
    }
    sources = [entry.rows[tree.source_language] for entry in tree.pages]
    titles = dict(Page.objects.filter(pk__in=sources).values_list("pk", "draft_title"))
    return [
        TextRow(
            page=entry.rows[tree.source_language],
            title=titles.get(entry.rows[tree.source_language], ""),
            kind=entry.kind,
            states=tuple(
                TextState(code, name, entry.rows.get(code), found.get((entry.key, code))) for code, name in others
            ),
        )
        for entry in tree.pages
    ]
