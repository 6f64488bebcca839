"""A case study from an interview, as docs/editors/case-study.md says: written, sent back, mended, approved, public at its hour."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.guides import SIZE, Guide
from tests.journeys.people import Person
from tests.journeys.screens import sign_in
from tests.journeys.site import Site
from tests.journeys.test_editors_docs import Newcomer

TITLE = "Zips in two minutes"
SLUG = "zips-in-two-minutes"
RESULT = "Boxes with pictures cut the search for a zip from 8 to 2 minutes."
WRONG = "The first pictures were too small to see from the table."
MENDED = "The first pictures were too small, and for three weeks nobody said so."
REASON = "How long did it take until somebody said that the pictures were too small?"
COURSE = "Digital basics at work"
MODULE = "Start safely"
ORGANISATION = "Nähstube Quittenhof"
LETTER_MS = 300  # between two letters of somebody who types with two fingers
SAVED_MS = 30_000  # as long as saving takes on a busy machine


def type_until_saved(editor: Newcomer, label: str, text: str) -> None:
    """Type letter by letter, and leave off where the form says that it saved by itself."""
    saved = editor.page.locator(".w-autosave-indicator__state--saved").first
    editor.field(label).last.click()
    for letter in text:
        editor.page.keyboard.type(letter)
        editor.page.wait_for_timeout(LETTER_MS)
        if saved.is_visible():
            break
    expect(saved).to_be_visible(timeout=SAVED_MS)


def begin_story(editor: Newcomer, guide: Guide) -> None:
    """Begin, leave the page and come back: nothing is lost."""
    page = editor.page
    with guide.step(1, page) as step:
        page.get_by_role("button", name="Pages").click()
        page.get_by_role("link", name=re.compile("View child pages of 'Learn one small thing")).click()
        step.look()
        page.locator(".c-page-explorer").get_by_role("link", name="Case studies", exact=True).click()
        page.get_by_role("link", name="Add child page").first.hover()
        step.look()
        page.get_by_role("link", name="Add child page").first.click()
        expect(editor.field("Title")).to_be_visible()
    with guide.step(2, page) as step:
        editor.fill("Title", TITLE)
        editor.fill("Result in one line", RESULT)
        type_until_saved(editor, "Organisation", ORGANISATION)
        step.look()
        step.picture("case-form")
        editor.go("/cms/")
        step.look()
        editor.open_row(TITLE)
        expect(editor.field("Result in one line")).to_have_value(RESULT)


def write_story(editor: Newcomer, guide: Guide) -> None:
    """The parts of the form, in the order of the conversation."""
    page = editor.page
    with guide.step(3, page):
        editor.field("Illustrative: the organisation is invented").uncheck()
        editor.fill("Organisation", ORGANISATION)
        for label, choice in (
            ("Country", "Germany"),
            ("Region", "Town"),
            ("Sector", "Textile and reuse"),
            ("Size", "10 to 49 people"),
            ("Audience", "Workers"),
            ("Kind of tool", "Stock and labels"),
            ("Licence of the tool", "Free of charge"),
            ("Cost of the first year", "Under 500 EUR"),
            ("Time to set up", "Days"),
        ):
            editor.field(label).last.select_option(label=choice)
        for label, text in (
            ("People on the staff", "21"),
            ("The tool in plain words", "Boxes with pictures"),
            ("Cost after that", "About 30 EUR a year for labels"),
            ("Staff hours to set up", "12"),
        ):
            editor.fill(label, text)
        editor.write_text("problem", "Zips lay in one drawer. Who needed a blue one turned all of them over.")
    with guide.step(4, page):
        page.locator("[data-contentpath='steps']").get_by_role("button", name="Insert a block").last.click()
        editor.fill("What they did", "Sorted the zips into twelve boxes")
        editor.write_text("html", "Two people took one afternoon, and put a picture on each box.")
    with guide.step(5, page) as step:
        editor.write_text("went_wrong", WRONG)
        page.locator("[data-contentpath='metrics']").get_by_role("button", name="Insert a block").last.click()
        for label, text in (
            ("What was measured", "Time to find one zip"),
            ("Unit", "minutes"),
            ("Before", "8"),
            ("After", "2"),
            ("When", "One week in March 2026 and one in September 2026"),
            ("How it was measured", "Average of 20 searches each, with a kitchen clock"),
        ):
            editor.fill(label, text)
        editor.field("Before").evaluate("field => field.scrollIntoView({block: 'center'})")
        step.picture("case-figure")
    with guide.step(6, page):
        for name, text in (
            ("data_protection", "No personal data is on the boxes."),
            ("accessibility", "The pictures can be read from one metre. There is nothing to feel on them yet."),
            ("try_it", "Take one drawer. Sort it into four boxes, and stick a picture on each."),
        ):
            editor.write_text(name, text)
    with guide.step(7, page):
        editor.tap("Add Course")
        editor.field("Course").last.select_option(label=COURSE)
        editor.field("Module").last.select_option(label=f"{COURSE}: {MODULE}")
    with guide.step(8, page):
        editor.write_text("source", "Interview with two people of the shop, and their list of searches.")
        editor.fill("Author", "Sofia")
        editor.fill_date("Date of the interview", "2026-10-05")
        editor.field("Consent of the organisation").last.select_option(label="Given in writing")
        editor.fill_date("Consent given on", "2026-10-12")
        editor.fill_date("Read again by", "2027-06-30")
        editor.save()


def have_it_read(editor: Newcomer, reviewer: Newcomer, guide: Guide) -> None:
    """Sent to review, sent back with words, mended, given a time, sent again, approved."""
    page = editor.page
    with guide.step(9, page) as step:
        editor.tap("More actions")
        step.look()
        editor.tap("Submit to Review before publishing")
        expect(page.locator(".messages")).to_contain_text("submitted for moderation")
    with guide.step(10, reviewer.page) as step:
        reviewer.go("/cms/")
        step.look()
        reviewer.open_row(TITLE)
        reviewer.tap("More actions")
        step.look()
        reviewer.tap("Request changes")
        asked = reviewer.page.locator(".modal-content")
        asked.get_by_label("Comment").fill(REASON)
        step.picture("case-request", part=asked)
        asked.get_by_role("button", name="Request changes").click()
        expect(reviewer.page.locator(".messages")).to_be_visible()
    with guide.step(11, page) as step:
        editor.go("/cms/")
        editor.sees(REASON)
        step.look()
        editor.open_row(TITLE)
        text = page.locator("[data-contentpath='went_wrong'] .public-DraftEditor-content")
        text.click()
        page.keyboard.press("ControlOrMeta+a")
        editor.write_text("went_wrong", MENDED)
    with guide.step(12, page) as step:
        editor.tap("Toggle status")
        step.look()
        editor.tap("Set schedule")
        editor.fill_date("Go live date/time", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d %H:%M}")
        step.look()
        editor.tap("Save schedule")
        expect(page.locator(".messages")).to_contain_text("updated")
    with guide.step(13, page) as step:
        editor.tap("More actions")
        step.look()
        page.get_by_role("button", name=re.compile("^Resubmit")).click()
        expect(page.locator(".messages")).to_contain_text("submitted for moderation")


def approve(reviewer: Newcomer) -> None:
    reviewer.go("/cms/")
    reviewer.open_row(TITLE)
    expect(reviewer.page.locator("[data-contentpath='went_wrong']")).to_contain_text(MENDED)
    reviewer.tap("More actions")


def find_story(reader: Person) -> None:
    """Narrow the list of case studies by two facets."""
    reader.go("/en/case-studies/")
    reader.follow(re.compile("^Textile and reuse"))
    reader.follow(re.compile("^Germany"))
    reader.sees(TITLE)


def test_a_story_is_written_mended_approved_and_public_at_its_hour(window: Callable[..., Page], site: Site) -> None:
    guide = Guide("case-study")
    editor, reviewer = Newcomer(window()), Newcomer(window())
    sign_in(reviewer.page, "reviewer")
    editor.sign_in_to_cms()
    for person in (editor, reviewer):
        person.page.set_viewport_size(SIZE)
    begin_story(editor, guide)
    write_story(editor, guide)
    have_it_read(editor, reviewer, guide)

    reader = Person(window(scripts=False))
    reader.page.set_viewport_size(SIZE)
    with guide.step(14, reviewer.page) as step:
        approve(reviewer)
        step.look()
        reviewer.tap("Approve and Publish")
        expect(reviewer.page.locator(".messages")).to_be_visible()
        answer = reader.page.context.request.get(f"/en/case-studies/{SLUG}/")
        assert answer.status == 404, "its hour has not come"
        site.manage(
            "shell", "-v0", "-c", f"from tests.journeys.case_study_cast import let_hour_come as come; come('{SLUG}')"
        )
        find_story(reader)
        step.picture("case-list", page=reader.page)
    guide.is_followed()

    assert TITLE in reader.page.context.request.get("/en/case-studies/feed.atom").text()
    reader.follow(TITLE)
    reader.sees(MENDED)
    reader.follow(MODULE)
    reader.sees(TITLE)
    reader.go("/en/search/?q=zips")
    reader.sees(TITLE)


def test_what_a_learner_tells_on_a_phone_waits_as_a_draft_for_a_reviewer(window: Callable[..., Page]) -> None:
    learner = Person(window(scripts=False, width=320))
    sign_in(learner.page, "graduate")
    learner.go("/en/courses/leading-a-cluster/")
    learner.follow("Tell what you did with it")
    learner.use("Begin my story")
    for number in range(1, 7):
        learner.write(learner.page.get_by_role("textbox"), f"What I say to question {number}.")
        learner.use(re.compile("^Continue|^Save"))
    learner.choose(learner.page.get_by_label("Without name and organisation"))
    learner.choose(learner.page.get_by_label(re.compile("^I agree")))
    learner.use("Send my story")
    learner.go("/en/me/stories/")
    learner.sees("Leading a social economy cluster in the twin transition")

    reviewer = Person(window())
    sign_in(reviewer.page, "reviewer")
    reviewer.go("/cms/")
    reviewer.sees("Stories that learners told")
    reviewer.follow("A story from “Leading a social economy cluster in the twin transition”")
    reviewer.sees("Told by a learner")
    expect(reviewer.page.locator("[data-contentpath='organisation'] input")).to_have_value(
        re.compile("^A social enterprise in")
    )
