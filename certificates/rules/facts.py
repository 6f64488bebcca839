"""What a certificate is made of, as plain values: gathered at issue, frozen by `certificates.rules.payload`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from courses.rules.outline import CertificateOffer, Outline


@dataclass(frozen=True, slots=True)
class QuizFact:
    """A quiz that was passed. Scores in points, the pass mark in per cent."""

    key: str
    score: int
    max_score: int
    pass_mark: int
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class WorkFact:
    """A work that people judged as passed. Scores in points of its rubric, the pass mark in per cent."""

    key: str
    score: int
    max_score: int
    pass_mark: int
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class ResultFact:
    """The points of everything that is needed for achievement, together."""

    score: int
    max_score: int

    @property
    def per_cent(self) -> int:
        """The share in whole per cent, rounded down: never more than was reached."""
        return self.score * 100 // self.max_score if self.max_score else 0


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo or an emblem, by the SHA-256 that its bytes lie under in the `frozen` storage. Size in pixels."""

    sha256: str
    media_type: str
    width: int
    height: int

    @property
    def storage_name(self) -> str:
        """Where its bytes lie in the `frozen` storage."""
        return logo_storage_name(self.sha256)


@dataclass(frozen=True, slots=True)
class Emblem:
    """The emblem of a funded project. `name`: of whose support it speaks, for who does not see it."""

    name: str
    picture: Logo


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards, as it was at issue. Country: two letters of ISO 3166-1. `identifier`: its kind and its value."""

    name: str
    country: str
    site: str
    base_url: str
    is_demo: bool = False
    key: str = "site"
    region: str = ""
    did: str = ""
    identifier: tuple[str, str] | None = None
    street: str = ""
    postcode: str = ""
    locality: str = ""
    website: str = ""
    email: str = ""
    logo: Logo | None = None
    quality: str = ""


@dataclass(frozen=True, slots=True)
class PathCourseFact:
    """A course of a learning path as the holder completed it. `number`: of its own certificate, empty without one."""

    key: str
    edition: int
    digest: str
    hours: int
    completed_at: datetime
    number: str
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PathFact:
    """A learning path by its edition. The outlines of the facts then speak of the path, as if it were a course."""

    key: str
    edition: int
    digest: str
    courses: tuple[PathCourseFact, ...]


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate is made of. `outlines` holds the course as it was completed, by site language.

    `valid_until` is its last day, `supersedes` the number of the certificate that it replaces. `result` is there for
    achievement only.
    """

    number: str
    public_id: str
    kind: str
    cycle: int
    holder_name: str
    issuer: Issuer
    issued_at: datetime
    issued_date: date
    completed_at: datetime
    edition_digest: str
    languages: tuple[str, ...]
    lesson_count: int
    quizzes: tuple[QuizFact, ...]
    outlines: Mapping[str, Outline]
    works: tuple[WorkFact, ...] = ()
    result: ResultFact | None = None
    valid_until: date | None = None
    renewable_from: date | None = None
    supersedes: str | None = None
    path: PathFact | None = None
    emblem: Emblem | None = None

    @property
    def outline(self) -> Outline:
        """The course in any language: for what is the same in all of them."""
        return next(iter(self.outlines.values()))

    @property
    def reviewed_date(self) -> str:
        """When the course was read again, as ISO date; empty where that is after the issue: it was not said then."""
        reviewed = self.outline.reviewed_date
        return reviewed if reviewed and date.fromisoformat(reviewed) <= self.issued_date else ""

    @property
    def offer(self) -> CertificateOffer:
        """What the course says on a certificate of this kind, in any language: for the terms.

        :raises ValueError: if the course offers no certificate of this kind.
        """
        return required_offer(self.outline, self.kind)


def logo_storage_name(sha256: str) -> str:
    """Return where the bytes of a logo or an emblem lie in the `frozen` storage."""
    return f"issuers/{sha256[:2]}/{sha256}"


def offer_of(outline: Outline, kind: str) -> CertificateOffer | None:
    """Return what the course says on a certificate of this kind, or None where it offers none."""
    return next((offer for offer in outline.certificates if offer.kind == kind), None)


def required_offer(outline: Outline, kind: str) -> CertificateOffer:
    """Return what the course says on a certificate of this kind.

    :raises ValueError: if it offers none.
    """
    offer = offer_of(outline, kind)
    if offer is None:
        raise ValueError(f"the course offers no certificate of {kind}")
    return offer
