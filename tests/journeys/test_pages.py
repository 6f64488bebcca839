"""What holds for every kind of page: accessible, sound HTML, small, still readable on the narrowest phone."""

import gzip
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Visits
from tests.journeys.screens import SCREENS, Screen, sign_in
from tests.journeys.site import ROOT, Site

AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
CONTRAST_ONLY = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""For dark windows: the page is the same, its colours are not."""
IS_THERE = "0"
"""In place of the script of axe, where the page has it."""
CSS_BUDGET = 14_000
SCRIPT_BUDGET = 4_000
WINDOWS = [(320, False), (320, True), (1280, False)]
"""Dark at one width only: colours are the same at all."""


@pytest.fixture(scope="module")
def windows(chromium: Browser, site: Site) -> Iterator[Visits]:
    """Windows that stay open: a sign-in and an empty cache for each screen would take as long as looking at it."""
    windows = Visits(chromium, site)
    yield windows
    windows.close()


@pytest.fixture(scope="module")
def window_of(windows: Visits) -> Callable[[str], Page]:
    """Return the window of somebody with an account, signed in; a new one for every visitor."""
    pages: dict[str, Page] = {}

    def find(account: str) -> Page:
        if account not in pages:
            page = windows.open(width=320)
            if not account:
                return page
            sign_in(page, account)
            page.wait_for_url(lambda url: "/login/" not in url)
            pages[account] = page
        return pages[account]

    return find


@pytest.fixture
def shown(windows: Visits, window_of: Callable[[str], Page], site: Site) -> Iterator[Callable[[Screen], Page]]:
    """Open a screen as who may see it, on a phone; it does not break the site's own rules for what it loads."""

    def show(screen: Screen) -> Page:
        page = window_of(screen.account)
        page.set_viewport_size({"width": 320, "height": 900})
        screen.open(page, site)
        return page

    windows.complaints.clear()
    yield show
    assert windows.complaints == []


def _violations(page: Page, axe: Axe, options: dict[str, Any]) -> Iterator[str]:
    for violation in axe.run(page, options=options).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:160]}"


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Return the HTML of screens that were opened, by their names."""
    return {}


def source_of(page: Page) -> str:
    return str(page.context.request.get(page.url).text())


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_page_is_accessible_and_no_wider_than_its_window_and_stays_inside_its_bytes(
    screen: Screen, shown: Callable[[Screen], Page], sources: dict[str, str]
) -> None:
    found = []
    page = shown(screen)
    source = sources[screen.name] = source_of(page)  # the HTML checker need not open it again
    size = len(gzip.compress(source.encode(), 9))
    if size > screen.budget:
        found.append(f"{size} bytes, compressed; its budget is {screen.budget}")
    axe = Axe()
    for width, dark in WINDOWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        # As tall as the page: a bar that sticks to the lower edge covers whatever happens to be scrolled under it.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": height})
        found += [
            f"{width} px, {'dark' if dark else 'light'}: {text}"
            for text in _violations(page, axe, CONTRAST_ONLY if dark else AXE_OPTIONS)
        ]
        axe = Axe(IS_THERE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{width} px: {wide} px wide")
    assert found == []


def test_style_sheet_and_script_stay_inside_their_bytes(site: Site) -> None:
    sheet = (site.var / "joined" / "site.css").read_bytes()
    # Those of the CMS are loaded there alone.
    paths = sorted(path for path in (ROOT / "static" / "js").glob("*.js") if not path.name.startswith("cms-"))
    scripts = b"".join(path.read_bytes() for path in paths)

    assert len(gzip.compress(sheet, 9)) <= CSS_BUDGET
    assert len(sheet) <= 70_000
    assert len(gzip.compress(scripts, 9)) <= SCRIPT_BUDGET


def test_html_is_valid(site: Site, shown: Callable[[Screen], Page], sources: dict[str, str]) -> None:
    """Every page by the HTML checker of package.json; Node comes with the machine."""
    if shutil.which("node") is None:
        pytest.fail("Node is missing: the HTML checker needs it. Install Node 20 or newer, then `make test`.")
    folder = site.var / "html"
    folder.mkdir(exist_ok=True)
    for screen in SCREENS:
        source = sources.get(screen.name) or source_of(shown(screen))
        (folder / f"{screen.name.replace(' ', '-')}.html").write_text(source)

    report = site.var / "html.json"  # a pipe would cut a long report short
    checker = ROOT / "node_modules" / ".bin" / "html-validate"
    done = subprocess.run(
        [checker, "--formatter", f"json={report}", "--config", ROOT / ".htmlvalidate.json", folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )

    messages = [
        f"{result['filePath'].rsplit('/', 1)[-1]}:{message['line']}: {message['ruleId']}: {message['message']}"
        for result in json.loads(report.read_text())
        for message in result["messages"]
    ]
    assert messages == []
    assert done.returncode == 0, done.stderr
