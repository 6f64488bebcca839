"""Every page, file and answer of the cockpit, as every manager: no word of what is not theirs, and foreign is as absent.

The addresses come from the URLconf, the things they name from `leak_world`: a new address is walked without being named
here, and one with a parameter of a new kind fails until its things are in that world.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pypdfium2
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.operations.outbox import sweep_outbox
from tests.cockpit.cockpit_addresses import CockpitAddress, cockpit_addresses
from tests.cockpit.leak_world import ELSEWHERE, MANAGERS, Thing, World, build, make_manager_of_nothing
from tests.people import signed_in

pytestmark = pytest.mark.django_db
_PARAMETER = re.compile(r"<(?:\w+:)?\w+>")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CHANGES = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"')
# `Vary` says whether the session was written in this answer, which it is once in five minutes; `Expires` says the second.
_SKIPPED_HEADERS = {"content-length", "set-cookie", "content-security-policy", "expires", "vary"}
# What stands in an address and is nobody's: tried for everybody.
FREE = {
    "cockpit/import/people.": ("csv", "xlsx"),
    "cockpit/people.": ("csv", "xlsx"),
    "cockpit/people/<>/memberships/<>/": ("learner",),
    "cockpit/certificates/<>/": ("withdraw",),
    "cockpit/certificates/requests/": (str(uuid.UUID(int=0xFACE)),),
    "cockpit/certificates/cohorts/": (str(uuid.UUID(int=0xFACE)),),
    "cockpit/marking/": (str(uuid.UUID(int=0xFACE)),),
}
# Of one address and one manager, where not everything is tried: one, but people, of whom those of several
# organisations come first.
OWN_TRIED = {"cockpit:person": 4}
# By the rules of assessors and registrars, which have tests of their own: to managers all of it is absent.
OF_OTHERS = ("<lang>/cockpit/marking/", "<lang>/cockpit/certificates/")


@dataclass(frozen=True)
class Visit:
    """An address with its values filled in, and for whom it is there; None: for everybody who manages something."""

    address: CockpitAddress
    values: tuple[str, ...]
    seen_by: frozenset[str] | None

    @property
    def absent_values(self) -> list[str]:
        """Return ids that nothing has, in place of all of them."""
        return [str(uuid.UUID(int=0xABCDEF)) if _ID.fullmatch(value) else "absent" for value in self.values]

    @property
    def path(self) -> str:
        return reverse(self.address.name, args=self.values)

    @property
    def absent_path(self) -> str:
        return reverse(self.address.name, args=self.absent_values)


def ways_of(address: CockpitAddress) -> list[str]:
    """Return, for each parameter, the part of the address that leads to it, with those before left out."""
    bare = _PARAMETER.sub("<>", address.route.removeprefix("<lang>/"))
    pieces = bare.split("<>")
    return ["<>".join(pieces[: number + 1]) for number in range(len(pieces) - 1)]


def visits(world: World, address: CockpitAddress) -> Iterator[Visit]:
    choices = []
    for way in ways_of(address):
        free = [Thing(value, "", frozenset({*MANAGERS, ELSEWHERE})) for value in FREE.get(way, ())]
        choices.append(free or world.objects[way])
    for things in product(*choices):
        owners = {thing.owner for thing in things if thing.owner}
        seen_by = (
            frozenset({*MANAGERS, ELSEWHERE}).intersection(*(thing.seen_by for thing in things)) if things else None
        )
        if len(owners) > 1 and seen_by:
            continue  # somebody of several organisations: whether it is there, other tests say
        yield Visit(address, tuple(thing.value for thing in things), seen_by)


@pytest.fixture(scope="module")
def addresses() -> tuple[CockpitAddress, ...]:
    return tuple(address for address in cockpit_addresses() if not address.route.startswith("api/"))


def words_of(answer: Any) -> str:
    """Return all that an answer says: head, body, and the names and texts in files that are packed."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return "\n".join([str(dict(answer.headers)), *_texts(body)])


def _texts(body: bytes) -> Iterator[str]:
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield name
                yield from _texts(archive.read(name))
    elif body.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(body)
        for page in document:
            yield page.get_textpage().get_text_bounded()
    else:
        yield body.decode("utf-8", errors="replace")


def seen_of(answer: Any, asked: Iterable[str]) -> tuple[int, dict[str, str], str]:
    """Return what tells one answer from another, without what is new in every one and what was asked for."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = _CHANGES.sub("", body.decode("utf-8", errors="replace"))
    for value in asked:
        text = text.replace(value, "ID")
    heads = {name: value for name, value in answer.headers.items() if name.lower() not in _SKIPPED_HEADERS}
    return answer.status_code, heads, text


def browsers_of(world: World) -> dict[str, Client]:
    found = {name: signed_in(person) for name, person in world.people.items() if name in MANAGERS}
    found[ELSEWHERE] = signed_in(make_manager_of_nothing())
    for browser in found.values():
        browser.raise_request_exception = False
    return found


def walk(world: World, addresses: tuple[CockpitAddress, ...], *, whole: bool) -> tuple[list[object], set[str]]:
    """Ask for everything as everybody; return what went wrong, and the addresses that answered somebody.

    `whole`: all things, with forms too; else, of each address with ids, one of their own for each manager and a foreign
    one for two of them, who take turns.
    """
    wrong: list[object] = []
    answered: set[str] = set()
    browsers = browsers_of(world)
    for place, address in enumerate(addresses):
        found = list(visits(world, address))
        for turn, (manager, browser) in enumerate(browsers.items()):
            is_closed = manager in {"m-gone"}
            foreign = [visit for visit in found if visit.seen_by is not None and manager not in visit.seen_by]
            own = [visit for visit in found if visit not in foreign]
            methods = ("get", "post")
            if not whole:
                own = own[: OWN_TRIED.get(address.name, 1)]
                turns = (turn - place) % len(browsers)
                foreign = foreign[turn % len(foreign) :][:1] if foreign and turns in {0, 3} else []
                methods = methods if turns == 0 else ("get",)
            absent: dict[str, tuple[int, dict[str, str], str]] = {}
            for visit in own:
                answer = browser.get(visit.path)
                if answer.status_code >= 500:
                    wrong.append((manager, visit.path, answer.status_code))
                if answer.status_code in {200, 302, 303} and not is_closed:
                    answered.add(address.route)
                if words := world.foreign(manager, words_of(answer)):
                    wrong.append((manager, visit.path, words))
            for visit in foreign:
                for method in methods:
                    if method not in absent:
                        absent[method] = seen_of(getattr(browser, method)(visit.absent_path), visit.absent_values)
                    here = seen_of(getattr(browser, method)(visit.path), visit.values)
                    if here != absent[method] or here[0] not in {404, 405}:
                        wrong.append(
                            (manager, method, visit.path, here[0], absent[method][0], "foreign is not as absent")
                        )
    return wrong, answered


def test_no_manager_reads_a_word_of_what_is_not_theirs(addresses) -> None:
    world = build()
    unknown = {way for one in addresses for way in ways_of(one) if not world.objects.get(way) and way not in FREE}
    assert unknown == set(), "say what these lead to in tests/cockpit/leak_world.py: world.add(way, id, owner, who)"

    wrong, answered = walk(world, addresses, whole=False)

    assert wrong == [], "\n".join(map(str, wrong))
    silent = [one.route for one in addresses if one.route not in answered and not one.route.startswith(OF_OTHERS)]
    assert [route for route in silent if not route.endswith(ACTS)] == [], (
        "no manager of the world got an answer here: is the thing in leak_world really there for them?"
    )


# Addresses of forms alone, which answer a GET with 405 or nothing, or want parameters.
ACTS = (
    "/again/",
    "/back/",
    "/revoke/",
    "/make/",
    "/anew/",
    "/stop/",
    "/undo/",
    "/remove/",
    "/sheet.xlsx",
    "/join-requests/<uuid:public_id>/",
)


@pytest.mark.full
def test_no_manager_reads_a_word_of_what_is_not_theirs_with_every_foreign_thing_and_every_form(addresses) -> None:
    wrong, _answered = walk(build(), addresses, whole=True)

    assert wrong == [], "\n".join(map(str, wrong))


def test_a_foreign_place_in_the_query_is_as_an_absent_one(addresses) -> None:
    world = build()
    browser = signed_in(world.people["m-alder"])
    nowhere = str(uuid.UUID(int=0xABCDEF))
    wrong = []
    for address in addresses:
        if address.parameters or address.route.startswith(OF_OTHERS):
            continue
        path = reverse(address.name)
        absent = seen_of(browser.get(f"{path}?of={nowhere}"), [nowhere])
        for place in (world.organisations["birch"], world.clusters["south"], world.clusters["north"]):
            answer = seen_of(browser.get(f"{path}?of={place.public_id}"), [str(place.public_id)])
            if answer != absent or answer[0] != 404:
                wrong += [(path, place.name, answer[0])]
    assert wrong == []


def test_a_program_reads_its_organisation_and_nothing_else() -> None:
    world = build()
    wrong = []
    for manager, token in world.tokens.items():
        for address in cockpit_addresses():
            if not address.route.startswith("api/") or address.parameters:
                continue
            path = reverse(address.name)
            for query in ("", "?from=2026-11-01&until=2026-11-24"):
                answer = Client().get(path + query, headers={"Authorization": f"Bearer {token}"})
                if answer.status_code >= 500 or (words := world.foreign(manager, words_of(answer))):
                    wrong.append((manager, path + query, answer.status_code, words))
    assert wrong == []


def test_mails_about_one_organisation_hold_nothing_of_another() -> None:
    """Whatever building the world posted, and each pack's own mail: read by its receiver's rights."""
    world = build()
    sweep_outbox(at=timezone.now())
    by_address = {person.email: name for name, person in world.people.items() if name in MANAGERS}
    wrong = [
        (message.to, words)
        for message in mail.outbox
        for address in message.to
        if (name := by_address.get(address))
        and (words := world.foreign(name, f"{message.subject}\n{message.body}\n{message.alternatives}"))
    ]
    assert wrong == []
