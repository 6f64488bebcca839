"""Every kind of page, and how somebody gets to see it. Used by the checks of all pages and by `make shots`."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.journeys.people import Person, answers_of, do_quiz_until
from tests.journeys.site import DEMO_PASSWORD, Site

COURSE = "/en/courses/digital-basics-at-work/"
LESSON = f"{COURSE}start-safely/the-parts-of-your-device/"
STARTED = "/en/courses/leading-a-cluster/"  # what the demo's learner is in the middle of
FINAL_TEST = f"{COURSE}final-test/15-questions-about-the-whole-course/"
QUIZ = f"{COURSE}start-safely/quiz-start-safely/"
CAPSTONE = f"{STARTED}your-action-plan/cluster-action-plan/"
QUEUE = "/en/cockpit/marking/"
REGISTER = "/en/cockpit/certificates/"
PRACTISED = f"{COURSE}start-safely/practise-a-morning-with-the-tablet/"


@dataclass(frozen=True)
class Screen:
    """A page: its name, its budget in bytes of compressed HTML (UX.md section 2), who sees it, and how."""

    name: str
    budget: int
    open: Callable[[Page, Site], object]
    account: str = ""


def at(path: str) -> Callable[[Page, Site], object]:
    """Open an address."""
    return lambda page, _site: page.goto(path)


def sign_in(page: Page, account: str) -> None:
    """Sign in with one of the demo's accounts."""
    page.goto("/en/account/login/")
    page.get_by_label("Username or e-mail address").fill(account)
    page.get_by_label("Passphrase", exact=True).fill(DEMO_PASSWORD)
    Person(page).use("Sign in")


def _accommodation(page: Page, _site: Site) -> None:
    page.goto("/en/accommodations/")
    with page.expect_navigation():
        page.locator(".needs__row a").first.click()


def _first_certificate(site: Site) -> str:
    return str(site.demo["certificates"][0]["url"]).removeprefix(site.base_url)


def _foreign_badge(page: Page, _site: Site) -> None:
    page.goto("/en/verify/file/")
    page.get_by_label("Or the text of a badge").fill('{"id": "https://elsewhere.example/badge.json"}')
    Person(page).use("Check the file")


def _achievement(page: Page, site: Site) -> None:
    page.goto(_first_certificate(site))
    Person(page).follow("What it takes to get one")


def _registered(page: Page, site: Site) -> None:
    page.goto(REGISTER)
    page.get_by_label("Number or link of a certificate").fill(str(site.demo["certificates"][0]["number"]))
    Person(page).use("Look it up")


def _withdrawing(page: Page, site: Site) -> None:
    _registered(page, site)
    Person(page).follow("Withdraw it")


def _group(page: Page, _site: Site) -> None:
    page.goto(f"{REGISTER}cohorts/")
    page.get_by_label("Course").select_option(index=1)
    page.get_by_label("Organisation").select_option(index=1)
    Person(page).use("Show the people")


def _question(page: Page, _site: Site) -> None:
    page.goto(QUIZ)
    person = Person(page)
    begin = page.get_by_role("button", name="Start")
    if begin.count():
        person.use("Start")
    else:
        person.follow("Go on with my answers")
    page.goto(page.url.split("/questions/")[0].split("/check/")[0].rstrip("/") + "/questions/1/")


def _question_in_the_middle(page: Page, site: Site) -> None:
    """The fourth question, of which several answers may be right."""
    _question(page, site)
    page.goto(page.url.replace("questions/1/", "questions/4/"))


def _follow(path: str, words: str) -> Callable[[Page, Site], object]:
    """Open an address and use the link of these words, for addresses that hold a key."""

    def open_it(page: Page, _site: Site) -> None:
        page.goto(path)
        Person(page).follow(words)

    return open_it


def _course_just_begun(page: Page, _site: Site) -> None:
    """Enrol, unless an earlier visit did."""
    page.goto(COURSE)
    enrol = page.get_by_role("button", name="Enrol in this course")
    if enrol.count():
        Person(page).use("Enrol in this course")
        page.goto(COURSE)


def _name(page: Page, site: Site) -> None:
    _course_just_begun(page, site)
    Person(page).follow("Say which name")


def _final_test(page: Page, site: Site) -> None:
    """It waits for the quizzes before it."""
    _course_just_begun(page, site)
    page.goto(FINAL_TEST)


def _check(page: Page, site: Site) -> None:
    _question(page, site)
    page.goto(page.url.replace("questions/1/", "check/"))


def _result(page: Page, site: Site) -> None:
    """Answer the first question wrong and leave the rest: a result with something to say."""
    _question(page, site)
    do_quiz_until(Person(page), answers_of("digital-basics-at-work"), right_count=1)


def _marking(page: Page, site: Site) -> None:
    _result(page, site)
    Person(page).follow("How was this marked?")


def _practice_told(page: Page, _site: Site) -> None:
    """What is said of an answer, as a quiz that tells at once says it too."""
    page.goto(PRACTISED)
    person = Person(page)
    person.follow("Practise first")
    person.choose(page.get_by_label("I am not sure"))
    person.use("See how near it is")


def _work_to_judge(page: Page, _site: Site) -> None:
    """Taken, so that its rubric is there to be filled in; by an earlier visit, perhaps."""
    page.goto(QUEUE)
    with page.expect_navigation():
        page.locator(".queue__one a").first.click()
    take = page.get_by_role("button", name="Take it")
    if take.count():
        Person(page).use("Take it")


def _first(path: str, link: str) -> Callable[[Page, Site], object]:
    """Open an address and use the first link that a selector finds, for addresses that hold a key."""

    def open_it(page: Page, _site: Site) -> None:
        page.goto(path)
        with page.expect_navigation():
            page.locator(link).first.click()

    return open_it


def _list_looked_over(page: Page, _site: Site) -> None:
    """A list of people with rows that need a look; nobody is added."""
    page.goto("/en/cockpit/import/")
    rows = "Name;E-mail\nAna Pop;ana.pop@example.org\nIon Pop;ion.pop\nDan Ilie;\n;nobody@example.org\n"
    page.get_by_label("List of people").set_input_files(
        [{"name": "workshop.csv", "mimeType": "text/csv", "buffer": rows.encode()}]
    )
    Person(page).use("Look the list over")


def _reminder(page: Page, _site: Site) -> None:
    page.goto("/en/cockpit/?status=stuck")
    Person(page).use("Look at a reminder for those ticked")


def _of_cohort(words: str) -> Callable[[Page, Site], object]:
    """Open a page of the first cohort by the link of these words."""

    def open_it(page: Page, site: Site) -> None:
        _first("/en/cockpit/cohorts/", "tbody th a")(page, site)
        Person(page).follow(words)

    return open_it


def _join_sheet(page: Page, site: Site) -> None:
    _first("/en/cockpit/join-links/", "tbody th a")(page, site)
    Person(page).follow("See the sheet to print")


def _settings_of_organisation(page: Page, _site: Site) -> None:
    """Straight away, or by the list where somebody manages several."""
    page.goto("/en/cockpit/organisations/")
    if page.url.endswith("/organisations/"):
        with page.expect_navigation():
            page.locator("main ul a[href*='/organisations/']").last.click()


def _join_link(page: Page, site: Site) -> None:
    page.goto(str(site.demo["join_links"][0]["url"]).removeprefix(site.base_url))


def _joined(page: Page, site: Site) -> None:
    """Join by the demo's first link, unless an earlier visit did."""
    _join_link(page, site)
    if page.get_by_role("button", name="Join").count():
        Person(page).use(re.compile("^Join"))


def _did_it_help(page: Page, _site: Site) -> None:
    page.goto(STARTED)
    with page.expect_navigation():
        page.locator("a[href*='/did-it-help/']").first.click()


def _group_of_learner(page: Page, site: Site) -> None:
    _joined(page, site)
    _first("/en/me/", "a[href*='/me/cohorts/']")(page, site)


def _who_sees_me(page: Page, site: Site) -> None:
    _joined(page, site)
    page.goto("/en/me/sight/")


def _problem(page: Page, _site: Site) -> None:
    page.goto("/en/account/signup/")
    Person(page).use("Make my account")


SCREENS = (
    Screen("home", 12_000, at("/en/")),
    Screen("home in Italian", 12_000, at("/it/")),
    Screen("catalogue", 12_000, at("/en/courses/")),
    Screen("catalogue without match", 12_000, at("/en/courses/?q=submarine")),
    Screen("course", 12_000, at(COURSE)),
    Screen("lesson", 14_000, at(LESSON)),
    Screen("lesson in Italian", 14_000, at(LESSON.replace("/en/", "/it/"))),
    Screen("invitation", 12_000, at(f"{COURSE}start-safely/updates-why-now/")),
    Screen("enrol", 12_000, _follow(COURSE, "Enrol in this course")),
    Screen("case studies", 12_000, at("/en/case-studies/")),
    Screen("case study", 12_000, at("/en/case-studies/acul-de-nord/")),
    Screen("search", 12_000, at("/en/search/?q=passphrase")),
    Screen("search without match", 12_000, at("/en/search/?q=submarine")),
    Screen("about", 12_000, at("/en/about/")),
    Screen("privacy", 12_000, at("/en/privacy/")),
    Screen("accessibility", 12_000, at("/en/accessibility/")),
    Screen("verify", 6_000, at("/en/verify/")),
    Screen("verify without match", 6_000, at("/en/verify/?number=CT-0000-0000-0000-0000")),
    Screen("check a file", 6_000, at("/en/verify/file/")),
    Screen("a file that is not ours", 6_000, _foreign_badge),
    Screen("achievement", 6_000, _achievement),
    Screen("certificate", 6_000, lambda page, site: page.goto(_first_certificate(site))),
    Screen("sign in", 12_000, at("/en/account/login/")),
    Screen("sign up with a problem", 12_000, _problem),
    Screen("reset", 12_000, at("/en/account/password/reset/")),
    Screen("not found", 12_000, at("/en/courses/no-such-course/")),
    Screen("my learning, empty", 12_000, at("/en/me/"), "learner2"),
    Screen("my learning", 12_000, at("/en/me/"), "learner"),
    Screen("my certificates", 12_000, at("/en/me/certificates/"), "graduate"),
    Screen("my certificate", 12_000, lambda page, site: page.goto(_first_certificate(site)), "graduate"),
    Screen("name on the certificate", 12_000, _name, "manager2"),
    Screen("settings", 12_000, at("/en/account/settings/"), "learner"),
    Screen("who needs more time", 12_000, at("/en/accommodations/"), "manager"),
    Screen("what somebody needs", 12_000, _accommodation, "manager"),
    Screen("e-mail", 12_000, at("/en/account/email/"), "learner"),
    Screen("passphrase", 12_000, at("/en/account/password/change/"), "learner"),
    Screen("sign out", 12_000, at("/en/account/logout/"), "learner"),
    Screen("course in the middle", 12_000, at(STARTED), "learner"),
    Screen("why not complete", 12_000, _follow(STARTED, "Why am I not complete?"), "learner"),
    Screen("history", 12_000, _follow(STARTED, "History, with dates"), "learner"),
    Screen("final test, not open yet", 12_000, _final_test, "manager2"),
    Screen("course of a learner", 12_000, at(COURSE), "graduate"),
    Screen("lesson of a learner", 14_000, at(LESSON), "graduate"),
    Screen("quiz start", 12_000, at(QUIZ), "graduate"),
    Screen("question", 6_000, _question, "graduate"),
    Screen("question in the middle", 6_000, _question_in_the_middle, "graduate"),
    Screen("check", 6_000, _check, "graduate"),
    Screen("practice", 6_000, _follow(PRACTISED, "Practise first"), "graduate"),
    Screen("practice, answered", 6_000, _practice_told, "graduate"),
    Screen("result", 6_000, _result, "graduate"),
    Screen("how it was marked", 6_000, _marking, "graduate"),
    Screen("assignment that waits", 12_000, at(CAPSTONE), "manager"),
    Screen("assignment given back", 12_000, at(CAPSTONE), "manager2"),
    Screen("assignment that passed", 12_000, at(CAPSTONE), "graduate"),
    Screen("work that passed", 12_000, _follow(CAPSTONE, "See what I handed in"), "graduate"),
    Screen("to be marked", 12_000, at(QUEUE), "assessor"),
    Screen("issued certificates", 12_000, at(REGISTER), "registrar"),
    Screen("no certificate of that number", 12_000, at(f"{REGISTER}?number=nothing"), "registrar"),
    Screen("certificate in the register", 12_000, _registered, "registrar"),
    Screen("ask to withdraw a certificate", 12_000, _withdrawing, "registrar"),
    Screen("certificates of a whole group", 12_000, _group, "registrar"),
    Screen("nothing to be marked", 12_000, at(QUEUE), "learner"),
    Screen("work to be judged", 12_000, _work_to_judge, "assessor"),
    Screen("my people", 12_000, at("/en/cockpit/"), "manager"),
    Screen("my people, filtered", 12_000, at("/en/cockpit/?status=done&sort=-name"), "manager"),
    Screen("my people in a cluster", 12_000, at("/en/cockpit/"), "manager3"),
    Screen("one of my people", 12_000, _first("/en/cockpit/", "table.people tbody th a"), "manager"),
    Screen("people without a course", 12_000, at("/en/cockpit/people/without-course/"), "manager"),
    Screen("certificates of my people", 12_000, at("/en/cockpit/people/certificates/"), "manager"),
    Screen("progress of my people", 12_000, at("/en/cockpit/progress/"), "manager"),
    Screen("to do", 12_000, at("/en/cockpit/to-do/"), "manager"),
    Screen("add a list of people", 12_000, at("/en/cockpit/import/"), "manager"),
    Screen("list of people, looked over", 12_000, _list_looked_over, "manager"),
    Screen("join links", 12_000, at("/en/cockpit/join-links/"), "manager"),
    Screen("one join link", 12_000, _first("/en/cockpit/join-links/", "tbody th a"), "manager"),
    Screen("sheet of a join link", 12_000, _join_sheet, "manager"),
    Screen("invitations", 12_000, at("/en/cockpit/invitations/"), "manager"),
    Screen("one invitation", 12_000, _first("/en/cockpit/invitations/", "tbody th a"), "manager"),
    Screen("cards", 12_000, at("/en/cockpit/cards/"), "manager"),
    Screen("who waits to be let in", 12_000, at("/en/cockpit/join-requests/"), "manager"),
    Screen("settings of an organisation", 12_000, _settings_of_organisation, "manager"),
    Screen("cohorts", 12_000, at("/en/cockpit/cohorts/"), "manager"),
    Screen("make a cohort", 12_000, at("/en/cockpit/cohorts/new/"), "manager"),
    Screen("one cohort", 12_000, _first("/en/cockpit/cohorts/", "tbody th a"), "manager"),
    Screen("plan of a cohort", 12_000, _of_cohort("Change the plan"), "manager"),
    Screen("plan a live session", 12_000, _of_cohort("Plan a live session"), "manager"),
    Screen("write to a cohort", 12_000, _of_cohort("Write to the group"), "manager"),
    Screen("reports", 12_000, at("/en/cockpit/reports/"), "manager"),
    Screen("evidence packs", 12_000, at("/en/cockpit/reports/packs/"), "manager"),
    Screen("projects", 12_000, at("/en/cockpit/reports/projects/"), "manager"),
    Screen("tokens for programs", 12_000, at("/en/cockpit/tokens/"), "manager"),
    Screen("did it help, for managers", 12_000, at("/en/cockpit/impact/"), "manager"),
    Screen("messages to people", 12_000, at("/en/cockpit/messages/"), "manager"),
    Screen("reminders", 12_000, at("/en/cockpit/reminders/"), "manager"),
    Screen("look at a reminder", 12_000, _reminder, "manager"),
    Screen("join with a code", 12_000, at("/en/join/")),
    Screen("join by a link", 12_000, _join_link),
    Screen("nothing to join", 12_000, at("/en/join/no-such-link/")),
    Screen("sign in with a card", 12_000, at("/en/card/")),
    Screen("who sees what of me", 12_000, _who_sees_me, "graduate"),
    Screen("my group", 12_000, _group_of_learner, "graduate"),
    Screen("which messages I get", 12_000, at("/en/account/messages/"), "learner"),
    Screen("did it help", 12_000, _did_it_help, "graduate"),
)
