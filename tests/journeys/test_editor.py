"""An editor makes a course in the CMS with mouse and keyboard only, and a learner takes it at once."""

import re
from collections.abc import Callable

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.journeys.people import Person
from tests.journeys.screens import sign_in
from tests.journeys.site import DEMO_PASSWORD

COURSE = "Mending a sleeve"
MODULE = "Before the first stitch"
LESSON = "Thread a needle"
QUIZ = "Quiz: needle and thread"
ADDRESS = "/en/courses/mending-a-sleeve/"
RIGHT = {
    "How long is a good thread?": ["As long as my arm."],
    "What do you need?": ["A needle.", "A thread."],
    "A knot holds the thread.": ["True"],
}
LOOKING_OVER_MS = 1_500
KEY_WORDS = ("Yes. It does not knot itself.", "Longer threads knot themselves.")

QUESTIONS = "[id$=questions-section]"


class Editor(Person):
    """Somebody at work in the CMS, who goes everywhere by links and buttons."""

    def sign_in_to_cms(self) -> None:
        self.go("/cms/")
        self.write(self.page.get_by_label("Username or e-mail address"), "editor")
        self.write(self.page.get_by_label("Passphrase", exact=True), DEMO_PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).to_have_title(re.compile("Dashboard"))

    def tap(self, words: str) -> None:
        """Press the last button of these words; the page stays."""
        self.page.get_by_role("button", name=words, exact=True).last.click()

    def to_courses(self) -> None:
        self.page.get_by_role("link", name="Courses", exact=True).first.click()
        expect(self.page).to_have_title(re.compile("Courses"))

    def open_list_below(self, title: str) -> None:
        self.page.get_by_role(
            "link", name=re.compile(f"(Explore child pages of|Add a child page to) '{title}'")
        ).click()
        expect(self.page).to_have_title(re.compile(f"New|{re.escape(title)}"))

    def begin(self, kind: str) -> None:
        """Begin a new page: from a list of pages, from the choice of kinds, or where there is one kind at once."""
        add = self.page.get_by_role("link", name="Add child page")
        choice = self.page.locator("main").get_by_role("link", name=re.compile(f"^{kind} page"))
        form = self.field("Title")
        expect(add.or_(choice).or_(form).first).to_be_visible()
        if add.count():
            add.first.click()
        expect(choice.or_(form).first).to_be_visible()
        if choice.count():
            choice.first.click()
        expect(form.first).to_be_visible()

    def field(self, label: str) -> Locator:
        """Return the fields of this label, required ones too."""
        labelled = self.page.locator("main form").get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$"))
        return labelled.and_(self.page.locator("input, textarea, select"))

    def fill(self, label: str, text: str) -> None:
        """Write into the last field of this label: the one that was just added."""
        self.field(label).last.fill(text)

    def write_rich(self, text: str, *, number: int) -> None:
        """Write into a rich text field, counted from the top or, with a minus, from the end of the form."""
        self.page.locator("main .public-DraftEditor-content").nth(number).click()
        self.page.keyboard.type(text)

    def add_block(self, kind: str, *, panel: str = "main form") -> None:
        """Add a block behind the others; of a page with several lists of blocks, in this panel."""
        self.page.locator(panel).get_by_role("button", name="Insert a block").last.click()
        self.page.get_by_role("option", name=kind, exact=True).click()
        expect(self.page.locator(".c-sf-block__type", has_text=kind).last).to_be_visible()

    def fill_answers(self, *answers: tuple[str, bool, str]) -> None:
        """Fill in the answers of the question that was added last: two are there, a press adds more."""
        for _more in answers[2:]:
            self.tap("Add")
        texts, rights = self.field("Answer"), self.field("This answer is right")
        replies = self.field("What people read who chose it")
        for place, (text, is_right, reply) in enumerate(answers, start=texts.count() - len(answers)):
            texts.nth(place).fill(text)
            if is_right:
                rights.nth(place).check()
            replies.nth(place).fill(reply)

    def save_draft(self) -> None:
        self._look_over()
        self.tap("Save draft")
        expect(self.page.locator(".messages")).to_contain_text(re.compile("(?<!not be )(saved|created|updated)"))

    def publish(self) -> None:
        """Press Publish, once what was typed last was kept."""
        self._look_over()
        self.tap("More actions")
        self.tap("Publish")

    def _look_over(self) -> None:
        """Wait until what was typed last was kept: a person looks it over first."""
        self.page.wait_for_timeout(LOOKING_OVER_MS)
        expect(self.page.locator(".w-autosave-indicator__state--saving").first).to_be_hidden()

    def is_published(self) -> None:
        expect(self.page.locator(".messages")).to_contain_text("published")

    def preview(self, title: str) -> FrameLocator:
        """Open the preview beside the form, and return it once it shows what was typed."""
        toggle = self.page.get_by_role("button", name="Toggle preview")
        if toggle.get_attribute("aria-expanded") != "true":
            toggle.click()
        frame = self.page.frame_locator("iframe#w-preview-iframe")
        expect(frame.get_by_role("heading", level=1)).to_have_text(title)
        return frame


def make_course(editor: Editor) -> None:
    """The course with what the catalogue needs to know: kept as a draft first, then published."""
    editor.to_courses()
    editor.begin("Course")
    editor.fill("Title", COURSE)
    editor.fill("Summary", "Mend a torn sleeve by hand, so that it lasts.")
    editor.write_rich("For everybody who works with cloth.", number=0)
    for outcome in ("Threads a needle.", "Sews a running stitch."):
        editor.tap("Add Outcome")
        editor.fill("What people can do", outcome)
    editor.tap("Add Audience")
    editor.field("Audience").last.select_option(label="Workers")
    editor.tap("Add Course")
    editor.field("Course").last.select_option(label="Digital basics at work")
    editor.tap("Add Certificate")
    editor.fill("Statement", "took part in the course Mending a sleeve and did every step of it.")
    editor.fill("Author", "Sofia")
    editor.write_rich("Written for this portal.", number=-1)
    editor.save_draft()
    assert editor.page.context.request.get(ADDRESS).status == 404, "a draft is nobody's"
    editor.publish()
    editor.is_published()


def make_module(editor: Editor) -> None:
    editor.open_list_below(COURSE)
    editor.begin("Module")
    editor.fill("Title", MODULE)
    editor.fill("Summary", "What you need.")
    editor.publish()
    editor.is_published()


def make_lesson(editor: Editor) -> None:
    """Several blocks; a picture-less one, so nothing is missing; looked at before it is published."""
    editor.open_list_below(MODULE)
    editor.begin("Lesson")
    editor.fill("Title", LESSON)
    editor.fill("Summary", "A thread that holds begins with its end.")
    editor.add_block("Heading")
    editor.fill("Heading", "Cut the end")
    editor.add_block("Text")
    editor.write_rich("Cut the thread with sharp scissors.", number=-2)
    editor.add_block("Checklist")
    # Wagtail names a list's plain fields by a heading, which is no label.
    editor.page.locator("main form [name$='entries-0-value']").fill("Needle")
    editor.add_block("Question to oneself")
    editor.fill("Question", "Why cut and not tear?")
    editor.write_rich("A torn end frays.", number=-2)
    editor.write_rich("What tailors told us.", number=-1)
    frame = editor.preview(LESSON)
    expect(frame.get_by_text("Cut the thread with sharp scissors.")).to_be_visible()
    assert editor.page.context.request.get(f"{ADDRESS}before-the-first-stitch/thread-a-needle/").status == 404
    editor.publish()
    editor.is_published()


def make_quiz(editor: Editor) -> None:
    """Three kinds of questions; a mistake is said where it is, and nothing typed is lost."""
    editor.begin("Quiz")
    editor.fill("Title", QUIZ)
    editor.add_block("One right answer", panel=QUESTIONS)
    editor.fill("Question", "How long is a good thread?")
    editor.fill_answers(
        ("As long as my arm.", False, "Yes. It does not knot itself."),
        ("As long as the room.", False, "Longer threads knot themselves."),
    )
    editor.add_block("Several right answers", panel=QUESTIONS)
    editor.fill("Question", "What do you need?")
    editor.fill_answers(
        ("A needle.", True, "Yes."), ("A thread.", True, "Yes."), ("A hammer.", False, "Not for cloth.")
    )
    editor.add_block("True or false", panel=QUESTIONS)
    editor.fill("Question", "A knot holds the thread.")
    editor.field("It is").last.select_option(label="True")
    editor.publish()

    page = editor.page
    expect(page.locator(".messages")).to_contain_text("could not be")
    expect(page.get_by_text("No answer is marked as right. Mark one.")).to_be_visible()
    expect(editor.field("Answer").nth(1)).to_have_value("As long as the room.")
    editor.field("This answer is right").first.check()

    frame = editor.preview(QUIZ)
    for words in RIGHT:
        expect(frame.get_by_text(words)).to_be_visible()
    shown = frame.locator("body").inner_text()
    assert [words for words in KEY_WORDS if words in shown] == [], "as learners see it, without the key"
    page.get_by_label("Preview mode").select_option(label="With the right answers, for editors")
    expect(frame.get_by_text("Only editors see this: the key").first).to_be_visible()
    editor.publish()
    editor.is_published()


def take_course(learner: Person) -> None:
    """Enrol, read, answer, be done."""
    page = learner.page
    learner.go("/en/courses/")
    learner.follow(COURSE)
    learner.sees("Threads a needle.")
    learner.use("Enrol in this course")
    learner.sees_heading(LESSON)
    learner.sees("Cut the thread with sharp scissors.")
    learner.use(re.compile("^Done"))
    learner.sees_heading(QUIZ)
    learner.use(re.compile("^Start"))
    for question, answers in RIGHT.items():
        learner.sees_heading(question)
        for answer in answers:
            learner.choose(page.get_by_label(answer, exact=True))
        learner.use(re.compile("^Continue"))
    learner.use("Send my answers")
    learner.sees_heading("All right")
    learner.sees("Yes. It does not knot itself.")
    learner.go("/en/me/")
    learner.sees("All 2 steps done")


def test_an_editor_makes_a_course_and_a_learner_takes_it_at_once(window: Callable[..., Page]) -> None:
    editor = Editor(window())
    editor.sign_in_to_cms()
    make_course(editor)
    make_module(editor)
    make_lesson(editor)
    make_quiz(editor)

    learner = Person(window(scripts=False, width=320))
    sign_in(learner.page, "learner2")
    take_course(learner)
