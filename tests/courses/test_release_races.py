"""Releases and single publishes at once, by threads with transactions of their own: whole, or not at all, and no deadlock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from wagtail.models import Page

from courses.models import CourseEdition, EditionDue, Release
from courses.operations import releasing
from courses.operations.releasing import (
    SomebodyElseReleased,
    publish_release,
    release_due,
    save_release,
    schedule_release,
)
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key, outline_of
from courses.rules.manifest import live_part, next_manifest
from tests.courses.builders import NOON, lesson_pages, make_course, quiz_pages
from tests.people import make_editor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

LATER = NOON + timedelta(hours=1)
ROUNDS = 3


@pytest.fixture(autouse=True)
def as_in_a_real_site(settings, monkeypatch):
    """Set what every mode but the tests' has: see `foundation.task_backend`. What apps above registered is theirs."""
    settings.TASKS = {"default": {"BACKEND": "foundation.task_backend.AfterCommitBackend"}}
    monkeypatch.setattr(releasing, "_follow_ups", [])
    monkeypatch.setattr(releasing, "_guards", [])


@pytest.fixture
def course():
    return make_course(module_count=2, lesson_count=2)


def at_once(*acts):
    """Run acts in threads at the same time; return what each returned or raised."""

    def run(act):
        try:
            return act()
        except Exception as error:  # noqa: BLE001  # each is looked at by its test
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def deadlock_count():
    """Return how many deadlocks the database has seen, also those that were tried again. SQLite has none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def release_of(course, user, *, title, pages=None, turn=0):
    revisions = []
    for number, lesson in enumerate(pages or lesson_pages(course)):
        fresh = Page.objects.get(pk=lesson.pk).specific
        fresh.title = title if pages else f"{title} {number}"
        fresh.minutes = minutes_of(turn)
        revision = fresh.save_revision()
        revisions.append((Page.objects.get(pk=lesson.pk), revision))
    return save_release(course=course, user=user, revisions=revisions, at=LATER)


def lesson_titles(course):
    return [item.title for item in outline_of(course_by_key(course.key), "en").items if item.kind == "lesson"]


def test_of_two_releases_at_once_one_wins_and_the_other_is_told_what_changed(course):
    edith, rosa = make_editor("edith"), make_editor("rosa")
    first, second = release_of(course, edith, title="Edith"), release_of(course, rosa, title="Rosa")

    answers = at_once(
        lambda: publish_release(release=first, user=edith, at=LATER),
        lambda: publish_release(release=second, user=rosa, at=LATER),
    )

    (won,) = [answer for answer in answers if isinstance(answer, CourseEdition)]
    (lost,) = [answer for answer in answers if isinstance(answer, SomebodyElseReleased)]
    winner = "Edith" if answers[0] is won else "Rosa"
    assert (won.number, lesson_titles(course)) == (2, [f"{winner} {number}" for number in range(4)])
    assert len(lost.changes) >= 4
    assert f"“Lesson 1-1” is now called “{winner} 0”." in lost.changes
    assert sorted(Release.objects.values_list("state", flat=True)) == ["draft", "released"]
    assert (CourseEdition.objects.count(), EditionDue.objects.count()) == (2, 0)


def test_one_release_asked_for_four_times_at_once_is_done_once(course):
    edith = make_editor("edith")
    release = release_of(course, edith, title="Once")

    answers = at_once(*[lambda: publish_release(release=Release.objects.get(pk=release.pk), user=edith, at=LATER)] * 4)

    assert [answer.number for answer in answers] == [2, 2, 2, 2]
    assert CourseEdition.objects.count() == 2


def test_two_workers_publish_a_scheduled_release_once(course):
    edith = make_editor("edith")
    release = schedule_release(release=release_of(course, edith, title="In time"), user=edith, due_at=LATER, at=NOON)

    at_once(*[lambda: release_due(at=LATER)] * 3)

    release.refresh_from_db()
    assert (release.state, CourseEdition.objects.count()) == (Release.State.RELEASED, 2)


def test_releases_and_single_publishes_at_once_end_in_whole_editions_without_a_deadlock(course):
    """Two people release two lessons each, again and again; two others publish one of those, and a quiz, alone."""
    edith, rosa = make_editor("edith"), make_editor("rosa")
    lessons, quiz = lesson_pages(course), quiz_pages(course)[0]
    deadlocks = deadlock_count()

    def release_often(person, pages):
        lost = 0
        for turn in range(ROUNDS):
            while True:  # as people do: look at what the other published, and release again
                try:
                    release = release_of(course, person, title=f"{person.username} {turn}", turn=turn, pages=pages)
                    publish_release(release=release, user=person, at=LATER)
                    break
                except SomebodyElseReleased:
                    lost += 1
        return lost

    def publish_often(page):
        for turn in range(ROUNDS):
            with one_edition(cause="publish", at=LATER):
                fresh = Page.objects.get(pk=page.pk).specific
                fresh.title, fresh.minutes = f"Alone {turn}", minutes_of(turn)
                fresh.save_revision().publish()
        return 0

    answers = at_once(
        lambda: release_often(edith, lessons[:2]),
        lambda: release_often(rosa, lessons[2:]),
        lambda: publish_often(lessons[1]),
        lambda: publish_often(quiz),
    )

    assert [answer for answer in answers if not isinstance(answer, int)] == []
    assert deadlock_count() == deadlocks
    assert EditionDue.objects.count() == 0
    for edition in CourseEdition.objects.filter(number__gt=1):
        steps = {entry["key"]: entry for entry in edition.manifest["items"]}
        for entry in steps.values():  # nobody's title with somebody else's minutes
            name, _, turn = entry["versions"]["en"]["title"].partition(" ")
            assert name in {"Lesson", "Quiz"} or entry["minutes"] == minutes_of(int(turn))
        if edition.cause == "release":
            own = lessons[:2] if edition.made_by == edith else lessons[2:]
            titles = {steps[str(lesson.translation_key)]["versions"]["en"]["title"] for lesson in own}
            assert [title.partition(" ")[0] for title in titles] == [edition.made_by.username]
    releases = CourseEdition.objects.filter(cause="release")
    assert [releases.filter(made_by=person).count() for person in (edith, rosa)] == [ROUNDS, ROUNDS]
    numbers = list(CourseEdition.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    manifest = course_by_key(course.key).current_edition.manifest
    assert next_manifest(manifest, live_part(manifest), number=99) == manifest


def minutes_of(turn):
    return 10 + turn
