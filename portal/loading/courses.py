"""Courses: the tree of pages in the source language, translations beside it, and the references inside their blocks."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django.db import models
from wagtail.models import Locale, Page

from courses.models import (
    AssignmentPage,
    CertificateDefinition,
    Course,
    CourseAudience,
    CourseCompetence,
    CourseOutcome,
    CoursePage,
    CoursePrerequisite,
    LessonPage,
    ModulePage,
    Picture,
    QuizPage,
)
from courses.rules.bank import BY_TAG, ONE
from portal.loading.bank import BankLoader
from portal.loading.bank_reading import bank_key
from portal.loading.blocks import RawBlock
from portal.loading.files import load_downloads, picture_sha256
from portal.loading.identity import inner_id, lasting_id
from portal.loading.ledger import Ledger
from portal.loading.pages import PageTarget, arrange, find_page, put_page
from portal.loading.reading import SOURCE_LANGUAGE, Content, CourseText, Item, Module, PageText
from portal.loading.site import course_index


def load_courses(content: Content, *, pictures: dict[str, Picture], ledger: Ledger) -> None:
    """Make or update all courses, and put them into the order of their folders."""
    _ensure_anchors(content.courses, ledger=ledger)
    names = _Names({course.name: course for course in content.courses}, pictures)
    bank = BankLoader(content.bank, resolve=names.resolved, ledger=ledger)
    for course in content.courses:
        ledger.say(f"Course “{course.pages[SOURCE_LANGUAGE].values['title']}”")
        _CourseLoader(course, content=content, names=names, bank=bank, ledger=ledger).load()
    bank.load()
    for source in ledger.gone("courses/"):
        ledger.say(
            f"{source}: this text is gone; what was made from it stays. Take it down in the CMS if it should go."
        )


def _ensure_anchors(courses: list[CourseText], *, ledger: Ledger) -> None:
    """Make the rows of courses that others name as good to do before: a page can only name a course that is there."""
    named = {entry["course"] for course in courses for entry in course.pages[SOURCE_LANGUAGE].children["prerequisites"]}
    for course in courses:
        if course.name in named:
            Course.objects.get_or_create(
                key=course.key, defaults={"source_language": SOURCE_LANGUAGE, "created_at": ledger.at}
            )


class _Names:
    """Finds what blocks name: pictures, and the lessons and outcomes of a course."""

    def __init__(self, courses: dict[str, CourseText], pictures: dict[str, Picture]) -> None:
        self.courses = courses
        self.pictures = pictures

    def resolved(self, block: RawBlock, course: str, language: str) -> RawBlock:
        """Return a block with row numbers and keys in the place of names."""
        value = dict(block["value"])
        if value.get("picture"):
            value["picture"] = self.pictures[value["picture"]].pk
        if value.get("outcome"):
            value["outcome"] = self.outcome(course, value["outcome"])
        if "lesson" in value:
            slug = value["lesson"]
            key = lasting_id("courses", course, "items", slug)
            value["section"] = inner_id(key, value["section"]) if value["section"] else ""
            value["lesson"] = self._lesson_number(key, language) if slug else None
        return {**block, "value": value}

    def outcome(self, course: str, name: str) -> str:
        return inner_id(self.courses[course].key, "outcomes", name)

    def _lesson_number(self, key: Any, language: str) -> int | None:
        for code in (language, SOURCE_LANGUAGE):
            page = find_page(LessonPage, key, Locale.objects.get(language_code=code))
            if page is not None:
                return int(page.pk)
        return None  # deleted in the CMS


_MODELS = {"lesson": (LessonPage, "body"), "quiz": (QuizPage, "questions"), "assignment": (AssignmentPage, "rubric")}


class _CourseLoader:
    def __init__(
        self, course: CourseText, *, content: Content, names: _Names, bank: BankLoader, ledger: Ledger
    ) -> None:
        self.course = course
        self.names = names
        self.bank = bank
        self.ledger = ledger
        self.picture_texts = content.pictures
        self.downloads: dict[str, models.Model] = {}

    def load(self) -> None:
        self.downloads = load_downloads(self.course.downloads, ledger=self.ledger)
        for language in self._languages():
            index = course_index(language, ledger=self.ledger)
            page = self._put_course(language, index) if index else None
            if page is not None:
                self._put_modules(language, page)

    def _languages(self) -> list[str]:
        """Return the languages of the course page, the source language first: what is made first is the source."""
        return list(self.course.pages)

    def _put_course(self, language: str, index: Page) -> Any:
        text = self.course.pages[language]
        locale = Locale.objects.get(language_code=language)
        return put_page(
            PageTarget(CoursePage, self.course.key, locale, index, self.course.slug),
            source=text.file,
            ledger=self.ledger,
            text_sha256=text.sha256(),
            values={**text.values, "search_description": text.values["summary"]},
            children=_course_children(text, locale),
        )

    def _put_modules(self, language: str, course_page: Page) -> None:
        pages = []
        for module in self.course.modules:
            text = module.pages.get(language)
            if text is None:
                continue
            page = put_page(
                PageTarget(ModulePage, module.key, course_page.locale, course_page, module.slug),
                source=text.file,
                ledger=self.ledger,
                text_sha256=text.sha256(),
                values=text.values,
            )
            if page is not None:
                pages.append(page)
                self._put_items(language, module, page)
        arrange(course_page, pages, source=f"{self.course.folder}/ ({language})", ledger=self.ledger)

    def _put_items(self, language: str, module: Module, module_page: Page) -> None:
        pages = [
            page
            for item in module.items
            if language in item.pages and (page := self._put_item(language, item, module_page)) is not None
        ]
        arrange(module_page, pages, source=f"{module.folder}/ ({language})", ledger=self.ledger)

    def _put_item(self, language: str, item: Item, module_page: Page) -> Any:
        text = item.pages[language]
        model, column = _MODELS[item.kind]
        return put_page(
            PageTarget(model, item.key, module_page.locale, module_page, item.slug),
            source=text.file,
            ledger=self.ledger,
            text_sha256=text.sha256(*self._file_digests(text)),
            values={**self._credit(text), **self._draws(text), column: self._resolved(text, language)},
        )

    def _credit(self, text: PageText) -> dict[str, Any]:
        """Return the values of a step; it is read again with its course, unless it names a day of its own."""
        course = self.course.pages[SOURCE_LANGUAGE].values
        return {**text.values, "review_by_date": text.values.get("review_by_date") or course["review_by_date"]}

    def _file_digests(self, text: PageText) -> Sequence[str]:
        """Return the digests of the pictures and files a page shows: a new drawing is a new version of its lesson."""
        digests = []
        for block in text.stream:
            if block["value"].get("picture"):
                digests.append(picture_sha256(self.picture_texts[block["value"]["picture"]]))
            if block["type"] == "download":
                digests.append(self.course.downloads[block["value"]["file"]].sha256)
        return digests

    def _resolved(self, text: PageText, language: str) -> list[RawBlock]:
        """Return the stream of a page with row numbers in the place of names."""
        stream = []
        for block in deepcopy(text.stream):
            if block["type"] == "download":
                block["value"]["file"] = self.downloads[block["value"]["file"]].pk
            if block["type"] in {ONE, BY_TAG}:
                self.bank.load()
            if block["type"] == ONE:
                block["value"]["question"] = self.bank.number_of(bank_key(block["value"]["question"]))
                if block["value"]["question"] is None:
                    continue  # deleted in the CMS
            stream.append(self.names.resolved(block, self.course.name, language))
        return stream

    def _draws(self, text: PageText) -> dict[str, list[RawBlock]]:
        """Return the draws of a quiz with the keys of outcomes in the place of names; nothing where it has none."""
        if "draws" not in text.values:
            return {}
        draws = deepcopy(text.values["draws"])
        for draw in draws:
            if draw["value"]["outcome"]:
                draw["value"]["outcome"] = self.names.outcome(self.course.name, draw["value"]["outcome"])
        return {"draws": draws}


def _course_children(text: PageText, locale: Locale) -> dict[str, Sequence[models.Model]]:
    children = text.children
    course_rows = {
        name: Course.objects.get(key=lasting_id("courses", name))
        for name in (entry["course"] for entry in children["prerequisites"])
    }
    return {
        "outcomes": [CourseOutcome(locale=locale, **entry) for entry in children["outcomes"]],
        "certificate_definitions": [
            CertificateDefinition(locale=locale, **entry) for entry in children["certificate_definitions"]
        ],
        "audiences": [CourseAudience(**entry) for entry in children["audiences"]],
        "competences": [CourseCompetence(**entry) for entry in children["competences"]],
        "prerequisites": [
            CoursePrerequisite(course=course_rows[entry["course"]]) for entry in children["prerequisites"]
        ],
    }
