"""A manager of an organisation brings forty people in, runs a cohort, reminds, and hands a funder a report that stands up."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import openpyxl
import pikepdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.organisation_cast import COURSE, MEETING, ORGANISATION, PAST, STUCK
from tests.journeys.people import Person
from tests.journeys.site import Site

JOB_MS = 90_000  # as long as the worker takes on a busy machine
LOOK_MS = 300
PASSPHRASE = "kettle ladder violet tram 9"
WITH_CARD = "Otto Withoutmail"
HEADINGS = ["Name", "E-mail", "Username", "Language"]
LIST_LENGTH, CARD_COUNT, BAD_COUNT = 40, 4, 3
BAD_ADDRESS, NAMELESS, STRANGE_LANGUAGE = 7, 18, 29
"""Places of the rows with a fault, counted from 1 below the headings."""


def people_list() -> bytes:
    """Write a list as an office does: forty people, semicolons, one address mistyped, one name and one language wrong."""
    rows = [[f"Nora Neighbour {number}", _address(number), "", ""] for number in range(1, LIST_LENGTH - CARD_COUNT + 1)]
    rows[BAD_ADDRESS - 1][1] = "nora7.kiln-lane.example"
    rows[NAMELESS - 1][0] = ""
    rows[STRANGE_LANGUAGE - 1][3] = "Klingon"
    rows += [[WITH_CARD, "", "", ""], *([f"Carla Card {number}", "", "", ""] for number in range(CARD_COUNT - 1))]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADINGS, *rows])
    return out.getvalue().encode()


def _address(number: int) -> str:
    return f"nora{number}@kiln-lane.example"


@pytest.fixture(scope="module")
def cast(site: Site) -> dict[str, Any]:
    told = site.manage("shell", "-v0", "-c", "from tests.journeys.organisation_cast import set_up; set_up()")
    made: dict[str, Any] = json.loads(told[told.index("{") :])
    return made


@pytest.fixture
def manager(window: Callable[..., Page], cast: dict[str, Any], site: Site) -> Person:
    return as_person(window(), cast["manager"], site)


def as_person(page: Page, cookie: dict[str, str], site: Site) -> Person:
    page.context.add_cookies([{**cookie, "url": site.base_url}])
    return Person(page)


def is_told(person: Person, words: str) -> None:
    """Expect to be told what became of an act, above the page."""
    expect(person.page.get_by_role("status").filter(has_text=words)).to_be_visible()


def wait_for_words(person: Person, words: str | re.Pattern[str]) -> None:
    """Wait for words on a page that loads itself again while a job is at it."""
    expect(person.page.locator("#main")).to_contain_text(words, timeout=JOB_MS)


def mails_with(site: Site, person: Person, address: str, words: str, *, count: int = 1) -> list[EmailMessage]:
    """Return the mails to an address that hold these words, once there are as many as are waited for."""
    for _look in range(JOB_MS // LOOK_MS):
        found = [mail for mail in site.mails_to(address) if words in _text(mail)]
        if len(found) >= count:
            break
        person.page.wait_for_timeout(LOOK_MS)
    return found


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return f"{mail['Subject']}\n{body.get_content()}"


def row_of(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_forty_people_are_brought_in_from_a_list_and_one_without_mail_signs_in_by_a_card(
    window: Callable[..., Page], manager: Person, cast: dict[str, Any], site: Site
) -> None:
    page = manager.page
    manager.go("/en/cockpit/import/")
    file = {"name": "workshop.csv", "mimeType": "text/csv", "buffer": people_list()}
    page.get_by_label("List of people").set_input_files([file])
    manager.use("Look the list over")
    manager.sees(f"{LIST_LENGTH - BAD_COUNT} people can be added, {BAD_COUNT} rows need a look")
    manager.sees("the address has no @")
    manager.sees("the name is missing")
    manager.sees("the site does not have this language")

    bad = page.get_by_role("group", name=re.compile("^Row "))
    expect(bad).to_have_count(BAD_COUNT)
    manager.write(bad.nth(0).get_by_label("E-mail"), _address(BAD_ADDRESS))
    manager.write(bad.nth(1).get_by_label("Name", exact=True), f"Nora Neighbour {NAMELESS}")
    manager.pick(bad.nth(2).get_by_label("Language"), "as for the whole list")
    manager.use("Keep it, and add the people")
    page.reload()
    manager.sees(re.compile("People are being added|people were added"))
    wait_for_words(manager, f"{LIST_LENGTH} people were added")
    again = as_person(window(scripts=False, width=320), cast["manager"], site)
    again.go(page.url)
    again.sees(f"{LIST_LENGTH} people were added")
    for number in (1, BAD_ADDRESS, NAMELESS):
        assert len(mails_with(site, manager, _address(number), ORGANISATION)) == 1

    manager.use("Make the cards to print")
    card = page.locator(".sheetcard").filter(has_text=WITH_CARD)
    expect(page.locator(".sheetcard")).to_have_count(CARD_COUNT)
    username = card.inner_text().split("Your username:")[1].split()[0]
    sign_in_by_card(Person(window(scripts=False, width=320)), read_qr(card), username)

    manager.go("/en/cockpit/people/without-course/")
    manager.sees(WITH_CARD)


def read_qr(card: Locator) -> str:
    """Return the address that a telephone reads from the code on a card."""
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(card.screenshot())))
    assert len(codes) == 1
    return codes[0].text


def sign_in_by_card(person: Person, address: str, username: str) -> None:
    """Read who sees what, choose a passphrase; from then on the passphrase opens the account, and the card nothing."""
    page = person.page
    person.go(address)
    person.sees_heading(f"Welcome, {WITH_CARD}")
    person.sees("Who will see what")
    person.sees("your answers, your tries, how long you took, or your passphrase")
    person.write(page.get_by_label("Your own passphrase"), PASSPHRASE)
    person.use(f"Set my passphrase and join {ORGANISATION}")
    is_told(person, f"You belong to {ORGANISATION} now.")
    person.go("/en/account/logout/")
    person.use("Sign out")
    person.go(address)
    person.sees_heading("This card opens nothing")
    person.go("/en/account/login/")
    person.write(page.get_by_label("Username or e-mail address"), username)
    person.write(page.get_by_label("Passphrase", exact=True), PASSPHRASE)
    person.use("Sign in")
    person.go("/en/me/sight/")
    person.sees(ORGANISATION)


def test_somebody_joins_by_a_code_on_a_small_phone(window: Callable[..., Page], manager: Person) -> None:
    manager.go("/en/cockpit/join-links/")
    manager.pick(manager.page.get_by_label("What begins with it"), COURSE)
    manager.use("Make the link and the code")
    code = manager.page.locator("dd .num").first.inner_text()
    assert re.fullmatch("[0-9A-Z]{4}-[0-9A-Z]{4}", code)

    person = Person(window(scripts=False, width=320))
    page = person.page
    person.go("/en/join/")
    person.write(page.get_by_label("Code"), code.lower().replace("-", " "))
    person.use("See what it is")
    person.sees_heading(f"{ORGANISATION} invites you")
    person.sees("which course you are in, which steps are done, and when you completed it")
    person.sees("You can leave at any time")
    person.follow("Make an account")
    person.write(page.get_by_label("Your name"), "Pia Phone")
    person.write(page.get_by_label(re.compile("Username")), "pia-phone")
    person.write(page.get_by_label(re.compile("Passphrase")).first, PASSPHRASE)
    person.use("Make my account")
    person.sees_heading(f"{ORGANISATION} invites you")
    person.use(f"Join {ORGANISATION}")
    person.sees_heading(COURSE)
    is_told(person, f"You belong to {ORGANISATION} now.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    person.go("/en/me/sight/")
    person.sees("Its manager: Wanda")

    manager.go("/en/cockpit/")
    expect(row_of(manager.page, "Pia Phone")).to_contain_text("Not started")
    person.page.reload()
    expect(person.page.get_by_role("listitem").filter(has_text="In a list")).to_contain_text("Wanda")


def test_a_cohort_runs_with_plan_message_and_a_session_that_does_a_step(
    window: Callable[..., Page], manager: Person, cast: dict[str, Any], site: Site
) -> None:
    page = manager.page
    today = datetime.now(UTC).date()
    manager.go("/en/cockpit/cohorts/")
    manager.follow("Make a cohort")
    manager.write(page.get_by_label("Name of the cohort"), "Sharpeners, autumn")
    manager.pick(page.get_by_label("What the cohort takes"), COURSE)
    manager.write(page.get_by_label("First day"), today.isoformat())
    manager.write(page.get_by_label("Last day"), (today + timedelta(days=27)).isoformat())
    manager.use("Make the cohort")
    is_told(manager, "The cohort is made, and a plan is proposed.")
    for step in ("Lesson 1-1", "Lesson 1-2", MEETING):
        expect(page.get_by_role("listitem").filter(has_text=step)).to_have_count(1)

    manager.follow("Add people")
    for name in ("Kiln Person 1", "Kiln Person 2"):
        manager.choose(page.get_by_label(name))
    manager.use("Add those ticked")
    is_told(manager, "2 people are in the cohort now.")

    manager.follow("Write to the group")
    manager.write(page.get_by_label("Subject"), "Bring a knife")
    manager.write(page.get_by_label("Message"), "One that is blunt.")
    manager.use("Look it over")
    manager.use("Send it to the group")
    manager.follow("Sharpeners, autumn")

    manager.follow("Plan a live session")
    manager.write(page.get_by_label("Title"), "At the grindstone")
    manager.write(page.get_by_label("Day"), today.isoformat())
    manager.write(page.get_by_label("Begins at"), "09:00")
    manager.write(page.get_by_label("Place"), "Kiln Lane 4")
    manager.pick(page.get_by_label("Step that being there does"), MEETING)
    manager.use("Plan the session")
    manager.choose(page.get_by_label("Kiln Person 1"))
    manager.use("Note who was there")
    manager.sees("1 person was there.")

    learner = as_person(window(scripts=False, width=320), cast["member"], site)
    learner.go("/en/me/")
    learner.follow("Sharpeners, autumn")
    learner.sees("Bring a knife")
    learner.sees("Kiln Lane 4")
    expect(learner.page.get_by_role("listitem").filter(has_text=MEETING)).to_contain_text("done")
    calendar = learner.page.get_by_role("link", name=re.compile("File for my calendar")).get_attribute("href")
    answer = learner.page.context.request.get(str(calendar))
    assert "SUMMARY:At the grindstone" in answer.text()
    assert len(mails_with(site, manager, cast["member_address"], "One that is blunt.")) == 1


def test_a_reminder_that_is_pressed_twice_arrives_once(manager: Person, cast: dict[str, Any], site: Site) -> None:
    page = manager.page
    manager.go("/en/cockpit/?status=stuck")
    expect(row_of(page, STUCK)).to_contain_text("Stuck for 30 days")
    expect(row_of(page, STUCK).get_by_role("checkbox")).to_be_checked()
    manager.use("Look at a reminder for those ticked")
    manager.sees_heading("A reminder for 1 person")
    manager.sees("It goes out at once.")
    words = "The grindstone waits for you."
    manager.write(page.get_by_label("Your own words"), words)
    with page.expect_navigation(url=re.compile("/cockpit/reminders/$")):
        page.get_by_role("button", name="Send the reminder to 1 person").dblclick()
    manager.sees_heading("Reminders")
    mails = mails_with(site, manager, cast["stuck_address"], words)
    for _look in range(JOB_MS // LOOK_MS):
        page.reload()
        if "Sent: 1" in page.locator("#main").inner_text():
            break
        page.wait_for_timeout(LOOK_MS)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Sent: 1")
    assert len(mails) == len(mails_with(site, manager, cast["stuck_address"], words)) == 1
    assert "Lesson 1-2" in _text(mails[0])
    assert mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    manager.use("Look at a reminder for all who are stuck")
    manager.sees_heading("Nobody of them gets a reminder now")
    manager.sees("had as many reminders this week as your settings allow")


def shown_tables(page: Page) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the tables of a report as somebody reads them: name, then headings and rows."""
    for table in page.locator("table.report").all():
        named = table.locator("xpath=ancestor::section").get_attribute("aria-labelledby")
        rows = [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in table.locator("tr").all()]
        yield str(named).removeprefix("table-"), rows


def test_an_evidence_pack_has_the_figures_of_the_page(manager: Person, cast: dict[str, Any], site: Site) -> None:
    page = manager.page
    manager.go("/en/cockpit/reports/")
    manager.write(page.get_by_label("First day"), cast["first_day"])
    manager.write(page.get_by_label("Last day"), cast["last_day"])
    manager.use("Show this period")
    shown = dict(shown_tables(page))
    assert set(shown) == {"total", "enterprises", "countries", "sizes", "courses", "months"}
    total = dict(zip(*shown["total"], strict=True))
    assert total["Participants"] == str(PAST["participants"])
    assert total["Completions"] == str(PAST["completions"])
    assert total["Certificates"] == str(PAST["certificates"])

    manager.use("Make the evidence pack")
    page.reload()
    wait_for_words(manager, "The evidence pack is ready")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the zip").click()
    path = site.var / "evidence-of-the-journey.zip"
    download.value.save_as(path)
    digest = page.locator(".report-digest").inner_text()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(files.pop("manifest.json"))["files"]
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    for key, rows in shown.items():
        assert list(csv.reader(io.StringIO(files[f"{key}.csv"].decode("utf-8-sig")))) == rows
    for key, rows in json.loads(files["report.json"])["tables"].items():
        assert len(rows["rows"]) == len(shown[key]) - 1
    in_all = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))["In all"]
    assert [[str(cell) for cell in row] for row in in_all.iter_rows(values_only=True)][1][1] == total["Participants"]
    if "report.pdf" in files:
        with pikepdf.open(io.BytesIO(files["report.pdf"])) as pdf:
            assert bool(pdf.Root.MarkInfo.Marked)
    assert len(mails_with(site, manager, cast["manager_address"], "evidence pack")) == 1
