"""What a certificate must say before it is offered: the elements of a micro-credential, and terms that go together.

A certificate of achievement is offered only where each element that an editor writes is there: Council Recommendation of
16 June 2022 on a European approach to micro-credentials (2022/C 243/02), Annex I. Elements 1 to 5 come from elsewhere:
holder and date from the certificate, the title from the course, country and awarding body from the issuer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from courses.rules.freezing import gettext_noop

PARTICIPATION, ACHIEVEMENT = "participation", "achievement"

ELEMENTS: Mapping[str, int] = {
    "outcomes": 6,
    "hours": 7,
    "eqf_level": 8,
    "eqf_reason": 8,
    "criteria": 9,
    "assessment_types": 9,
    "assessment_text": 9,
    "mode": 10,
    "quality_text": 11,
    "quality_reviewer": 11,
    "reviewed_date": 11,
}
"""The fields that an editor fills in, in the order of the Recommendation, and the number of the element each is part of."""

OF_THE_COURSE = ("outcomes", "hours", "eqf_level", "reviewed_date")
"""Those that are fields of the course; the others are fields of the certificate."""

IN_EACH_LANGUAGE = ("eqf_reason", "criteria", "assessment_text", "quality_text", "quality_reviewer")
"""Those that a translation has too."""

WORDS: Mapping[str, str] = {
    "outcomes": gettext_noop(
        "A certificate of achievement names what people can do afterwards. Add at least one outcome of the course."
    ),
    "hours": gettext_noop("A certificate of achievement names the hours of the course. Give them."),
    "eqf_level": gettext_noop("A certificate of achievement names an EQF level. Choose the one that fits best."),
    "eqf_reason": gettext_noop("Say in one sentence why this EQF level: the level is declared by you."),
    "criteria": gettext_noop("Say what it takes to get the certificate."),
    "assessment_types": gettext_noop("Tick at least one type of assessment."),
    "assessment_text": gettext_noop("Say how it is assessed."),
    "mode": gettext_noop("Choose the form of participation."),
    "quality_text": gettext_noop("Say how the quality of the course is checked."),
    "quality_reviewer": gettext_noop("Say who reviewed the course."),
    "reviewed_date": gettext_noop(
        "A certificate of achievement says when the course was reviewed. Give the day at “Author, licence, source”."
    ),
    "kind": gettext_noop(
        "Nothing shows the outcomes yet. Tick “needed for the certificate of achievement” in a quiz or an assignment of "
        "this course, and publish it first or in the same release."
    ),
    "renewed-early": gettext_noop("It cannot be renewed longer before its end than it is valid."),
    "never-ends": gettext_noop(
        "A certificate without an end is never renewed. Say how long it is valid, or put 0 here."
    ),
    "one-of-a-kind": gettext_noop(
        "There is a certificate of this kind already. Choose the other kind, or take one out."
    ),
}
"""What is said of each field that is empty, and of terms that do not go together."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What keeps a certificate from being offered. `field`: where it is said. `language`: of a text that is missing."""

    kind: str
    field: str
    words: str
    language: str = ""

    @property
    def is_of_course(self) -> bool:
        """Whether the field is one of the course, not of the certificate."""
        return self.field in OF_THE_COURSE


def empty_elements(*, course: Mapping[str, Any], certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of `ELEMENTS` that are empty, in that order.

    `course` has the fields of `OF_THE_COURSE` and `certificate` the others; what is not there is empty. A text of spaces
    is empty. ECTS credits, ways into other learning and whatever else is optional in Annex I may be empty.

    >>> empty_elements(course={"outcomes": ["Maps"], "hours": 3, "eqf_level": 6, "reviewed_date": "2026-10-20"},
    ...                certificate={"mode": "online", "assessment_types": ["quiz"], "criteria": " "})
    ('eqf_reason', 'criteria', 'assessment_text', 'quality_text', 'quality_reviewer')
    """
    return tuple(
        name for name in ELEMENTS if _is_empty(course.get(name) if name in OF_THE_COURSE else certificate.get(name))
    )


def empty_texts(certificate: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the fields of `IN_EACH_LANGUAGE` that are empty in a translation."""
    return tuple(name for name in IN_EACH_LANGUAGE if _is_empty(certificate.get(name)))


def unfit_terms(certificate: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return (field, words) of terms that do not go together, of a certificate of any kind. Months; 0 says never."""
    valid, renewed = certificate.get("validity_months") or 0, certificate.get("recertification_months") or 0
    if renewed and not valid:
        return (("recertification_months", WORDS["never-ends"]),)
    if renewed > valid:
        return (("recertification_months", WORDS["renewed-early"]),)
    return ()


def lacks_of(
    *,
    course: Mapping[str, Any],
    certificates: Sequence[Mapping[str, Any]],
    source_language: str,
    has_needed_step: bool,
) -> list[Lack]:
    """Return what keeps the certificates of a course from being offered.

    `course`: the fields of `OF_THE_COURSE`. `certificates`: as a manifest holds them (`courses.rules.certificate_terms`),
    with a text in the source language; texts of the others are looked at where they are there.
    `has_needed_step`: whether a step of the course is needed for the certificate of achievement.
    """
    lacks: list[Lack] = []
    source = source_language
    for entry in certificates:
        own = {**entry["texts"][source], **entry.get("terms", {})}
        kind = own["kind"]
        lacks += [Lack(kind, name, words) for name, words in unfit_terms(own)]
        if kind != ACHIEVEMENT:
            continue
        lacks += [Lack(kind, name, WORDS[name]) for name in empty_elements(course=course, certificate=own)]
        if not has_needed_step:
            lacks.append(Lack(kind, "kind", WORDS["kind"]))
        for language, text in entry["texts"].items():
            if language != source:
                lacks += [Lack(kind, name, WORDS[name], language) for name in empty_texts(text)]
    return lacks


def lacks_in(part: Mapping[str, Any]) -> list[Lack]:
    """Return what keeps the certificates of a course from being offered, from its manifest or a part of one.

    The part has `source_language`, `items` and of `course` the certificates and the fields of `OF_THE_COURSE`.
    """
    return lacks_of(
        course=part["course"],
        certificates=part["course"]["certificates"],
        source_language=part["source_language"],
        has_needed_step=has_needed_step(part["items"]),
    )


def has_needed_step(items: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether an item of a manifest is needed for the certificate of achievement."""
    return any(entry.get("needed_for_achievement") for entry in items)


def _is_empty(value: Any) -> bool:
    return not (value.strip() if isinstance(value, str) else value)
