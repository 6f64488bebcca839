"""Certificates of participation for a whole group: chosen, named, issued by a job, told how it went."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import Organisation
from certificates.models import Certificate, HolderName
from certificates.operations import bulk
from certificates.operations.confirming import confirm_name
from certificates.operations.renewing import renew_enrolment
from certificates.queries.cohorts import JOB, cohort_job, cohort_of
from foundation.models import Job
from foundation.operations import run_job
from progress.models import Enrolment
from tests.certificates.builders import complete
from tests.courses.builders import make_course, offer_achievement
from tests.people import make_learner, make_organisation, make_registrar, signed_in
from tests.progress.builders import counted_queries, enrol

pytestmark = pytest.mark.django_db

PAGE = "/en/cockpit/certificates/cohorts/"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def course(db):
    return make_course(lesson_count=1, quiz_count=0)


@pytest.fixture
def hub(db):
    return make_organisation("Repair Hub")


@pytest.fixture
def browser(db):
    return signed_in(make_registrar("marta"))


def through(organisation: Organisation, enrolment: Enrolment, name: str = "") -> Enrolment:
    """Have an enrolment made through an organisation; with a name, it is confirmed."""
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=organisation)
    if name:
        confirm_name(enrolment=enrolment, name=name, at=NOW)
    return enrolment


def query(course, organisation) -> str:
    return f"{PAGE}?course={course.key}&organisation={organisation.name.replace(' ', '+')}"


def press(browser, address: str, **names: str):
    page = browser.get(address).content.decode()
    token = re.search(r'name="token" value="([0-9a-f-]{36})"', page).group(1)
    return browser.post(address, {"token": token, **names}), token


def run(job: Job) -> None:
    assert run_job(job_id=job.pk, clock=timezone.now)


def test_the_page_says_who_is_due_who_has_no_name_and_who_is_not_complete_and_why(course, hub, browser):
    through(hub, complete(course, make_learner("ana")), "Ana Pop")
    through(hub, complete(course, make_learner("ben")))
    through(hub, enrol(course, make_learner("cleo")))
    complete(course, make_learner("dora"))  # by herself, not through the organisation

    page = browser.get(query(course, hub)).content.decode()

    assert "1 certificate can be issued" in page
    assert "Name of Ben on the certificate" in page
    assert "Not started." in page
    assert "Dora" not in page


def test_names_from_the_list_are_recorded_with_who_took_them_and_certificates_issued_by_the_job(course, hub, browser):
    through(hub, complete(course, make_learner("ana")), "Ana Pop")
    ben = through(hub, complete(course, make_learner("ben")))
    through(hub, enrol(course, make_learner("cleo")))

    answer, _token = press(browser, query(course, hub), **{f"name-{ben.public_id}": " Ben  Ionescu "})

    job = Job.objects.get(kind=JOB)
    assert (answer.status_code, answer.url) == (303, f"{PAGE}{job.public_id}/")
    name = HolderName.objects.get(enrolment=ben)
    assert (name.name, name.confirmed_by.username) == ("Ben Ionescu", "marta")
    assert "Ben" not in str(job.payload)
    waiting = browser.get(answer.url)
    assert waiting.headers["Refresh"] == "3"
    assert "<progress" in waiting.content.decode()

    run(job)

    names = {entry["holder"]["name"] for entry in Certificate.objects.values_list("payload", flat=True)}
    assert names == {"Ana Pop", "Ben Ionescu"}
    done = browser.get(answer.url)
    assert "Refresh" not in done.headers
    assert re.findall(r"<dd><b>(\d+)</b></dd>", done.content.decode()) == ["2", "0", "0"]


def test_a_name_that_cannot_stand_there_is_refused_at_its_field_and_nothing_is_recorded(course, hub, browser):
    ben = through(hub, complete(course, make_learner("ben")))

    answer, _token = press(browser, query(course, hub), **{f"name-{ben.public_id}": "1234"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Ben: A name has letters.") == 2
    assert 'value="1234"' in page
    assert not HolderName.objects.exists()
    assert not Job.objects.filter(kind=JOB).exists()


def test_two_presses_and_two_tabs_are_one_job(course, hub, browser):
    through(hub, complete(course, make_learner("ana")), "Ana Pop")
    address = query(course, hub)

    first, token = press(browser, address)
    again = browser.post(address, {"token": token})
    other_tab, _token = press(browser, address)

    assert first.url == again.url == other_tab.url
    assert Job.objects.filter(kind=JOB).count() == 1
    run(Job.objects.get(kind=JOB))
    assert browser.post(address, {"token": token}).url == first.url
    assert Certificate.objects.count() == 1


def test_what_was_there_already_and_what_could_not_be_is_said_with_the_reason(course, hub, browser):
    ana = through(hub, complete(course, make_learner("ana")), "Ana Pop")
    ben = through(hub, complete(course, make_learner("ben")), "Ben Ionescu")
    answer, _token = press(browser, query(course, hub))
    bulk.issue_many(enrolment_ids=[ana.pk], at=NOW)
    HolderName.objects.filter(enrolment=ben).delete()

    job = Job.objects.get(kind=JOB)
    Job.objects.filter(pk=job.pk).update(created_at=NOW.replace(hour=13), due_at=NOW)
    run(job)

    page = browser.get(answer.url).content.decode()
    assert re.findall(r"<dd><b>(\d+)</b></dd>", page) == ["0", "1", "1"]
    assert "Nobody said which name stands on it." in page


def test_who_has_achievement_has_their_certificate(hub):
    course = offer_achievement(make_course())
    ana = through(hub, complete(course, make_learner("ana")), "Ana Pop")
    bulk.issue_many(enrolment_ids=[ana.pk], at=NOW)
    assert Certificate.objects.get().kind == "achievement"

    found = cohort_of(course, hub, language="en")

    assert (found.ready_count, found.there_count) == (0, 1)
    with pytest.raises(bulk.NothingToIssue):
        bulk.start_cohort_issue(
            course=course, organisation=hub, names={}, by=make_registrar(), token=ana.public_id, at=NOW
        )


def test_the_job_counts_a_certificate_of_achievement_as_issued(hub):
    course = offer_achievement(make_course())
    ana = through(hub, complete(course, make_learner("ana")), "Ana Pop")
    job = bulk.start_cohort_issue(
        course=course, organisation=hub, names={}, by=make_registrar(), token=ana.public_id, at=NOW
    )
    run(job)

    found = cohort_job(job.public_id, language="en")
    assert (found.issued_count, found.there_count, found.missing_count) == (1, 0, 0)


def test_who_renews_is_listed_once_with_what_is_on_the_way(hub):
    course = offer_achievement(make_course(), validity_months=12, recertification_months=12)
    ana = through(hub, complete(course, make_learner("ana")), "Ana Pop")
    bulk.issue_many(enrolment_ids=[ana.pk], at=NOW)
    renewed = through(hub, renew_enrolment(learner=ana.learner, course=course, at=NOW))

    found = cohort_of(course, hub, language="en")

    assert [person.enrolment for person in found.incomplete] == [renewed]
    assert (found.ready_count, found.unnamed_count, found.there_count) == (0, 0, 0)


def test_a_name_the_holder_confirms_stays_theirs(course, hub):
    ben = through(hub, complete(course, make_learner("ben")), "Benjamin Ionescu")

    bulk.start_cohort_issue(
        course=course,
        organisation=hub,
        names={ben.public_id: "B. Ionescu"},
        by=make_registrar(),
        token=ben.public_id,
        at=NOW,
    )

    assert HolderName.objects.get(enrolment=ben).name == "Benjamin Ionescu"


def test_where_nothing_is_due_nothing_begins(course, hub, browser):
    through(hub, enrol(course, make_learner("cleo")))

    page = browser.get(query(course, hub)).content.decode()
    assert "Nothing is due here now." in page
    assert 'name="token"' not in page
    assert browser.post(query(course, hub), {"token": str(uuid4())}).status_code == 303  # a tab of before
    assert not Job.objects.filter(kind=JOB).exists()


def test_an_emptied_job_still_answers(course, hub, browser):
    through(hub, complete(course, make_learner("ana")), "Ana Pop")
    answer, _token = press(browser, query(course, hub))
    Job.objects.update(payload={}, finished_at=NOW)

    assert "It was done on 24 November 2026." in browser.get(answer.url).content.decode()


@pytest.mark.parametrize("chosen", ["?course=nonsense&organisation=nobody", "?course=", "?organisation=%00"])
def test_what_nobody_can_choose_leads_back_to_the_choice(course, browser, chosen):
    assert browser.get(PAGE + chosen).status_code == 200


def test_a_large_group_costs_as_many_queries_as_a_small_one(course, hub):
    through(hub, complete(course, make_learner("ana")), "Ana Pop")
    cohort_of(course, hub, language="en")
    with counted_queries() as few:
        cohort_of(course, hub, language="en")
    for number in range(3):
        through(hub, complete(course, make_learner(f"reader-{number}")))
    with counted_queries() as many:
        cohort_of(course, hub, language="en")

    assert (len(few), len(many)) == (1, 1)
