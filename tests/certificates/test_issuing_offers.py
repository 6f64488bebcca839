"""What a course begins to give reaches those who completed it before, by a job and once; the others read what to do."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from certificates import operations
from certificates.models import Certificate
from certificates.operations import offering
from certificates.operations.renewing import renew_enrolment
from certificates.operations.revoking import restore_certificate, revoke_certificate
from certificates.queries.offering import may_be_owed
from certificates.templatetags.certificate_tags import certificate_panel
from courses.models import AssignmentPage
from courses.operations.settling import one_edition
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message, run_job
from progress.models import CourseCompletion
from progress.queries.enrolments import own_enrolment
from tests.certificates.builders import NOON, complete, earn
from tests.courses.builders import course_page, lesson_pages, make_course, offer_achievement, publish
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries
from tests.progress.works import assignment_of, files_apart, make_capstone

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=30)


def kinds(enrolment) -> list[str]:
    return list(Certificate.objects.filter(enrolment=enrolment).order_by("pk").values_list("kind", flat=True))


def panel(enrolment):
    with override("en"):
        return certificate_panel({}, own_enrolment(enrolment.learner, enrolment.public_id))


def finish_jobs() -> int:
    """Finish what waits; return how many people were looked at."""
    looked_at = 0
    for job in Job.objects.filter(kind=offering.JOB, finished_at=None):
        assert run_job(job_id=job.pk, clock=lambda: LATER), job.problem
        looked_at += Job.objects.get(pk=job.pk).done_count
    return looked_at


def test_who_had_passed_everything_gets_achievement_from_the_worker_when_the_course_begins_to_give_it():
    course = make_course()
    enrolment = earn(course).enrolment
    offer_achievement(course, at=LATER)
    assert kinds(enrolment) == ["participation"]  # nothing is issued in the editor's request
    assert panel(enrolment)["achievement_comes"]
    page = signed_in(enrolment.learner).get("/en/courses/digital-basics/").content.decode()
    assert "Certificate of achievement</b>: It is there in a minute" in page

    assert finish_jobs() == 1
    assert kinds(enrolment) == ["participation", "achievement"]
    assert "achievement_comes" not in panel(enrolment)
    Job.objects.filter(kind=offering.JOB).update(finished_at=None, cursor=0, done_count=0)
    assert finish_jobs() == 0
    assert kinds(enrolment) == ["participation", "achievement"]


def test_a_job_of_many_steps_does_everybody_and_leaves_out_who_has_no_name(monkeypatch):
    monkeypatch.setattr(offering, "PEOPLE_AT_ONCE", 1)
    course = make_course(has_certificate=False)
    ana, ben, cleo = (complete(course, make_learner(name)) for name in ("ana", "ben", "cleo"))
    for enrolment in (ana, cleo):
        operations.confirm_name(enrolment=enrolment, name="Somebody Else", at=NOON)
    offer_achievement(course, at=LATER)

    assert finish_jobs() == 2
    assert [kinds(enrolment) for enrolment in (ana, ben, cleo)] == [["achievement"], [], ["achievement"]]
    assert panel(ben)["waits_for_name"]


def test_who_lacks_what_is_needed_reads_what_to_do_and_gets_nothing_yet(settings, tmp_path):
    files_apart(settings, tmp_path)
    course = make_capstone(quiz_count=1)
    with one_edition(cause="content", at=NOON):
        publish(AssignmentPage.objects.get(), required=False)
    course.refresh_from_db()
    enrolment = complete_without_work(course)
    with one_edition(cause="content", at=LATER):
        publish(AssignmentPage.objects.get(), needed_for_achievement=True)
    offer_achievement(course, at=LATER)

    finish_jobs()
    assert kinds(enrolment) == ["participation"]
    shown = panel(enrolment)
    assert [item.key for item, _url in shown["missing"]] == [assignment_of(course).key]
    assert "achievement_comes" not in shown


def complete_without_work(course):
    from tests.progress.builders import do_lessons, enrol, pass_quiz, quizzes_of

    enrolment = enrol(course)
    do_lessons(enrolment)
    pass_quiz(enrolment, quizzes_of(course)[0])
    assert CourseCompletion.objects.filter(enrolment=enrolment).exists()
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=NOON)
    operations.issue_due_certificates(enrolment=enrolment, at=NOON)
    return enrolment


def test_an_edition_that_gives_nothing_new_begins_no_job_and_asks_for_no_learner():
    course = offer_achievement(make_course())
    earn(course)
    Job.objects.filter(kind=offering.JOB).delete()
    with counted_queries() as statements, one_edition(cause="publish", at=LATER):
        publish(course_page(course), hours=8)
        publish(lesson_pages(course)[0], title="A better title")
    course.refresh_from_db()
    assert not Job.objects.filter(kind=offering.JOB).exists()
    assert not [sql for sql in statements if '"certificates_' in sql or '"progress_enrolment"' in sql]


def test_a_withdrawn_certificate_is_not_made_good_by_another_until_it_is_restored():
    course = make_course()
    certificate = earn(course)
    revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)
    offer_achievement(course, at=LATER)
    assert finish_jobs() == 0
    assert not panel(certificate.enrolment)["achievement_comes"]

    restore_certificate(certificate=certificate, reason="reviewed", actor=None, second=None, at=LATER)
    message = OutboxMessage.objects.get(kind="certificates.issue", key__contains=":restored:")
    assert deliver_message(message_id=message.pk, at=LATER)
    assert kinds(certificate.enrolment) == ["participation", "achievement"]


def test_of_two_cycles_only_the_latest_complete_one_is_looked_at():
    course = offer_achievement(make_course(), validity_months=12, recertification_months=12)
    first = earn(course).enrolment
    Certificate.objects.filter(enrolment=first).update(kind="participation")
    second = renew_enrolment(learner=first.learner, course=course, at=LATER)
    assert list(may_be_owed(course.pk)) == [first]
    for enrolment in (second,):
        CourseCompletion.objects.create(
            enrolment=enrolment, completed_at=LATER, edition=course.current_edition, cause="quiz"
        )
        operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=LATER)
    assert list(may_be_owed(course.pk)) == [second]
