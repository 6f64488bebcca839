"""Work on an assignment, round by round: begin, save the draft, hand in. What was handed in stays as it was."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from courses.queries import serving
from progress.models import Enrolment, MarkingTask, Submission, SubmittedFile
from progress.operations.answering import SaveOutcome
from progress.operations.folding import note_begun
from progress.operations.stepping import find_step
from progress.queries.enrolments import done_keys
from progress.rules.judging import SubmissionState
from progress.rules.submitting import MAX_CHARACTERS, Hindrances, Lack, hindrances, lack_of


class NotAnAssignment(Exception):
    """The step is a lesson or a quiz."""


class CannotBegin(Exception):
    """A round cannot be begun now; `hindrances` says why."""

    def __init__(self, hindrances: Hindrances) -> None:
        super().__init__(", ".join(hindrances.reasons))
        self.hindrances = hindrances


class HandedIn(Exception):
    """It was handed in: it stays as it is."""


class LeftCourse(Exception):
    """Its learner left the course: nothing is begun, changed or handed in before they enrol again."""


class TextTooLong(Exception):
    """The text has more than `progress.rules.submitting.MAX_CHARACTERS`."""


class NothingToHandIn(Exception):
    """There is nothing in it that could be judged; `lack` says what is missing."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack)
        self.lack = lack


def begin_submission(*, enrolment: Enrolment, item_key: UUID, language: str, at: datetime) -> Submission:
    """Begin the next round of an assignment and return it; where a draft is open, return that one.

    The round keeps the version of the assignment it begins with. After one that was given back, or not passed, the new
    one begins with its text and its files; the earlier round keeps its own. Where another tab is quicker, the round is
    the one of that tab, even if it was handed in already. Cost: at most 12 queries.

    :raises LeftCourse: if the learner left the course.
    :raises CannotBegin: if a rule stands against it.
    :raises NotAnAssignment: if the step is of another kind.
    :raises UnknownItem: if the assignment is not a step of this course now.
    :raises NotOffered: if the course is not published.
    """
    course = enrolment.course
    if enrolment.withdrawn_at is not None:
        raise LeftCourse
    if find_step(course, item_key).kind != "assignment":
        raise NotAnAssignment
    last = latest_round(enrolment, item_key)
    if last is not None and last.state == Submission.State.DRAFT:
        return last
    outline = serving.outline_of(course, language)
    item = outline.by_key[str(item_key)]
    found = hindrances(
        item,
        outline,
        start=enrolment.start_edition.number,
        done=done_keys(enrolment),
        last=SubmissionState(last.state) if last else None,
    )
    if found.reasons:
        raise CannotBegin(found)
    version = serving.assignment_version(item.version)
    try:
        with transaction.atomic():
            submission = Submission.objects.create(  # type: ignore[misc]  # an offered course has an edition
                enrolment=enrolment,
                item_key=item_key,
                # The number is unique, and so is the open round: of two at the same moment one is refused.
                number=last.number + 1 if last else 1,
                assignment_version=version,
                edition_id=course.current_edition_id,
                language=version.language,
                text=last.text if last and version.body["takes_text"] else "",
                started_at=at,
            )
            if last is not None:
                _carry_files_over(last, submission, most=version.body["max_files"])
            note_begun(enrolment)
            return submission
    except IntegrityError:
        quicker = latest_round(enrolment, item_key)
        if quicker is None or quicker == last:
            raise
        return quicker


def save_draft(*, submission: Submission, text: str, sequence: int, at: datetime) -> SaveOutcome:
    """Save the text of a draft.

    `sequence` is the number of the text that the page was drawn with; each saved text has the next one. Where another
    tab, or another device, saved a different text meanwhile, nothing is overwritten: the page then has both to show.
    The same text again is saved already. Where it is saved, `submission` has the number of the saved text afterwards.
    Cost: 2 queries.

    :raises HandedIn: if it was handed in.
    :raises LeftCourse: if the learner left the course.
    :raises TextTooLong: if it is longer than `MAX_CHARACTERS`.
    """
    words = as_kept(text)
    if len(words) > MAX_CHARACTERS:
        raise TextTooLong
    with transaction.atomic():
        locked = lock_draft(submission.pk)
        row = Submission.objects.filter(pk=submission.pk, sequence=sequence)
        if row.update(sequence=F("sequence") + 1, text=words, saved_at=at):
            submission.sequence = sequence + 1
            return SaveOutcome.SAVED
        if locked.text != words:
            return SaveOutcome.NEWER_EXISTS
        submission.sequence = locked.sequence
        return SaveOutcome.SAVED


def as_kept(text: str) -> str:
    """Return a text as it is kept: one sign for the end of a line, and nothing that no database takes."""
    return text.replace("\r\n", "\n").replace("\0", "")


def hand_in(*, submission: Submission, at: datetime) -> Submission:
    """Hand a draft in and have it judged; return it as it is then. Handed in before: nothing happens.

    Cost: 5 queries, whatever is in it.

    :raises LeftCourse: if the learner left the course.
    :raises NothingToHandIn: if it has neither text nor file, or only what the assignment does not take.
    """
    with transaction.atomic():
        locked = (
            Submission.objects.select_for_update(of=("self",), no_key=True)
            .select_related("assignment_version", "enrolment")
            .get(pk=submission.pk)
        )
        if locked.state != Submission.State.DRAFT:
            return locked
        if locked.enrolment.withdrawn_at is not None:
            raise LeftCourse
        file_count = SubmittedFile.objects.filter(submission=locked).count()
        lack = lack_of(locked.assignment_version.body, text=locked.text, file_count=file_count)
        if lack is not None:
            raise NothingToHandIn(lack)
        locked.state, locked.submitted_at = Submission.State.SUBMITTED, at
        locked.save(update_fields=["state", "submitted_at"])
        MarkingTask.objects.create(
            kind=MarkingTask.Kind.FIRST, enrolment_id=locked.enrolment_id, submission=locked, opened_at=at
        )
        return locked


def lock_draft(pk: int) -> Submission:
    """Lock a draft until the transaction ends. Cost: 1 query.

    :raises HandedIn: if it is none any more.
    :raises LeftCourse: if its learner left the course.
    """
    locked = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("assignment_version", "enrolment")
        .get(pk=pk)
    )
    if locked.state != Submission.State.DRAFT:
        raise HandedIn
    if locked.enrolment.withdrawn_at is not None:
        raise LeftCourse
    return locked


def latest_round(enrolment: Enrolment, item_key: UUID) -> Submission | None:
    """Return the latest round of an enrolment at an assignment. Cost: 1 query."""
    return Submission.objects.filter(enrolment=enrolment, item_key=item_key).order_by("-number").first()


def _carry_files_over(earlier: Submission, submission: Submission, *, most: int) -> None:
    """Let the new round begin with the files of the earlier one: new rows, the same bytes. Cost: 2 queries."""
    files = SubmittedFile.objects.filter(submission=earlier).exclude(file="").order_by("pk")
    SubmittedFile.objects.bulk_create(
        SubmittedFile(
            submission=submission,
            name=file.name,
            content_type=file.content_type,
            byte_count=file.byte_count,
            sha256=file.sha256,
            file=file.file.name,
            added_at=file.added_at,
        )
        for file in files[:most]
    )
