"""Payloads of certificates with the texts of the demonstration content, read from its files: the longest that there are.

demo_payload("leading-a-cluster") -> an achievement of that course
demo_path_payload() -> an achievement of the learning path of both courses
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from certificates.rules.facts import PathCourseFact, PathFact
from certificates.rules.numbers import number_from
from courses.rules.certificate_terms import TEXTS
from courses.rules.outline import CertificateOffer, Competence, Outline
from tests.certificates.builders import LANGUAGES, make_outline
from tests.certificates.payloads import COMPLETED_AT, full_payload

CONTENT = Path(__file__).parents[2] / "content"
_ALWAYS = ("statement", "signatory_name", "signatory_role")
COURSES = ("digital-basics-at-work", "leading-a-cluster")
NAME = "Maria-Alexandrina Constantinescu-Ștefănescu"


def demo_payload(course: str, *, name: str = NAME, **changes: Any) -> dict[str, Any]:
    """Return the payload of an achievement of a demonstration course."""
    outlines = {language: _outline(language, *_course(course, language)) for language in LANGUAGES}
    return full_payload(name=name, outlines=outlines, **changes)


def demo_path_payload(*, name: str = NAME, **changes: Any) -> dict[str, Any]:
    """Return the payload of an achievement of the demonstration's learning path."""
    own = {
        language: _texts(f"learning-paths/digital-basics-for-people-who-lead{_of(language)}.yaml")
        for language in ("en", "it")
    }
    outlines = {}
    for language in LANGUAGES:
        courses = [_outline(language, *_course(course, language)) for course in COURSES]
        outlines[language] = _outline(
            language,
            own["en"],
            own.get(language, own["en"]),
            outcomes=tuple(outcome for course in courses for outcome in course.outcomes),
            competences=tuple(entry for course in courses for entry in course.competences),
            hours=sum(course.hours for course in courses),
        )
    facts = tuple(
        PathCourseFact(
            key=f"3f1f4c0e-0000-4000-8000-00000000000{place}",
            edition=1,
            digest=str(place) * 64,
            hours=8,
            completed_at=COMPLETED_AT,
            number=number_from(f"AVK5DWZ1R9AGFA{place}"),
            titles={language: _course(course, language)[1]["title"] for language in LANGUAGES},
        )
        for place, course in enumerate(COURSES)
    )
    path = PathFact(key="3f1f4c0e-0000-4000-8000-0000000000ff", edition=1, digest="e" * 64, courses=facts)
    return full_payload(name=name, outlines=outlines, path=path, **changes)


def _outline(language: str, source: dict[str, Any], own: dict[str, Any], **fields: Any) -> Outline:
    """Return a course or path in a language: its own texts where it has some, else those of the source."""
    terms, texts = source["certificates"]["achievement"], own["certificates"]["achievement"]
    said = {name: texts.get(name, terms.get(name, "")) for name in (*_ALWAYS, *TEXTS)}
    said |= {name: terms[name] for name in ("mode", "validity_months", "recertification_months") if name in terms}
    offer = CertificateOffer(kind="achievement", assessment_types=tuple(terms["assessment_types"]), **said)
    of_course = {
        "outcomes": tuple((entry["id"], entry["text"]) for entry in own.get("outcomes", ())),
        "competences": tuple(
            Competence(entry["framework"], entry["version"], entry["code"], entry.get("level"))
            for entry in source.get("competences", ())
        ),
        "hours": source.get("hours", 0),
    }
    spoken = "it" if own is not source else "en"
    return make_outline(
        spoken,
        title=own["title"],
        summary=own["summary"],
        eqf_level=source["eqf"],
        certificates=(offer,),
        **of_course | fields,
    )


def _course(course: str, language: str) -> tuple[dict[str, Any], dict[str, Any]]:
    source = _texts(f"courses/{course}/course.yaml")
    return source, _texts(f"courses/{course}/course.it.yaml") if language == "it" else source


def _of(language: str) -> str:
    return "" if language == "en" else f".{language}"


@cache
def _texts(path: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CONTENT / path).read_text(encoding="utf-8"))
    return read
