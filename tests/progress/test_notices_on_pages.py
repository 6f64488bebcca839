"""What a learner is told: on My learning, the course and the result, until they say that they have read it."""

import pytest
from django.test import Client

from progress.models import Enrolment, Notice
from progress.operations import acknowledge_notices
from progress.rules.regrading import Policy
from tests.courses.builders import make_course
from tests.people import make_learner, signed_in
from tests.progress.builders import NOON, counted_queries, enrol
from tests.progress.pages import page, words
from tests.progress.regrades import RELEASED, change_key, run_jobs, send
from tests.progress.releases import release_edition, release_new_lesson

pytestmark = pytest.mark.django_db
COURSE = "/en/courses/digital-basics/"
ONE_RIGHT = {1: ["wrong"], 2: ["right"], 3: ["true"]}
TWO_RIGHT = {1: ["right"], 2: ["right"], 3: ["true"]}
WRONG_IS_RIGHT = {1: ["wrong"]}


@pytest.fixture
def enrolment(course) -> Enrolment:
    return enrol(course, make_learner("ana"))


@pytest.fixture
def ana(enrolment) -> Client:
    return signed_in(enrolment.learner)


def read_url(enrolment: Enrolment) -> str:
    return f"/en/enrolments/{enrolment.public_id}/notices/read/"


def test_a_changed_result_is_told_on_three_pages_until_it_is_read(ana, enrolment, course):
    attempt = send(enrolment, ONE_RIGHT)
    change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
    run_jobs()
    places = ["/en/me/", COURSE, f"/en/attempts/{attempt.public_id}/result/"]
    for path in places:
        said = words(ana, path)
        assert "Quiz 1-1, try 1, was marked again. You have 2 of 3 now, before 1 of 3." in said
        assert "That is enough to pass. How was this marked?" in said
        assert "What the editors say: The key was wrong." in said
        assert f'href="/en/attempts/{attempt.public_id}/marking/"' in page(ana, path)

    notice = Notice.objects.get()
    answer = ana.post(read_url(enrolment), {"notice": notice.pk, "next": COURSE})

    assert (answer.status_code, answer["Location"]) == (303, COURSE)
    notice.refresh_from_db()
    first_time = notice.read_at
    assert first_time is not None
    for path in places:
        assert "I have read this" not in words(ana, path)
    ana.post(read_url(enrolment), {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at == first_time


def test_who_left_the_course_reads_it_on_their_result_and_says_so(ana, enrolment, course):
    attempt = send(enrolment, ONE_RIGHT)
    Enrolment.objects.update(withdrawn_at=NOON)
    change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT)
    run_jobs()
    result = f"/en/attempts/{attempt.public_id}/result/"
    assert "I have read this" in words(ana, result)

    answer = ana.post(read_url(enrolment), {"notice": Notice.objects.get().pk, "next": result})

    assert (answer.status_code, answer["Location"]) == (303, result)
    assert "I have read this" not in words(ana, result)


def test_a_pass_that_was_taken_says_that_what_was_done_stays_done(ana, enrolment, course):
    send(enrolment, TWO_RIGHT)
    change_key(course, Policy.EVEN_IF_LOWER, WRONG_IS_RIGHT)
    run_jobs()
    said = words(ana, "/en/me/")
    assert "You have 1 of 3 now, before 2 of 3." in said
    assert "That is not enough to pass. What you have done stays done." in said


def test_steps_that_count_now_are_named_with_the_note(ana, enrolment, course):
    release_new_lesson(course, "1-3", binds=True, note="Read it\nsoon.")
    run_jobs()
    said = words(ana, COURSE)
    assert "The course was changed. One more step counts for you now: Lesson 1-3" in said
    assert "What the editors say: Read it soon." in said
    assert "What changed since I started?" in said


def test_a_note_alone_asks_for_nothing(ana, enrolment, course):
    release_edition(course, note="The quiz is being looked at.")
    run_jobs()
    said = words(ana, "/en/me/")
    assert "The course was changed. Nothing more is asked of you now." in said
    assert "The quiz is being looked at." in said


def test_a_note_is_text_and_no_html(ana, enrolment, course):
    release_edition(course, note="<script>alert(1)</script>")
    run_jobs()
    assert "<script>alert" not in page(ana, "/en/me/")


def test_one_that_was_made_since_the_page_was_drawn_is_not_read(ana, enrolment, course):
    release_edition(course, note="First.")
    run_jobs()
    shown = Notice.objects.get()
    release_edition(course, note="Second.", at=RELEASED)
    run_jobs()
    ana.post(read_url(enrolment), {"notice": shown.pk})
    said = words(ana, "/en/me/")
    assert "Second." in said
    assert "First." not in said


def test_nobody_reads_for_somebody_else(enrolment, course):
    other = enrol(course, make_learner("bob"))
    release_edition(course, note="For all.")
    run_jobs()
    notice = Notice.objects.get(enrolment=enrolment)
    bob = signed_in(other.learner)
    assert bob.post(read_url(enrolment), {"notice": notice.pk}).status_code == 404
    assert bob.post(read_url(other), {"notice": notice.pk}).status_code == 303
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_is_no_number_and_other_sites_are_left_alone(ana, enrolment, course):
    release_edition(course, note="For all.")
    run_jobs()
    odd = ["x", "-1", "9" * 40, "²", "", "1e3"]
    answer = ana.post(read_url(enrolment), {"notice": odd, "next": "https://evil.example/"})
    assert (answer.status_code, answer["Location"]) == (303, "/en/me/")
    assert ana.get(read_url(enrolment))["Location"] == "/en/me/"
    assert Notice.objects.get().read_at is None


def test_notices_are_noted_once(enrolment, course):
    release_edition(course, note="For all.")
    run_jobs()
    notice = Notice.objects.get()
    assert acknowledge_notices(enrolment=enrolment, notice_ids=[notice.pk], at=NOON) == 1
    assert acknowledge_notices(enrolment=enrolment, notice_ids=[notice.pk], at=RELEASED) == 0


def test_they_cost_the_same_for_many_courses_and_many_notices(course):
    costs = []
    for size in (1, 3):
        ana = make_learner(f"ana-{size}")
        for number in range(size):
            course = make_course(slug=f"c{size}-{number}", title="Course", lesson_count=1)
            send(enrol(course, ana), ONE_RIGHT)
            change_key(course, Policy.ACCEPT_BOTH, WRONG_IS_RIGHT, note="Sorry.")
            release_new_lesson(course, "1-2", binds=True)
        run_jobs()
        client = signed_in(ana)
        paths = ["/en/me/", f"/en/courses/c{size}-0/"]
        for path in paths:
            page(client, path)
        pair = []
        for path in paths:
            with counted_queries() as queries:
                assert "One more step counts for you now" in words(client, path)
            pair.append(len(queries))
        costs.append(pair)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 10
