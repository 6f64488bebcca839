"""Payloads of certificates for tests of what is made of them: badge, PDF, export, pages. No database, always the same.

full_payload() -> an achievement of a course like D, every field filled
full_payload(kind="participation", name="Ștefan Țîrlea", validity_months=0, valid_until=None)
plain_payload() -> a participation with as little as a course must say
old_payload() -> as certificates were frozen before (schema 1)
path_payload() -> an achievement of a learning path of two courses
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from certificates.operations.elements import certificate_words
from certificates.rules.facts import (
    CertificateFacts,
    Issuer,
    Logo,
    PathCourseFact,
    PathFact,
    QuizFact,
    ResultFact,
    WorkFact,
)
from certificates.rules.numbers import number_from
from certificates.rules.payload import build_payload
from courses.rules.outline import CertificateOffer, Competence, Outline
from tests.certificates.builders import LANGUAGES, make_outline

PUBLIC_ID = "0123456789abcdef" * 2
ISSUED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COMPLETED_AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
VALID_UNTIL = date(2029, 11, 24)

LOGO = Logo(sha256="a1" * 32, media_type="image/png", width=320, height=120)
FULL_ISSUER = Issuer(
    key="site",
    name="Example Learning Association",
    country="BE",
    region="Brussels-Capital Region",
    site="Common Thread",
    base_url="https://learn.example",
    did="did:web:learn.example",
    identifier=("registration", "0123.456.789"),
    street="Rue de l’Exemple 12",
    postcode="1000",
    locality="Brussels",
    website="https://association.example/",
    email="certificates@association.example",
    logo=LOGO,
    quality="Courses are written with practitioners, read by a second person, and reviewed each year.",
)

_TITLES = {
    "en": "Leading a social economy cluster in the twin transition",
    "it": "Guidare un cluster dell’economia sociale nella doppia transizione",
}
_OUTCOMES = {
    "en": (
        ("map", "Maps a local ecosystem and its gaps."),
        ("govern", "Designs fair governance and a two-year budget."),
        ("needs", "Runs a needs survey and turns it into services."),
        ("support", "Plans twin-transition support for at least five members."),
        ("partners", "Builds a partnership for a call."),
        ("measure", "Sets indicators and reports them honestly."),
    ),
    "it": (
        ("map", "Mappa un ecosistema locale e le sue lacune."),
        ("govern", "Progetta una governance equa e un bilancio di due anni."),
        ("needs", "Conduce un’indagine sui bisogni e la traduce in servizi."),
        ("support", "Pianifica il sostegno alla doppia transizione per almeno cinque membri."),
        ("partners", "Costruisce un partenariato per un bando."),
        ("measure", "Definisce indicatori e li riporta con onestà."),
    ),
}
_TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "statement": "passed its final quiz and drew up an action plan that was judged.",
        "criteria": "Six quizzes passed with 60 per cent, the final quiz with 75, the action plan judged as passed.",
        "assessment_text": "A final quiz of 24 questions from a pool of 72, and a plan judged by a named assessor.",
        "eqf_reason": "People manage complex work and answer for a team’s plan.",
        "quality_text": "Reviewed each year by two practitioners against the portal’s rules for courses.",
        "quality_reviewer": "Maren Oduya, network of social enterprises",
        "prerequisites_text": "Experience in a social enterprise or a cluster.",
        "stackability": "Stands alone; counts towards the path Digital lead.",
        "further_information": "The rubric of the action plan can be read on the page of the course.",
        "signatory_name": "Annelies Peeters",
        "signatory_role": "Head of learning",
    },
    "it": {
        "statement": "ha superato il quiz finale e ha redatto un piano d’azione che è stato valutato.",
        "criteria": "Sei quiz superati con il 60 per cento, il quiz finale con il 75, il piano d’azione approvato.",
        "assessment_text": "Un quiz finale di 24 domande su 72 e un piano giudicato da una persona nominata.",
        "eqf_reason": "Le persone gestiscono lavori complessi e rispondono del piano di un gruppo.",
        "quality_text": "Rivisto ogni anno da due esperti secondo le regole del portale per i corsi.",
        "quality_reviewer": "Maren Oduya, rete di imprese sociali",
        "prerequisites_text": "Esperienza in un’impresa sociale o in un cluster.",
        "stackability": "Vale da solo; conta per il percorso Responsabile digitale.",
        "further_information": "La griglia del piano d’azione si legge nella pagina del corso.",
        "signatory_name": "Annelies Peeters",
        "signatory_role": "Responsabile della formazione",
    },
}
_TERMS: dict[str, Any] = {
    "assessment_types": ("quiz", "marked-assignment"),
    "mode": "online",
    "ects": "1.0",
    "validity_months": 36,
    "recertification_months": 6,
    "layout": "woven",
    "issuer": "",
}


def full_facts(
    *,
    kind: str = "achievement",
    languages: Sequence[str] = LANGUAGES,
    name: str = "Giulia Ferri",
    issuer: Issuer = FULL_ISSUER,
    **changes: Any,
) -> CertificateFacts:
    """Return facts with every field filled: of a course like D, whose texts are English and Italian.

    `changes` are fields of the facts, of the course or of the definition, each by its own name.
    """
    terms = _TERMS | {key: changes.pop(key) for key in list(changes) if key in _TERMS}
    texts = {key: changes.pop(key) for key in list(changes) if key in _TEXTS["en"]}
    outline_changes = {key: changes.pop(key) for key in list(changes) if key in Outline.__dataclass_fields__}

    def outline(language: str) -> Outline:
        offers = tuple(
            CertificateOffer(kind=offered, **_TEXTS[language] | texts, **terms)
            for offered in ("participation", "achievement")
        )
        fields: dict[str, Any] = {
            "course_key": "3f1f4c0e-0000-4000-8000-00000000000d",
            "title": _TITLES[language],
            "summary": {"en": "Lead a cluster with a plan.", "it": "Guidare un cluster con un piano."}[language],
            "level": "advanced",
            "eqf_level": 6,
            "hours": 25,
            "category": "cluster-management",
            "outcomes": _OUTCOMES[language],
            "competences": (
                *(Competence("entrecomp", "2016", code, 6) for code in ("1.3", "2.3", "2.4", "2.5", "3.2", "3.4")),
                *(Competence("greencomp", "2022", code, None) for code in ("2.1", "3.1", "4.1", "4.2")),
                *(Competence("digcomp", "2.2", code, level) for code, level in (("2.3", 5), ("2.4", 5), ("5.2", 6))),
            ),
            "certificates": offers,
        }
        return make_outline(language, **fields | outline_changes)

    is_achievement = kind == "achievement"
    fields: dict[str, Any] = {
        "number": number_from("4M8R2HVX7PQE9KT"),
        "public_id": PUBLIC_ID,
        "kind": kind,
        "cycle": 1,
        "holder_name": name,
        "issuer": issuer,
        "issued_at": ISSUED_AT,
        "issued_date": date(2026, 11, 24),
        "completed_at": COMPLETED_AT,
        "edition_digest": "d" * 64,
        "languages": ("en", "it"),
        "lesson_count": 24,
        "quizzes": (
            *(
                QuizFact(key=f"quiz-{number}", score=6, max_score=8, pass_mark=60, passed_at=COMPLETED_AT)
                for number in range(1, 7)
            ),
            QuizFact(key="final", score=21, max_score=24, pass_mark=75, passed_at=COMPLETED_AT),
        ),
        "works": (WorkFact(key="capstone", score=17, max_score=20, pass_mark=60, passed_at=COMPLETED_AT),),
        "result": ResultFact(score=38, max_score=44) if is_achievement else None,
        "valid_until": VALID_UNTIL,
        "renewable_from": date(2029, 5, 24),
        "outlines": {language: outline("it" if language == "it" else "en") for language in languages},
    }
    return CertificateFacts(**fields | changes)


def full_payload(**changes: Any) -> dict[str, Any]:
    """Return a payload with every field filled; see `full_facts`."""
    return payload_of(full_facts(**changes))


def plain_payload(*, name: str = "Sofia", languages: Sequence[str] = LANGUAGES, **changes: Any) -> dict[str, Any]:
    """Return the payload of a participation with as little as a course and an issuer must say."""
    offer = CertificateOffer("participation", "did all its steps.", "", "")
    issuer = Issuer(name="", country="", site="Common Thread", base_url="https://learn.example", is_demo=True)
    fields: dict[str, Any] = {
        "number": number_from("7PQE9KT4M8R2HVX"),
        "public_id": PUBLIC_ID,
        "kind": "participation",
        "cycle": 1,
        "holder_name": name,
        "issuer": issuer,
        "issued_at": ISSUED_AT,
        "issued_date": date(2026, 11, 24),
        "completed_at": COMPLETED_AT,
        "edition_digest": "d" * 64,
        "languages": ("en",),
        "lesson_count": 3,
        "quizzes": (),
        "outlines": {
            language: make_outline(
                certificates=(offer,), languages=("en",), eqf_level=None, competences=(), reviewed_date="", outcomes=()
            )
            for language in languages
        },
    }
    return payload_of(CertificateFacts(**fields | changes))


def path_payload(**changes: Any) -> dict[str, Any]:
    """Return the payload of an achievement of a learning path of two courses."""
    courses = (
        (
            "3f1f4c0e-0000-4000-8000-00000000000a",
            6,
            "CT-7PQE-9KT4-M8R2-HVXA",
            ("Digital basics at work", "Basi digitali"),
        ),
        ("3f1f4c0e-0000-4000-8000-00000000000d", 25, "", (_TITLES["en"], _TITLES["it"])),
    )
    path = PathFact(
        key="3f1f4c0e-0000-4000-8000-0000000000ff",
        edition=2,
        digest="e" * 64,
        courses=tuple(
            PathCourseFact(
                key=key,
                edition=3,
                digest="c" * 64,
                hours=hours,
                completed_at=COMPLETED_AT,
                number=number,
                titles={language: titles[language == "it"] for language in LANGUAGES},
            )
            for key, hours, number, titles in courses
        ),
    )
    fields = {"course_key": path.key, "edition": path.edition, "hours": 31, "edition_digest": path.digest, "path": path}
    return full_payload(**fields | changes)


def payload_of(facts: CertificateFacts) -> dict[str, Any]:
    """Return the payload of facts, with the words that the interface has for them."""
    return build_payload(facts, {language: certificate_words(facts, language) for language in facts.outlines})


def old_payload(*, name: str = "Giulia Ferri", languages: Sequence[str] = LANGUAGES) -> dict[str, Any]:
    """Return a payload as it was frozen before there were elements: schema 1. Written out, as no code makes it now."""
    lines = {
        "kind": "Certificate of participation",
        "says": "This is to say that",
        "joined": "took part in the course",
        "outcomes_title": "What the course teaches",
        "how_title": "How it was done",
        "steps": "17 lessons done. 6 quizzes passed.",
        "pass_marks": "Pass mark: 60 %.",
        "completed": "Completed on 24 November 2026.",
        "supervision": "Online, not supervised, identity not checked.",
        "assessment": "The outcomes were not assessed one by one.",
        "size_title": "Size and level",
        "hours": "About 6 hours of learning.",
        "level": "Indicative EQF level 2, set by the issuer.",
        "competences": "DigComp 2.2: 1.1 at level 1.",
        "issuer": "Example Learning Association, Belgium",
        "issued": "Issued on 24 November 2026.",
        "validity": "No expiry date.",
        "edition": "Course edition 4.",
        "languages": "Language: English.",
        "quality": "The course was last reviewed on 12 October 2026.",
        "is_not": "Not a regulated qualification.",
        "check": "Check it:",
        "qr": "QR code: address of the page of this certificate",
        "demo": "",
    }
    text = {
        "language": "en",
        "words": "en",
        "title": "Digital basics at work",
        "summary": "Use the phone safely.",
        "statement": "did all its steps.",
        "outcomes": [{"id": "a", "text": "Signs in and out safely."}, {"id": "b", "text": "Checks a source."}],
        "signatory": {"name": "Annelies Peeters", "role": "Head of learning"},
        "lines": lines,
    }
    return {
        "schema": 1,
        "number": number_from("4M8R2HVX7PQE9KT"),
        "public_id": PUBLIC_ID,
        "address": f"https://learn.example/{{language}}/certificates/{PUBLIC_ID}/",
        "kind": "participation",
        "cycle": 1,
        "issued_at": "2026-11-24T12:00:00Z",
        "issued_date": "2026-11-24",
        "valid_until": None,
        "is_demo": False,
        "holder": {"name": name},
        "issuer": {"name": "Example Learning Association", "country": "Belgium", "site": "Common Thread"},
        "course": {
            "key": "3f1f4c0e-0000-4000-8000-000000000001",
            "edition": 4,
            "digest": "d" * 64,
            "source_language": "en",
            "level": "basic",
            "eqf_level": 2,
            "hours": 6,
            "category": "ict-basic",
            "competences": [{"framework": "digcomp", "version": "2.2", "code": "1.1", "level": 1}],
            "author": "The editors",
            "licence": "CC BY 4.0",
            "reviewed_date": "2026-10-12",
        },
        "learning": {
            "completed_at": "2026-11-24T12:00:00Z",
            "languages": ["en"],
            "lesson_count": 17,
            "quizzes": [
                {
                    "key": f"quiz-{number}",
                    "score": 5,
                    "max_score": 6,
                    "pass_mark": 60,
                    "passed_at": "2026-11-24T12:00:00Z",
                }
                for number in range(6)
            ],
            "mode": "online",
            "supervision": "none",
            "identity_check": "none",
        },
        "texts": dict.fromkeys(languages, text),
    }
