"""Every kind of page, and how somebody gets to see it. Used by the checks of all pages and by `make shots`."""

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
)
