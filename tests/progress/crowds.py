"""Many learners at once, for tests and measurements of size: rows as the operations write them, added in bulk."""

from collections.abc import Sequence
from itertools import count

from accounts.models import User
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import OutlineItem
from progress.models import Attempt, Enrolment, ItemCompletion, Response
from progress.rules.completion import fold_progress, stage_of
from progress.rules.drawing import whole_form
from tests.progress.builders import NOON, outline_of

AT_ONCE = 2000  # rows held while they are made
_numbers = count(1)


def make_crowd(course: Course, size: int, *, done: Sequence[OutlineItem] = ()) -> list[int]:
    """Enrol `size` new learners who have done these lessons, and return the row numbers of the enrolments."""
    outline = outline_of(course)
    edition = course.current_edition
    keys = {item.key for item in done}
    progress = fold_progress(outline, start=edition.number, done=keys, completed=False)
    assert not progress.may_finish, "who has done everything has a completion and a certificate too"
    pks = []
    for first in range(0, size, AT_ONCE):
        people = User.objects.bulk_create(
            User(username=f"crowd-{next(_numbers)}", password="!") for _ in range(min(AT_ONCE, size - first))
        )
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                learner=person,
                course=course,
                start_edition=edition,
                enrolled_at=NOON,
                cached_percentage=progress.percentage,
                cached_state=stage_of(has_begun=bool(keys), completed=False),
                cached_edition=edition.number,
            )
            for person in people
        )
        for item in done:
            ItemCompletion.objects.bulk_create(
                ItemCompletion(
                    enrolment=enrolment,
                    item_key=item.key,
                    completed_at=NOON,
                    language="en",
                    edition=edition,
                    evidence=ItemCompletion.Evidence.MARKED,
                )
                for enrolment in enrolments
            )
        pks += [enrolment.pk for enrolment in enrolments]
    return pks


def open_attempts(enrolments: Sequence[int], item: OutlineItem) -> list[int]:
    """Start an attempt of each enrolment at a quiz, with every answer saved and right; return their row numbers."""
    version = serving.quiz_version(item.version)
    form = whole_form(version.body)
    right = {question: entry["correct"] for question, entry in serving.quiz_key(version)["questions"].items()}
    edition = Enrolment.objects.get(pk=enrolments[0]).course.current_edition_id
    pks = []
    for first in range(0, len(enrolments), AT_ONCE):
        attempts = Attempt.objects.bulk_create(
            Attempt(
                enrolment_id=pk,
                item_key=item.key,
                number=1,
                quiz_version=version,
                edition_id=edition,
                language="en",
                form=form,
                started_at=NOON,
            )
            for pk in enrolments[first : first + AT_ONCE]
        )
        Response.objects.bulk_create(
            Response(attempt=attempt, question_id=question, options=options, sequence=1, answered_at=NOON)
            for attempt in attempts
            for question, options in right.items()
        )
        pks += [attempt.pk for attempt in attempts]
    return pks
