"""What editors see before they publish: the frozen form, with nothing written and no key for others."""

import copy

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from courses.models import FrozenFile, LessonPage, LessonVersion, QuizPage, QuizVersion
from tests.courses import drafts
from tests.courses.builders import (
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    quiz_pages,
    translate,
)
from tests.courses.drafts import BLOCKS, block
from tests.courses.questions import EVERY_KIND
from tests.courses.uploads import upload_document, upload_picture
from tests.people import make_editor, make_learner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]


def preview(page, user, mode=""):
    request = RequestFactory().get("/cms/pages/1/edit/preview/")
    request.user = user
    response = page.make_preview_request(request, mode, extra_request_attrs={"user": user})
    assert response.status_code == 200
    return response


@pytest.fixture
def course():
    return make_course()


@pytest.fixture
def editor():
    return make_editor()


def show(page, user, mode=""):
    """Return the preview as `serve_preview` draws it for this person."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = {}
    request.is_dummy = request.is_preview = True
    response = page.serve_preview(request, mode)
    assert response.status_code == 200
    return response.content.decode()


def test_a_lesson_is_drawn_as_learners_will_see_it(course, editor):
    lesson = lesson_pages(course)[0]
    lesson.body = [BLOCKS["heading"], BLOCKS["callout"]]
    html = show(lesson, editor)
    assert '<h2 id="heading">Four words that do not belong together</h2>' in html
    assert "<p>Not even to your coach.</p>" in html


def test_visitor_and_learner_see_different_ends(course, editor):
    lesson = lesson_pages(course)[0]
    assert ">Done<" not in show(lesson, editor, "")
    assert '<button type="button" class="button" disabled>Done</button>' in show(lesson, editor, "learner")


def test_a_preview_writes_nothing(course, editor):
    lesson = lesson_pages(course)[0]
    picture, sheet = upload_picture(), upload_document()
    lesson.body = [
        block("image", {"picture": picture.pk, "alt": "Red and blue."}),
        block("download", {"title": "Sheet", "file": sheet.pk}),
    ]
    counts = [model.objects.count() for model in (LessonVersion, QuizVersion, FrozenFile)]
    with CaptureQueriesContext(connection) as queries:
        html = show(lesson, editor)
    assert [model.objects.count() for model in (LessonVersion, QuizVersion, FrozenFile)] == counts
    assert not [query for query in queries if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert f'src="/cms/images/{picture.pk}/preview/width-1600/"' in html
    assert f'href="/documents/{sheet.pk}/' in html


def test_a_page_that_was_never_saved_can_be_seen(course, editor):
    module = module_pages(course)[0]
    for page in (
        LessonPage(title="New", slug="new", body=[BLOCKS["heading"]]),
        QuizPage(title="New", slug="new", questions=drafts.quiz()["questions"]),
    ):
        page.depth, page.path = module.depth + 1, module.get_last_child()._inc_path()
        page.locale = module.locale
        assert "<h1>New</h1>" in show(page, editor)


def questions_with(**values):
    """Return a raw question of every kind, with fields of those that have them set to others."""
    raw = copy.deepcopy(list(EVERY_KIND.values()))
    for question in raw:
        question["value"] |= {name: value for name, value in values.items() if name in question["value"]}
    return raw


def test_the_key_is_shown_to_editors_in_its_own_preview_and_to_nobody_else(course, editor):
    quiz = quiz_pages(course)[0]
    quiz.questions = drafts.quiz()["questions"]
    canaries = [canary for secrets in drafts.SECRETS.values() for canary in secrets]

    html = show(quiz, editor, "key")
    assert [canary for canary in canaries if canary not in html] == []
    assert [canary for canary in canaries if canary in show(quiz, editor)] == []

    reader = make_learner()
    reader.user_permissions.add(Permission.objects.get(codename="access_admin"))
    for person in (make_learner(), reader):
        html = show(quiz, type(person).objects.get(pk=person.pk), "key")
        assert [canary for canary in canaries if canary in html] == []
        assert "What do you do before you leave a shared tablet?" in html


def test_every_kind_of_question_is_shown_with_what_is_right_to_editors_alone(course, editor):
    quiz = quiz_pages(course)[0]
    quiz.questions = questions_with(picture=upload_picture().pk)
    right = [
        "Log out",
        "3.5\N{NO-BREAK SPACE}hours, or up to 0.1 more or less",
        "2. Sign out.",
        "A passphrase \N{EN DASH} Your account",
    ]

    shown, key = show(quiz, editor), show(quiz, editor, "key")

    assert [text for text in (*right, "Secret") if text in shown] == []
    assert [text for text in right if text not in key] == []
    assert key.count("Secret") == 14
    for words in ("Unit: hours", "Your chair", "Lock the screen.", "It is in the second lesson.", 'alt="A tablet on'):
        assert words in shown


def test_nothing_in_a_preview_posts_anywhere(course, editor):
    quiz = quiz_pages(course)[0]
    for mode in ("", "learner"):
        main = show(quiz, editor, mode).split("<main", 1)[1].split("</main>", 1)[0]
        assert "<form" not in main
        assert "<input" not in main


def test_what_keeps_the_page_from_being_published_is_said_above_it(course, editor):
    lesson = lesson_pages(course)[0]
    lesson.body = [block("video_link", {"title": "x", "url": "javascript:alert(1)"})]
    html = show(lesson, editor)
    assert "Before this can be published" in html
    assert "The video in block 1 has the address" in html
    assert 'href="javascript' not in html


def test_every_type_of_page_has_a_preview(course, editor):
    page = course_page(course)
    for shown in (page.get_parent().specific, page, *module_pages(course), *lesson_pages(course), *quiz_pages(course)):
        assert f"<h1>{shown.title}</h1>" in show(shown, editor)


def test_a_translation_is_shown_in_its_language_with_the_key_of_its_source(course, editor):
    quiz = quiz_pages(course)[0]
    translate(course_page(course), "it")
    italian = translate(quiz, "it")
    assert in_language(quiz, "it").pk == italian.pk
    html = show(italian, editor)
    assert '<html lang="it"' in html
    assert "it: What about question-1?" in html


def test_the_cms_may_frame_a_preview_and_nobody_may_keep_it(course, editor):
    response = preview(Page.objects.get(pk=lesson_pages(course)[0].pk).specific, editor)
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "private" in response["Cache-Control"]


def test_the_public_address_of_a_page_is_not_answered_by_the_page(course, client):
    lesson = lesson_pages(course)[0]
    from django.http import Http404

    with pytest.raises(Http404):
        lesson.serve(RequestFactory().get("/"))
