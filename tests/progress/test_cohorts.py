"""Cohorts: who comes in, what they are enrolled in, and for whom."""

from datetime import date, timedelta

import pytest

from accounts.models import Project, ProjectParticipant
from progress.models import CohortMember, Enrolment
from progress.operations import NotOffered
from progress.operations.cohorts import (
    CohortClosed,
    NotAMember,
    ProjectOfOthers,
    close_cohort,
    join_cohort,
    leave_cohort,
    make_cohort,
)
from progress.operations.participants import NoSuchList, agree_to_list, take_back_agreement
from tests.courses.builders import make_course
from tests.courses.paths import make_path
from tests.people import join, make_learner, make_organisation, make_project
from tests.progress.builders import NOON, enrol

pytestmark = pytest.mark.django_db


def cohort_of(course=None, *, organisation=None, **values):
    fields = {
        "name": "Spring",
        "organisation": organisation or make_organisation(),
        "start_date": date(2026, 11, 23),
        "end_date": date(2026, 12, 18),
        "at": NOON,
        "course": course,
        **values,
    }
    return make_cohort(**fields)


def member_of(organisation):
    person = make_learner()
    join(person, organisation)
    return person


def test_who_joins_a_cohort_is_enrolled_in_its_course_for_its_organisation_and_project():
    organisation = make_organisation()
    project = make_project()
    project.organisations.add(organisation)
    cohort = cohort_of(make_course(), organisation=organisation, project=project)
    person = member_of(organisation)

    join_cohort(cohort=cohort, person=person, at=NOON)

    enrolment = Enrolment.objects.get(learner=person)
    assert (enrolment.course, enrolment.organisation, enrolment.project) == (cohort.course, organisation, project)
    assert enrolment.source == Enrolment.Source.MANAGER


def test_joining_twice_and_coming_back_leave_one_place_and_one_enrolment():
    cohort = cohort_of(make_course())
    person = member_of(cohort.organisation)

    first = join_cohort(cohort=cohort, person=person, at=NOON)
    join_cohort(cohort=cohort, person=person, at=NOON + timedelta(days=1))
    assert CohortMember.objects.get().joined_at == first.joined_at
    leave_cohort(cohort=cohort, person=person, at=NOON + timedelta(days=2))
    leave_cohort(cohort=cohort, person=person, at=NOON + timedelta(days=3))
    assert CohortMember.objects.get().left_at == NOON + timedelta(days=2)
    join_cohort(cohort=cohort, person=person, at=NOON + timedelta(days=4))

    again = CohortMember.objects.get()
    assert (again.left_at, again.joined_at) == (None, NOON + timedelta(days=4))
    assert Enrolment.objects.filter(learner=person, withdrawn_at=None).count() == 1


def test_a_cohort_of_a_path_enrols_in_its_courses():
    first, second = make_course(slug="one"), make_course(slug="two")
    cohort = cohort_of(path=make_path(second, first))
    person = member_of(cohort.organisation)

    join_cohort(cohort=cohort, person=person, at=NOON)

    assert list(Enrolment.objects.order_by("pk").values_list("course", flat=True)) == [second.pk, first.pk]


def test_an_enrolment_that_somebody_made_alone_stays_theirs_alone():
    cohort = cohort_of(make_course())
    person = member_of(cohort.organisation)
    enrol(cohort.course, person)

    join_cohort(cohort=cohort, person=person, at=NOON)

    assert Enrolment.objects.get().organisation is None


def test_who_is_of_no_or_another_organisation_or_was_not_told_does_not_get_in():
    cohort = cohort_of(make_course())
    untold = make_learner()
    join(untold, cohort.organisation, told_at=None)
    for person in (make_learner(), member_of(make_organisation()), untold):
        with pytest.raises(NotAMember):
            join_cohort(cohort=cohort, person=person, at=NOON)
    assert not Enrolment.objects.exists()


def test_a_closed_cohort_and_a_course_that_is_not_offered_take_nobody_in():
    course = make_course()
    cohort = cohort_of(course)
    person = member_of(cohort.organisation)
    course.archived_at = NOON
    course.save()
    with pytest.raises(NotOffered):
        join_cohort(cohort=cohort, person=person, at=NOON)
    close_cohort(cohort=cohort, at=NOON)
    with pytest.raises(CohortClosed):
        join_cohort(cohort=cohort, person=person, at=NOON)
    assert not CohortMember.objects.exists()


def test_a_project_of_other_organisations_is_refused():
    with pytest.raises(ProjectOfOthers):
        cohort_of(make_course(), project=make_project())


@pytest.mark.parametrize("basis", [Project.NamesBasis.NONE, Project.NamesBasis.CONTRACT, Project.NamesBasis.CONSENT])
def test_the_list_with_names_is_written_where_a_contract_or_a_duty_asks_for_it(basis):
    organisation = make_organisation("Repair Hub")
    project = make_project(names_basis=basis)
    project.organisations.add(organisation)
    cohort = cohort_of(make_course(), organisation=organisation, project=project)
    person = member_of(organisation)
    for _twice in range(2):
        join_cohort(cohort=cohort, person=person, at=NOON)

    if basis != Project.NamesBasis.CONTRACT:
        assert not ProjectParticipant.objects.exists()
        return
    line = ProjectParticipant.objects.get()
    assert (line.name, line.organisation_name, line.enrolled_on) == (person.display_name, "Repair Hub", NOON.date())
    assert line.enrolment_key == Enrolment.objects.get().public_id


def test_where_each_person_is_asked_the_line_comes_and_goes_with_their_word():
    organisation = make_organisation()
    project = make_project(names_basis=Project.NamesBasis.CONSENT)
    project.organisations.add(organisation)
    cohort = cohort_of(make_course(), organisation=organisation, project=project)
    join_cohort(cohort=cohort, person=member_of(organisation), at=NOON)
    enrolment = Enrolment.objects.get()

    agree_to_list(enrolment=enrolment)
    agree_to_list(enrolment=enrolment)
    assert ProjectParticipant.objects.count() == 1
    take_back_agreement(enrolment=enrolment)
    assert not ProjectParticipant.objects.exists()


def test_nobody_agrees_to_a_list_that_is_not_kept():
    enrolment = enrol(make_course())
    with pytest.raises(NoSuchList):
        agree_to_list(enrolment=enrolment)
