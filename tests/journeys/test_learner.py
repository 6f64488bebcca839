"""From a visitor's search to a certificate that a stranger can check: with scripts, without, and by keyboard alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from tests.journeys.people import Answers, KeyboardPerson, Person, answers_of
from tests.journeys.site import Site

COURSE = "Digital basics at work"
LESSONS_AND_QUIZZES = 23
PASSPHRASE = "kettle ladder violet tram 9"


def find_course(person: Person) -> None:
    """Search and facet lead a visitor to course A."""
    person.go("/en/courses/?category=ict-basic")
    person.follow(COURSE)
    person.go("/en/search/")
    person.write(person.page.get_by_role("searchbox").first, "passphrase")
    person.use("Search")
    expect(person.page.get_by_role("link", name="A passphrase you can keep").first).to_be_visible()
    person.go("/en/courses/")
    person.follow(COURSE)
    person.sees_heading(COURSE)


def make_account(person: Person, name: str) -> None:
    """Sign up with a username alone: many people at work have no e-mail address."""
    person.write(person.page.get_by_label("Your name"), name.title())
    person.write(person.page.get_by_label(re.compile("Username")), name)
    person.write(person.page.get_by_label(re.compile("Passphrase")).first, PASSPHRASE)
    person.use("Make my account")


def read_qr(path: Path) -> str:
    """Return what a phone reads from the code on the first page of a PDF."""
    with pypdfium2.PdfDocument(path) as pdf:
        codes = zxingcpp.read_barcodes(pdf[0].render(scale=3).to_pil())
    assert len(codes) == 1
    return codes[0].text


def do_lesson(person: Person) -> None:
    person.use(re.compile("^Done"))


def do_quiz(person: Person, answers: Answers) -> None:
    """Answer every question right, look over the answers, send them."""
    person.use(re.compile("^Start"))
    while True:
        question = person.page.get_by_role("heading", level=1).inner_text()
        if question == "Check your answers":
            break
        for answer in answers.right(question):
            person.choose(person.page.get_by_label(answer, exact=True))
        person.use(re.compile("^(Continue|Save and go back)"))
    person.use("Send my answers")
    person.sees_heading("All right")


def do_course(person: Person, answers: Answers) -> int:
    """Do every step in order; return how many there were."""
    steps = 0
    while steps < LESSONS_AND_QUIZZES + 1:
        page = person.page
        if page.get_by_role("button", name=re.compile("^Done")).count():
            do_lesson(person)
        elif page.get_by_role("button", name=re.compile("^Start")).count():
            do_quiz(person, answers)
            following = page.get_by_role("link", name=re.compile("^Next up"))
            if following.count():
                person.follow(re.compile("^Next up"))
        else:
            break
        steps += 1
    return steps


@pytest.mark.parametrize(
    ("name", "scripts", "kind", "width"),
    [
        pytest.param("ana", True, Person, 1280, id="with scripts"),
        pytest.param("bela", False, Person, 320, id="without scripts, on a small phone"),
        pytest.param("cora", True, KeyboardPerson, 1280, id="by keyboard alone"),
    ],
)
def test_a_visitor_becomes_a_learner_with_a_certificate(
    site: Site, window: Callable[..., Page], name: str, scripts: bool, kind: type[Person], width: int
) -> None:
    person = kind(window(scripts=scripts, width=width))
    answers = answers_of("digital-basics-at-work")

    find_course(person)
    person.follow("Enrol in this course")
    person.follow("Make an account")
    make_account(person, name)
    if person.page.get_by_role("button", name="Enrol in this course").count():
        person.use("Enrol in this course")
    person.follow(re.compile("^(Continue|The parts of your device)"))
    assert do_course(person, answers) == LESSONS_AND_QUIZZES

    person.follow("Confirm your name")
    person.write(person.page.get_by_label(re.compile("[Nn]ame on the certificate|Your name")), f"{name.title()} Kovács")
    person.use("Confirm and get the certificate")
    person.go("/en/me/certificates/")
    number = re.search(r"CT(-[0-9A-Z]{4}){4}", person.page.locator("#main").inner_text())
    assert number is not None, "the certificate is there on the next page"
    person.go("/en/me/")
    person.sees(COURSE)

    # The PDF opens, and names the certificate's own page.
    person.go("/en/me/certificates/")
    link = person.page.locator("a[href*='.pdf']").first.get_attribute("href")
    assert link is not None
    answer = person.page.context.request.get(link)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    path = site.var / f"{name}.pdf"
    path.write_bytes(answer.body())
    with pikepdf.open(path) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang)

    # A stranger, without an account: by the code on the paper, and by number.
    verifier = Person(window(scripts=False, width=320))
    verifier.go(read_qr(path))
    verifier.sees_heading("This certificate is valid")
    verifier.go("/en/verify/")
    verifier.write(verifier.page.get_by_role("textbox").first, number.group(0).lower().replace("-", " "))
    verifier.use("Check")
    verifier.sees_heading("This certificate is valid")
    verifier.sees(f"{name.title()} Kovács")
    verifier.sees("DEMO")


def test_one_enrolment_one_attempt_and_one_progress_across_two_languages(
    window: Callable[..., Page],
) -> None:
    person = Person(window(scripts=False))
    person.go("/en/account/signup/")
    make_account(person, "dario")
    person.go("/en/courses/")
    person.follow(COURSE)
    person.use("Enrol in this course")
    person.follow(re.compile("^(Continue|The parts of your device)"))
    do_lesson(person)
    address = person.page.url

    person.go("/it/me/")
    expect(person.page.locator("html")).to_have_attribute("lang", "it")
    person.go(address.replace("/en/", "/it/"))
    person.go("/it/courses/digital-basics-at-work/start-safely/quiz-start-safely/")
    with person.page.expect_navigation():
        person.page.locator("form button.button").first.click()
    attempt = person.page.url
    italian = person.page.get_by_role("heading", level=1).inner_text()
    person.choose(person.page.get_by_role("radio").first)
    with person.page.expect_navigation():
        person.page.locator("form.question button.button").first.click()

    person.go(attempt.replace("/it/", "/en/"))
    person.sees_heading(italian)  # the attempt ends in the language it began in, whatever the interface
    assert person.page.get_by_role("radio", checked=True).count() == 1
    person.go("/en/courses/digital-basics-at-work/start-safely/quiz-start-safely/")
    expect(person.page.get_by_role("link", name=re.compile("Go on with my answers"))).to_be_visible()
    person.go("/it/courses/digital-basics-at-work/")
    expect(person.page.locator("#main")).to_contain_text(re.compile("1 .*23|23"))
