"""What a reader may narrow the list by: plain query parameters, unknown ones and unknown values left aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Sector, SizeBand
from case_studies.models import CostBand, Country, SetupTime, ToolCategory
from courses.models.vocabularies import Audience


@dataclass(frozen=True, slots=True)
class Facet:
    """A query parameter, its heading, and its values with their labels in the order in which they are shown."""

    name: str
    heading: Any
    labels: Mapping[str, Any]


FACETS: tuple[Facet, ...] = (
    Facet("sector", _("Work"), dict(Sector.choices)),
    Facet("cost", _("Cost of the first year"), dict(CostBand.choices)),
    Facet("setup", _("Set-up"), dict(SetupTime.choices)),
    Facet("size", _("Team"), dict(SizeBand.choices)),
    Facet("tool", _("Kind of tool"), dict(ToolCategory.choices)),
    Facet("for", _("For whom"), dict(Audience.choices)),
    Facet("country", _("Country"), dict(Country.choices)),
)


def chosen_values(query: QueryDict) -> dict[str, frozenset[str]]:
    """Return the values a reader chose, by facet; only such as exist."""
    return {facet.name: frozenset(query.getlist(facet.name)) & frozenset(facet.labels) for facet in FACETS}


def query_string(chosen: Mapping[str, frozenset[str]], *, toggle: tuple[str, str] | None = None) -> str:
    """Return the query string of a choice, with one value put in or taken out; always in the same order."""
    query = QueryDict(mutable=True)
    for facet in FACETS:
        values = chosen.get(facet.name, frozenset())
        if toggle and toggle[0] == facet.name:
            values = values ^ {toggle[1]}
        query.setlist(facet.name, [value for value in facet.labels if value in values])
    return query.urlencode()
