"""Editors at work in the CMS: drafts are kept, and publishing says in words what is missing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import nested_form_data, rich_text
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from courses.models import LessonPage, Picture, QuizPage
from courses.queries.serving import course_by_key
from tests.courses import forms
from tests.courses.builders import (
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    quiz_pages,
    translate,
)
from tests.courses.drafts import block
from tests.courses.forms import lesson_form, question, quiz_form
from tests.courses.uploads import upload_picture
from tests.people import make_editor, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def browser():
    return signed_in(make_editor())


def add(browser, course, model, form, *, publish=False):
    return forms.add(browser, module_pages(course)[0], model, form, action="publish" if publish else "")


def test_an_editor_makes_a_quiz_and_learners_have_it_at_once(course, browser):
    response = add(browser, course, QuizPage, quiz_form(question(("Yes.", True), ("No.", False))), publish=True)
    assert response.status_code == 302
    quiz = QuizPage.objects.get(slug="quiz-new")
    assert quiz.live
    manifest = course_by_key(course.key).current_edition.manifest
    assert str(quiz.translation_key) in [item["key"] for item in manifest["items"]]


@pytest.mark.parametrize(
    ("model", "form", "words"),
    [
        (QuizPage, quiz_form(question(("Yes.", False), ("No.", False))), "No answer is marked as right. Mark one."),
        (QuizPage, quiz_form(), "A quiz needs at least one question."),
        (LessonPage, lesson_form(("heading", {"text": ""})), "This field is required."),
        (
            LessonPage,
            lesson_form(("video_link", {"title": "x", "url": "ftp://a.example/", "transcript": rich_text(""), "minutes": ""})),
            "Give an address that begins with https://.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_published_is_said_in_words_and_the_draft_is_kept(course, browser, model, form, words):
    response = add(browser, course, model, form, publish=True)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not model.objects.filter(slug=form["slug"]).exists()

    assert add(browser, course, model, form).status_code == 302
    draft = model.objects.get(slug=form["slug"])
    assert not draft.live


def test_an_undecided_picture_may_be_a_draft_and_is_said_at_the_field_when_published(course, browser):
    picture = upload_picture()
    form = lesson_form(("image", {"picture": str(picture.pk), "alt": "", "caption": ""}))
    response = add(browser, course, LessonPage, form, publish=True)
    assert "Say what the picture shows, or tick that it is decoration only." in response.content.decode()
    assert add(browser, course, LessonPage, form).status_code == 302

    draft = LessonPage.objects.get(slug="lesson-new")
    decided = lesson_form(("image", {"picture": str(picture.pk), "alt": "Red and blue.", "caption": ""}))
    response = browser.post(
        reverse("wagtailadmin_pages:edit", args=(draft.pk,)), nested_form_data({**decided, "action-publish": "x"})
    )
    assert response.status_code == 302
    assert LessonPage.objects.get(pk=draft.pk).live


def test_a_bulk_publish_of_a_draft_that_cannot_be_published_publishes_nothing(course, browser):
    add(browser, course, QuizPage, quiz_form())
    quiz = QuizPage.objects.get(slug="quiz-new")
    address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish"))
    response = browser.post(f"{address}?id={quiz.pk}&next=/cms/")
    assert response.status_code == 302
    assert not QuizPage.objects.get(pk=quiz.pk).live
    assert "Quiz: new: A quiz needs at least one question." in " ".join(browser.get("/cms/").content.decode().split())


def test_the_editing_screens_of_all_pages_open(course, browser):
    for page in (course_page(course), *module_pages(course), *lesson_pages(course), *quiz_pages(course)):
        assert browser.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).status_code == 200


def test_the_live_preview_of_the_editor_draws_the_form_and_writes_no_version(course, browser):
    quiz = quiz_pages(course)[0]
    address = reverse("wagtailadmin_pages:preview_on_edit", args=(quiz.pk,))
    form = quiz_form(question(("Of course.", True), ("No.", False)), title="As typed", slug=quiz.slug)
    assert browser.post(address, nested_form_data(form)).json()["is_valid"]
    response = browser.get(address)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<h1>As typed</h1>" in html
    assert "Of course." in html
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]


def test_a_translation_made_with_the_translators_screen_keeps_one_key(course, django_capture_on_commit_callbacks):
    quiz = quiz_pages(course)[0]
    italian_language = Locale.objects.get(language_code="it")
    translate(course_page(course), "it")
    translate(module_pages(course)[0], "it")
    source, _ = TranslationSource.update_or_create_from_instance(quiz)
    translation = Translation.objects.create(source=source, target_locale=italian_language)
    for segment in source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string,
            context=segment.context,
            locale=italian_language,
            data=f"it {segment.string.data}",
        )
    with django_capture_on_commit_callbacks(execute=True):
        translation.save_target(publish=True)

    italian = in_language(quiz, "it")
    assert italian.live
    assert italian.slug == quiz.slug
    original = quiz.questions.raw_data
    assert [entry["id"] for entry in italian.questions.raw_data] == [entry["id"] for entry in original]
    assert italian.questions.raw_data[0]["value"]["text"] == f"it {original[0]['value']['text']}"
    assert (
        italian.questions.raw_data[0]["value"]["options"][0]["value"]["correct"]
        == original[0]["value"]["options"][0]["value"]["correct"]
    )


def test_a_picture_in_use_can_be_deleted_and_learners_keep_it(course, browser):
    picture = upload_picture()
    lesson = Page.objects.get(pk=lesson_pages(course)[0].pk).specific
    lesson.body = [block("image", {"picture": picture.pk, "alt": "Red and blue."})]
    lesson.save_revision().publish()
    response = browser.post(reverse("wagtailimages:delete", args=(picture.pk,)))
    assert response.status_code == 302


def test_courses_that_are_good_to_know_before_are_listed_by_their_titles(course, browser):
    html = browser.get(reverse("wagtailadmin_pages:edit", args=(course_page(course).pk,))).content.decode()
    assert f'<option value="{course.pk}">Digital basics</option>' in html
    assert str(course.key) not in html.split("prerequisites-__prefix__-course", 1)[1].split("</select>", 1)[0]


def test_the_menu_leads_to_the_list_of_courses(course, browser):
    index = course_page(course).get_parent()
    assert browser.get(reverse("courses_list"))["Location"] == reverse("wagtailadmin_explore", args=(index.pk,))
    assert reverse("courses_list") in browser.get("/cms/").content.decode()


def test_a_file_that_is_no_picture_is_refused_in_words_at_its_field(browser):
    page = browser.post(
        reverse("wagtailimages:add"),
        {"title": "No picture", "file": SimpleUploadedFile("photo.jpg", b"These are words.", "image/jpeg")},
    )
    several = browser.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "No picture", "files[]": SimpleUploadedFile("photo.jpg", b"These are words.", "image/jpeg")},
    )
    assert "Upload a valid image" in page.content.decode()
    assert several.json()["success"] is False
    assert "valid image" in several.json()["error_message"]
    assert not Picture.objects.exists()
