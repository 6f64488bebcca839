"""The payload of a certificate: all that any of its formats shows, frozen at issue, in every language of the site.

    {"schema": 2, "number", "public_id", "address" (with "{language}"), "kind", "cycle", "issued_at", "issued_date",
     "valid_until" (its last day, or null), "renewable_from", "supersedes" (a number), "layout", "is_demo",
     "achievement": {"key", "address" (with "{language}")}, "holder": {"name"},
     "issuer": {"key", "name", "country", "region", "site", "did", "identifier": {"kind", "value"} | null,
                "place": {"street", "postcode", "locality"}, "website", "email",
                "logo": {"sha256", "media_type", "width", "height"} | null, "quality"},
     "course": {"key", "edition", "digest", "source_language", "level", "eqf_level", "hours", "ects", "category",
                "mode", "assessment_types", "competences": [{"framework", "version", "code", "level"}], "author",
                "licence", "reviewed_date", "validity_months", "recertification_months"},
     "path": null | {"key", "edition", "digest",
                     "courses": [{"key", "edition", "digest", "hours", "completed_at", "number"}]},
     "emblem": {"name", "sha256", "media_type", "width", "height"} (only where a funded project shows one),
     "learning": {"completed_at", "languages", "lesson_count", "mode", "supervision", "identity_check",
                  "quizzes": [{"key", "score", "max_score", "pass_mark", "passed_at"}], "works": as quizzes,
                  "result": {"score", "max_score", "per_cent"} | null},
     "texts": {language: {"language", "words", "title", "summary", "statement", "criteria",
                          "outcomes": [{"id", "text"}], "assessment", "eqf_reason", "quality", "quality_reviewer",
                          "prerequisites", "stackability", "further", "signatory": {"name", "role"},
                          "courses": [{"key", "title"}] (of a path only), "lines": {name: line},
                          "elements": [{"key", "label", "values", "language" where it is not that of the words}],
                          "notes": as elements}}}

It is richer than any one format, so that a later format needs no new issue. Two languages stand in each text:
`language` is that of the course's own words, `words` that of the printed words around them. `elements` are the eleven
of Annex I of the Council Recommendation 2022/C 243/02, in its order; with `notes` they are all that is to be read, so a
page prints the two as they stand. The `course` of a certificate of a learning path is the path.

Schema 1, of certificates issued until then, has none of "renewable_from", "supersedes", "layout", "achievement",
"path", "course.ects", ".mode", ".assessment_types" and months, "learning.works" and ".result", and of the texts only
those up to "statement", with "outcomes", "signatory" and "lines"; its issuer has "name", "country" (in words) and
"site". Readers use `get`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from certificates.rules.achievements import achievement_address, achievement_key, achievement_of
from certificates.rules.facts import CertificateFacts, Issuer, Logo, PathFact, QuizFact, WorkFact, required_offer

SCHEMA = 2
KINDS_ISSUED = ("achievement", "participation")
"""The kinds there are, in the order in which they are issued."""

ELEMENTS = (
    "learner",
    "title",
    "country",
    "awarding_body",
    "issued",
    "outcomes",
    "workload",
    "level",
    "assessment",
    "participation",
    "quality",
)
"""The mandatory elements of a micro-credential, in the order of Annex I of 2022/C 243/02."""

_BREAKS = re.compile(r"[\t\n\v\f\r]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_MAY_CONTROL = re.compile(r"\\[bfnrtu]|\x7f")
"""How control characters look in JSON."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line to be read: what it is about, and what it says. `language`: where it is not that of the words."""

    key: str
    label: str
    values: tuple[str, ...]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What the interface says on a certificate in one language; see `certificates.operations.wording`."""

    language: str
    lines: Mapping[str, str]
    elements: Sequence[PrintedLine]
    notes: Sequence[PrintedLine]


def build_payload(facts: CertificateFacts, words: Mapping[str, Words], *, achievement: str = "") -> dict[str, Any]:
    """Return the payload. `words` holds, by site language, what the interface says in it.

    `achievement` spares finding its key where another certificate of the same edition, kind and issuer has it.

    Control characters are taken out of every text: programs that check badges read them in different ways
    (CREDENTIALS.md section 2, pitfall 1).

    :raises ValueError: if the course offers no certificate of this kind.
    """
    offer = facts.offer
    issuer = facts.issuer
    payload = {
        "schema": SCHEMA,
        "number": facts.number,
        "public_id": facts.public_id,
        "address": f"{issuer.base_url}/{{language}}/certificates/{facts.public_id}/",
        "kind": facts.kind,
        "cycle": facts.cycle,
        "issued_at": _moment(facts.issued_at),
        "issued_date": facts.issued_date.isoformat(),
        "valid_until": facts.valid_until.isoformat() if facts.valid_until else None,
        "renewable_from": facts.renewable_from.isoformat() if facts.renewable_from else None,
        "supersedes": facts.supersedes,
        "layout": offer.layout,
        "is_demo": issuer.is_demo,
        "holder": {"name": facts.holder_name},
        "issuer": _issuer(issuer),
        "course": _course(facts),
        "path": _path(facts.path) if facts.path else None,
        **({"emblem": {"name": facts.emblem.name, **_picture(facts.emblem.picture)}} if facts.emblem else {}),
        "learning": {
            "completed_at": _moment(facts.completed_at),
            "languages": list(facts.languages),
            "lesson_count": facts.lesson_count,
            "quizzes": [_passed(quiz) for quiz in facts.quizzes],
            "works": [_passed(work) for work in facts.works],
            "result": {
                "score": facts.result.score,
                "max_score": facts.result.max_score,
                "per_cent": facts.result.per_cent,
            }
            if facts.result
            else None,
            "mode": offer.mode or "online",
            "supervision": "none",
            "identity_check": "none",
        },
        "texts": {language: _texts(facts, language, words[language]) for language in facts.outlines},
    }
    if _MAY_CONTROL.search(json.dumps(payload, ensure_ascii=False)):  # a look at the whole, as few have any
        payload = without_controls(payload)
    key = achievement or achievement_key(achievement_of(payload))
    payload["achievement"] = {"key": key, "address": achievement_address(issuer.base_url, key)}
    return payload


def text_for(payload: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return the texts of a payload in a language, else in English, else in any: a site may add languages later."""
    texts: Mapping[str, Mapping[str, Any]] = payload["texts"]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def statement_of(text: Mapping[str, Any]) -> str:
    """Return what the course says that its holder did or showed, as a sentence by itself; the definition begins small."""
    statement: str = text["statement"]
    return statement[:1].upper() + statement[1:]


def address_for(payload: Mapping[str, Any], language: str) -> str:
    """Return the address of the certificate's page in a language, as it is in the QR code."""
    address: str = payload["address"]
    return address.replace("{language}", language)


def without_controls(value: Any) -> Any:
    """Return JSON with no control character (U+0000 to U+001F, U+007F) in its texts; breaks of a line become a space."""
    if isinstance(value, str):
        return _CONTROLS.sub("", _BREAKS.sub(" ", value)) if _CONTROLS.search(value) else value
    if isinstance(value, Mapping):
        return {key: without_controls(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [without_controls(entry) for entry in value]
    return value


def _issuer(issuer: Issuer) -> dict[str, Any]:
    kind, value = issuer.identifier or ("", "")
    return {
        "key": issuer.key,
        "name": issuer.name,
        "country": issuer.country,
        "region": issuer.region,
        "site": issuer.site,
        "did": issuer.did,
        "identifier": {"kind": kind, "value": value} if issuer.identifier else None,
        "place": {"street": issuer.street, "postcode": issuer.postcode, "locality": issuer.locality},
        "website": issuer.website,
        "email": issuer.email,
        "logo": _picture(issuer.logo) if issuer.logo else None,
        "quality": issuer.quality,
    }


def _picture(picture: Logo) -> dict[str, Any]:
    return {
        "sha256": picture.sha256,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }


def _course(facts: CertificateFacts) -> dict[str, Any]:
    outline, offer = facts.outline, facts.offer
    return {
        "key": outline.course_key,
        "edition": outline.edition,
        "digest": facts.edition_digest,
        "source_language": outline.source_language,
        "level": outline.level,
        "eqf_level": outline.eqf_level,
        "hours": outline.hours,
        "ects": offer.ects,
        "category": outline.category,
        "mode": offer.mode or "online",
        "assessment_types": list(offer.assessment_types),
        "competences": [
            {"framework": entry.framework, "version": entry.version, "code": entry.code, "level": entry.level}
            for entry in outline.competences
        ],
        "author": outline.author,
        "licence": outline.licence,
        "reviewed_date": facts.reviewed_date,
        "validity_months": offer.validity_months,
        "recertification_months": offer.recertification_months,
    }


def _path(path: PathFact) -> dict[str, Any]:
    return {
        "key": path.key,
        "edition": path.edition,
        "digest": path.digest,
        "courses": [
            {
                "key": course.key,
                "edition": course.edition,
                "digest": course.digest,
                "hours": course.hours,
                "completed_at": _moment(course.completed_at),
                "number": course.number,
            }
            for course in path.courses
        ],
    }


def _passed(fact: QuizFact | WorkFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "score": fact.score,
        "max_score": fact.max_score,
        "pass_mark": fact.pass_mark,
        "passed_at": _moment(fact.passed_at),
    }


def _texts(facts: CertificateFacts, language: str, words: Words) -> dict[str, Any]:
    outline = facts.outlines[language]
    offer = required_offer(outline, facts.kind)
    courses = (
        [{"key": course.key, "title": course.titles[language]} for course in facts.path.courses] if facts.path else []
    )
    return {
        "language": outline.language,
        "words": words.language,
        "title": outline.title,
        "summary": outline.summary,
        "statement": offer.statement,
        "criteria": offer.criteria,
        "outcomes": [{"id": key, "text": text} for key, text in outline.outcomes],
        "assessment": offer.assessment_text,
        "eqf_reason": offer.eqf_reason,
        "quality": offer.quality_text,
        "quality_reviewer": offer.quality_reviewer,
        "prerequisites": offer.prerequisites_text,
        "stackability": offer.stackability,
        "further": offer.further_information,
        "signatory": {"name": offer.signatory_name, "role": offer.signatory_role},
        **({"courses": courses} if facts.path else {}),
        "lines": dict(words.lines),
        "elements": [_line(element) for element in words.elements],
        "notes": [_line(note) for note in words.notes],
    }


def _line(line: PrintedLine) -> dict[str, Any]:
    frozen: dict[str, Any] = {"key": line.key, "label": line.label, "values": list(line.values)}
    return frozen | {"language": line.language} if line.language else frozen


def _moment(at: datetime) -> str:
    """Write a time as credentials do: UTC, whole seconds, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
