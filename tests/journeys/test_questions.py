"""Questions of every kind, practice, feedback at once and one page: without scripts on a phone, and by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Answers, KeyboardPerson, Person, answers_of
from tests.journeys.site import Site

COURSE = "/en/courses/digital-basics-at-work/"
QUIZ = f"{COURSE}start-safely/practise-a-morning-with-the-tablet/"
PASSPHRASE = "kettle ladder violet tram 9"
KINDS = 8
OWN_WORDS = "I sign Amira out and tell her kindly, so that nobody writes in her name."

SET_QUIZ = """
from django.utils import timezone
from courses.models import QuizPage
from courses.operations.settling import one_edition
page = QuizPage.objects.get(slug="practise-a-morning-with-the-tablet", locale__language_code="en")
for name, value in {values!r}.items():
    setattr(page, name, value)
with one_edition(cause="publish", at=timezone.now()):
    page.save_revision().publish()
"""


def set_quiz(site: Site, **values: object) -> None:
    """Have an editor publish the quiz with other rules."""
    site.manage("shell", "-c", SET_QUIZ.format(values=values))


def join(person: Person, name: str) -> None:
    """Make an account, enrol, and open the quiz."""
    person.go("/en/account/signup/")
    person.write(person.page.get_by_label("Your name"), name.title())
    person.write(person.page.get_by_label(re.compile("Username")), name)
    person.write(person.page.get_by_label(re.compile("Passphrase")).first, PASSPHRASE)
    person.use("Make my account")
    person.go(COURSE)
    person.use("Enrol in this course")
    person.go(QUIZ)


def answer(person: Person, asked: dict[str, object], *, within: str = "form.question") -> None:
    """Answer a question right, as its author wrote it, by the words on the page."""
    form = person.page.locator(within)
    options = asked.get("options", [])
    match asked["type"]:
        case "matching":
            for option in options:
                person.pick(form.get_by_label(option["text"], exact=True), option["match"])
        case "ordering":
            for place, option in enumerate(options, start=1):
                person.pick(form.get_by_label(option["text"], exact=True), str(place))
        case "numeric":
            person.write(form.get_by_label("Your answer"), str(asked["number"]))
        case "short_text":
            person.write(form.get_by_label("Your answer"), str(asked["accepted"][0]))
        case "open_answer":
            person.write(form.get_by_label("Your answer"), OWN_WORDS)
        case "true_false":
            person.choose(form.get_by_label("True" if asked["answer"] else "False", exact=True))
        case _:
            for option in options:
                if option.get("correct"):
                    person.choose(form.get_by_label(option["text"], exact=True))


def question_now(person: Person, answers: Answers) -> dict[str, object]:
    return answers.asked(person.page.get_by_role("heading", level=1).inner_text())


@pytest.mark.parametrize(
    ("name", "scripts", "kind", "width"),
    [
        pytest.param("berit", False, Person, 320, id="without scripts, on a small phone"),
        pytest.param("chidi", True, KeyboardPerson, 1280, id="by keyboard alone"),
    ],
)
def test_every_kind_of_question_is_answered_checked_and_sent(
    window: Callable[..., Page], name: str, scripts: bool, kind: type[Person], width: int
) -> None:
    person = kind(window(scripts=scripts, width=width))
    answers = answers_of("digital-basics-at-work")
    join(person, name)

    person.use(re.compile("^Start the quiz"))
    for number in range(1, KINDS + 1):
        person.sees(f"Question {number} of {KINDS}")
        answer(person, question_now(person, answers))
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert person.page.evaluate(wide), f"question {number} is wider than the window"
        person.use(re.compile("^Continue"))
    person.sees_heading("Check your answers")
    person.sees("All questions are answered")
    person.sees(OWN_WORDS)
    person.use("Send my answers")

    person.sees_heading("You have 15 of 18 so far. That is enough to pass.")
    person.sees("A person reads this answer and gives the points.")


def test_practice_says_how_near_an_answer_is_and_keeps_nothing(window: Callable[..., Page]) -> None:
    person = Person(window(scripts=False, width=320))
    answers = answers_of("digital-basics-at-work")
    join(person, "dagny")

    person.follow("Practise first")
    person.choose(person.page.get_by_label("I am not sure"))
    person.use("See how near it is")
    person.sees("Good that you said so")
    person.follow("Try this question again")
    for number in range(1, KINDS + 1):
        person.sees(f"Practice, question {number} of {KINDS}")
        answer(person, question_now(person, answers))
        person.use("See how near it is")
        person.sees(re.compile("Right|A person reads this answer"))
        person.use(re.compile("^(Next question|End the practice)"))
    person.sees_heading("15 of 15 in this practice.")
    person.follow("To the quiz")
    expect(person.page.get_by_role("button", name="Start the quiz")).to_be_visible()


def test_answers_told_at_once_are_final_and_one_page_saves_by_itself_and_by_its_button(
    site: Site, window: Callable[..., Page]
) -> None:
    answers = answers_of("digital-basics-at-work")
    set_quiz(site, feedback_timing="at-once", reviews_first=False)
    person = Person(window(scripts=False, width=320))
    join(person, "emeka")
    person.use(re.compile("^Start the quiz"))
    for number in range(1, KINDS + 1):
        person.sees(f"Question {number} of {KINDS}")
        answer(person, question_now(person, answers))
        person.use(re.compile("^Continue"))
        person.sees(re.compile("Right|A person reads this answer"))
        assert person.page.locator("fieldset").count() == 0
        if number < KINDS:
            person.follow("Next question")
    person.use("Send my answers")
    person.sees_heading("You have 15 of 18 so far.")

    set_quiz(site, feedback_timing="after-submit", reviews_first=True, layout="one-page")
    person = KeyboardPerson(window())
    join(person, "farah")
    person.use(re.compile("^Start the quiz"))
    questions = person.page.locator("fieldset[data-question]")
    assert questions.count() == KINDS
    for number in range(1, KINDS + 1):
        words = person.page.locator(f"#question-{number} h2 span[lang]").inner_text()
        answer(person, answers.asked(words), within=f"#question-{number}")
    person.page.keyboard.press("Tab")
    expect(person.page.locator("[data-saved]")).to_have_text(re.compile("^Saved"))
    person.page.reload()
    person.sees("All questions are answered.")
    person.use("Save and check")
    person.sees_heading("Check your answers")
    person.use("Send my answers")
    person.sees_heading("You have 15 of 18 so far.")
