"""Journeys run in Chromium against a running copy of the portal; one copy serves them all."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.site import Site, running_site

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What is walked once more on SQLite, as a small site runs: the way to a certificate, and what happens when a connection
# or a session ends. Keys and scripts are the browser's, whatever the database.
ON_BOTH_DATABASES = {"test_learner.py", "test_interruptions.py"}
WAYS_OF_THE_BROWSER = ("[with scripts]", "[by keyboard alone]")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey: in the browser, in one process, for they share one site; a few on both databases."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if item.path.name in ON_BOTH_DATABASES and not item.name.endswith(WAYS_OF_THE_BROWSER):
                item.add_marker(pytest.mark.both_databases)
            item.add_marker(pytest.mark.xdist_group("site"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal as `make run` serves it."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Visits:
    """Opens browser windows on the site, and notes what no page of ours may do."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser = browser
        self._site = site
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, *, scripts: bool = True, width: int = 1280, dark: bool = False, language: str = "en-GB") -> Page:
        """Return a new window of somebody new: no cookies, nothing in the cache."""
        context = self._browser.new_context(
            base_url=self._site.base_url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale=language,
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", lambda request: self._note_request(request.url))
        return page

    def _note(self, text: str) -> None:
        # A 404 or 403 that a journey asks for is a console line in Chromium and no fault.
        if "Failed to load resource" not in text:
            self.complaints.append(text)

    def _note_request(self, url: str) -> None:
        if not url.startswith((self._site.base_url, "data:", "blob:", "about:")):
            self.complaints.append(f"asked another host: {url}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def visits(chromium: Browser, site: Site) -> Iterator[Visits]:
    """Windows of people; at the end no page broke its own content policy, ran into an error or asked another host."""
    visits = Visits(chromium, site)
    yield visits
    visits.close()
    assert visits.complaints == []


@pytest.fixture
def window(visits: Visits) -> Callable[..., Page]:
    """Open a window: `window(scripts=False, width=320)`."""
    return visits.open
