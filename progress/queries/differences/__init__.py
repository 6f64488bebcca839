"""Whether marks, figures and completions still follow from what learners did, and whether rows are as they were written.

Each reader goes through one kind of row in parts of bounded size and yields a line a row: "" where all is well, else
what differs, in words. It reads columns, not objects: a site has millions of responses. What many rows share, such as
an answer key, is held for a while in caches of bounded size.
"""

from foundation.queries.differences import Reader, Readers
from progress.models import (
    Attempt,
    CourseCompletion,
    Enrolment,
    HandMark,
    ItemCompletion,
    MarkingTask,
    Notice,
    Regrade,
    Submission,
    SubmittedFile,
)
from progress.queries.differences.attempts import attempts
from progress.queries.differences.completions import course_completions, item_completions
from progress.queries.differences.decisions import notices, regrades
from progress.queries.differences.enrolments import enrolments
from progress.queries.differences.works import hand_marks, marking_tasks, submitted_files, works

READERS: Readers = {
    "attempts": Reader(attempts, Attempt.objects.count),
    "enrolments": Reader(enrolments, Enrolment.objects.count),
    "steps done": Reader(item_completions, ItemCompletion.objects.count),
    "courses completed": Reader(course_completions, CourseCompletion.objects.count),
    "decisions to mark again": Reader(regrades, Regrade.objects.count),
    "notices": Reader(notices, Notice.objects.count),
    "work that people judge": Reader(works, Submission.objects.count),
    "files handed in": Reader(submitted_files, SubmittedFile.objects.count),
    "tasks of assessors": Reader(marking_tasks, MarkingTask.objects.count),
    "points given by hand": Reader(hand_marks, HandMark.objects.count),
}
