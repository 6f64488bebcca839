"""A copy of a course: drafts of their own that say the same, name one another, and share nothing with the original."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from courses.models import (
    Course,
    CourseEdition,
    CourseOutcome,
    CoursePage,
    LessonPage,
    ModulePage,
    QuizPage,
)
from courses.operations.copying import JOB, copy_course, start_copy
from courses.operations.settling import one_edition
from courses.queries.copying import copy_facts, pages_to_copy
from courses.queries.serving import course_by_key, outline_of
from foundation.models import Job
from foundation.operations import run_job
from tests.courses.bank import add_question, bank_question
from tests.courses.builders import (
    NOON,
    add_assignment,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    offer_achievement,
    publish,
    quiz_pages,
)
from tests.courses.likeness import likeness_of
from tests.courses.test_package_of_content import loaded
from tests.people import make_editor, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    person = make_editor("edith")
    client.force_login(person)
    return person


@pytest.fixture
def course():
    """Return a course of two modules in two languages whose parts name one another."""
    made = make_course(module_count=2, lesson_count=1, languages=("it",))
    name_lessons(made)
    return made


def name_lessons(course):
    """Have each quiz name the lesson before it and the outcome of the course, and a lesson link to the other."""
    first, second = lesson_pages(course)
    outcome = str(
        CourseOutcome.objects.filter(page=course_page(course)).values_list("translation_key", flat=True).get()
    )
    with one_edition(cause="content", at=NOON):
        for language in ("en", "it"):
            for lesson, quiz in zip((first, second), quiz_pages(course), strict=True):
                text = in_language(quiz, language)
                questions = [dict(block) for block in text.questions.raw_data]
                questions[0]["value"] = {
                    **questions[0]["value"],
                    "lesson": in_language(lesson, language).pk,
                    "outcome": outcome,
                    "html": f'<p><a linktype="page" id="{in_language(first, language).pk}">Read</a></p>',
                }
                publish(text, questions=questions)
        body = [dict(block) for block in second.body.raw_data]
        body[1]["value"] = {"html": f'<p><a linktype="page" id="{first.pk}">Before</a></p>'}
        publish(second, body=body)
        draw = {
            "type": "draw",
            "value": {"count": 1, "by": "outcome", "outcome": outcome, "tag": ""},
            "id": str(uuid4()),
        }
        publish(
            quiz_pages(course)[1],
            draws=[draw],
            max_attempts=3,
            source=f'<p><a linktype="page" id="{first.pk}">x</a></p>',
        )


def copied(course, **changes):
    values = {"titles": {"en": "Copied", "it": "Copiato"}, "slug": "copied", "user": None, **changes}
    return copy_course(page=course_page(course), **values)


def alike(original, made):
    """Return the two likenesses, but for what a copy is called."""
    both = [likeness_of(original), likeness_of(made)]
    for likeness in both:
        for pages in likeness["languages"].values():
            pages["course"]["title"] = ""
    return both


def test_a_copy_says_what_the_original_says_in_all_its_languages(course):
    add_assignment(module_pages(course)[1])
    offer_achievement(course, validity_months=24)

    made = copied(course)

    original, copy = alike(course_page(course), made)
    assert copy == original
    assert (made.title, in_language(made, "it").title, made.slug) == ("Copied", "Copiato", "copied")


def test_a_copy_shares_no_key_with_the_original(course):
    made = copied(course)

    pages = [course_page(course), *course_page(course).get_descendants()]
    copies = [made, *made.get_descendants()]
    assert len(copies) == len(pages)
    assert {page.translation_key for page in copies} & {page.translation_key for page in pages} == set()
    outcomes = set(CourseOutcome.objects.filter(page=made).values_list("translation_key", flat=True))
    assert outcomes & set(course_page(course).outcomes.values_list("translation_key", flat=True)) == set()
    assert {definition.translation_key for definition in made.certificate_definitions.all()} & {
        definition.translation_key for definition in course_page(course).certificate_definitions.all()
    } == set()
    # A translation is found by the key of its page: all copies of one page have one.
    assert set(
        Page.objects.filter(path__startswith=in_language(made, "it").path).values_list("translation_key", flat=True)
    ) == {page.translation_key for page in copies}


def test_what_a_copy_names_is_in_the_copy(course):
    made = copied(course)

    lessons = list(LessonPage.objects.descendant_of(made).order_by("path"))
    quizzes = list(QuizPage.objects.descendant_of(made).order_by("path"))
    outcome = str(made.outcomes.get().translation_key)
    for language in ("en", "it"):
        for lesson, quiz in zip(lessons, quizzes, strict=True):
            text = in_language(quiz, language).get_latest_revision_as_object()
            question = text.questions.raw_data[0]["value"]
            assert (question["lesson"], question["outcome"]) == (in_language(lesson, language).pk, outcome)
            assert question["html"] == f'<p><a linktype="page" id="{in_language(lessons[0], language).pk}">Read</a></p>'
    assert quizzes[1].draws.raw_data[0]["value"]["outcome"] == outcome
    assert f'id="{lessons[0].pk}"' in quizzes[1].source
    assert f'id="{lessons[0].pk}"' in lessons[1].body.raw_data[1]["value"]["html"]


def test_a_copy_is_made_of_drafts_and_takes_in_drafts(course):
    lesson = lesson_pages(course)[0]
    lesson.title = "Only drafted"
    lesson.save_revision()

    made = copied(course)

    pages = Page.objects.filter(path__startswith=made.path)
    assert set(pages.values_list("live", "has_unpublished_changes", "first_published_at")) == {(False, True, None)}
    assert pages.filter(latest_revision=None).count() == 0
    assert "Only drafted" in pages.values_list("title", flat=True)
    assert (Course.objects.count(), CourseEdition.objects.filter(course__key=made.translation_key).count()) == (1, 0)


def test_a_copy_can_be_published_and_the_original_stays_as_it_is(course):
    before = outline_of(course_by_key(course.key), "en")
    made = copied(course)
    with one_edition(cause="content", at=NOON):
        for page in [made, *made.get_descendants().specific()]:
            publish(page)

    copy = course_by_key(made.translation_key)
    assert copy.source_language == "en"
    assert [item.title for item in outline_of(copy, "en").items] == [item.title for item in before.items]
    assert outline_of(course_by_key(course.key), "en") == before


def test_an_unfinished_course_is_copied_as_well(course, editor):
    module = Page.objects.get(pk=module_pages(course)[0].pk)
    module.add_child(instance=QuizPage(title="To be written", live=False))

    made = copied(course)

    assert QuizPage.objects.descendant_of(made).filter(title="To be written").exists()


def test_questions_of_the_bank_stay_in_the_bank_and_that_is_said(course, editor, client):
    question = add_question("Shared")
    quiz = quiz_pages(course)[0]
    publish(quiz, questions=[*[dict(block) for block in quiz.questions.raw_data], bank_question(question)])

    html = client.get(reverse("courses_copy", args=[course_page(course).pk])).content.decode()
    made = copied(course)

    assert "The copy takes the same ones: who changes one there changes it for both courses." in html
    copy = QuizPage.objects.descendant_of(made).order_by("path").first()
    assert [block["value"]["question"] for block in copy.questions.raw_data if block["type"] == "bank_question"] == [
        question.pk
    ]


def test_an_editor_copies_a_course_and_comes_to_its_outline(course, editor, client):
    address = reverse("courses_copy", args=[course_page(course).pk])
    assert 'value="digital-basics-2"' in client.get(address).content.decode()

    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, {"title_en": "For\u00a0care", "title_it": "Per la cura", "slug": "for-care"})

    made = CoursePage.objects.get(slug="for-care", locale__language_code="en")
    assert answer["Location"] == reverse("courses_outline", args=[made.pk])
    assert (made.title, in_language(made, "it").title, made.owner) == ("For care", "Per la cura", editor)
    assert sum("pg_advisory_xact_lock" in query["sql"] for query in captured) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"slug": "digital-basics"}, "There is a course at this address already. Choose a different one."),
        ({"title_en": ""}, "Give the copy a title in English."),
        ({"title_en": "\u200b"}, "Give the copy a title in English."),
        ({"slug": "no spaces"}, "An address has letters, numbers and hyphens only, and no spaces."),
    ],
)
def test_what_keeps_a_copy_from_being_made_is_said_and_what_was_written_is_kept(course, editor, client, sent, words):
    values = {"title_en": "Kept title", "title_it": "Titolo", "slug": "kept", **sent}

    answer = client.post(reverse("courses_copy", args=[course_page(course).pk]), values)

    html = answer.content.decode()
    assert (answer.status_code, html.count(words)) == (422, 2)
    assert "Titolo" in html
    assert CoursePage.objects.filter(locale__language_code="en").count() == 1


def test_a_large_course_is_copied_by_a_job(course, editor, client, monkeypatch):
    monkeypatch.setattr("courses.views.copying.AT_ONCE", 3)

    answer = client.post(
        reverse("courses_copy", args=[course_page(course).pk]),
        {"title_en": "Large", "title_it": "Grande", "slug": "large"},
    )
    job = Job.objects.get(kind=JOB)
    waiting = client.get(answer["Location"])
    assert run_job(job_id=job.pk, clock=timezone.now)

    made = CoursePage.objects.get(slug="large", locale__language_code="en")
    assert answer["Location"] == reverse("courses_copying", args=[job.key])
    assert "is being copied" in waiting.content.decode()
    assert client.get(answer["Location"])["Location"] == reverse("courses_outline", args=[made.pk])
    original, copy = alike(course_page(course), made)
    assert copy == original
    client.force_login(make_editor("somebody-else"))
    assert client.get(answer["Location"]).status_code == 404


def test_a_job_goes_on_where_a_page_was_deleted_meanwhile(course, editor):
    job = start_copy(page=course_page(course), titles={}, slug="copied", user=editor, at=timezone.now())
    Page.objects.filter(pk=lesson_pages(course)[0].pk).update(translation_key=uuid4())

    assert run_job(job_id=job.pk, clock=timezone.now)

    made = CoursePage.objects.get(slug="copied", locale__language_code="en")
    assert made.get_descendants().count() == 6


def test_who_may_only_read_a_course_elsewhere_copies_nothing(course, client):
    writer = make_learner()
    client.force_login(writer)

    assert client.get(reverse("courses_copy", args=[course_page(course).pk])).status_code == 302
    assert client.post(reverse("courses_copy", args=[course_page(course).pk])).status_code == 302
    assert CoursePage.objects.count() == 2


def test_the_cms_copies_a_course_with_the_same_operation(course, editor, client):
    page = course_page(course)

    for method in (client.get, client.post):
        answer = method(reverse("wagtailadmin_pages:copy", args=[page.pk]))
        assert answer["Location"] == reverse("courses_copy", args=[page.pk])
    assert CoursePage.objects.count() == 2


@pytest.mark.parametrize("published", [True, False])
def test_a_module_that_the_cms_copies_names_its_own_lessons(course, editor, client, published):
    module, page = module_pages(course)[1], course_page(course)
    fields = {"new_title": "Again", "new_slug": "again", "new_parent_page": page.pk, "copy_subpages": "on"}

    client.post(
        reverse("wagtailadmin_pages:copy", args=[module.pk]), fields | ({"publish_copies": "on"} if published else {})
    )

    made = ModulePage.objects.get(slug="again")
    lesson, quiz = LessonPage.objects.child_of(made).get(), QuizPage.objects.child_of(made).get()
    drafted = quiz.get_latest_revision_as_object()
    for text in (quiz, drafted) if published else (drafted,):
        question = text.questions.raw_data[0]["value"]
        assert question["lesson"] == lesson.pk
        # The other lesson is not in the copy: it is named as before.
        assert f'id="{lesson_pages(course)[0].pk}"' in question["html"]
    assert (quiz.live, quiz.has_unpublished_changes) == (published, not published)
    if published:
        assert (quiz.live_revision_id, quiz.live_revision) == (quiz.latest_revision_id, quiz.latest_revision)


def test_what_a_copy_is_made_of_is_counted(course):
    facts = copy_facts(course_page(course))

    assert (facts.modules, facts.steps, facts.pages, facts.languages, facts.bank_uses) == (2, 4, 14, ("it",), 0)
    assert len(pages_to_copy(course_page(course))) == 14


@pytest.mark.full
def test_the_cluster_course_of_the_demo_is_copied_whole(own_storage):
    page = loaded("leading-a-cluster", None)

    made = copy_course(page=page, titles={}, slug="copied")

    original, copy = alike(page, made)
    assert copy == original


def test_the_end_of_the_cluster_course_of_the_demo_is_copied_with_its_test_and_its_plan(own_storage):
    page = loaded("leading-a-cluster", [-1])

    made = copy_course(page=page, titles={}, slug="copied")

    original, copy = alike(page, made)
    assert copy == original
