"""The guides of docs/editors/, followed in the browser: what a step calls by name is on the screen, and its picture is taken.

A name of something on the screen is bold in a numbered step; nothing else is. A picture is named in the step that it
belongs to. `make editors-pictures` puts the pictures of a run beside the guides.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Frame, Locator, Page

from tests.journeys.site import ROOT

GUIDES = ROOT / "docs" / "editors"
KEPT = GUIDES / "pictures"
TAKEN = ROOT / "var" / "editors-pictures"
SIZE = {"width": 1280, "height": 800}
COLOURS = 96  # of a picture: enough for a screen of the CMS, a third of the bytes
STEP = re.compile(r"^(\d+)\. (.*(?:\n(?:[ ]{2,}.*)?(?=\n|$))*)", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
PICTURE = re.compile(r"!\[[^\]]+\]\(pictures/([a-z-]+)\.png\)")

# What can be read on a page, and what is read out: each text a line, each name of a control, the choices of lists.
WORDS_ON_PAGE = """() => {
  const said = document.body.innerText.split("\\n");
  for (const one of document.querySelectorAll("[aria-label], [placeholder], input[value], option, legend, .w-sr-only")) {
    if (!one.closest("option, select") && !one.checkVisibility()) continue;
    for (const name of ["aria-label", "placeholder"]) said.push(one.getAttribute(name) || "");
    if (one.matches("input")) said.push(one.type === "password" ? "" : one.value);
    else said.push(one.textContent);
  }
  for (const one of document.querySelectorAll("a, button, label, h1, h2, h3, th, summary, dt")) {
    if (one.checkVisibility()) said.push(one.textContent, one.innerText);
  }
  return said;
}"""


def plain(words: str) -> str:
    """Return words without line ends, marks of required fields and the stop behind them, in small letters."""
    return " ".join(words.split()).rstrip(" *:.…").casefold()


def keep(name: str, shot: bytes) -> None:
    """Keep a picture, in few colours."""
    TAKEN.mkdir(parents=True, exist_ok=True)
    picture = Image.open(BytesIO(shot)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(TAKEN / f"{name}.png", optimize=True)


@dataclass
class Step:
    """One numbered step of a guide, while it is done on a page."""

    name: str
    page: Page
    missing: dict[str, str]
    pictures: list[str]
    taken: set[str] = field(default_factory=set)

    def look(self) -> None:
        """Tick off the names that are on the screen now; called before a page is left."""
        self.page.wait_for_load_state()
        if self.missing:
            said = set().union(*(_words_in(frame) for frame in self.page.frames))
            self.missing = {key: words for key, words in self.missing.items() if not is_said(key, said)}

    def picture(self, name: str, *, part: Locator | None = None, page: Page | None = None) -> None:
        """Take a picture of the screen, of another person's, or of a part of it alone."""
        assert name in self.pictures, f"{self.name} names no picture {name}"
        keep(name, (part or page or self.page).screenshot(animations="disabled"))
        self.taken.add(name)


def is_said(words: str, said: set[str]) -> bool:
    """Say whether something on the page has this name. A name of several words may go on: “Titles of new steps in …”."""
    return words in said or (" " in words and any(line.startswith(f"{words} ") for line in said))


def _words_in(frame: Frame) -> set[str]:
    try:
        return {plain(words) for words in frame.evaluate(WORDS_ON_PAGE)}
    except Error:  # a preview that is being drawn anew
        return set()


class Guide:
    """A guide of docs/editors/, by the name of its file without ending."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = (GUIDES / f"{name}.md").read_text()
        self.steps = {int(number): text for number, text in STEP.findall(self.text)}
        self.taken: set[str] = set()
        self._done: list[int] = []

    @contextmanager
    def step(self, number: int, page: Page) -> Iterator[Step]:
        """Do a step: what it calls by name is on the screen before, at a look between, or after."""
        text = self.steps[number]
        step = Step(
            name=f"{self.name}.md, step {number}",
            page=page,
            missing={plain(words): words for words in BOLD.findall(text)},
            pictures=PICTURE.findall(text),
        )
        step.look()
        yield step
        step.look()
        assert not step.missing, f"{step.name}: not on the screen: {', '.join(step.missing.values())}"
        self.taken |= step.taken
        self._done.append(number)

    def is_followed(self) -> None:
        """Assert that every step was done, in the order of the guide, and every picture was taken."""
        assert self._done == list(self.steps), f"{self.name}.md has steps {list(self.steps)}"
        assert self.taken == set(PICTURE.findall(self.text))


def guides_with_pictures() -> dict[str, list[str]]:
    """Return the pictures that each guide names."""
    named = {path.stem: PICTURE.findall(path.read_text()) for path in sorted(GUIDES.glob("*.md"))}
    return {name: pictures for name, pictures in named.items() if pictures}


def kept_pictures() -> dict[str, Path]:
    return {path.stem: path for path in KEPT.glob("*")}
