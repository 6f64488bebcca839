"""`make shots`: a picture of every screen, at three widths, light and dark, from a site of its own.

The pictures go to `var/shots`, with a page to leaf through them. A few screens are also drawn in forced colours and from
right to left. `make shots ONLY="course result"` takes the screens with these words in their names alone, `QUICK=1` a
phone and a desk in light only, `README=1` makes the picture of the README anew.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Error, Page, StorageState, sync_playwright

from tests.journeys.conftest import CHROMIUM_FLAGS
from tests.journeys.people import Person
from tests.journeys.screens import COURSE, LESSON, QUIZ, SCREENS, Screen, at, sign_in
from tests.journeys.site import ROOT, Site, running_site

SHOTS = ROOT / "var" / "shots"
README_PICTURE = ROOT / "docs" / "pictures" / "course.png"
WIDTHS = (320, 768, 1280)
HEIGHT = 900
TALLEST = 6_000  # pixels; a longer page is cut, as nobody looks at its end in a picture
ALSO_FORCED = {"home", "course", "course in the middle", "question", "answer not saved", "result", "certificate"}
ALSO_RIGHT_TO_LEFT = {"home", "course in the middle", "lesson of a learner", "question", "my learning", "certificate"}


@dataclass(frozen=True)
class Look:
    """How a screen is drawn: width in CSS pixels, and the modes of a reader's device."""

    width: int
    dark: bool = False
    forced: bool = False
    right_to_left: bool = False

    @property
    def name(self) -> str:
        modes = ["forced-colours"] if self.forced else ["dark" if self.dark else "light"]
        return "-".join([str(self.width), *modes, *(["right-to-left"] if self.right_to_left else [])])


def _question_not_saved(page: Page, _site: Site) -> None:
    """Answer while the network is gone."""
    page.goto(QUIZ)
    person = Person(page)
    if page.get_by_role("button", name="Start").count():
        person.use("Start")
    else:
        person.follow("Go on with my answers")
    page.goto(page.url.split("/questions/")[0].split("/check/")[0].rstrip("/") + "/questions/1/")
    page.route("**/*", lambda route: route.abort())
    page.locator("label.option").first.click()
    page.wait_for_selector("form [role=alert], form .notice, .saved--not")


def _cms_page(title: str) -> Callable[[Page, Site], None]:
    """Find a page in the CMS by its title and open its editor."""

    def open_it(page: Page, _site: Site) -> None:
        page.goto(f"/cms/pages/search/?q={title.replace(' ', '+')}")
        page.get_by_role("link", name=title, exact=False).first.click()
        page.wait_for_load_state("networkidle")
        edit = page.get_by_role("link", name="Edit")
        if "/edit/" not in page.url and edit.count():
            edit.first.click()
        page.wait_for_load_state("networkidle")

    return open_it


# What only a picture can show: needs scripts, belongs to the CMS, or is no page of the site's own look.
MORE_SCREENS = (
    Screen("answer not saved", 0, _question_not_saved, "graduate"),
    Screen("cms, start", 0, at("/cms/"), "editor"),
    Screen("cms, lesson", 0, _cms_page("Updates: why now"), "editor"),
    Screen("cms, quiz", 0, _cms_page("Quiz: start safely"), "editor"),
)


class Photographer:
    """Opens screens as who may see them and keeps their pictures."""

    def __init__(self, browser: Browser, site: Site, looks: list[Look]) -> None:
        self._browser = browser
        self._site = site
        self._looks = looks
        self._signed_in: dict[str, StorageState] = {}
        self.taken: list[Path] = []
        self.missed: list[str] = []

    def _open(self, account: str, look: Look, **options: Any) -> Page:
        context = self._browser.new_context(
            base_url=self._site.base_url,
            viewport={"width": look.width, "height": HEIGHT},
            locale="en-GB",
            reduced_motion="reduce",
            storage_state=self._signed_in.get(account),
            **options,
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        if account and account not in self._signed_in:
            sign_in(page, account)
            self._signed_in[account] = context.storage_state()
        return page

    def _keep(self, name: str, picture: bytes | Image.Image) -> None:
        path = SHOTS / f"{name}.png"
        if isinstance(picture, bytes):
            path.write_bytes(picture)
        else:
            picture.save(path)
        self.taken.append(path)
        print(path.relative_to(ROOT), flush=True)

    def take(self, screen: Screen) -> None:
        """Draw a screen in every look asked for, or note that it cannot be reached."""
        page = self._open(screen.account, self._looks[0])
        try:
            screen.open(page, self._site)
        except Error as error:
            print(f"NOT REACHED: {screen.name}: {error.message.splitlines()[0]}", flush=True)
            self.missed.append(screen.name)
            page.context.close()
            return
        looks = list(self._looks)
        if screen.name in ALSO_FORCED:
            looks += [Look(320, forced=True), Look(1280, forced=True)]
        if screen.name in ALSO_RIGHT_TO_LEFT:
            looks += [Look(320, right_to_left=True), Look(1280, right_to_left=True)]
        for look in looks:
            self._keep(f"{_file_name(screen.name)}-{look.name}", self._draw(page, look))
        page.context.close()

    def _draw(self, page: Page, look: Look) -> bytes:
        page.set_viewport_size({"width": look.width, "height": HEIGHT})
        page.emulate_media(
            color_scheme="dark" if look.dark else "light", forced_colors="active" if look.forced else "none"
        )
        page.evaluate(
            "([dir]) => { document.documentElement.dir = dir; scrollTo(0, 0) }",
            ["rtl" if look.right_to_left else "ltr"],
        )
        height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
        # The window grows instead of `full_page`: what sticks to its lower edge then stands at the end of the page.
        page.set_viewport_size({"width": look.width, "height": max(HEIGHT, height)})
        return page.screenshot()

    def take_paper(self) -> None:
        """Draw the first page of a certificate's PDF, and a lesson as it is printed."""
        address = str(self._site.demo["certificates"][0]["url"]).removeprefix(self._site.base_url)
        page = self._open("graduate", Look(1280))
        deadline = time.monotonic() + 60
        while True:
            answer = page.context.request.get(f"{address.rstrip('/')}.pdf")
            if answer.headers.get("content-type") == "application/pdf" or time.monotonic() > deadline:
                break
            time.sleep(1)
        if answer.headers.get("content-type") == "application/pdf":
            self._keep("certificate-pdf", _first_page(answer.body()))
        else:
            print("No PDF: the site says that it cannot make one on this machine.")
        page.goto(LESSON)
        self._keep("lesson-printed", _first_page(page.pdf(format="A4")))
        page.context.close()

    def take_mails(self) -> None:
        """Draw two mails, of a new account and of an address nobody has, as a mail program shows them."""
        page = self._open("", Look(1280))
        page.goto("/en/account/password/reset/")
        page.get_by_role("textbox").first.fill("nobody@demo.invalid")
        page.locator("main button.button").first.click()
        page.goto("/en/account/signup/")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_label("E-mail address, if you have one of your own").fill("ana@demo.invalid")
        page.get_by_label("Passphrase", exact=True).fill("kettle ladder violet tram 9")
        page.get_by_role("button", name="Make my account").click()
        page.wait_for_load_state()
        page.goto("about:blank")  # a mail is shown outside the site and its content policy
        shown: dict[str, str] = {}
        deadline = time.monotonic() + 20
        while len(shown) < 2 and time.monotonic() < deadline:
            time.sleep(0.5)
            for message in self._site.mails_to("@"):
                written = message.get_body(("html",))
                if written is not None:
                    shown[str(message["Subject"])] = written.get_content()
        for subject, body in shown.items():
            for width in (320, 768):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                page.set_content(body)
                self._keep(f"mail-{_file_name(subject)}-{width}", page.screenshot(full_page=True))
        page.context.close()

    def take_for_readme(self) -> None:
        """Draw the course page of somebody who has begun: on a desk, and its steps on a phone."""
        page = self._open("learner", Look(1280), device_scale_factor=2)
        page.goto(COURSE)
        person = Person(page)
        person.use("Enrol in this course")
        page.goto(LESSON)
        for _lesson in range(2):
            person.use(re.compile("^Done"))
        pictures = []
        for width, height, place in ((1280, 800, ""), (360, 720, "#steps")):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(COURSE + place)
            pictures.append(Image.open(BytesIO(page.screenshot())))
        page.context.close()
        README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
        _side_by_side(*pictures).save(README_PICTURE, optimize=True)
        print(README_PICTURE.relative_to(ROOT), flush=True)


def _side_by_side(desk: Image.Image, phone: Image.Image) -> Image.Image:
    """Return both pictures on one transparent ground, 1400 pixels wide, the phone over the desk's right edge."""
    desk = desk.convert("RGBA").resize((1120, 700), Image.Resampling.LANCZOS)
    phone = phone.convert("RGBA").resize((300, 600), Image.Resampling.LANCZOS)
    sheet = Image.new("RGBA", (1400, 760), (0, 0, 0, 0))
    for picture, place, radius in ((desk, (4, 4), 10), (phone, (1090, 150), 22)):
        mask = Image.new("L", picture.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), radius, fill=255)
        sheet.paste(picture, place, mask)
        box = (place[0] - 1, place[1] - 1, place[0] + picture.width, place[1] + picture.height)
        ImageDraw.Draw(sheet).rounded_rectangle(box, radius + 1, outline=(20, 49, 47, 255), width=3)
    return sheet.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _first_page(pdf: bytes) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=1.5).to_pil()


def _file_name(words: str) -> str:
    kept = "".join(sign if sign.isalnum() else " " for sign in words.lower())
    return "-".join(kept.split())


def _write_index() -> None:
    """Write a page with every picture in the folder, those of a screen side by side."""
    figures = "\n".join(
        f'<figure><figcaption>{escape(path.stem)}</figcaption><a href="{path.name}"><img loading="lazy" src="{path.name}"'
        f' alt="" width="300"></a></figure>'
        for path in sorted(SHOTS.glob("*.png"))
    )
    (SHOTS / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title><style>body{display:flex;'
        "flex-wrap:wrap;gap:1rem;font:14px sans-serif}figure{margin:0}img{border:1px solid #888}</style>" + figures
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Pictures of every screen, in var/shots.")
    parser.add_argument("only", nargs="*", help="words in the names of the screens wanted; all without")
    parser.add_argument("--quick", action="store_true", help="a phone and a desk in light only")
    parser.add_argument("--readme", action="store_true", help="make the picture of the README anew, nothing else")
    return parser.parse_args()


def main() -> int:
    """Serve a site, draw, say how long it took."""
    wanted = _arguments()
    begun = time.monotonic()
    os.environ.pop("DATABASE_URL", None)
    SHOTS.mkdir(parents=True, exist_ok=True)
    looks = [Look(320), Look(1280)] if wanted.quick else [Look(w, dark=d) for w in WIDTHS for d in (False, True)]

    def is_wanted(name: str) -> bool:
        return not wanted.only or any(word in name for word in wanted.only)

    screens = [screen for screen in (*SCREENS, *MORE_SCREENS) if is_wanted(screen.name)]
    with (
        tempfile.TemporaryDirectory(prefix="portal-shots-") as folder,
        running_site(Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        photographer = Photographer(browser, site, looks)
        if wanted.readme:
            photographer.take_for_readme()
        else:
            for screen in screens:
                photographer.take(screen)
            if is_wanted("paper"):
                photographer.take_paper()
            if is_wanted("mail"):
                photographer.take_mails()
        browser.close()
    _write_index()
    print(f"{len(photographer.taken)} pictures in {time.monotonic() - begun:.0f} seconds: {SHOTS / 'index.html'}")
    return 1 if photographer.missed else 0


if __name__ == "__main__":
    sys.exit(main())
