"""What a report counts: rows that never change, as of the end of a period that is over."""

from datetime import timedelta

import pytest

from accounts.models import ClusterMembership, Membership, OrganisationProfile
from accounts.operations.memberships import end_membership, join_organisation
from certificates.models import Certificate, CertificateEvent
from cockpit.operations.packs import PackRefused
from cockpit.rules.evidence import Figures, Period
from courses.models import CourseEdition
from progress import operations
from progress.models import EnrolmentShare
from tests.cockpit.evidence_builders import LATER, NOVEMBER, Scene, do_first, make_pack, make_scene, report
from tests.people import join, make_learner, make_manager, make_organisation
from tests.progress.builders import NOON, do_everything, lessons_of, outline_of

pytestmark = pytest.mark.django_db
YEAR_LATER = LATER + timedelta(days=365)


def figures(scene: Scene, **about: object) -> tuple[int, ...]:
    return report(scene.manager, project=scene.project, **about).facts.total.counts()


def named(found: dict[object, Figures]) -> dict[object, tuple[int, ...]]:
    return {key: value.counts() for key, value in found.items()}


@pytest.mark.both_databases
def test_a_report_counts_people_enrolments_and_minutes_frozen_with_each_step() -> None:
    scene = make_scene()
    minutes = lessons_of(scene.course)[0].minutes

    found = report(scene.manager, project=scene.project).facts

    assert found.total.counts() == (4, 4, 4 * minutes, 0, 0)
    assert named(found.by_country) == {"IT": (3, 3, 3 * minutes, 0, 0), "PL": (1, 1, minutes, 0, 0)}
    assert {band: cell.participants for band, cell in found.by_size.items()} == {"micro": 3, "large": 1}
    assert [cell.enrolments for cell in found.by_month.values()] == [4]


def test_minutes_that_an_editor_changes_later_change_no_hours() -> None:
    scene = make_scene(1)
    before = figures(scene)
    edition = CourseEdition.objects.get(pk=scene.course.current_edition_id)
    later = dict(edition.manifest)
    later["items"] = [{**item, "minutes": 500} for item in later["items"]]
    CourseEdition.objects.create(
        course=scene.course, number=edition.number + 1, digest="0" * 64, manifest=later, cause="publish", made_at=LATER
    )

    assert figures(scene) == before


def test_completions_and_certificates_are_counted_in_the_period_they_are_of() -> None:
    scene = make_scene(1)
    do_everything(scene.enrolments[0])

    found = report(scene.manager, project=scene.project).facts.total

    assert found.completions == 1
    assert (
        found.minutes
        == sum(item.minutes for item in outline_of(scene.course).items) + outline_of(scene.course).items[0].minutes
    )


def test_a_certificate_withdrawn_after_the_period_stays_counted_and_one_withdrawn_in_it_is_not() -> None:
    scene = make_scene(1)
    certificate = Certificate.objects.create(
        number="CT-0000",
        enrolment=scene.enrolments[0],
        kind="participation",
        payload={},
        payload_sha256="",
        issued_at=NOON,
    )
    withdrawn = CertificateEvent.objects.create(
        certificate=certificate, kind="revoked", payload_sha256="", happened_at=LATER
    )
    assert figures(scene)[4] == 1

    CertificateEvent.objects.filter(pk=withdrawn.pk).update(happened_at=NOON)
    assert figures(scene)[4] == 0


def test_what_happens_after_the_period_changes_no_figure_of_it() -> None:
    scene = make_scene()
    before = figures(scene), report(scene.manager, place=scene.hub).facts.total.counts()
    first, second = scene.people[:2]

    end_membership(membership=Membership.objects.get(user=first), by=first, at=LATER)
    join_organisation(person=first, organisation=make_organisation("Elsewhere"), role="learner", at=LATER)
    scene.enrolments[1].withdrawn_at = LATER
    scene.enrolments[1].save()
    do_first(
        operations.enrol_learner(learner=make_learner(), course=scene.course, at=LATER, organisation=scene.hub), LATER
    )
    Membership.objects.filter(user=second).update(end_date=LATER.date(), ended_at=LATER)

    assert before == (
        figures(scene, at=YEAR_LATER),
        report(scene.manager, place=scene.hub, at=YEAR_LATER).facts.total.counts(),
    )


def test_an_enterprise_that_leaves_or_joins_a_cluster_later_changes_no_report_of_before() -> None:
    scene = make_scene()
    before = figures(scene)
    newcomer = make_organisation("Newcomer")
    person = make_learner()
    join(person, newcomer)
    operations.enrol_learner(learner=person, course=scene.course, at=NOON, organisation=newcomer, project=scene.project)
    cluster = ClusterMembership.objects.first().cluster
    ClusterMembership.objects.create(cluster=cluster, organisation=newcomer, start_date=LATER.date())
    ClusterMembership.objects.filter(organisation=scene.mill).update(end_date=LATER.date())

    assert figures(scene, at=YEAR_LATER) == before


def test_whoever_was_told_only_after_the_period_is_not_in_its_report() -> None:
    scene = make_scene(1)
    Membership.objects.filter(user=scene.people[0]).update(told_at=LATER)

    assert figures(scene)[0] == 1


def test_what_a_person_shows_of_their_own_is_in_no_report() -> None:
    scene = make_scene(1)
    alone = operations.enrol_learner(learner=make_learner(), course=scene.course, at=NOON, project=scene.project)
    EnrolmentShare.objects.create(enrolment=alone, organisation=scene.hub, shared_at=NOON)

    assert figures(scene)[0] == 2


def test_a_manager_reports_of_no_other_organisation() -> None:
    scene = make_scene()
    theirs = make_manager(organisation=scene.hub)

    assert report(theirs, project=scene.project).facts.total.participants == 3
    assert list(report(theirs, project=scene.project).enterprises) == [scene.hub.pk]


def test_an_enterprise_is_as_it_was_at_the_end_of_the_period() -> None:
    scene = make_scene(1)
    for since, country in ((NOON - timedelta(days=90), "IT"), (LATER, "FR")):
        OrganisationProfile.objects.create(
            organisation=scene.hub,
            valid_from=since,
            name="Hub as it was",
            country=country,
            sector="repair",
            size_band="small",
        )
    scene.hub.name, scene.hub.country = "Hub of today", "FR"
    scene.hub.save()

    found = report(scene.manager, project=scene.project)

    assert found.enterprises[scene.hub.pk].name == "Hub as it was"
    assert set(found.facts.by_country) == {"IT", "PL"}


def test_a_period_that_is_not_over_has_no_pack() -> None:
    scene = make_scene(1)

    with pytest.raises(PackRefused):
        make_pack(scene.manager, project=scene.project, at=NOON)
    with pytest.raises(PackRefused):
        make_pack(scene.manager, project=scene.project, period=Period(NOVEMBER.last_day, NOVEMBER.first_day))
