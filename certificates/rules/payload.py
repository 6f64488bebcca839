"""The payload of a certificate: all that any of its formats shows, frozen at issue, in every language of the site.

    {"schema": 1, "number", "public_id", "address" (with "{language}"), "kind", "cycle", "issued_at", "issued_date",
     "valid_until", "is_demo", "holder": {"name"}, "issuer": {"name", "country", "site"},
     "course": {"key", "edition", "digest", "source_language", "level", "eqf_level", "hours", "category",
                "competences": [{"framework", "version", "code", "level"}], "author", "licence", "reviewed_date"},
     "learning": {"completed_at", "languages", "lesson_count", "mode", "supervision", "identity_check",
                  "quizzes": [{"key", "score", "max_score", "pass_mark", "passed_at"}]},
     "texts": {language: {"language", "words", "title", "summary", "statement", "outcomes": [{"id", "text"}],
                          "signatory": {"name", "role"}, "lines": {name: line}}}}

It is richer than any one format, so that a later format needs no new issue. Two languages stand in each text:
`language` is that of the course's own words, `words` that of the printed lines around them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from courses.rules.outline import CertificateOffer, Outline

SCHEMA = 1
KINDS_ISSUED = ("participation",)
"""Achievement has rules of its own (outcomes assessed, all elements of a micro-credential filled); nothing judges them yet."""

Lines = Mapping[str, str]
"""Printed lines by name, such as `supervision`; see `certificates.operations.wording`."""


@dataclass(frozen=True, slots=True)
class QuizFact:
    """A quiz that was passed. Scores in points, the pass mark in per cent."""

    key: str
    score: int
    max_score: int
    pass_mark: int
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards. Without legal name and country it is a demonstration."""

    name: str
    country: str
    site: str
    base_url: str

    @property
    def is_demo(self) -> bool:
        return not (self.name and self.country)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate is made of. `outlines` holds the course as it was completed, by site language."""

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

    @property
    def outline(self) -> Outline:
        """The course in any language: for what is the same in all of them."""
        return next(iter(self.outlines.values()))


def offer_of(outline: Outline, kind: str) -> CertificateOffer | None:
    """Return what the course says on a certificate of this kind, or None where it offers none."""
    return next((offer for offer in outline.certificates if offer.kind == kind), None)


def build_payload(facts: CertificateFacts, lines: Mapping[str, tuple[str, Lines]]) -> dict[str, Any]:
    """Return the payload. `lines` holds, by site language, the printed lines and the language they are in.

    :raises ValueError: if the course offers no certificate of this kind.
    """
    outline = facts.outline
    issuer = facts.issuer
    return {
        "schema": SCHEMA,
        "number": facts.number,
        "public_id": facts.public_id,
        "address": f"{issuer.base_url}/{{language}}/certificates/{facts.public_id}/",
        "kind": facts.kind,
        "cycle": facts.cycle,
        "issued_at": _moment(facts.issued_at),
        "issued_date": facts.issued_date.isoformat(),
        "valid_until": None,
        "is_demo": issuer.is_demo,
        "holder": {"name": facts.holder_name},
        "issuer": {"name": issuer.name, "country": issuer.country, "site": issuer.site},
        "course": {
            "key": outline.course_key,
            "edition": outline.edition,
            "digest": facts.edition_digest,
            "source_language": outline.source_language,
            "level": outline.level,
            "eqf_level": outline.eqf_level,
            "hours": outline.hours,
            "category": outline.category,
            "competences": [
                {"framework": entry.framework, "version": entry.version, "code": entry.code, "level": entry.level}
                for entry in outline.competences
            ],
            "author": outline.author,
            "licence": outline.licence,
            "reviewed_date": outline.reviewed_date,
        },
        "learning": {
            "completed_at": _moment(facts.completed_at),
            "languages": list(facts.languages),
            "lesson_count": facts.lesson_count,
            "quizzes": [
                {
                    "key": quiz.key,
                    "score": quiz.score,
                    "max_score": quiz.max_score,
                    "pass_mark": quiz.pass_mark,
                    "passed_at": _moment(quiz.passed_at),
                }
                for quiz in facts.quizzes
            ],
            "mode": "online",
            "supervision": "none",
            "identity_check": "none",
        },
        "texts": {
            language: _texts(facts.outlines[language], facts.kind, *lines[language]) for language in facts.outlines
        },
    }


def text_for(payload: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return the texts of a payload in a language, else in English, else in any: a site may add languages later."""
    texts: Mapping[str, Mapping[str, Any]] = payload["texts"]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def address_for(payload: Mapping[str, Any], language: str) -> str:
    """Return the address of the certificate's page in a language, as it is in the QR code."""
    address: str = payload["address"]
    return address.replace("{language}", language)


def _texts(outline: Outline, kind: str, words: str, lines: Lines) -> dict[str, Any]:
    offer = offer_of(outline, kind)
    if offer is None:
        raise ValueError(f"the course offers no certificate of {kind}")
    return {
        "language": outline.language,
        "words": words,
        "title": outline.title,
        "summary": outline.summary,
        "statement": offer.statement,
        "outcomes": [{"id": key, "text": text} for key, text in outline.outcomes],
        "signatory": {"name": offer.signatory_name, "role": offer.signatory_role},
        "lines": dict(lines),
    }


def _moment(at: datetime) -> str:
    """Write a time as credentials do: UTC, whole seconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
