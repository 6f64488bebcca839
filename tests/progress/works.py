"""Assignments for tests: a course with one, work on it, and the people who judge it."""

import io
import zipfile
from datetime import datetime
from typing import Any

from accounts.models import User
from courses.models import Course
from courses.operations.settling import one_edition
from courses.rules.outline import OutlineItem
from progress.models import CourseAssessor, Enrolment, Judgement, MarkingTask, Submission, SubmittedFile
from progress.operations.attaching import add_file
from progress.operations.judging import WHOLE, claim_task, judge_submission
from progress.operations.submitting import begin_submission, hand_in, save_draft
from tests.courses.builders import add_assignment, make_course, module_pages
from tests.people import make_user
from tests.progress.builders import NOON, outline_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def files_apart(settings: Any, folder: Any) -> None:
    """Keep what a test hands in out of the folder of the demo."""
    storages = {**settings.STORAGES}
    storages["submissions"] = {**storages["submissions"], "OPTIONS": {"location": folder}}
    settings.STORAGES = storages


def make_capstone(*, slug: str = "capstone", lesson_count: int = 0, quiz_count: int = 0, **fields: Any) -> Course:
    """Build a course that ends with an assignment, judged by "Goals" and "Budget", 0, 2 or 4 points each."""
    course = make_course(slug=slug, title=slug.title(), lesson_count=lesson_count, quiz_count=quiz_count)
    with one_edition(cause="content", at=NOON):
        add_assignment(module_pages(course)[0], "1", **fields)
    course.refresh_from_db()
    return course


def assignment_of(course: Course) -> OutlineItem:
    return next(item for item in outline_of(course).items if item.kind == "assignment")


def begin(enrolment: Enrolment, at: datetime = NOON) -> Submission:
    key = assignment_of(enrolment.course).key
    return begin_submission(enrolment=enrolment, item_key=key, language="en", at=at)


def write(submission: Submission, text: str) -> None:
    submission.refresh_from_db()
    save_draft(submission=submission, text=text, sequence=submission.sequence, at=NOON)


def attach(submission: Submission, name: str = "plan.pdf", content: bytes = PDF) -> SubmittedFile:
    return add_file(submission=submission, name=name, opened=io.BytesIO(content), at=NOON)


def submit(enrolment: Enrolment, text: str = "My plan.") -> Submission:
    """Hand in a round with this text."""
    submission = begin(enrolment)
    write(submission, text)
    return hand_in(submission=submission, at=NOON)


def make_course_assessor(course: Course, username: str = "") -> User:
    person = make_user(username, role="assessor")
    CourseAssessor.objects.create(course=course, person=person, set_at=NOON)
    return person


def open_task(submission: Submission) -> MarkingTask:
    return MarkingTask.objects.get(submission=submission, closed_at=None)


def level_ids(submission: Submission, points: int) -> dict[str, str]:
    """Return the level of each criterion that is worth so many points."""
    return {
        criterion["id"]: next(level["id"] for level in criterion["levels"] if level["points"] == points)
        for criterion in submission.assignment_version.body["criteria"]
    }


def judge(submission: Submission, by: User, *, points: int = 4, gives_back: bool = False, **changes: Any) -> Judgement:
    """Take the open task of a submission and judge it: so many points for each criterion."""
    task = claim_task(task=open_task(submission), by=by, at=NOON)
    fields: dict[str, Any] = {
        "levels": level_ids(submission, points),
        "comments": {WHOLE: "Read it again."},
        "gives_back": gives_back,
        "at": NOON,
    }
    return judge_submission(task=task, by=by, **fields | changes)


def zipped(parts: dict[str, bytes], *, stored: str = "") -> bytes:
    """Return an archive with these parts; the one called `stored` is not packed."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return content.getvalue()


def odt(**more: bytes) -> bytes:
    kind = b"application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": kind, "content.xml": b"<office/>", **more}, stored="mimetype")


def docx(content_type: bytes = b"wordprocessingml.document.main+xml", **more: bytes) -> bytes:
    types = (
        b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.' + content_type + b'"/></Types>'
    )
    return zipped({"[Content_Types].xml": types, "word/document.xml": b"<w/>", **more})
