"""Who sets what people need to be assessed fairly, and who reads it."""

from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone

from accounts.models import Membership
from progress.models import Accommodation, CourseAssessor, Enrolment
from progress.operations import enrol_learner
from progress.operations.accommodating import OwnAccommodation, set_accommodation
from progress.queries.accommodations import accommodation_of, token_of
from tests.people import (
    join,
    make_assessor,
    make_learner,
    make_manager,
    make_operator,
    make_organisation,
    signed_in,
)
from tests.progress.builders import NOON, counted_queries, make_quiz_course, start_quiz
from tests.progress.works import make_course_assessor

pytestmark = pytest.mark.django_db

LIST = "/en/accommodations/"
YESTERDAY = timezone.localdate() - timedelta(days=1)
HALF_MORE = {"extra_time_percentage": "50", "extra_attempts": "1"}


@pytest.fixture
def hub(db):
    return make_organisation("Repair Hub")


@pytest.fixture
def ana(hub):
    ana = make_learner("ana")
    join(ana, hub)
    return ana


@pytest.fixture
def manager(hub):
    return make_manager("mara", organisation=hub)


def page_of(person):
    return f"{LIST}{token_of(person)}/"


def names(browser, query=""):
    return [row.person.username for row in browser.get(LIST + query).context["rows"]]


def test_a_manager_sets_it_for_their_people_and_reads_it_in_the_list(manager, ana):
    browser = signed_in(manager)
    answered = browser.post(page_of(ana), HALF_MORE, follow=True)
    text = " ".join(answered.text.split())
    assert answered.redirect_chain == [(LIST, 303)]
    assert "Saved for Ana. It holds from now on." in text
    assert "50 % more time, 1 more try" in text
    granted = Accommodation.objects.get()
    assert (granted.person, granted.set_by, granted.one_question_a_page) == (ana, manager, False)


def test_an_assessor_of_the_organisation_may_set_it_too(hub, ana):
    assert signed_in(make_assessor(organisation=hub)).post(page_of(ana), HALF_MORE).status_code == 303


def test_an_assessor_of_a_course_sets_it_for_who_is_enrolled_in_it_and_for_nobody_else(ana):
    bo, course = make_learner("bo"), make_quiz_course()
    enrolment = enrol_learner(learner=bo, course=course, at=NOON)
    karin = make_course_assessor(course)
    browser = signed_in(karin)
    assert names(browser) == ["bo"]
    assert f'href="{LIST}"' in browser.get("/en/cockpit/marking/").text
    assert browser.post(page_of(bo), HALF_MORE).status_code == 303
    assert browser.get(page_of(ana)).status_code == 404

    enrol_learner(learner=karin, course=course, at=NOON)
    assert browser.post(page_of(karin), HALF_MORE).status_code == 404
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=NOON)
    assert browser.get(page_of(bo)).status_code == 404
    CourseAssessor.objects.all().delete()
    assert browser.get(LIST).status_code == 404


def test_the_queue_leads_who_may_set_it_there_and_nobody_else(manager, ana):
    link = f'href="{LIST}"'
    assert link in signed_in(manager).get("/en/cockpit/marking/").text
    assert link not in signed_in(ana).get("/en/cockpit/marking/").text


def test_somebody_enrolled_for_the_organisation_is_in_reach_without_belonging_to_it(hub, manager):
    bo = make_learner("bo")
    enrolment = enrol_learner(learner=bo, course=make_quiz_course(), at=NOON)
    assert signed_in(manager).get(page_of(bo)).status_code == 404
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=hub)
    assert signed_in(manager).get(page_of(bo)).status_code == 200


def test_nothing_is_left_when_nothing_is_granted_any_more(manager, ana):
    browser = signed_in(manager)
    browser.post(page_of(ana), HALF_MORE)
    browser.post(page_of(ana), {"extra_time_percentage": "0", "extra_attempts": "0"})
    assert not Accommodation.objects.exists()
    assert accommodation_of(ana).extra_time_percentage == 0


@pytest.mark.parametrize(
    ("field", "value"), [("extra_time_percentage", "301"), ("extra_attempts", "21"), ("extra_attempts", "-1")]
)
def test_what_is_out_of_bounds_is_said_at_the_field_and_nothing_is_set(manager, ana, field, value):
    answered = signed_in(manager).post(page_of(ana), {**HALF_MORE, field: value})
    assert answered.status_code == 422
    assert "There is a problem" in answered.text
    assert f'value="{value}"' in answered.text
    assert list(answered.context["form"].errors) == [field]
    assert not Accommodation.objects.exists()


class TestWhoMayNot:
    @pytest.fixture
    def strangers(self, hub, ana):
        ended = make_manager("ended")
        Membership.objects.filter(user=ended).update(organisation=hub, end_date=YESTERDAY)
        return {"other manager": make_manager(), "ended manager": ended, "other assessor": make_assessor()}

    def test_a_person_out_of_reach_is_like_one_that_is_not_there(self, strangers, ana):
        for stranger in strangers.values():
            browser = signed_in(stranger)
            absent = browser.get(f"{LIST}absent/").text.replace("absent", "")
            answered = browser.get(page_of(ana))
            assert (answered.status_code, answered.text.replace(token_of(ana), "")) == (404, absent)
            assert browser.post(page_of(ana), HALF_MORE).status_code == 404
        assert not Accommodation.objects.exists()

    def test_learners_have_no_list_and_nobody_sets_their_own(self, manager, ana):
        assert signed_in(ana).get(LIST).status_code == 404
        assert signed_in(ana).get(page_of(ana)).status_code == 404
        join(manager, Membership.objects.get(user=manager).organisation)
        assert signed_in(manager).post(page_of(manager), HALF_MORE).status_code == 404

    def test_somebody_whose_membership_ended_is_out_of_reach(self, manager, ana):
        Membership.objects.filter(user=ana).update(end_date=timezone.localdate())
        assert signed_in(manager).get(page_of(ana)).status_code == 404

    def test_a_token_of_another_key_opens_nothing(self, manager, ana):
        assert signed_in(manager).get(page_of(ana)[:-2] + "x/").status_code == 404


class TestList:
    def test_it_is_searched_by_name_and_goes_by_pages(self, hub, manager, ana):
        for number in range(30):
            join(make_learner(f"person-{number:02}"), hub)
        browser = signed_in(manager)
        assert len(names(browser)) == 25
        assert len(names(browser, "?page=2")) == 6
        assert names(browser, "?q=ANA") == ["ana"]
        assert names(browser, "?q=nobody-of-this-name") == []
        assert "Nobody of yours has this name" in browser.get(f"{LIST}?q=zzz").text
        assert browser.get(f"{LIST}?q=%00&page=x").status_code == 200

    def test_it_costs_the_same_for_one_person_and_for_many(self, hub, manager, ana):
        browser = signed_in(manager)
        browser.get(LIST)
        costs = []
        for _round in range(2):
            with counted_queries() as queries:
                browser.get(LIST)
            costs.append(len(queries))
            for _number in range(10):
                join(make_learner(), hub)
        assert costs[0] == costs[1] <= 10

    def test_an_operator_sees_everybody_and_sets_it_there_and_at_ops(self, ana):
        other = make_learner("other")
        operator = make_operator("olga", is_superuser=False)
        browser = signed_in(operator)
        assert {"ana", "other"} <= set(names(browser))
        assert browser.post(page_of(other), HALF_MORE).status_code == 303
        form = {"person": ana.pk, "extra_time_percentage": "25", "extra_attempts": "0"}
        assert browser.post("/ops/progress/accommodation/add/", form).status_code == 302
        assert accommodation_of(ana).extra_time_percentage == 25

    def test_an_operator_does_not_set_their_own_either(self):
        operator = make_operator("olga")
        browser = signed_in(operator)
        form = {"person": operator.pk, "extra_time_percentage": "25", "extra_attempts": "0"}
        answered = browser.post("/ops/progress/accommodation/add/", form)
        assert answered.status_code == 200
        assert "Nobody sets this for themselves. Ask another operator to do it." in answered.text
        fields = {"extra_time_percentage": 25, "extra_attempts": 0, "one_question_a_page": False}
        with pytest.raises(OwnAccommodation):
            set_accommodation(person=operator, by=operator, at=NOON, **fields)
        assert not Accommodation.objects.exists()

        granted = set_accommodation(person=operator, by=make_operator(), at=NOON, **fields)
        own = f"/ops/progress/accommodation/{granted.pk}/change/"
        assert "Nobody sets this for themselves." in browser.post(own, {**form, "extra_attempts": "9"}).text
        assert accommodation_of(operator).extra_attempts == 0

    def test_at_ops_a_running_deadline_moves_as_well(self, ana):
        attempt = start_quiz(make_quiz_course(time_limit_minutes=30), ana, at=timezone.now())
        form = {"person": ana.pk, "extra_time_percentage": "100", "extra_attempts": "0"}
        signed_in(make_operator()).post("/ops/progress/accommodation/add/", form)
        attempt.refresh_from_db()
        assert attempt.deadline_at == attempt.started_at + timedelta(minutes=60)


def test_people_read_in_their_settings_what_they_are_granted(ana):
    browser = signed_in(ana)
    assert "In quizzes you have" not in browser.get("/en/account/settings/").text
    set_accommodation(
        person=ana, extra_time_percentage=50, extra_attempts=2, one_question_a_page=True, by=None, at=NOON
    )
    text = browser.get("/en/account/settings/").text
    for words in ("50 % more time", "2 more tries", "One question at a time"):
        assert words in text


def test_no_reason_can_be_stored_anywhere():
    texts = (models.CharField, models.TextField, models.JSONField)
    assert [field.name for field in Accommodation._meta.get_fields() if isinstance(field, texts)] == []


def test_it_goes_with_the_person(ana):
    set_accommodation(
        person=ana, extra_time_percentage=50, extra_attempts=0, one_question_a_page=False, by=None, at=NOON
    )
    ana.memberships.all().delete()
    ana.delete()
    assert not Accommodation.objects.exists()
