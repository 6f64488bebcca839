"""The answer key, for everybody below an editor in every setting of a quiz: foreign people, assessors, each way to be asked.

Two may read of it, and no more than is needed: who marks a task that they took, and who was told by a result.
"""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from case_studies.models import AppliedStory
from case_studies.rules.telling import QUESTIONS
from courses.models import BankQuestion, Course, QuestionImport, QuizKey
from courses.operations.settling import one_edition
from progress.models import Attempt, Enrolment, MarkingTask
from progress.operations import submit_attempt
from progress.operations.checking import ask_for_check
from tests.courses.builders import NOON, add_assignment, module_pages
from tests.people import (
    join,
    make_assessor,
    make_editor,
    make_learner,
    make_manager,
    make_operator,
    make_organisation,
    make_reviewer,
    signed_in,
)
from tests.portal.canaries import OTHER_LANGUAGES, Canaries, Crawl, course_of_canaries, crawl_everything
from tests.progress.builders import enrol, quizzes_of, start
from tests.progress.kinds import as_sent, wrong_answer
from tests.progress.works import files_apart, submit

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

NEVER = re.compile(r"(?!)")


class World:
    """A course of canaries with people around it: an open attempt, one that was sent, work handed in, a file to be imported,

    a story that a learner has not sent yet.
    """

    def __init__(self, canaries: Canaries) -> None:
        self.canaries = canaries
        self.course = course_of_canaries(canaries)
        with one_edition(cause="publish", at=NOON):
            add_assignment(module_pages(self.course)[0], "1")
        self.course.refresh_from_db()
        self.hub = make_organisation("Repair Hub")
        self.open = self._start("ana")
        self.sent = self._start("ben")
        submit_attempt(attempt=self.sent, at=NOON)
        self.sent.refresh_from_db()
        self.work = submit(self.sent.enrolment)
        self.check = ask_for_check(attempt=self.sent, words="I was right.", at=NOON)
        self.story = AppliedStory.objects.create(
            learner=self.sent.enrolment.learner,
            course=self.course,
            language="en",
            **{question: canaries.next() for question in QUESTIONS},
            credited_name=canaries.next(),
            created_at=NOON,
            changed_at=NOON,
        )
        self.tasks = list(MarkingTask.objects.filter(attempt=self.sent))
        banked = BankQuestion.objects.get()
        self.file = QuestionImport.objects.create(
            made_by=make_editor(),
            format="gift",
            file_name="questions.gift",
            content=f"Which one? {{={canaries.next()} ~another}}",
            made_at=NOON,
        )
        self.public_ids = [
            self.sent.public_id,
            self.sent.enrolment.public_id,
            self.work.public_id,
            self.file.public_id,
            self.story.public_id,
            banked.translation_key,
            *(task.public_id for task in MarkingTask.objects.all()),
        ]

    def _start(self, name: str) -> Attempt:
        person = make_learner(name, email=f"{name}@example.org")
        join(person, self.hub)
        enrolment = enrol(self.course, person)
        Enrolment.objects.filter(pk=enrolment.pk).update(organisation=self.hub)
        enrolment.refresh_from_db()
        return start(enrolment, quizzes_of(self.course)[0])


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    files_apart(settings, tmp_path)
    return World(Canaries())


PEOPLE = {
    "a foreign learner": lambda world: make_learner(),
    "a manager of the learners": lambda world: make_manager(organisation=world.hub),
    "an assessor of others": lambda world: make_assessor(),
    "an assessor of the learners": lambda world: make_assessor(organisation=world.hub),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a foreign learner", marks=pytest.mark.full),
        "a manager of the learners",
        pytest.param("an assessor of others", marks=pytest.mark.full),
        "an assessor of the learners",
    ],
)
def test_nobody_below_an_editor_comes_upon_the_key(world: World, name: str) -> None:
    crawl = Crawl(signed_in(PEOPLE[name](world)), world.canaries, skips=(*OTHER_LANGUAGES, "/it/"))
    crawl.client.raise_request_exception = False

    crawl_everything(crawl, world.course, world.open, more=world.public_ids)

    read = {path for path, _place, _found in crawl.findings}
    # How an attempt was marked is an assessor's to read, of those they assess: with what was right.
    assert read <= ({marking_of(world.sent)} if name == "an assessor of the learners" else set())
    seen = {path for path, status in crawl.visited.items() if status == 200}
    assert f"/en/attempts/{world.open.public_id}/" not in seen
    assert "/en/cockpit/marking/" in seen


def marking_of(attempt: Attempt) -> str:
    return f"/en/attempts/{attempt.public_id}/marking/"


def test_an_assessor_reads_the_key_of_a_task_only_once_it_is_theirs(world: World) -> None:
    karin, leo = make_assessor(organisation=world.hub), make_assessor(organisation=world.hub)
    crawl, other = (Crawl(signed_in(person), world.canaries, may_read=NEVER) for person in (karin, leo))
    paths = [f"/en/cockpit/marking/{task.public_id}/" for task in world.tasks]
    for path in ("/en/cockpit/marking/", *paths):
        crawl.ask(path)
    assert crawl.findings == []

    for path in paths:
        crawl.ask(path, method="post", data={"do": "claim"})
    assert crawl.findings == []
    for path in paths:
        crawl.ask(path)
        other.ask(path)

    assert {path for path, _place, _found in crawl.findings} == set(paths)
    shown = {word for _path, place, found in crawl.findings if place == "body" for word in found}
    guidance = guidance_of(world.sent)
    assert guidance in shown
    assert other.findings == []


def guidance_of(attempt: Attempt) -> str:
    key = QuizKey.objects.get(version=attempt.quiz_version).body["questions"]
    return next(entry["guidance"] for entry in key.values() if entry.get("guidance"))


def test_who_may_publish_reads_the_key_in_the_cms_alone(world: World) -> None:
    """Otherwise the tests above would look for what nobody is shown."""
    quiz = f"/cms/courses/{world.course.key}/quizzes/{world.open.item_key}"
    for person in (make_editor(), make_reviewer(), make_operator()):
        crawl = Crawl(signed_in(person), world.canaries)
        crawl.ask(f"{quiz}/analysis/")
        assert crawl.findings
        crawl.findings.clear()
        for path in ("/en/", "/en/courses/digital-basics/", "/en/courses/", "/en/me/", "/en/cockpit/marking/"):
            crawl.ask(path)
        assert crawl.findings == []


def answer_all_wrong(crawl: Crawl, attempt: Attempt, **headers: str) -> None:
    for number, entry in enumerate(attempt.form["questions"], start=1):
        sent = as_sent(attempt, entry["kind"], wrong_answer(attempt, entry["kind"]))
        path = f"/en/attempts/{attempt.public_id}/questions/{number}/"
        crawl.ask(path, method="post", data={**sent, "sequence": "1"}, **headers)


def open_quiz(canaries: Canaries, **rules: Any) -> tuple[Course, Attempt, Crawl]:
    course = course_of_canaries(canaries, **rules)
    attempt = start(enrol(course, make_learner()), quizzes_of(course)[0])
    return course, attempt, Crawl(signed_in(attempt.enrolment.learner), canaries)


def said_on(crawl: Crawl) -> set[str]:
    return {word for _path, place, found in crawl.findings if place == "body" for word in found}


def may_be_said(attempt: Attempt) -> set[str]:
    """Return what may be said of wrong answers to all questions: feedback on what was chosen."""
    key = QuizKey.objects.get(version=attempt.quiz_version).body["questions"]
    words: set[str] = set()
    for entry in attempt.form["questions"]:
        named = {token.partition(":")[0] for token in wrong_answer(attempt, entry["kind"]).options}
        words |= {text for option, text in key[entry["id"]]["feedback"].items() if option in named}
    return words


def test_feedback_after_the_pass_says_nothing_before_it() -> None:
    _course, attempt, crawl = open_quiz(Canaries(), feedback_timing="after-pass")
    answer_all_wrong(crawl, attempt)
    base = f"/en/attempts/{attempt.public_id}"
    crawl.ask(f"{base}/send/", method="post")
    crawl.follow_links(f"{base}/result/", f"{base}/marking/", "/en/me/")
    assert crawl.visited[f"{base}/result/"] == 200
    assert crawl.findings == []


def test_feedback_at_once_says_why_and_never_what_is_right() -> None:
    _course, attempt, crawl = open_quiz(Canaries(), feedback_timing="at-once")
    base = f"/en/attempts/{attempt.public_id}"
    pages = [f"{base}/questions/{number}/" for number in range(1, len(attempt.form["questions"]) + 1)]
    for path in (*pages, f"{base}/check/"):
        crawl.ask(path)
    assert crawl.findings == []

    answer_all_wrong(crawl, attempt)
    crawl.follow_links(f"{base}/", "/en/courses/digital-basics/")

    assert {re.sub(r"^/it/", "/en/", path.partition("?")[0]) for path, _place, _found in crawl.findings} <= set(pages)
    assert set() < said_on(crawl) <= may_be_said(attempt)


@pytest.mark.parametrize("layout", [{"layout": "one-page"}, {"layout": "one-page", "reviews_first": False}])
def test_all_questions_on_one_page_say_nothing_of_the_key(layout: dict[str, Any]) -> None:
    _course, attempt, crawl = open_quiz(Canaries(), **layout)
    crawl.follow_links(f"/en/attempts/{attempt.public_id}/", "/en/courses/digital-basics/")
    assert crawl.visited[f"/en/attempts/{attempt.public_id}/all/"] == 200
    assert crawl.findings == []


def test_practice_says_why_and_never_what_is_right() -> None:
    canaries = Canaries()
    course = course_of_canaries(canaries, offers_practice=True, max_attempts=0)
    enrolment = enrol(course, make_learner())
    crawl = Crawl(signed_in(enrolment.learner), canaries)
    path = f"/en/enrolments/{enrolment.public_id}/items/{quizzes_of(course)[0].key}/practice/"
    answer = crawl.ask(path)
    assert crawl.visited[path] == 200
    assert crawl.findings == []
    attempt = attempt_to_read(course)

    for number, entry in enumerate(attempt.form["questions"], start=1):
        token = token_in(answer)
        sent = as_sent(attempt, entry["kind"], wrong_answer(attempt, entry["kind"]))
        told = crawl.ask(path, method="post", data={**sent, "at": token})
        assert crawl.visited[path] == 200, number
        found = list(crawl.findings)
        answer = crawl.ask(f"{path}?at={token_in(told)}")
        assert crawl.findings == found, "the next question says nothing of the one before"

    assert set() < said_on(crawl) <= may_be_said(attempt)
    assert Attempt.objects.filter(enrolment=enrolment).count() == 0


def attempt_to_read(course: Course) -> Attempt:
    """Return somebody else's attempt, to make answers of."""
    return start(enrol(course, make_learner()), quizzes_of(course)[0])


def token_in(answer: Any) -> str:
    """Return where a practice is, or, once an answer was given, where it goes on."""
    tokens = re.findall(r'(?:name="?at"? value="?|[?]at=)([^"\s>&]+)', answer.text_of_body)
    assert tokens, answer.text_of_body
    return str(tokens[0])


def test_who_assesses_no_more_and_who_is_nobody_find_neither_work_nor_tasks(world: World) -> None:
    assessor = make_assessor(organisation=world.hub)
    Membership.objects.filter(user=assessor).update(end_date=NOON.date())
    tasks = [f"/en/cockpit/marking/{task.public_id}/" for task in world.tasks]
    paths = [*tasks, marking_of(world.sent), f"/en/submissions/{world.work.public_id}/"]
    for client, status in ((signed_in(assessor), 404), (Client(), 302)):
        crawl = Crawl(client, world.canaries, may_read=NEVER)
        for path in paths:
            crawl.ask(path)
        assert set(crawl.visited.values()) == {status}
        assert crawl.findings == []
