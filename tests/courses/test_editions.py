"""One edition for each action of an editor, and none where nothing a learner sees has changed."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from courses.models import Course, CourseEdition, EditionDue, QuizKey, QuizVersion
from courses.operations.settling import one_edition, settle, settle_due
from courses.queries.serving import course_by_key, outline_of, quiz_key, quiz_version
from courses.tasks import publish_scheduled
from tests.courses.builders import (
    NOON,
    add_lesson,
    add_module,
    build_course_page,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def course():
    return make_course(module_count=2)


def edition_count(course):
    return CourseEdition.objects.filter(course__key=course.key).count()


def manifest_of(course):
    return Course.objects.get(key=course.key).current_edition.manifest


def titles(course, language="en"):
    return [item.title for item in outline_of(course_by_key(course.key), language).items]


def item_of(course, page):
    return outline_of(course_by_key(course.key), "en").by_key[str(page.translation_key)]


def test_a_course_made_in_one_action_has_one_edition(course):
    assert edition_count(course) == 1
    assert course.current_edition.number == 1
    assert EditionDue.objects.count() == 0


def test_publishing_a_change_makes_one_edition(course):
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], title="A better title")

    assert edition_count(course) == 2
    assert titles(course)[0] == "A better title"


def test_an_edition_names_who_made_it_and_why(course, django_user_model):
    editor = django_user_model.objects.create_user(username="edith")
    with one_edition(cause="publish", user=editor, at=NOON + timedelta(hours=1)):
        publish(lesson_pages(course)[0], title="A better title")

    edition = Course.objects.get(key=course.key).current_edition
    assert (edition.made_by, edition.cause, edition.made_at) == (editor, "publish", NOON + timedelta(hours=1))


def test_publishing_the_same_again_makes_none(course):
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0])

    assert edition_count(course) == 1


def test_going_back_to_an_older_text_makes_an_edition_but_no_new_version(course):
    lesson = lesson_pages(course)[0]
    first = item_of(course, lesson).version
    for title in ("Another title", lesson.title):
        with one_edition(cause="publish", at=NOON):
            publish(lesson, title=title)

    assert edition_count(course) == 3
    assert item_of(course, lesson).version == first


def test_saving_a_draft_makes_no_edition_and_flags_nothing(course):
    lesson = lesson_pages(course)[0]
    lesson.title = "A draft"
    lesson.save_revision()

    assert EditionDue.objects.count() == 0
    assert titles(course)[0] == "Lesson 1-1"


def test_a_course_that_was_never_published_has_no_anchor():
    with one_edition(cause="publish", at=NOON):
        page = build_course_page(slug="draft", title="Draft", live=False)

    assert Course.objects.filter(key=page.translation_key).exists() is False
    assert EditionDue.objects.count() == 0


def test_unpublishing_a_lesson_takes_it_out_and_publishing_it_again_binds_those_it_bound(course):
    lesson = lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        lesson.unpublish()
    assert item_of(course, lesson).removed is True
    assert item_of(course, lesson).binds == ((1, 1),)

    with one_edition(cause="publish", at=NOON):
        publish(lesson)

    assert edition_count(course) == 3
    assert item_of(course, lesson).removed is False
    assert item_of(course, lesson).binds == ((1, 1), (3, None))


def test_items_of_an_unpublished_module_are_out(course):
    with one_edition(cause="publish", at=NOON):
        module_pages(course)[0].unpublish()

    assert titles(course) == ["Lesson 2-1", "Lesson 2-2", "Quiz 2-1"]


def test_taking_a_course_down_keeps_its_items_and_whom_they_bind(course):
    before = manifest_of(course)
    with one_edition(cause="publish", at=NOON):
        course_page(course).unpublish()

    assert manifest_of(course) == {**before, "live": False}
    with one_edition(cause="publish", at=NOON):
        publish(course_page(course))
    assert manifest_of(course) == before


def test_moving_a_lesson_to_another_module_keeps_its_key_and_whom_it_binds(course):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    with one_edition(cause="publish", at=NOON):
        lesson.move(target, pos="last-child")

    assert edition_count(course) == 2
    item = item_of(course, lesson)
    assert (item.path, item.binds, item.module) == ("module-2/lesson-1-1", ((1, None),), str(target.translation_key))


def test_moving_a_lesson_takes_its_translation_along():
    course = make_course(module_count=2, languages=("it",))
    quiz, target = quiz_pages(course)[0], module_pages(course)[1]
    with one_edition(cause="publish", at=NOON):
        quiz.move(target, pos="last-child")

    assert titles(course, "it")[-1] == "it: Quiz 1-1"


def test_reordering_makes_one_edition(course):
    first, second = lesson_pages(course)[:2]
    with one_edition(cause="publish", at=NOON):
        second.move(first, pos="left")

    assert edition_count(course) == 2
    assert titles(course)[:2] == ["Lesson 1-2", "Lesson 1-1"]


def test_moving_a_lesson_to_another_course_makes_one_edition_of_each(course):
    other = make_course(slug="other", title="Other")
    lesson = publish(lesson_pages(course)[0], slug="moving")
    settle_due(at=NOON)
    with one_edition(cause="publish", at=NOON):
        lesson.move(module_pages(other)[0], pos="last-child")

    assert (edition_count(course), edition_count(other)) == (2, 2)
    assert item_of(course, lesson).removed is True
    assert item_of(other, lesson).binds == ((2, None),)


def test_a_copy_of_a_module_shares_no_identity_with_it(course):
    module = module_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        copy = module.copy(recursive=True, update_attrs={"slug": "module-3", "title": "Module 3"}, keep_live=True)

    assert edition_count(course) == 2
    outline = outline_of(course_by_key(course.key), "en")
    assert len({item.key for item in outline.items}) == 9
    copied = outline.by_key[str(copy.get_children()[2].translation_key)]
    original = item_of(course, quiz_pages(course)[0])
    assert copied.key != original.key
    assert quiz_version(copied.version).item_key != quiz_version(original.version).item_key or (
        copied.version == original.version
    )


def test_an_alias_is_an_item_of_its_own_and_follows_its_original(course):
    lesson, target = lesson_pages(course)[0], module_pages(course)[1]
    with one_edition(cause="publish", at=NOON):
        alias = lesson.create_alias(parent=target, update_slug="lesson-again")
    assert edition_count(course) == 2
    assert item_of(course, alias).key != item_of(course, lesson).key

    with one_edition(cause="publish", at=NOON):
        publish(lesson, title="A better title")

    assert edition_count(course) == 3
    assert item_of(course, alias).title == "A better title"


def test_deleting_a_lesson_leaves_what_was_frozen_of_it(course):
    lesson = lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        Page.objects.get(pk=lesson.pk).delete()

    assert edition_count(course) == 2
    assert item_of(course, lesson).title == "Lesson 1-1"
    assert item_of(course, lesson).removed is True


def test_deleting_a_course_leaves_its_edition_and_marks_it_as_not_live(course):
    before = manifest_of(course)
    with one_edition(cause="publish", at=NOON):
        course_page(course).delete()

    assert manifest_of(course) == {**before, "live": False}


def test_a_translation_gives_texts_and_shares_the_answer_key(course):
    quiz = quiz_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        translate(quiz, "it")

    assert edition_count(course) == 2
    english = item_of(course, quiz)
    italian = outline_of(course_by_key(course.key), "it").by_key[english.key]
    assert (italian.title, italian.language) == ("it: Quiz 1-1", "it")
    versions = {language: quiz_version(sha) for language, sha in [("en", english.version), ("it", italian.version)]}
    assert versions["en"].marking_sha256 == versions["it"].marking_sha256
    assert quiz_key(versions["en"])["questions"].keys() == quiz_key(versions["it"])["questions"].keys()


def test_a_new_answer_key_holds_for_a_translation_that_was_not_touched():
    course = make_course(languages=("it",))
    quiz = quiz_pages(course)[0]
    questions = [dict(block) for block in quiz.questions.raw_data]
    for option in questions[0]["value"]["options"]:
        option["value"]["correct"] = not option["value"]["correct"]
    with one_edition(cause="publish", at=NOON):
        publish(quiz, questions=questions)

    keys = {
        language: quiz_key(quiz_version(outline_of(course_by_key(course.key), language).items[-1].version))
        for language in ("en", "it")
    }
    first = questions[0]["id"]
    assert keys["it"]["questions"][first]["correct"] == keys["en"]["questions"][first]["correct"]
    assert edition_count(course) == 2


def test_a_translation_below_a_module_that_is_not_published_is_not_shown():
    course = make_course(languages=("it",))
    with one_edition(cause="publish", at=NOON):
        in_language(module_pages(course)[0], "it").unpublish()

    assert titles(course, "it") == ["Lesson 1-1", "Lesson 1-2", "Quiz 1-1"]


def test_a_save_in_code_is_seen_although_it_sends_no_signal_of_publishing(course):
    lesson = lesson_pages(course)[0]
    with one_edition(cause="code", at=NOON):
        lesson.minutes = 7
        lesson.save()

    assert item_of(course, lesson).minutes == 7


def test_an_item_made_required_binds_who_starts_from_then_on(course):
    with one_edition(cause="publish", at=NOON):
        extra = add_lesson(module_pages(course)[0], "extra", required=False)
    with one_edition(cause="publish", at=NOON):
        publish(extra, required=True)

    assert item_of(course, extra).binds == ((3, None),)


def test_an_edition_can_bind_those_who_started_before(course):
    with one_edition(cause="publish", at=NOON):
        extra = add_lesson(module_pages(course)[0], "extra")
    settle(
        course_key=course.key,
        cause="release",
        at=NOON,
        bind_all={str(extra.translation_key)},
    )

    assert item_of(course, extra).binds == ((0, None),)
    assert edition_count(course) == 3


def test_several_changes_in_one_unit_of_work_are_one_edition(course):
    with one_edition(cause="content", at=NOON):
        for lesson in lesson_pages(course):
            publish(lesson, title=f"New {lesson.title}")
        add_lesson(add_module(course_page(course), 3), "3-1")

    assert edition_count(course) == 2


def test_a_unit_inside_another_joins_it(course):
    with one_edition(cause="outer", at=NOON):
        with one_edition(cause="inner", at=NOON):
            publish(lesson_pages(course)[0], title="One")
        assert edition_count(course) == 1
        publish(lesson_pages(course)[1], title="Two")

    assert edition_count(course) == 2
    assert Course.objects.get(key=course.key).current_edition.cause == "outer"


def test_what_was_killed_between_save_and_settle_is_settled_by_the_sweep(course):
    publish(lesson_pages(course)[0], title="Saved, then the process was gone")
    assert edition_count(course) == 1
    assert EditionDue.objects.exists()

    settle_due(at=timezone.now())

    assert titles(course)[0] == "Saved, then the process was gone"
    assert edition_count(course) == 2
    assert EditionDue.objects.exists() is False


def test_settling_twice_makes_one_edition(course):
    publish(lesson_pages(course)[0], title="Changed")
    for _ in range(2):
        settle(course_key=course.key, cause="sweep", at=NOON)

    assert edition_count(course) == 2


def test_a_scheduled_page_is_published_by_the_task(course):
    lesson = publish(lesson_pages(course)[0])  # with a revision: else Wagtail takes a page down that is scheduled
    lesson.title, lesson.go_live_at = "Tomorrow's title", timezone.now() + timedelta(hours=1)
    with one_edition(cause="publish", at=NOON):
        lesson.save_revision(approved_go_live_at=lesson.go_live_at)
        lesson.latest_revision.publish()
    assert edition_count(course) == 1
    revision = lesson.latest_revision
    revision.refresh_from_db()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()

    publish_scheduled()

    assert titles(course)[0] == "Tomorrow's title"
    assert edition_count(course) == 2


def test_an_expired_page_is_taken_out_by_the_task(course):
    lesson = lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON):
        lesson.expire_at = timezone.now() - timedelta(minutes=1)
        lesson.save()

    publish_scheduled()

    assert item_of(course, lesson).removed is True
    assert edition_count(course) == 2


def test_a_page_that_cannot_be_frozen_keeps_its_last_version_and_holds_back_nothing(course):
    quiz, lesson = quiz_pages(course)[0], lesson_pages(course)[0]
    before = item_of(course, quiz).version
    broken = [{**dict(block), "value": {**block["value"], "options": []}} for block in quiz.questions.raw_data[:1]]
    with one_edition(cause="code", at=NOON):
        quiz.questions = broken
        super(Page, quiz).save()
        publish(lesson, title="Another title")

    assert item_of(course, quiz).version == before
    assert item_of(course, lesson).title == "Another title"


def test_every_quiz_version_has_its_key(course):
    publish(quiz_pages(course)[0], title="Changed")
    settle_due(at=NOON)

    assert QuizKey.objects.count() == QuizVersion.objects.count() == 3


def test_the_command_of_wagtail_alone_leaves_a_flag_for_the_sweep(course):
    lesson = lesson_pages(course)[0]
    lesson.expire_at = timezone.now() - timedelta(minutes=1)
    lesson.save()
    settle_due(at=NOON)
    call_command("publish_scheduled", verbosity=0)

    assert settle_due(at=NOON) == 1
    assert item_of(course, lesson).removed is True
