"""The pages of assessors: what waits, one task, and who finds which."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Membership
from progress.models import CourseAssessor, Enrolment, Judgement, MarkingTask, Submission
from progress.operations.judging import claim_task
from tests.people import join, make_assessor, make_learner, make_manager, make_organisation, make_user, signed_in
from tests.progress.builders import counted_queries, enrol
from tests.progress.pages import page, words
from tests.progress.works import (
    assignment_of,
    begin,
    judge,
    level_ids,
    make_capstone,
    make_course_assessor,
    open_task,
    submit,
)

pytestmark = pytest.mark.django_db

QUEUE = "/en/cockpit/marking/"


@pytest.fixture
def course(db):
    return make_capstone(needs_second_assessor=True)


@pytest.fixture
def hub(db):
    return make_organisation("Repair Hub")


@pytest.fixture
def submission(course, hub) -> Submission:
    return hand_in_for(course, hub, "ana")


@pytest.fixture
def karin(hub):
    return make_assessor("karin", organisation=hub)


def hand_in_for(course, organisation, username: str) -> Submission:
    enrolment = enrol(course, make_learner(username))
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=organisation)
    return submit(enrolment)


def address(task: MarkingTask) -> str:
    return f"{QUEUE}{task.public_id}/"


def sent(submission: Submission, points: int = 4, **more: str) -> dict[str, str]:
    """Return what the form of a judgement posts: the same points for each criterion."""
    return {f"level-{key}": level for key, level in level_ids(submission, points).items()} | more


def test_an_assessor_of_the_organisation_or_of_the_course_finds_it_and_nobody_else(submission, course, hub, karin):
    ended = make_user(role="assessor")
    join(ended, hub, role=Membership.Role.ASSESSOR, until=timezone.localdate())
    finds = [karin, make_course_assessor(course)]
    does_not = [
        make_assessor(),
        ended,
        make_manager(organisation=hub),
        make_learner(),
        submission.enrolment.learner,
        make_course_assessor(make_capstone(slug="another")),
    ]
    for person in finds:
        assert "1 piece of work waits for you" in words(signed_in(person), QUEUE)
        assert "Ana" in words(signed_in(person), address(open_task(submission)))
    absent = signed_in(karin).get(f"{QUEUE}{uuid.uuid4()}/")
    for person in does_not:
        assert "Nothing waits for you" in words(signed_in(person), QUEUE)
        foreign = signed_in(person).get(address(open_task(submission)))
        assert (foreign.status_code, absent.status_code) == (404, 404)


def test_a_foreign_assessor_gets_for_files_and_rounds_what_an_absent_one_gets(submission, karin):
    stranger = signed_in(make_assessor())
    paths = [f"/en/submissions/{submission.public_id}/", f"/en/submissions/{uuid.uuid4()}/"]

    assert [stranger.get(path).status_code for path in paths] == [404, 404]
    assert [signed_in(karin).get(path).status_code for path in paths] == [200, 404]


def test_a_draft_is_nobodys_but_its_learners(course, hub, karin):
    enrolment = enrol(course, make_learner())
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=hub)
    draft = begin(enrolment)

    assert signed_in(karin).get(f"/en/submissions/{draft.public_id}/").status_code == 404


def test_the_queue_is_narrowed_by_its_address_and_counts_in_words(submission, course, hub, karin):
    other = make_capstone(slug="other")
    second = hand_in_for(other, hub, "ben")
    claim_task(task=open_task(second), by=karin, at=timezone.now())
    browser = signed_in(karin)

    assert "2 pieces of work wait for you" in words(browser, QUEUE)
    assert "1 of 2" in words(browser, f"{QUEUE}?course={other.key}")
    assert "Ben" in words(browser, f"{QUEUE}?claimed=me")
    assert "Ana" not in words(browser, f"{QUEUE}?claimed=me")
    assert "Nothing fits what you chose." in words(browser, f"{QUEUE}?kind=second")
    assert browser.get(f"{QUEUE}?course=%00&kind=nothing&page=99999999").status_code == 200


def test_what_others_took_is_counted_and_not_listed(submission, course, karin):
    claim_task(task=open_task(submission), by=make_course_assessor(course), at=timezone.now())

    said = words(signed_in(karin), QUEUE)

    assert "One more is with somebody else" in said
    assert "Ana" not in said


def test_the_queue_costs_the_same_for_one_and_for_many(submission, course, hub, karin):
    browser = signed_in(karin)
    page(browser, QUEUE)
    with counted_queries() as for_one:
        page(browser, QUEUE)
    for number in range(30):
        hand_in_for(course, hub, f"learner-{number}")
    with counted_queries() as for_many:
        said = words(browser, QUEUE)

    assert "Page 1 of 2" in said
    assert len(for_many) == len(for_one)


def test_pages_of_a_learner_ask_nothing_more_and_show_no_link(submission, course, karin):
    with counted_queries() as statements:
        shown = page(signed_in(submission.enrolment.learner), "/en/me/")

    assert QUEUE not in shown
    assert not [line for line in statements if "courseassessor" in line]
    assert QUEUE in page(signed_in(karin), "/en/me/")
    Membership.objects.filter(user=karin).update(end_date=timezone.localdate() - timedelta(days=1))
    assert QUEUE not in page(signed_in(karin), "/en/me/")


def test_taken_judged_and_seen_once_more_before_it_stays(submission, karin):
    browser, task = signed_in(karin), open_task(submission)
    assert browser.post(address(task), sent(submission, do="judge")).status_code == 409  # not taken yet
    assert browser.post(address(task), {"do": "claim"}).status_code == 303

    seen = browser.post(address(task), sent(submission, points=2, whole="Nearly there.", do="look"))
    assert (seen.status_code, "4 of 8 points: not passed?" in seen.content.decode()) == (200, True)
    assert Judgement.objects.count() == 0

    done = browser.post(address(task), sent(submission, points=2, whole="Nearly there.", do="judge"))
    assert (done.status_code, done["Location"]) == (303, QUEUE)
    assert Judgement.objects.get().outcome == "fail"


def test_nothing_is_lost_when_a_level_is_missing(submission, karin):
    browser, task = signed_in(karin), open_task(submission)
    browser.post(address(task), {"do": "claim"})
    filled = sent(submission, whole="Nearly there.", do="look")
    left_out = next(name for name in filled if name.startswith("level-"))
    kept = next(name for name in filled if name.startswith("level-") and name != left_out)
    del filled[left_out]

    answer = browser.post(address(task), filled)
    html = answer.content.decode()

    assert answer.status_code == 422
    assert html.count("Choose a level: Goals") == 2
    assert "Nearly there." in html
    assert f'name="{kept}" value="{filled[kept]}" checked' in " ".join(html.split())


def test_given_back_without_a_word_is_said_at_the_field(submission, karin):
    browser, task = signed_in(karin), open_task(submission)
    browser.post(address(task), {"do": "claim"})

    answer = browser.post(address(task), sent(submission, gives_back="yes", do="look"))

    assert answer.status_code == 422
    assert answer.content.decode().count("Say what would make it better.") == 2


def test_who_judges_second_does_not_see_what_the_first_found(submission, course, karin):
    first = make_course_assessor(course)
    judge(submission, first, points=0, comments={"": "Far too thin."})
    browser, task = signed_in(karin), open_task(submission)
    browser.post(address(task), {"do": "claim"})
    round_path = f"/en/submissions/{submission.public_id}/"
    history = f"/en/enrolments/{submission.enrolment.public_id}/history/"
    explain = f"/en/enrolments/{submission.enrolment.public_id}/why/"
    for path in (address(task), round_path, history, explain):
        said = words(browser, path)
        assert "Far too thin" not in said
        assert "0 of 8" not in said
    assert "Far too thin" not in words(signed_in(submission.enrolment.learner), round_path)
    assert signed_in(first).get(address(task)).status_code == 404


def test_who_decides_between_two_sees_both(submission, course, karin):
    judge(submission, make_course_assessor(course), points=0, comments={"": "Far too thin."})
    judge(submission, make_course_assessor(course), points=4, comments={"": "Very good."})
    browser, task = signed_in(karin), open_task(submission)
    browser.post(address(task), {"do": "claim"})

    said = words(browser, address(task))

    assert "Far too thin." in said
    assert "Very good." in said


def test_an_assessor_finds_no_task_about_their_own_work(course, hub, karin):
    enrolment = enrol(course, karin)
    Enrolment.objects.filter(pk=enrolment.pk).update(organisation=hub)
    own = submit(enrolment)

    assert "Nothing waits for you" in words(signed_in(karin), QUEUE)
    assert signed_in(karin).get(address(open_task(own))).status_code == 404


def test_a_task_that_is_done_leads_to_what_came_of_it(submission, karin):
    task = open_task(submission)
    judge(submission, karin, points=4)

    answer = signed_in(karin).get(address(task))

    assert (answer.status_code, answer["Location"]) == (303, f"/en/submissions/{submission.public_id}/")


def test_let_go_of_it_waits_for_others_again(submission, course, karin):
    browser, task = signed_in(karin), open_task(submission)
    browser.post(address(task), {"do": "claim"})
    browser.post(address(task), {"do": "release"})

    assert MarkingTask.objects.get(pk=task.pk).claimed_by is None
    assert assignment_of(course).title in words(signed_in(make_course_assessor(course)), QUEUE)


class TestTakenByWhoAssessesItNoLonger:
    @pytest.fixture
    def milan(self, course):
        return make_course_assessor(course, "milan")

    @pytest.fixture
    def taken(self, submission, karin) -> MarkingTask:
        return claim_task(task=open_task(submission), by=karin, at=timezone.now())

    def _is_free_for(self, person, task) -> bool:
        browser = signed_in(person)
        is_listed = "1 piece of work waits for you" in words(browser, QUEUE)
        is_offered = "Take it" in words(browser, address(task))
        browser.post(address(task), {"do": "claim"})
        task.refresh_from_db()
        assert is_listed == is_offered == (task.claimed_by == person)
        return is_listed

    def test_while_they_assess_it_nobody_else_has_it(self, taken, milan):
        assert not self._is_free_for(milan, taken)

    def test_as_their_membership_ends_others_have_it_the_same_day(self, taken, milan, karin):
        Membership.objects.filter(user=karin).update(end_date=timezone.localdate())
        assert self._is_free_for(milan, taken)

    def test_as_their_account_is_closed_others_have_it(self, taken, milan, karin):
        karin.is_active = False
        karin.save(update_fields=["is_active"])
        assert self._is_free_for(milan, taken)

    def test_as_they_are_no_assessor_of_the_course_any_more_others_have_it(self, submission, milan, karin):
        task = claim_task(task=open_task(submission), by=milan, at=timezone.now())
        assert not self._is_free_for(karin, task)
        CourseAssessor.objects.filter(person=milan).delete()
        assert self._is_free_for(karin, task)

    def test_the_queue_costs_the_same_whoever_has_how_many(self, taken, milan, karin, course, hub):
        browser = signed_in(milan)
        page(browser, QUEUE)
        with counted_queries() as with_one:
            page(browser, QUEUE)
        for name in ("bo", "cy", "di"):
            claim_task(task=open_task(hand_in_for(course, hub, name)), by=karin, at=timezone.now())
        with counted_queries() as with_four:
            page(browser, QUEUE)
        Membership.objects.filter(user=karin).update(end_date=timezone.localdate())
        with counted_queries() as all_free:
            said = words(browser, QUEUE)

        assert len(with_one) == len(with_four)
        assert len(all_free) <= len(with_one) + 1  # the rows themselves
        assert "4 pieces of work wait for you" in said
