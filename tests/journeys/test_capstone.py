"""A capstone runs through: handed in, given back, handed in better, two who differ, a third who decides, done.

The learner has no scripts, on a phone's width. Whoever has no part in it finds what is not there.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.people import Person
from tests.journeys.site import Site

PLAN = "A plan of tours for four workshops, two days a week."
BETTER = "It costs 340 euros a month, and we count empty kilometres."
BACK = "Say what it costs and how you will know that it works."
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def tell(site: Site, name: str) -> dict[str, Any]:
    told = site.manage("shell", "-v0", "-c", f"from tests.journeys.capstone_cast import {name}; {name}()")
    said: dict[str, Any] = json.loads(told[told.index("{") :])
    return said


class Somebody(Person):
    """Somebody who signs in where they want to go."""

    def __init__(self, page: Page, username: str, passphrase: str) -> None:
        super().__init__(page)
        self._username, self._passphrase = username, passphrase

    def arrive(self, path: str) -> None:
        self.go(f"/en/account/login/?next={path}")
        self.write(self.page.get_by_label("Username or e-mail address"), self._username)
        self.write(self.page.get_by_label("Passphrase", exact=True), self._passphrase)
        self.use("Sign in")

    def attach(self, name: str, content: bytes) -> None:
        self.page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "application/pdf", "buffer": content}
        )


class Assessor(Somebody):
    """Somebody who takes what waits, and judges it."""

    def take(self, title: str) -> str:
        """Open the work in the queue and take it; return its address."""
        self.go("/en/cockpit/marking/")
        self.page.get_by_role("link", name=f"{title} Nadia").click()
        self.use("Take it")
        return self.page.url

    def judge(self, levels: list[str], words: str, *, gives_back: bool = False) -> None:
        for level in levels:
            self.choose(self.page.locator(f'input[value="{level}"]'))
        self.write(self.page.get_by_label("On the whole"), words)
        if gives_back:
            self.choose(self.page.get_by_label("Give it back", exact=False))
        self.use("See what it comes to")
        self.use("Give it back" if gives_back else "Judge it so")
        self.sees_heading(re.compile("wait"))


def test_a_capstone_from_the_first_draft_to_done(site: Site, window: Callable[..., Page]) -> None:
    cast = tell(site, "set_up")
    nadia = Somebody(window(scripts=False, width=320), "nadia", cast["passphrase"])
    people = [
        Assessor(window(scripts=number != 1), name, cast["passphrase"])
        for number, name in enumerate(("first-assessor", "second-assessor", "third-assessor"))
    ]
    first, second, third = people

    nadia.arrive(cast["address"])
    nadia.use("Begin my work")
    nadia.write(nadia.page.get_by_label("Your text"), PLAN)
    nadia.attach("budget.pdf", b"<html>no pdf</html>")
    nadia.use("Save, and look at it")
    nadia.sees("budget.pdf: the name says pdf, and what is in it is something else.")
    assert nadia.page.get_by_label("Your text").input_value() == PLAN
    nadia.attach("budget.pdf", PDF)
    nadia.use("Save, and look at it")
    nadia.sees_heading("Look at your work before you hand it in")
    nadia.use("Hand in my work")
    nadia.sees("A person reads it now.")

    for person in people:
        person.arrive("/en/cockpit/marking/")
    task = first.take(cast["title"])
    stranger = Somebody(window(), "stranger", cast["passphrase"])
    stranger.arrive("/en/cockpit/marking/")
    for path in (task, re.sub("[0-9a-f]{8}-", "00000000-", task), nadia.page.url):
        answer = stranger.page.goto(path)
        assert answer is not None
        assert answer.status == 404
    first.judge(cast["best"], BACK, gives_back=True)

    nadia.go(cast["address"])
    nadia.sees("Given back to you")
    nadia.sees(BACK)
    nadia.use("Improve my work")
    text = nadia.page.get_by_label("Your text")
    assert text.input_value() == PLAN
    nadia.write(text, f"{PLAN}\n\n{BETTER}")
    nadia.use("Save, and look at it")
    nadia.sees("budget.pdf")
    nadia.use("Hand in my work")

    first.take(cast["title"])
    first.judge(cast["best"], "Good: all of it is there now.")
    expect(first.page.get_by_role("link", name=f"{cast['title']} Nadia")).to_have_count(0)
    second.take(cast["title"])
    expect(second.page.locator("#main")).not_to_contain_text("all of it is there now")
    second.judge(cast["worst"], "I cannot find the goals.")
    nadia.go(cast["address"])
    expect(nadia.page.locator("#main")).not_to_contain_text("I cannot find the goals")
    third.take(cast["title"])
    third.sees("all of it is there now")
    third.sees("I cannot find the goals.")
    third.judge(cast["best"], "The goals are in the first sentence. Passed.")

    nadia.go(cast["address"])
    nadia.sees("Your work passed on")
    nadia.sees("The goals are in the first sentence. Passed.")
    assert tell(site, "standing") == {
        "states": ["returned", "passed"],
        "roles": [["first"], ["first", "second", "moderation"]],
        "files": [["budget.pdf"], ["budget.pdf"]],
        "done_by": ["submission"],
    }
