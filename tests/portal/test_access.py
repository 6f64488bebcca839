"""Every address, as every role: generated from the URLconf, so that a new address cannot be forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from foundation.access import Access
from portal.access import declared_access
from tests.people import make_demo_people

pytestmark = pytest.mark.indexed

ABSENT = {
    "int": "987654",
    "uuid": str(UUID(int=0xABCDEF)),
    "slug": "absent",
    "str": "absent",
    "path": "absent",
}
# Regular expressions of packages, as an address that is absent.
ABSENT_FOR_REGEX = {r"(\d+)": "987654", r"(.*)": "absent.txt", r"((?:[\w\-]+/)*)": "absent/"}
# Changes nothing, and visitors, who get no cookie, use it (`certificates.views.file_check`).
NEEDS_NO_TOKEN = {"<lang>/verify/file/"}
EDITORS = {"editor", "reviewer", "operator"}
OPERATORS = {"operator"}
MANAGERS = {"manager", "manager2"}
# Answers 500 on purpose, for editors to see what that looks like; and 503 while no worker runs, as in this test.
DELIBERATE = {("cms/failwhale/", 500), ("readyz", 503)}


@dataclass(frozen=True)
class Address:
    """One line of the URLconf: its route, a path of that form that leads to nothing, and who may use it."""

    route: str
    path: str
    access: Access | None


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        else:
            yield route, pattern


def _absent_path(route: str) -> str:
    """Return a path that the route takes, of objects that do not exist."""
    path = re.sub(r"<str:pk>", ABSENT["int"], route)  # Wagtail's choosers: a number, though the route says text
    path = re.sub(r"<(?:(\w+):)?\w+>", lambda match: ABSENT.get(match.group(1) or "str", "absent"), path)
    for regex, text in ABSENT_FOR_REGEX.items():
        path = path.replace(regex, text)
    path = re.sub(
        r"\(\?P<\w+>\(?([^()|]+)[^)]*\)\)?",
        lambda match: "absent" if "\\" in match[1] or "." in match[1] or "[" in match[1] else match[1],
        path,
    )
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "").replace("?", "")


def addresses() -> list[Address]:
    found = []
    with translation.override("en"):  # the first part of an address is the language in force
        routes = list(_walk(get_resolver()))
    for route, pattern in routes:
        written = re.sub(r"^en/", "<lang>/", route)
        found.append(Address(written, _absent_path(route), declared_access(written, pattern.callback)))
    return found


def test_every_address_says_who_may_use_it() -> None:
    assert [address.route for address in addresses() if address.access is None] == []


def test_an_address_that_says_nothing_is_found() -> None:
    assert declared_access("<lang>/something-new/", lambda request: None) is None


def _is_turned_away(path: str, status: int, location: str) -> bool:
    """Say whether an answer opens nothing: absent, refused, sent to sign in, or to the same address in a language."""
    if status in {301, 302, 303}:
        return "login" in location or location.endswith("/cms/") or location.rstrip("/") == f"/en{path}".rstrip("/")
    return status in {401, 403, 404, 405}


def _opens(address: Address, name: str) -> bool:
    """Say whether an address opens something to a role, for objects that do not exist."""
    match address.access:
        case Access.EVERYONE:
            return True
        case Access.SIGNED_IN:
            return name != "visitor"
        case Access.OWN:  # without an id in the address, one's own is always there
            return name != "visitor" and "<" not in address.route.removeprefix("<lang>/")
        case Access.MANAGERS:  # as one's own; the first page leads who only assesses to their queue
            leads_on = address.route == "<lang>/cockpit/" and name == "assessor"
            return leads_on or (name in MANAGERS and "<" not in address.route.removeprefix("<lang>/"))
        case Access.EDITORS:
            return name in EDITORS
        case Access.OPERATORS:
            return name in OPERATORS
    return False


@pytest.mark.django_db
def test_each_address_answers_each_role_as_declared() -> None:
    people = make_demo_people()
    clients = {"visitor": Client()}
    for name, person in people.items():
        if name in {"learner2", "graduate", "manager2"}:
            continue  # the same rights as learner and manager
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(person)
    clients["visitor"].raise_request_exception = False
    surprises = []
    for address in addresses():
        for name, client in clients.items():
            is_asked_for_head = name in {"visitor", "manager"} and address.access not in {
                Access.EDITORS,
                Access.OPERATORS,
            }
            for method in ("GET", "HEAD") if is_asked_for_head else ("GET",):
                if name != "visitor" and not client.cookies[settings.SESSION_COOKIE_NAME].value:
                    client.force_login(people[name])  # Wagtail's sign-out address drops the cookie at any request
                answer = client.generic(method, address.path)
                status, location = answer.status_code, answer.headers.get("Location", "")
                if status >= 500 and (address.route, status) not in DELIBERATE:
                    surprises.append((name, method, address.route, status))
                if _opens(address, name):
                    continue
                if not _is_turned_away(address.path, status, location):
                    surprises.append((name, method, address.route, status, location))
                if address.access in {Access.OWN, Access.MANAGERS} and name != "visitor" and status not in {404, 405}:
                    surprises.append((name, method, address.route, status, location, "foreign and absent are 404"))
    assert surprises == [], "\n".join(map(str, surprises))


@pytest.mark.django_db
def test_no_address_takes_a_form_without_its_token() -> None:
    people = make_demo_people()
    surprises = []
    for name in ("learner", "operator"):
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(people[name])
        for address in addresses():
            if address.route in NEEDS_NO_TOKEN:
                continue
            answer = client.post(address.path)
            if answer.status_code not in {301, 302, 403, 404, 405}:
                surprises.append((name, address.route, answer.status_code))
    assert surprises == [], "\n".join(map(str, surprises))
