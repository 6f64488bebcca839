"""Every address below /cms/, as every group, with things that exist: nothing outside one's own, nothing about learners.

Who may reach what is the table in docs/editors/rights.md. What is refused is asked for once; what is allowed is looked
at for words of a learner and, as a partner editor, for words from outside the section.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client, override_settings
from wagtail.models import Page

from tests.conftest import INDEXES_AT_ONCE
from tests.portal.admin_world import FOREIGN, LEARNERS_WORDS, Things, World
from tests.portal.test_access import Address, addresses

pytestmark = pytest.mark.indexed

TABLE = Path(__file__).parents[2] / "docs" / "editors" / "rights.md"
GROUPS = ("editor", "reviewer", "translator", "partner", "operator")
OUTSIDE = ("visitor", "learner", "manager", "assessor", "registrar")
"""Who has no business in the CMS."""
FOR_EVERYBODY = {"login/", "jsi18n/", "sprite/"}
"""Addresses that show nothing of the site's own."""
LIMITED = ("translator", "partner")
"""Groups for whom not every object is theirs."""
LOOKS_AT_ALL = {"editor", *LIMITED}
"""Groups for whom every page is searched for words; of the others one page a line is asked for."""
DELIBERATE = {"cms/failwhale/"}
SIGNS_OUT = {"cms/logout/"}  # at any request
PLACE = re.compile(r"<(?:\w+:)?\w+>")
REGEX_PLACES = re.compile(r"\(\?P<\w+>[^)]*\)|\([^)]*\)")
YES, OWN, NEVER = "yes", "own", "–"


@dataclass(frozen=True)
class Line:
    """One line of the table: an address, and who reaches what it leads to."""

    address: str
    may: dict[str, str]

    def fits(self, route: str) -> bool:
        return fnmatchcase(route, self.address)


def table() -> list[Line]:
    """Return the lines of the table of addresses."""
    lines = []
    for row in TABLE.read_text(encoding="utf-8").split("## Every address")[1].splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")] if row.startswith("| `") else []
        if cells:
            assert set(cells[2:]) <= {YES, OWN, NEVER}, row
            lines.append(Line(cells[0].strip("`"), dict(zip(GROUPS, cells[2:], strict=True))))
    return lines


def written(route: str) -> str:
    """Return a route below /cms/ as the table writes it: each place as ID, signs of regular expressions left out."""
    plain = PLACE.sub("ID", REGEX_PLACES.sub("ID", route.removeprefix("cms/")))
    return re.sub(r"\\Z|[\^$\\]", "", plain)


def cms_addresses() -> Iterator[tuple[Address, Line]]:
    """Yield each address of the CMS once, with the line that holds for it."""
    lines, seen = table(), set()
    for address in addresses():
        if address.route.startswith("cms/") and address.route not in seen:
            seen.add(address.route)
            yield address, next(line for line in lines if line.fits(written(address.route)))


def path_of(address: Address, world: World, things: Things, group: str) -> str:
    """Return the address of things that exist; where the route is a regular expression, one that leads nowhere."""
    if REGEX_PLACES.search(address.route):
        return world.compared(address, things)
    values = world.values(address.route, things, world.people[group])
    return "/" + PLACE.sub(lambda _match: next(values), address.route).replace("^", "").replace("$", "")


def is_turned_away(answer: Any, *, wrote: bool = False) -> bool:
    """Say whether an answer gives nothing: what is absent, refused, or leads to the first page or to sign in.

    A redirect shows nothing; of a POST it may say that something was done.
    """
    if answer.status_code in {301, 302, 303}:
        location = answer.headers["Location"]
        return not wrote or location == "/cms/" or "/login/" in location
    return answer.status_code in {403, 404, 405}


def words_in(answer: Any, words: tuple[str, ...]) -> list[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode("utf-8", errors="replace").lower()
    return [word for word in words if word in text]


def around(answer: Any, word: str) -> str:
    """Return what stands around a word, to see where it comes from."""
    text = answer.content.decode("utf-8", errors="replace") if not answer.streaming else ""
    place = text.lower().find(word)
    return " ".join(text[max(place - 120, 0) : place + 60].split())


def browser_of(world: World, group: str) -> Client:
    browser = Client(raise_request_exception=False)
    if person := world.people[group]:
        browser.force_login(person)
    return browser


def counts() -> dict[str, int]:
    """Return how many rows there are of everything an address might make or delete."""
    # What looking at something leaves behind: sizes of pictures, who has a page open.
    left_out = {"Session", "UserProfile", "EditingSession", "FormState", "PictureRendition", "PageSubscription"}
    models = [model for model in apps.get_models() if model.__name__ not in left_out and model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in models}


def pages_as_they_are(things: Things) -> list[dict[str, Any]]:
    home = things.page.get_ancestors().get(depth=4)
    return list(Page.objects.filter(path__startswith=home.path).order_by("path").values())


def test_every_address_has_a_line_that_says_who_reaches_it():
    lines = table()[:-1]  # the last one is for what leads nowhere
    unsaid = [
        address.route
        for address in addresses()
        if address.route.startswith("cms/")
        and address.route != "cms/^.*/$"
        and not any(line.fits(written(address.route)) for line in lines)
    ]
    assert unsaid == [], "docs/editors/rights.md says nothing of these"


def test_every_line_is_needed():
    routes = [written(address.route) for address in addresses() if address.route.startswith("cms/")]
    lines = table()
    used = {next(line.address for line in lines if line.fits(route)) for route in routes}
    assert [line.address for line in lines if line.address not in used] == []


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker, tmp_path_factory):
    """A site with something of every kind, made once for the module and taken back at its end."""
    folder = tmp_path_factory.mktemp("rights")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder, TASKS=INDEXES_AT_ONCE), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(everything, db) -> World:
    """The same site for every test; what one changes is taken back."""
    return everything


def test_who_has_no_business_in_the_cms_gets_nowhere(world):
    surprises = []
    before = counts()
    for group in OUTSIDE:
        browser, tried = browser_of(world, group), set()
        for address, line in cms_addresses():
            # All of them are stopped at the same door: for three of the groups, one address of each line says so.
            seen = group not in {"visitor", "learner"} and line.address in tried
            if seen or line.address in FOR_EVERYBODY or address.route in SIGNS_OUT:
                continue
            tried.add(line.address)
            path = path_of(address, world, world.foreign, group)
            answers = [browser.get(path), *([browser.post(path)] if group == "learner" else [])]
            surprises += [
                (group, path, answer.status_code) for answer in answers if not is_turned_away(answer, wrote=True)
            ]
    assert surprises == [], "\n".join(map(str, surprises))
    assert counts() == before


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_reaches_what_the_table_says_and_no_more(world, group):
    browser = browser_of(world, group)
    before, pages = counts(), pages_as_they_are(world.foreign)
    surprises: list[tuple[Any, ...]] = []
    reached: set[str] = set()
    asked: set[str] = set()
    for address, line in cms_addresses():
        may = line.may[group]
        if may in {NEVER, OWN}:
            foreign = path_of(address, world, world.foreign_to(group), group)
            own = path_of(address, world, world.own_of(group), group)
            if may == NEVER or foreign != own:
                refused = [browser.get(foreign), browser.post(foreign)]
                for method, answer in zip(("GET", "POST"), refused, strict=True):
                    turned_away = is_turned_away(answer, wrote=method == "POST")
                    is_told = group == "partner" and words_in(answer, (FOREIGN,))
                    if not (turned_away or answer.status_code == 400 or address.route in DELIBERATE) or is_told:
                        surprises.append((method, foreign, answer.status_code, answer.headers.get("Location")))
        if may == NEVER or address.route in SIGNS_OUT or (group not in LOOKS_AT_ALL and line.address in reached):
            continue
        path = path_of(address, world, world.own_of(group), group)
        answer = browser.get(path)
        asked.add(line.address) if answer.status_code != 405 else None
        if answer.status_code == 200:
            reached.add(line.address)
        if answer.status_code >= 500 and address.route not in DELIBERATE:
            surprises.append(("GET", path, answer.status_code))
        secret = (*LEARNERS_WORDS, FOREIGN) if group == "partner" else LEARNERS_WORDS
        if group != "operator" and (found := words_in(answer, secret)):
            surprises.append(("GET", path, answer.status_code, found, around(answer, found[0])))
    surprises += [("never reached", name) for name in sorted(asked - reached - world.leads_elsewhere)]
    assert surprises == [], "\n".join(map(str, surprises))
    assert pages_as_they_are(world.foreign) == pages
    after = counts()
    assert {name: after[name] - count for name, count in before.items() if after[name] != count} == {}
