import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.queries.issuers import site_issuer
from certificates import operations, queries
from certificates.models import Certificate, CertificateEvent, HolderName
from certificates.operations import paths
from certificates.operations.events import record_event
from certificates.operations.issuing import issue_from_message
from certificates.operations.revoking import restore_certificate, revoke_certificate
from courses.models import Course
from courses.operations.settling import one_edition
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message, run_job
from foundation.rules.canonical import digest
from tests.certificates.builders import NOON, complete
from tests.courses.builders import make_course, offer_achievement, publish
from tests.courses.paths import certificate_of_path, make_path, path_page
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries, do_everything, enrol

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=30)
TERMS = {
    "criteria": "The certificate of achievement of every course.",
    "assessment_types": ["quiz"],
    "assessment_text": "As in each course.",
    "mode": "online",
    "eqf_reason": "People follow rules.",
    "quality_text": "As in each course.",
    "quality_reviewer": "Marta Kowal, trainer",
}


@pytest.fixture
def courses():
    return [make_course(slug=slug, title=slug.capitalize(), hours=hours) for slug, hours in (("one", 6), ("two", 20))]


@pytest.fixture
def learner():
    return make_learner("giulia")


def finish(course: Course, learner, *, name: str = "Giulia Ferri"):
    enrolment = complete(course, learner)
    if name:
        operations.confirm_name(enrolment=enrolment, name=name, at=NOON)
    operations.issue_due_certificates(enrolment=enrolment, at=NOON)
    return enrolment


def of_path() -> list[Certificate]:
    return list(Certificate.objects.filter(learning_path__isnull=False).order_by("pk"))


def finish_jobs() -> None:
    for job in Job.objects.filter(kind=paths.JOB, finished_at=None):
        assert run_job(job_id=job.pk, clock=lambda: LATER)


def test_the_last_course_brings_the_certificate_of_the_path(courses, learner):
    path = make_path(*courses)
    finish(courses[1], learner)
    assert of_path() == []
    last = finish(courses[0], learner)

    certificate = of_path()[0]
    numbers = {entry.enrolment.course_id: entry.number for entry in Certificate.objects.filter(learning_path=None)}
    payload = certificate.payload
    edition = path.current_edition
    assert (certificate.learning_path, certificate.learner, certificate.enrolment_id) == (path, learner, last.pk)
    assert (certificate.kind, certificate.cycle) == ("participation", 1)
    assert payload["path"]["digest"] == payload["course"]["digest"] == edition.digest
    assert payload["course"]["key"] == str(path.key)
    assert payload["course"]["hours"] == 26
    assert [
        (entry["key"], entry["hours"], entry["edition"], entry["number"]) for entry in payload["path"]["courses"]
    ] == [(str(course.key), hours, 1, numbers[course.pk]) for course, hours in zip(courses, (6, 20), strict=True)]
    assert payload["holder"] == {"name": "Giulia Ferri"}
    assert payload["texts"]["en"]["title"] == "For people who lead"
    assert [entry["title"] for entry in payload["texts"]["en"]["courses"]] == ["One", "Two"]
    assert payload["learning"]["lesson_count"] == 4
    assert certificate.payload_sha256 == digest(payload)
    assert CertificateEvent.objects.get(certificate=certificate).kind == "issued"


def test_it_comes_right_after_the_last_step(courses, learner, django_capture_on_commit_callbacks):
    make_path(*courses)
    finish(courses[0], learner)
    enrolment = enrol(courses[1], learner)
    with django_capture_on_commit_callbacks(execute=True):
        do_everything(enrolment)
    assert len(of_path()) == 1  # with the name that was confirmed in the other course


def test_the_name_is_that_of_the_course_done_last(courses, learner):
    make_path(*courses)
    finish(courses[0], learner, name="Giulia Feri")
    finish(courses[1], learner, name="Giulia Ferri")
    assert of_path()[0].payload["holder"] == {"name": "Giulia Ferri"}


def test_without_a_name_nothing_is_issued(courses, learner):
    make_path(*courses)
    for course in courses:
        finish(course, learner, name="")
    assert of_path() == []


def test_it_is_issued_once(courses, learner):
    make_path(*courses)
    for course in courses:
        finish(course, learner)
    assert paths.issue_due_path_certificates(learner_id=learner.pk, at=LATER) == []
    certificate = of_path()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            number="CT-0000-0000-0000-0000",
            enrolment=certificate.enrolment,
            learning_path=certificate.learning_path,
            learner=learner,
            kind=certificate.kind,
            payload={},
            payload_sha256="",
            issued_at=NOON,
        )


@pytest.mark.django_db(transaction=True)
def test_two_workers_issue_one(courses, learner):
    first, second = (complete(course, learner) for course in courses)
    for enrolment in (first, second):
        operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)
    make_path(*courses)

    def issue(_worker: int) -> int:
        try:
            return len(paths.issue_due_path_certificates(learner_id=learner.pk, at=NOON))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(issue, range(4))) == [0, 0, 0, 1]
    assert len(of_path()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_last_courses_whose_certificates_are_issued_at_once_bring_that_of_the_path(courses, learner):
    """Neither transaction sees what the other one issues: the second waits before it looks."""
    if connection.vendor != "postgresql":
        pytest.skip("On SQLite one writes at a time.")
    one, two = (offer_achievement(course) for course in courses)
    _path_of_achievement(one, two, kinds=[])
    site_issuer()  # there once and for all: else the second waits for the first to make it
    first, second = (complete(course, learner) for course in (one, two))
    for enrolment in (first, second):  # not by `confirm_name`, which has the certificate issued at once
        HolderName.objects.create(enrolment=enrolment, name="Giulia Ferri", confirmed_at=NOON)
    has_come = threading.Event()

    def tell(execute, sql, *arguments):
        if "accounts_user" in sql and "FOR NO KEY UPDATE" in sql:
            has_come.set()
        return execute(sql, *arguments)

    def issue_the_second() -> None:
        try:
            with connection.execute_wrapper(tell), transaction.atomic():
                issue_from_message({"enrolment": second.pk}, at=NOON)
        finally:
            has_come.set()
            connection.close()

    with ThreadPoolExecutor(1) as workers:
        with transaction.atomic():
            issue_from_message({"enrolment": first.pk}, at=NOON)
            done = workers.submit(issue_the_second)
            assert has_come.wait(60)
        done.result()

    assert [entry.kind for entry in of_path()] == ["achievement"]


def test_what_is_restored_brings_the_certificate_of_the_path_that_waited_for_it(courses, learner):
    one, two = (offer_achievement(course) for course in courses)
    _path_of_achievement(one, two, kinds=[])
    certificate = Certificate.objects.get(enrolment=finish(one, learner))
    revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)
    finish(two, learner)
    assert of_path() == []
    OutboxMessage.objects.update(done_at=NOON)

    restore_certificate(certificate=certificate, reason="reviewed", actor=None, second=None, at=LATER)
    for message in OutboxMessage.objects.filter(kind="certificates.issue", done_at=None):
        assert deliver_message(message_id=message.pk, at=LATER)
    assert [entry.kind for entry in of_path()] == ["achievement"]


def test_who_was_done_before_the_path_was_published_gets_it_from_the_worker(courses, learner):
    for course in courses:
        finish(course, learner)
    half = make_learner("half")
    finish(courses[0], half)
    make_path(*courses)
    assert of_path() == []
    finish_jobs()
    assert [certificate.learner for certificate in of_path()] == [learner]
    assert Job.objects.get(kind=paths.JOB).done_count == 1


def test_a_course_that_joins_the_path_later_takes_nothing_from_who_had_earned_it(courses, learner):
    path = make_path(courses[0])
    enrolment = complete(courses[0], learner)  # and says no name yet
    with one_edition(cause="publish", at=LATER):
        page = path_page(path)
        publish(page, courses=[*page.courses.all(), *_rows(courses[1])])
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=LATER)
    operations.issue_due_certificates(enrolment=enrolment, at=LATER)
    assert of_path()[0].payload["path"]["edition"] == 1
    finish(courses[1], learner)
    assert len(of_path()) == 1


def test_a_path_that_is_closed_is_earned_by_nobody_new(courses, learner):
    path = make_path(*courses)
    with one_edition(cause="publish", at=NOON - timedelta(days=1)):
        path_page(path).unpublish()
    for course in courses:
        finish(course, learner)
    assert of_path() == []
    with one_edition(cause="publish", at=LATER):
        publish(path_page(path))
    finish_jobs()
    assert len(of_path()) == 1


def test_achievement_needs_that_of_every_course_and_none_withdrawn(courses, learner):
    one, two = (offer_achievement(course) for course in courses)
    _path_of_achievement(one, two)
    first = finish(one, learner)
    certificate = Certificate.objects.get(enrolment=first)
    assert certificate.kind == "achievement"
    record_event(certificate=certificate, kind="revoked", at=NOON, reason="error")
    finish(two, learner)
    assert [entry.kind for entry in of_path()] == ["participation"]

    record_event(certificate=certificate, kind="restored", at=LATER, reason="reviewed")
    paths.issue_due_path_certificates(learner_id=learner.pk, at=LATER)
    achieved = of_path()[1]
    assert achieved.kind == "achievement"
    assert achieved.payload["learning"]["result"] == {"score": 6, "max_score": 6, "per_cent": 100}
    assert achieved.payload["path"]["courses"][0]["number"] == certificate.number
    elements = {entry["key"]: entry["values"] for entry in achieved.payload["texts"]["en"]["elements"]}
    assert all(elements.values())


def test_people_who_did_other_editions_of_a_course_have_another_achievement(courses):
    from tests.courses.builders import course_page

    early, late = make_learner("early"), make_learner("late")
    for course in courses:
        finish(course, early)
    with one_edition(cause="publish", at=LATER):
        publish(course_page(courses[0]), hours=8)
    courses[0].refresh_from_db()
    for course in courses:
        finish(course, late)
    make_path(*courses)
    finish_jobs()
    first, second = of_path()
    assert (first.payload["course"]["hours"], second.payload["course"]["hours"]) == (26, 28)
    assert first.achievement_id != second.achievement_id
    for certificate, hours in ((first, 26), (second, 28)):
        values = {line["key"]: line["values"] for line in certificate.payload["texts"]["en"]["elements"]}
        assert values["workload"] == [f"About {hours} hours of learning."]


def test_a_certificate_of_a_path_is_not_that_of_its_last_course(courses, learner):
    make_path(*courses)
    finish(courses[0], learner)
    enrolment = finish(courses[1], learner)
    own = Certificate.objects.get(enrolment=enrolment, learning_path=None)
    assert queries.certificates_of_enrolment(enrolment) == [own]
    assert queries.public_ids_of(learner)[enrolment.pk] == own.public_id
    assert f"/certificates/{own.public_id}/" in signed_in(learner).get("/en/courses/two/").content.decode()


def test_the_page_of_the_path_leads_to_it(courses, learner):
    make_path(*courses)
    browser = signed_in(learner)
    for course in courses:
        finish(course, learner, name="")
    text = browser.get("/en/learning-paths/lead/").content.decode()
    assert "Confirm your name" in text
    finish(courses[1], learner)
    text = browser.get("/en/learning-paths/lead/").content.decode()
    assert f"/en/certificates/{of_path()[0].public_id}/" in text
    record_event(certificate=of_path()[0], kind="revoked", at=NOON, reason="error")
    assert "certificate-panel" not in browser.get("/en/learning-paths/lead/").content.decode()
    assert of_path()[0].public_id not in signed_in(make_learner()).get("/en/learning-paths/lead/").content.decode()


def test_what_is_not_due_costs_little(courses, learner):
    with counted_queries() as none:
        paths.issue_due_path_certificates(learner_id=learner.pk, at=NOON)
    make_path(*courses)
    finish(courses[0], learner)
    with counted_queries() as some:
        paths.issue_due_path_certificates(learner_id=learner.pk, at=NOON)
    assert (len(none), len(some)) == (1, 4)


def _rows(*more: Course):
    from courses.models import LearningPathCourse

    return [LearningPathCourse(course=course) for course in more]


def _path_of_achievement(*both: Course, kinds: Sequence[str] = ("participation",)):
    path = make_path(*both, kinds=list(kinds), eqf_level=2)
    with one_edition(cause="publish", at=NOON):
        page = path_page(path)
        definitions = [*page.certificate_definitions.all(), certificate_of_path("achievement", **TERMS)]
        publish(page, certificate_definitions=definitions)
    return path
