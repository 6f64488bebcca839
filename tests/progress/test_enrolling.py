import pytest

from progress import operations
from progress.models import Enrolment
from tests.courses.builders import NOON, course_page
from tests.people import make_learner
from tests.progress.builders import do_lesson, enrol, lessons_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_enrolling_starts_with_the_edition_of_the_day(course):
    enrolment = enrol(course)

    assert (enrolment.start_edition.number, enrolment.source, enrolment.cycle) == (1, "self", 1)


def test_a_second_click_leaves_one_enrolment(course):
    learner = make_learner()
    first = enrol(course, learner)
    second = enrol(course, learner)

    assert first == second
    assert Enrolment.objects.count() == 1


def test_coming_back_reopens_the_enrolment_with_all_that_was_done(course):
    withdrawn = enrol(course)
    do_lesson(withdrawn, lessons_of(course)[0])
    Enrolment.objects.update(withdrawn_at=NOON)

    renewed = operations.enrol_learner(learner=withdrawn.learner, course=course, at=NOON)

    assert renewed == withdrawn
    assert renewed.withdrawn_at is None
    assert renewed.item_completions.count() == 1


def test_nobody_enrols_in_a_course_that_is_not_published(course):
    course_page(course).unpublish()
    course.refresh_from_db()
    _settle(course)

    with pytest.raises(operations.NotOffered):
        enrol(course)
    assert not Enrolment.objects.exists()


def test_nobody_enrols_in_a_course_that_is_archived(course):
    course.archived_at = NOON
    course.save()

    with pytest.raises(operations.NotOffered):
        enrol(course)


def _settle(course):
    from courses.operations.settling import settle

    settle(course_key=course.key, cause="publish", at=NOON)
    course.refresh_from_db()
