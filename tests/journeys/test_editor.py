"""An editor makes a course in the CMS with mouse and keyboard only, and a learner takes it at once."""

import re
from collections.abc import Callable

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.people import Person
from tests.journeys.screens import sign_in
from tests.journeys.site import DEMO_PASSWORD

COURSE = "Mending a sleeve"
LESSON = "Thread a needle"
QUIZ = "Quiz: needle and thread"
ADDRESS = "/en/courses/mending-a-sleeve/"
KINDS = ("One right answer", "Several right answers", "True or false")


class Editor(Person):
    """Somebody at work in the CMS. Every page is reached as people reach it, by links and buttons."""

    def sign_in_to_cms(self) -> None:
        self.go("/cms/")
        self.write(self.page.get_by_label("Username or e-mail address"), "editor")
        self.write(self.page.get_by_label("Passphrase", exact=True), DEMO_PASSWORD)
        self.use("Sign in")
        expect(self.page).to_have_title(re.compile("Dashboard"))

    def begin_below(self, kind: str | None = None) -> None:
        """From a page's list of pages, begin a new one below it."""
        self.press(self.page.get_by_role("link", name="Add child page").first)
        if kind:
            self.press(self.page.get_by_role("link", name=re.compile(f"^{kind}")).first)
        expect(self.field("Title", of=self.page.locator("#tab-content"))).to_be_visible()

    def field(self, label: str, *, of: Locator | None = None) -> Locator:
        """Return the last field of this label: the one that was just added."""
        place = of or self.page.locator("main")
        return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")).last

    def write_rich(self, place: Locator, text: str) -> None:
        """Write into a rich text field, which is no plain field."""
        area = place.locator(".public-DraftEditor-content").last
        area.click()
        self.page.keyboard.type(text)

    def add(self, words: str, *, of: Locator | None = None) -> None:
        """Press an add button below a list."""
        self.press((of or self.page.locator("main")).get_by_role("button", name=words).last)

    def add_block(self, kind: str) -> Locator:
        """Add a block at the end of the page's content, and return its part of the form."""
        blocks = self.page.locator("main .w-field--stream_field > [data-streamfield-stream-container] > div")
        self.press(self.page.get_by_role("button", name="Insert a block").last)
        self.page.keyboard.type(kind)
        self.page.keyboard.press("Enter")
        assert blocks is not None
        return self.page.locator("main section.w-panel--nested").last

    def save_draft(self) -> None:
        self.use("Save draft")
        expect(self.page.locator(".messages")).to_contain_text(re.compile("saved|created"))

    def publish(self) -> None:
        self.use("More actions")
        self.page.get_by_role("button", name="Publish", exact=True).click()
        expect(self.page.locator(".messages")).to_contain_text("published")

    def go_to(self, title: str) -> None:
        """From a list of pages, open the list below one of them."""
        self.press(self.page.get_by_role("link", name=f"Explore child pages of '{title}'"))
