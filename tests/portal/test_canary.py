"""The answer key leaves the server for nobody below an editor before the result: every page and address is searched.

The quiz has a question of every kind, and one of the bank; see `tests.portal.canaries` for what is looked for.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.http import HttpRequest, HttpResponse
from django.test import Client
from wagtail.search.index import insert_or_update_object
from wagtail.search.models import IndexEntry

from courses.models import (
    Course,
    CourseCard,
    CourseEdition,
    LessonVersion,
    QuizKey,
    QuizVersion,
    SearchEntry,
)
from courses.operations.settling import one_edition
from progress.models import Attempt
from tests.accounts.test_sign_up import ANNA
from tests.courses.builders import NOON, lesson_pages, publish, quiz_pages
from tests.people import make_editor, make_learner, signed_in
from tests.portal.canaries import (
    Canaries,
    Crawl,
    course_of_canaries,
    crawl_everything,
    flipped,
    search_for_canaries,
    without_volatile,
)
from tests.progress.builders import enrol, quizzes_of, start
from tests.progress.kinds import as_sent, wrong_answer

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]


QUESTIONS = range(1, 10)


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def course(canaries: Canaries) -> Course:
    return course_of_canaries(canaries)


@pytest.fixture
def attempt(course: Course) -> Attempt:
    """A learner's attempt, open, nothing sent."""
    return start(enrol(course, make_learner("ana", email="ana@example.org")), quizzes_of(course)[0])


def test_the_canaries_live_in_the_key_and_nowhere_else(course: Course, canaries: Canaries) -> None:
    """Otherwise the tests below would search for what is nowhere."""
    frozen = canaries.frozen
    assert len(frozen) > 20
    keys = " ".join(str(body) for body in QuizKey.objects.values_list("body", flat=True))
    assert [word for word in frozen if word not in keys] == []
    elsewhere = [
        *QuizVersion.objects.values_list("body", flat=True),
        *LessonVersion.objects.values_list("body", flat=True),
        *CourseEdition.objects.values_list("manifest", flat=True),
        *CourseCard.objects.values(),
        *SearchEntry.objects.values(),
        *IndexEntry.objects.values(),
    ]
    assert len(elsewhere) > 10
    assert canaries.found_in(str(elsewhere)) == []


@pytest.mark.parametrize("name", ["visitor", "learner"])
def test_no_page_and_no_address_gives_the_key_away(
    course: Course, attempt: Attempt, canaries: Canaries, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level("DEBUG")
    crawl = Crawl(signed_in(attempt.enrolment.learner) if name == "learner" else Client(), canaries)
    crawl.client.raise_request_exception = False

    crawl_everything(crawl, course, attempt)

    assert crawl.findings == []
    assert canaries.found_in(caplog.text) == []
    assert {"/en/courses/digital-basics/", "/it/courses/digital-basics/", "/sitemap.xml"} <= set(crawl.visited)
    assert crawl.visited["/en/courses/digital-basics/module-1/quiz-1-1/"] == (200 if name == "learner" else 403)
    if name == "learner":
        opened = [path for path, status in crawl.visited.items() if "/attempts/" in path and status == 200]
        assert {f"/en/attempts/{attempt.public_id}/questions/{number}/" for number in QUESTIONS} <= set(opened)


def test_answering_reads_no_key_and_the_result_shows_only_what_was_chosen(
    course: Course, attempt: Attempt, canaries: Canaries, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    crawl = Crawl(signed_in(attempt.enrolment.learner), canaries)
    base = f"/en/attempts/{attempt.public_id}"
    may_be_said, must_be_said = set(), set()
    for number, entry in enumerate(attempt.form["questions"], start=1):
        key = QuizKey.objects.get(version=attempt.quiz_version).body["questions"][entry["id"]]
        given = wrong_answer(attempt, entry["kind"])  # that of the bank has the same options
        named = {token.partition(":")[0] for token in given.options}
        own_words = {words for option, words in key["feedback"].items() if option in named}
        may_be_said |= own_words
        must_be_said |= own_words if entry["kind"].endswith("choice") else set()
        sent = as_sent(attempt, entry["kind"], given)
        for headers in ({"Accept": "application/json"}, {}):
            crawl.ask(f"{base}/questions/{number}/", method="post", data={**sent, "sequence": "1"}, **headers)
    assert crawl.findings == []

    crawl.ask(f"{base}/send/", method="post")
    crawl.follow_links(f"{base}/result/", "/en/me/", "/en/courses/digital-basics/")

    places = {path for path, _place, _found in crawl.findings}
    assert places <= {f"{base}/result/", f"{base.replace('/en/', '/it/')}/result/"}
    shown = {word for _path, _place, found in crawl.findings for word in found}
    assert must_be_said <= shown <= may_be_said
    assert canaries.found_in(caplog.text) == []


def test_other_right_answers_give_the_same_pages(course: Course, canaries: Canaries) -> None:
    """That an answer is right shows nowhere: neither in a word, nor in an order, a class, a length."""
    crawls = []
    for name in ("ana", "bob"):
        learner = make_learner(name, display_name="Somebody")
        attempt = start(enrol(course, learner), quizzes_of(course)[0])
        crawl = Crawl(signed_in(learner), canaries)
        base = f"/en/attempts/{attempt.public_id}"
        pages = [f"{base}/questions/{number}/" for number in QUESTIONS]
        pages += [f"{base}/check/", "/en/courses/digital-basics/module-1/quiz-1-1/", "/en/courses/digital-basics/"]
        crawls.append([without_volatile(crawl.ask(path).text_of_body) for path in pages])
        if name == "ana":
            keys = QuizKey.objects.count()
            quiz = quiz_pages(course)[0]
            with one_edition(cause="publish", at=NOON):
                publish(quiz, questions=flipped(list(quiz.questions.raw_data)))
            course.refresh_from_db()
            assert QuizKey.objects.count() > keys
    assert crawls[0] == crawls[1]


def test_no_mail_carries_the_key(course: Course, attempt: Attempt, canaries: Canaries, client: Client) -> None:
    client.post("/en/account/signup/", ANNA)
    client.post("/en/account/password/reset/", {"email": "ana@example.org"})
    with one_edition(cause="publish", at=NOON, user=make_editor()):
        publish(lesson_pages(course)[0], title="A new title")
    assert canaries.found_in(" ".join(str(message.message()) for message in mail.outbox)) == []


LEAKS: dict[str, Callable[[HttpResponse, str], None]] = {
    "body": lambda answer, word: setattr(answer, "content", answer.content + f"<!-- {word} -->".encode()),
    "headers": lambda answer, word: answer.headers.__setitem__("X-Hint", word),
    "SQL": lambda answer, word: list(QuizKey.objects.all()) and None,
}


class LeakMiddleware:
    """What a mistake would look like: on one page, for somebody in the middle of a quiz."""

    place = ""
    word = ""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if re.search(r"/questions/2/$", request.path):
            LEAKS[self.place](answer, self.word)
        return answer


@pytest.mark.parametrize("place", LEAKS)
def test_a_planted_leak_is_found(
    course: Course, attempt: Attempt, canaries: Canaries, settings: Any, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(LeakMiddleware, "place", place)
    monkeypatch.setattr(LeakMiddleware, "word", canaries.words[3].upper())
    # Behind the compression, as a view's own mistake is.
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.LeakMiddleware"]
    crawl = Crawl(signed_in(attempt.enrolment.learner), canaries)

    crawl.follow_links(f"/en/attempts/{attempt.public_id}/")

    found = {(path.partition("?")[0][-13:], where) for path, where, _found in crawl.findings}
    assert found == {("/questions/2/", place)}


def test_a_word_of_the_key_in_the_search_is_found(course: Course, canaries: Canaries) -> None:
    entry = SearchEntry.objects.filter(course=course).first()
    assert entry is not None
    entry.summary = canaries.words[0]
    entry.save()
    insert_or_update_object(entry)  # at once: this test commits nothing
    crawl = Crawl(Client(), canaries)

    search_for_canaries(crawl)

    assert [place for _path, place, _found in crawl.findings] == ["search"] * len(crawl.findings)
    assert crawl.findings
