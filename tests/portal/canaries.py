"""Canaries: words that occur nowhere else, planted in an answer key, and somebody who looks for them everywhere.

A word in each text of the key: feedback, explanation, guidance, accepted answers; a number in each right number. That an
option is right, or belongs to another, cannot carry a word: there the pair itself is looked for as it is stored, and a
second key, with other right answers, must give the same pages.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from html import unescape
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Revision

from courses.models import BankQuestion, Course, QuizKey
from courses.operations.settling import one_edition
from progress.models import Attempt
from tests.courses.bank import bank_question
from tests.courses.builders import NOON, in_language, make_course, publish, quiz_pages
from tests.portal.test_access import addresses
from tests.progress.kinds import KINDS, raw_question

SECRET_FIELDS = ("feedback", "feedback_true", "feedback_false", "guidance")
SECRET_NUMBERS = ("number", "tolerance")
# Where the key lies: as marked, as drafted, as it was drafted before, in the bank, in a file to be imported.
KEY_TABLES = (
    "courses_quizkey",
    "courses_quizpage",
    "courses_bankquestion",
    "courses_questionimport",
    "wagtailcore_revision",
)
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
        self.frozen: list[str] = []

    def next(self) -> str:
        self.words.append(f"kanarie{len(self.words):04d}vogel")
        return self.words[-1]

    def next_number(self) -> str:
        """Return a number that occurs nowhere else, in digits with a point."""
        self.words.append(f"3.14{len(self.words):04d}2718")
        return self.words[-1]

    def plant(self, value: Any) -> Any:
        """Return raw question blocks with a word of its own in each text of the key."""
        if isinstance(value, dict):
            return {name: self._planted(name, entry) for name, entry in value.items()}
        return [self.plant(entry) for entry in value] if isinstance(value, list) else value

    def _planted(self, name: str, entry: Any) -> Any:
        if name in SECRET_FIELDS and isinstance(entry, str):
            return self.next()
        if name in SECRET_NUMBERS and isinstance(entry, str):
            return self.next_number()
        if name == "accepted":
            return [{**item, "value": self.next()} for item in entry]
        return self.plant(entry)

    @property
    def to_search_for(self) -> list[str]:
        """Some of the words: what a search looks through has all texts of a question, or none."""
        return [word for word in self.words if word.startswith("kanarie")][::7]

    def found_in(self, text: str) -> list[str]:
        lower = text.lower()
        # A number may be written with a decimal comma.
        return [word for word in self.words if word in lower or (word[0] == "3" and word.replace(".", ",") in lower)]


def flipped(value: Any) -> Any:
    """Return raw question blocks of which other answers are right: wrong is right, last is first, all belongs elsewhere."""
    if isinstance(value, list):
        return [flipped(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    changed = {name: flipped(entry) for name, entry in value.items()}
    if value.get("type") == "ordering":
        changed["value"]["options"].reverse()
    if value.get("type") == "matching":
        entries = [entry["value"] for entry in changed["value"]["options"]]
        matches = [(entry["match"], entry["match_id"]) for entry in entries]
        for entry, (match, match_id) in zip(entries, matches[1:] + matches[:1], strict=True):
            entry.update(match=match, match_id=match_id)
    if "correct" in changed:
        changed["correct"] = not changed["correct"]
    if "answer" in changed:
        changed["answer"] = {"true": "false", "false": "true"}[changed["answer"]]
    if isinstance(changed.get("number"), str):
        changed["number"] = f"2{changed['number']}"
    if "accepted" in changed:
        changed["accepted"] = [{**entry, "value": f"{entry['value']} too"} for entry in changed["accepted"]]
    return changed


@dataclass
class Crawl:
    """Somebody who follows every link and tries every address, and what of the key they came upon."""

    client: Client
    canaries: Canaries
    may_read: re.Pattern[str] = MARKING
    skips: tuple[str, ...] = OTHER_LANGUAGES
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
            if tables and not self.may_read.match(path):
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
            waiting.extend(
                link for link in (_own_path(path, link) for link in links) if link and not link.startswith(self.skips)
            )


def _own_path(page: str, link: str) -> str:
    """Return the address a link leads to, without its fragment; nothing for other sites, files of ours, two facets."""
    parts = urlsplit(urljoin(f"http://testserver{page}", unescape(link)))
    if parts.scheme not in {"http", "https"} or parts.hostname not in {"testserver", "localhost", "127.0.0.1"}:
        return ""
    if parts.path.startswith("/static/") or parts.query.count("&"):
        return ""
    if parts.query.startswith("next="):
        return parts.path
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def known_numbers(course: Course, attempt: Attempt, more: Iterable[Any] = ()) -> dict[str, list[str]]:
    """Return what an address may hold in place of its converters, of things that exist; `more` are further public ids."""
    quiz = quiz_pages(course)[0]
    banked = list(BankQuestion.objects.values_list("pk", flat=True))
    revisions = list(Revision.objects.filter(object_id=str(quiz.pk)).values_list("pk", flat=True))
    return {
        "int": [*map(str, [quiz.pk, *banked, max(revisions)])],
        "uuid": [
            str(attempt.public_id),
            str(attempt.enrolment.public_id),
            str(attempt.item_key),
            str(course.key),
            *map(str, more),
        ],
        "slug": ["digital-basics"],
        "str": ["digital-basics", "courses", str(quiz.pk)],
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


OF_MANAGERS = (
    *(f"<lang>/cockpit/{noun}/" for noun in ("cards", "cohorts", "import", "invitations", "join-links")),
    *(
        f"<lang>/cockpit/{noun}/"
        for noun in ("join-requests", "messages", "organisations", "people", "reports", "tokens")
    ),
    *("<lang>/me/cohorts/", "<lang>/me/sight/", "<lang>/join/"),
)
"""Pages about people and places, which know no quiz: tried with one thing of another kind, not with each."""
_OF_A_SNIPPET = ("edit", "history", "inspect", "usage", "preview", "copy")


def crawl_everything(crawl: Crawl, course: Course, attempt: Attempt, more: Iterable[Any] = ()) -> None:
    """Follow all links, try all addresses with things that exist and with absent ones, search for every canary.

    With `more` public ids of things, only our own addresses are tried with each: that the whole CMS turns people away
    at its door, `tests.portal.test_access` says.
    """
    base = f"/en/attempts/{attempt.public_id}"
    crawl.follow_links("/", "/en/", "/it/", "/en/courses/", "/sitemap.xml", "/robots.txt", f"{base}/")
    known = known_numbers(course, attempt, more)
    for address in addresses():
        if more and address.route.startswith(("cms/", "ops/")) and "<uuid" not in address.route:
            continue
        paths = [address.path, *real_paths(address.route.replace("<lang>", "en"), known)]
        if more and address.route.startswith(OF_MANAGERS):
            paths = paths[:2]
        for path in paths:
            if path not in crawl.visited and not path.startswith(("/cms/failwhale", "/en/account/logout")):
                crawl.ask(path)
    for path in (f"{base}/questions/1/", f"{base}/check/", f"{base}/result/", f"{base}/send/"):
        crawl.ask(path)
        crawl.ask(path, **{"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"})
        crawl.ask(path, method="head")
    quiz, item_key = quiz_pages(course)[0], attempt.item_key
    analysis = f"/cms/courses/{course.key}/quizzes/{item_key}"
    practice = f"/en/enrolments/{attempt.enrolment.public_id}/items/{item_key}/practice/"
    bank = "/cms/snippets/courses/bankquestion"
    for path in (
        *(f"{analysis}/{name}" for name in ("analysis/", "analysis/file/", "attempts/")),
        *(f"{bank}/{name}/{pk}/" for pk in BankQuestion.objects.values_list("pk", flat=True) for name in _OF_A_SNIPPET),
        f"/cms/questions/export/?quiz={quiz.pk}&format=moodle-xml&file=1",
        "/cms/questions/export/?format=gift&file=1",
        practice,
        f"{base}/all/",
        "/en/cockpit/marking/",
        f"/cms/api/main/pages/{quiz.pk}/?fields=*",
        "/cms/api/main/pages/?type=courses.QuizPage&fields=*",
        f"/cms/pages/{quiz.pk}/edit/preview/?mode=key",
        f"/cms/pages/{quiz.pk}/view_draft/",
    ):
        crawl.ask(path)
    if not more:  # a search answers everybody alike
        search_for_canaries(crawl)


def search_for_canaries(crawl: Crawl) -> None:
    """A search for a word of the key must answer as a search for a word that is nowhere does."""
    crawl.client.get("/en/search/")  # what was to be said to this person once is said now
    for address in ("/en/search/", "/it/search/", "/en/courses/", "/en/case-studies/", "/cms/api/main/pages/"):
        name = "search" if "api" in address else "q"
        answers = []
        for word in ["nowhere0000atall", *crawl.canaries.to_search_for]:
            body = crawl.client.get(f"{address}?{urlencode({name: word})}").content.decode()
            answers.append(without_volatile(re.sub(word, "WORD", body, flags=re.IGNORECASE)))
        changed = [line for answer in answers for line in unified_diff(answers[0].split("\n"), answer.split("\n"), n=0)]
        if changed:
            crawl.findings.append((address, "search", changed))


def without_volatile(text: str) -> str:
    """Return a page without what differs from one answer to the next: tokens, ids, times, the edition a report names."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"&amp;edition=\d+", "", text)
    return re.sub(r"\d\d?:\d\d", "TIME", text)


def course_of_canaries(canaries: Canaries, **quiz_fields: Any) -> Course:
    """Build a course in two languages, its quiz and the quiz's translation full of canaries, and a draft that goes on.

    `canaries.frozen` are the words that the published quiz has in its source language.
    """
    course = make_course(languages=("it",), question_count=3)
    banked = BankQuestion(
        title="Kept in the bank",
        question=canaries.plant([{**raw_question("single_choice"), "id": "in-bank"}]),
        live=False,
        locale=Locale.objects.get(language_code="en"),
    )
    banked.save()
    banked.save_revision().publish()
    questions = canaries.plant([raw_question(kind) for kind in KINDS])
    questions.append(bank_question(banked))
    with one_edition(cause="publish", at=NOON):
        quiz = publish(quiz_pages(course)[0], questions=questions, **quiz_fields)
        canaries.frozen = list(canaries.words)
        publish(in_language(quiz, "it"), questions=canaries.plant(list(quiz.questions.raw_data)))
    quiz.questions = canaries.plant(list(quiz.questions.raw_data))
    quiz.save_revision()
    banked.question = canaries.plant(list(banked.question.raw_data))
    banked.save_revision()
    for key in QuizKey.objects.filter(version__item_key=quiz.translation_key).values_list("body", flat=True):
        pairs = [entry for entry in key["questions"].values() if entry["kind"] in {"ordering", "matching"}]
        canaries.words += sorted({word for entry in pairs for word in entry["correct"]} - set(canaries.words))
    course.refresh_from_db()
    return course
