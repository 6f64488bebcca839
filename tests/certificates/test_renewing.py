"""Certify again: a new cycle, and what stays of the one before."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates import operations
from certificates.models import Certificate
from certificates.operations.renewing import NothingToRenew, TooEarly, renew_enrolment
from certificates.operations.revoking import revoke_certificate
from certificates.queries.renewing import renewal_of
from certificates.queries.showing import certificate_by_public_id
from courses.operations.settling import one_edition
from progress import operations as learning
from progress.models import CourseCompletion, Enrolment, ItemCompletion
from progress.queries.enrolments import enrolments_of, find_enrolment
from progress.queries.figures import course_figures
from progress.queries.holding import objection_to_deleting
from progress.queries.my_learning import my_learning
from tests.certificates.builders import NOON, complete, earn
from tests.courses.builders import course_page, make_course, offer_achievement
from tests.people import make_learner, signed_in
from tests.progress.builders import do_everything

pytestmark = pytest.mark.django_db
OPENS = datetime(2027, 5, 24, 12, 0, tzinfo=UTC)
EXPIRED = datetime(2028, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def giulia(db):
    return make_learner("giulia")


@pytest.fixture
def certificate(giulia):
    course = offer_achievement(make_course(), validity_months=12, recertification_months=6)
    return earn(course, learner=giulia)


def _course(certificate):
    course = certificate.enrolment.course
    course.refresh_from_db()
    return course


@pytest.mark.both_databases
@pytest.mark.parametrize("at", [OPENS, EXPIRED])
def test_a_new_cycle_begins_and_the_one_before_stays_as_evidence(certificate, giulia, at):
    before = list(ItemCompletion.objects.order_by("pk").values())

    renewed = renew_enrolment(learner=giulia, course=_course(certificate), at=at)

    assert (renewed.cycle, renewed.enrolled_at, renewed.start_edition) == (2, at, _course(certificate).current_edition)
    assert not ItemCompletion.objects.filter(enrolment=renewed).exists()
    assert list(ItemCompletion.objects.order_by("pk").values()) == before
    assert CourseCompletion.objects.get().enrolment_id == certificate.enrolment_id
    assert Certificate.objects.get() == certificate


def test_the_certificate_of_the_new_cycle_is_another_one_and_names_its_cycle(certificate, giulia):
    renewed = renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS)
    do_everything(find_enrolment(giulia, renewed.course))
    operations.confirm_name(enrolment=renewed, name="Giulia Ferri-Conti", at=OPENS)

    (new,) = operations.issue_due_certificates(enrolment=renewed, at=OPENS)

    assert new.payload["cycle"] == new.cycle == 2
    assert new.payload["supersedes"] is None
    assert new.payload["valid_until"] == "2028-05-24"
    assert new.achievement == certificate.achievement
    assert "Certified 2 times in all." in next(
        note["values"] for note in new.payload["texts"]["en"]["notes"] if note["key"] == "validity"
    )


def test_who_renews_is_one_person_in_every_count(certificate, giulia):
    course = _course(certificate)
    renew_enrolment(learner=giulia, course=course, at=OPENS)

    figures = course_figures(course)
    assert (figures.active, figures.enrolled, figures.withdrawn) == (1, 1, 0)
    assert objection_to_deleting({course.key}).startswith("1 person is enrolled.")


def test_a_second_click_begins_no_third_cycle(certificate, giulia):
    course = _course(certificate)

    assert renew_enrolment(learner=giulia, course=course, at=OPENS) == renew_enrolment(
        learner=giulia, course=course, at=OPENS + timedelta(seconds=1)
    )
    assert Enrolment.objects.count() == 2


def test_before_its_first_day_it_is_refused_and_the_day_is_named(certificate, giulia):
    with pytest.raises(TooEarly) as refused:
        renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS - timedelta(days=1))

    assert refused.value.opens == OPENS.date()


def test_what_was_withdrawn_or_does_not_expire_or_was_never_earned_is_nothing_to_renew(certificate, giulia):
    course = _course(certificate)
    with pytest.raises(NothingToRenew):
        renew_enrolment(learner=make_learner("sofia"), course=course, at=OPENS)
    revoke_certificate(certificate=certificate, reason="misuse", actor=None, second=None, at=NOON)
    with pytest.raises(NothingToRenew):
        renew_enrolment(learner=giulia, course=course, at=OPENS)

    lasting = earn(make_course(slug="lasting"), learner=giulia)
    with pytest.raises(NothingToRenew):
        renew_enrolment(learner=giulia, course=_course(lasting), at=OPENS)


def test_a_course_that_takes_nobody_in_is_not_begun_again(certificate, giulia):
    with one_edition(cause="unpublish", at=NOON):
        course_page(certificate.enrolment.course).unpublish()

    with pytest.raises(learning.NotOffered):
        renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS)


def test_pages_of_learning_show_the_latest_cycle(certificate, giulia):
    renewed = renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS)

    assert find_enrolment(giulia, renewed.course) == renewed
    assert enrolments_of(giulia) == [renewed]
    mine = my_learning(giulia, language="en")
    assert mine.current.own.enrolment == renewed
    assert mine.completed == []
    assert learning.enrol_learner(learner=giulia, course=renewed.course, at=EXPIRED) == renewed


def test_who_left_the_new_cycle_comes_back_to_it(certificate, giulia):
    renewed = renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS)
    Enrolment.objects.filter(pk=renewed.pk).update(withdrawn_at=OPENS)

    assert renew_enrolment(learner=giulia, course=_course(certificate), at=EXPIRED) == renewed
    assert Enrolment.objects.active().filter(pk=renewed.pk).exists()


def test_the_page_says_from_when_it_can_be_renewed_and_that_it_was_begun(certificate, giulia):
    def shown(today):
        return renewal_of(certificate_by_public_id(certificate.public_id), today=today)

    assert shown(NOON.date()).window.is_to_come
    assert shown(OPENS.date()).may_begin
    renewed = renew_enrolment(learner=giulia, course=_course(certificate), at=OPENS)
    assert shown(EXPIRED.date()).begun == renewed


def test_the_holder_begins_again_with_a_button_and_others_find_nothing(giulia):
    # The window is as long as the validity, so it is open from the day of issue, whatever day it is.
    course = offer_achievement(make_course(), validity_months=12, recertification_months=12)
    enrolment = complete(course, giulia)
    operations.confirm_name(enrolment=enrolment, name="Giulia Ferri", at=timezone.now())
    (certificate,) = operations.issue_due_certificates(enrolment=enrolment, at=timezone.now())
    address = reverse("certificates:renew", args=[certificate.public_id])

    assert signed_in(make_learner("sofia")).post(address).status_code == 404
    opened = signed_in(giulia).get(address)
    assert opened.headers["Location"] == reverse("certificates:show", args=[certificate.public_id])
    assert not Enrolment.objects.filter(cycle=2).exists()

    begun = signed_in(giulia).post(address, follow=True)

    assert Enrolment.objects.get(cycle=2).learner == giulia
    assert "The course begins again. Your earlier certificate stays as it is." in begun.content.decode()


def test_a_certificate_that_cannot_be_renewed_says_so(certificate, giulia):
    Certificate.objects.filter(pk=certificate.pk).update(payload={**certificate.payload, "renewable_from": None})

    said = signed_in(giulia).post(reverse("certificates:renew", args=[certificate.public_id]), follow=True)

    assert "This certificate cannot be renewed." in said.content.decode()
    assert Enrolment.objects.count() == 1
