"""Certificates for tests: earned by the operations themselves, or of plain facts where no database is needed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import User
from certificates import operations
from certificates.models import Certificate
from certificates.rules.facts import CertificateFacts, Issuer, QuizFact
from certificates.rules.numbers import number_from
from courses.models import Course
from courses.rules.outline import CertificateOffer, Competence, Outline
from progress.models import Enrolment
from tests.people import make_learner
from tests.progress.builders import do_everything, enrol

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DEMO = Issuer(name="", country="", site="Common Thread", base_url="https://learn.example", is_demo=True)
ASSOCIATION = Issuer(
    name="Example Learning Association", country="BE", site="Common Thread", base_url="https://learn.example"
)
LANGUAGES = ("en", "it", "ro", "sv", "de", "es")


def complete(course: Course, learner: User | None = None) -> Enrolment:
    """Enrol a learner and do every step: the course is complete and the name is not confirmed."""
    enrolment = enrol(course, learner)
    do_everything(enrolment)
    return enrolment


def earn(course: Course, *, name: str = "Giulia Ferri", learner: User | None = None) -> Certificate:
    """Complete a course and confirm a name, and return the certificate that is due."""
    learner = learner or make_learner()
    enrolment = complete(course, learner)
    operations.confirm_name(enrolment=enrolment, name=name, at=NOON)
    operations.issue_due_certificates(enrolment=enrolment, at=NOON)
    return Certificate.objects.get(enrolment=enrolment)


def make_outline(language: str = "en", **changes: Any) -> Outline:
    """Return course A, as far as a certificate speaks of it, in one language."""
    fields: dict[str, Any] = {
        "course_key": "3f1f4c0e-0000-4000-8000-000000000001",
        "edition": 4,
        "live": True,
        "slug": "",
        "language": language,
        "source_language": "en",
        "languages": ("en", "it"),
        "title": {"en": "Digital basics at work", "it": "Basi digitali al lavoro"}[language],
        "summary": "Use the phone safely.",
        "description_html": "",
        "level": "basic",
        "eqf_level": 2,
        "hours": 6,
        "category": "ict-basic",
        "topics": (),
        "audiences": (),
        "plain_language": True,
        "art": "tablet",
        "outcomes": (("a", "Signs in and out safely."), ("b", "Checks a source.")),
        "competences": (
            Competence("digcomp", "2.2", "1.1", 1),
            Competence("digcomp", "2.2", "2.1", 2),
            Competence("digcomp", "2.2", "1.2", 1),
            Competence("greencomp", "1.0", "1.2", None),
        ),
        "prerequisites": (),
        "certificates": (
            CertificateOffer("participation", "did all its steps.", "Annelies Peeters", "Head of learning"),
        ),
        "author": "The editors",
        "licence": "CC BY 4.0",
        "source_html": "",
        "reviewed_date": "2026-10-12",
        "review_by_date": "",
        "modules": (),
        "items": (),
        "tombstones": (),
    }
    return Outline(**fields | changes)


def make_facts(
    *, issuer: Issuer = ASSOCIATION, languages: Sequence[str] = LANGUAGES, **changes: Any
) -> CertificateFacts:
    """Return the facts of a certificate of course A, whose texts are English and Italian."""
    outline_changes = {key: changes.pop(key) for key in list(changes) if key in Outline.__dataclass_fields__}
    fields: dict[str, Any] = {
        "number": number_from("4M8R2HVX7PQE9KT"),
        "public_id": "0123456789abcdef" * 2,
        "kind": "participation",
        "cycle": 1,
        "holder_name": "Giulia Ferri",
        "issuer": issuer,
        "issued_at": NOON,
        "issued_date": date(2026, 11, 24),
        "completed_at": NOON,
        "edition_digest": "d" * 64,
        "languages": ("en", "it"),
        "lesson_count": 17,
        "quizzes": tuple(
            QuizFact(key=f"quiz-{number}", score=5, max_score=6, pass_mark=60, passed_at=NOON) for number in range(6)
        ),
        "outlines": {
            language: make_outline("it" if language == "it" else "en", **outline_changes) for language in languages
        },
    }
    return CertificateFacts(**fields | changes)
