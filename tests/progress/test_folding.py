"""Figures that are kept for lists: whoever wrote them last, they are what the records fold to."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from time import monotonic

import pytest
from django.db import connection, connections, transaction

from courses.models import Course, Release
from courses.operations.settling import settle
from courses.queries.serving import course_by_key
from foundation.models import Job, OutboxMessage
from foundation.operations import run_job
from progress import operations
from progress.models import Attempt, CourseCompletion, Enrolment
from progress.operations import folding
from progress.operations.folding import start_release_follow_up
from progress.queries.enrolments import completion_of, done_keys
from progress.queries.figures import CourseFigures, course_figures
from progress.rules.completion import fold_progress, stage_of
from tests.courses.builders import course_page, lesson_pages, make_course, publish, quiz_pages
from tests.people import make_learner
from tests.progress.builders import (
    NOON,
    counted_queries,
    do_everything,
    do_lesson,
    do_lessons,
    enrol,
    lessons_of,
    outline_of,
    pass_quiz,
    quizzes_of,
    start,
)

LATER = NOON + timedelta(days=1)
pytestmark = pytest.mark.django_db


def kept(enrolment: Enrolment) -> tuple[int, str]:
    enrolment.refresh_from_db()
    return enrolment.cached_percentage, enrolment.cached_state


def folded(enrolment: Enrolment) -> tuple[int, str]:
    """Fold an enrolment from its records, with the edition of now."""
    fresh = Enrolment.objects.with_course().get(pk=enrolment.pk)
    done, completed = done_keys(fresh), completion_of(fresh) is not None
    progress = fold_progress(outline_of(fresh.course), start=fresh.start_edition.number, done=done, completed=completed)
    has_begun = bool(done) or fresh.attempts.exists()
    return progress.percentage, str(stage_of(has_begun=has_begun, completed=completed))


def run_jobs(kind: str = folding.FOLD) -> None:
    for pk in Job.objects.filter(kind=kind, finished_at=None).order_by("pk").values_list("pk", flat=True):
        assert run_job(job_id=pk, clock=lambda: LATER)


def settle_course(course: Course, **choices) -> None:
    settle(course_key=course.key, cause="publish", at=NOON, **choices)


def require_of_all(course: Course, index: int, *, required: bool = True) -> None:
    """Make a lesson required, of people already enrolled too, or optional."""
    page = publish(lesson_pages(course)[index], required=required)
    settle_course(course, bind_all={str(page.translation_key)} if required else frozenset())


class TestOwnActs:
    def test_who_enrolled_has_done_nothing(self, course):
        enrolment = enrol(course)
        assert kept(enrolment) == (0, "enrolled")
        assert enrolment.cached_edition == 1

    def test_a_step_that_is_done_counts_at_once(self, course):
        enrolment = enrol(course)
        do_lesson(enrolment, lessons_of(course)[0])
        assert kept(enrolment) == folded(enrolment) == (33, "in-progress")

    def test_a_quiz_that_is_tried_is_a_beginning(self, course):
        enrolment = enrol(course)
        start(enrolment, quizzes_of(course)[0])
        assert kept(enrolment) == folded(enrolment) == (0, "in-progress")

    def test_a_quiz_that_is_passed_counts_at_once(self, course):
        enrolment = enrol(course)
        pass_quiz(enrolment, quizzes_of(course)[0])
        assert kept(enrolment) == folded(enrolment) == (33, "in-progress")

    def test_the_last_step_completes(self, course):
        enrolment = enrol(course)
        do_everything(enrolment)
        assert kept(enrolment) == folded(enrolment) == (100, "completed")

    def test_what_is_left_of_a_course_is_finished_by_the_learner(self, course):
        enrolment = enrol(course)
        do_lessons(enrolment)
        quiz_pages(course)[0].unpublish()
        settle_course(course)
        run_jobs()
        assert kept(enrolment) == folded(enrolment) == (100, "in-progress")

        operations.finish_course(enrolment=enrolment, at=NOON)
        assert kept(enrolment) == folded(enrolment) == (100, "completed")

    def test_an_attempt_keeps_its_result_with_the_row(self, course):
        attempt = start(enrol(course), quizzes_of(course)[0])
        assert (attempt.cached_score, attempt.cached_max_score, attempt.cached_passed) == (None, None, None)
        operations.submit_attempt(attempt=attempt, at=NOON)
        attempt.refresh_from_db()
        assert (attempt.cached_score, attempt.cached_max_score, attempt.cached_passed) == (0, 3, False)

    def test_a_step_done_twice_writes_nothing_the_second_time(self, course):
        enrolment, lesson = enrol(course), lessons_of(course)[0]
        do_lesson(enrolment, lesson)
        with counted_queries() as statements:
            do_lesson(enrolment, lesson)
        assert not [sql for sql in statements if sql.startswith("UPDATE")]


class TestFollowUp:
    def test_each_new_edition_starts_one_job(self, course):
        publish(lesson_pages(course)[0], title="A better title")
        settle_course(course)
        settle_course(course)  # nothing changed

        assert list(Job.objects.order_by("pk").values_list("kind", "key")) == [
            (folding.FOLD, f"{course.pk}:1"),
            (folding.FOLD, f"{course.pk}:2"),
        ]

    def test_an_edition_that_asks_for_more_lowers_what_is_shown(self):
        course = make_course(lesson_count=4, quiz_count=0)
        require_of_all(course, 3, required=False)
        begun, idle = enrol(course_by_key(course.key)), enrol(course_by_key(course.key))
        for lesson in lessons_of(course)[:2]:
            do_lesson(begun, lesson)
        assert kept(begun) == (66, "in-progress")

        require_of_all(course, 3)
        run_jobs()

        assert kept(begun) == folded(begun) == (50, "in-progress")
        assert begun.cached_edition == 3
        assert kept(idle) == folded(idle) == (0, "enrolled")

    def test_people_who_started_at_different_editions_are_measured_by_their_own(self):
        course = make_course(lesson_count=2, quiz_count=0)
        early = enrol(course)
        publish(lesson_pages(course)[1], required=False)
        settle_course(course)
        between = enrol(course_by_key(course.key))
        for enrolment in (early, between):
            do_lesson(enrolment, lessons_of(course)[1])
        publish(lesson_pages(course)[1], required=True)
        settle_course(course)
        late = enrol(course_by_key(course.key))
        do_lesson(late, lessons_of(course)[0])
        run_jobs()

        assert [kept(one) for one in (early, between, late)] == [
            (50, "in-progress"),
            (0, "in-progress"),
            (50, "in-progress"),
        ]
        assert [folded(one) for one in (early, between, late)] == [kept(one) for one in (early, between, late)]

    def test_who_completed_stays_so_whatever_an_edition_asks(self, course):
        enrolment = enrol(course)
        require_of_all(course, 0, required=False)
        enrolment = enrol(course_by_key(course.key), enrolment.learner)
        do_everything(enrolment)
        require_of_all(course, 0)
        run_jobs()
        assert kept(enrolment) == folded(enrolment) == (100, "completed")

    def test_who_withdrew_is_folded_too(self):
        course = make_course(lesson_count=2, quiz_count=0)
        enrolment = enrol(course)
        do_lesson(enrolment, lessons_of(course)[0])
        Enrolment.objects.update(withdrawn_at=NOON)
        publish(lesson_pages(course)[1], required=False)
        settle_course(course)
        run_jobs()
        assert kept(enrolment) == folded(enrolment) == (100, "in-progress")

    def test_an_edition_that_asks_the_same_looks_at_nobody(self, course):
        enrolment = enrol(course)
        run_jobs()
        do_lesson(enrolment, lessons_of(course)[0])
        publish(lesson_pages(course)[0], title="A better title")
        settle_course(course)
        with counted_queries() as statements:
            run_jobs()

        assert not [sql for sql in statements if "progress_" in sql]
        assert kept(enrolment) == folded(enrolment) == (33, "in-progress")
        assert Job.objects.get(key=f"{course.pk}:2").total_count == 0

    def test_a_job_for_no_edition_in_particular_mends_what_a_hand_did(self, course):
        idle, tried, ready, done = (enrol(course) for _ in range(4))
        start(tried, quizzes_of(course)[0])
        do_lesson(ready, lessons_of(course)[0])
        do_everything(done)
        right = [kept(one) for one in (idle, tried, ready, done)]
        Enrolment.objects.update(cached_percentage=77, cached_state="enrolled")

        folding.start_job(kind=folding.FOLD, key=f"{course.pk}:by hand", payload={"course": course.pk}, at=NOON)
        run_jobs()

        assert [kept(one) for one in (idle, tried, ready, done)] == right
        assert right == [(0, "enrolled"), (0, "in-progress"), (33, "in-progress"), (100, "completed")]
        assert Job.objects.get(key=f"{course.pk}:by hand").done_count == 4

    def test_it_goes_through_a_course_in_batches(self, course, monkeypatch):
        monkeypatch.setattr(folding, "FOLDED_AT_ONCE", 2)
        enrolments = [enrol(course) for _ in range(5)]
        Enrolment.objects.update(cached_percentage=77)
        folding.start_job(kind=folding.FOLD, key=f"{course.pk}:by hand", payload={"course": course.pk}, at=NOON)
        run_jobs()

        assert [kept(one) for one in enrolments] == [(0, "enrolled")] * 5
        job = Job.objects.get(key=f"{course.pk}:by hand")
        assert (job.total_count, job.done_count, job.cursor) == (5, 5, enrolments[-1].pk)

    def test_a_batch_costs_the_same_for_2_and_20_people(self):
        costs = []
        for count in (2, 20):
            course = make_course(slug=f"course-{count}", title=f"Course {count}")
            for number in range(count):
                enrolment = enrol(course)
                if number % 2:
                    do_lesson(enrolment, lessons_of(course)[0])
            Enrolment.objects.filter(course=course).update(cached_percentage=77)
            with counted_queries() as statements:
                folding.fold_some({"course": course.pk}, 0, at=NOON)
            costs.append(len(statements))
        assert costs == [8, 8]  # 2 of them write: two figures differ


class TestReleasedCompletion:
    @pytest.fixture
    def course(self, db) -> Course:
        """Two lessons; the second one was taken down after everybody did the first."""
        return make_course(lesson_count=2, quiz_count=0)

    def release(self, course: Course, *, completes: bool = True) -> None:
        """Release an edition without the second lesson."""
        lesson_pages(course)[1].unpublish()
        settle_course(course)
        fresh = course_by_key(course.key)
        release = Release.objects.create(course=course, completes=completes, created_at=NOON)
        start_release_follow_up(release=release, edition=fresh.current_edition, at=NOON)

    def causes(self) -> list[tuple[int, str, int]]:
        rows = CourseCompletion.objects.order_by("enrolment")
        return list(rows.values_list("enrolment", "cause", "edition__number"))

    def test_completes_those_for_whom_nothing_is_left_and_asks_for_their_certificates(self, course):
        ready, idle = enrol(course), enrol(course)
        do_lesson(ready, lessons_of(course)[0])
        self.release(course)
        run_jobs(folding.COMPLETE)

        assert self.causes() == [(ready.pk, "release", 2)]
        assert kept(ready) == folded(ready) == (100, "completed")
        assert kept(idle) == (0, "enrolled")
        messages = OutboxMessage.objects.filter(kind="certificates.issue")
        assert list(messages.values_list("key", flat=True)) == [f"{ready.public_id}:completed"]

    def test_nothing_follows_where_no_editor_confirmed_it(self, course):
        do_lesson(enrol(course), lessons_of(course)[0])
        self.release(course, completes=False)
        run_jobs()
        assert not Job.objects.filter(kind=folding.COMPLETE).exists()
        assert self.causes() == []

    def test_who_withdrew_or_was_complete_before_or_came_later_is_left_alone(self, course):
        withdrawn, before = enrol(course), enrol(course)
        do_lesson(withdrawn, lessons_of(course)[0])
        do_everything(before)
        Enrolment.objects.filter(pk=withdrawn.pk).update(withdrawn_at=NOON)
        self.release(course)
        publish(lesson_pages(course)[0], title="A better title")
        settle_course(course)
        late = enrol(course_by_key(course.key))
        do_lesson(late, lessons_of(course)[0])  # completes by their own act
        CourseCompletion.objects.filter(enrolment=late).delete()
        run_jobs(folding.COMPLETE)

        assert self.causes() == [(before.pk, "item", 1)]

    def test_a_slip_in_a_later_edition_completes_nobody_more(self):
        course = make_course(lesson_count=3, quiz_count=0)
        first, _second, third = lessons_of(course)
        ready, idle = enrol(course), enrol(course)
        for enrolment, lesson in ((ready, first), (ready, third), (idle, first)):
            do_lesson(enrolment, lesson)
        self.release(course)
        lesson_pages(course)[2].unpublish()
        settle_course(course)
        run_jobs(folding.COMPLETE)

        assert self.causes() == [(ready.pk, "release", 2)]

    def test_what_comes_back_in_a_later_edition_takes_it_from_nobody(self, course):
        ready = enrol(course)
        do_lesson(ready, lessons_of(course)[0])
        self.release(course)
        publish(lesson_pages(course)[1])
        settle_course(course)
        run_jobs()
        assert kept(ready) == (50, "in-progress")
        run_jobs(folding.COMPLETE)

        assert self.causes() == [(ready.pk, "release", 2)]
        assert kept(ready) == folded(ready) == (100, "completed")

    def test_it_goes_through_them_in_steps(self, course, monkeypatch):
        from progress.operations import completing

        monkeypatch.setattr(completing, "COMPLETED_AT_ONCE", 2)
        enrolments = [enrol(course) for _ in range(5)]
        for enrolment in enrolments:
            do_lesson(enrolment, lessons_of(course)[0])
        self.release(course)
        run_jobs(folding.COMPLETE)

        assert self.causes() == [(one.pk, "release", 2) for one in enrolments]
        job = Job.objects.get(kind=folding.COMPLETE)
        assert (job.total_count, job.done_count) == (5, 5)


class TestCourseFigures:
    def test_counts_people_by_how_far_they_are(self, course):
        enrol(course)
        do_lesson(enrol(course), lessons_of(course)[0])
        start(enrol(course), quizzes_of(course)[0])
        do_everything(enrol(course))
        withdrawn = enrol(course)
        start(withdrawn, quizzes_of(course)[0])
        Enrolment.objects.filter(pk=withdrawn.pk).update(withdrawn_at=NOON)
        enrol(make_course(slug="other", title="Other"))

        with counted_queries() as statements:
            figures = course_figures(course)

        assert figures == CourseFigures(enrolled=1, in_progress=2, completed=1, withdrawn=1, open_attempts=1)
        assert figures.active == 4
        assert len(statements) == 2

    def test_a_course_without_people_has_none(self, course):
        assert course_figures(course) == CourseFigures(0, 0, 0, 0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_learners_editors_and_follow_ups_at_once_leave_the_figures_that_the_records_fold_to(seed, monkeypatch):
    monkeypatch.setattr(folding, "FOLDED_AT_ONCE", 3)
    course = make_course(lesson_count=4, quiz_count=1)
    pages = lesson_pages(course)
    enrolments = [enrol(course, make_learner()) for _ in range(8)]
    lessons, quiz = lessons_of(course), quizzes_of(course)[0]

    def learn(number: int) -> None:
        dice = random.Random(f"{seed}/{number}")
        mine = enrolments[number::2]
        for _turn in range(10):
            enrolment = dice.choice(mine)
            if dice.random() < 0.2:
                operations.submit_attempt(attempt=start(enrolment, quiz), at=NOON)
            else:
                try:
                    do_lesson(enrolment, dice.choice(lessons))
                except operations.UnknownItem:
                    continue

    def edit() -> None:
        dice = random.Random(f"{seed}/editor")
        for _turn in range(6):
            page = publish(dice.choice(pages), required=dice.random() < 0.6)
            binds = {str(page.translation_key)} if dice.random() < 0.5 else frozenset()
            settle_course(course, bind_all=binds)

    def follow_up() -> None:
        for _turn in range(12):
            for pk in Job.objects.filter(kind=folding.FOLD, finished_at=None).values_list("pk", flat=True):
                run_job(job_id=pk, clock=lambda: LATER)

    def act(what) -> None:
        try:
            what()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, [lambda: learn(0), edit, follow_up, lambda: learn(1)]))
    run_jobs()

    assert [kept(one) for one in enrolments] == [folded(one) for one in enrolments]
    assert not Attempt.objects.filter(state="submitted", cached_score=None).exists()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_an_act_that_waited_for_the_follow_up_of_an_edition_folds_with_that_edition():
    course = make_course(lesson_count=2, quiz_count=0)
    enrolment = enrol(course)
    lessons = lessons_of(course)
    is_locked, is_waiting = Event(), Event()

    def follow_up() -> None:
        try:
            with transaction.atomic():
                rows = folding.lock_some(Enrolment.objects.filter(course=course))
                is_locked.set()
                assert is_waiting.wait(60)
                deadline = monotonic() + 60
                while not _waits_for_a_lock():
                    assert monotonic() < deadline
                # The edition comes while the learner's act waits, and its follow-up has the row.
                publish(lesson_pages(course)[1], required=False)
                settle_course(course)
                assert len(rows) == 1
        finally:
            connections.close_all()

    def learn() -> None:
        try:
            assert is_locked.wait(60)
            is_waiting.set()
            do_lesson(enrolment, lessons[0])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda act: act(), [follow_up, learn]))

    assert kept(enrolment) == folded(enrolment) == (100, "completed")


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_taking_the_whole_course_down_and_up_again_changes_no_figure(course):
    enrolment = enrol(course)
    do_lesson(enrolment, lessons_of(course)[0])
    course_page(course).unpublish()
    settle_course(course)
    run_jobs()
    assert kept(enrolment) == (33, "in-progress")
    publish(course_page(course))
    settle_course(course)
    run_jobs()
    assert kept(enrolment) == folded(enrolment) == (33, "in-progress")
