"""What somebody in a cohort finds: the block on their pages, its page, its calendar file, the mail, the way out."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification, Project, ProjectParticipant, ProjectText
from progress.models import CohortMember, Enrolment, LiveSession
from progress.operations.cohort_messages import send_message, words_of_message
from progress.operations.cohort_plans import propose_for
from progress.operations.cohort_sessions import SessionValues, cancel_session, plan_session, words_of_session
from progress.operations.cohorts import join_cohort, leave_cohort, make_cohort
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_manager, make_organisation, make_project, signed_in
from tests.progress.builders import counted_queries, do_lesson, enrol, lessons_of, outline_of

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def cohort():
    today = timezone.localdate()
    project = make_project(names_basis=Project.NamesBasis.CONSENT)
    organisation = make_organisation("Repair Hub")
    project.organisations.add(organisation)
    made = make_cohort(
        name="Spring",
        organisation=organisation,
        project=project,
        course=make_course(),
        start_date=today,
        end_date=today + 2 * WEEK,
        at=timezone.now(),
    )
    propose_for(cohort=made)
    return made


@pytest.fixture
def person(cohort):
    return in_it(cohort)


def in_it(cohort):
    someone = make_learner()
    join(someone, cohort.organisation)
    join_cohort(cohort=cohort, person=someone, at=timezone.now())
    return someone


def a_session(cohort, **values):
    fields = {"title": "Meeting; first, and \\ last", "begins_at": timezone.now() + WEEK, "minutes": 90, **values}
    by = make_manager(organisation=cohort.organisation)
    return plan_session(cohort=cohort, public_id=uuid4(), values=SessionValues(**fields), by=by, at=timezone.now())


def write_to(cohort, text="One\n\nTwo"):
    return send_message(
        cohort=cohort,
        public_id=uuid4(),
        subject="Hello",
        text=text,
        language="en",
        by=make_manager(organisation=cohort.organisation),
        at=timezone.now(),
    )


def test_my_learning_and_the_course_show_the_group_with_this_weeks_steps_and_the_next_session(cohort, person):
    a_session(cohort, place="Room 3")
    browser = signed_in(person)
    for address in ("/en/me/", "/en/courses/digital-basics/"):
        text = browser.get(address).content.decode()
        assert "Your group:" in text
        assert "nothing is late" in text
        assert "Room 3" in text
        assert "Europe/Brussels" in text


def test_who_is_in_no_cohort_pays_no_query_for_it(cohort, person):
    alone = make_learner()
    for learner in (alone, person):
        if learner is alone:
            enrol(cohort.course, alone)
        signed_in(learner).get("/en/me/")
    for address in ("/en/me/", "/en/courses/digital-basics/"):
        costs = []
        for learner in (alone, person):
            browser = signed_in(learner)
            browser.get(address)
            with counted_queries() as queries:
                browser.get(address)
            costs.append(len(queries))
            if learner is alone:
                assert not any("progress_plannedstep" in query or "progress_livesession" in query for query in queries)
        assert costs[1] - costs[0] <= 4  # the last one: what its project must say


def test_the_page_of_the_group_lists_weeks_with_what_is_done_and_messages(cohort, person):
    do_lesson(Enrolment.objects.get(), lessons_of(cohort.course)[0])
    write_to(cohort, "Bring <b>paper</b>.")
    text = signed_in(person).get(reverse("progress:cohort", args=[cohort.public_id])).content.decode()
    assert text.count("<b>done</b>") == 1
    assert "Bring &lt;b&gt;paper" in text
    assert "This week" in text


def test_a_foreign_group_and_one_that_was_left_are_as_an_absent_one(cohort, person):
    names = ["cohort", "leave_cohort", "cohort_list"]
    stranger, left = signed_in(make_learner()), signed_in(person)
    leave_cohort(cohort=cohort, person=person, at=timezone.now())
    for browser in (stranger, left):
        for name in names:
            assert browser.get(reverse(f"progress:{name}", args=[uuid4()])).status_code == 404
            assert browser.get(reverse(f"progress:{name}", args=[cohort.public_id])).status_code == 404


def test_who_left_the_organisation_finds_no_group(cohort, person):
    membership = person.memberships.get()
    membership.end_date, membership.ended_at = timezone.localdate(), timezone.now()
    membership.save()
    assert signed_in(person).get(reverse("progress:cohort", args=[cohort.public_id])).status_code == 404
    assert "Your group:" not in signed_in(person).get("/en/me/").content.decode()


def test_leaving_is_asked_and_keeps_the_enrolment(cohort, person):
    browser = signed_in(person)
    address = reverse("progress:leave_cohort", args=[cohort.public_id])
    assert "all that you did is kept" in browser.get(address).content.decode()
    assert CohortMember.objects.get().left_at is None
    browser.post(address)
    assert CohortMember.objects.get().left_at is not None
    assert Enrolment.objects.get().withdrawn_at is None


def test_a_session_is_a_calendar_file_whose_number_rises(cohort, person):
    session = a_session(cohort)
    browser = signed_in(person)
    address = reverse("progress:session_file", args=[cohort.public_id, session.public_id])
    first = browser.get(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "SUMMARY:Meeting\\; first\\, and \\\\ last" in first.content.decode()
    cancel_session(session=session, by=make_learner(), at=timezone.now())
    second = browser.get(address).content.decode()
    assert "SEQUENCE:0" in first.content.decode()
    assert {"SEQUENCE:1", "STATUS:CANCELLED"} <= set(second.split("\r\n"))
    identity = [line for line in second.split("\r\n") if line.startswith("UID:")]
    assert identity == [line for line in first.content.decode().split("\r\n") if line.startswith("UID:")]
    other = LiveSession.objects.create(
        cohort=make_cohort(
            name="Other",
            organisation=make_organisation(),
            course=cohort.course,
            start_date=cohort.start_date,
            end_date=cohort.end_date,
            at=timezone.now(),
        ),
        title="Other",
        begins_at=timezone.now(),
        minutes=60,
    )
    assert browser.get(reverse("progress:session_file", args=[cohort.public_id, other.public_id])).status_code == 404


def test_mails_say_what_was_written_and_drop_out_for_who_left(cohort, person):
    message = write_to(cohort)
    row = Notification.objects.get(kind="progress.cohort-message")
    values = {"message": str(message.public_id)}
    words = words_of_message(row, values)
    assert words is not None
    assert (words["subject"], words["paragraphs"]) == ("Hello", ["One", "Two"])
    leave_cohort(cohort=cohort, person=person, at=timezone.now())
    assert words_of_message(row, values) is None


def test_a_session_that_changed_again_is_told_as_it_is_now_only(cohort, person):
    session = a_session(cohort)
    first = Notification.objects.get(kind="progress.cohort-session")
    cancel_session(session=session, by=make_learner(), at=timezone.now())
    second = Notification.objects.filter(kind="progress.cohort-session").latest("pk")
    values = {"session": str(session.public_id)}
    assert words_of_session(first, {**values, "revision": 0}) is None
    words = words_of_session(second, {**values, "revision": 1})
    assert words is not None
    assert words["subject"].startswith("Cancelled:")


def test_a_name_comes_into_the_list_of_the_project_by_the_persons_own_word(cohort, person):
    browser = signed_in(person)
    address = reverse("progress:cohort_list", args=[cohort.public_id])
    enrolment = Enrolment.objects.get()
    page = reverse("progress:cohort", args=[cohort.public_id])
    assert "Put my name in the list" in browser.get(page).content.decode()
    for _twice in range(2):
        browser.post(address, {"enrolment": str(enrolment.public_id), "agree": "1"})
    assert ProjectParticipant.objects.get().name == person.display_name
    assert "Take my name out of the list" in browser.get(page).content.decode()
    browser.post(address, {"enrolment": str(enrolment.public_id)})
    assert not ProjectParticipant.objects.exists()
    assert browser.post(address, {"enrolment": "x"}).status_code == 404


def test_what_a_project_must_say_stands_on_its_pages_and_mails_once_it_is_switched_on(cohort, person):
    ProjectText.objects.create(
        project=cohort.project, language="en", statement="Paid by a fund", disclaimer="Ours alone"
    )
    message, session = write_to(cohort), a_session(cohort)
    posted = {row.kind: row for row in Notification.objects.filter(person=person)}
    manager = signed_in(make_manager(organisation=cohort.organisation))
    pages = [
        (signed_in(person), reverse("progress:cohort", args=[cohort.public_id])),
        (signed_in(person), reverse("progress:course", args=[outline_of(cohort.course).slug])),
        (manager, reverse("cockpit:cohort_page", args=[cohort.public_id])),
    ]

    def said() -> list[bool]:
        mails = [
            words_of_message(posted["progress.cohort-message"], {"message": str(message.public_id)}),
            words_of_session(posted["progress.cohort-session"], {"session": str(session.public_id), "revision": 0}),
        ]
        return [
            *("Paid by a fund" in browser.get(address).content.decode() for browser, address in pages),
            *(mail.get("footnotes") == ["Paid by a fund", "Ours alone"] for mail in mails),
        ]

    assert said() == [False] * 5
    Project.objects.filter(pk=cohort.project_id).update(statement=Project.Statement.FUNDED)
    assert said() == [True] * 5
