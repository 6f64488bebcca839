"""Learning paths: their live pages as plain values, and how they are found and read by readers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from wagtail.models import Page

from courses.models import (
    Course,
    LearningPath,
    LearningPathCertificate,
    LearningPathCourse,
    LearningPathEdition,
    LearningPathPage,
)
from courses.queries import serving
from courses.queries.certificate_authors import agreed_by_another
from courses.rules.certificate_terms import COLUMNS, certificate_entry
from courses.rules.drafted import gettext_noop
from courses.rules.outline import Outline
from courses.rules.paths import (
    CourseOfPath,
    PathPages,
    PathProblem,
    PathText,
    certificate_differs,
    frozen_path,
    path_at,
    path_outline,
    path_problems,
)
from courses.rules.rich_text import frozen_html, linked_pages
from foundation.rules.canonical import digest

ALONE = gettext_noop(
    "This changes what a certificate of this learning path says or takes, and people hold it or work for it. Somebody else "
    "has to agree: submit this page to a review that somebody else approves."
)


@dataclass(frozen=True, slots=True)
class ShownPath:
    """A learning path that is published, in one language. `outline` takes its courses together."""

    path: LearningPath
    text: PathText
    outline: Outline
    courses: tuple[tuple[Course, Outline], ...]

    @property
    def slug(self) -> str:
        return self.path.slug

    @property
    def open_courses(self) -> tuple[Outline, ...]:
        """The courses that take people in now."""
        return tuple(outline for course, outline in self.courses if serving.is_offered(course, outline))


def published_paths(language: str) -> list[ShownPath]:
    """Return the paths that are published, by title. Cost: 2 queries, and 1 for outlines this process does not hold."""
    shown = show_paths(_published(), language)
    return sorted(shown, key=lambda entry: (entry.text.title, entry.path.pk))


def find_path(slug: str, language: str) -> ShownPath | None:
    """Return a published path, or None. Cost: 1 query, 3 when found, and 1 as above."""
    if "\0" in slug:
        return None
    return next(iter(show_paths(_published().filter(slug=slug.lower()), language)), None)


def show_paths(paths: Iterable[LearningPath], language: str) -> list[ShownPath]:
    """Return paths read with their current edition, as readers see them. Cost: 1 query for their courses, and 1 as above.

    A course that was never published is left out.
    """
    read = [
        (path, path_at(edition.body, language=language, edition=edition.number))
        for path in paths
        if (edition := path.current_edition) is not None
    ]
    keys = {key for _path, text in read for key in text.courses}
    courses = {str(course.key): course for course in _courses(keys)}
    outlines = serving.outlines_of(courses.values(), language)
    shown = []
    for path, text in read:
        there = tuple((courses[key], outlines[courses[key].pk]) for key in text.courses if key in courses)
        together = path_outline(text, [outline for _course, outline in there], slug=path.slug)
        shown.append(ShownPath(path, text, together, there))
    return shown


def read_path(key: UUID, source_language: str | None) -> PathPages | None:
    """Return a path as its pages are live, None when the page of its source language is gone. Cost: 4 queries or 5.

    Without `source_language` the page made first is the source. Order and courses are those of the source page.
    """
    rows = list(
        LearningPathPage.objects.filter(translation_key=key)
        .order_by("pk")
        .values(
            "pk",
            "live",
            "alias_of_id",
            "slug",
            "title",
            "summary",
            "description",
            "eqf_level",
            "locale__language_code",
        )
    )
    if source_language is None:
        source = min(rows, key=lambda row: (row["alias_of_id"] is not None, row["pk"]), default=None)
    else:
        source = next((row for row in rows if row["locale__language_code"] == source_language), None)
    if source is None:
        return None
    shown = [row for row in rows if row is source or (row["live"] and row["alias_of_id"] is None)]
    page_keys = _keys_of_links(shown)
    language = source["locale__language_code"]
    return PathPages(
        key=str(key),
        source_language=language,
        live=source["live"],
        slug=source["slug"],
        eqf_level=source["eqf_level"],
        courses=tuple(
            str(course)
            for course in LearningPathCourse.objects.filter(page=source["pk"])
            .order_by("sort_order", "pk")
            .values_list("course__key", flat=True)
        ),
        texts={
            row["locale__language_code"]: {
                "title": row["title"],
                "summary": row["summary"],
                "description_html": frozen_html(row["description"], page_keys),
            }
            for row in shown
        },
        certificates=_certificates({row["pk"]: row["locale__language_code"] for row in shown}, language),
    )


def path_keys_among(keys: Iterable[UUID]) -> set[UUID]:
    """Return which of these keys are of learning paths, those whose pages are gone too. Cost: 2 queries."""
    wanted = list(keys)
    pages = LearningPathPage.objects.filter(translation_key__in=wanted).values_list("translation_key", flat=True)
    return {*pages, *LearningPath.objects.filter(key__in=wanted).values_list("key", flat=True)}


def problems_of_path(pages: PathPages) -> list[PathProblem]:
    """Return why a path could not be published as its pages are. Cost: 2 queries and those of outlines not held."""
    courses = {str(course.key): course for course in _courses(pages.courses)}
    outlines = {
        key: outline
        for language in {course.source_language for course in courses.values()}
        for key, outline in _outlines_in(courses.values(), language).items()
    }
    titles = {
        str(key): title
        for key, title in Page.objects.filter(translation_key__in=set(pages.courses) - courses.keys())
        .order_by("-pk")
        .values_list("translation_key", "title")
    }
    facts = [
        CourseOfPath(outlines[key].title, serving.is_offered(courses[key], outlines[key]), outlines[key])
        if key in courses
        else CourseOfPath(titles.get(key, ""), is_offered=False, outline=None)
        for key in pages.courses
    ]
    return path_problems(pages, facts)


def problem_of_live_path(key: UUID) -> tuple[LearningPathPage, str] | None:
    """Return why a path cannot be published as its live pages are, as its page and words, or None. Cost: 9 queries."""
    path = LearningPath.objects.filter(key=key).first()
    pages = read_path(key, path.source_language if path else None)
    if pages is None or not pages.live:
        return None
    problems = problems_of_path(pages)
    if not problems:
        return None
    page = LearningPathPage.objects.get(translation_key=key, locale__language_code=pages.source_language)
    return page, " ".join(words_of(problem) for problem in problems)


def path_said_alone(key: UUID) -> tuple[LearningPathPage, str] | None:
    """Return what one person alone changed of what certificates of a path say or take, as a page and words, or None.

    It is asked before the path is settled, so its current edition is what was. Who agreed approved the page in a review
    (decision 0020). Cost: 5 queries, 3 more for each language that differs.
    """
    path = LearningPath.objects.select_related("current_edition").filter(key=key).first()
    pages = read_path(key, path.source_language if path else None)
    if path is None or path.current_edition is None or pages is None or not pages.live:
        return None
    for language in sorted(certificate_differs(path.current_edition.body, frozen_path(pages))):
        page = LearningPathPage.objects.filter(translation_key=key, locale__language_code=language).first()
        if page is not None and page.live and not agreed_by_another(page.live_revision):
            return page, gettext(ALONE)
    return None


def draft_says_otherwise(draft: PathPages) -> bool:
    """Return whether a draft of the source page would change what a certificate of the path says or takes. Cost: 1 query."""
    path = LearningPath.objects.select_related("current_edition").filter(key=draft.key).first()
    if path is None or path.current_edition is None or path.archived_at is not None:
        return False
    before = path.current_edition.body
    source = before["source_language"]
    # The draft speaks one language; texts in the others are as they were.
    known = {entry["id"]: entry["texts"] for entry in before["certificates"]}
    certificates = tuple(
        {**entry, "texts": {**known.get(entry["id"], {}), **entry["texts"]}} for entry in draft.certificates
    )
    after = frozen_path(replace(draft, certificates=certificates))
    return draft.source_language == source and bool(certificate_differs(before, after))


def path_of_draft(page: LearningPathPage) -> PathPages | None:
    """Return a path as a page in memory has it; None of a translation, which gives texts only. Cost: 2 queries."""
    language = page.locale.language_code
    path = LearningPath.objects.filter(key=page.translation_key).first()
    if path is not None and path.source_language != language:
        return None
    certificates = sorted(page.certificate_definitions.all(), key=lambda child: child.sort_order or 0)
    courses = sorted(page.courses.all(), key=lambda child: child.sort_order or 0)
    return PathPages(
        key=str(page.translation_key),
        source_language=language,
        live=True,
        slug=page.slug,
        eqf_level=page.eqf_level,
        courses=tuple(str(child.course.key) for child in courses),
        texts={language: {"title": page.title, "summary": page.summary, "description_html": ""}},
        certificates=tuple(
            certificate_entry(str(child.translation_key), {language: child.frozen_columns()}, language)
            for child in certificates
        ),
    )


def words_of(problem: PathProblem) -> str:
    """Return a problem in words, in the language that is active."""
    return gettext(problem.words) % problem.values


def _outlines_in(courses: Iterable[Course], language: str) -> dict[str, Outline]:
    read = [course for course in courses if course.source_language == language]
    outlines = serving.outlines_of(read, language)
    return {str(course.key): outlines[course.pk] for course in read}


def path_differs_from_pages(path: LearningPath) -> str:
    """Return in what a path differs from its live pages, in words, or "". Cost: 5 queries at most."""
    pages = read_path(path.key, path.source_language)
    is_live = pages is not None and pages.live
    if is_live == (path.archived_at is not None):
        return "its pages are live, but it is closed" if is_live else "its pages are not live, but it is open"
    if pages is None or not is_live:
        return ""
    edition = path.current_edition
    if edition is None or edition.digest != digest(frozen_path(pages, edition.body)):
        return "its pages say something else than its edition"
    return ""


def differences_of_paths() -> Iterator[tuple[UUID, str]]:
    """Yield the key of every path, those that were never settled too, with its difference in words, or "".

    Cost: 2 queries, and those of `path_differs_from_pages` for each path.
    """
    unknown = LearningPathPage.objects.filter(live=True).exclude(translation_key__in=LearningPath.objects.values("key"))
    for key in unknown.filter(alias_of=None).order_by("pk").values_list("translation_key", flat=True):
        yield key, "it has live pages, but was never settled"
    for path in LearningPath.objects.select_related("current_edition").order_by("pk"):
        yield path.key, path_differs_from_pages(path)


def editions_of_paths() -> "Sequence[LearningPathEdition]":
    """Return every edition of every path, with the path, the latest first within one. Cost: 1 query."""
    return list(LearningPathEdition.objects.select_related("path").order_by("path_id", "-number"))


def _published() -> Any:
    return LearningPath.objects.select_related("current_edition").filter(
        archived_at=None, current_edition__isnull=False
    )


def _courses(keys: Iterable[str]) -> list[Course]:
    wanted = set(keys)
    if not wanted:
        return []
    known = Course.objects.select_related("current_edition").defer("current_edition__manifest")
    return list(known.filter(Q(key__in=wanted), current_edition__isnull=False).order_by("pk"))


def _certificates(pages: Mapping[int, str], language: str) -> tuple[Mapping[str, Any], ...]:
    """Return the certificates of the source page in order, each as an edition holds it. Cost: 1 query."""
    rows = list(
        LearningPathCertificate.objects.filter(page_id__in=pages)
        .order_by("sort_order", "pk")
        .values("page_id", "translation_key", "issuer__key", "issuer__is_site", *COLUMNS)
    )
    by_key: dict[UUID, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        issuer = "" if row["issuer__is_site"] else row["issuer__key"] or ""
        by_key.setdefault(row["translation_key"], {})[pages[row["page_id"]]] = {**row, "issuer": issuer}
    return tuple(
        certificate_entry(str(row["translation_key"]), by_key[row["translation_key"]], language)
        for row in rows
        if pages[row["page_id"]] == language
    )


def _keys_of_links(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    numbers = {number for row in rows for number in linked_pages(row["description"])}
    if not numbers:
        return {}
    pages = Page.objects.filter(pk__in=numbers, live=True).order_by()
    return {pk: str(key) for pk, key in pages.values_list("pk", "translation_key")}
