"""`check_records` finds each kind of difference, one row at a time, and is silent about records that are as they were."""

from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from certificates.models import Certificate, CertificateEvent
from courses.models import Course, CourseEdition, LessonVersion, OutlineRow, QuizKey, QuizVersion
from courses.operations.pictures import file_bytes, store_files
from courses.operations.settling import one_edition
from progress.models import Attempt, ItemCompletion, MarkEvent, Response
from tests.certificates.builders import NOON, earn
from tests.courses.builders import lesson_pages, make_course, publish
from tests.progress.builders import lessons_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def certificate(own_storage) -> Certificate:
    """Giulia has completed a course of two lessons and a quiz, which was changed and lost a lesson since."""
    course = make_course(languages=["it"])
    earned = earn(course)
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], title="Another title")
    with one_edition(cause="publish", at=NOON):
        lesson_pages(course)[1].unpublish()
    return earned


@pytest.fixture
def own_storage(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "frozen": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def check() -> str:
    """Run the command and return what it prints of differences."""
    problems = StringIO()
    call_command("check_records", stdout=StringIO(), stderr=problems)
    return problems.getvalue()


def differences() -> list[str]:
    """Run the command, which must fail, and return its lines of differences."""
    problems = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("check_records", verbosity=0, stderr=problems)
    lines = problems.getvalue().splitlines()
    assert str(failure.value).startswith(f"{len(lines)} records differ")
    return lines


def test_an_empty_site_has_no_differences():
    assert check() == ""


def test_records_that_are_as_they_were_made_have_no_differences(certificate):
    assert CourseEdition.objects.count() == 3
    assert check() == ""


def test_it_says_how_many_rows_of_each_kind_it_looked_at(certificate):
    said = StringIO()
    call_command("check_records", stdout=said)

    assert said.getvalue().splitlines() == [
        f"lesson versions: {LessonVersion.objects.count()} looked at, 0 differ",
        "quiz versions: 2 looked at, 0 differ",
        "frozen files: 0 looked at, 0 differ",
        "course editions: 3 looked at, 0 differ",
        "courses: 1 looked at, 0 differ",
        "attempts: 1 looked at, 0 differ",
        "steps done: 3 looked at, 0 differ",
        "courses completed: 1 looked at, 0 differ",
        "certificates: 1 looked at, 0 differ",
    ]


def test_it_finds_a_lesson_whose_text_was_changed(certificate):
    version = LessonVersion.objects.first()
    LessonVersion.objects.filter(pk=version.pk).update(body={**version.body, "title": "Forged"})

    assert differences() == [f"lesson versions: {version.sha256}: its text has another digest"]


def test_it_finds_an_answer_key_that_was_changed_and_does_not_quote_it(certificate):
    version = QuizVersion.objects.get(language="it")
    key = QuizKey.objects.get(version=version)
    question_id, question = next(iter(key.body["questions"].items()))
    forged = {**key.body, "questions": {**key.body["questions"], question_id: {**question, "correct": ["forged"]}}}
    QuizKey.objects.filter(pk=key.pk).update(body=forged)

    assert differences() == [f"quiz versions: {version.sha256}: its text or its answer key has another digest"]


def test_it_finds_a_quiz_without_its_answer_key(certificate):
    version = QuizVersion.objects.get(language="it")
    QuizKey.objects.filter(version=version).delete()

    assert differences() == [f"quiz versions: {version.sha256}: its answer key is not there"]


def test_it_finds_a_file_whose_bytes_were_changed_and_one_whose_bytes_are_gone(own_storage):
    changed, gone = file_bytes(b"one", "one.txt"), file_bytes(b"two", "two.txt")
    store_files(files=[changed, gone])
    storage = storages["frozen"]
    for file in (changed, gone):
        storage.delete(f"{file.sha256[:2]}/{file.sha256}")
    storage.save(f"{changed.sha256[:2]}/{changed.sha256}", ContentFile(b"forged"))

    assert differences() == [
        f"frozen files: {changed.sha256}: its bytes have another digest",
        f"frozen files: {gone.sha256}: its bytes are not there",
    ]


def test_it_finds_an_edition_whose_manifest_was_changed(certificate):
    first = CourseEdition.objects.get(number=1)
    CourseEdition.objects.filter(pk=first.pk).update(manifest={**first.manifest, "live": False})

    assert differences() == [
        f"course editions: edition 1 of course {certificate.enrolment.course.key}: its manifest has another digest"
    ]


def test_it_finds_an_edition_that_names_a_version_that_is_gone(certificate):
    old = CourseEdition.objects.get(number=1).manifest["items"][0]["versions"]["en"]["sha256"]
    LessonVersion.objects.filter(sha256=old).delete()

    assert differences() == [
        f"course editions: edition 1 of course {certificate.enrolment.course.key}: "
        f"it names versions that are not there: {old}"
    ]


def test_it_finds_an_outline_that_does_not_follow_from_its_edition(certificate):
    row = OutlineRow.objects.get(language="it")
    OutlineRow.objects.filter(pk=row.pk).update(body={**row.body, "hours": 99})

    assert differences() == [
        f"courses: {certificate.enrolment.course.key}: its outline in it does not follow from edition 3"
    ]


def test_it_finds_a_course_that_is_served_from_an_older_edition(certificate):
    course = certificate.enrolment.course
    Course.objects.filter(pk=course.pk).update(current_edition=CourseEdition.objects.get(number=2))

    assert differences() == [f"courses: {course.key}: a later edition than the current one is there"]


def test_it_finds_marks_that_the_answers_did_not_earn(certificate):
    attempt = Attempt.objects.get()
    MarkEvent.objects.update(score=2)

    assert differences() == [f"attempts: {attempt.public_id}: marked again it has another result"]


def test_marks_stand_by_themselves_once_the_answers_are_erased(certificate):
    Response.objects.all().delete()

    assert check() == ""


def test_it_finds_a_step_done_by_an_attempt_that_did_not_pass(certificate):
    completion = ItemCompletion.objects.get(evidence="attempt")
    MarkEvent.objects.update(passed=False)

    assert differences()[-1] == (
        f"steps done: {certificate.enrolment.public_id}, step {completion.item_key}: "
        "its evidence is an attempt that did not pass"
    )


def test_it_finds_a_complete_course_of_which_a_step_is_not_done(certificate):
    lesson = lessons_of(certificate.enrolment.course)[0]
    ItemCompletion.objects.filter(item_key=lesson.key).delete()

    assert differences() == [
        f"courses completed: {certificate.enrolment.public_id}: complete, but a required step is not done"
    ]


def test_it_finds_a_certificate_whose_payload_was_changed(certificate):
    Certificate.objects.update(payload={**certificate.payload, "holder": {"name": "Somebody Else"}})

    assert differences() == [f"certificates: {certificate.number}: its payload has another digest than at its issue"]


def test_it_finds_a_certificate_that_nothing_says_was_issued(certificate):
    CertificateEvent.objects.all().delete()

    assert differences() == [f"certificates: {certificate.number}: nothing says that it was issued"]


def test_it_finds_a_certificate_whose_number_is_not_that_of_its_payload(certificate):
    Certificate.objects.update(number="CT-0000-0000-0000-0000")

    assert differences() == ["certificates: CT-0000-0000-0000-0000: its row names another certificate than its payload"]
