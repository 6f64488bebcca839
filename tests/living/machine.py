"""A state machine that edits courses in every way there is, while people learn from them.

Each run starts from the same courses and people, made once, and is rolled back at its end. After each step everything
that DESIGN.md promises of records is looked at (`tests.living.records`).
"""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from wagtail.models import Page

from certificates.operations import NameIsFixed, confirm_name
from courses.deletion import RecordsHoldPages
from courses.models import (
    Course,
    CourseIndexPage,
    EditionDue,
    ItemAddress,
    QuizPage,
    Release,
    SettledItem,
)
from courses.operations.archiving import archive_course, reopen_course
from courses.operations.releasing import ReleaseRefused, release_due
from courses.operations.settling import one_edition, settle_due
from courses.queries import serving
from courses.queries.deletion import subtree_of, why_not_delete
from courses.queries.drafts import changed_pages
from courses.queries.releasing import held_drafts
from courses.rules import kinds
from courses.rules.outline import Outline
from courses.tasks import publish_scheduled
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message, run_job
from portal.management.commands.check_records import READERS
from progress import operations
from progress.models import Attempt, Enrolment
from progress.operations.releasing import (
    agree,
    ask_second_person,
    give_up,
    put_together,
    release_at,
    release_course,
    second_person_needed,
    stamp_of,
)
from progress.rules.regrading import Policy
from tests.living import edits, records
from tests.living.edits import CANARY, pick
from tests.living.records import Answer, Moment, Outlines
from tests.living.world import World
from tests.progress.builders import NOON, right_options

NUMBERS = st.integers(0, 59)
"""Chooses among what there is, whatever its number is: 60 is a multiple of 2, 3, 4, 5 and 6."""
PEOPLE = st.integers(0, 2)
START = NOON + timedelta(hours=1)


class Clock:
    """The time in a run: what `django.utils.timezone.now` says, in steps of minutes."""

    at = START

    @classmethod
    def now(cls) -> datetime:
        return cls.at

    @classmethod
    def pass_by(cls, time: timedelta) -> None:
        cls.at += time


class LivingCourses(RuleBasedStateMachine):
    """Editors and learners, in any order."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        Clock.at = START
        self.run = transaction.atomic()
        self.run.__enter__()
        self.outlines = Outlines()
        self.acknowledged: dict[tuple[int, str], Answer] = {}
        self.now = Moment.read()
        for place, response in self.now.responses.items():
            if response.sequence:
                self.acknowledged[place] = (tuple(response.options), response.unsure)
        self.browsers = []
        for session in self.world.sessions:
            browser = Client()
            browser.cookies["sessionid"] = session
            self.browsers.append(browser)
        self.content_changed = self.something_waits = self.worker_is_away = False
        self.world.tally["runs"] += 1

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # after a step that went wrong nothing more can be said
                self.check_at_the_end()
        finally:
            transaction.set_rollback(True)
            self.run.__exit__(None, None, None)

    # What learners do

    @rule(who=PEOPLE, number=NUMBERS)
    def enrol(self, who: int, number: int) -> None:
        """Join a course, or come back to it."""
        course = self.course(number)
        offered = serving.is_offered(course, serving.outline_of(course, "en"))
        try:
            operations.enrol_learner(learner=self.world.learners[who], course=course, at=Clock.at)
            assert offered
            self.count("enrol")
        except operations.NothingToDo:
            assert not serving.outline_of(course, "en").items
        except operations.NotOffered:
            assert not offered

    def leave(self, number: int) -> None:
        enrolment = pick(self.enrolments(), number)
        Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=Clock.at)
        self.count("leave")

    @rule(number=NUMBERS, language=st.sampled_from(["en", "it"]), most=st.sampled_from([1, 1, 9]))
    def do_lessons(self, number: int, language: str, most: int) -> None:
        enrolment = pick(self.enrolments(), number)
        outline = self.outline(enrolment)
        for step in [step for step in outline.items if step.kind == "lesson"][-most:]:
            if self.act(
                lambda step=step: operations.mark_lesson_done(
                    enrolment=enrolment, item_key=UUID(step.key), language=language, at=Clock.at
                ),
                outline,
            ):
                self.count("lesson done")

    @rule(number=NUMBERS, language=st.sampled_from(["en", "it"]))
    def start_a_quiz(self, number: int, language: str) -> None:
        enrolment = pick(self.enrolments(), number)
        self.start(enrolment, number // 6, language)

    def start(self, enrolment: Enrolment, number: int, language: str = "en") -> Attempt | None:
        outline = self.outline(enrolment)
        quizzes = [step for step in outline.items if step.kind == "quiz"]
        if not quizzes:
            return None
        quiz = pick(quizzes, number)
        attempt: Attempt | None = self.act(
            lambda: operations.start_attempt(
                enrolment=enrolment, item_key=UUID(quiz.key), language=language, seed=str(number), at=Clock.at
            ),
            outline,
        )
        self.count("start" if attempt else "start refused")
        return attempt

    @precondition(lambda self: self.open_attempts())
    @rule(number=NUMBERS, choice=NUMBERS, pressed=st.booleans(), late=st.booleans())
    def answer(self, number: int, choice: int, pressed: bool, late: bool) -> None:
        """Answer a question: one of its options, several, "I am not sure", or one that it does not offer."""
        attempt = pick(self.open_attempts(), number)
        entry = pick(attempt.form["questions"], number // 2)
        options = [option for place, option in enumerate(entry["options"]) if (choice + 1) >> place & 1]
        if entry["kind"] != "multiple_choice":
            options = [pick(entry["options"], choice)]
        unsure = choice % 7 == 0
        if choice % 11 == 0:
            options = ["of-no-question"]
        before = self.now.responses[attempt.pk, entry["id"]]
        sequence = before.sequence if late else before.sequence + 1
        try:
            outcome = operations.save_response(
                attempt=attempt,
                question_id=entry["id"],
                answer=kinds.Answer(frozenset(options)),
                unsure=unsure,
                sequence=sequence,
                at=Clock.at,
                pressed=pressed,
            )
        except operations.UnfitAnswer:
            assert choice % 11 == 0
            return
        if outcome is operations.SaveOutcome.SAVED:
            self.acknowledged[attempt.pk, entry["id"]] = ((), True) if unsure else (tuple(sorted(options)), False)
            self.count("answer")

    @precondition(lambda self: self.open_attempts())
    @rule(number=NUMBERS)
    def send(self, number: int) -> None:
        self.submit(pick(self.open_attempts(), number))

    def send_again(self, number: int) -> None:
        """A second click, and an answer that comes too late: they change nothing."""
        attempt = pick(self.sent_attempts(), number)
        operations.submit_attempt(attempt=attempt, at=Clock.at)
        entry = attempt.form["questions"][0]
        with pytest.raises(operations.AttemptClosed):
            operations.save_response(
                attempt=attempt, question_id=entry["id"], answer=kinds.Answer(), unsure=True, sequence=9999, at=Clock.at
            )

    @rule(number=NUMBERS, wrong=st.integers(0, 3), sends=st.booleans())
    def take_a_quiz(self, number: int, wrong: int, sends: bool) -> None:
        """Start a quiz, answer right but for some questions, and send it, or leave it open for a while."""
        attempt = self.start(pick(self.enrolments(), number), number // 6)
        if attempt is None or attempt.state != Attempt.State.OPEN:
            return
        self.answer_right(attempt, but_for=wrong)
        if sends:
            self.submit(attempt)

    def answer_right(self, attempt: Attempt, *, but_for: int = 0) -> None:
        for place, entry in enumerate(attempt.form["questions"]):
            options = right_options(attempt, entry["id"]) if place >= but_for else []
            operations.save_response(
                attempt=attempt,
                question_id=entry["id"],
                answer=kinds.Answer(frozenset(options)),
                unsure=not options,
                sequence=0,
                at=Clock.at,
                pressed=True,
            )
            self.acknowledged[attempt.pk, entry["id"]] = (tuple(sorted(options)), not options)

    @rule(number=NUMBERS)
    def do_everything(self, number: int) -> None:
        """Do every step of a course as it is now, everything right, and say the name."""
        enrolment = pick(self.enrolments(), number)
        self.do_lessons(number, "en", most=99)
        for place in range(len(self.outline(enrolment).items)):
            attempt = self.start(enrolment, place)
            if attempt is not None and attempt.state == Attempt.State.OPEN:
                self.answer_right(attempt)
                self.submit(attempt)
        self.say_the_name(number)

    def submit(self, attempt: Attempt) -> None:
        event = operations.submit_attempt(attempt=attempt, at=Clock.at)
        self.count("pass" if event.passed else "fail")

    @rule(
        number=NUMBERS, act=st.sampled_from(["leave", "send_again", "finish", "finish", "say_the_name", "say_the_name"])
    )
    def do_something_small(self, number: int, act: str) -> None:
        getattr(self, act)(number)

    def finish(self, number: int) -> None:
        enrolment = pick(self.enrolments(), number)
        progress = self.now.progress[enrolment.pk]
        completion = operations.finish_course(enrolment=enrolment, at=Clock.at)
        if enrolment.withdrawn_at is None:
            assert (completion is not None) == (progress.may_finish or hasattr(enrolment, "completion"))

    def say_the_name(self, number: int) -> None:
        enrolment = pick(self.enrolments(), number)
        name = "Ana Lima" if number % 5 else "Ana Lima-Costa"
        try:
            confirm_name(enrolment=enrolment, name=name, at=Clock.at)
            self.count("name")
        except NameIsFixed:
            assert any(row.enrolment_id == enrolment.pk for row in self.now.certificates.values())

    # What learners read

    @rule(
        number=NUMBERS, language=st.sampled_from(["en", "it"]), page=st.sampled_from(["the_course", "a_step", "a_step"])
    )
    def read_content(self, number: int, language: str, page: str) -> None:
        getattr(self, f"read_{page}")(number, language)

    def read_the_course(self, number: int, language: str) -> None:
        enrolment = pick(self.enrolments(), number)
        outline = self.outline(enrolment)
        offered = serving.is_offered(self.now.courses[enrolment.course_id], outline)
        is_in = enrolment.withdrawn_at is None
        self.read(enrolment, f"/{language}/courses/{outline.slug}/", 200 if is_in or offered else 404)

    def read_a_step(self, number: int, language: str) -> None:
        """Read a lesson or the start of a quiz at an address it has or had; one that was taken out, too."""
        enrolment = pick(self.enrolments(), number)
        outline = self.outline(enrolment)
        addresses = list(ItemAddress.objects.filter(course=enrolment.course_id).order_by("pk"))
        if not addresses:
            return
        address = pick(addresses, number // 6)
        key = str(address.item_key)
        step = outline.by_key.get(key)
        is_in = enrolment.withdrawn_at is None
        is_live = outline.live and step is not None and not step.removed
        if is_in:
            status = 200 if is_live or key in self.now.progress[enrolment.pk].done else 404
        else:
            status = None if is_live else 404
        self.read(enrolment, f"/{language}/courses/{outline.slug}/{address.path}/", status)

    @precondition(lambda self: self.now.attempts)
    @rule(number=NUMBERS, page=st.sampled_from(["", "questions/1/", "check/", "result/", "marking/"]))
    def read_an_attempt(self, number: int, page: str) -> None:
        attempt = pick(list(self.now.attempts.values()), number)
        is_open = attempt.state == Attempt.State.OPEN
        is_shown = page and is_open == (page in {"questions/1/", "check/"})
        enrolment = self.now.enrolments[attempt.enrolment_id]
        path = f"/en/attempts/{attempt.public_id}/{page}"
        self.read(enrolment, path, 200 if is_shown else 303, shows_key=not is_open)

    @rule(number=NUMBERS)
    def read_what_is_mine(self, number: int) -> None:
        """My learning, why it is not complete, what changed, the history, the certificate: of a course left, too."""
        enrolment = pick(self.enrolments(), number)
        pages = [
            (reverse("progress:my_learning"), 200),
            *(
                (reverse(f"progress:{name}", args=[enrolment.public_id]), 200)
                for name in ("explain", "changes", "history")
            ),
            (reverse("certificates:mine"), 200),
            *(
                (reverse("certificates:show", args=[row.public_id]), 200)
                for row in self.now.certificates.values()
                if row.enrolment_id == enrolment.pk
            ),
        ]
        path, status = pick(pages[::-1], number // 6)
        self.read(enrolment, path, status)

    def read(self, enrolment: Enrolment, path: str, status: int | None, *, shows_key: bool = False) -> None:
        """Load a page as the learner does, and see that the answer key is not in it."""
        who = next(place for place, person in enumerate(self.world.learners) if person.pk == enrolment.learner_id)
        answer = self.browsers[who].get(path)
        if answer.status_code == 301:
            answer = self.browsers[who].get(answer.headers["Location"])
        assert answer.status_code == status or (status is None and answer.status_code in {200, 403}), (
            path,
            answer.status_code,
        )
        assert shows_key or CANARY not in answer.content.decode(), f"{path} shows the answer key"
        self.count(f"read {answer.status_code}")

    # What editors do

    @rule(number=NUMBERS, change=NUMBERS, several=st.booleans(), at_once=st.booleans())
    def publish_a_change(self, number: int, change: int, several: bool, at_once: bool) -> None:
        """Change a page, or two, and publish; `at_once` not: the process is killed before the edition is made."""
        names = []

        def act() -> None:
            for place in range(1 + (several and number % 2)):
                page = self.page(number + place)
                kind = pick(edits.changes_for(page), change + place)
                names.append(kind.__name__)
                kind(page, change // 2)
                page.save_revision().publish()

        self.edit(act, names, at_once=at_once or change % 3 > 0)

    @rule(number=NUMBERS, change=NUMBERS)
    def change_a_key(self, number: int, change: int) -> None:
        pages = [page for page in self.pages() if page.specific_class is edits.QuizPage]
        if pages:
            page = pick(pages, number).specific
            if edits.raw_questions(page):
                self.edit(lambda: (edits.change_key(page, change), page.save_revision().publish()), "change_key")

    @rule(number=NUMBERS, kind=st.sampled_from(edits.TREE_ACTIONS), where=NUMBERS, at_once=st.booleans())
    def arrange(self, number: int, kind: Callable[[Page, int], None], where: int, at_once: bool) -> None:
        page = self.page(number)
        self.edit(lambda: kind(page, where), kind.__name__, at_once=at_once or where % 3 > 0)

    @rule(
        number=NUMBERS,
        kind=st.sampled_from([*edits.STATE_ACTIONS, "delete", "save_a_draft", "schedule", "archive_or_reopen"]),
        how=NUMBERS,
        at_once=st.booleans(),
    )
    def act_on_a_page(self, number: int, kind: Any, how: int, at_once: bool) -> None:
        if isinstance(kind, str):
            getattr(self, kind)(number, how)
        else:
            page = self.page(number)
            self.edit(lambda: kind(page, how), kind.__name__, at_once=at_once or how % 3 > 0)

    def delete(self, number: int, how: int) -> None:
        """Delete a page; refused exactly when a record names something that would go."""
        page = self.page(number)
        pages = subtree_of(page)
        held = records.keys_held(self.now) & set(pages.values_list("translation_key", flat=True))
        waits = held_drafts(pages.order_by()).exists()
        assert bool(why_not_delete(pages)) == bool(held or waits)
        if held or waits:
            with pytest.raises((RecordsHoldPages, ProtectedError)), transaction.atomic():
                page.delete()
            self.count("delete refused")
        else:
            self.edit(page.delete, "delete")

    def save_a_draft(self, number: int, change: int) -> None:
        """Nothing of it is public: no course is flagged, no edition made."""
        page = self.page(number)
        flags = EditionDue.objects.count()
        edits.save_draft(page, change)
        assert EditionDue.objects.count() == flags
        self.count("save_draft")

    def schedule(self, number: int, change: int) -> None:
        page = self.page(number)
        self.edit(lambda: edits.schedule(page, change, at=Clock.at), "schedule")
        self.something_waits = True

    @precondition(lambda self: self.something_waits)
    @rule()
    def an_hour_passes(self) -> None:
        """What is scheduled is published or expires, and what was left flagged is settled."""
        Clock.pass_by(timedelta(hours=2))
        self.content_changed, self.something_waits = True, False
        publish_scheduled()
        self.commit()
        release_due(at=Clock.at)
        self.commit()
        settle_due(at=Clock.at)
        self.commit()
        # What went wrong would be logged and left for the next time.
        assert not Release.objects.filter(state=Release.State.SCHEDULED, due_at__lte=Clock.at).exists()
        assert not EditionDue.objects.exists()
        self.count("hours")

    def archive_or_reopen(self, number: int, how: int) -> None:
        course = self.course(number)
        act = archive_course if course.archived_at is None else reopen_course
        self.edit(lambda: act(course_key=course.key, at=Clock.at), act.__name__)

    @rule(
        course=NUMBERS,
        pages=st.lists(NUMBERS, max_size=3),
        change=NUMBERS,
        policy=st.sampled_from(Policy),
        bind=st.booleans(),
        completes=st.booleans(),
    )
    def release(self, course: int, pages: list[int], change: int, policy: Policy, bind: bool, completes: bool) -> None:
        """Put a release together of what is drafted now and a little more, and have it go out or wait for somebody."""
        released = self.course(course)
        self.draft_changes(released, pages, change)
        chosen = [(page, page.latest_revision) for page in changed_pages(released)]
        outline = serving.outline_of(released, "en") if released.current_edition else None
        known = [item.key for item in outline.items if item.kind == "quiz"] if outline else []
        quizzes = [key for key in known if key in {str(page.translation_key) for page, _ in chosen}] or known
        self.content_changed = True
        try:
            release = put_together(
                course=released,
                user=self.world.editor,
                public_id=uuid4(),
                revisions=chosen,
                policies={pick(quizzes, change): policy} if quizzes else {},
                bind_all=[str(page.translation_key) for page, _ in chosen] if bind else [],
                completes=completes,
                note="Something is new." if change % 2 else "",
                reason="The key was wrong.",
                at=Clock.at,
            )
            self.count("put together")
            self.go_on_with(release, change)
        except ReleaseRefused as refusal:
            self.count(f"release: {type(refusal).__name__}")

    @precondition(lambda self: self.sent_attempts())
    @rule(
        number=NUMBERS, change=NUMBERS, policy=st.sampled_from([policy for policy in Policy if policy != Policy.KEEP])
    )
    def mark_again(self, number: int, change: int, policy: Policy) -> None:
        """Change the key of a quiz that somebody has sent, or go back to the first marking, and have it go out at once."""
        attempt = pick(self.sent_attempts(), number)
        course = self.now.courses[self.now.enrolments[attempt.enrolment_id].course_id]
        quiz = QuizPage.objects.filter(translation_key=attempt.item_key, locale__language_code="en").first()
        self.content_changed = True
        try:
            if quiz is not None and policy != Policy.AS_FIRST_MARKED and edits.raw_questions(quiz):
                edits.change_key(quiz, change)
                quiz.save_revision(clean=False)
            drafts = [(page, page.latest_revision) for page in changed_pages(course)]
            release = put_together(
                course=course,
                user=self.world.editor,
                public_id=uuid4(),
                revisions=[(page, revision) for page, revision in drafts if page.translation_key == attempt.item_key],
                policies={str(attempt.item_key): policy},
                reason="The key was wrong.",
                at=Clock.at,
            )
            ask_second_person(release=release, user=self.world.editor, at=Clock.at)
            self.agree_to(release)
        except ReleaseRefused as refusal:
            self.count(f"release: {type(refusal).__name__}")

    def draft_changes(self, course: Course, pages: list[int], change: int) -> None:
        """Save drafts of some pages of a course; half of them of quizzes, whose key changes."""
        below = [page for page in self.pages() if page.translation_key == course.key]
        if not below:
            return
        own = [page for page in self.pages() if page.path.startswith(below[0].path)]
        quizzes = [page for page in own if page.specific_class is QuizPage]
        for number in pages:
            page = pick(quizzes if quizzes and number % 2 else own, number // 2)
            edits.save_draft(page.specific, 0 if number % 2 else change)

    def go_on_with(self, release: Release, change: int) -> None:
        """Release, now or in an hour, or ask the second person where one is needed, who agrees at once or later."""
        at_once = change % 4 > 0
        if second_person_needed(release) or not at_once:
            ask_second_person(release=release, user=self.world.editor, at=Clock.at)
            self.count("second person asked")
            if at_once:
                self.agree_to(release)
        elif change % 4 == 1:
            release_at(release=release, user=self.world.editor, due_at=Clock.at + timedelta(hours=1), at=Clock.at)
            self.something_waits = True
        else:
            release_course(release=release, user=self.world.editor, at=Clock.at)
            self.count("released")

    @precondition(lambda self: Release.objects.filter(state=Release.State.IN_REVIEW).exists())
    @rule(number=NUMBERS, agrees=st.booleans())
    def look_at_a_release(self, number: int, agrees: bool) -> None:
        """Agree to a release that waits, whatever was published since; or give it up."""
        release = pick(list(Release.objects.filter(state=Release.State.IN_REVIEW).order_by("pk")), number)
        try:
            if agrees or number % 2:
                self.agree_to(release)
            else:
                give_up(release=release, user=self.world.editor, at=Clock.at)
        except ReleaseRefused as refusal:
            self.count(f"release: {type(refusal).__name__}")

    def agree_to(self, release: Release) -> None:
        """The second person agrees, in a transaction of its own."""
        self.content_changed = True
        release.refresh_from_db()
        agree(release=release, user=self.world.reviewer, stamp=stamp_of(release), at=Clock.at)
        self.count("released by two")

    def edit(self, act: Callable[[], Any], names: str | list[str], *, at_once: bool = True) -> None:
        """Do something in the CMS: one transaction, and one edition of each course after it."""
        self.content_changed = True
        self.something_waits |= not at_once
        self.worker_is_away |= not at_once
        names = [names] if isinstance(names, str) else names
        unit = one_edition(cause="publish", user=self.world.editor, at=Clock.at) if at_once else nullcontext()
        try:
            with unit:
                with transaction.atomic():
                    act()
                self.commit()
        except ValidationError:
            self.count(f"{names[-1]} refused")
            return
        self.commit()
        for name in names:
            self.count(name)

    # Invariants

    @invariant()
    def records_are_true(self) -> None:
        self.commit()
        if self.content_changed and not self.worker_is_away:
            self.run_jobs()
        before, now = self.now, Moment.read()
        records.check_nothing_undone(before, now)
        records.check_states_move_forward(before, now)
        records.check_one_open_attempt(now)
        records.check_answers(now, self.acknowledged)
        records.check_editions(now)
        records.check_percentage(before, now, self.outlines)
        records.check_marks(before, now)
        if not now.jobs_wait:
            records.check_cached_progress(now)
        if self.content_changed and not now.flagged:
            self.check_content(before, now)
        self.world.tally["regraded"] += now.regraded - before.regraded
        self.now = now
        self.world.tally["steps"] += 1
        Clock.pass_by(timedelta(minutes=7))

    def check_content(self, before: Moment, now: Moment) -> None:
        """A course is as its pages are: one that changed, or in turn one that did not. All are at the end of a run."""
        self.content_changed = False
        changed = [course for pk, course in now.courses.items() if before.editions.get(pk) != course.last_edition]
        courses = changed if changed and Clock.at.minute % 2 else list(now.courses.values())
        records.check_live_tree([pick(courses, Clock.at.minute // 2)], at=Clock.at)

    @precondition(lambda self: self.now.jobs_wait)
    @rule()
    def the_worker_is_back(self) -> None:
        """Where it was away when content changed, figures and marks follow now."""
        self.run_jobs()
        self.count("worker back")

    def run_jobs(self) -> None:
        """Do all that waits in the background, until nothing waits."""
        self.worker_is_away = False
        while jobs := list(Job.objects.filter(finished_at=None, due_at__lte=Clock.at).order_by("pk")):
            for job in jobs:
                done = run_job(job_id=job.pk, clock=Clock.now)
                job.refresh_from_db()
                assert done, job.problem
            self.commit()
        waiting = OutboxMessage.objects.filter(done_at=None, due_at__lte=Clock.at).exclude(kind="certificates.pdf")
        for message in waiting.order_by("pk"):
            done = deliver_message(message_id=message.pk, at=Clock.at)
            message.refresh_from_db()
            assert done, message.problem

    def check_at_the_end(self) -> None:
        """Settle what was left, build every course from nothing, and let `check_records` look at everything."""
        settle_due(at=Clock.at)
        self.commit()
        self.run_jobs()
        SettledItem.objects.all().delete()
        now = Moment.read()
        assert not now.flagged
        assert not now.jobs_wait
        records.check_cached_progress(now)
        records.check_live_tree(now.courses.values(), at=Clock.at)
        for name, reader in READERS.items():
            differences = [difference for difference in reader() if difference]
            assert not differences, f"{name}: {differences}"
        connection.check_constraints()
        for enrolment in now.enrolments.values():
            self.count(f"ends {'complete' if hasattr(enrolment, 'completion') else 'incomplete'}")
        self.world.tally["certificates"] += len(now.certificates)

    # What there is

    def commit(self) -> None:
        """Do what waits for the commit, as each action's own transaction would."""
        while connection.run_on_commit:
            waiting, connection.run_on_commit = connection.run_on_commit, []
            for _savepoints, callback, _robust in waiting:
                callback()

    def act(self, operation: Callable[[], Any], outline: Outline) -> Any:
        """Do something that the course may refuse now."""
        try:
            return operation()
        except operations.NotOffered:
            assert not outline.live
        except operations.CannotStart:
            pass  # the quiz says why on its page
        return None

    def count(self, name: str) -> None:
        self.world.tally[name] += 1

    def course(self, number: int) -> Course:
        return pick(list(self.now.courses.values()), number)

    def enrolments(self) -> list[Enrolment]:
        return list(self.now.enrolments.values())

    def outline(self, enrolment: Enrolment) -> Outline:
        return serving.outline_of(self.now.courses[enrolment.course_id], "en")

    def sent_attempts(self) -> list[Attempt]:
        return [attempt for attempt in self.now.attempts.values() if attempt.state == Attempt.State.SUBMITTED]

    def open_attempts(self) -> list[Attempt]:
        return [attempt for attempt in self.now.attempts.values() if attempt.state == Attempt.State.OPEN]

    def pages(self) -> list[Page]:
        """Return the pages of all courses in their source language, without aliases. Cost: 1 query."""
        index = CourseIndexPage.objects.get(locale__language_code="en")
        return list(
            Page.objects.filter(path__startswith=index.path, depth__gt=index.depth, alias_of=None).order_by("path")
        )

    def page(self, number: int) -> Any:
        return pick(self.pages(), number).specific
