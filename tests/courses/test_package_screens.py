"""The package of a course in the CMS: who may, what is shown before, what is said after."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from courses.models import BankQuestion, CoursePackage, CoursePage
from courses.operations.unpacking import look_into
from home.operations.sections import give_section
from tests.courses.bank import add_question, bank_question, bank_questions
from tests.courses.builders import course_index, course_page, make_course, publish, quiz_pages
from tests.courses.likeness import likeness_of
from tests.courses.packages import opened, package_of, packed, run_import, unpacked
from tests.people import make_assessor, make_editor, make_learner, make_reviewer, signed_in

pytestmark = pytest.mark.django_db

UPLOAD = "/cms/courses/import/"


@pytest.fixture
def editor(own_storage):
    return make_editor()


def sent(browser, data: bytes):
    return browser.post(UPLOAD, {"file": SimpleUploadedFile("basics.zip", data)})


def test_an_editor_exports_a_course_and_imports_it_as_a_second_one(editor):
    course, browser = make_course(languages=["it"]), signed_in(editor)
    page = course_page(course)

    screen = browser.get(f"/cms/courses/{page.pk}/export/").text
    assert "Download the package" in screen
    answer = browser.get(f"/cms/courses/{page.pk}/export/?what=drafts&file=1")
    assert (answer.streaming, answer["Content-Type"]) == (True, "application/zip")
    assert "no-store" in answer["Cache-Control"]
    data = b"".join(answer.streaming_content)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None
    assert PageLogEntry.objects.filter(action="courses.export_package", user=editor).count() == 1

    answer = sent(browser, data)
    address = answer["Location"]
    dry_run = browser.get(address).text
    for words in (
        "What comes: “Digital basics”",
        "Nothing is made yet.",
        "Languages: English, Italian.",
        "The course that it was exported from is here too.",
        "Another course has the address that this one had. A free one is proposed.",
        'value="digital-basics-2"',
        "Import as drafts",
    ):
        assert words in dry_run
    assert CoursePage.objects.count() == 2

    answer = browser.post(address, {"slug": "digital-basics"})
    assert answer.status_code == 422
    assert "Another course has this address. Choose a different one." in answer.text
    with TestCase.captureOnCommitCallbacks():
        assert browser.post(address, {"slug": "again"}).status_code == 302
    assert "is being imported" in browser.get(address).text

    record = CoursePackage.objects.get()
    run_import(record, at=timezone.now())

    result = browser.get(address).text
    assert "“Digital basics” is here as drafts." in result
    made = CoursePage.objects.get(slug="again", locale__language_code="en")
    assert reverse("wagtailadmin_explore", args=[made.pk]) in result
    assert likeness_of(made) == likeness_of(page)
    assert (
        "Made from the package of a course" in browser.get(reverse("wagtailadmin_pages:history", args=[made.pk])).text
    )


def test_what_keeps_a_package_out_is_said_with_its_place_and_nothing_is_kept(editor):
    files = unpacked(package_of(make_course()))
    files["pages/module-1-item-1.en.json"]["fields"]["minutes"] = 999

    answer = sent(signed_in(editor), packed(files))

    assert answer.status_code == 422
    assert "This package cannot be imported. Nothing of it was kept." in answer.text
    assert "pages/module-1-item-1.en.json: minutes" in answer.text
    assert "Ensure this value is less than or equal to 240." in answer.text
    assert not CoursePackage.objects.exists()


def test_what_is_not_here_is_said_before(editor):
    files = unpacked(package_of(make_course(languages=["it"])))
    course = files["pages/course.en.json"]
    key = "00000000-0000-4000-8000-000000000001"
    course["children"]["prerequisites"] = [{"course": {"key": key, "title": "Far away"}}]
    course["fields"]["description"] = f'<p><a linktype="page" id="{key}/en">There</a></p>'
    course["children"]["certificate_definitions"][0]["issuer"] = {"key": "partner", "name": "A partner"}
    files = {name.replace(".it.", ".xx."): content for name, content in files.items()}  # nobody has it here
    files["course.json"] = _in_another_language(files["course.json"])
    browser = signed_in(editor)

    dry_run = browser.get(sent(browser, packed(files))["Location"]).text

    for words in (
        "Texts in languages that this portal does not have: xx.",
        "Good to know before, and not here: Far away.",
        "Issuers of certificates that are not here: A partner. This site would award them.",
        "1 page outside of the course is not here: links to it are taken out, their words stay.",
    ):
        assert words in dry_run


def _in_another_language(value):
    if isinstance(value, list):
        return [_in_another_language(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _in_another_language(entry) for name, entry in value.items()}
    return "xx" if value == "it" else value


def test_who_may_not_add_courses_may_not_import_one_and_a_package_is_seen_by_who_uploaded_it(editor):
    course = make_course(quiz_count=0, lesson_count=1)
    data, page = package_of(course), course_page(course)
    address = sent(signed_in(editor), data)["Location"]

    assert signed_in(make_editor("other")).get(address).status_code == 404
    for person in (make_learner(), make_assessor()):
        browser = signed_in(person)
        for place in (UPLOAD, address, f"/cms/courses/{page.pk}/export/", f"/cms/courses/{page.pk}/texts/"):
            assert browser.get(place).status_code in {302, 403, 404}
            assert browser.post(place).status_code in {302, 403, 404, 405}
    assert signed_in(make_reviewer()).get(f"/cms/courses/{page.pk}/export/").status_code == 200


def test_questions_come_into_the_bank_only_from_who_may_write_there(editor):
    question = add_question("Passwords 1", tags="passwords")
    course = make_course(has_certificate=False)
    publish(quiz_pages(course)[0], questions=[bank_questions("passwords")])
    data = package_of(course)
    partner = make_learner()
    partner.groups.add(give_section(name="Collina Viva", page=course_index()))
    browser = signed_in(partner)
    words = "You may not add questions to the question bank."

    assert words not in browser.get(sent(browser, data)["Location"]).text  # it is there already, and stays as it is
    BankQuestion.objects.filter(pk=question.pk)._raw_delete("default")
    address = sent(browser, data)["Location"]
    assert words in browser.get(address).text
    browser.post(address, {"slug": "beside"})
    assert CoursePackage.objects.latest("pk").state == CoursePackage.State.TRIED


def test_who_may_not_see_the_bank_exports_none_of_its_questions(editor):
    question = add_question("Passwords 1", tags="passwords")
    course = make_course(has_certificate=False)
    publish(quiz_pages(course)[0], questions=[bank_questions("passwords"), bank_question(question)])
    page, partner = course_page(course), make_learner()
    partner.groups.add(give_section(name="Collina Viva", page=page))
    address = f"/cms/courses/{page.pk}/export/?what=drafts"
    words = "Questions that the course takes from the question bank stay here"

    assert words in signed_in(partner).get(address).text
    assert words not in signed_in(editor).get(address).text
    for person, count in ((partner, 0), (editor, 1)):
        sent_out = unpacked(b"".join(signed_in(person).get(f"{address}&file=1").streaming_content))
        assert sum(name.startswith("questions/") for name in sent_out) == count
        look_into(opened(packed(sent_out)))


def test_the_ways_to_it_are_where_editors_look(editor):
    page, browser = course_page(make_course()), signed_in(editor)

    courses = browser.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).text
    course = browser.get(reverse("wagtailadmin_explore", args=[page.pk])).text

    assert f'href="{UPLOAD}"' in courses
    assert f"/cms/courses/{page.pk}/export/" in course
    assert f"/cms/courses/{page.pk}/texts/" in course
