"""Many drafts, one transaction, one edition: putting a release together, agreeing to it, its time, its publication."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, PageLogEntry, Revision, Workflow, WorkflowTask

from courses.models import CourseEdition, CoursePage, EditionDue, LessonPage, Release
from courses.operations import releasing
from courses.operations.releasing import (
    CannotRelease,
    OwnRelease,
    ReleaseClosed,
    ReleaseRefused,
    SomebodyElseReleased,
    anchor_course,
    approve_release,
    ask_review,
    check_some_drafts,
    count_drafts,
    discard_release,
    publish_release,
    release_due,
    save_release,
    schedule_release,
    send_back,
    start_release,
)
from courses.operations.settling import one_edition, settle_due
from courses.queries.releasing import can_release, job_of, open_releases, others_who_may_release
from courses.queries.serving import course_by_key, outline_of
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message
from tests.courses.builders import (
    NOON,
    add_lesson,
    build_course_page,
    course_page,
    in_language,
    lesson_body,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)
from tests.people import make_editor, make_learner, make_reviewer

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LATER = NOON + timedelta(hours=1)
LATEST = NOON + timedelta(hours=2)


@pytest.fixture
def course():
    return make_course(module_count=2, lesson_count=2)


@pytest.fixture
def editor():
    return make_editor("edith", email="edith@example.org")


@pytest.fixture
def reviewer():
    return make_reviewer("rosa")


@pytest.fixture(autouse=True)
def nobody_else_registered(monkeypatch):
    """Releases here know no learner: what apps above registered is theirs to test."""
    monkeypatch.setattr(releasing, "_follow_ups", [])
    monkeypatch.setattr(releasing, "_guards", [])


def draft(page, *, user=None, **changes):
    """Change fields of a page and save a draft, as the editor does. Returns the page and its revision."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    revision = fresh.save_revision(user=user)
    return Page.objects.get(pk=page.pk), revision


def put_together(course, user, *, at=LATER, **fields):
    """A release of two drafts: a lesson with another title, a quiz with another pass mark."""
    revisions = [draft(lesson_pages(course)[0], title="Better"), draft(quiz_pages(course)[1], pass_mark=70)]
    return save_release(course=course, user=user, revisions=revisions, at=at, **fields)


def titles(course):
    return [item.title for item in outline_of(course_by_key(course.key), "en").items]


def test_a_release_publishes_its_drafts_as_one_edition(course, editor):
    release = put_together(course, editor)

    edition = publish_release(release=release, user=editor, at=LATER)

    assert (edition.number, edition.cause, edition.made_by, edition.made_at) == (2, "release", editor, LATER)
    assert (CourseEdition.objects.count(), EditionDue.objects.count()) == (2, 0)
    outline = outline_of(course_by_key(course.key), "en")
    assert outline.items[0].title == "Better"
    assert outline.by_key[str(quiz_pages(course)[1].translation_key)].pass_mark == 70
    assert (release.state, release.edition, release.released_by) == (Release.State.RELEASED, edition, editor)
    assert [row.revision for row in release.drafts.all()] == [None, None]
    assert not Page.objects.filter(pk__in=release.drafts.values("page"), has_unpublished_changes=True).exists()


def test_a_release_leaves_one_entry_in_the_history_of_the_course(course, editor):
    publish_release(release=(release := put_together(course, editor)), user=editor, at=LATER)

    entry = PageLogEntry.objects.get(action="portal.release")
    assert (entry.page.specific, entry.user) == (course_page(course), editor)
    assert entry.data == {"release": str(release.public_id), "edition": 2, "drafts": 2}
    assert entry.message == "Released 2 drafts as edition 2"


def test_releasing_twice_changes_nothing(course, editor):
    release = put_together(course, editor)
    first = publish_release(release=release, user=editor, at=LATER)

    assert publish_release(release=release, user=editor, at=LATEST) == first
    assert CourseEdition.objects.count() == 2


def test_a_release_publishes_the_very_revisions_it_holds(course, editor):
    release = put_together(course, editor)
    draft(lesson_pages(course)[0], title="Later thoughts")

    publish_release(release=release, user=editor, at=LATER)

    assert titles(course)[0] == "Better"
    lesson = lesson_pages(course)[0]
    assert (lesson.has_unpublished_changes, lesson.draft_title) == (True, "Later thoughts")


def test_automatic_saving_does_not_write_into_what_a_release_holds(course, editor):
    page, revision = draft(lesson_pages(course)[0], user=editor, title="Better")
    release = save_release(course=course, user=editor, revisions=[(page, revision)], at=LATER)

    again = page.specific
    again.title = "Typed on"
    saved = again.save_revision(user=editor, overwrite_revision=revision)

    assert saved.pk != revision.pk
    publish_release(release=release, user=editor, at=LATER)
    assert titles(course)[0] == "Better"


def test_automatic_saving_writes_into_a_revision_that_no_release_holds(course, editor):
    page, revision = draft(lesson_pages(course)[0], user=editor, title="Better")

    saved = page.specific.save_revision(user=editor, overwrite_revision=revision)

    assert saved.pk == revision.pk


def test_a_draft_that_was_written_over_before_it_was_taken_in_is_refused(course, editor):
    page, looked_at = draft(lesson_pages(course)[0], user=editor, title="Better")
    page.specific.save_revision(user=editor, overwrite_revision=Revision.objects.get(pk=looked_at.pk))

    with pytest.raises(SomebodyElseReleased, match="“Better” was changed after it was looked at"):
        save_release(course=course, user=editor, revisions=[(page, looked_at)], at=LATER)


def test_a_revision_changed_behind_the_cms_stops_the_release(course, editor):
    release = put_together(course, editor)
    held = release.drafts.get(title="Better").revision
    held.content["title"] = "Not agreed to"
    Revision.objects.filter(pk=held.pk).update(content=held.content)

    with pytest.raises(SomebodyElseReleased, match="The draft of “Better” was changed after it was taken in"):
        publish_release(release=release, user=editor, at=LATER)


def test_who_is_bound_is_part_of_the_edition(course, editor):
    lesson = Page.objects.get(pk=add_draft_lesson(course).pk)
    release = save_release(
        course=course,
        user=editor,
        revisions=[(lesson, lesson.latest_revision)],
        bind_all=[str(lesson.translation_key)],
        at=LATER,
    )

    edition = publish_release(release=release, user=editor, at=LATER)

    binds = {entry["key"]: entry["binds"] for entry in edition.manifest["items"]}
    assert binds.pop(str(lesson.translation_key)) == [[0, None]]
    assert set(map(str, binds.values())) == {"[[1, None]]"}


def add_draft_lesson(course, name="1-new", **fields):
    lesson = add_lesson(module_pages(course)[0], name, live=False, has_unpublished_changes=True, **fields)
    lesson.save_revision()
    return lesson


def test_a_new_lesson_of_a_release_binds_nobody_of_before(course, editor):
    lesson = Page.objects.get(pk=add_draft_lesson(course).pk)
    release = save_release(course=course, user=editor, revisions=[(lesson, lesson.latest_revision)], at=LATER)

    edition = publish_release(release=release, user=editor, at=LATER)

    new = next(entry for entry in edition.manifest["items"] if entry["key"] == str(lesson.translation_key))
    assert new["binds"] == [[2, None]]


def test_a_release_without_drafts_makes_no_edition_and_tells_who_registered(course, editor):
    told = []
    releasing.register_release_follow_up(lambda release, edition, at: told.append((release, edition, at)))
    release = save_release(course=course, user=editor, revisions=[], at=LATER)

    edition = publish_release(release=release, user=editor, at=LATEST)

    assert edition == course_by_key(course.key).current_edition
    assert told == [(release, edition, LATEST)]
    assert (release.state, release.edition) == (Release.State.RELEASED, None)
    assert CourseEdition.objects.count() == 1


def test_a_follow_up_that_goes_wrong_takes_everything_back(course, editor):
    def broken(release, edition, at):
        raise RuntimeError("the power was cut")

    releasing.register_release_follow_up(broken)
    release = put_together(course, editor)

    with pytest.raises(RuntimeError):
        publish_release(release=release, user=editor, at=LATER)

    release.refresh_from_db()
    assert release.state == Release.State.DRAFT
    assert release.drafts.filter(revision__isnull=False).count() == 2
    assert CourseEdition.objects.count() == 1
    assert lesson_pages(course)[0].title == "Lesson 1-1"
    assert PageLogEntry.objects.filter(action__in=["wagtail.publish", "portal.release"]).count() == 0
    settle_due(at=LATEST)
    assert CourseEdition.objects.count() == 1


def test_what_a_guard_objects_to_is_not_released(course, editor):
    releasing.register_release_guard(lambda release, user: "A second person must agree.")

    with pytest.raises(ReleaseRefused, match=r"A second person must agree\."):
        publish_release(release=put_together(course, editor), user=editor, at=LATER)

    assert titles(course)[0] == "Lesson 1-1"


def test_who_may_not_publish_the_course_may_not_release(course, editor):
    release = put_together(course, editor)

    with pytest.raises(PermissionDenied):
        publish_release(release=release, user=make_learner(), at=LATER)
    with pytest.raises(PermissionDenied):
        save_release(course=course, user=make_learner(), revisions=[], at=LATER)

    assert CourseEdition.objects.count() == 1


def test_a_page_locked_by_somebody_else_is_not_released(course, editor, reviewer):
    release = put_together(course, editor)
    lesson = lesson_pages(course)[0]
    Page.objects.filter(pk=lesson.pk).update(locked=True, locked_by=reviewer)

    with pytest.raises(ReleaseRefused, match="“Better” is locked in the CMS"):
        publish_release(release=release, user=editor, at=LATER)


def test_a_draft_that_is_not_fit_is_named_and_nothing_is_published(course, editor):
    good, bad = draft(lesson_pages(course)[0], title="Better"), quiz_pages(course)[0]
    fresh = Page.objects.get(pk=bad.pk).specific
    fresh.questions = []
    revision = fresh.save_revision(clean=False)
    release = save_release(
        course=course, user=editor, revisions=[good, (Page.objects.get(pk=bad.pk), revision)], at=LATER
    )

    with pytest.raises(CannotRelease) as refused:
        publish_release(release=release, user=editor, at=LATER)

    assert refused.value.problems == [(bad.pk, "Quiz 1-1", "questions", "A quiz needs at least one question.")]
    assert titles(course)[0] == "Lesson 1-1"


def test_a_course_that_nobody_could_complete_is_not_released(course, editor):
    pages = [*lesson_pages(course), *quiz_pages(course)]
    release = save_release(
        course=course, user=editor, revisions=[draft(page, required=False) for page in pages], at=LATER
    )

    with pytest.raises(CannotRelease, match="Nobody could complete the course"):
        publish_release(release=release, user=editor, at=LATER)

    assert CourseEdition.objects.count() == 1
    assert lesson_pages(course)[0].required is True


def test_a_page_published_otherwise_since_stops_the_release_and_says_what_changed(course, editor):
    release = put_together(course, editor)
    with one_edition(cause="publish", at=LATER):
        publish(lesson_pages(course)[0], minutes=9)

    with pytest.raises(SomebodyElseReleased) as refused:
        publish_release(release=release, user=editor, at=LATEST)

    assert refused.value.changes == ["“Better” was published since.", "“Lesson 1-1”: 5 minutes → 9 minutes"]
    assert titles(course)[0] == "Lesson 1-1"
    assert CourseEdition.objects.count() == 2


def test_another_page_published_since_stops_nothing(course, editor):
    release = put_together(course, editor)
    with one_edition(cause="publish", at=LATER):
        publish(lesson_pages(course)[1], minutes=9)

    edition = publish_release(release=release, user=editor, at=LATEST)

    assert edition.number == 3


def test_another_order_since_stops_nothing(course, editor):
    release = save_release(
        course=course, user=editor, revisions=[draft(module_pages(course)[0], title="Begin")], at=LATER
    )
    with one_edition(cause="publish", at=LATER):
        first, second = (Page.objects.get(pk=page.pk) for page in lesson_pages(course)[:2])
        second.move(first, pos="left")

    assert publish_release(release=release, user=editor, at=LATEST).number == 3


def test_a_translation_written_since_without_a_publish_stops_its_release():
    course = make_course(lesson_count=1, quiz_count=0, languages=("it",))
    editor, lesson = make_editor(), in_language(lesson_pages(course)[0], "it")
    release = save_release(course=course, user=editor, revisions=[draft(lesson, title="Meglio")], at=LATER)
    with one_edition(cause="publish", at=LATER):
        lesson.summary = "Scritto dalla sincronizzazione."
        lesson.save()

    with pytest.raises(SomebodyElseReleased, match="“it: Lesson 1-1”: its summary changes"):
        publish_release(release=release, user=editor, at=LATEST)


def test_a_release_inside_the_unit_of_work_of_a_request_is_one_edition(course, editor):
    release = put_together(course, editor)

    with one_edition(cause="publish", at=LATEST):
        publish_release(release=release, user=editor, at=LATER)

    assert list(CourseEdition.objects.order_by("number").values_list("cause", flat=True)) == ["content", "release"]


def test_a_release_is_of_one_course(course, editor):
    release = put_together(course, editor)

    with pytest.raises(ReleaseRefused, match="of another course"):
        save_release(course=make_course(slug="other"), user=editor, revisions=[], release=release, at=LATER)


def test_a_page_deleted_since_stops_the_release(course, editor):
    release = put_together(course, editor)
    release.drafts.filter(title="Better").update(page=None)

    with pytest.raises(SomebodyElseReleased, match="“Better” was deleted"):
        publish_release(release=release, user=editor, at=LATER)


def test_a_page_taken_out_of_the_course_since_stops_the_release(course, editor):
    release = put_together(course, editor)
    with one_edition(cause="publish", at=LATER):
        Page.objects.get(pk=lesson_pages(course)[0].pk).unpublish()

    with pytest.raises(SomebodyElseReleased, match="Lesson “Lesson 1-1” is taken out"):
        publish_release(release=release, user=editor, at=LATEST)


def test_a_page_of_another_course_is_not_taken_in(course, editor):
    other = make_course(slug="other", title="Other")

    with pytest.raises(ReleaseRefused, match="is not a draft of this course any more"):
        save_release(course=course, user=editor, revisions=[draft(lesson_pages(other)[0])], at=LATER)


def test_more_drafts_than_a_release_holds_are_refused_in_words(course, editor, monkeypatch):
    monkeypatch.setattr(releasing, "MOST", 1)

    with pytest.raises(ReleaseRefused, match="A release holds at most 1 drafts; this one has 2"):
        put_together(course, editor)


# A second person.


def test_a_second_person_agrees_and_it_is_released(course, editor, reviewer):
    release = ask_review(release=put_together(course, editor), user=editor, at=LATER)
    assert release.state == Release.State.IN_REVIEW

    release = approve_release(release=release, user=reviewer, at=LATEST)

    assert (release.approved_by, release.approved_at) == (reviewer, LATEST)
    assert publish_release(release=release, user=editor, at=LATEST).number == 2


def test_nobody_agrees_to_what_they_put_together_or_changed_last(course, editor, reviewer):
    release = put_together(course, editor)
    revisions = [(row.page, row.revision) for row in release.drafts.all()]
    release = save_release(course=course, user=reviewer, revisions=revisions, release=release, at=LATER)
    release = ask_review(release=release, user=reviewer, at=LATER)

    for person in (editor, reviewer):
        with pytest.raises(OwnRelease, match="Somebody else must agree to it"):
            approve_release(release=release, user=person, at=LATEST)


def test_a_change_takes_an_agreement_back(course, editor, reviewer):
    release = ask_review(release=put_together(course, editor), user=editor, at=LATER)
    release = approve_release(release=release, user=reviewer, at=LATER)

    changed = save_release(course=course, user=editor, revisions=[], note="Shorter", release=release, at=LATEST)

    assert changed.pk == release.pk
    assert (changed.state, changed.approved_by, changed.approved_at) == (Release.State.DRAFT, None, None)
    assert (changed.note, changed.drafts.count()) == ("Shorter", 0)


def test_who_does_not_agree_says_why(course, editor, reviewer):
    release = ask_review(release=put_together(course, editor), user=editor, at=LATER)

    release = send_back(release=release, user=reviewer, words="Question 3 is unclear.", at=LATEST)

    assert (release.state, release.problem) == (Release.State.DRAFT, "Question 3 is unclear.")


def test_only_what_was_asked_for_can_be_agreed_to(course, editor, reviewer):
    with pytest.raises(ReleaseClosed, match="still being put together"):
        approve_release(release=put_together(course, editor), user=reviewer, at=LATER)


def test_a_discarded_release_lets_its_drafts_go(course, editor):
    release = discard_release(release=put_together(course, editor), user=editor, at=LATER)

    assert (release.state, release.drafts.exclude(revision=None).count()) == (Release.State.DISCARDED, 0)
    assert lesson_pages(course)[0].draft_title == "Better"
    assert list(open_releases(course)) == []
    with pytest.raises(ReleaseClosed, match="was discarded"):
        publish_release(release=release, user=editor, at=LATER)


def test_who_may_release_and_who_else(course, editor, reviewer):
    page = course_page(course)
    make_editor("gone", is_active=False)

    assert [can_release(person, page) for person in (editor, reviewer, make_learner())] == [True, True, False]
    assert list(others_who_may_release(page, editor)) == [reviewer]


# Its time.


def test_a_scheduled_release_is_published_when_its_time_comes(course, editor):
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)

    assert release_due(at=LATER) == 0
    assert release_due(at=LATEST) == 1

    release.refresh_from_db()
    assert (release.state, release.released_by, release.released_at) == (Release.State.RELEASED, editor, LATEST)
    assert titles(course)[0] == "Better"


def test_a_release_changed_while_the_worker_is_at_another_does_not_go_out(course, editor, monkeypatch):
    """The worker read which are due; before it comes to this one, its editor goes on with it."""
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)
    publish_scheduled = releasing._publish_scheduled

    def changed_just_before(due, at):
        save_release(course=course, user=editor, revisions=[], release=release, at=LATEST)
        publish_scheduled(due, at)

    monkeypatch.setattr(releasing, "_publish_scheduled", changed_just_before)

    assert release_due(at=LATEST) == 0

    release.refresh_from_db()
    assert (release.state, CourseEdition.objects.count()) == (Release.State.DRAFT, 1)


def test_a_release_put_off_while_the_worker_is_at_another_waits_for_its_new_time(course, editor, monkeypatch):
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)
    publish_scheduled = releasing._publish_scheduled
    put_off = LATEST + timedelta(days=1)

    def put_off_just_before(due, at):
        schedule_release(release=release, user=editor, due_at=put_off, at=LATEST)
        publish_scheduled(due, at)

    monkeypatch.setattr(releasing, "_publish_scheduled", put_off_just_before)

    assert release_due(at=LATEST) == 0

    release.refresh_from_db()
    assert (release.state, release.due_at) == (Release.State.SCHEDULED, put_off)


def test_nobody_releases_what_somebody_else_put_in_its_place(course, editor, reviewer):
    """Between what this person looked at, or agreed to, and its release the other one saves something else."""
    known = put_together(course, editor)
    save_release(course=course, user=reviewer, revisions=[], release=known, at=LATEST)

    with pytest.raises(SomebodyElseReleased, match="was changed after you opened it"):
        publish_release(release=known, user=editor, at=LATEST)

    assert CourseEdition.objects.count() == 1


def test_a_scheduled_release_stops_with_words_and_a_mail_when_somebody_else_was_quicker(course, editor):
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)
    with one_edition(cause="publish", at=LATER):
        publish(lesson_pages(course)[0], title="Published alone")

    assert release_due(at=LATEST) == 0

    release.refresh_from_db()
    assert (release.state, release.due_at) == (Release.State.STOPPED, None)
    assert release.problem.splitlines() == [
        "“Better” was published since.",
        "“Lesson 1-1” is now called “Published alone”.",
    ]
    deliver_message(message_id=OutboxMessage.objects.get(kind="courses.release.mail").pk, at=LATEST)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["edith@example.org"], "The release of “Digital basics” was stopped")
    ]
    assert "“Better” was published since." in mail.outbox[0].body
    assert titles(course)[0] == "Published alone"


def test_a_stopped_release_may_be_put_together_again(course, editor):
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)
    with one_edition(cause="publish", at=LATER):
        publish(lesson_pages(course)[0], title="Published alone")
    release_due(at=LATEST)
    release.refresh_from_db()

    again = save_release(
        course=course, user=editor, revisions=[draft(lesson_pages(course)[0], title="Both")], release=release, at=LATEST
    )

    assert (again.pk, again.state, again.problem) == (release.pk, Release.State.DRAFT, "")
    publish_release(release=again, user=editor, at=LATEST)
    assert titles(course)[0] == "Both"


def test_a_release_scheduled_by_somebody_who_may_no_longer_is_stopped(course, editor):
    release = schedule_release(release=put_together(course, editor), user=editor, due_at=LATEST, at=LATER)
    editor.groups.clear()

    release_due(at=LATEST)

    release.refresh_from_db()
    assert release.state == Release.State.STOPPED
    assert release.problem == "Who scheduled this release may no longer publish everything in it."


# Many drafts.


def test_a_large_release_is_checked_by_a_job_and_published_by_the_worker(course, editor, monkeypatch):
    monkeypatch.setattr(releasing, "AT_ONCE", 1)
    monkeypatch.setattr(releasing, "_CHECKED_AT_ONCE", 1)
    release = put_together(course, editor)

    job = start_release(release=release, user=editor, at=LATER)

    assert job == job_of(release) == Job.objects.get(kind="courses.release")
    assert count_drafts(job.payload) == 2
    assert titles(course)[0] == "Lesson 1-1"
    first = check_some_drafts(job.payload, 0, at=LATER)
    second = check_some_drafts(job.payload, first.cursor, at=LATER)
    last = check_some_drafts(job.payload, second.cursor, at=LATER)
    assert [(step.done, step.finished) for step in (first, second, last)] == [(1, False), (1, False), (0, True)]
    assert release_due(at=LATER) == 1
    assert titles(course)[0] == "Better"


def test_a_large_release_with_a_draft_that_is_not_fit_is_stopped_by_its_job(course, editor, monkeypatch):
    monkeypatch.setattr(releasing, "AT_ONCE", 0)
    quiz = quiz_pages(course)[0]
    fresh = Page.objects.get(pk=quiz.pk).specific
    fresh.questions = []
    revision = fresh.save_revision(clean=False)
    release = save_release(course=course, user=editor, revisions=[(quiz, revision)], at=LATER)
    job = start_release(release=release, user=editor, at=LATER)

    assert check_some_drafts(job.payload, 0, at=LATER).finished is True

    release.refresh_from_db()
    assert (release.state, release.problem) == (
        Release.State.STOPPED,
        "“Quiz 1-1”: A quiz needs at least one question.",
    )
    assert release_due(at=LATEST) == 0


def test_a_small_release_is_published_at_once(course, editor):
    edition = start_release(release=put_together(course, editor), user=editor, at=LATER)

    assert edition.number == 2


def test_the_queries_of_a_release_grow_with_its_drafts_alone(course, editor):
    small = save_release(course=course, user=editor, revisions=[draft(lesson_pages(course)[0], minutes=6)], at=LATER)
    with CaptureQueriesContext(connection) as one:
        publish_release(release=small, user=editor, at=LATER)
    large = save_release(
        course=course, user=editor, revisions=[draft(page, minutes=7) for page in lesson_pages(course)], at=LATER
    )
    with CaptureQueriesContext(connection) as four:
        publish_release(release=large, user=editor, at=LATER)

    assert (len(four) - len(one)) / 3 < 80


# What the CMS does with drafts that wait.


def test_a_page_whose_draft_waits_in_a_release_is_not_deleted_and_it_is_said(course, editor, client):
    release = put_together(course, editor)
    lesson = lesson_pages(course)[0]
    client.force_login(editor, backend="allauth.account.auth_backends.AuthenticationBackend")

    answer = client.post(f"/cms/pages/{lesson.pk}/delete/")

    assert answer.status_code == 409
    assert (
        "The draft of “Better” waits in a release that Edith put together on 2 November 2026."
        in answer.content.decode()
    )
    assert LessonPage.objects.filter(pk=lesson.pk).exists()
    discard_release(release=release, user=editor, at=LATER)
    assert client.post(f"/cms/pages/{lesson.pk}/delete/").status_code == 302
    assert not LessonPage.objects.filter(pk=lesson.pk).exists()


def test_purging_revisions_leaves_those_that_a_release_holds(course, editor):
    release = put_together(course, editor)
    draft(lesson_pages(course)[0], title="Later thoughts")
    draft(lesson_pages(course)[0], title="The last")

    call_command("purge_revisions", verbosity=0)

    held = release.drafts.get(title="Better")
    assert held.revision.content["title"] == "Better"
    publish_release(release=release, user=editor, at=LATER)
    assert titles(course)[0] == "Better"


def test_a_page_in_review_is_published_and_its_review_cancelled(course, editor, reviewer):
    workflow = Workflow.objects.create(name="Four eyes")
    task = GroupApprovalTask.objects.create(name="Reviewers look")
    task.groups.set(reviewer.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    page, _ = draft(lesson_pages(course)[0], user=editor, title="Better")
    workflow.start(page.specific, editor)
    page = Page.objects.get(pk=page.pk)
    release = save_release(course=course, user=editor, revisions=[(page, page.latest_revision)], at=LATER)

    publish_release(release=release, user=editor, at=LATER)

    assert titles(course)[0] == "Better"
    assert Page.objects.get(pk=page.pk).current_workflow_state is None
    assert PageLogEntry.objects.filter(action="wagtail.workflow.cancel", page=page.pk).count() == 1


def test_a_page_with_a_time_of_its_own_is_not_released_before_it(course, editor):
    tomorrow = timezone.now() + timedelta(days=1)
    alone = draft(lesson_pages(course)[0], title="Tomorrow", go_live_at=tomorrow)
    release = save_release(
        course=course, user=editor, revisions=[alone, draft(lesson_pages(course)[1], title="Today")], at=LATER
    )

    with pytest.raises(CannotRelease, match="“Tomorrow”: It has a time of its own"):
        publish_release(release=release, user=editor, at=LATER)

    assert titles(course)[:2] == ["Lesson 1-1", "Lesson 1-2"]


def test_translations_are_released_with_their_source():
    course = make_course(lesson_count=1, quiz_count=0, languages=("it",))
    lesson = lesson_pages(course)[0]
    editor = make_editor()
    release = save_release(
        course=course,
        user=editor,
        revisions=[draft(lesson, title="Better"), draft(in_language(lesson, "it"), title="Meglio")],
        at=LATER,
    )

    publish_release(release=release, user=editor, at=LATER)

    fresh = course_by_key(course.key)
    assert [outline_of(fresh, language).items[0].title for language in ("en", "it")] == ["Better", "Meglio"]
    assert CourseEdition.objects.count() == 2


def test_a_course_that_was_never_published_is_released_whole(editor):
    page = build_course_page(slug="new", title="New", live=False, has_unpublished_changes=True)
    page.save_revision()
    module = Page.objects.get(pk=page.pk).add_child(instance=module_draft())
    module.save_revision()
    lesson = add_lesson(module, "1", live=False, has_unpublished_changes=True, body=lesson_body("new", words="Hello."))
    lesson.save_revision()
    course = anchor_course(course_page=CoursePage.objects.get(pk=page.pk), at=LATER)
    pages = Page.objects.filter(path__startswith=page.path).order_by("path")
    release = save_release(
        course=course, user=editor, revisions=[(entry, entry.latest_revision) for entry in pages], at=LATER
    )

    edition = publish_release(release=release, user=editor, at=LATER)

    assert edition.manifest["live"] is True
    assert titles(course) == ["Lesson 1"]


def module_draft():
    from courses.models import ModulePage

    return ModulePage(title="Start", slug="start", live=False, has_unpublished_changes=True)
