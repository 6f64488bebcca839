"""Concurrent publishing of one course: nobody's change is lost, no edition is torn, no number given twice."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from wagtail.models import Page

from courses.cms_transactions import lock_tree
from courses.models import Course, CourseEdition, EditionDue, LessonVersion
from courses.operations.settling import one_edition
from courses.queries.pages import differences_from_pages
from courses.queries.serving import course_by_key, outline_of
from courses.rules.manifest import live_part, next_manifest
from tests.courses.builders import NOON, lesson_pages, make_course, module_pages, quiz_pages

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

THREADS = 4
ROUNDS = 4


@pytest.fixture(autouse=True)
def follow_ups_after_the_commit(settings):
    """Set what every mode but the tests' has: see `foundation.task_backend`."""
    settings.TASKS = {"default": {"BACKEND": "foundation.task_backend.AfterCommitBackend"}}


@pytest.fixture
def course():
    return make_course(module_count=2, lesson_count=2)


def in_threads(act):
    """Run `act(number)` in several threads at once, and let what goes wrong in one of them be seen."""

    def run(number):
        try:
            act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def test_publishes_of_several_editors_at_once_all_arrive(course):
    lessons = lesson_pages(course)

    def publish_many(number):
        for turn in range(ROUNDS):
            with one_edition(cause="publish", at=NOON):
                page = Page.objects.get(pk=lessons[number].pk).specific
                page.title, page.minutes = f"Turn {turn}", turn + 1
                page.save_revision().publish()

    in_threads(publish_many)

    items = [item for item in outline_of(course_by_key(course.key), "en").items if item.kind == "lesson"]
    assert [(item.title, item.minutes) for item in items] == [(f"Turn {ROUNDS - 1}", ROUNDS)] * THREADS
    numbers = list(CourseEdition.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert EditionDue.objects.count() == 0


def test_no_edition_holds_half_of_a_publish(course):
    """The title and the minutes of a lesson change together; an edition has both or neither."""
    lessons = lesson_pages(course)

    def publish_many(number):
        for turn in range(ROUNDS):
            with one_edition(cause="publish", at=NOON):
                page = Page.objects.get(pk=lessons[number].pk).specific
                page.title, page.minutes = f"Turn {turn}", turn + 20
                page.save_revision().publish()

    in_threads(publish_many)

    for manifest in CourseEdition.objects.values_list("manifest", flat=True):
        for entry in manifest["items"]:
            title = entry["versions"]["en"]["title"]
            if title.startswith("Turn"):
                assert entry["minutes"] == int(title.removeprefix("Turn ")) + 20
                body = LessonVersion.objects.get(sha256=entry["versions"]["en"]["sha256"]).body
                assert (body["title"], body["minutes"]) == (title, entry["minutes"])


def test_tree_writers_at_once_leave_a_whole_tree_and_its_edition(course):
    lessons, modules = lesson_pages(course), module_pages(course)

    def move_to_and_fro(number):
        for turn in range(ROUNDS):
            with one_edition(cause="publish", at=NOON), transaction.atomic():
                lock_tree()
                lesson = Page.objects.get(pk=lessons[number].pk)
                lesson.move(Page.objects.get(pk=modules[(number + turn) % 2].pk), pos="last-child")

    in_threads(move_to_and_fro)

    for module in Page.objects.filter(pk__in=[module.pk for module in modules]):
        assert module.numchild == module.get_children().count()
    manifest = Course.objects.get(key=course.key).current_edition.manifest
    assert {entry["key"] for entry in manifest["items"]} >= {str(lesson.translation_key) for lesson in lessons}
    assert next_manifest(manifest, live_part(manifest), number=99) == manifest


def test_two_courses_made_at_once_both_get_their_anchor():
    make_course(slug="before", lesson_count=1, quiz_count=0)

    def make_one(number):
        with transaction.atomic():
            lock_tree()
            # Inside the caller's transaction, as the loader does it: the lock orders the tree, the anchor is new.
            make_course(slug=f"course-{number}", title=f"Course {number}", lesson_count=1, quiz_count=0)

    in_threads(make_one)

    assert Course.objects.filter(current_edition__isnull=False).count() == THREADS + 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows one isolation level")
def test_settling_reads_one_snapshot(course, monkeypatch):
    from courses.operations import settling

    levels = []
    read_tree = settling.read_tree

    def reading(*args):
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            levels.append(cursor.fetchone()[0])
        return read_tree(*args)

    monkeypatch.setattr(settling, "read_tree", reading)
    with one_edition(cause="publish", at=NOON):
        lesson = lesson_pages(course)[0]
        lesson.save()

    assert levels == ["repeatable read"]


# Pairs: two people press Publish at the same moment, each with a lesson and a quiz that belong together.


def publish_together(pages, marker):
    """Publish a lesson and a quiz in one transaction, with the same mark in the title and the minutes of both."""
    with one_edition(cause="publish", at=NOON), transaction.atomic():
        for page in pages:
            fresh = Page.objects.get(pk=page.pk).specific
            fresh.title, fresh.minutes = f"Mark {marker}", marker % 200 + 1
            fresh.save_revision().publish()


def publish_in_pairs(course, count):
    """Let two threads publish `count` times at once, each its own pages, and every fifth time the same."""
    own = list(zip(lesson_pages(course), quiz_pages(course), strict=True))
    ready = Barrier(2, timeout=120)

    def act(number):
        try:
            for turn in range(count):
                ready.wait()
                publish_together(own[0] if turn % 5 == 4 else own[number], turn * 2 + number + 1)
        except BaseException:
            ready.abort()
            raise
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, range(2)))


def mark_of(entry):
    """Return the mark of a step, once title and minutes were seen to agree; None before its first publish."""
    found = re.fullmatch(r"Mark (\d+)", entry["versions"]["en"]["title"])
    if found is None:
        return None
    marker = int(found[1])
    assert entry["minutes"] == marker % 200 + 1, "torn: the title of one publish, the minutes of another"
    return marker


def assert_whole_and_in_turn(course):
    """No edition holds half of a publish, none goes back, none is missing, and the last is what the pages say."""
    latest = {}
    numbers = []
    for number, manifest in CourseEdition.objects.order_by("number").values_list("number", "manifest").iterator(50):
        numbers.append(number)
        marks = [mark_of(entry) for entry in manifest["items"]]
        lessons, quizzes = marks[0::2], marks[1::2]
        assert lessons == quizzes, "torn: the lesson of one publish, the quiz of another"
        latest = dict(enumerate(lessons))
    assert numbers == list(range(1, len(numbers) + 1))
    assert [words for _, words in differences_from_pages() if words] == []
    assert EditionDue.objects.count() == 0
    return len(numbers), latest


def test_pairs_of_publishes_at_the_same_moment_are_all_in_whole_editions():
    course = make_course(module_count=2, lesson_count=1, question_count=1)
    publish_in_pairs(course, 10)

    count, latest = assert_whole_and_in_turn(course)

    assert 10 < count <= 21
    assert latest[0] in {19, 20}  # the tenth pair published the same pages: the later commit holds
    assert latest[1] == 18


@pytest.mark.full
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_five_hundred_pairs_of_publishes_at_the_same_moment(capsys):
    course = make_course(module_count=2, lesson_count=1, question_count=1)
    begin = time.perf_counter()
    publish_in_pairs(course, 500)
    seconds = time.perf_counter() - begin

    count, latest = assert_whole_and_in_turn(course)

    assert latest[0] in {999, 1000}
    assert latest[1] == 998
    with capsys.disabled():
        print(  # noqa: T201 - the line that `make prove` is for
            f"\nsimultaneous publishes: 500 pairs on one course, {count - 1} editions, 0 torn, 0 lost, 0 errors, "
            f"{seconds:.0f} s"
        )
