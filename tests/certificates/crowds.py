"""Many people who completed a course and said their name, for tests and measurements of size: rows added in bulk."""

from datetime import datetime

from certificates.models import HolderName
from courses.models import Course
from courses.queries import serving
from courses.rules.outline import OutlineItem
from progress.models import Attempt, CourseCompletion, Enrolment, ItemCompletion, MarkEvent
from progress.rules.drawing import whole_form
from tests.progress.builders import NOON, lessons_of, quizzes_of
from tests.progress.crowds import make_crowd


def complete_crowd(course: Course, size: int, *, at: datetime = NOON) -> list[int]:
    """Have so many new learners do every lesson and pass every quiz, and say their name: certificates are due.

    Returns the row numbers of the enrolments.
    """
    pks = make_crowd(course, size, done=lessons_of(course))
    for item in quizzes_of(course):
        _pass(pks, course, item, at)
    course.refresh_from_db()
    CourseCompletion.objects.bulk_create(
        CourseCompletion(enrolment_id=pk, completed_at=at, edition_id=course.current_edition_id, cause="quiz")
        for pk in pks
    )
    Enrolment.objects.filter(pk__in=pks).update(cached_percentage=100, cached_state=Enrolment.State.COMPLETED)
    HolderName.objects.bulk_create(
        HolderName(enrolment_id=pk, name=f"Giulia Ferri {place}", confirmed_at=at) for place, pk in enumerate(pks, 1)
    )
    return pks


def _pass(pks: list[int], course: Course, item: OutlineItem, at: datetime) -> None:
    version = serving.quiz_version(item.version)
    form = whole_form(version.body)
    points = {question: entry["points"] for question, entry in serving.quiz_key(version)["questions"].items()}
    worth = sum(points.values())
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment_id=pk,
            item_key=item.key,
            number=1,
            quiz_version=version,
            edition_id=course.current_edition_id,
            language="en",
            form=form,
            state=Attempt.State.SUBMITTED,
            started_at=at,
            submitted_at=at,
            cached_score=worth,
            cached_max_score=worth,
            cached_passed=True,
        )
        for pk in pks
    )
    MarkEvent.objects.bulk_create(
        MarkEvent(
            attempt=attempt,
            kind=MarkEvent.Kind.AUTOMATIC,
            score=worth,
            max_score=worth,
            pass_mark=item.pass_mark,
            passed=True,
            points=points,
            marked_at=at,
        )
        for attempt in attempts
    )
    ItemCompletion.objects.bulk_create(
        ItemCompletion(
            enrolment_id=attempt.enrolment_id,
            item_key=item.key,
            completed_at=at,
            language="en",
            edition_id=course.current_edition_id,
            evidence=ItemCompletion.Evidence.ATTEMPT,
            attempt=attempt,
        )
        for attempt in attempts
    )
