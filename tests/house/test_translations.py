"""The interface speaks Italian wherever it speaks English, and says the same."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.test import Client
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from accounts.models import User
from courses.models import Course, CourseAddress
from portal.loading.content import load_content
from portal.loading.demo import load_demo
from portal.views import server_error
from tests.certificates.builders import earn
from tests.people import make_learner, signed_in
from tests.progress.builders import answer, enrol, question_ids, quizzes_of, start, wrong_option

pytestmark = pytest.mark.xdist_group("italian")  # in one process: the content takes half a minute to load
ROOT = Path(settings.BASE_DIR)
ITALIAN = ROOT / "locale" / "it" / "LC_MESSAGES" / "django.po"
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
COURSE = "/it/courses/digital-basics-at-work/"
LESSON = f"{COURSE}start-safely/the-parts-of-your-device/"
QUIZ = f"{COURSE}start-safely/quiz-start-safely/"

# What a translator must carry over as it stands: values, per cent signs, elements.
KEPT = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>")
# Italian for these is the same word.
SAME_IN_BOTH = {
    "%(minutes)s min",
    "%(number)s file",
    "Badge (Open Badges 3.0)",
    "E-mail",
    "No",
    "Privacy",
    "cluster",
    "link",
    "File",
    "file",
    "Logo",
    "logo",
    "Online",
    "Open source",
    "Passphrase",
    "Portfolio",
    "Quiz",
    "Video",
    "no",
    *("Albania", "Andorra", "Armenia", "Austria", "Bulgaria", "Estonia", "Georgia", "Kosovo", "Liechtenstein"),
    *("Malta", "Moldova", "Monaco", "Montenegro", "Romania", "San Marino", "Serbia", "Slovenia"),
}
# Words of nearly every English sentence, and of no Italian one.
ENGLISH = re.compile(
    r"\b(about|an|and|are|at|can|done|for|from|has|have|how|if|is|my|not|of|on|one|or|that|the|this|to|was|what|when"
    r"|who|will|with|you|your)\b",
    re.IGNORECASE,
)


def catalogue(path: Path = ITALIAN) -> polib.POFile:
    return polib.pofile(str(path), check_for_duplicates=True)


def forms(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return each English form of a message with its Italian one."""
    if entry.msgid_plural:
        return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]
    return [(entry.msgid, entry.msgstr)]


def keys(entries: polib.POFile) -> set[tuple[str, str, str]]:
    return {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in entries if not entry.obsolete}


def test_every_message_has_its_italian():
    entries = catalogue()

    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert [entry.msgid for entry in entries.obsolete_entries()] == []


def test_italian_is_not_left_in_english():
    same = {english for entry in catalogue() for english, italian in forms(entry) if english == italian}
    # What is made of values alone has no word to translate.
    same = {english for english in same if re.search(r"[^\W\d_]", KEPT.sub("", english))}

    assert same == SAME_IN_BOTH


def test_what_is_filled_in_later_is_kept():
    lost = [
        (english, italian)
        for entry in catalogue()
        for english, italian in forms(entry)
        if sorted(KEPT.findall(english)) != sorted(KEPT.findall(italian))
    ]

    assert lost == []


def test_sentences_end_and_are_quoted_as_in_italian():
    odd = [
        (english, italian)
        for entry in catalogue()
        for english, italian in forms(entry)
        if (english[-1] in ".:?," and italian[-1] != english[-1]) or "“" in italian or italian != italian.strip()
    ]

    assert odd == []


def test_catalogue_is_up_to_date(tmp_path):
    """`make messages` would change nothing: run in a copy, as it writes next to what it reads."""
    tree = tmp_path / "tree"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "var", "static", "content", "docs", "tests")
    shutil.copytree(ROOT, tree, ignore=left_out)
    (tree / "static").mkdir()
    command = re.search(r"manage\.py (makemessages .*)", (ROOT / "Makefile").read_text())
    assert command

    subprocess.run(
        [sys.executable, "manage.py", *command[1].split()],
        cwd=tree,
        env={"PATH": "/usr/bin:/bin", "PORTAL_MODE": "test", "PORTAL_VAR": str(tmp_path / "var")},
        check=True,
        capture_output=True,
    )

    fresh, known = keys(catalogue(tree / ITALIAN.relative_to(ROOT))), keys(catalogue())
    assert sorted(fresh - known) == [], "new in the code: make messages, then translate"
    assert sorted(known - fresh) == [], "gone from the code: make messages"


def test_dates_are_written_as_in_italian():
    with override("it"):
        assert date_format(date(2026, 9, 4), "DATE_FORMAT") == "4 settembre 2026"
        assert date_format(datetime(2026, 9, 4, 8, 5, tzinfo=UTC), "DATETIME_FORMAT") == "4 settembre 2026, 08:05"


@pytest.mark.parametrize("language", ["ro", "sv", "de", "es"])
def test_other_languages_fall_back_to_english(language):
    with override(language):
        assert gettext("Check your answers") == "Check your answers"


class ItalianTexts(HTMLParser):
    """Collects what a page says in Italian: texts and attributes that are not below another `lang`."""

    SPOKEN = {"alt", "aria-label", "data-busy", "data-hide", "data-show", "data-waiting", "placeholder", "title"}
    EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "source", "wbr"}

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        # The credit of a picture is as its author wrote it; a title names pages, which may be English.
        silent = tag in {"script", "style", "title"} or "picture__credit" in given.get("class", "")
        language = "-" if silent else language
        if language == "it":
            self.texts += [given[name] for name in self.SPOKEN & set(given)]
        if tag not in self.EMPTY:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {name for name, _language in self._open}:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][1] == "it":
            self.texts.append(" ".join(data.split()))


def english_in(page: str, *, at_least: int = 10) -> list[str]:
    """Return the texts that the page calls Italian and that are English."""
    texts = ItalianTexts(page).texts
    assert len(texts) >= at_least, "too little was read"
    messages = {english for entry in catalogue() for english, _italian in forms(entry)} - SAME_IN_BOTH
    return [text for text in texts if text in messages or ENGLISH.search(text)]


@pytest.fixture(scope="module")
def _content(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The content and the demo, loaded once for all tests here; each sees them fresh."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_content(at=NOON, say=lambda _line: None)
        load_demo(at=NOON, say=lambda _line: None)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def course(_content: None, db: None) -> Course:
    return CourseAddress.objects.get(slug="digital-basics-at-work").course


@pytest.fixture
def learner(course: Course) -> User:
    return make_learner("giulia", language="it")


@pytest.mark.parametrize(
    "path",
    [
        "/it/",
        "/it/courses/",
        "/it/courses/?q=nessuno&level=basic",
        COURSE,
        LESSON,
        f"{COURSE}start-safely/a-passphrase-you-can-keep/",
        QUIZ,
        "/it/case-studies/",
        "/it/case-studies/?sector=textile",
        "/it/case-studies/acul-de-nord/",
        "/it/search/?q=passphrase",
        "/it/search/?q=sottomarino",
        "/it/verify/",
        "/it/verify/?number=CT-0000-0000-0000-0000",
        "/it/account/login/",
        "/it/account/signup/",
        "/it/account/password/reset/",
        "/it/account/password/reset/done/",
        "/it/no-such-page/",
    ],
)
def test_visitors_read_italian(course, client, path):
    assert english_in(page_of(client, path)) == []


def test_enrolling_is_italian(course, client):
    assert english_in(page_of(client, f"/it/enrol/{course.key}/")) == []


def test_problems_of_a_form_are_italian(course, client):
    page = client.post("/it/account/signup/", {"username": "a@b", "password1": "short"}).content.decode()

    assert "C'è un problema" in unescape(page)
    assert english_in(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/it/me/",
        "/it/me/certificates/",
        "/it/account/settings/",
        "/it/account/email/",
        "/it/account/password/change/",
        "/it/account/logout/",
        "/it/enrol/{course.key}/",
    ],
)
def test_people_read_italian(learner, course, path):
    assert english_in(page_of(signed_in(learner), path.format(course=course))) == []


def test_learners_read_italian(learner, course):
    enrolment = enrol(course, learner)
    browser = signed_in(learner)
    own = f"/it/enrolments/{enrolment.public_id}"

    for path in (COURSE, LESSON, QUIZ, f"{COURSE}final-test/15-questions-about-the-whole-course/", "/it/me/"):
        assert english_in(page_of(browser, path)) == [], path
    for path in (f"{own}/why/", f"{own}/name/"):
        assert english_in(page_of(browser, path)) == [], path


def test_a_quiz_is_italian_from_start_to_result(learner, course):
    attempt = start(enrol(course, learner), quizzes_of(course)[0], "it")
    browser = signed_in(learner)
    own = f"/it/attempts/{attempt.public_id}"

    problem = browser.post(f"{own}/questions/1/").content.decode()
    assert "C'è un problema" in unescape(problem)
    assert english_in(problem) == []
    answer(attempt, question_ids(attempt)[0], [wrong_option(attempt, question_ids(attempt)[0])])
    for path in (f"{own}/questions/1/", f"{own}/questions/2/", f"{own}/check/"):
        assert english_in(page_of(browser, path)) == [], path
    browser.post(f"{own}/send/")
    assert english_in(page_of(browser, f"{own}/result/")) == []
    assert english_in(page_of(browser, QUIZ)) == []


def test_a_certificate_is_italian_and_stays_so_for_others(learner, course, client):
    certificate = earn(course, name="Giulia Ferri", learner=learner)
    page = page_of(signed_in(learner), f"/it/certificates/{certificate.public_id}/")

    assert english_in(page) == []
    assert english_in(page_of(client, f"/it/verify/?number={certificate.number}")) == []
    assert "Attestato di profitto" in page


def test_a_breakdown_is_told_in_italian():
    with override("it"):
        page = server_error(HttpRequest()).content.decode()

    assert '<html lang="it">' in page
    assert english_in(page, at_least=4) == []


def page_of(browser: Client, path: str) -> str:
    """Return the page at an address, errors included."""
    answered = browser.get(path, follow=True)
    assert answered.status_code in {200, 403, 404}, path
    return str(answered.content.decode())
