"""Many answers to a quiz at once, for tests and measurements: rows as the operations write them, added in bulk."""

from collections.abc import Mapping, Sequence

from courses.models import Course, QuizVersion
from courses.queries import serving
from courses.queries.serving import course_by_key
from courses.rules.kinds import Answer, kind_of
from progress.models import Attempt, MarkEvent, Response
from progress.rules.marking import passes
from tests.progress.builders import NOON, outline_of, quizzes_of
from tests.progress.crowds import AT_ONCE, make_crowd

UNSURE = "unsure"
Given = Answer | str
"""An answer, or `UNSURE`. A question without one was left empty."""


def send_answers(
    course: Course, answers: Mapping[str, Given], times: int = 1, *, language: str = "en", quiz: int = 0
) -> list[Attempt]:
    """Have as many new learners try a quiz of the course, all with these answers by question id, and send them."""
    return send_many(course, [answers] * times, language=language, quiz=quiz)


def send_many(
    course: Course, answers: Sequence[Mapping[str, Given]], *, language: str = "en", quiz: int = 0
) -> list[Attempt]:
    """Have a new learner try a quiz with each of these answers."""
    version = serving.quiz_version(
        next(item for item in outline_of(course, language).items if item.key == quizzes_of(course)[quiz].key).version
    )
    edition = course_by_key(course.key).current_edition
    attempts = []
    for first in range(0, len(answers), AT_ONCE):
        some = answers[first : first + AT_ONCE]
        attempts += _send(version, edition, make_crowd(course, len(some)), some)
    return attempts


def _send(
    version: QuizVersion, edition: object, enrolments: Sequence[int], answers: Sequence[Mapping[str, Given]]
) -> list[Attempt]:
    key = version.key.body["questions"]
    form = {"seed": 1, "questions": [kind_of(entry).entry(entry, list) for entry in version.body["questions"]]}
    total = sum(entry["points"] for entry in key.values())
    points = [{name: _points(key[name], given.get(name)) for name in key} for given in answers]
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment_id=enrolment,
            item_key=version.item_key,
            number=1,
            quiz_version=version,
            edition=edition,
            language=version.language,
            form=form,
            state=Attempt.State.SUBMITTED,
            started_at=NOON,
            submitted_at=NOON,
            cached_score=sum(earned.values()),
            cached_max_score=total,
            cached_passed=passes(score=sum(earned.values()), max_score=total, pass_mark=version.body["pass_mark"]),
        )
        for enrolment, earned in zip(enrolments, points, strict=True)
    )
    Response.objects.bulk_create(
        Response(
            attempt=attempt,
            question_id=name,
            options=sorted(given[name].options) if isinstance(given.get(name), Answer) else [],
            text=given[name].text if isinstance(given.get(name), Answer) else "",
            unsure=given.get(name) == UNSURE,
            sequence=int(name in given),
            answered_at=NOON if name in given else None,
        )
        for attempt, given in zip(attempts, answers, strict=True)
        for name in key
    )
    MarkEvent.objects.bulk_create(
        MarkEvent(
            attempt=attempt,
            kind=MarkEvent.Kind.AUTOMATIC,
            score=attempt.cached_score,
            max_score=total,
            pass_mark=version.body["pass_mark"],
            passed=attempt.cached_passed,
            points=earned,
            marked_at=NOON,
        )
        for attempt, earned in zip(attempts, points, strict=True)
    )
    return attempts


def _points(key: Mapping[str, object], given: Given | None) -> int:
    return kind_of(key).points(key, given) if isinstance(given, Answer) and not kind_of(key).needs_person else 0
