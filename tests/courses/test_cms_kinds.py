"""Every kind of action of the CMS, done at its real address: one consistent edition of each course it changes, or none."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from courses.models import Course, CourseEdition, CoursePage, EditionDue, LessonPage, ModulePage
from courses.operations.copying import copy_course
from courses.operations.settling import one_edition, settle_due
from courses.queries.pages import differences_from_pages
from courses.queries.serving import course_by_key, outline_of, quiz_key, quiz_version
from courses.tasks import publish_scheduled
from foundation.rules.canonical import digest
from tests.courses.builders import (
    NOON,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
    translate,
)
from tests.courses.forms import GOOD_QUESTION, add, edit, lesson_form, quiz_form
from tests.courses.test_refusals import start_review
from tests.people import make_editor, make_operator, signed_in

pytestmark = pytest.mark.django_db


@dataclass
class World:
    """A course of two modules with a lesson and a quiz each, another course, and an editor at work."""

    course: Course
    other: Course
    browser: Client
    operator: Client

    @property
    def lesson(self) -> LessonPage:
        return lesson_pages(self.course)[0]

    @property
    def quiz(self) -> Any:
        return quiz_pages(self.course)[0]

    @property
    def modules(self) -> list[ModulePage]:
        return module_pages(self.course)

    @property
    def page(self) -> CoursePage:
        return course_page(self.course)

    def post(self, name: str, *args: Any, query: str = "", by: Client | None = None, **fields: Any) -> Any:
        answer = (by or self.browser).post(f"{reverse(name, args=args)}{query}", fields)
        assert answer.status_code in {200, 302}, answer.text
        if answer.status_code == 200 and answer.context and "form" in answer.context:
            assert not answer.context["form"].errors
        return answer

    def bulk(self, action: str, *pages: Page, by: Client | None = None, **fields: Any) -> Any:
        ids = "&".join(f"id={page.pk}" for page in pages)
        query = f"?{ids}&next=/cms/"
        return self.post("wagtail_bulk_action", "wagtailcore", "page", action, query=query, by=by, **fields)


def make_world() -> World:
    course = make_course(module_count=2, lesson_count=1, question_count=1)
    other = make_course(slug="other", title="Other", lesson_count=1, quiz_count=0)
    return World(course, other, signed_in(make_editor()), signed_in(make_operator()))


@pytest.fixture
def world() -> World:
    return make_world()


def editions() -> dict[str, int]:
    """Return how many editions each course has, by its address."""
    return {
        outline_of(course, course.source_language).slug: CourseEdition.objects.filter(course=course).count()
        for course in Course.objects.order_by("pk")
    }


def assert_consistent() -> None:
    """Every edition is whole and numbered in turn, the last is what the pages say, and nothing waits."""
    for course in Course.objects.select_related("current_edition"):
        rows = list(CourseEdition.objects.filter(course=course).order_by("number"))
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert course.current_edition == rows[-1]
        assert [row.made_at for row in rows] == sorted(row.made_at for row in rows)
        for row in rows:
            assert digest(row.manifest) == row.digest
            listed = [key for module in row.manifest["modules"] for key in module["items"]]
            assert listed == [entry["key"] for entry in row.manifest["items"]]
    assert [words for _, words in differences_from_pages() if words] == []
    assert not EditionDue.objects.exists()


# What an act changes: editions more of the course, and of the other course.
ONE, NONE, BOTH, OTHER = (1, 0), (0, 0), (1, 1), (0, 1)


def later_by_schedule(world: World, page: Page, **changes: Any) -> None:
    """Schedule in the editor, see that nothing is public, and let the time come."""
    publish(page)  # with a revision, as every page has that was made in the CMS or loaded: else Wagtail takes it down
    settle_due(at=NOON)
    world_before = editions()
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    assert edit(world.browser, page, action="publish", go_live_at=tomorrow, **changes).status_code == 302
    assert editions() == world_before
    revision = Page.objects.get(pk=page.pk).latest_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    publish_scheduled()


def expire(world: World) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%d %H:%M")
    assert edit(world.browser, world.lesson, action="publish", expire_at=tomorrow).status_code == 302
    assert editions() == {"digital-basics": 1, "other": 1}
    # The clock: `QuerySet.update()` as nothing but time passes here.
    Page.objects.filter(pk=world.lesson.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled()


def copy(world: World, page: Page, parent: Page, **fields: Any) -> None:
    slug = fields.pop("new_slug", "copied")
    world.post(
        "wagtailadmin_pages:copy", page.pk, new_title="Copied", new_slug=slug, new_parent_page=parent.pk, **fields
    )


def revert(world: World) -> None:
    first = world.lesson.save_revision()
    for title in ("Second", "Third"):
        edit(world.browser, world.lesson, action="publish", title=title)
    address = reverse("wagtailadmin_pages:revisions_revert", args=(world.lesson.pk, first.pk))
    assert world.browser.get(address).status_code == 200
    before = editions()["digital-basics"]
    assert edit(world.browser, world.lesson, action="publish", title="Lesson 1-1", revision=first.pk).status_code == 302
    assert editions()["digital-basics"] == before + 1


def approve(world: World) -> None:
    lesson = world.lesson
    start_review(lesson)
    page = Page.objects.get(pk=lesson.pk).specific
    page.title = "Reviewed"
    page.save_revision()
    state = page.current_workflow_task_state
    world.post("wagtailadmin_pages:workflow_action", page.pk, "approve", state.pk, by=world.operator, comment="")
    assert lesson_pages(world.course)[0].title == "Reviewed"


def alias_in_other(world: World) -> Page:
    copy(world, world.lesson, module_pages(world.other)[0], alias="on")
    return LessonPage.objects.get(slug="copied")


def bulk_publish(world: World) -> None:
    for page in (world.lesson, world.quiz):
        edit(world.browser, page, title=f"New {page.title}")
    assert editions()["digital-basics"] == 1
    world.bulk("publish", world.lesson, world.quiz)


def add_several(world: World) -> None:
    add(world.browser, world.modules[0], LessonPage, lesson_form(), action="publish")
    assert editions()["digital-basics"] == 2
    add(world.browser, world.modules[0], type(world.quiz), quiz_form(GOOD_QUESTION))


ACTS: dict[str, tuple[Any, tuple[int, int]]] = {
    "publish": (lambda w: edit(w.browser, w.lesson, action="publish", title="New"), ONE),
    "publish the same": (lambda w: edit(w.browser, w.lesson, action="publish"), NONE),
    "save a draft": (lambda w: edit(w.browser, w.lesson, title="New"), NONE),
    "publish the course": (lambda w: edit(w.browser, w.page, action="publish", hours="7"), ONE),
    "publish the module": (lambda w: edit(w.browser, w.modules[0], action="publish", title="New"), ONE),
    "make steps": (add_several, ONE),
    "publish at its time": (lambda w: later_by_schedule(w, w.lesson, title="New"), ONE),
    "expire": (expire, ONE),
    "unpublish": (lambda w: w.post("wagtailadmin_pages:unpublish", w.lesson.pk), ONE),
    "unpublish a module": (lambda w: w.post("wagtailadmin_pages:unpublish", w.modules[0].pk), ONE),
    "unpublish a module and all below": (
        lambda w: w.post("wagtailadmin_pages:unpublish", w.modules[0].pk, include_descendants="on"),
        ONE,
    ),
    "unpublish the course": (lambda w: w.post("wagtailadmin_pages:unpublish", w.page.pk), ONE),
    "move in the course": (
        lambda w: w.post("wagtailadmin_pages:move_confirm", lesson_pages(w.course)[1].pk, w.modules[0].pk),
        ONE,
    ),
    "move to another course": (
        lambda w: w.post("wagtailadmin_pages:move_confirm", w.quiz.pk, module_pages(w.other)[0].pk),
        BOTH,
    ),
    "move a module to another course": (
        lambda w: (
            edit(w.browser, w.modules[0], action="publish", slug="moving"),
            w.post("wagtailadmin_pages:move_confirm", w.modules[0].pk, course_page(w.other).pk),
        ),
        BOTH,
    ),
    "reorder": (lambda w: w.post("wagtailadmin_pages:set_page_position", w.quiz.pk, query="?position=0"), ONE),
    "reorder courses": (lambda w: w.post("wagtailadmin_pages:set_page_position", w.page.pk, query="?position=1"), NONE),
    "rename a step's address": (lambda w: edit(w.browser, w.lesson, action="publish", slug="renamed"), NONE),
    "rename a module's address": (lambda w: edit(w.browser, w.modules[0], action="publish", slug="renamed"), NONE),
    "copy as a draft": (lambda w: copy(w, w.lesson, w.modules[1]), NONE),
    "copy live": (lambda w: copy(w, w.lesson, w.modules[1], publish_copies="on"), ONE),
    "copy live to another course": (
        lambda w: copy(w, w.quiz, module_pages(w.other)[0], publish_copies="on"),
        OTHER,
    ),
    "copy a module with what is below": (
        lambda w: copy(w, w.modules[0], w.page, copy_subpages="on", publish_copies="on"),
        ONE,
    ),
    "copy a module without what is below": (lambda w: copy(w, w.modules[0], w.page, publish_copies="on"), NONE),
    "copy the course as a draft": (lambda w: copy(w, w.page, w.page.get_parent(), copy_subpages="on"), NONE),
    "make an alias": (lambda w: copy(w, w.lesson, w.modules[1], alias="on"), ONE),
    "make an alias of a module elsewhere": (
        lambda w: copy(w, w.modules[0], course_page(w.other), alias="on", copy_subpages="on"),
        OTHER,
    ),
    "revert": (revert, (3, 0)),
    "delete": (lambda w: w.post("wagtailadmin_pages:delete", w.lesson.pk), ONE),
    "delete a module": (lambda w: w.post("wagtailadmin_pages:delete", w.modules[0].pk, by=w.operator), ONE),
    "bulk publish": (bulk_publish, ONE),
    "bulk unpublish": (lambda w: w.bulk("unpublish", w.lesson, w.quiz), ONE),
    "bulk move": (lambda w: w.bulk("move", w.lesson, w.quiz, chooser=w.modules[1].pk), ONE),
    "bulk move to another course": (lambda w: w.bulk("move", w.quiz, chooser=module_pages(w.other)[0].pk), BOTH),
    "bulk delete": (lambda w: w.bulk("delete", w.lesson, w.quiz, by=w.operator), ONE),
    "approve": (approve, ONE),
    "lock": (lambda w: w.post("wagtailadmin_pages:lock", w.lesson.pk), NONE),
    "unlock": (
        lambda w: (
            w.post("wagtailadmin_pages:lock", w.lesson.pk),
            w.post("wagtailadmin_pages:unlock", w.lesson.pk, by=w.operator),
        ),
        NONE,
    ),
    "look at the history": (
        lambda w: w.browser.get(reverse("wagtailadmin_pages:history", args=(w.lesson.pk,))),
        NONE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ACTS))
def test_an_action_makes_one_consistent_edition_or_none(world, name):
    act, (here, there) = ACTS[name]

    act(world)

    assert editions() == {"digital-basics": 1 + here, "other": 1 + there}
    assert_consistent()


def test_a_renamed_step_keeps_its_version_and_leads_on_from_its_old_address(world):
    version = outline_of(course_by_key(world.course.key), "en").items[0].version
    edit(world.browser, world.lesson, action="publish", slug="renamed")

    item = outline_of(course_by_key(world.course.key), "en").items[0]
    assert (item.path, item.version) == ("module-1/renamed", version)
    answer = world.browser.get("/en/courses/digital-basics/module-1/lesson-1-1/")
    assert answer["Location"] == "/en/courses/digital-basics/module-1/renamed/"


def test_an_alias_follows_its_original_into_other_courses_until_it_is_a_page_of_its_own(world):
    alias = alias_in_other(world)
    assert editions() == {"digital-basics": 1, "other": 2}

    edit(world.browser, world.lesson, action="publish", title="Better")
    assert editions() == {"digital-basics": 2, "other": 3}
    assert LessonPage.objects.get(pk=alias.pk).title == "Better"
    assert_consistent()

    world.post("wagtailadmin_pages:convert_alias", alias.pk)
    edit(world.browser, world.lesson, action="publish", title="Better still")
    assert editions() == {"digital-basics": 3, "other": 3}
    assert_consistent()


def test_deleting_an_original_takes_its_aliases_down_in_other_courses(world):
    alias = alias_in_other(world)
    world.post("wagtailadmin_pages:delete", world.lesson.pk)

    assert editions() == {"digital-basics": 2, "other": 3}
    assert LessonPage.objects.get(pk=alias.pk).live is False
    assert_consistent()


def test_a_copied_course_shares_no_identity_with_its_source(world):
    with one_edition(cause="publish", at=NOON):
        copied = copy_course(page=world.page, titles={}, slug="twin")
        for page in [copied, *copied.get_descendants().specific()]:
            publish(page)

    assert editions() == {"digital-basics": 1, "other": 1, "twin": 1}
    assert_consistent()
    source, twin = (
        course_by_key(key) for key in (world.course.key, CoursePage.objects.get(slug="twin").translation_key)
    )
    ours, theirs = outline_of(source, "en"), outline_of(twin, "en")
    assert [item.title for item in ours.items] == [item.title for item in theirs.items]
    assert not {item.key for item in ours.items} & {item.key for item in theirs.items}
    assert not {module.key for module in ours.modules} & {module.key for module in theirs.modules}
    assert ours.outcomes[0][0] != theirs.outcomes[0][0]

    # The copy's other answer key is the copy's alone.
    quiz = quiz_pages(twin)[0]
    questions = [dict(block) for block in quiz.questions.raw_data]
    for option in questions[0]["value"]["options"]:
        option["value"]["correct"] = not option["value"]["correct"]
    with one_edition(cause="publish", at=NOON):
        publish(quiz, questions=questions)
    keys = [
        quiz_key(quiz_version(outline_of(course_by_key(course.key), "en").items[1].version))["questions"]
        for course in (source, twin)
    ]
    question = questions[0]["id"]
    assert keys[0][question]["correct"] != keys[1][question]["correct"]
    assert editions() == {"digital-basics": 1, "other": 1, "twin": 2}


def test_purging_revisions_changes_no_edition(world):
    for title in ("Second", "Third", "Fourth"):
        edit(world.browser, world.lesson, action="publish", title=title)
    before = editions()
    call_command("purge_revisions", days=0)
    assert editions() == before
    assert_consistent()


def test_loading_the_same_content_again_makes_no_edition_and_a_change_makes_one(tmp_path, settings, own_storage):
    import shutil

    from portal.loading.content import load_content

    folder = tmp_path / "content"
    shutil.copytree(settings.BASE_DIR / "content", folder)
    settings.JOINED_DIR = tmp_path
    load_content(folder=folder, at=NOON, say=lambda words: None)
    assert set(editions().values()) == {1}
    assert_consistent()
    load_content(folder=folder, at=NOON, say=lambda words: None)
    assert set(editions().values()) == {1}

    changed = next(iter(sorted(folder.glob("courses/*/course.yaml"))))
    changed.write_text(changed.read_text().replace("title: ", "title: New ", 1))
    load_content(folder=folder, at=NOON, say=lambda words: None)
    assert sorted(editions().values())[-2:] == [1, 2]
    assert_consistent()


# Translation: wagtail-localize publishes on commit, so these commit.


@pytest.fixture
def translated_world() -> World:
    """The world with the course, its modules and a quiz in Italian, the quiz by the translator's screen."""
    world = make_world()
    with one_edition(cause="publish", at=NOON):
        for page in (world.page, *world.modules):
            translate(page, "it")
    return world


def to_italian(world: World, page: Page, *, words: str = "it") -> Translation:
    """Send a page to the translators at its address, and write every text."""
    from wagtail.models import Locale

    italian = Locale.objects.get(language_code="it")
    world.post("wagtail_localize:submit_page_translation", page.pk, locales=[italian.pk])
    translation = Translation.objects.get(source__object_id=page.translation_key, target_locale=italian)
    write_all(translation, words)
    return translation


def write_all(translation: Translation, words: str) -> None:
    source = translation.source
    for segment in source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=translation.target_locale,
            defaults={"data": f"{words} {segment.string.data}"},
        )


def publish_translation(world: World, page: Page) -> None:
    answer = world.browser.post(
        reverse("wagtailadmin_pages:edit", args=(in_language(page, "it").pk,)), {"action": "publish"}
    )
    assert answer.status_code == 302, answer.text


@pytest.mark.django_db(transaction=True)
def test_a_translation_is_an_edition_when_it_is_published_and_none_before(translated_world):
    world = translated_world
    to_italian(world, world.quiz)
    assert editions() == {"digital-basics": 2, "other": 1}

    publish_translation(world, world.quiz)

    assert editions() == {"digital-basics": 3, "other": 1}
    assert_consistent()
    outline = outline_of(course_by_key(world.course.key), "it")
    assert outline.by_key[str(world.quiz.translation_key)].title == "it Quiz 1-1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("published", [True, False])
def test_a_synced_translation_of_a_changed_quiz_keeps_one_answer_key(translated_world, published):
    """With `publish=False` wagtail-localize writes the new texts into the live row all the same."""
    world = translated_world
    translation = to_italian(world, world.quiz)
    publish_translation(world, world.quiz)
    with one_edition(cause="publish", at=NOON):
        quiz = world.quiz
        questions = [dict(block) for block in quiz.questions.raw_data]
        for option in questions[0]["value"]["options"]:
            option["value"]["correct"] = not option["value"]["correct"]
        questions[0]["value"]["text"] = "What now?"
        publish(quiz, questions=questions)
    assert editions()["digital-basics"] == 4
    fields = {"publish_translations": "on"} if published else {}
    world.post("wagtail_localize:update_translations", translation.source_id, **fields)
    translation.refresh_from_db()
    write_all(translation, "ecco")
    if published:
        publish_translation(world, world.quiz)
    else:
        with one_edition(cause="publish", at=NOON):
            translation.save_target(publish=False)

    assert_consistent()
    outline = {language: outline_of(course_by_key(world.course.key), language) for language in ("en", "it")}
    versions = [quiz_version(outline[language].by_key[str(quiz.translation_key)].version) for language in ("en", "it")]
    assert versions[0].marking_sha256 == versions[1].marking_sha256
    assert versions[1].body["questions"][0]["text"] == "ecco What now?"
    assert (
        quiz_key(versions[0])["questions"][questions[0]["id"]]["correct"]
        == (quiz_key(versions[1])["questions"][questions[0]["id"]]["correct"])
    )
