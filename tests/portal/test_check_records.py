"""`check_records` finds each kind of difference, one row at a time, and is silent about records that are as they were."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates.models import Badge, Certificate, CertificateEvent, LogEntry, LogHead, StatusPlace
from courses.models import (
    Course,
    CourseEdition,
    EditionDue,
    FrozenFile,
    LessonPage,
    LessonVersion,
    OutlineRow,
    QuizKey,
    QuizVersion,
    Release,
)
from foundation.models import Job, OutboxMessage
from foundation.operations import start_job
from foundation.queries.differences import Reader
from portal.management.commands.check_records import READERS
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent, Notice, Regrade, Response
from tests.courses.builders import lesson_pages
from tests.progress.builders import NOON

SEALED = "it was changed after it was written (its seal is another)"


def check() -> str:
    """Run the command and return what it prints of differences."""
    problems = StringIO()
    call_command("check_records", stdout=StringIO(), stderr=problems)
    return problems.getvalue()


def differences(**options) -> list[str]:
    """Run the command, which must fail, and return its lines of differences."""
    problems = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("check_records", verbosity=0, stderr=problems, **options)
    lines = problems.getvalue().splitlines()
    if not options:
        assert str(failure.value).startswith(f"{len(lines)} records differ")
    return lines


def giulia(course) -> Enrolment:
    return Enrolment.objects.get(course=course, holder_name__name="Giulia Ferri")


def passed_first(course) -> Attempt:
    """Giulia's attempt, which passed by itself."""
    return Attempt.objects.get(enrolment=giulia(course))


def marked_again(course) -> Attempt:
    """Ben's attempt, which passed when it was marked again."""
    return Attempt.objects.get(enrolment__course=course, enrolment__holder_name__name="Ben Ode")


@pytest.mark.django_db
def test_an_empty_site_has_no_differences():
    assert check() == ""


def test_records_that_are_as_they_were_made_have_no_differences(course):
    assert check() == ""


def test_it_says_how_many_rows_of_each_kind_it_looked_at(course):
    said = StringIO()
    call_command("check_records", stdout=said)

    assert said.getvalue().splitlines() == [
        f"{name}: {reader.count()} looked at, 0 differ" for name, reader in READERS.items()
    ]
    assert all(reader.count() for reader in READERS.values())


class Terminal(StringIO):
    """What somebody looks at."""

    def isatty(self):
        return True


def test_somebody_at_a_terminal_sees_a_bar(course):
    Attempt.objects.filter(pk=passed_first(course).pk).update(cached_score=0)
    screen = Terminal()
    with pytest.raises(CommandError):
        call_command("check_records", verbosity=0, stderr=screen, no_color=True)

    count = Attempt.objects.count()
    assert (
        f"{'#' * (30 // count)}{'.' * (30 - 30 // count)} {100 // count:3} %  attempts, 1 of {count}"
        in screen.getvalue()
    )
    assert screen.getvalue().endswith("\r\x1b[K")


def test_it_lists_so_many_and_says_how_many_there_are(course):
    ItemCompletion.objects.update(language="xx")
    total = ItemCompletion.objects.count()

    assert len(differences(list=2)) == 2
    with pytest.raises(CommandError, match=f"{total} records differ.*All but {total - 2} are listed"):
        call_command("check_records", verbosity=0, stderr=StringIO(), list=2)


# What was frozen


def test_it_finds_a_lesson_whose_text_was_changed(course):
    version = LessonVersion.objects.first()
    LessonVersion.objects.filter(pk=version.pk).update(body={**version.body, "title": "Forged"})

    assert differences() == [f"lesson versions: {version.sha256}: {SEALED}; its text has another digest"]


def test_it_finds_a_lesson_whose_text_was_changed_with_its_digest(course):
    version = LessonVersion.objects.first()
    LessonVersion.objects.filter(pk=version.pk).update(language="xx")

    assert differences() == [f"lesson versions: {version.sha256}: {SEALED}"]


def test_it_finds_an_answer_key_that_was_changed_and_does_not_quote_it(course):
    version = QuizVersion.objects.filter(language="it", attempts=None).first()
    key = QuizKey.objects.get(version=version)
    question_id, question = next(iter(key.body["questions"].items()))
    forged = {**key.body, "questions": {**key.body["questions"], question_id: {**question, "correct": ["forged"]}}}
    QuizKey.objects.filter(pk=key.pk).update(body=forged)

    assert differences() == [
        f"quiz versions: {version.sha256}: its text or its answer key has another digest; "
        "its answer key was changed after it was written (its seal is another)"
    ]


def test_it_finds_a_quiz_without_its_answer_key(course):
    version = QuizVersion.objects.filter(language="it", attempts=None).first()
    QuizKey.objects.filter(version=version).delete()

    assert differences() == [f"quiz versions: {version.sha256}: its answer key is not there"]


def test_it_finds_a_picture_that_is_gone_and_a_file_whose_bytes_were_changed(course):
    picture, sheet = FrozenFile.objects.get(width__isnull=False), FrozenFile.objects.get(width=None)
    storage = storages["frozen"]
    kept = {}
    for file in (picture, sheet):
        with storage.open(file.storage_name) as opened:
            kept[file.storage_name] = opened.read()
        storage.delete(file.storage_name)
    storage.save(sheet.storage_name, ContentFile(b"forged"))
    try:
        assert sorted(differences()) == sorted(
            [
                f"frozen files: {picture.sha256}: its bytes are not there",
                f"frozen files: {sheet.sha256}: its bytes have another digest",
            ]
        )
    finally:
        storage.delete(sheet.storage_name)
        for name, data in kept.items():
            storage.save(name, ContentFile(data))


def test_it_finds_a_frozen_file_whose_row_is_gone(course):
    file = FrozenFile.objects.get(width=None)
    FrozenFile.objects.filter(pk=file.pk).delete()

    found = differences()

    assert found != []
    assert all(line.endswith(f"it names files that are not there: {file.sha256}") for line in found)


def test_it_finds_an_edition_whose_manifest_was_changed(course):
    first = CourseEdition.objects.get(course=course, number=2)
    CourseEdition.objects.filter(pk=first.pk).update(manifest={**first.manifest, "live": False})

    assert differences() == [
        f"course editions: edition 2 of course {course.key}: {SEALED}; its manifest has another digest"
    ]


def test_it_goes_on_when_an_edition_cannot_be_read(course):
    CourseEdition.objects.filter(course=course, number__gt=1).update(manifest={})

    found = differences()

    assert f"courses: {course.key}: its edition is of a course with another key" in found
    assert (
        sum(line.startswith("course editions:") for line in found)
        == CourseEdition.objects.filter(course=course).count() - 1
    )


def test_it_finds_an_edition_that_names_a_version_that_is_gone(course):
    old = CourseEdition.objects.get(course=course, number=1).manifest["items"][0]["versions"]["en"]["sha256"]
    LessonVersion.objects.filter(sha256=old).delete()

    assert differences() == [
        f"course editions: edition 1 of course {course.key}: it names versions that are not there: {old}"
    ]


def test_it_finds_that_an_edition_is_gone(course):
    CourseEdition.objects.filter(course=course, number=3)._raw_delete("default")

    assert (
        f"course editions: edition 4 of course {course.key}: edition 3 should come next, and is not there"
        in differences()
    )


def test_it_finds_an_outline_that_does_not_follow_from_its_edition(course):
    row = OutlineRow.objects.get(course=course, language="it")
    OutlineRow.objects.filter(pk=row.pk).update(body={**row.body, "hours": 99})

    number = course.current_edition.number
    assert differences() == [f"courses: {course.key}: its outline in it does not follow from edition {number}"]


def test_it_finds_a_course_that_is_served_from_an_older_edition(course):
    Course.objects.filter(pk=course.pk).update(current_edition=CourseEdition.objects.get(course=course, number=2))

    assert f"courses: {course.key}: a later edition than the current one is there" in differences()


def test_it_finds_a_course_that_differs_from_its_pages_and_repairs_it_when_told(course):
    LessonPage.objects.filter(pk=lesson_pages(course)[0].pk).update(minutes=99)

    found = differences()
    said = StringIO()
    call_command("check_records", repair_editions=True, stdout=said, stderr=said)

    assert len(found) == 1
    assert found[0].startswith(f"courses against their pages: {course.key}: steps changed since edition")
    assert found[0].endswith("`manage.py check_records --repair-editions` settles it")
    assert f"{course.key}: settled anew" in said.getvalue()


def test_a_course_that_is_flagged_differs_for_a_moment_and_not_for_a_day(course):
    LessonPage.objects.filter(pk=lesson_pages(course)[0].pk).update(minutes=99)
    EditionDue.objects.create(course_key=course.key, cause="change")
    at_once = check()
    EditionDue.objects.update(flagged_at=timezone.now() - timedelta(days=2))

    assert at_once == ""
    assert len(differences()) == 1


def test_what_one_reader_cannot_read_keeps_no_other_from_its_rows(course, monkeypatch):
    def breaks_down():
        yield ""
        raise RuntimeError("no such thing")

    monkeypatch.setitem(READERS, "attempts", Reader(breaks_down, lambda: 1))
    ItemCompletion.objects.filter(pk=ItemCompletion.objects.first().pk).update(language="xx")

    found = differences()

    assert found[0] == ("attempts: could not go on, the rows after this are not looked at: RuntimeError: no such thing")
    assert found[1].startswith("steps done: ")


def test_it_finds_a_release_that_names_an_edition_of_another_course(course):
    release = Release.objects.filter(course=course, edition__isnull=False).first()
    other = Course.objects.exclude(pk=course.pk).earliest("pk")
    Release.objects.filter(pk=release.pk).update(edition=other.current_edition)

    assert f"releases: {release.public_id}: it names an edition of another course" in differences()


# What learners did


def test_it_finds_marks_that_the_answers_did_not_earn(course):
    attempt = passed_first(course)
    MarkEvent.objects.filter(attempt=attempt, kind="automatic").update(score=2)

    found = differences()

    assert found[0].startswith(f"attempts: {attempt.public_id}: a mark event (automatic): {SEALED}; ")
    assert "marked again it has another result" in found[0]


def test_it_finds_an_answer_that_was_changed(course):
    response = Response.objects.filter(attempt=passed_first(course)).first()
    Response.objects.filter(pk=response.pk).update(options=[])

    assert differences() == [f"attempts: {response.attempt.public_id}: marked again it has another result"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"question_id": "another"}, "an answer is to question another, which it does not ask"),
        ({"options": ["another"]}, "is none that it offers"),
        ({"answered_at": None}, "contradicts itself"),
        ({"unsure": True}, "contradicts itself"),
    ],
)
def test_it_finds_a_response_outside_the_form_of_its_attempt(course, changes, words):
    response = Response.objects.filter(attempt__state="open").exclude(options=[]).first()
    Response.objects.filter(pk=response.pk).update(**changes)

    found = differences()

    assert len(found) == 1
    assert found[0].startswith(f"attempts: {response.attempt.public_id}: ")
    assert words in found[0]


def test_it_finds_a_response_that_is_gone(course):
    attempt = passed_first(course)
    Response.objects.filter(attempt=attempt).first().delete()

    assert "it has no place for the answers to some questions" in differences()[0]


def test_marks_stand_by_themselves_once_the_answers_are_erased(course):
    Response.objects.filter(attempt__state="submitted").delete()

    assert check() == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda form: {**form, "questions": [{**form["questions"][0], "options": ["another"]}, *form["questions"][1:]]},
        lambda form: {**form, "questions": [{**form["questions"][0], "id": "another"}, *form["questions"][1:]]},
        lambda form: {**form, "questions": [*form["questions"], form["questions"][0]]},
        lambda form: {},
    ],
)
def test_it_finds_an_attempt_that_asks_what_its_quiz_does_not_have(course, change):
    attempt = passed_first(course)
    Attempt.objects.filter(pk=attempt.pk).update(form=change(attempt.form))

    assert f"attempts: {attempt.public_id}: it asks what its version of the quiz does not have" in differences()[0]


@pytest.mark.parametrize("changes", [{"cached_score": 0}, {"cached_max_score": 99}, {"cached_passed": False}])
def test_it_finds_a_kept_result_that_is_not_the_one_an_attempt_stands_by(course, changes):
    attempt = passed_first(course)
    Attempt.objects.filter(pk=attempt.pk).update(**changes)

    assert differences() == [f"attempts: {attempt.public_id}: its cached result is not the one it stands by"]


def test_it_finds_an_open_attempt_with_marks(course):
    attempt = Attempt.objects.get(state="open")
    Attempt.objects.filter(pk=attempt.pk).update(cached_score=1)

    assert differences() == [f"attempts: {attempt.public_id}: it is open, and has marks"]


def test_it_finds_that_the_first_marking_is_gone(course):
    attempt = passed_first(course)
    MarkEvent.objects.filter(attempt=attempt, kind="automatic").delete()

    assert f"attempts: {attempt.public_id}: sent, but marked by the rules 0 times" in differences()[0]


def test_it_finds_that_a_marking_by_a_decision_is_gone(course):
    attempt = marked_again(course)
    last = MarkEvent.objects.filter(attempt=attempt).last()
    before = MarkEvent.objects.filter(attempt=attempt).order_by("-marked_at", "-pk")[1]
    last.delete()
    Attempt.objects.filter(pk=attempt.pk).update(
        cached_score=before.score, cached_max_score=before.max_score, cached_passed=before.passed
    )

    assert differences() == [f"attempts: {attempt.public_id}: it was not marked again by a decision that concerns it"]


def test_a_decision_whose_job_is_still_at_it_may_not_have_reached_an_attempt(course):
    attempt = marked_again(course)
    last = MarkEvent.objects.filter(attempt=attempt).last()
    before = MarkEvent.objects.filter(attempt=attempt).order_by("-marked_at", "-pk")[1]
    Job.objects.filter(pk=last.regrade.job_id).update(finished_at=None)
    last.delete()
    Attempt.objects.filter(pk=attempt.pk).update(
        cached_score=before.score, cached_max_score=before.max_score, cached_passed=before.passed
    )

    assert check() == ""


def test_it_finds_a_decision_that_says_another_policy_than_was_applied(course):
    regrade = Regrade.objects.filter(policy="even-if-lower").get()
    Regrade.objects.filter(pk=regrade.pk).update(policy="drop")

    found = differences()

    assert {line.rpartition(": ")[2] for line in found} <= {
        "a mark event says another policy or another score before than there was",
        "it was not marked again by a decision that concerns it",
    }
    assert found != []


def test_it_finds_an_attempt_at_a_version_that_its_edition_does_not_name(course):
    attempt = passed_first(course)
    version = QuizVersion.objects.exclude(item_key=attempt.item_key).filter(language="en").first()
    Attempt.objects.filter(pk=attempt.pk).update(quiz_version=version)

    assert "its edition names another version of the quiz" in differences()[0]


def test_it_finds_tries_that_are_not_numbered_from_one_on(course):
    attempt = passed_first(course)
    Attempt.objects.filter(pk=attempt.pk).update(number=2)

    assert differences() == [
        f"enrolments: {attempt.enrolment.public_id}: its tries at {attempt.item_key} are not numbered from 1 on"
    ]


@pytest.mark.parametrize("changes", [{"cached_percentage": 7}, {"cached_state": "in-progress"}])
def test_it_finds_kept_figures_that_do_not_fold_from_what_was_done(course, changes):
    enrolment = giulia(course)
    Enrolment.objects.filter(pk=enrolment.pk).update(**changes)
    percentage, state = changes.get("cached_percentage", 100), changes.get("cached_state", "completed")

    assert differences() == [
        f"enrolments: {enrolment.public_id}: its figures are {percentage} per cent and {state}, "
        "and fold to 100 and completed"
    ]


def test_figures_of_an_older_edition_are_right_while_the_follow_up_waits(course):
    """Somebody did one of three steps; the edition that takes one of them out was not followed up yet."""
    enrolment = Enrolment.objects.get(course=course, cached_percentage=50, item_completions__language="it")
    Enrolment.objects.filter(pk=enrolment.pk).update(cached_percentage=33, cached_edition=2)

    lagging = differences()
    start_job(kind="progress.fold", key=f"{course.pk}:{course.current_edition.number}:again", payload={}, at=NOON)

    assert len(lagging) == 1
    assert check() == ""


def test_it_finds_a_step_done_by_an_attempt_that_did_not_pass(course):
    enrolment = giulia(course)
    completion = ItemCompletion.objects.get(enrolment=enrolment, evidence="attempt")
    MarkEvent.objects.filter(attempt=completion.attempt).update(passed=False)

    assert (
        f"steps done: {enrolment.public_id}, step {completion.item_key}: its evidence is an attempt that did not pass"
    ) in differences()


def test_it_finds_a_quiz_that_was_passed_and_is_not_done(course):
    attempt = marked_again(course)
    ItemCompletion.objects.filter(enrolment=attempt.enrolment, item_key=attempt.item_key).delete()

    assert f"attempts: {attempt.public_id}: it passed, and the step is not done" in differences()


def test_it_finds_a_step_that_its_edition_does_not_have(course):
    completion = ItemCompletion.objects.filter(enrolment__course=course, evidence="marked").first()
    foreign = Course.objects.exclude(pk=course.pk).earliest("pk").current_edition.manifest["items"][0]["key"]
    ItemCompletion.objects.filter(pk=completion.pk).update(item_key=foreign)

    assert (
        f"steps done: {completion.enrolment.public_id}, step {foreign}: {SEALED}; its edition has no such step"
    ) in differences()


def test_it_finds_a_complete_course_of_which_a_step_is_not_done(course):
    enrolment = giulia(course)
    ItemCompletion.objects.filter(enrolment=enrolment, evidence="marked").first().delete()

    assert f"courses completed: {enrolment.public_id}: complete, but a required step is not done" in differences()


def test_it_finds_a_completion_that_is_gone(course):
    enrolment = giulia(course)
    CourseCompletion.objects.filter(enrolment=enrolment).delete()

    assert (
        f"certificates: {Certificate.objects.get(enrolment=enrolment).number}: its course is not complete"
        in differences()
    )


def test_it_finds_somebody_told_of_another_course(course):
    notice = Notice.objects.first()
    other = Enrolment.objects.exclude(course=course).first()
    Notice.objects.filter(pk=notice.pk).update(enrolment=other)

    assert differences() == [f"notices: notice {notice.pk}: it is about another course"]


# What was certified


def test_it_finds_a_certificate_whose_payload_was_changed(course):
    certificate = Certificate.objects.first()
    Certificate.objects.filter(pk=certificate.pk).update(
        payload={**certificate.payload, "holder": {"name": "Somebody Else"}}
    )

    assert differences() == [
        f"certificates: {certificate.number}: {SEALED}; its payload has another digest than at its issue"
    ]


def test_it_finds_that_a_lesson_is_gone_which_a_certificate_counts(course):
    """Ben's second lesson was taken out of the course before he completed it: it moves no figure of his."""
    certificate = Certificate.objects.get(enrolment=marked_again(course).enrolment)
    done = ItemCompletion.objects.filter(enrolment=certificate.enrolment, evidence="marked").order_by("pk")
    done.last().delete()

    assert differences() == [f"certificates: {certificate.number}: it counts more lessons than are done"]


def test_what_a_holder_may_choose_is_no_difference(course):
    certificate = Certificate.objects.first()
    certificate.name_visibility = "initials"
    certificate.save(update_fields=["name_visibility"])

    assert check() == ""


def before_the_log() -> None:
    """Take back that events were chained: it keeps them."""
    LogHead.objects.all().delete()
    LogEntry.objects.all().delete()


def test_it_finds_a_certificate_that_nothing_says_was_issued(course):
    before_the_log()
    certificate = Certificate.objects.get(enrolment=giulia(course))
    CertificateEvent.objects.filter(certificate=certificate).delete()

    assert differences() == [f"certificates: {certificate.number}: nothing says that it was issued"]


def test_it_finds_that_a_certificate_is_gone(course):
    enrolment = giulia(course)
    OutboxMessage.objects.filter(kind="certificates.issue").update(done_at=NOON)
    before_the_log()
    for model in (CertificateEvent, Badge, StatusPlace):
        model.objects.filter(certificate__enrolment=enrolment).delete()
    Certificate.objects.filter(enrolment=enrolment).delete()

    assert differences() == [
        f"certificates that are due: {enrolment.public_id}: "
        "complete and named, but no certificate of participation is there"
    ]


# Work


def test_it_finds_work_that_goes_wrong_for_a_day(course):
    message = OutboxMessage.objects.create(kind="test.greet", key="k", posted_at=NOON, due_at=NOON, attempt_count=31)
    OutboxMessage.objects.create(kind="test.greet", key="new", posted_at=NOON, due_at=NOON, attempt_count=3)
    job = Job.objects.create(kind="test.count", key="k", created_at=NOON, due_at=NOON, failure_count=31)

    assert differences() == [
        f"waiting work: message {message.pk} (test.greet): not done after 31 tries",
        f"waiting work: job {job.pk} (test.count): went wrong 31 times in a row",
    ]
