"""All texts of a content folder as plain values, checked. Nothing here knows a database.

    content = read_content(settings.BASE_DIR / "content")

:raises MalformedContent: with every problem of every file.
"""

import datetime
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.models import Sector, SizeBand
from case_studies.models import Consent, CostBand, Country, LicenceType, RegionType, SetupTime, ToolCategory
from case_studies.models.editing import publish_problems
from courses.models.vocabularies import (
    Art,
    Audience,
    Category,
    Counting,
    FeedbackTiming,
    Framework,
    Level,
    QuizLayout,
    TriesPeriod,
)
from foundation.rules.canonical import digest
from portal.loading.assignments import assignment_values, read_rubric
from portal.loading.bank_reading import BankText, read_bank
from portal.loading.blocks import RawBlock, read_draws, read_lesson_blocks, read_questions
from portal.loading.certificates import read_certificates
from portal.loading.fields import MalformedContent, Node, Problem, check_unique, read_mapping
from portal.loading.identity import inner_id, lasting_id, module_key
from portal.loading.paths_reading import PathText, read_path
from portal.loading.translations import translated

SOURCE_LANGUAGE = "en"
TRANSLATIONS = ("it", "ro", "sv", "de", "es")
_NUMBER = re.compile(r"^\d+-")
_DOWNLOADS = {".txt", ".csv"}


@dataclass(frozen=True, slots=True)
class PictureText:
    """A drawing and what is said about it."""

    name: str
    source: str
    svg: str
    title: str
    alt: str
    author: str
    licence: str
    origin: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep or print."""

    source: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class PageText:
    """One page in one language: its columns, its stream of blocks, and what hangs on it."""

    file: str
    values: dict[str, Any]
    stream: list[RawBlock] = field(default_factory=list)
    children: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def sha256(self, *also: str) -> str:
        """Return the digest of all the page says, and of what else it rests on."""
        values = {
            name: str(value) if isinstance(value, datetime.date) else value for name, value in self.values.items()
        }
        return digest([values, self.stream, self.children, list(also)])


@dataclass(frozen=True, slots=True)
class Item:
    """A lesson, quiz or assignment in every language it has a text in."""

    kind: str
    key: UUID
    slug: str
    pages: dict[str, PageText]


@dataclass(frozen=True, slots=True)
class Module:
    key: UUID
    slug: str
    folder: str
    pages: dict[str, PageText]
    items: list[Item]


@dataclass(frozen=True, slots=True)
class CourseText:
    """A course: its name in the files, its pages by language, its modules in order and its files."""

    name: str
    key: UUID
    slug: str
    folder: str
    pages: dict[str, PageText]
    modules: list[Module]
    downloads: dict[str, Download]


@dataclass(frozen=True, slots=True)
class SitePage:
    name: str
    key: UUID
    pages: dict[str, PageText]


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A course that a case study belongs to, by its key; `module`: the slug of the module of it, or "" for all of it."""

    course: str
    module: str = ""

    @property
    def name(self) -> str:
        return f"{self.course}/{self.module}" if self.module else self.course

    @property
    def module_key(self) -> UUID | None:
        """The translation key of the module's page."""
        return module_key(self.course, self.module) if self.module else None


@dataclass(frozen=True, slots=True)
class CaseText:
    key: UUID
    slug: str
    page: PageText
    courses: list[CaseLink]


@dataclass(frozen=True, slots=True)
class Content:
    """What a content folder holds."""

    pictures: dict[str, PictureText]
    site: list[SitePage]
    courses: list[CourseText]
    cases: list[CaseText]
    bank: list[BankText]
    paths: list[PathText] = field(default_factory=list)


def read_content(folder: Path) -> Content:
    """Return all texts below a folder.

    :raises MalformedContent: if anything is wrong in any file.
    """
    reader = _Reader(folder)
    content = Content(
        pictures=reader.pictures(),
        site=reader.site(),
        courses=reader.courses(),
        cases=reader.cases(),
        bank=reader.bank(),
        paths=reader.paths(),
    )
    reader.check_references(content)
    if reader.problems:
        raise MalformedContent(reader.problems)
    return content


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def note(self, path: Path, field_name: str, reason: str) -> None:
        self.problems.append(Problem(self.name(path), field_name, reason))

    def node(self, path: Path) -> Node | None:
        content = read_mapping(path, file=self.name(path), problems=self.problems)
        return None if content is None else Node(content, self.name(path), self.problems)

    def languages(self, path: Path) -> Iterator[tuple[str, Node]]:
        """Yield a page in the source language and in each language it is translated to, whole."""
        source = self.node(path)
        if source is None:
            return
        yield SOURCE_LANGUAGE, source
        if any(problem.file == source.file for problem in self.problems):
            return  # each would be named once more in every language
        for language in TRANSLATIONS:
            other = path.with_name(f"{path.stem}.{language}.yaml")
            texts = self.node(other) if other.exists() else None
            if texts is not None:
                whole = translated(source.content, texts.content, file=self.name(other), problems=self.problems)
                yield language, Node(whole, self.name(other), self.problems)

    def pictures(self) -> dict[str, PictureText]:
        path = self.folder / "pictures" / "pictures.yaml"
        if not path.parent.exists():
            return {}
        entries = self.node(path)
        pictures = {}
        for name in entries.content if entries else {}:
            entry = entries.node(name) if entries else None
            drawing = path.with_name(f"{name}.svg")
            if entry is None or not drawing.exists():
                self.note(path, name, "This needs fields of its own, and a drawing of this name with the ending .svg.")
                continue
            pictures[name] = PictureText(
                name=name,
                source=self.name(drawing),
                svg=drawing.read_text(encoding="utf-8"),
                title=entry.text("title"),
                alt=entry.text("alt", longest=300),
                author=entry.text("author", longest=200),
                licence=entry.text("licence", longest=60),
                origin=entry.text("source", longest=300),
            )
            entry.finish()
        return pictures

    def site(self) -> list[SitePage]:
        folder = self.folder / "site"
        return [self._site_page(path) for path in sorted(folder.glob("*.yaml")) if "." not in path.stem]

    def _site_page(self, path: Path) -> SitePage:
        key = lasting_id("site", path.stem)
        pages = {}
        values: dict[str, Any]
        for language, node in self.languages(path):
            if path.stem == "home":
                node.take("art", None)  # for designers: the home page has one drawing, the portal's own
                values = {
                    "title": node.text("title"),
                    "lead": node.text("lead", longest=300),
                    "button_text": node.text("button", longest=60),
                }
            else:
                values = {
                    "title": node.text("title"),
                    "summary": node.text("summary", longest=300),
                    "art": node.choice("art", Art.values, default=""),
                    "reviewed_date": node.day("reviewed_date", default=None),
                }
            sections = node.nodes("sections")
            check_unique(sections, self.problems)
            stream = [
                {
                    "type": "section",
                    "id": inner_id(key, section.text("id", longest=64)),
                    "value": {"title": section.text("title", longest=120), "html": section.html("html")},
                }
                for section in sections
            ]
            for section in sections:
                section.finish()
            node.finish()
            pages[language] = PageText(file=node.file, values=values, stream=stream)
        return SitePage(name=path.stem, key=key, pages=pages)

    def courses(self) -> list[CourseText]:
        folders = sorted(path.parent for path in self.folder.glob("courses/*/course.yaml"))
        courses = [course for folder in folders if (course := self._course(folder)) is not None]
        names = [course.name for course in courses]
        for course in courses:
            if names.count(course.name) > 1:
                self.note(
                    self.folder / course.folder / "course.yaml", "key", f"Two courses have the key {course.name!r}."
                )
        return courses

    def bank(self) -> list[BankText]:
        paths = [path for path in sorted(self.folder.glob("question-bank/*.yaml")) if "." not in path.stem]
        return [text for path in paths for text in read_bank(path.stem, list(self.languages(path)))]

    def paths(self) -> list[PathText]:
        files = [path for path in sorted(self.folder.glob("learning-paths/*.yaml")) if "." not in path.stem]
        read = (read_path(path.stem, self.languages(path), source_language=SOURCE_LANGUAGE) for path in files)
        return [path for path in read if path is not None]

    def _course(self, folder: Path) -> CourseText | None:
        pages, name, key = {}, "", lasting_id("courses")
        for language, node in self.languages(folder / "course.yaml"):
            name = node.text("key", longest=64)
            key = lasting_id("courses", name)
            pages[language] = self._course_page(node, key)
        if not pages:
            return None
        modules = [self._module(path.parent, name) for path in sorted(folder.glob("*/module.yaml"))]
        slugs = [item.slug for module in modules for item in module.items]
        for module in modules:
            for item in module.items:
                if slugs.count(item.slug) > 1:
                    self.note(self.folder / module.folder, item.slug, "Two steps of this course have this name.")
        downloads = {
            path.relative_to(folder).as_posix(): Download(self.name(path), path.name, path.read_bytes())
            for path in sorted(folder.rglob("*"))
            if path.suffix in _DOWNLOADS
        }
        return CourseText(
            name=name,
            key=key,
            slug=folder.name,
            folder=self.name(folder),
            pages=pages,
            modules=modules,
            downloads=downloads,
        )

    def _course_page(self, node: Node, key: UUID) -> PageText:
        topics = node.texts("topics", longest=60, least=0)
        values: dict[str, Any] = {
            "title": node.text("title"),
            "summary": node.text("summary", longest=300),
            "description": node.html("html"),
            "level": node.choice("level", Level.values),
            "eqf_level": node.whole("eqf", low=1, high=8, default=None),
            "hours": node.whole("hours", low=1, high=1000),
            "category": node.choice("category", Category.values),
            "topics": ", ".join(topics),
            "plain_language": node.flag("plain_language", default=False),
            "art": node.choice("art", Art.values),
            "author": node.text("author", longest=200),
            "licence": node.text("licence", longest=60),
            "source": node.html_or_line("source"),
            "reviewed_date": node.day("reviewed_date"),
            "review_by_date": node.day("review_by_date", default=None),
        }
        if len(values["topics"]) > 300:
            node.problem("topics", "All topics together have more than 300 characters.")
        if node.take("language") != SOURCE_LANGUAGE:
            node.problem("language", f"The texts here are in {SOURCE_LANGUAGE!r}; translations are files beside them.")
        outcomes = node.nodes("outcomes")
        check_unique(outcomes, self.problems)
        children: dict[str, list[dict[str, Any]]] = {
            "outcomes": [
                {"translation_key": inner_id(key, "outcomes", entry.text("id", longest=64)), "text": entry.text("text")}
                for entry in outcomes
            ],
            "audiences": [{"audience": code} for code in node.choices("audience", Audience.values)],
            "competences": [_competence(entry) for entry in node.nodes("competences", least=0)],
            "prerequisites": [{"course": name} for name in node.texts("prerequisites", least=0)],
            "certificate_definitions": read_certificates(node, key),
        }
        for entry in outcomes:
            entry.finish()
        node.finish()
        return PageText(file=node.file, values=values, children=children)

    def _module(self, folder: Path, course: str) -> Module:
        slug = self._slug(folder)
        pages = {}
        for language, node in self.languages(folder / "module.yaml"):
            pages[language] = PageText(
                file=node.file,
                values={"title": node.text("title"), "summary": node.text("summary", longest=300, default="")},
            )
            node.finish()
        paths = [path for path in sorted(folder.glob("*.yaml")) if "." not in path.stem and path.stem != "module"]
        items = [item for path in paths if (item := self._item(path, course)) is not None]
        if not items:
            self.note(folder, "", "This module has no step.")
        return Module(
            key=module_key(course, slug),
            slug=slug,
            folder=self.name(folder),
            pages=pages,
            items=items,
        )

    def _slug(self, path: Path) -> str:
        if not _NUMBER.match(path.stem):
            self.note(path, "", "The name must begin with a number and a hyphen, such as 01-: it gives the order.")
        return _NUMBER.sub("", path.stem)

    def _item(self, path: Path, course: str) -> Item | None:
        slug = self._slug(path)
        key = lasting_id("courses", course, "items", slug)
        pages, kind = {}, ""
        for language, node in self.languages(path):
            kind = node.choice("kind", list(_ITEMS))
            if kind not in _ITEMS:
                return None
            pages[language] = _ITEMS[kind](node, key)
        return Item(kind=kind, key=key, slug=slug, pages=pages) if pages else None

    def cases(self) -> list[CaseText]:
        return [
            case
            for path in sorted(self.folder.glob("case-studies/*.yaml"))
            if "." not in path.stem and (case := self._case(path)) is not None
        ]

    def _case(self, path: Path) -> CaseText | None:
        slug = self._slug(path)
        key = lasting_id("case-studies", slug)
        node = self.node(path)
        if node is None:
            return None
        page, courses = _case_page(node, key)
        return CaseText(key=key, slug=slug, page=page, courses=courses)

    def check_references(self, content: Content) -> None:
        """Note every picture, file, lesson, section and course that a text names and that is not there."""
        names = {course.name for course in content.courses}
        for course in content.courses:
            for language_page in course.pages.values():
                for entry in language_page.children["prerequisites"]:
                    if entry["course"] not in names:
                        self.problems.append(
                            Problem(language_page.file, "prerequisites", f"There is no course {entry['course']!r}.")
                        )
            self._check_course(course, content.pictures)
        self._check_bank(content)
        for case in content.cases:
            self._check_links(case, content.courses)
        for path in content.paths:
            for name in path.courses:
                if name not in names:
                    self.problems.append(Problem(path.file, "courses", f"There is no course {name!r}."))

    def _check_links(self, case: CaseText, courses: list[CourseText]) -> None:
        modules = {course.name: {module.slug for module in course.modules} for course in courses}
        for link in case.courses:
            if link.course not in modules:
                self.problems.append(Problem(case.page.file, "courses", f"There is no course {link.course!r}."))
            elif link.module and link.module not in modules[link.course]:
                reason = f"The course {link.course!r} has no module {link.module!r}."
                self.problems.append(Problem(case.page.file, "courses", reason))

    def _check_course(self, course: CourseText, pictures: dict[str, PictureText]) -> None:
        headings: dict[str, set[str]] = {}  # of the lessons read so far: a lesson comes before the question about it
        for item in (item for module in course.modules for item in module.items):
            for page in item.pages.values():
                for block in page.stream:
                    self._check_block(block, page, course, pictures, headings)
            source = item.pages[SOURCE_LANGUAGE]
            if item.kind == "lesson":
                headings[item.slug] = {block["id"] for block in source.stream if block["type"] == "heading"}

    def _check_bank(self, content: Content) -> None:
        """Note what quizzes take from the bank and is not there, and what its questions name that is not there."""
        names = {text.name for text in content.bank}
        tags = {tag for text in content.bank for tag in text.tags.lower().split(", ")}
        tags |= {tag for text in content.bank for tag in _tags(text.blocks[SOURCE_LANGUAGE])}
        by_name = {course.name: course for course in content.courses}
        for file, name in sorted({(text.file, text.course) for text in content.bank}):
            if name and name not in by_name:
                self.problems.append(Problem(file, "course", f"There is no course {name!r}."))
        for text in content.bank:
            course = by_name.get(text.course)
            lessons = {
                item.slug: {block["id"] for block in item.pages[SOURCE_LANGUAGE].stream if block["type"] == "heading"}
                for module in (course.modules if course else [])
                for item in module.items
                if item.kind == "lesson"
            }
            for block in text.blocks.values():
                self._check_value(block["value"], text.file, course, content.pictures, lessons)
        for course in content.courses:
            for page in (page for module in course.modules for item in module.items for page in item.pages.values()):
                for block in page.stream:
                    if block["type"] == "bank_question" and block["value"]["question"] not in names:
                        reason = f"The bank has no question {block['value']['question']!r}: name its file and its id."
                        self.problems.append(Problem(page.file, "from_bank", reason))
                    if block["type"] == "bank_questions" and block["value"]["tag"].lower() not in tags:
                        reason = f"No question of the bank has the tag {block['value']['tag']!r}."
                        self.problems.append(Problem(page.file, "tag", reason))

    def _check_block(
        self,
        block: RawBlock,
        page: PageText,
        course: CourseText,
        pictures: dict[str, PictureText],
        headings: dict[str, set[str]],
    ) -> None:
        value = block["value"]
        if block["type"] == "download" and value["file"] not in course.downloads:
            reason = f"There is no file {value['file']!r} in {course.folder}/."
            self.problems.append(Problem(page.file, "file", reason))
        self._check_value(value, page.file, course, pictures, headings)

    def _check_value(
        self,
        value: dict[str, Any],
        file: str,
        course: CourseText | None,
        pictures: dict[str, PictureText],
        headings: dict[str, set[str]],
    ) -> None:
        def note(name: str, reason: str) -> None:
            self.problems.append(Problem(file, name, reason))

        if value.get("picture") and value["picture"] not in pictures:
            note("picture", f"There is no picture {value['picture']!r} in pictures/pictures.yaml.")
        outcomes = course.pages[SOURCE_LANGUAGE].children["outcomes"] if course else []
        keys = [entry["translation_key"] for entry in outcomes]
        if value.get("outcome") and (course is None or inner_id(course.key, "outcomes", value["outcome"]) not in keys):
            note("outcome", f"The course has no outcome with the id {value['outcome']!r}.")
        lesson, section = value.get("lesson", ""), value.get("section", "")
        if lesson and (course is None or lesson not in headings):
            note("lesson", f"No lesson before this quiz is called {lesson!r}.")
        elif (
            section
            and course is not None
            and inner_id(lasting_id("courses", course.name, "items", lesson), section)
            not in headings.get(lesson, set())
        ):
            note("section", f"The lesson {lesson!r} has no heading with the id {section!r}.")


def _credit(node: Node) -> dict[str, Any]:
    return {
        "minutes": node.whole("minutes", low=1, high=240),
        "required": node.flag("required"),
        "author": node.text("author", longest=200),
        "licence": node.text("licence", longest=60),
        "source": node.html("source"),
        "reviewed_date": node.day("reviewed_date"),
        "review_by_date": node.day("review_by_date", default=None),
    }


def _competence(entry: Node) -> dict[str, Any]:
    value = {
        "framework": entry.choice("framework", Framework.values),
        "version": entry.text("version", longest=10),
        "code": entry.text("code", longest=10),
        "level": entry.whole("level", low=1, high=8, default=None),
    }
    entry.finish()
    return value


def _lesson(node: Node, key: UUID) -> PageText:
    values = {"title": node.text("title"), "summary": node.text("summary", longest=300), **_credit(node)}
    if "done_by_attendance" in node.content:
        values["done_by_attendance"] = node.flag("done_by_attendance")
    stream = read_lesson_blocks(node.nodes("blocks"), page_key=key)
    node.finish()
    return PageText(file=node.file, values=values, stream=stream)


def _quiz(node: Node, key: UUID) -> PageText:
    values = {
        "title": node.text("title"),
        "introduction": node.html("html", default=""),
        **_credit(node),
        "pass_mark": node.whole("pass_mark", low=1, high=100),
        "max_attempts": node.whole("max_attempts", low=0, high=100, default=0),
        "waits_for_quizzes": node.flag("waits_for_quizzes", default=False),
        **_rules(node),
    }
    if "draws" in node.content:
        values["draws"] = read_draws(node.nodes("draws"), page_key=key)
    stream = read_questions(node.nodes("questions"), page_key=key)
    node.finish()
    return PageText(file=node.file, values=values, stream=stream)


def _assignment(node: Node, key: UUID) -> PageText:
    values = {"title": node.text("title"), **_credit(node), **assignment_values(node)}
    stream = read_rubric(node.nodes("rubric"), page_key=key)
    node.finish()
    return PageText(file=node.file, values=values, stream=stream)


_ITEMS: dict[str, Callable[[Node, UUID], PageText]] = {"lesson": _lesson, "quiz": _quiz, "assignment": _assignment}


def _tags(block: RawBlock) -> set[str]:
    return {tag.strip().lower() for tag in block["value"].get("tags", "").split(",")} - {""}


def _rules(node: Node) -> dict[str, Any]:
    """Return the rules of a quiz that the file names: those that it does not name stay as the portal has them."""
    rules: dict[str, Any] = {}
    for name, choices in (
        ("tries_period", TriesPeriod),
        ("counting", Counting),
        ("layout", QuizLayout),
        ("feedback_timing", FeedbackTiming),
    ):
        if name in node.content:
            rules[name] = node.choice(name, choices.values)
    for name in ("mixes_questions", "mixes_options", "reviews_first", "offers_practice", "needed_for_achievement"):
        if name in node.content:
            rules[name] = node.flag(name)
    for name, most in (("wait_minutes", 10_080), ("time_limit_minutes", 600)):
        if name in node.content:
            rules[name] = node.whole(name, low=1, high=most)
    return rules


def _figure(node: Node, name: str) -> str:
    """Return a figure as text: before and after are measured, so they may have decimals."""
    value = node.take(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        node.problem(name, f"This must be a number, not {value!r}.")
        return "0"
    return str(value)


def _case_link(value: Any, place: int, node: Node) -> CaseLink:
    """Return what an entry of `courses` leads to: the key of a course, or `{course: key, module: slug}`."""
    fields = value if isinstance(value, dict) else {"course": value}
    entry = Node(fields, node.file, node.problems, node.place(f"courses[{place}]"))
    link = CaseLink(entry.text("course", longest=64), entry.text("module", default=""))
    entry.finish()
    return link


def _case_page(node: Node, key: UUID) -> tuple[PageText, list[CaseLink]]:
    """Return the page of a case study, and what it belongs to."""
    steps, metrics = node.nodes("steps"), node.nodes("metrics")
    check_unique(steps, node.problems)
    check_unique(metrics, node.problems)
    values = {
        "title": node.text("title"),
        "result": node.text("result", longest=200),
        "illustrative": node.flag("illustrative"),
        "organisation": node.text("organisation", longest=120),
        "country": node.choice("country", Country.values),
        "region_type": node.choice("region_type", RegionType.values),
        "sector": node.choice("sector", Sector.values),
        "size_band": node.choice("size_band", SizeBand.values),
        "staff_count": node.whole("staff_count", low=1, high=1_000_000),
        "problem": node.html("problem"),
        "tool_category": node.choice("tool_category", ToolCategory.values),
        "tool": node.text("tool", longest=120),
        "product_examples": node.text("product_examples", longest=400, default=""),
        "licence_type": node.choice("licence_type", LicenceType.values),
        "cost_band": node.choice("cost_band", CostBand.values),
        "running_cost": node.text("running_cost", longest=120),
        "setup_time": node.choice("setup_time", SetupTime.values),
        "staff_hours": node.whole("staff_hours", low=0, high=1_000_000),
        "steps": [
            {
                "type": "step",
                "id": inner_id(key, "steps", step.text("id", longest=64)),
                "value": {"title": step.text("title", longest=120), "html": step.html("html")},
            }
            for step in steps
        ],
        "went_wrong": node.html("went_wrong"),
        "metrics": [_metric(metric, key) for metric in metrics],
        "data_protection": node.html("data_protection"),
        "accessibility": node.html("accessibility"),
        "green_effect": node.html("green_effect", default=""),
        "try_it": node.html("try_it"),
        "source": node.html("source"),
        "author": node.text("author", longest=200),
        "licence": node.text("licence", longest=60),
        "interview_date": node.day("interview_date"),
        "consent": node.choice("consent", Consent.values),
        "review_by_date": node.day("review_by_date"),
        "art": node.choice("art", Art.values),
    }
    children: dict[str, list[dict[str, Any]]] = {
        "audiences": [{"audience": code} for code in node.choices("audience", Audience.values)],
        "skills": [_competence(skill) for skill in node.nodes("skills", least=0)],
    }
    courses = [_case_link(value, place, node) for place, value in enumerate(node.entries("courses", least=0))]
    for entry in steps:
        entry.finish()
    node.finish()
    for name, words in publish_problems(values):
        node.problem(name, str(words))
    return PageText(file=node.file, values=values, children=children), courses


def _metric(metric: Node, key: UUID) -> RawBlock:
    value = {
        "name": metric.text("name", longest=120),
        "unit": metric.text("unit", longest=30),
        "before": _figure(metric, "before"),
        "after": _figure(metric, "after"),
        "period": metric.text("period", longest=200),
        "method": metric.text("method", longest=400),
        "better": metric.choice("better", ["lower", "higher"]),
    }
    block_id = inner_id(key, "metrics", metric.text("id", longest=64))
    metric.finish()
    return {"type": "metric", "id": block_id, "value": value}
