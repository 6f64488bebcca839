"""How people use the portal: with the mouse, or by keyboard alone. And what somebody who paid attention answers."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.journeys.site import ROOT

MOST_TABS = 250  # more presses than any page has places to go


class Person:
    """Somebody at a window who looks for words and acts on them."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, path: str) -> None:
        self.page.goto(path)

    def press(self, locator: Locator) -> None:
        """Use a link or a button."""
        locator.click()

    def choose(self, locator: Locator) -> None:
        """Choose a radio button or tick a box."""
        locator.check()

    def write(self, locator: Locator, text: str) -> None:
        """Fill a field."""
        locator.fill(text)

    def pick(self, locator: Locator, text: str) -> None:
        """Choose one of a list."""
        locator.select_option(label=text)

    def follow(self, words: str | re.Pattern[str]) -> None:
        """Use the first link of these words, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.press(self.page.get_by_role("link", name=words).first)

    def use(self, words: str | re.Pattern[str]) -> None:
        """Use the first button of these words, and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.press(self.page.get_by_role("button", name=words).first)

    def sees(self, words: str | re.Pattern[str]) -> None:
        """Expect to read these words in the page's main part."""
        expect(self.page.locator("#main")).to_contain_text(words)

    def sees_heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(words)


class KeyboardPerson(Person):
    """The same, without a mouse: Tab to a thing, then Enter or Space."""

    def _reach(self, locator: Locator) -> None:
        """Press Tab until the thing has the focus.

        :raises AssertionError: when it cannot be reached.
        """
        target = locator.element_handle()
        assert target is not None
        for _press in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"cannot be reached by keyboard: {locator}")

    def press(self, locator: Locator) -> None:
        self._reach(locator)
        self.page.keyboard.press("Enter")

    def choose(self, locator: Locator) -> None:
        kind = locator.get_attribute("type")
        if kind != "radio":
            self._reach(locator)
            self.page.keyboard.press("Space")
            return
        # Tab reaches a group of radio buttons once; arrows move inside it.
        target = locator.element_handle()
        assert target is not None
        group = self.page.locator(f'input[type=radio][name="{locator.get_attribute("name")}"]')
        for _press in range(MOST_TABS):
            if self.page.evaluate("name => document.activeElement?.name === name", locator.get_attribute("name")):
                break
            self.page.keyboard.press("Tab")
        for _press in range(group.count() + 1):
            if target.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not target.evaluate("element => element.checked"):
            self.page.keyboard.press("Space")
        assert target.evaluate("element => element.checked"), "the keyboard did not choose it"

    def write(self, locator: Locator, text: str) -> None:
        self._reach(locator)
        self.page.keyboard.type(text)

    def pick(self, locator: Locator, text: str) -> None:
        self._reach(locator)
        shown = "list => list.selectedOptions[0].text.trim()"
        for _press in range(locator.locator("option").count()):
            if locator.evaluate(shown) == text:
                return
            self.page.keyboard.press("ArrowDown")
        assert locator.evaluate(shown) == text, f"the keyboard did not choose {text}"


class Answers:
    """Right and wrong answers to the quizzes of a course, as its author wrote them down, in the quizzes or in the bank.

    `content`: the folder of all texts; `course`: the name of the course's folder.
    """

    def __init__(self, content: Path, course: str) -> None:
        self._right: dict[str, list[str]] = {}
        self._wrong: dict[str, str] = {}
        self._asked: dict[str, dict[str, Any]] = {}
        folder = content / "courses" / course
        key = yaml.safe_load((folder / "course.yaml").read_text())["key"]
        for path in [*folder.rglob("*.yaml"), *content.glob("question-bank/*.yaml")]:
            texts = yaml.safe_load(path.read_text())
            if ".it." in path.name or not (texts.get("kind") == "quiz" or texts.get("course") == key):
                continue
            for question in texts["questions"]:
                if question["type"] in {"bank_question", "bank_questions"}:
                    continue
                words = _one_line(question["text"])
                self._asked[words] = question
                if question["type"] == "true_false":
                    self._right[words] = ["True" if question["answer"] else "False"]
                    self._wrong[words] = "False" if question["answer"] else "True"
                elif question["type"] in {"single_choice", "multiple_choice"}:
                    self._right[words] = [_one_line(o["text"]) for o in question["options"] if o.get("correct")]
                    self._wrong[words] = next(_one_line(o["text"]) for o in question["options"] if not o.get("correct"))

    def asked(self, question: str) -> dict[str, Any]:
        """Return a question as its author wrote it."""
        return self._asked[_one_line(question)]

    def right(self, question: str) -> list[str]:
        return self._right[_one_line(question)]

    def wrong(self, question: str) -> str:
        return self._wrong[_one_line(question)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def answers_of(course: str) -> Answers:
    """Return the answers to the quizzes of the course in this folder of `content/courses`."""
    return Answers(ROOT / "content", course)


def do_quiz_until(person: Person, answers: Answers, *, right_count: int) -> None:
    """From a question page: answer the first questions right, the others wrong, and send them."""
    number = 0
    while True:
        question = person.page.get_by_role("heading", level=1).inner_text()
        if question == "Check your answers":
            break
        chosen = answers.right(question) if number < right_count else [answers.wrong(question)]
        for answer in chosen:
            person.choose(person.page.get_by_label(answer, exact=True))
        person.use(re.compile("^(Continue|Save and go back)"))
        number += 1
    person.use("Send my answers")
