"""Work on an assignment: drafts, files, handing in, and the next round."""

import io

import pytest

from progress.models import Enrolment, MarkingTask, Submission, SubmittedFile
from progress.models.assignments import submission_storage
from progress.operations.answering import SaveOutcome
from progress.operations.attaching import TooManyFiles, add_file, remove_file
from progress.operations.submitting import (
    CannotBegin,
    HandedIn,
    NotAnAssignment,
    NothingToHandIn,
    TextTooLong,
    begin_submission,
    hand_in,
    save_draft,
)
from progress.rules.files import MAX_BYTES, FileRefused, Refusal
from progress.rules.submitting import MAX_CHARACTERS, Lack, Obstacle
from tests.courses.builders import add_assignment, module_pages, publish
from tests.progress.builders import NOON, enrol, lessons_of, pass_quiz, quizzes_of
from tests.progress.works import (
    PDF,
    PNG,
    assignment_of,
    attach,
    begin,
    files_apart,
    judge,
    make_capstone,
    make_course_assessor,
    submit,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_learners(settings, tmp_path):
    files_apart(settings, tmp_path)


@pytest.fixture
def course(db):
    return make_capstone()


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course)


def bytes_of(file: SubmittedFile) -> bytes:
    with submission_storage().open(file.file.name) as opened:
        return opened.read()


def test_begun_twice_there_is_one_draft(enrolment):
    assert begin(enrolment) == begin(enrolment)
    assert Submission.objects.count() == 1


def test_a_lesson_is_no_assignment():
    enrolment = enrol(make_capstone(slug="with-lessons", lesson_count=1))

    with pytest.raises(NotAnAssignment):
        begin_submission(enrolment=enrolment, item_key=lessons_of(enrolment.course)[0].key, language="en", at=NOON)


def test_an_assignment_that_waits_for_quizzes_opens_when_they_are_passed():
    enrolment = enrol(make_capstone(slug="with-quiz", quiz_count=1, waits_for_quizzes=True))

    with pytest.raises(CannotBegin) as refused:
        begin(enrolment)
    assert refused.value.hindrances.reasons == (Obstacle.WAITS_FOR_QUIZZES,)

    pass_quiz(enrolment, quizzes_of(enrolment.course)[0])
    assert begin(enrolment).number == 1


def test_a_draft_saved_in_two_tabs_keeps_the_first_and_says_so(enrolment):
    draft = begin(enrolment)

    first = save_draft(submission=draft, text="From one tab.", sequence=0, at=NOON)
    second = save_draft(submission=draft, text="From another tab.", sequence=0, at=NOON)

    draft.refresh_from_db()
    assert (first, second) == (SaveOutcome.SAVED, SaveOutcome.NEWER_EXISTS)
    assert (draft.text, draft.sequence) == ("From one tab.", 1)


def test_the_same_text_sent_twice_is_saved_once(enrolment):
    draft = begin(enrolment)

    outcomes = [save_draft(submission=draft, text="My plan.\r\n", sequence=0, at=NOON) for _press in range(2)]

    draft.refresh_from_db()
    assert outcomes == [SaveOutcome.SAVED, SaveOutcome.SAVED]
    assert (draft.text, draft.sequence) == ("My plan.\n", 1)


def test_a_text_of_more_than_25_pages_is_not_saved(enrolment):
    draft = begin(enrolment)

    with pytest.raises(TextTooLong):
        save_draft(submission=draft, text="x" * (MAX_CHARACTERS + 1), sequence=0, at=NOON)


def test_a_file_is_kept_as_it_was_under_a_name_that_says_nothing(enrolment):
    file = attach(begin(enrolment), "C:\\plans\\My plan.pdf")

    assert (file.name, file.content_type, file.byte_count) == ("My plan.pdf", "application/pdf", len(PDF))
    assert bytes_of(file) == PDF
    assert "plan" not in file.file.name


def test_a_file_sent_twice_is_there_once(enrolment):
    draft = begin(enrolment)

    assert attach(draft) == attach(draft)
    assert SubmittedFile.objects.count() == 1


def test_no_more_files_than_the_assignment_takes(enrolment):
    draft = begin(enrolment)
    for number in range(3):
        attach(draft, content=PDF + str(number).encode())

    with pytest.raises(TooManyFiles):
        attach(draft, content=PNG, name="photo.png")

    assert SubmittedFile.objects.count() == 3
    assert len(_stored()) == 3


def test_a_file_larger_than_10_mb_is_read_no_further(enrolment):
    class Endless(io.RawIOBase):
        read_count = 0

        def seek(self, *place):
            return 0

        def read(self, size=-1):
            self.read_count += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(FileRefused) as refused:
        add_file(submission=begin(enrolment), name="plan.pdf", opened=endless, at=NOON)

    assert refused.value.reason is Refusal.TOO_LARGE
    assert endless.read_count <= MAX_BYTES + 512 * 1024
    assert _stored() == []


def test_an_empty_file_is_refused(enrolment):
    with pytest.raises(FileRefused) as refused:
        attach(begin(enrolment), content=b"")

    assert refused.value.reason is Refusal.EMPTY


def test_a_file_taken_out_is_gone(enrolment, django_capture_on_commit_callbacks):
    draft = begin(enrolment)
    file = attach(draft)

    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file=file, at=NOON)
        remove_file(file=file, at=NOON)  # by another tab

    assert (SubmittedFile.objects.count(), _stored()) == (0, [])


def test_nothing_cannot_be_handed_in(enrolment):
    draft = begin(enrolment)
    write(draft, "  \n")

    with pytest.raises(NothingToHandIn) as refused:
        hand_in(submission=draft, at=NOON)

    assert refused.value.lack is Lack.TEXT_OR_FILE
    assert MarkingTask.objects.count() == 0


def test_handed_in_twice_there_is_one_task(enrolment):
    draft = begin(enrolment)
    attach(draft)

    states = [hand_in(submission=draft, at=NOON).state for _press in range(2)]

    assert states == ["submitted", "submitted"]
    assert list(MarkingTask.objects.values_list("kind", "submission")) == [("first", draft.pk)]


def test_what_was_handed_in_stays_as_it_was(enrolment):
    submission = submit(enrolment)
    file = SubmittedFile(submission=submission, public_id=submission.public_id)

    with pytest.raises(HandedIn):
        save_draft(submission=submission, text="Better.", sequence=1, at=NOON)
    with pytest.raises(HandedIn):
        attach(submission)
    with pytest.raises(HandedIn):
        remove_file(file=file, at=NOON)
    with pytest.raises(CannotBegin) as refused:
        begin(enrolment)

    assert refused.value.hindrances.reasons == (Obstacle.BEING_JUDGED,)


def test_given_back_the_next_round_begins_with_its_text_and_its_files(
    enrolment, course, django_capture_on_commit_callbacks
):
    draft = begin(enrolment)
    write(draft, "My plan.")
    attach(draft)
    first = hand_in(submission=draft, at=NOON)
    judge(first, make_course_assessor(course), gives_back=True)

    second = begin(enrolment)
    carried = SubmittedFile.objects.get(submission=second)
    assert (second.number, second.text, carried.name) == (2, "My plan.", "plan.pdf")

    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file=carried, at=NOON)
    write(second, "A better plan.")
    kept = SubmittedFile.objects.get(submission=first)
    first.refresh_from_db()
    assert (first.text, first.state, bytes_of(kept)) == ("My plan.", "returned", PDF)


def test_work_that_did_not_pass_may_be_handed_in_anew(enrolment, course):
    judge(submit(enrolment), make_course_assessor(course), points=0)

    assert begin(enrolment).number == 2


def test_work_that_passed_is_done_for_good(enrolment, course):
    judge(submit(enrolment), make_course_assessor(course))

    with pytest.raises(CannotBegin) as refused:
        begin(enrolment)
    assert refused.value.hindrances.reasons == (Obstacle.PASSED,)


def test_a_round_keeps_the_assignment_it_began_with(enrolment, course):
    draft = begin(enrolment)
    page = add_assignment(module_pages(course)[0], "2")  # another step; the first one changes below
    assert page.live
    first_page = type(page).objects.get(translation_key=draft.item_key)
    publish(first_page, task="<p>Write another plan.</p>")

    again = begin(enrolment)

    assert again.assignment_version.body["task_html"] == "<p>Write a plan.</p>"
    assert assignment_of(course).key == str(draft.item_key)


def _stored() -> list[str]:
    storage = submission_storage()
    if not storage.exists(""):
        return []
    folders, _files = storage.listdir("")
    return [name for folder in folders for name in storage.listdir(folder)[1]]
