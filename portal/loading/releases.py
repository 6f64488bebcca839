"""What the demo's editors have done: a release after which a quiz was marked again, and one that waits for the second person.

By the operations that real people use, at dates in the past. Each is made once: its release has a lasting number.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.models import User
from courses.models import Course, LessonPage, QuizPage, Release
from courses.operations.settling import one_edition
from courses.queries import serving
from foundation.models import Job
from foundation.operations import run_job
from portal.loading.identity import lasting_id
from portal.loading.ledger import Ledger
from portal.loading.pages import page_state
from portal.loading.records import FIRST_COURSE, course_named, do_first_part
from portal.models import LoadedObject
from progress.models import Regrade
from progress.operations.releasing import agree, ask_second_person, put_together, stamp_of
from progress.rules.regrading import Policy

MARKED_AGAIN = lasting_id("demo", "releases", "marked-again")
WAITING = lasting_id("demo", "releases", "waiting")
_STARTED = timedelta(days=21)  # before now: the learner's first day in the course
_LANGUAGE = "en"


def load_releases(people: dict[str, User], *, ledger: Ledger, at: datetime) -> None:
    """Bring the first course to where the demo begins. What editors did with it since stays."""
    course = course_named(FIRST_COURSE)
    editor, reviewer = people["editor"], people["reviewer"]
    if not Release.objects.filter(public_id=MARKED_AGAIN).exists():
        _mark_again(course, people["learner"], editor, reviewer, ledger=ledger, at=at - _STARTED)
        course.refresh_from_db()
    if not Release.objects.filter(public_id=WAITING).exists():
        _ask_second_person(course, editor, at=at - timedelta(hours=2))


def release_numbers() -> tuple[UUID, UUID]:
    """Return the numbers that the demo's releases have."""
    return MARKED_AGAIN, WAITING


def _mark_again(course: Course, learner: User, editor: User, reviewer: User, *, ledger: Ledger, at: datetime) -> None:
    """Publish a quiz with a slip in its key, let a learner take it, and put it right: both answers count."""
    quiz = _page(QuizPage, course, number=0)
    right = [dict(block) for block in quiz.questions.raw_data]
    with one_edition(cause="publish", user=editor, at=at):
        quiz.questions = _with_a_slip(right)
        quiz.save_revision(user=editor).publish(user=editor)
    course.refresh_from_db()
    do_first_part(learner, course, answers=right, at=at)
    quiz = _page(QuizPage, course, number=0)
    quiz.questions = right
    released_at = at + timedelta(days=3)
    release = put_together(
        course=course,
        user=editor,
        public_id=MARKED_AGAIN,
        revisions=[(quiz, quiz.save_revision(user=editor))],
        policies={str(quiz.translation_key): Policy.ACCEPT_BOTH},
        reason="In one question the wrong answer was set as the right one. Now both answers count.",
        at=released_at,
    )
    release = ask_second_person(release=release, user=editor, at=released_at)
    agree(release=release, user=reviewer, stamp=stamp_of(release), at=released_at + timedelta(hours=1))
    for job in Job.objects.filter(regrade__in=Regrade.objects.filter(release=release)):
        run_job(job_id=job.pk, clock=lambda: released_at + timedelta(hours=1))
    _remember(quiz, ledger=ledger)


def _ask_second_person(course: Course, editor: User, *, at: datetime) -> None:
    """Change a lesson and a quiz in the draft, and ask the second person to agree."""
    lesson, quiz = _page(LessonPage, course, number=-1), _page(QuizPage, course, number=1)
    lesson.minutes += 2
    lesson.title = f"{lesson.title}, step by step"
    quiz.pass_mark = 50
    revisions = [(page, page.save_revision(user=editor)) for page in (lesson, quiz)]
    release = put_together(
        course=course,
        user=editor,
        public_id=WAITING,
        revisions=revisions,
        policies={str(quiz.translation_key): Policy.NEVER_LOWER},
        note="The last lesson is easier to follow now.",
        reason="Half of the answers are enough to go on: the lesson comes back in the final test.",
        at=at,
    )
    ask_second_person(release=release, user=editor, at=at)


def _page(model: type[Any], course: Course, *, number: int) -> Any:
    """Return the page of the lesson or quiz that has this place among those of the course that are required."""
    kind = "lesson" if model is LessonPage else "quiz"
    steps = serving.outline_of(course, _LANGUAGE).items
    keys = [item.key for item in steps if item.kind == kind and item.required]
    return model.objects.get(translation_key=keys[number], locale__language_code=course.source_language)


def _with_a_slip(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return raw question blocks in which the first question with one right answer has another one set as right."""
    slipped = deepcopy(questions)
    question = next(block for block in slipped if block["type"] == "single_choice")
    options = [option["value"] for option in question["value"]["options"]]
    wrong = next(option for option in options if not option["correct"])
    for option in options:
        option["correct"] = option is wrong
    return slipped


def _remember(page: Any, *, ledger: Ledger) -> None:
    """Note that the page stands as its text says: otherwise the loader would take it for changed by an editor."""
    page.refresh_from_db()
    known = LoadedObject.objects.filter(
        object_id=str(page.pk), content_type__app_label="courses", content_type__model="quizpage"
    ).first()
    if known is not None:
        ledger.record(known.source, page, sha256=known.sha256, state=page_state(page))
