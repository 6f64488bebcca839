"""The addresses of the cockpit and of its programs, read from the URLconf, so that a new one cannot be forgotten."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
OF_THE_COCKPIT = ("<lang>/cockpit/", "api/", "<lang>/api/")


@dataclass(frozen=True)
class CockpitAddress:
    """One line of the URLconf. `parameters`: (name, converter) of each, in order. `name`: with its namespace."""

    route: str
    name: str
    view: Callable[..., object]
    parameters: tuple[tuple[str, str], ...]


@cache
def cockpit_addresses() -> tuple[CockpitAddress, ...]:
    """Return all of them, in the order of the URLconf."""
    with translation.override("en"):
        found = list(_walk(get_resolver(), "", ()))
    return tuple(address for address in found if address.route.startswith(OF_THE_COCKPIT))


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[CockpitAddress]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route, (*spaces, *([pattern.namespace] if pattern.namespace else [])))
        elif isinstance(pattern, URLPattern):
            yield CockpitAddress(
                route=re.sub(r"^en/", "<lang>/", route),
                name=":".join((*spaces, pattern.name or "")),
                view=pattern.callback,
                parameters=tuple((name, kind or "str") for kind, name in _PARAMETER.findall(route)),
            )
