"""Records of every kind, for proofs about records: made once by the operations themselves.

The course of Giulia, in English and Italian, with a picture and a file: changed, shortened and marked again while people
are in it. Ada's is another, so that a row can be moved to something that is there.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from certificates import operations as certificate_operations
from certificates.models import Certificate
from certificates.operations.badges import sign_many
from certificates.operations.chaining import chain_events
from certificates.operations.heads import sign_head
from certificates.operations.requesting import agree_to_request, ask_change
from certificates.operations.status_lists import sign_due_lists
from courses.models import Course
from courses.operations.settling import one_edition
from progress.models import Attempt
from progress.operations.marking_by_hand import HandPoints, mark_by_hand
from progress.rules.regrading import Policy
from tests.certificates.builders import complete, earn
from tests.courses.builders import block_id, lesson_body, lesson_pages, make_course, publish
from tests.courses.paths import make_path
from tests.courses.uploads import upload_document, upload_picture
from tests.people import make_operator, make_registrar
from tests.progress import works
from tests.progress.builders import NOON, do_lesson, do_lessons, enrol, lessons_of, pass_quiz, quizzes_of
from tests.progress.regrades import RELEASED, begin, change_key, ids, run_jobs, send

ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}
TWO_RIGHT = {1: ["right"], 2: ["right"], 3: ["true"]}


def make_records() -> Course:
    """Fill the database and return the course that has most."""
    other = make_course(slug="other", title="Another course", lesson_count=1)
    ada = earn(other, name="Ada Byron")
    do_lesson(enrol(other), lessons_of(other)[0])

    course = make_course(languages=["it"])
    with one_edition(cause="publish", at=NOON):
        publish(lesson_pages(course)[0], body=_illustrated(course))
    earn(course)
    failed = enrol(course)
    do_lessons(failed)
    send(failed, ONE_RIGHT)  # passes, and completes, when it is marked again
    certificate_operations.confirm_name(enrolment=failed, name="Ben Ode", at=NOON)
    send(enrol(course), TWO_RIGHT)
    tries_twice = enrol(course)
    send(tries_twice, {})
    pass_quiz(tries_twice, quizzes_of(course)[0], "it")
    begin(enrol(course), ONE_RIGHT)
    do_lesson(enrol(course), lessons_of(course)[1], "it")
    enrol(course)

    with one_edition(cause="publish", at=NOON + timedelta(hours=1)):
        lesson_pages(course)[1].unpublish()
    change_key(course, Policy.NEVER_LOWER, {1: ["wrong"]})
    run_jobs()
    change_key(course, Policy.EVEN_IF_LOWER, {2: ["wrong"]}, at=RELEASED + timedelta(hours=1))
    run_jobs(at=RELEASED + timedelta(hours=1))
    change_key(course, Policy.AS_FIRST_MARKED, at=RELEASED + timedelta(hours=2))
    run_jobs(at=RELEASED + timedelta(hours=2))
    certificate_operations.issue_due_certificates(enrolment=failed, at=RELEASED + timedelta(hours=3))
    assert Certificate.objects.count() == 3
    send(enrol(course), TWO_RIGHT, at=RELEASED + timedelta(hours=4))
    checked = send(enrol(course), ONE_RIGHT, at=RELEASED + timedelta(hours=4))
    _judge_work(checked)
    _change_certificates(ada, other)
    course.refresh_from_db()
    return course


def _change_certificates(ada: Certificate, other: Course) -> None:
    """Have certificates of every state, one of a learning path, all with badges; chain it all and sign the head.

    Ada's is withdrawn and restored, Cleo's replaced for her name, Dara's withdrawn.
    """
    third = make_course(slug="third", title="A third course", lesson_count=1)
    path = make_path(other, third)
    cleo, dara = earn(other, name="Cleo Roz"), earn(other, name="Dara Lind")
    last = complete(third, ada.enrolment.learner)
    certificate_operations.confirm_name(enrolment=last, name="Ada Byron", at=NOON)
    certificate_operations.issue_due_certificates(enrolment=last, at=NOON)
    assert Certificate.objects.filter(learning_path=path).count() == 1
    asks, agrees = make_registrar(), make_operator()
    at = RELEASED + timedelta(hours=6)
    for certificate, kind, reason, new_name in (
        (ada, "revoke", "error", ""),
        (ada, "restore", "reviewed", ""),
        (cleo, "reissue", "name", "Cleo Röz"),
        (dara, "revoke", "not-earned", ""),
    ):
        asked = ask_change(
            certificate=certificate,
            kind=kind,
            reason=reason,
            by=asks,
            public_id=uuid4(),
            at=at,
            new_name=new_name,
        )
        agree_to_request(request=asked, by=agrees, at=at + timedelta(minutes=30))
        at += timedelta(hours=1)
    sign_many(certificate_ids=list(Certificate.objects.values_list("pk", flat=True)), at=at)
    sign_due_lists(at=at)
    chain_events(at=at)
    sign_head(at=at)


def _judge_work(checked: Attempt) -> None:
    """Have people judge: work given back and then passed, and answers of an attempt that was sent."""
    capstone = works.make_capstone(lesson_count=1)
    assessor = works.make_course_assessor(capstone)
    writer = enrol(capstone)
    works.attach(works.begin(writer))
    works.judge(works.submit(writer), assessor, gives_back=True)
    works.judge(works.submit(writer, "My better plan."), assessor)
    works.submit(enrol(capstone))
    marks = {ids(checked.enrolment.course, 1): HandPoints(1, "Right, in other words.")}
    mark_by_hand(attempt=checked, marks=marks, by=assessor, at=RELEASED + timedelta(hours=5))


def _illustrated(course: Course) -> list[dict[str, Any]]:
    picture = {"picture": upload_picture().pk, "alt": "A phone", "decorative": False, "caption": ""}
    sheet = {"title": "A sheet", "file": upload_document().pk, "description": "Three questions."}
    return [
        *lesson_body(f"{course.key}/illustrated", words="Words of the illustrated lesson."),
        {"type": "image", "id": block_id(str(course.key), "image"), "value": picture},
        {"type": "download", "id": block_id(str(course.key), "download"), "value": sheet},
    ]
