"""What happens to an answer when the connection or the session goes away under it (THREATS F3, F13)."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.journeys.people import Person

QUIZ = "/en/courses/digital-basics-at-work/start-safely/quiz-start-safely/"
COURSE = "/en/courses/digital-basics-at-work/"


def begin_quiz(page: Page, username: str) -> None:
    person = Person(page)
    page.goto("/en/account/signup/")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label(re.compile("Username")).fill(username)
    page.get_by_label(re.compile("Passphrase")).first.fill("kettle ladder violet tram 9")
    person.use("Make my account")
    page.goto(COURSE)
    with page.expect_navigation():
        page.locator("form[action*='/enrol/'] button").first.click()
    page.goto(QUIZ)
    person.use(re.compile("^Start"))
    expect(page.locator("form.question")).to_be_visible()


def test_without_a_connection_the_button_keeps_the_answer_on_the_page(window: Callable[..., Page]) -> None:
    page = window()
    begin_quiz(page, "without-connection")
    place = page.locator("[data-saved]").bounding_box() or {}
    # The line has its place before it says anything, so that the button below it stays under a press.
    assert place.get("height", 0) > 20
    page.context.set_offline(True)
    option = page.locator("input[name=option]").nth(1)
    option.check()
    expect(page.get_by_text("The connection is gone")).to_be_visible()

    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("The connection is gone")).to_be_visible()
    expect(option).to_be_checked()
    page.context.set_offline(False)
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/questions/2/"))
    page.goto(page.url.replace("/questions/2/", "/questions/1/"))
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()


def test_a_press_while_the_page_saves_by_itself_leads_on(window: Callable[..., Page]) -> None:
    """The connection is back and slow: the page is still saving when somebody goes on."""
    page = window()
    begin_quiz(page, "slow-connection")
    page.context.set_offline(True)
    page.locator("input[name=option]").nth(1).check()
    expect(page.get_by_text("The connection is gone")).to_be_visible()
    on_their_way: list[Route] = []
    page.route("**/questions/1/", lambda route: route.continue_() if on_their_way else on_their_way.append(route))
    with page.expect_request("**/questions/1/"):
        page.context.set_offline(False)

    page.get_by_role("button", name="Continue").dblclick()
    on_their_way[0].continue_()

    expect(page).to_have_url(re.compile("/questions/2/"))
    page.goto(page.url.replace("/questions/2/", "/questions/1/"))
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()


def test_after_the_session_ended_the_answer_comes_back_with_the_sign_in(window: Callable[..., Page]) -> None:
    page = window()
    begin_quiz(page, "without-session")
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=option]").nth(1).check()
    expect(page.get_by_text("Not saved: you are signed out")).to_be_visible()
    expect(page.get_by_text("The connection is gone")).to_be_hidden()

    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Username or e-mail address").fill("without-session")
    page.get_by_label("Passphrase", exact=True).fill("kettle ladder violet tram 9")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()

    expect(page.get_by_text("This answer is not saved yet")).to_be_visible()
    expect(page.locator("input[name=option]").nth(1)).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/questions/2/"))
