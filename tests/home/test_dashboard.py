"""The first page of the CMS: what waits for whoever opens it, and the whole lists behind it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Page, Workflow, WorkflowState

from courses.operations.reporting import file_report
from courses.queries.reports import reported_page
from home.operations.sections import give_section
from home.queries.links import broken_links
from home.queries.translations import lacking_by_language, lacking_in
from home.queries.waiting import Part, drafts_of, reviews_for, to_read_again
from tests.case_studies.builders import make_case
from tests.courses.builders import (
    NOON,
    add_lesson,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
)
from tests.home.builders import home_page, standard_page
from tests.people import make_editor, make_operator, make_reviewer, make_translator, make_user, signed_in

pytestmark = pytest.mark.django_db
ALL = Part(50)


def texts(html: str) -> str:
    return " ".join(html.split())


def change(page: Page, person: Any, **changes: Any) -> Page:
    """Save a draft of a page in somebody's name."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save_revision(user=person)
    return fresh


def titles(waiting: Any) -> list[str]:
    return [row.title for row in waiting.rows]


def ask_for_review(page: Page, person: Any) -> None:
    fresh = change(page, person)
    Workflow.objects.get(name="Review before publishing").start(fresh, person)


def test_somebody_for_whom_nothing_waits_reads_so_at_each_list():
    html = texts(signed_in(make_editor()).get("/cms/").text)

    assert "Nothing. Every draft is public, every link leads somewhere, no text is past its day." in html
    assert "No page waits for your review." in html
    assert "All that you changed is public." in html
    assert "Every link in a public text leads to a page or document that is there." in html


def test_my_drafts_are_those_i_changed_last_newest_first():
    course, editor = make_course(), make_editor()
    first, second = lesson_pages(course)[:2]
    change(second, editor, title="A new title")
    change(first, editor)
    change(module_pages(course)[0], make_editor())

    found = drafts_of(editor, part=ALL)

    assert titles(found) == [first.title, "A new title"]
    assert [row.place for row in found.rows] == [course_page(course).title] * 2
    assert found.rows[0].words.startswith("Changed ")


def test_a_draft_in_review_says_so():
    course, editor = make_course(), make_editor()
    ask_for_review(lesson_pages(course)[0], editor)

    assert [row.words for row in drafts_of(editor, part=ALL).rows] == ["In review"]


def test_what_a_reviewer_sent_back_is_with_who_asked_and_says_why_though_the_reviewer_saved_it_last():
    course, editor, reviewer = make_course(), make_editor(), make_reviewer()
    page = lesson_pages(course)[0]
    ask_for_review(page, editor)
    change(page, reviewer)
    state = WorkflowState.objects.get()
    state.current_task_state.specific.reject(user=reviewer, comment="Too long.")

    rows = drafts_of(editor, part=ALL).rows

    assert [(row.title, row.words, row.needs_care) for row in rows] == [(page.title, "Sent back: “Too long.”", True)]
    assert "Sent back: “Too long.”" in texts(signed_in(editor).get("/cms/").text)


def test_what_waits_for_review_waits_for_reviewers_with_its_open_comments():
    course, editor = make_course(), make_editor(display_name="Sofia")
    page = lesson_pages(course)[0]
    ask_for_review(page, editor)
    for resolved in (None, None, timezone.now()):
        Comment.objects.create(page=page, user=editor, text="Why?", contentpath="title", resolved_at=resolved)

    rows = reviews_for(make_reviewer(), part=ALL).rows

    assert [row.title for row in rows] == [page.title]
    assert rows[0].words.startswith("From Sofia, since ")
    assert rows[0].words.endswith(" · 2 open comments")
    assert reviews_for(editor, part=ALL).count == 0


def test_texts_are_read_again_the_oldest_day_first_and_not_before_thirty_days():
    course, today = make_course(), timezone.localdate()
    one, two, three = (
        lesson_pages(course)[:3]
        if len(lesson_pages(course)) > 2
        else [
            *lesson_pages(course)[:2],
            publish(add_lesson(module_pages(course)[0], "extra")),
        ]
    )
    publish(one, review_by_date=today + timedelta(days=30))
    publish(two, review_by_date=today + timedelta(days=31))
    publish(three, review_by_date=today - timedelta(days=1))
    make_case(title="Coats", review_by_date=today)

    found = to_read_again(make_editor(), today=today, part=ALL)

    assert titles(found) == [three.title, "Coats", one.title]
    assert [row.needs_care for row in found.rows] == [True, False, False]


def test_links_to_what_is_gone_or_hidden_are_found_and_odd_addresses_outside():
    there, gone, hidden = (standard_page(title) for title in ("There", "Gone", "Hidden"))
    html = "".join(f'<p><a linktype="page" id="{page.pk}">x</a></p>' for page in (there, gone, hidden))
    page = standard_page(
        "Links",
        sections=[
            (
                "section",
                {"title": "More", "html": html + '<p><a href="http://oops">x</a> <a href="https://a.eu">y</a></p>'},
            )
        ],
    )
    editor = make_editor()
    assert [row.words for row in broken_links(editor, part=ALL).rows] == ["No address: “http://oops”"]

    gone.delete()
    hidden.unpublish()

    rows = broken_links(editor, part=ALL).rows
    assert [(row.title, row.words) for row in rows] == [
        (page.title, "2 links lead to something that is gone or not public · No address: “http://oops”")
    ]


def test_a_document_that_is_gone_is_a_dead_link():
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(title="Sheet", file=ContentFile(b"x", "sheet.txt"))
    html = f'<p><a linktype="document" id="{document.pk}">x</a></p>'
    standard_page("Links", sections=[("section", {"title": "More", "html": html})])
    editor = make_editor()
    assert broken_links(editor, part=ALL).count == 0

    document.delete()

    assert broken_links(editor, part=ALL).count == 1


def test_translations_are_missing_or_out_of_date_by_language():
    course = make_course(languages=("it",))
    editor = make_editor()
    before = {language.code: language for language in lacking_by_language(editor)}
    publish(lesson_pages(course)[0], title="Said better")

    after = {language.code: language for language in lacking_by_language(editor)}

    assert (before["it"].stale_count, after["it"].stale_count) == (0, 1)
    stale = [row for row in lacking_in(editor, language="it", part=Part(500)).rows if row.needs_care]
    assert [row.title for row in stale] == ["Said better"]
    assert stale[0].url == reverse("wagtailadmin_pages:edit", args=[in_language(lesson_pages(course)[0], "it").pk])


def test_only_what_somebody_may_change_waits_for_them():
    mine, foreign = make_course(title="Mine", slug="mine"), make_course(title="Foreign", slug="foreign")
    day = timezone.localdate()
    for course in (mine, foreign):
        publish(lesson_pages(course)[0], review_by_date=day)
    partner = make_user("partner", role="partner")
    partner.groups.add(give_section(name="Partner", page=course_page(mine)))

    found = to_read_again(partner, today=day, part=ALL)

    assert [row.place for row in found.rows] == ["Mine"]
    assert "Foreign" not in signed_in(partner).get("/cms/").text


def asked(person: Any, url: str) -> int:
    browser = signed_in(person)
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def fill(count: int, editor: Any) -> None:
    course = make_course(title=f"Course {count}", slug=f"course-{count}")
    module = module_pages(course)[0]
    for number in range(count):
        lesson = publish(add_lesson(module, f"{count}-{number}"), review_by_date=timezone.localdate())
        if number % 2:
            ask_for_review(lesson, editor)
        else:
            change(lesson, editor)


def test_the_first_page_costs_the_same_however_much_waits():
    person = make_operator()
    home_page("it")
    fill(2, person)
    with_few = asked(person, "/cms/")
    lists = {slug: asked(person, f"/cms/waiting/{slug}/") for slug in ("drafts", "reviews", "dates", "links")}

    fill(8, person)

    assert asked(person, "/cms/") == with_few
    assert {slug: asked(person, f"/cms/waiting/{slug}/") for slug in lists} == lists
    assert with_few <= 70


def test_the_first_page_shows_five_and_leads_to_all():
    editor = make_editor()
    course = make_course()
    for number in range(6):
        change(publish(add_lesson(module_pages(course)[0], f"n{number}")), editor)
    browser = signed_in(editor)

    html = texts(browser.get("/cms/").text)

    assert '<a href="#waiting-drafts-section">6 drafts of yours</a>' in html
    assert html.count('class="house__what"') >= 5
    assert '<a class="house__all" href="/cms/waiting/drafts/">All 6' in html
    assert browser.get("/cms/waiting/drafts/").text.count('class="house__what"') == 6


def test_a_list_that_is_none_is_not_found():
    assert signed_in(make_editor()).get("/cms/waiting/unknown/").status_code == 404
    assert signed_in(make_editor()).get("/cms/waiting/translations/?language=xx").status_code == 404


def test_groups_are_there_for_translators():
    assert Group.objects.get(name="Translators").permissions.filter(codename="access_admin").exists()


def test_every_kind_of_page_takes_comments():
    course = make_course()
    browser = signed_in(make_editor())
    pages = [make_case(title="Coats"), standard_page("More"), *course_page(course).get_descendants(inclusive=True)]

    takes = {
        page.specific_class.__name__: "comments" in browser.get(f"/cms/pages/{page.pk}/edit/").context["form"].formsets
        for page in pages
    }

    assert takes == dict.fromkeys(takes, True)
    assert len(takes) == 6


def test_what_readers_and_learners_said_is_counted_at_the_head_with_a_way_to_its_panel():
    lesson = lesson_pages(make_course())[0]
    about = reported_page(str(lesson.translation_key), "1", language="en")
    file_report(public_id=uuid4(), about=about, kind="wrong", text="A step is missing.", email="", at=NOON)

    html = texts(signed_in(make_editor()).get("/cms/").text)

    head = html[html.index('id="what-waits"') : html.index("</section>", html.index('id="what-waits"'))]
    assert '<a href="#reader-reports-section">1 reader wrote to you</a>' in head
    assert 'id="reader-reports-section"' in html
    assert "Nothing. Every draft is public" not in html


@pytest.mark.parametrize("make", [make_editor, make_translator, make_operator])
def test_the_first_page_is_headed_by_the_name_of_the_site(make):
    html = texts(signed_in(make()).get("/cms/").text)

    assert '<h1 class="w-h1 w-mt-0"> Common Thread </h1>' in html
    assert "- Common Thread</title>" in html
    assert "created in localhost" not in html


def test_the_pages_of_operators_bear_the_name_of_the_site():
    html = texts(signed_in(make_operator()).get("/ops/").text)

    assert "Django" not in html
    assert "<title>For operators | Common Thread</title>" in html
