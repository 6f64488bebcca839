"""A learning path: what is frozen of it, how it reads in one language, and why it could not be published.

    {"schema": 1, "key", "source_language", "eqf_level" (only where set), "courses": [keys of courses, in order],
     "texts": {language: {"title", "summary", "description_html"}},
     "certificates": [as in a course's manifest]}

It names courses and no editions of them: which edition of a course somebody completed stands on their certificate. Hours,
outcomes and competences are those of the courses, so they are worked out and not frozen here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from courses.rules.certificate_terms import comparable_terms, in_order_of, offer_in
from courses.rules.drafted import gettext_noop
from courses.rules.micro_credentials import ACHIEVEMENT, WORDS, lacks_of
from courses.rules.outline import CertificateOffer, Competence, Outline

SCHEMA = 1
Body = Mapping[str, Any]
"""JSON as described above."""

LEVELS = ("basic", "intermediate", "advanced")
"""Levels of courses, the lowest first."""

NO_COURSE = gettext_noop("A learning path needs a course at least. Add one.")
NOT_PUBLISHED = gettext_noop("“%(course)s” is not published. Publish it first, or take it out of the path.")
NO_ACHIEVEMENT = gettext_noop(
    "“%(course)s” offers no certificate of achievement, so this path cannot offer one: it rests on those of all courses."
)
NOT_REVIEWED = gettext_noop(
    "“%(course)s” does not say when it was reviewed. Give the day in the course, at “Author, licence, source”."
)
NOBODY_NAMED = gettext_noop(
    "None of these courses offers a certificate, so nobody would be asked for the name that the path's is to bear."
)


@dataclass(frozen=True, slots=True)
class PathPages:
    """A learning path as its pages are live. `texts` by language; `certificates` as they are frozen."""

    key: str
    source_language: str
    live: bool
    slug: str
    eqf_level: int | None
    courses: tuple[str, ...]
    texts: Mapping[str, Mapping[str, str]]
    certificates: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CourseOfPath:
    """What a path needs to know of a course before it is published; `outline` is None of one that never was."""

    title: str
    is_offered: bool
    outline: Outline | None

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of certificate that the course offers."""
        return frozenset(offer.kind for offer in self.outline.certificates) if self.outline else frozenset()


@dataclass(frozen=True, slots=True)
class PathProblem:
    """Why a path cannot be published. `words` is an English text for gettext, `values` fills its places.

    `field` is that of the page; of `certificate_definitions`, `kind` says which certificate and `part` which of its fields.
    """

    field: str
    words: str
    values: Mapping[str, str] = dataclass_field(default_factory=dict)
    kind: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class PathText:
    """A path in one language. `language` is that of its own words, which may be the source language."""

    key: str
    edition: int
    language: str
    source_language: str
    languages: tuple[str, ...]
    title: str
    summary: str
    description_html: str
    eqf_level: int | None
    courses: tuple[str, ...]
    certificates: tuple[CertificateOffer, ...]


def path_address(slug: str, language: str) -> str:
    """Return the address of a learning path in the interface language `language`."""
    return f"/{language}/learning-paths/{slug}/"


def has_address(address: str, slug: str) -> bool:
    """Return whether a path with this address has a page of this slug: numbered where another path kept the address.

    >>> [has_address(address, "lead") for address in ("lead", "lead-2", "leading", "lead-well")]
    [True, True, False, False]
    """
    stem, _, number = address.rpartition("-")
    return address == slug or (stem == slug and number.isdecimal())


def frozen_path(pages: PathPages, previous: Body | None = None) -> dict[str, Any]:
    """Return the body of an edition after `previous`: pages that say the same always give the same body."""
    return {
        "schema": SCHEMA,
        "key": pages.key,
        "source_language": pages.source_language,
        **({"eqf_level": pages.eqf_level} if pages.eqf_level else {}),
        "courses": list(pages.courses),
        "texts": {language: dict(text) for language, text in pages.texts.items()},
        "certificates": in_order_of(previous["certificates"] if previous else (), pages.certificates),
    }


def kinds_offered(body: Body) -> frozenset[str]:
    """Return the kinds of certificate that an edition offers."""
    source = body["source_language"]
    return frozenset(entry["texts"][source]["kind"] for entry in body["certificates"])


def path_at(body: Body, *, language: str, edition: int) -> PathText:
    """Return an edition in `language`, as far as it had it."""
    source = body["source_language"]
    text, text_language = _text(body["texts"], language, source)
    return PathText(
        key=body["key"],
        edition=edition,
        language=text_language,
        source_language=source,
        languages=(source, *sorted(set(body["texts"]) - {source})),
        title=text["title"],
        summary=text["summary"],
        description_html=text["description_html"],
        eqf_level=body.get("eqf_level"),
        courses=tuple(body["courses"]),
        certificates=tuple(_offer(entry, language, source) for entry in body["certificates"]),
    )


def path_outline(path: PathText, courses: Sequence[Outline], *, slug: str = "") -> Outline:
    """Return a path as if it were one course: the hours of all, the outcomes and competences of all, the highest level.

    `courses` in the order of the path, in the editions that somebody completed, or as they are now. It has been
    reviewed when the course has whose review is longest ago, and was not where one of them was not.
    """
    reviews = [course.reviewed_date for course in courses]
    return Outline(
        course_key=path.key,
        edition=path.edition,
        live=True,
        slug=slug,
        language=path.language,
        source_language=path.source_language,
        languages=path.languages,
        title=path.title,
        summary=path.summary,
        description_html=path.description_html,
        level=_highest(course.level for course in courses),
        eqf_level=path.eqf_level,
        hours=sum(course.hours for course in courses),
        category=courses[-1].category if courses else "",
        topics=_united(topic for course in courses for topic in course.topics),
        audiences=_united(audience for course in courses for audience in course.audiences),
        plain_language=bool(courses) and all(course.plain_language for course in courses),
        art=courses[-1].art if courses else "",
        outcomes=tuple({key: (key, text) for course in courses for key, text in course.outcomes}.values()),
        competences=united_competences(courses),
        prerequisites=(),
        certificates=path.certificates,
        author="; ".join(_united(course.author for course in courses if course.author)),
        licence="; ".join(_united(course.licence for course in courses if course.licence)),
        source_html="",
        reviewed_date=min(reviews) if reviews and all(reviews) else "",
        review_by_date="",
        modules=(),
        items=(),
        tombstones=(),
    )


def united_competences(courses: Sequence[Outline]) -> tuple[Competence, ...]:
    """Return the competences that any of the courses builds, each once and at its highest level, in order of meeting."""
    found: dict[tuple[str, str, str], Competence] = {}
    for entry in (entry for course in courses for entry in course.competences):
        name = (entry.framework, entry.version, entry.code)
        known = found.get(name)
        if known is None or (entry.level or 0) > (known.level or 0):
            found[name] = entry
    return tuple(found.values())


def path_problems(pages: PathPages, courses: Sequence[CourseOfPath]) -> list[PathProblem]:
    """Return why a path could not be published as its pages are. `courses` are those of the path, in order."""
    if not courses:
        return [PathProblem("courses", NO_COURSE)]
    problems = [
        PathProblem("courses", NOT_PUBLISHED, {"course": course.title}) for course in courses if not course.is_offered
    ]
    kinds = kinds_offered({"source_language": pages.source_language, "certificates": pages.certificates})
    if kinds and not any(course.kinds for course in courses):
        problems.append(PathProblem("certificate_definitions", NOBODY_NAMED, kind=min(kinds), part="kind"))
    if ACHIEVEMENT in kinds:
        problems += _problems_of_achievement(courses)
    together = path_outline(
        path_at(frozen_path(pages), language=pages.source_language, edition=0),
        [course.outline for course in courses if course.outline],
    )
    known = {
        "outcomes": together.outcomes,
        "hours": together.hours,
        "eqf_level": pages.eqf_level,
        "reviewed_date": "said of each course",
    }
    for lack in lacks_of(
        course=known,
        certificates=pages.certificates,
        source_language=pages.source_language,
        has_needed_step=True,  # of each course, or it offers no certificate of achievement
    ):
        if lack.field == "eqf_level":
            problems.append(PathProblem("eqf_level", lack.words))
        elif lack.is_of_course:
            problems.append(PathProblem("courses", WORDS[lack.field]))
        else:
            problems.append(PathProblem("certificate_definitions", lack.words, kind=lack.kind, part=lack.field))
    # A text that two translations lack is said once.
    return list({(entry.field, entry.kind, entry.part, words_with(entry)): entry for entry in problems}.values())


def words_with(problem: PathProblem) -> str:
    """Return a problem in English, its places filled."""
    return problem.words % problem.values


def _problems_of_achievement(courses: Sequence[CourseOfPath]) -> list[PathProblem]:
    lacking = [
        PathProblem("certificate_definitions", NO_ACHIEVEMENT, {"course": course.title}, kind=ACHIEVEMENT, part="kind")
        for course in courses
        if ACHIEVEMENT not in course.kinds
    ]
    return lacking + [
        PathProblem("courses", NOT_REVIEWED, {"course": course.title})
        for course in courses
        if course.outline and not course.outline.reviewed_date
    ]


def _offer(entry: Mapping[str, Any], language: str, source: str) -> CertificateOffer:
    offer = offer_in(entry, language, source)
    return CertificateOffer(**{**offer, "assessment_types": tuple(offer.get("assessment_types", ()))})


def _text(texts: Mapping[str, Any], language: str, source: str) -> tuple[Any, str]:
    return (texts[language], language) if language in texts else (texts[source], source)


def _highest(levels: Iterable[str]) -> str:
    known = [level for level in levels if level in LEVELS]
    return max(known, key=LEVELS.index, default=LEVELS[0])


def _united(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def certificate_differs(before: Body, after: Body) -> frozenset[str]:
    """Return the languages in which a certificate of a path says, or takes, something else than it did.

    What it takes, its terms and whether there is one count for the source language: courses, level, kinds. A text in a
    language that had none changes nothing that anybody was told. Nothing was promised where none was offered.
    """
    if not before["certificates"]:
        return frozenset()
    source = before["source_language"]
    known = {entry["id"]: entry for entry in before["certificates"]}
    now = {entry["id"]: entry for entry in after["certificates"]}
    languages = {
        language
        for key in known.keys() & now.keys()
        for language, text in known[key]["texts"].items()
        if now[key]["texts"].get(language) != text
    }
    if (
        known.keys() != now.keys()
        or before["courses"] != after["courses"]
        or before.get("eqf_level") != after.get("eqf_level")
        or any(
            comparable_terms(known[key].get("terms", {})) != comparable_terms(now[key].get("terms", {}))
            for key in known.keys() & now.keys()
        )
    ):
        languages.add(source)
    return frozenset(languages)
