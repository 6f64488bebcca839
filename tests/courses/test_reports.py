"""Readers say that something is wrong or unclear, without an account; editors of the page answer or close it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page

from accounts.models import User
from courses.models import ContentReport, Course, CoursePage
from courses.operations.reporting import (
    KEPT_FOR,
    AlreadyEnded,
    answer_report,
    close_report,
    delete_old_reports,
    file_report,
)
from courses.operations.settling import one_edition
from courses.queries.reports import open_reports, reported_page
from courses.views.reports import ALLOWED
from foundation.models import OutboxMessage
from foundation.operations import deliver_message
from tests.case_studies.builders import make_case, translate_case
from tests.courses.builders import NOON, lesson_pages, make_course, publish
from tests.people import make_editor, make_learner, make_user, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db
SENT = {"kind": "unclear", "text": "What is a passkey?", "email": "", "website": ""}


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def course() -> Course:
    return make_course(lesson_count=1, quiz_count=0, has_certificate=False)


def about(course: Course, language: str = "en") -> Any:
    return reported_page(str(lesson_pages(course)[0].translation_key), "1", language=language)


def filed(course: Course, **changes: Any) -> ContentReport:
    fields = {"kind": "wrong", "text": "The second step is missing.", "email": "", "at": NOON, **changes}
    return file_report(public_id=uuid4(), about=about(course), **fields)


def test_a_page_with_the_longest_address_there_is_can_be_reported(course: Course):
    path = f"/en/courses/{'c' * 255}/{'s' * 255}/"

    report = file_report(
        public_id=uuid4(), about=replace(about(course), path=path), kind="wrong", text="Too long.", email="", at=NOON
    )

    report.refresh_from_db()
    assert report.path == path


def address_of(course: Course, *, edition: int = 1, language: str = "en") -> str:
    return f"/{language}/report/?page={lesson_pages(course)[0].translation_key}&edition={edition}"


def test_a_lesson_leads_to_the_form_without_a_cookie(course: Course):
    browser = Client()

    lesson = browser.get("/en/courses/digital-basics/module-1/lesson-1-1/")

    link = address_of(course).replace("&", "&amp;")
    assert f'href="{link}"' in lesson.content.decode()
    assert not browser.cookies
    form = browser.get(address_of(course)).content.decode()
    assert "Lesson 1-1" in form
    assert "csrftoken" in browser.cookies


def test_what_a_reader_says_is_kept_with_the_page_and_its_edition(course: Course):
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], title="Signing in")

    answer = Client().post(address_of(course), SENT)

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        address_of(course).replace("/report/", "/report/thanks/"),
    )
    report = ContentReport.objects.get()
    page = lesson_pages(course)[0]
    assert (report.page_id, report.page_key, report.course) == (page.pk, page.translation_key, course)
    assert (report.edition_number, report.language, report.title) == (1, "en", "Signing in")
    assert (report.kind, report.text, report.email, report.state) == ("unclear", "What is a passkey?", "", "open")
    thanks = Client().get(answer.headers["Location"]).content.decode()
    assert 'href="/en/courses/digital-basics/module-1/lesson-1-1/"' in thanks


def test_an_edition_that_cannot_be_is_that_of_now(course: Course):
    key = str(lesson_pages(course)[0].translation_key)

    for edition in ("", "0", "99", "x", "-1", "²"):
        assert reported_page(key, edition, language="en").edition == 1, edition


def test_an_italian_reader_speaks_of_the_italian_text():
    course = make_course(lesson_count=1, quiz_count=0, has_certificate=False, languages=["it"])

    found = about(course, "it")

    assert (found.language, found.page.locale.language_code) == ("it", "it")
    assert found.path.startswith("/it/courses/")


def test_an_address_of_no_page_is_absent(course: Course):
    for query in ("", "?page=x", "?page=%00", f"?page={uuid4()}", "?page=1&edition=1"):
        assert Client().get(f"/en/report/{query}").status_code == 404, query
        assert Client().get(f"/en/report/thanks/{query}").status_code == 404, query


def test_a_draft_is_nothing_to_speak_of():
    course = make_course(lesson_count=1, quiz_count=0, has_certificate=False)
    page = lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        page.unpublish()

    assert Client().get(address_of(course)).status_code == 404


def test_a_case_study_has_the_link_and_its_own_address(course: Course):
    story = make_case(title="Finding a coat")
    shown = Client().get("/it/case-studies/finding-a-coat/").content.decode()
    link = f"/it/report/?page={story.translation_key}"
    assert f'href="{link}"' in shown

    Client().post(link, SENT)

    report = ContentReport.objects.get()
    assert (report.course, report.edition_number, report.language) == (None, None, "en")
    assert report.path == "/it/case-studies/finding-a-coat/"
    italian = translate_case(story, "it", title="Trovare un cappotto")
    assert reported_page(str(story.translation_key), "", language="it").page.pk == italian.pk


def test_what_is_missing_is_said_twice_and_nothing_is_lost(course: Course):
    for changes, words in (
        ({"text": "  "}, "Write what you saw."),
        ({"kind": ""}, "Choose what it is."),
        ({"kind": "other"}, "Choose what it is."),
        ({"email": "ana@"}, "This address looks incomplete."),
        ({"text": "a" * 2001}, "This is too long"),
    ):
        answer = Client().post(address_of(course), {**SENT, **changes})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert page.count(words) == 2, words
        assert {**SENT, **changes}["text"].strip() in page
    assert not ContentReport.objects.exists()


def test_sent_twice_it_is_one_report(course: Course):
    number = str(uuid4())

    for _press in range(2):
        assert Client().post(address_of(course), {**SENT, "number": number}).status_code == 303

    assert ContentReport.objects.count() == 1


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(course: Course):
    answer = Client().post(address_of(course), {**SENT, "website": "https://example.org"})

    assert answer.status_code == 303
    assert not ContentReport.objects.exists()


def test_from_one_network_come_only_so_many(course: Course):
    for _time in range(ALLOWED):
        assert Client().post(address_of(course), SENT).status_code == 303

    refused = Client().post(address_of(course), SENT)

    assert refused.status_code == 429
    assert "What is a passkey?" in refused.content.decode()
    assert ContentReport.objects.count() == ALLOWED
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.post(address_of(course), SENT).status_code == 303


def test_nothing_says_who_wrote_it(course: Course):
    learner = make_learner()

    signed_in(learner).post(address_of(course), SENT)

    values = str(ContentReport.objects.values().get())
    assert learner.username not in values


@pytest.mark.both_databases
def test_an_answer_is_sent_and_the_address_is_gone(course: Course):
    report = filed(course, email="ana@example.org")
    editor = make_editor()

    answer_report(report=report, answer="It is there now.", by=editor, at=NOON)

    report.refresh_from_db()
    assert (report.state, report.email, report.answer, report.ended_by) == ("answered", "", "It is there now.", editor)
    message = OutboxMessage.objects.get(kind="courses.report.answer")
    assert deliver_message(message_id=message.pk, at=timezone.now())
    message.refresh_from_db()
    assert message.payload == {}
    assert mail.outbox[0].to == ["ana@example.org"]
    assert "It is there now." in str(mail.outbox[0].body)
    with pytest.raises(AlreadyEnded):
        close_report(report=report, by=editor, at=NOON)


def test_closed_without_an_answer_nobody_is_written_to(course: Course):
    report = filed(course, email="ana@example.org")

    close_report(report=report, by=make_editor(), at=NOON)

    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")
    assert not OutboxMessage.objects.filter(kind="courses.report.answer").exists()


def test_a_year_after_its_end_a_report_is_deleted(course: Course):
    old, kept, still_open = filed(course), filed(course), filed(course, at=NOON - 3 * KEPT_FOR)
    close_report(report=old, by=make_editor(), at=NOON)
    close_report(report=kept, by=make_editor(), at=NOON + timedelta(seconds=1))

    assert delete_old_reports(at=NOON + KEPT_FOR) == 1

    assert set(ContentReport.objects.all()) == {kept, still_open}


def partner(page: Page) -> User:
    """Make an editor of one section alone."""
    person = make_user(role="partner")
    group = Group.objects.create(name=f"Partners of {page.pk}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group,
        page=page,
        permission=Permission.objects.get(codename="change_page", content_type__app_label="wagtailcore"),
    )
    person.groups.add(group)
    return person


def test_an_editor_reads_and_answers_in_the_cms(course: Course):
    report = filed(course, text="<b>The second step is missing.</b>")
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], title="Signing in")
    browser = signed_in(make_editor())
    assert "The second step is missing." in browser.get(reverse("wagtailadmin_home")).content.decode()
    assert "Lesson 1-1" in browser.get(reverse("courses_reports")).content.decode()
    shown = browser.get(reverse("courses_report", args=[report.public_id])).content.decode()
    assert "&lt;b&gt;The second step is missing.&lt;/b&gt;" in shown
    assert "It was about edition 1; now it is edition 2" in shown
    assert reverse("wagtailadmin_pages:edit", args=[report.page_id]) in shown

    address = reverse("courses_report", args=[report.public_id])
    assert browser.post(address, {"do": "answer", "answer": " "}).status_code == 422
    assert browser.post(address, {"do": "answer", "answer": "Mended."}).status_code == 303

    assert "Nothing here." in browser.get(reverse("courses_reports")).content.decode()
    answered = browser.get(f"{reverse('courses_reports')}?state=answered&course={course.key}").content.decode()
    assert "Lesson 1-1" in answered
    history = browser.get(reverse("wagtailadmin_pages:history", args=[report.page_id])).content.decode()
    assert "Answered what a reader said of this page" in history
    assert browser.post(address, {"do": "close"}).headers["Location"] == address


def test_an_editor_of_one_section_sees_that_section_alone(course: Course):
    other = make_course(slug="other", title="Another course", lesson_count=1, quiz_count=0)
    mine, foreign = filed(course), filed(other, text="Of another course.")
    person = partner(CoursePage.objects.get(translation_key=course.key, locale__language_code="en"))
    browser = signed_in(person)

    listed = browser.get(f"{reverse('courses_reports')}?state=all").content.decode()

    assert "The second step is missing." in listed
    assert "Of another course." not in listed
    assert open_reports(person, most=5) == ([mine], 1)
    address = reverse("courses_report", args=[foreign.public_id])
    for answer in (browser.get(address), browser.post(address, {"do": "close"})):
        assert answer.status_code == 404
    assert signed_in(make_learner()).get(address).status_code in {302, 403}


def test_of_a_page_that_is_gone_the_editors_of_its_course_are_told(course: Course):
    report = filed(course)
    with one_edition(cause="publish", at=NOON):
        Page.objects.get(pk=report.page_id).delete()
    person = partner(CoursePage.objects.get(translation_key=course.key, locale__language_code="en"))

    shown = signed_in(person).get(reverse("courses_report", args=[report.public_id])).content.decode()

    assert "The page is gone." in shown


def test_the_list_costs_the_same_for_one_and_for_many(course: Course):
    browser = signed_in(make_editor())
    filed(course)
    browser.get(reverse("courses_reports"))
    costs = []
    for _round in range(2):
        with counted_queries() as statements:
            browser.get(reverse("courses_reports"))
        costs.append(len(statements))
        for _more in range(20):
            filed(course)
    assert costs[0] == costs[1]
