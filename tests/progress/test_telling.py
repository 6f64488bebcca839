"""Who is told of a release: those whom it asks for more, and all on the way where the editors have something to say."""

from datetime import timedelta

import pytest
from django.core import mail

from courses.operations.settling import one_edition
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message
from progress.models import Enrolment, Notice
from progress.operations import noticing
from tests.courses.builders import lesson_pages, publish
from tests.people import make_learner, signed_in
from tests.progress.builders import NOON, counted_queries, do_everything, do_lessons, enrol
from tests.progress.regrades import RELEASED, run_jobs
from tests.progress.releases import release_edition, release_new_lesson

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def told() -> set[str]:
    return set(Notice.objects.filter(kind="course-changed").values_list("enrolment__learner__username", flat=True))


def people_in(course, *names: str) -> dict[str, Enrolment]:
    return {name: enrol(course, make_learner(name, email=f"{name}@learn.example")) for name in names}


def test_a_new_step_that_binds_is_told_to_those_on_the_way(course):
    people = people_in(course, "begun", "new", "through", "left")
    do_lessons(people["begun"])
    do_everything(people["through"])
    Enrolment.objects.filter(pk=people["left"].pk).update(withdrawn_at=NOON)
    release_new_lesson(course, "1-3", binds=True)
    people_in(course, "after")
    run_jobs()
    assert told() == {"begun", "new"}


def test_a_new_step_that_binds_nobody_is_not_told(course):
    people_in(course, "begun")
    release_new_lesson(course, "1-3")
    assert not Job.objects.filter(kind=noticing.TELL).exists()


def test_a_step_that_comes_back_is_told_to_those_it_bound_and_who_have_not_done_it(course):
    people = people_in(course, "did-it", "did-not")
    do_lessons(people["did-it"])
    page = lesson_pages(course)[0]
    page.unpublish()
    release_edition(course, at=NOON + timedelta(hours=1))
    people_in(course, "between")
    publish(page)
    release_edition(course, at=RELEASED)
    run_jobs()
    assert told() == {"did-not"}


def test_a_step_published_again_by_itself_is_told_on_the_page_and_not_by_mail(course):
    people = people_in(course, "did-it", "did-not")
    do_lessons(people["did-it"])
    page = lesson_pages(course)[0]
    with one_edition(cause="publish", at=NOON + timedelta(hours=1)):
        page.unpublish()
    with one_edition(cause="publish", at=RELEASED):
        publish(page)
    run_jobs()
    run_jobs()
    assert told() == {"did-not"}
    assert not OutboxMessage.objects.filter(kind=noticing.MAIL).exists()
    words = signed_in(people["did-not"].learner).get("/en/me/").content.decode()
    assert "One more step counts for you now" in words
    assert page.title in words


def test_a_note_is_told_to_all_on_the_way_though_nothing_else_changes(course):
    people = people_in(course, "begun", "through")
    do_everything(people["through"])
    release = release_edition(course, note="Read this.")
    assert release.edition is None
    run_jobs()
    assert told() == {"begun"}


def test_the_mail_names_the_steps_and_the_note(course):
    people_in(course, "begun")
    release_new_lesson(course, "1-3", binds=True, note="A law changed.")
    run_jobs()
    for pk in OutboxMessage.objects.filter(kind=noticing.MAIL).values_list("pk", flat=True):
        assert deliver_message(message_id=pk, at=RELEASED)
    (message,) = mail.outbox
    text = " ".join(message.body.split())
    assert message.subject == "Your course was changed: Digital basics"
    assert "New to do for you: “Lesson 1-3”. What you have done stays done." in text
    assert "The editors write: A law changed." in text
    assert "/en/courses/digital-basics/" in text


def test_telling_again_tells_nobody_twice_and_goes_in_batches(course, monkeypatch):
    monkeypatch.setattr(noticing, "TOLD_AT_ONCE", 2)
    people_in(course, "one", "two", "three")
    release = release_new_lesson_and_find(course)
    run_jobs()
    noticing.tell_some({"release": release}, 0, at=RELEASED)
    assert Notice.objects.count() == OutboxMessage.objects.filter(kind=noticing.MAIL).count() == 3
    job = Job.objects.get(kind=noticing.TELL)
    assert (job.done_count, job.total_count) == (3, 3)


def test_a_step_costs_the_same_for_2_and_20_learners(course):
    costs = []
    for count in (2, 20):
        people_in(course, *(f"{count}-{number}" for number in range(count)))
        release = release_new_lesson_and_find(course, name=f"1-{count + 1}")
        Notice.objects.all().delete()
        with counted_queries() as queries:
            noticing.tell_some({"release": release}, 0, at=RELEASED)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 11


def release_new_lesson_and_find(course, *, name: str = "1-3") -> int:
    release_new_lesson(course, name, binds=True)
    return course.releases.latest("pk").pk
