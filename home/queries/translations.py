"""Public texts that lack their translation, by language."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info, gettext
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from accounts.models import User
from home.models import HomePage
from home.queries.waiting import Part, Waiting, WaitingRow, rows_of_pages
from home.rules.waiting import PublicPage, Untranslated, untranslated


@dataclass(frozen=True, slots=True)
class LanguageLacks:
    """How many public texts a language lacks, and of how many it has an older text than their source."""

    code: str
    name: str
    missing_count: int
    stale_count: int

    @property
    def count(self) -> int:
        return self.missing_count + self.stale_count


def lacking_by_language(person: User) -> list[LanguageLacks]:
    """Return the languages that lack something this person may see to, in the site's order. Cost: 3 queries."""
    lacking = _lacking(person)
    return [
        LanguageLacks(
            code=code,
            name=get_language_info(code)["name_local"],
            missing_count=sum(not entry.is_out_of_date for entry in lacking if entry.language == code),
            stale_count=sum(entry.is_out_of_date for entry in lacking if entry.language == code),
        )
        for code, _name in settings.LANGUAGES
        if any(entry.language == code for entry in lacking)
    ]


def lacking_in(person: User, *, language: str, part: Part) -> Waiting:
    """Return the texts that a language lacks, in the order of the tree; each leads to where it is written.

    Cost: 5 queries.
    """
    lacking = [entry for entry in _lacking(person) if entry.language == language]
    shown = {entry.source_pk: entry for entry in part.of(lacking)}

    def words(page: Page) -> str:
        entry = shown[page.pk]
        if entry.is_out_of_date:
            return gettext("Out of date: its source was published again since")
        return gettext("Begun, not public") if entry.page_pk else gettext("Missing")

    urls = {number: _url(entry) for number, entry in shown.items()}
    stale = [number for number, entry in shown.items() if entry.is_out_of_date]
    return Waiting(len(lacking), rows_of_pages(shown, words, urls=urls, care=stale))


def language_rows(lacks: list[LanguageLacks], *, url: str) -> tuple[WaitingRow, ...]:
    """Return a row a language, in words."""
    rows = []
    for language in lacks:
        said = []
        if language.missing_count:
            said.append(gettext("%(count)s missing") % {"count": language.missing_count})
        if language.stale_count:
            said.append(gettext("%(count)s out of date") % {"count": language.stale_count})
        rows.append(WaitingRow(language.name, language.code, f"{url}?language={language.code}", words=" · ".join(said)))
    return tuple(rows)


def _url(entry: Untranslated) -> str:
    """Return where the text is written, or where its translation is begun."""
    if entry.page_pk:
        return reverse("wagtailadmin_pages:edit", args=[entry.page_pk])
    address = reverse("wagtail_localize:submit_page_translation", args=[entry.source_pk])
    return f"{address}?select_locale={entry.language}"


def _lacking(person: User) -> list[Untranslated]:
    """Return what the languages that have a public home page lack, as far as this person may see to it.

    That is so where they may change the text in its source language, or the home page of the language. Cost: 3 queries.
    """
    rows = list(
        Page.objects.filter(depth__gte=2, alias_of=None)
        .order_by("path")
        .values_list("pk", "translation_key", "locale__language_code", "live", "last_published_at", "path")
    )
    homes = dict(
        HomePage.objects.filter(live=True, depth=2).order_by("path").values_list("locale__language_code", "path")
    )
    paths = {row[0]: row[-1] for row in rows}
    written = None if person.is_superuser else _written_by(person)

    def may_see_to(entry: Untranslated) -> bool:
        return (
            written is None or paths[entry.source_pk].startswith(written) or homes[entry.language].startswith(written)
        )

    return [entry for entry in untranslated((PublicPage(*row[:-1]) for row in rows), homes) if may_see_to(entry)]


def _written_by(person: User) -> tuple[str, ...]:
    """Return the paths below which somebody may change pages. Cost: 1 query a person, whatever asks after it."""
    return tuple(
        right.page.path
        for right in page_permission_policy.get_cached_permissions_for_user(person)
        if right.permission.codename == "change_page"
    )
