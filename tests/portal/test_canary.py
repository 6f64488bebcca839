"""The answer key leaves the server for nobody below an editor before the result: every page and address is searched.

A canary is a word that occurs nowhere else. One is planted in each feedback and each explanation of the quizzes; that an
answer is right cannot carry a word, so there a second key, with other right answers, must give the same pages.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Revision
from wagtail.search.index import insert_or_update_object
from wagtail.search.models import IndexEntry

from courses.models import Course, CourseCard, CourseEdition, LessonVersion, QuizKey, QuizVersion, SearchEntry
from courses.operations.settling import one_edition
from progress.models import Attempt
from tests.accounts.test_sign_up import ANNA
from tests.courses.builders import NOON, lesson_pages, make_course, publish, quiz_pages
from tests.people import make_editor, make_learner, signed_in
from tests.portal.test_access import addresses
from tests.progress.builders import enrol, quizzes_of, start

pytestmark = pytest.mark.django_db

SECRET_FIELDS = ("feedback", "feedback_true", "feedback_false")
# Where the key lies: as marked, as drafted, as it was drafted before.
KEY_TABLES = ("courses_quizkey", "courses_quizpage", "wagtailcore_revision")
# Addresses that may read the key, once the answers are sent.
MARKING = re.compile(r"^/\w\w/attempts/[^/]+/(send|result|marking)/$")
LINK = re.compile(r"""(?:href|src|action)=["']?([^"'\s>]+)""")
MOST_ADDRESSES = 3000
# The other languages show the same texts below another interface.
OTHER_LANGUAGES = ("/ro/", "/sv/", "/de/", "/es/")


class Canaries:
    """Plants words and finds them again."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def next(self) -> str:
        self.words.append(f"kanarie{len(self.words):04d}vogel")
        return self.words[-1]

    def plant(self, value: Any) -> Any:
        """Return raw question blocks with a word of its own in each text of the key."""
        if isinstance(value, dict):
            return {
                name: self.next() if name in SECRET_FIELDS and isinstance(entry, str) else self.plant(entry)
                for name, entry in value.items()
            }
        return [self.plant(entry) for entry in value] if isinstance(value, list) else value

    def found_in(self, text: str) -> list[str]:
        return [word for word in self.words if word in text.lower()] if "kanarie" in text.lower() else []


def flipped(value: Any) -> Any:
    """Return raw question blocks in which right is wrong and wrong is right."""
    if isinstance(value, dict):
        changed = {name: flipped(entry) for name, entry in value.items()}
        if "correct" in changed:
            changed["correct"] = not changed["correct"]
        if "answer" in changed:
            changed["answer"] = {"true": "false", "false": "true"}[changed["answer"]]
        return changed
    return [flipped(entry) for entry in value] if isinstance(value, list) else value


@dataclass
class Crawl:
    """Somebody who follows every link and tries every address, and what of the key they came upon."""

    client: Client
    canaries: Canaries
    findings: list[tuple[str, str, list[str]]] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)

    def ask(self, path: str, *, method: str = "get", data: Any = None, **headers: str) -> HttpResponse:
        """Ask for an address, search the answer, and note when a table of the key was read."""
        with CaptureQueriesContext(connection) as captured:
            answer = getattr(self.client, method)(path, data or {}, headers=headers)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        self.visited[path] = answer.status_code
        self._search(path, "body", unescape(body.decode("utf-8", errors="replace")))
        self._search(path, "headers", f"{answer.headers} {self.client.cookies}")
        for query in captured:
            tables = [table for table in KEY_TABLES if f'"{table}"' in query["sql"]]
            if tables and not MARKING.match(path):
                self.findings.append((path, "SQL", tables))
        answer.text_of_body = body.decode("utf-8", errors="replace")
        return answer

    def _search(self, path: str, place: str, text: str) -> None:
        if found := self.canaries.found_in(text):
            self.findings.append((path, place, found))

    def follow_links(self, *starts: str) -> None:
        """Visit these addresses and all that they lead to on this site."""
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            if path in self.visited:
                continue
            assert len(self.visited) < MOST_ADDRESSES, "the crawl does not end"
            answer = self.ask(path)
            links = [answer.headers.get("Location", "")]
            if "text/html" in answer.headers.get("Content-Type", "") or "xml" in answer.headers.get("Content-Type", ""):
                links += LINK.findall(answer.text_of_body)
                links += re.findall(r"<loc>([^<]+)</loc>", answer.text_of_body)
            waiting.extend(link for link in (_own_path(path, link) for link in links) if link)


def _own_path(page: str, link: str) -> str:
    """Return the address a link leads to, without its fragment; nothing for other sites, files of ours, two facets."""
    parts = urlsplit(urljoin(f"http://testserver{page}", unescape(link)))
    if parts.scheme not in {"http", "https"} or parts.hostname not in {"testserver", "localhost", "127.0.0.1"}:
        return ""
    if parts.path.startswith(("/static/", *OTHER_LANGUAGES)) or parts.query.count("&"):
        return ""
    if parts.query.startswith("next="):
        return parts.path
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def course(canaries: Canaries) -> Course:
    """A course in two languages, its quiz and the quiz's translation full of canaries, and a draft that goes on."""
    course = make_course(languages=("it",), question_count=3)
    with one_edition(cause="publish", at=NOON):
        quiz = quiz_pages(course)[0]
        quiz = publish(quiz, questions=canaries.plant(list(quiz.questions.raw_data)))
        translate_again(quiz)
    quiz.questions = canaries.plant(list(quiz.questions.raw_data))
    quiz.save_revision()
    course.refresh_from_db()
    return course


def translate_again(quiz: Any) -> None:
    italian = type(quiz).objects.get(translation_key=quiz.translation_key, locale__language_code="it")
    publish(italian, questions=[dict(block) for block in quiz.questions.raw_data])


@pytest.fixture
def attempt(course: Course) -> Attempt:
    """A learner's attempt, open, nothing sent."""
    return start(enrol(course, make_learner("ana", email="ana@example.org")), quizzes_of(course)[0])


def known_numbers(course: Course, attempt: Attempt) -> dict[str, list[str]]:
    """Return what an address may hold in place of its converters, of things that exist."""
    quiz = quiz_pages(course)[0]
    pages = [quiz.pk, lesson_pages(course)[0].pk]
    revisions = list(Revision.objects.filter(object_id=str(quiz.pk)).values_list("pk", flat=True))
    return {
        "int": [*map(str, [*pages, *revisions]), "1"],
        "uuid": [str(attempt.public_id), str(attempt.enrolment.public_id), str(attempt.item_key), str(course.key)],
        "slug": ["digital-basics"],
        "str": ["digital-basics", "courses", "quizpage", str(quiz.pk)],
        "path": ["module-1/quiz-1-1/"],
    }


def real_paths(route: str, known: dict[str, list[str]]) -> Iterator[str]:
    """Return addresses of this form, all converters of a kind filled with the same thing."""
    kinds = re.findall(r"<(?:(\w+):)?\w+>", route)
    for number in range(max((len(known[kind or "str"]) for kind in kinds), default=0)):
        path = re.sub(
            r"<(?:(\w+):)?\w+>",
            lambda match, number=number: known[match[1] or "str"][number % len(known[match[1] or "str"])],
            route,
        )
        if not re.search(r"[\^$\\(]", path):
            yield "/" + path


def crawl_everything(crawl: Crawl, course: Course, attempt: Attempt) -> None:
    """Follow all links, try all addresses with things that exist and with absent ones, search for every canary."""
    base = f"/en/attempts/{attempt.public_id}"
    crawl.follow_links("/", "/en/", "/it/", "/en/courses/", "/sitemap.xml", "/robots.txt", f"{base}/")
    known = known_numbers(course, attempt)
    for address in addresses():
        for path in [address.path, *real_paths(address.route.replace("<lang>", "en"), known)]:
            if path not in crawl.visited and not path.startswith(("/cms/failwhale", "/en/account/logout")):
                crawl.ask(path)
    for path in (f"{base}/questions/1/", f"{base}/check/", f"{base}/result/", f"{base}/send/"):
        crawl.ask(path)
        crawl.ask(path, **{"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"})
        crawl.ask(path, method="head")
    quiz = quiz_pages(course)[0]
    for path in (
        f"/cms/api/main/pages/{quiz.pk}/?fields=*",
        "/cms/api/main/pages/?type=courses.QuizPage&fields=*",
        f"/cms/pages/{quiz.pk}/edit/preview/?mode=key",
        f"/cms/pages/{quiz.pk}/view_draft/",
    ):
        crawl.ask(path)
    search_for_canaries(crawl)


def search_for_canaries(crawl: Crawl) -> None:
    """A search for a word of the key must answer as a search for a word that is nowhere does."""
    crawl.client.get("/en/search/")  # what was to be said to this person once is said now
    for address in ("/en/search/", "/it/search/", "/en/courses/", "/en/case-studies/", "/cms/api/main/pages/"):
        name = "search" if "api" in address else "q"
        answers = []
        for word in ["nowhere0000atall", *crawl.canaries.words]:
            body = crawl.client.get(f"{address}?{urlencode({name: word})}").content.decode()
            answers.append(without_volatile(re.sub(word, "WORD", body, flags=re.IGNORECASE)))
        changed = [line for answer in answers for line in unified_diff(answers[0].split("\n"), answer.split("\n"), n=0)]
        if changed:
            crawl.findings.append((address, "search", changed))


def without_volatile(text: str) -> str:
    """Return a page without what differs from one answer to the next: tokens, ids, times."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    return re.sub(r"\d\d?:\d\d", "TIME", text)


def test_the_canaries_live_in_the_key_and_nowhere_else(course: Course, canaries: Canaries) -> None:
    """Otherwise the tests below would search for what is nowhere."""
    frozen = canaries.words[: len(canaries.words) // 2]
    assert len(frozen) == 10
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
        assert {f"/en/attempts/{attempt.public_id}/questions/{number}/" for number in (1, 2, 3)} <= set(opened)


def test_answering_reads_no_key_and_the_result_shows_only_what_was_chosen(
    course: Course, attempt: Attempt, canaries: Canaries, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    crawl = Crawl(signed_in(attempt.enrolment.learner), canaries)
    base = f"/en/attempts/{attempt.public_id}"
    chosen = []
    for number, entry in enumerate(attempt.form["questions"], start=1):
        key = QuizKey.objects.get(version=attempt.quiz_version).body["questions"][entry["id"]]
        option = next(option for option in entry["options"] if option not in key["correct"])
        chosen += [key["feedback"][option], key["explanation"]]
        for headers in ({"Accept": "application/json"}, {}):
            crawl.ask(f"{base}/questions/{number}/", method="post", data={"option": option, "sequence": "1"}, **headers)
    assert crawl.findings == []

    crawl.ask(f"{base}/send/", method="post")
    crawl.follow_links(f"{base}/result/", "/en/me/", "/en/courses/digital-basics/")

    places = {path for path, _place, _found in crawl.findings}
    assert places <= {f"{base}/result/", f"{base.replace('/en/', '/it/')}/result/"}
    shown = {word for _path, _place, found in crawl.findings for word in found}
    assert shown == set(chosen)
    assert canaries.found_in(caplog.text) == []


def test_other_right_answers_give_the_same_pages(course: Course, canaries: Canaries) -> None:
    """That an answer is right shows nowhere: neither in a word, nor in an order, a class, a length."""
    crawls = []
    for name in ("ana", "bob"):
        learner = make_learner(name, display_name="Somebody")
        attempt = start(enrol(course, learner), quizzes_of(course)[0])
        crawl = Crawl(signed_in(learner), canaries)
        base = f"/en/attempts/{attempt.public_id}"
        pages = [f"{base}/questions/{number}/" for number in (1, 2, 3)]
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
