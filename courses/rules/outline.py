"""The outline: what serving needs of a course in one language, as plain values.

Settle writes it as JSON (`OutlineRow.body`); `Outline.from_json` reads it back. It names frozen versions by SHA-256 and
holds no answer, no question text and no row number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Range = tuple[int, int | None]
"""First and last start edition that an item binds; None: no end yet."""


@dataclass(frozen=True, slots=True)
class Competence:
    framework: str
    version: str
    code: str
    level: int | None


@dataclass(frozen=True, slots=True)
class CertificateOffer:
    """A certificate definition as frozen with the edition. What was not set is left out there, and is a default here."""

    kind: Literal["participation", "achievement"]
    statement: str
    signatory_name: str
    signatory_role: str
    # Texts
    criteria: str = ""
    assessment_text: str = ""
    eqf_reason: str = ""
    quality_text: str = ""
    quality_reviewer: str = ""
    prerequisites_text: str = ""
    stackability: str = ""
    further_information: str = ""
    # Terms, the same in all languages. ECTS as text: "1.0". Months: 0 says never. The issuer by its key: "" is the site.
    assessment_types: tuple[str, ...] = ()
    mode: str = ""
    ects: str | None = None
    validity_months: int = 0
    recertification_months: int = 0
    layout: Literal["woven", "plain"] = "woven"
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A step of the course; a tombstone when `removed`."""

    key: str
    kind: Literal["lesson", "quiz", "assignment"]
    module: str
    path: str
    title: str
    language: str
    summary: str
    minutes: int
    required: bool
    binds: tuple[Range, ...]
    past: tuple[Range, ...]
    version: str
    question_count: int
    pass_mark: int
    max_attempts: int
    waits_for: tuple[str, ...]
    removed: bool = False
    needs_second_assessor: bool = False
    needed_for_achievement: bool = False
    done_by_attendance: bool = False
    # Rules of a quiz, as `courses.rules.quiz_rules.DEFAULTS` has them where nothing was set.
    tries_period: Literal["ever", "week"] = "ever"
    wait_minutes: int = 0
    counting: Literal["best", "last"] = "best"
    time_limit_minutes: int = 0
    offers_practice: bool = False


@dataclass(frozen=True, slots=True)
class OutlineModule:
    key: str
    slug: str
    title: str
    summary: str
    language: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """A course in one language. `language` is the language of its own texts, which may be the source language."""

    course_key: str
    edition: int
    live: bool
    slug: str
    language: str
    source_language: str
    languages: tuple[str, ...]
    title: str
    summary: str
    description_html: str
    level: str
    eqf_level: int | None
    hours: int
    category: str
    topics: tuple[str, ...]
    audiences: tuple[str, ...]
    plain_language: bool
    art: str
    outcomes: tuple[tuple[str, str], ...]
    competences: tuple[Competence, ...]
    prerequisites: tuple[str, ...]
    certificates: tuple[CertificateOffer, ...]
    author: str
    licence: str
    source_html: str
    reviewed_date: str
    review_by_date: str
    modules: tuple[OutlineModule, ...]
    items: tuple[OutlineItem, ...]
    tombstones: tuple[OutlineItem, ...]

    @cached_property
    def by_key(self) -> Mapping[str, OutlineItem]:
        """Every item by its key, removed ones too."""
        return {item.key: item for item in (*self.tombstones, *self.items)}

    @property
    def first_lesson(self) -> OutlineItem | None:
        """The lesson that anybody may read, without enrolling."""
        return next((item for item in self.items if item.kind == "lesson"), None)

    @property
    def minutes(self) -> int:
        """Minutes of all items together."""
        return sum(item.minutes for item in self.items)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> "Outline":
        """Build an outline from the JSON that `courses.rules.outlining` made."""
        fields = dict(body)
        fields.pop("schema")
        fields["languages"] = tuple(body["languages"])
        fields["topics"] = tuple(body["topics"])
        fields["audiences"] = tuple(body["audiences"])
        fields["outcomes"] = tuple((entry["id"], entry["text"]) for entry in body["outcomes"])
        fields["competences"] = tuple(Competence(**entry) for entry in body["competences"])
        fields["prerequisites"] = tuple(body["prerequisites"])
        fields["certificates"] = tuple(_offer(entry) for entry in body["certificates"])
        fields["modules"] = tuple(
            OutlineModule(**{**entry, "items": tuple(entry["items"])}) for entry in body["modules"]
        )
        fields["items"] = tuple(_item(entry, removed=False) for entry in body["items"])
        fields["tombstones"] = tuple(_item(entry, removed=True) for entry in body["tombstones"])
        return cls(**fields)


def _offer(entry: Mapping[str, Any]) -> CertificateOffer:
    return CertificateOffer(**{**entry, "assessment_types": tuple(entry.get("assessment_types", ()))})


def _item(entry: Mapping[str, Any], *, removed: bool) -> OutlineItem:
    fields = dict(entry)
    fields["binds"] = tuple((first, last) for first, last in entry["binds"])
    fields["past"] = tuple((first, last) for first, last in entry["past"])
    fields["waits_for"] = tuple(entry["waits_for"])
    return OutlineItem(**fields, removed=removed)
