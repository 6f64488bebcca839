"""Cohorts as managers run them: pages, forms, what is refused in words, and how many queries a page costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from cockpit.queries.cohorts import cohort_choices, members
from cockpit.queries.scope import sight_of
from progress.models import (
    Attendance,
    Cohort,
    CohortMember,
    CohortMessage,
    Enrolment,
    FacilitatorNote,
    LiveSession,
    PlannedStep,
)
from progress.operations.cohort_plans import propose_for
from progress.operations.cohorts import join_cohort, make_cohort
from tests.courses.builders import make_course
from tests.courses.paths import make_path
from tests.people import join, make_learner, make_manager, make_organisation, make_project, signed_in
from tests.progress.builders import counted_queries, do_lesson, lessons_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def hub():
    return make_organisation("Repair Hub")


@pytest.fixture
def browser(hub):
    return signed_in(make_manager(organisation=hub))


def a_cohort(hub, **values):
    today = timezone.localdate()
    fields = {"name": "Spring", "start_date": today - WEEK, "end_date": today + WEEK, "at": timezone.now(), **values}
    cohort = make_cohort(
        organisation=hub, **({} if {"path", "course"} & fields.keys() else {"course": make_course()}), **fields
    )
    propose_for(cohort=cohort)
    return cohort


def members_of(cohort, count):
    people = [make_learner(f"person-{uuid4().hex[:8]}", display_name=f"Person {number:03}") for number in range(count)]
    for person in people:
        join(person, cohort.organisation)
        join_cohort(cohort=cohort, person=person, at=timezone.now())
    return people


def page(name, *args):
    return reverse(f"cockpit:{name}", args=args)


def test_a_cohort_is_made_with_a_plan_and_once_however_often_it_is_sent(browser, hub):
    course = make_course()
    today = timezone.localdate()
    sent = {
        "name": "Spring",
        "takes": f"course-{course.key}",
        "start_date": today.isoformat(),
        "end_date": (today + 3 * WEEK).isoformat(),
        "organisation": str(hub.public_id),
        "project": "",
    }
    answers = [browser.post(page("cohort_new"), sent) for _twice in range(2)]

    cohort = Cohort.objects.get()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer["Location"] for answer in answers} == {page("cohort_page", cohort.public_id)}
    required = [item for item in lessons_of(course) if item.required]
    assert {str(row.item_key) for row in PlannedStep.objects.all()} >= {item.key for item in required}
    assert "Spring" in browser.get(page("cohorts")).content.decode()


def test_what_is_wrong_with_a_new_cohort_is_said_at_the_field_and_on_top(browser, hub):
    today = timezone.localdate()
    project = make_project()
    sent = {"name": "", "takes": "course-x", "start_date": today.isoformat(), "end_date": "2020-01-01"}
    answer = browser.post(
        page("cohort_new"), {**sent, "organisation": str(hub.public_id), "project": str(project.public_id)}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("Give the cohort a name") == 2
    assert "The last day comes before the first." in text
    assert "Choose a course or a learning path that takes people in." in text
    assert not Cohort.objects.exists()


def test_members_are_found_by_name_added_and_taken_out(browser, hub):
    cohort = a_cohort(hub)
    ana, ben, other = make_learner("ana"), make_learner("ben"), make_learner("foreign")
    join(ana, hub)
    join(ben, hub)
    join(other, make_organisation())
    address = page("cohort_people", cohort.public_id)
    text = browser.get(address, {"q": "an"}).content.decode()
    assert str(ana.public_id) in text
    assert str(ben.public_id) not in text
    assert str(other.public_id) not in text

    for _twice in range(2):
        browser.post(address, {"person": [str(ana.public_id), str(other.public_id), "no id"]})
    assert [row.person for row in CohortMember.objects.all()] == [ana]
    assert Enrolment.objects.get().organisation == hub

    browser.post(page("cohort_remove", cohort.public_id, ana.public_id))
    assert CohortMember.objects.get().left_at is not None
    assert Enrolment.objects.get().withdrawn_at is None


def test_the_page_says_in_words_how_far_somebody_is_against_the_plan(browser, hub):
    cohort = a_cohort(hub)
    today = timezone.localdate()
    cohort.plan.update(due_date=today + WEEK)
    first, second = lessons_of(cohort.course)[:2]
    cohort.plan.filter(item_key__in=[first.key, second.key]).update(due_date=today)
    members_of(cohort, 1)
    do_lesson(Enrolment.objects.get(), first)

    assert (
        "1 step behind the plan (1 of 2 planned until today)"
        in browser.get(page("cohort_page", cohort.public_id)).content.decode()
    )
    do_lesson(Enrolment.objects.get(), second)
    assert "As planned" in browser.get(page("cohort_page", cohort.public_id)).content.decode()


def test_what_somebody_does_alone_is_not_shown(browser, hub):
    cohort = a_cohort(hub)
    person = make_learner()
    join(person, hub)
    Enrolment.objects.create(
        learner=person,
        course=cohort.course,
        start_edition_id=cohort.course.current_edition_id,
        enrolled_at=timezone.now(),
    )
    join_cohort(cohort=cohort, person=person, at=timezone.now())
    assert "theirs to show" in browser.get(page("cohort_page", cohort.public_id)).content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "cohort_page",
        "cohort_edit",
        "cohort_people",
        "cohort_plan",
        "cohort_message",
        "cohort_notes",
        "cohort_session_new",
    ],
)
def test_a_foreign_cohort_is_as_an_absent_one(name, browser):
    foreign = a_cohort(make_organisation())
    answers = [browser.get(page(name, key)) for key in (foreign.public_id, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_who_left_the_organisation_is_no_longer_shown(browser, hub):
    cohort = a_cohort(hub)
    (person,) = members_of(cohort, 1)
    membership = person.memberships.get()
    membership.end_date, membership.ended_at = timezone.localdate(), timezone.now()
    membership.save()
    assert "Person 000" not in browser.get(page("cohort_page", cohort.public_id)).content.decode()


def test_days_of_the_plan_are_changed_and_never_lie_outside(browser, hub):
    cohort = a_cohort(hub)
    address = page("cohort_plan", cohort.public_id)
    first = lessons_of(cohort.course)[0]
    name = f"day-{cohort.course.pk}-{first.key}"
    outside = browser.post(address, {name: (cohort.end_date + WEEK).isoformat()})
    assert outside.status_code == 422
    assert "The cohort runs from" in outside.content.decode()

    assert browser.post(address, {name: cohort.end_date.isoformat()}).status_code == 303
    assert [(str(row.item_key), row.due_date) for row in cohort.plan.all()] == [(first.key, cohort.end_date)]
    assert "not planned" in browser.get(address).content.decode()

    browser.post(address, {"act": "propose"})
    assert cohort.plan.count() > 1


def test_a_message_is_looked_over_and_sent_once(browser, hub):
    cohort = a_cohort(hub)
    members_of(cohort, 2)
    address = page("cohort_message", cohort.public_id)
    sent = {"key": str(uuid4()), "subject": "Hello", "text": "First line\n\nSecond"}
    assert "Look it over" in browser.post(address, sent).content.decode()
    assert not CohortMessage.objects.exists()
    for _twice in range(2):
        assert browser.post(address, {**sent, "act": "send"}).status_code == 303
    assert CohortMessage.objects.count() == 1
    assert Notification.objects.filter(kind="progress.cohort-message").count() == 2
    empty = browser.post(address, {"key": str(uuid4()), "subject": "Hello", "text": " "})
    assert empty.status_code == 422
    assert 'value="Hello"' in empty.content.decode()


def test_notes_are_kept_and_deleted(browser, hub):
    cohort = a_cohort(hub)
    address = page("cohort_notes", cohort.public_id)
    assert "never about one person" in browser.get(address).content.decode()
    for _twice in range(2):
        browser.post(address, {"text": "The group likes short sessions."})
    note = FacilitatorNote.objects.get()
    browser.post(address, {"delete": "9" * 40})
    browser.post(address, {"delete": str(note.pk)})
    assert not FacilitatorNote.objects.exists()


def test_a_session_is_planned_changed_and_cancelled_and_the_group_is_told_each_time(browser, hub):
    cohort = a_cohort(hub)
    members_of(cohort, 1)
    sent = {
        "key": str(uuid4()),
        "title": "First meeting",
        "day": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "time": "14:30",
        "minutes": "60",
        "place": "Room 3",
        "link": "",
    }
    for _twice in range(2):
        browser.post(page("cohort_session_new", cohort.public_id), sent)
    session = LiveSession.objects.get()
    assert timezone.localtime(session.begins_at).strftime("%H:%M") == "14:30"
    address = page("cohort_session_edit", cohort.public_id, session.public_id)
    for _twice in range(2):
        browser.post(address, {**sent, "place": "Room 4"})
    for _twice in range(2):
        browser.post(address, {"act": "cancel"})
    session.refresh_from_db()
    assert (session.place, session.revision, session.cancelled_at is not None) == ("Room 4", 2, True)
    assert Notification.objects.filter(kind="progress.cohort-session").count() == 3

    browser.get(address)  # what was said until now
    over = {**sent, "key": str(uuid4()), "day": (timezone.localdate() - timedelta(days=1)).isoformat()}
    said = browser.post(page("cohort_session_new", cohort.public_id), over, follow=True).text
    assert ("Saved." in said, "the group is told" in said) == (True, False)
    assert Notification.objects.filter(kind="progress.cohort-session").count() == 3


def test_a_time_that_the_clocks_leave_out_is_refused_in_words(browser, hub):
    cohort = a_cohort(hub)
    sent = {"key": str(uuid4()), "title": "Night", "day": "2027-03-28", "time": "02:30", "minutes": "60"}
    answer = browser.post(page("cohort_session_new", cohort.public_id), sent)
    assert answer.status_code == 422
    assert "the clocks change" in answer.content.decode()


def test_attendance_is_ticked_for_those_listed_only(browser, hub):
    cohort = a_cohort(hub)
    ana, ben = members_of(cohort, 2)
    session = LiveSession.objects.create(cohort=cohort, title="Meeting", begins_at=timezone.now(), minutes=60)
    address = page("cohort_session", cohort.public_id, session.public_id)
    browser.post(address, {"listed": [str(ana.public_id)], "there": [str(ana.public_id), str(ben.public_id)]})
    assert [(row.person, row.was_there) for row in Attendance.objects.all()] == [(ana, True)]
    assert "checked" in browser.get(address).content.decode()
    browser.post(address, {"listed": [str(ana.public_id)]})
    assert Attendance.objects.get().was_there is False


def test_a_cohort_of_a_path_lists_the_steps_of_its_courses_in_order(browser, hub):
    one, two = make_course(slug="one", title="One"), make_course(slug="two", title="Two")
    cohort = a_cohort(hub, path=make_path(two, one, title="For people who lead"))
    members_of(cohort, 1)
    text = browser.get(page("cohort_page", cohort.public_id)).content.decode()
    assert "For people who lead" in text
    days = list(cohort.plan.order_by("pk").values_list("course", "due_date"))
    assert [course for course, _day in days] == sorted((course for course, _day in days), key=[two.pk, one.pk].index)
    assert [day for _course, day in days] == sorted(day for _course, day in days)


def test_filters_of_other_lists_find_cohorts_and_who_is_in_them(hub):
    manager = make_manager(organisation=hub)
    cohort = a_cohort(hub)
    a_cohort(make_organisation(), course=cohort.course)
    (person,) = members_of(cohort, 1)
    sight = sight_of(manager, at=timezone.now())
    assert cohort_choices(sight) == [(cohort.public_id, "Spring")]
    assert [row.person_id for row in members(sight, cohort)] == [person.pk]


def test_pages_cost_the_same_with_ten_times_the_people(browser, hub):
    cohort = a_cohort(hub)
    session = LiveSession.objects.create(cohort=cohort, title="Meeting", begins_at=timezone.now(), minutes=60)
    pages = [
        page("cohorts"),
        page("cohort_page", cohort.public_id),
        page("cohort_people", cohort.public_id),
        page("cohort_session", cohort.public_id, session.public_id),
    ]
    costs = []
    for count in (10, 90):
        members_of(cohort, count)
        cost = []
        for address in pages:
            browser.get(address)
            with counted_queries() as queries:
                answer = browser.get(address)
            assert answer.status_code == 200
            assert len(answer.content) < 200_000
            cost.append(len(queries))
        costs.append(cost)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 15, costs
