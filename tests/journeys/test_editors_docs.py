"""A newcomer follows the guides of docs/editors/ to the letter: each step can be done, and its pictures are made anew."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.guides import SIZE, Guide, keep
from tests.journeys.people import Person
from tests.journeys.test_editor import QUESTIONS, Editor

COURSE = "A sleeve that lasts"
MODULE = "Before the first stitch"
LESSON = "Thread a needle"
QUIZ = "Quiz: needle and thread"


class Newcomer(Editor):
    """An editor who does what a guide says, and waits for what it says one sees."""

    def write_text(self, name: str, text: str) -> None:
        """Write into the last rich text field of this name in the form's data, and see it kept in the form."""
        field = self.page.locator(f"main form [data-contentpath='{name}']").last
        field.locator(".public-DraftEditor-content").click()
        self.page.keyboard.type(text)
        expect(field.locator("input[type=hidden]").first).to_have_value(re.compile(re.escape(text[-20:])))

    def fill_date(self, label: str, day: str) -> None:
        """Write a day, and press beside the calendar that opens, which closes it."""
        self.fill(label, day)
        calendar = self.page.locator(".xdsoft_datetimepicker").locator("visible=true")
        expect(calendar).to_have_count(1)
        self.page.locator("body").dispatch_event("mousedown")
        expect(calendar).to_have_count(0)

    def add_titles(self, kind: str, titles: str, *, below: str = "steps") -> None:
        """On the outline, make drafts of these titles."""
        form = self.page.locator("form", has=self.page.get_by_label(f"Titles of new {below}"))
        if kind:
            form.get_by_label("What").select_option(label=kind)
        form.get_by_label(f"Titles of new {below}").fill(titles)
        with self.page.expect_navigation():
            form.get_by_role("button", name="Add as drafts").click()

    def open_row(self, title: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=title, exact=True).first.click()

    def save(self) -> None:
        """Save the draft, once what was typed last was kept by itself."""
        expect(self.page.locator(".w-autosave-indicator__state--saving").first).to_be_hidden()
        with self.page.expect_navigation():
            self.tap("Save draft")
        expect(self.page.locator(".messages")).to_contain_text(re.compile("created|updated"))


def begin_course(editor: Newcomer, guide: Guide) -> None:
    page = editor.page
    with guide.step(1, page) as step:
        editor.sign_in_to_cms()
        page.set_viewport_size(SIZE)
        step.picture("first-page")
    with guide.step(2, page) as step:
        editor.to_courses()
        step.look()
        page.get_by_role("link", name="Add child page").first.click()
        page.locator("main").get_by_role("link", name=re.compile("^Course page")).first.click(trial=True)
        step.look()
        page.locator("main").get_by_role("link", name=re.compile("^Course page")).first.click()
        expect(editor.field("Title")).to_be_visible()
    with guide.step(3, page):
        editor.fill("Title", COURSE)
        editor.fill("Summary", "Mend a torn sleeve by hand, so that it lasts.")
    with guide.step(4, page) as step:
        editor.tap("Add Outcome")
        editor.fill("What people can do", "Threads a needle and ties a knot that holds.")
    with guide.step(5, page):
        editor.write_text("source", "Written for this portal, from the work in our own shop.")
        editor.save()


def plan_course(editor: Newcomer, guide: Guide) -> None:
    page = editor.page
    with guide.step(6, page) as step:
        page.get_by_role("button", name="Actions", exact=True).click()
        page.get_by_role("link", name="Outline", exact=True).hover()
        step.look()
        page.get_by_role("link", name="Outline", exact=True).click()
        expect(page).to_have_title(re.compile("^Outline of"))
    with guide.step(7, page):
        editor.add_titles("", MODULE, below="modules")
    with guide.step(8, page) as step:
        editor.add_titles("", LESSON)
        step.look()
        editor.add_titles("Quiz", QUIZ)
        page.evaluate("window.scrollTo(0, 0)")
        step.picture("outline")


def write_lesson(editor: Newcomer, guide: Guide) -> None:
    page = editor.page
    with guide.step(9, page) as step:
        editor.open_row(LESSON)
        page.get_by_role("button", name="Insert a block").last.click()
        expect(page.get_by_role("option", name="Text", exact=True)).to_be_visible()
        step.look()
        step.picture("blocks")
        page.get_by_role("option", name="Text", exact=True).click()
        editor.write_text(
            "html",
            "Cut the end of the thread with sharp scissors. A torn end frays and does not go through the eye. "
            "Wet the end, hold it between two fingers, and bring the needle to the thread.",
        )
    with guide.step(10, page) as step:
        frame = editor.preview(LESSON)
        expect(frame.get_by_text("A torn end frays")).to_be_visible()
        page.evaluate("window.scrollTo(0, 0)")
        step.picture("preview")
        page.get_by_role("button", name="Toggle preview").click()
    with guide.step(11, page) as step:
        editor.write_text("source", "What the tailors in our shop do.")
        editor.fill_date("Read again by", "2027-05-31")
        step.look()
        editor.save()
        panel = page.locator(".reading").first
        expect(panel).to_contain_text("find nothing that keeps it from being published")
        panel.scroll_into_view_if_needed()
        step.picture("this-text")


def make_quiz(editor: Newcomer, guide: Guide) -> None:
    page = editor.page
    with guide.step(12, page) as step:
        page.get_by_role("button", name="Actions", exact=True).click()
        step.look()
        page.get_by_role("link", name="Outline", exact=True).click()
        editor.open_row(QUIZ)
        page.locator(QUESTIONS).get_by_role("button", name="Insert a block").last.click()
        expect(page.get_by_role("option", name="One right answer", exact=True)).to_be_visible()
        step.look()
        page.get_by_role("option", name="One right answer", exact=True).click()
        editor.fill("Question", "How long is a good thread?")
        editor.fill_answers(
            ("As long as my arm.", True, "Yes. It does not knot itself."),
            ("As long as the room.", False, "Longer threads knot themselves. Try it with an arm's length."),
        )
    with guide.step(13, page) as step:
        editor.save()
        page.get_by_role("button", name="Actions", exact=True).click()
        step.look()
        page.get_by_role("link", name="Answer it as a learner", exact=True).click()
        page.get_by_label("As long as the room.").check()
        step.look()
        step.picture("answer")
        editor.use("See how it would be marked")
        expect(page.get_by_text("Longer threads knot themselves.").first).to_be_visible()
        editor.follow("Back to the editor")


def release_course(editor: Newcomer, guide: Guide) -> None:
    page = editor.page
    with guide.step(14, page) as step:
        page.get_by_role("button", name="Actions", exact=True).click()
        page.get_by_role("link", name="Release", exact=True).hover()
        step.look()
        page.get_by_role("link", name="Release", exact=True).click()
        expect(page.get_by_role("heading", level=1).last).to_contain_text("as edition 1")
        expect(page.get_by_text("This cannot be published yet")).to_have_count(0)
        step.look()
        step.picture("release")
        editor.use("Release edition 1")
        editor.sees("is public")


def test_a_first_course_is_made_as_the_guide_says(window: Callable[..., Page]) -> None:
    guide = Guide("first-course")
    editor = Newcomer(window())
    begin_course(editor, guide)
    plan_course(editor, guide)
    write_lesson(editor, guide)
    make_quiz(editor, guide)
    release_course(editor, guide)

    visitor = Person(window(scripts=False))
    visitor.go("/en/courses/")
    visitor.follow(COURSE)
    with guide.step(15, visitor.page):
        visitor.sees("Threads a needle and ties a knot that holds.")
    visitor.follow(re.compile(LESSON))
    visitor.sees("A torn end frays")
    guide.is_followed()


def test_questions_come_from_a_file_as_the_guide_says(window: Callable[..., Page]) -> None:
    guide = Guide("question-import")
    editor = Newcomer(window())
    page = editor.page
    editor.sign_in_to_cms()
    page.set_viewport_size(SIZE)
    with guide.step(1, page) as step:
        editor.open_row("Question bank")
        page.get_by_role("button", name="Actions", exact=True).click()
        page.get_by_role("link", name="Import questions", exact=True).hover()
        step.look()
        page.get_by_role("link", name="Import questions", exact=True).click()
    with guide.step(2, page), page.expect_download() as download:
        page.get_by_role("link", name="Download the CSV template, with a row of every kind").click()
    with guide.step(3, page):
        page.get_by_label("File", exact=True).set_input_files(
            {"name": "questions.csv", "mimeType": "text/csv", "buffer": download.value.path().read_bytes()}
        )
        editor.use("Show what comes")
    with guide.step(4, page) as step:
        editor.sees("What comes from “questions.csv”")
        step.picture("question-import")
    with guide.step(5, page):
        pass
    with guide.step(6, page):
        pass
    editor.use(re.compile("^Import 8 questions as drafts"))
    with guide.step(7, page):
        expect(page.locator(".messages")).to_contain_text("draft")
    guide.is_followed()


def test_the_list_of_translations_is_the_one_in_the_guide(window: Callable[..., Page]) -> None:
    editor = Newcomer(window())
    editor.sign_in_to_cms()
    editor.page.set_viewport_size(SIZE)
    editor.to_courses()
    editor.open_list_below("Digital basics at work")
    editor.page.get_by_role("button", name="Actions", exact=True).click()
    editor.page.get_by_role("link", name="Texts to translate", exact=True).click()
    editor.sees("Texts of “Digital basics at work” to translate")
    keep("texts-to-translate", editor.page.screenshot(animations="disabled"))
