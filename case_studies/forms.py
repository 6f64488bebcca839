"""What a reader may narrow the list by: plain query parameters, unknown ones and unknown values left aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.models import Sector, SizeBand
from case_studies.models import CostBand, Country, SetupTime, ToolCategory
from courses.models.vocabularies import Audience, Framework
from courses.queries.vocabularies import competence_label
from courses.rules.frameworks import frameworks


@dataclass(frozen=True, slots=True)
class Facet:
    """A query parameter, its heading, and its values with their labels in the order in which they are shown."""

    name: str
    heading: Any
    labels: Mapping[str, Any]


def _competence_words(framework: str, version: str, code: str) -> str:
    label = competence_label(framework, version, code, get_language() or settings.LANGUAGE_CODE)
    return f"{label} ({Framework(framework).label} {code})"


def _competences() -> dict[str, Any]:
    """Return the competences of all frameworks, each under the words of the newest version we have of it."""
    newest: dict[str, Any] = {}
    for (framework, version), entry in sorted(frameworks().items()):
        if framework in Framework.values:
            for competence in entry["competences"]:
                words = lazy(_competence_words, str)(framework, version, competence["code"])
                newest[f"{framework}-{competence['code']}"] = words
    return newest


FACETS: tuple[Facet, ...] = (
    Facet("sector", _("Work"), dict(Sector.choices)),
    Facet("cost", _("Cost of the first year"), dict(CostBand.choices)),
    Facet("setup", _("Set-up"), dict(SetupTime.choices)),
    Facet("size", _("Team"), dict(SizeBand.choices)),
    Facet("tool", _("Kind of tool"), dict(ToolCategory.choices)),
    Facet("for", _("For whom"), dict(Audience.choices)),
    Facet("country", _("Country"), dict(Country.choices)),
    Facet("competence", _("What one needs to know"), _competences()),
    Facet(
        "language",
        _("Language of the story"),
        {code: get_language_info(code)["name_local"].capitalize() for code, _name in settings.LANGUAGES},
    ),
)
SORT_LABELS: Mapping[str, Any] = {
    "": _("As the editors put them"),
    "newest": _("Newest first"),
    "cost": _("Least cost first"),
    "setup": _("Quickest to set up first"),
    "team": _("Smallest team first"),
}
LAST_PAGE = 10_000


def chosen_values(query: QueryDict) -> dict[str, frozenset[str]]:
    """Return the values a reader chose, by facet; only such as exist."""
    return {facet.name: frozenset(query.getlist(facet.name)) & frozenset(facet.labels) for facet in FACETS}


def chosen_sort(query: QueryDict) -> str:
    """Return the order a reader chose, "" for the editors' own and for a word that is none."""
    word = query.get("sort", "")
    return word if word in SORT_LABELS else ""


def chosen_page(query: QueryDict) -> int:
    """Return which page of the list is asked for, 1 for what is no number."""
    words = query.get("page", "")
    return min(max(int(words), 1), LAST_PAGE) if words.isascii() and words.isdigit() and len(words) < 6 else 1


def query_string(
    chosen: Mapping[str, frozenset[str]],
    *,
    toggle: tuple[str, str] | None = None,
    sort: str = "",
    page: int = 1,
) -> str:
    """Return the query string of a choice, with one value put in or taken out; always in the same order."""
    query = QueryDict(mutable=True)
    for facet in FACETS:
        values = chosen.get(facet.name, frozenset())
        if toggle and toggle[0] == facet.name:
            values = values ^ {toggle[1]}
        query.setlist(facet.name, [value for value in facet.labels if value in values])
    if sort:
        query["sort"] = sort
    if page > 1:
        query["page"] = str(page)
    return query.urlencode()
