"""An answer key changes while thirty people learn: seen in words and figures, agreed to by a second person, carried out by
a real worker, and each of them finds what was promised, and why.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.people import Person
from tests.journeys.release_cast import QUIZ, TITLE
from tests.journeys.site import DEMO_PASSWORD, Site
from tests.journeys.test_editor import Editor

REASON = "Answer B is right as well. The old key had only answer A."
JOB_MS = 90_000  # as long as the worker takes on a busy machine
SAID = "6 results rise; 6 of them then pass. Nobody falls."


def set_up(site: Site) -> dict[str, Any]:
    told = site.manage("shell", "-v0", "-c", "from tests.journeys.release_cast import set_up; set_up()")
    cast: dict[str, Any] = json.loads(told[told.index("{") :])
    return cast


def standing(site: Site) -> dict[str, int]:
    """What the people of the course have, in numbers."""
    told = site.manage("shell", "-v0", "-c", "from tests.journeys.release_cast import standing; standing()")
    counts: dict[str, int] = json.loads(told[told.index("{") :])
    return counts


def change_the_key(editor: Editor, cast: dict[str, Any]) -> None:
    """In the quiz's form, another answer becomes the right one; kept as a draft."""
    editor.go(f"/cms/pages/{cast['quiz_page']}/edit/")
    rights = editor.field("This answer is right")
    rights.nth(0).uncheck()
    rights.nth(1).check()
    editor.save_draft()


def put_a_release_together(editor: Editor) -> None:
    """Read what changes and whom it touches, choose, and ask: alone it does not go out."""
    page = editor.page
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("link", name="Release", exact=True).click()
    expect(page.get_by_role("heading", level=1).last).to_have_text(f"Release “{TITLE}” as edition 2")
    editor.sees("Question 1: another option is now the correct one: B.")
    editor.sees(re.compile(r"Right answer\s*Answer right\.\s*Answer wrong\."))
    for figure in (
        r"21\s*people on the way",
        r"5\s*attempts open at a changed quiz",
        r"9\s*people done",
        r"5\s*people hold a certificate",
    ):
        editor.sees(re.compile(figure))
    both = page.get_by_role("radio", name=re.compile("^Count both answers as right"))
    expect(both.locator("xpath=..")).to_contain_text(SAID)
    both.check()
    expect(page.get_by_role("button", name="Release edition 2")).to_be_hidden()
    editor.write(page.get_by_role("textbox", name="Reason"), REASON)
    with page.expect_navigation():
        page.get_by_role("button", name="Ask somebody to check first").click()
    editor.sees("You put this release together or changed it last. Somebody else has to agree")
    expect(page.get_by_role("button", name=re.compile("^Agree"))).to_have_count(0)


def agree(reviewer: Person) -> None:
    """Without scripts: what waits, the same words and figures, and one press."""
    page = reviewer.page
    reviewer.go("/cms/")
    reviewer.write(page.get_by_label("Username or e-mail address"), "reviewer")
    reviewer.write(page.get_by_label("Passphrase", exact=True), DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    reviewer.sees("Waits for you")
    reviewer.go("/cms/releases/")
    reviewer.follow(TITLE)
    for words in ("Question 1: another option is now the correct one: B.", SAID, REASON, "Nothing is public yet"):
        reviewer.sees(words)
    reviewer.use("Agree and release")
    reviewer.sees(f"Edition 2 of “{TITLE}” is public")


def see_it_done(person: Person, *, by_itself: bool) -> None:
    """The bar fills, by itself or by Refresh, and the figures are those that were promised."""
    done = person.page.locator("[data-job]")
    if not by_itself:
        for _look in range(300):
            if "6 people were told" in done.inner_text() and "5 certificates followed" in done.inner_text():
                break
            person.page.wait_for_timeout(300)
            person.page.reload()
    expect(done).to_contain_text("20 of 20", timeout=JOB_MS)
    expect(done).to_contain_text("6 results changed. 6 pass now. 6 people were told.")
    expect(done).to_contain_text("5 certificates followed.", timeout=JOB_MS)


def as_learner(page: Page, learner: dict[str, Any], site: Site) -> Person:
    page.context.add_cookies([{**learner["cookie"], "url": site.base_url}])
    return Person(page)


def test_a_second_person_agrees_to_a_new_answer_key_and_everybody_gets_what_was_promised(
    window: Callable[..., Page], site: Site
) -> None:
    cast = set_up(site)
    people = cast["people"]
    before = standing(site)

    editor = Editor(window())
    editor.sign_in_to_cms()
    change_the_key(editor, cast)
    put_a_release_together(editor)
    agree(reviewer := Person(window(scripts=False)))
    see_it_done(reviewer, by_itself=False)
    editor.go(reviewer.page.url)
    see_it_done(editor, by_itself=True)

    failed = as_learner(window(scripts=False, width=320), people["failed narrowly"][0], site)
    failed.go(f"/en/attempts/{people['failed narrowly'][0]['attempt']}/result/")
    failed.sees_heading("You have 3 of 5. That is enough to pass.")
    failed.sees("Marked again on")
    failed.sees(REASON)
    failed.sees("The course is complete.")
    failed.go("/en/me/certificates/")
    failed.sees(TITLE)
    failed.go(f"/en/attempts/{people['failed narrowly'][0]['attempt']}/marking/")
    failed.sees("The earlier right answers count, and the new ones too.")
    failed.sees("A second person agreed on")

    opened = as_learner(window(scripts=False, width=320), people["open"][0], site)
    opened.go(f"/en/attempts/{people['open'][0]['attempt']}/check/")
    opened.use("Send my answers")
    opened.sees_heading("You have 3 of 5. That is enough to pass.")

    for state in ("passed", "complete"):
        learner = as_learner(window(scripts=False, width=320), people[state][0], site)
        learner.go(f"/en/attempts/{people[state][0]['attempt']}/result/")
        learner.sees_heading("You have 5 of 5. All right.")

    newcomer = as_learner(window(scripts=False, width=320), people["lessons done"][0], site)
    newcomer.go(cast["course_url"])
    newcomer.follow(re.compile(QUIZ))
    expect(newcomer.page.get_by_role("button", name=re.compile("^Start")).first).to_be_visible()

    after = standing(site)
    assert before["certificates"] == 5
    assert after["certificates"] == before["certificates"] + 5 + 1
    assert after["passed"] == before["passed"] + 6 + 1
    assert after["told"] == 6, "who had not sent their answers yet was told nothing else before"
    assert after["lowered"] == 0
    assert [name for name in ("items_done", "courses_done") if after[name] < before[name]] == []
