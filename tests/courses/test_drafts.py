"""What is drafted below a course: which pages, who touched them, what they would change, whom new steps would bind."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from courses.models import CourseOutcome
from courses.operations.drafts import BindingQuestion, binding_questions, drafts_below, drafts_of, manifest_after
from courses.operations.releasing import publish_release, save_release
from courses.operations.settling import one_edition
from courses.queries.drafts import chosen_revisions, translations_that_differ
from courses.queries.serving import course_by_key
from tests.courses.builders import (
    NOON,
    add_lesson,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
    translate,
)
from tests.people import make_editor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def course():
    return make_course(module_count=2)


def draft(page, *, user=None, **changes):
    """Change fields of a page and save a draft, as the editor does."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh.save_revision(user=user)


def raw_questions(quiz):
    return [dict(block) for block in quiz.questions.raw_data]


def said(course):
    return {entry.title: entry.words for entry in drafts_below(course, at=NOW)}


def test_a_course_without_drafts_has_none(course):
    assert drafts_below(course, at=NOW) == []


def test_drafts_are_listed_by_language_and_place_with_what_they_change():
    course = make_course(languages=("it",))
    draft(in_language(lesson_pages(course)[0], "it"), title="Meglio")
    draft(quiz_pages(course)[0], pass_mark=70, max_attempts=3)
    draft(lesson_pages(course)[0], title="Better", minutes=8, required=False)
    draft(module_pages(course)[0], title="Begin")
    draft(course_page(course), hours=3)

    assert [(entry.kind, entry.language, entry.words) for entry in drafts_below(course, at=NOW)] == [
        ("course", "en", ["Notional hours: 2 → 3"]),
        ("module", "en", ["Module “Module 1” is now called “Begin”."]),
        (
            "lesson",
            "en",
            [
                "“Lesson 1-1” is now called “Better”.",
                "“Better”: 5 minutes → 8 minutes",
                "“Better” is now optional.",
            ],
        ),
        (
            "quiz",
            "en",
            ["“Quiz 1-1”: pass mark 60 % → 70 %", "“Quiz 1-1”: as many tries as people like → 3 tries"],
        ),
        ("lesson", "it", ["Italian: “it: Lesson 1-1” is now called “Meglio”."]),
    ]


def test_a_changed_answer_key_is_said_question_by_question(course):
    quiz = quiz_pages(course)[0]
    questions = raw_questions(quiz)
    questions[0]["value"]["options"][1]["value"]["correct"] = True
    questions[0]["value"]["options"][0]["value"]["correct"] = False
    questions[1]["value"]["options"][2]["value"]["correct"] = True
    questions[2]["value"]["points"] = 2
    draft(quiz, questions=questions)

    (entry,) = drafts_below(course, at=NOW)

    assert entry.words == [
        "Question 1: another option is now the correct one: B.",
        "Question 2: option C is now also correct.",
        "Question 3: 1 point → 2 points",
    ]
    assert entry.marking_changed
    assert entry.marking.changed == {block["id"] for block in questions}


def test_a_reworded_quiz_is_marked_as_before(course):
    quiz = quiz_pages(course)[0]
    questions = raw_questions(quiz)
    questions[0]["value"]["text"] = "What then?"
    draft(quiz, questions=questions)

    (entry,) = drafts_below(course, at=NOW)

    assert entry.words == ["Question 1: its words change."]
    assert [(change.old, change.new) for change in entry.changes] == [("What about question-1?", "What then?")]
    assert not entry.marking_changed


def test_a_changed_text_says_how_many_words(course):
    lesson = lesson_pages(course)[0]
    body = [dict(block) for block in lesson.body.raw_data]
    body[1] = {**body[1], "value": {"html": "<p>Other words of lesson 1-1.</p>"}}
    draft(lesson, body=body)

    assert said(course)["Lesson 1-1"] == [
        "Lesson “Lesson 1-1”: 2 words changed.",
        "Block 2 (Text): 2 words changed.",
    ]


def test_who_touched_a_draft_since_it_was_published(course):
    lesson, edith, rosa = lesson_pages(course)[0], make_editor("edith"), make_editor("rosa")
    draft(lesson, user=rosa, title="Before")
    with one_edition(cause="publish", at=NOON):
        publish(lesson, title="Published")
    draft(lesson, user=edith, title="One")
    draft(lesson, user=rosa, title="Two")
    last = draft(lesson, user=edith, title="Three")

    (entry,) = drafts_below(course, at=NOW)

    assert [touch.name for touch in entry.touches] == ["Edith", "Rosa"]
    assert entry.touches[0].at == last.created_at


def test_a_new_lesson_is_new_and_one_taken_down_comes_back(course):
    new = add_lesson(module_pages(course)[0], "1-new", live=False, has_unpublished_changes=True, minutes=8)
    new.save_revision()
    with one_edition(cause="publish", at=NOON):
        Page.objects.get(pk=lesson_pages(course)[0].pk).unpublish()
    draft(lesson_pages(course)[0], title="Again")

    entries = {entry.title: entry for entry in drafts_below(course_by_key(course.key), at=NOW)}

    assert (entries["Lesson 1-new"].is_new, entries["Lesson 1-new"].words) == (
        True,
        ["Lesson “Lesson 1-new” is new, 8 minutes."],
    )
    assert (entries["Again"].comes_back, entries["Again"].words[0]) == (True, "Lesson “Again” is back.")


def test_whom_new_steps_bind_is_asked(course):
    new = add_lesson(module_pages(course)[0], "1-new", live=False, has_unpublished_changes=True)
    new.save_revision()
    optional, back = lesson_pages(course)[1], lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        Page.objects.get(pk=back.pk).unpublish()
    with one_edition(cause="publish", at=NOON):
        extra = add_lesson(module_pages(course)[1], "2-extra", required=False)
    draft(back, title="Again")
    draft(extra, required=True)
    draft(optional, title="Better")
    fresh = course_by_key(course.key)

    questions = binding_questions(fresh, drafts_below(fresh, at=NOW))

    assert questions == [
        BindingQuestion(str(back.translation_key), "Again", "comes-back", False, binds_again=((1, 1),)),
        BindingQuestion(str(new.translation_key), "Lesson 1-new", "new", False),
        BindingQuestion(str(extra.translation_key), "Lesson 2-extra", "newly-required", False),
    ]


def test_only_what_is_chosen_is_asked_about(course):
    new = add_lesson(module_pages(course)[0], "1-new", live=False, has_unpublished_changes=True)
    new.save_revision()

    assert binding_questions(course, []) == []


def test_the_manifest_after_is_the_manifest_of_the_edition_that_is_made(course):
    editor = make_editor()
    module = module_pages(course)[0]
    new = add_lesson(module, "1-new", live=False, has_unpublished_changes=True)
    new.save_revision()
    draft(lesson_pages(course)[0], title="Better", required=False)
    draft(quiz_pages(course)[0], pass_mark=70)
    draft(module, title="Begin")
    page = course_page(course)
    page.outcomes.add(CourseOutcome(text="Keeps a passphrase.", locale=page.locale))
    page.title = "Digital basics, second edition"
    page.save_revision()
    drafts = drafts_below(course, at=NOW)
    foreseen = manifest_after(course, drafts)

    release = save_release(
        course=course, user=editor, revisions=[(entry.page, entry.revision) for entry in drafts], at=NOON
    )
    edition = publish_release(release=release, user=editor, at=NOON)

    assert edition.manifest == foreseen


def test_the_manifest_after_keeps_the_languages_of_a_quiz_whose_key_changes():
    course = make_course(languages=("it",))
    draft(quiz_pages(course)[0], pass_mark=70)

    after = manifest_after(course, drafts_below(course, at=NOW))

    quiz = next(entry for entry in after["items"] if entry["kind"] == "quiz")
    assert sorted(quiz["versions"]) == ["en", "it"]


def test_a_draft_that_cannot_be_released_says_why(course):
    quiz = quiz_pages(course)[0]
    fresh = Page.objects.get(pk=quiz.pk).specific
    fresh.questions, fresh.pass_mark = [], 0
    fresh.save_revision(clean=False)

    (entry,) = drafts_below(course, at=NOW)

    assert entry.problems == (
        ("questions", "A quiz needs at least one question."),
        ("pass_mark", "Ensure this value is greater than or equal to 1."),
    )


def test_a_lesson_with_an_empty_field_in_a_block_cannot_be_released(course):
    lesson = lesson_pages(course)[0]
    word = {"type": "item", "id": "w", "value": {"word": "", "meaning": "A map."}}
    empty = {"type": "key_words", "value": {"words": [word]}}
    draft(lesson, body=[*lesson.body.raw_data, empty])

    (entry,) = drafts_below(course, at=NOW)

    assert entry.problems == (("body", "Key words: Words: Word: This field is required."),)


def test_a_draft_with_a_time_of_its_own_is_set_apart(course):
    draft(lesson_pages(course)[0], go_live_at=NOW + timedelta(days=1))

    (entry,) = drafts_below(course, at=NOW)

    assert (entry.go_live_at, entry.is_set_apart) == (NOW + timedelta(days=1), True)


def test_a_release_shows_the_revisions_it_holds(course):
    editor = make_editor()
    draft(lesson_pages(course)[0], title="Better")
    (entry,) = drafts_below(course, at=NOW)
    release = save_release(course=course, user=editor, revisions=[(entry.page, entry.revision)], at=NOON)
    draft(lesson_pages(course)[0], title="Later thoughts")

    assert [entry.title for entry in drafts_of(release, at=NOW)] == ["Better"]


def test_a_token_names_a_draft_as_it_was_looked_at(course):
    editor = make_editor()
    revision = draft(lesson_pages(course)[0], user=editor, title="Better")
    draft(lesson_pages(course)[1], user=editor, title="Clearer")
    tokens = [entry.token for entry in drafts_below(course, at=NOW)]
    fresh = Page.objects.get(pk=lesson_pages(course)[0].pk).specific
    fresh.save_revision(user=editor, overwrite_revision=revision)

    chosen, changed = chosen_revisions(course, [*tokens, "nothing", "7-x"])

    assert [page.draft_title for page, _ in chosen] == ["Clearer"]
    assert changed == ["Lesson 1-1"]


def test_the_queries_do_not_grow_with_the_drafts(course):
    draft(lesson_pages(course)[0], minutes=6)
    draft(quiz_pages(course)[0], pass_mark=70)
    drafts_below(course, at=NOW)  # so that content types are known
    with CaptureQueriesContext(connection) as few:
        drafts_below(course, at=NOW)
    for page in [*lesson_pages(course), *quiz_pages(course)]:
        draft(page, minutes=9)
    with CaptureQueriesContext(connection) as many:
        drafts_below(course, at=NOW)

    assert len(few) == len(many) <= 32


def test_a_translation_whose_live_row_was_written_without_a_revision_differs():
    course = make_course(languages=("it",))
    assert translations_that_differ(course) == []
    lesson = in_language(lesson_pages(course)[0], "it")
    lesson.summary = "Scritto dalla sincronizzazione."
    lesson.save()

    (differing,) = translations_that_differ(course)

    assert (differing.page, differing.language, differing.fields) == (lesson, "it", ("summary",))


def test_the_queries_for_differing_translations_do_not_grow_with_them():
    course = make_course(languages=("it",))
    translations_that_differ(course)
    with CaptureQueriesContext(connection) as few:
        translations_that_differ(course)
    with one_edition(cause="publish", at=NOON):
        for number in (3, 4):
            translate(add_lesson(module_pages(course)[0], f"1-{number}"), "it")
    with CaptureQueriesContext(connection) as many:
        translations_that_differ(course)

    assert len(few) == len(many) == 9
