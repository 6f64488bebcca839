"""A lesson that is done by being there: what its page says, who ticks it off, and that done stays done."""

from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key
from courses.queries.serving import outline_of as frozen_outline
from progress.models import Attendance, CourseCompletion, Enrolment, ItemCompletion, LiveSession
from progress.operations.cohort_plans import propose_for
from progress.operations.cohort_sessions import (
    NotYet,
    SessionValues,
    StepIsSettled,
    change_session,
    note_attendance,
    plan_session,
)
from progress.operations.cohorts import join_cohort, make_cohort
from progress.operations.stepping import DoneByAttendance, mark_lesson_done
from tests.courses.builders import course_page, lesson_pages, make_course, publish
from tests.courses.likeness import likeness_of
from tests.courses.packages import imported, package_of
from tests.people import join, make_editor, make_learner, make_manager, make_organisation, signed_in

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def course():
    """Return a course of a lesson and a workshop, which is done by being there."""
    made = make_course(quiz_count=0)
    republish(lesson_pages(made)[1], done_by_attendance=True)
    return course_by_key(made.key)


@pytest.fixture
def cohort(course):
    today = timezone.localdate()
    return make_cohort(
        name="Spring",
        organisation=make_organisation(),
        course=course,
        start_date=today - WEEK,
        end_date=today + WEEK,
        at=timezone.now(),
    )


def republish(page, **changes):
    with one_edition(cause="content", at=timezone.now()):
        publish(page, **changes)


def outline_of(course, language="en"):
    return frozen_outline(course_by_key(course.key), language)


def workshop_of(course):
    return next(item for item in outline_of(course).items if item.done_by_attendance)


def in_the_cohort(cohort):
    person = make_learner()
    join(person, cohort.organisation)
    join_cohort(cohort=cohort, person=person, at=timezone.now())
    return person


def a_session(cohort, by, **values):
    workshop = workshop_of(cohort.course)
    fields = {
        "title": "Workshop",
        "begins_at": timezone.now(),
        "minutes": 90,
        "course": cohort.course,
        "item_key": UUID(workshop.key),
        **values,
    }
    return plan_session(cohort=cohort, public_id=uuid4(), values=SessionValues(**fields), by=by, at=timezone.now())


def tick(session, person, *, there=True):
    people = {"there": [person], "away": []} if there else {"there": [], "away": [person]}
    note_attendance(session=session, by=make_learner(), at=timezone.now(), **people)


def lesson_page(person, course, item):
    outline = outline_of(course)
    return signed_in(person).get(f"/en/courses/{outline.slug}/{item.path}/").content.decode()


def test_only_a_lesson_that_says_so_is_in_the_manifest_with_it(course):
    course.refresh_from_db()
    said = [entry.get("done_by_attendance") for entry in course.current_edition.manifest["items"]]
    assert said == [None, True]


def test_its_page_has_no_button_and_says_when_the_group_meets(course, cohort):
    person = in_the_cohort(cohort)
    workshop = workshop_of(course)
    text = lesson_page(person, course, workshop)
    enrolment = Enrolment.objects.get()
    assert reverse("progress:lesson_done", args=[enrolment.public_id, workshop.key]) not in text
    assert "No session is planned for you now" in text

    a_session(cohort, make_learner(), begins_at=timezone.now() + WEEK, place="Room 3")
    assert "Room 3" in lesson_page(person, course, workshop)


def test_marking_it_as_done_is_refused_in_words(course, cohort):
    person = in_the_cohort(cohort)
    workshop, enrolment = workshop_of(course), Enrolment.objects.get()
    browser = signed_in(person)
    answer = browser.post(reverse("progress:lesson_done", args=[enrolment.public_id, workshop.key]), follow=True)
    assert "Who runs your group ticks it off" in answer.content.decode()
    with pytest.raises(DoneByAttendance):
        mark_lesson_done(enrolment=enrolment, item_key=UUID(workshop.key), language="en", at=timezone.now())
    assert not ItemCompletion.objects.exists()


@pytest.mark.both_databases
def test_being_ticked_off_does_the_step_completes_the_course_and_stays_done(course, cohort):
    person = in_the_cohort(cohort)
    enrolment = Enrolment.objects.get()
    first = outline_of(course).items[0]
    mark_lesson_done(enrolment=enrolment, item_key=UUID(first.key), language="en", at=timezone.now())
    session = a_session(cohort, make_learner())
    for _twice in range(2):
        tick(session, person)
    done = ItemCompletion.objects.get(evidence=ItemCompletion.Evidence.ATTENDANCE)
    assert (done.enrolment, str(done.item_key)) == (enrolment, workshop_of(course).key)
    assert CourseCompletion.objects.get().enrolment == enrolment

    tick(session, person, there=False)
    assert Attendance.objects.get().was_there is False
    assert ItemCompletion.objects.filter(pk=done.pk).exists()
    assert _differences() == ""


def test_pages_of_records_say_that_somebody_was_there(course, cohort):
    person = in_the_cohort(cohort)
    enrolment = Enrolment.objects.get()
    tick(a_session(cohort, make_learner()), person)
    browser = signed_in(person)
    assert "There at a live session" in browser.get(f"/en/enrolments/{enrolment.public_id}/history/").content.decode()
    assert "you were there" in browser.get(f"/en/enrolments/{enrolment.public_id}/why/").content.decode()


def test_a_step_done_by_attendance_that_nobody_noted_is_found(course, cohort):
    person = in_the_cohort(cohort)
    tick(a_session(cohort, make_learner()), person)
    Attendance.objects.all().delete()
    assert "at which nobody noted the learner" in _differences()


def test_nobody_is_ticked_off_before_the_day(course, cohort):
    person = in_the_cohort(cohort)
    with pytest.raises(NotYet):
        tick(a_session(cohort, make_learner(), begins_at=timezone.now() + WEEK), person)


def test_a_session_without_a_step_does_nothing_but_note(course, cohort):
    person = in_the_cohort(cohort)
    tick(a_session(cohort, make_learner(), course=None, item_key=None), person)
    assert Attendance.objects.count() == 1
    assert not ItemCompletion.objects.exists()


def test_the_step_of_a_session_stays_once_somebody_was_ticked_off(course, cohort):
    person = in_the_cohort(cohort)
    session = a_session(cohort, make_learner())
    tick(session, person)
    values = SessionValues(title="Other", begins_at=session.begins_at, minutes=90)
    with pytest.raises(StepIsSettled):
        change_session(session=session, values=values, by=make_learner(), at=timezone.now())
    assert LiveSession.objects.get().title == "Workshop"


def test_a_lesson_that_is_no_longer_of_that_kind_is_not_done_by_a_tick(course, cohort):
    person = in_the_cohort(cohort)
    session = a_session(cohort, make_learner())
    republish(lesson_pages(course)[1], done_by_attendance=False)
    tick(session, person)
    assert not ItemCompletion.objects.exists()


def test_going_on_leads_to_what_somebody_can_do_alone_first(course, cohort):
    republish(lesson_pages(course)[1], done_by_attendance=False)
    republish(lesson_pages(course)[0], done_by_attendance=True)
    person = in_the_cohort(cohort)
    text = signed_in(person).get("/en/me/").content.decode()
    assert text.index("lesson-1-2") < text.index("Your group")


def test_a_package_carries_it(course):
    page = course_page(course)
    record = imported(package_of(course), by=make_editor())
    record.refresh_from_db()
    copied = type(page).objects.exclude(pk=page.pk).filter(alias_of=None).latest("pk")
    assert likeness_of(copied) == likeness_of(page)
    assert [lesson.get_latest_revision_as_object().done_by_attendance for lesson in _lessons(copied)] == [False, True]


def _lessons(page):
    return [lesson for module in page.get_children() for lesson in (child.specific for child in module.get_children())]


def test_a_course_that_changes_in_mid_plan_loses_steps_quietly_and_shows_new_ones_as_not_planned(course, cohort):
    propose_for(cohort=cohort)
    person = in_the_cohort(cohort)
    manager = make_manager(organisation=cohort.organisation)
    gone, kept = lesson_pages(course)
    with one_edition(cause="content", at=timezone.now()):
        gone.unpublish()
    page = signed_in(manager).get(reverse("cockpit:cohort_page", args=[cohort.public_id])).content.decode()
    assert kept.title in page
    assert gone.title not in page
    own = signed_in(person).get(reverse("progress:cohort", args=[cohort.public_id])).content.decode()
    assert kept.title in own
    assert gone.title not in own
    cohort.plan.all().delete()
    plan = signed_in(manager).get(reverse("cockpit:cohort_plan", args=[cohort.public_id])).content.decode()
    assert plan.count("not planned") >= 1


def _differences():
    told = StringIO()
    try:
        call_command("check_records", verbosity=0, stdout=StringIO(), stderr=told)
    except CommandError:  # there are some
        return told.getvalue()
    return told.getvalue()
