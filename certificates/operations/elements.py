"""The eleven elements of a micro-credential and the notes beside them, in words of one language, as they are frozen.

Words of the interface and words of the course are never mixed in one line unless they are in one language: where they
are not, the course's own stand in a note under the same label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from accounts.models import Issuer as IssuerRow
from certificates.operations import wording
from certificates.operations.countries import country_name
from certificates.rules.facts import CertificateFacts, Issuer, required_offer
from certificates.rules.payload import PrintedLine, Words
from courses.models.vocabularies import AssessmentType, CertificateKind, ParticipationMode


def certificate_words(facts: CertificateFacts, language: str, *, press: "Press | None" = None) -> Words:
    """Return all that the interface says on a certificate for readers of a language, which may be in English.

    `press` keeps what certificates of one edition, kind and issuer have in common, where many are made.
    """
    return (press or Press()).words(facts, language)


class Press:
    """Puts words together. What is the same for all holders, most of it, is put together once for each language."""

    def __init__(self) -> None:
        self._languages: dict[str, str] = {}
        self._common: dict[tuple[Any, ...], _Common] = {}

    def all_words(self, facts: CertificateFacts) -> dict[str, Words]:
        """Return the words of a certificate in every language of the site."""
        own: dict[str, _Own] = {}
        return {language: self.words(facts, language, own) for language in facts.outlines}

    def words(self, facts: CertificateFacts, language: str, own: "dict[str, _Own] | None" = None) -> Words:
        """Return the words of a certificate. `own` keeps what is the holder's own, by the language that is spoken."""
        spoken = self._languages.get(language) or self._languages.setdefault(language, wording.words_language(language))
        # An edition of a path names no editions of its courses, and what is said of it follows from these.
        of_path = tuple(course.digest for course in facts.path.courses) if facts.path else ()
        key = (facts.edition_digest, facts.kind, facts.issuer, facts.reviewed_date, of_path, language)
        with override(spoken):
            common = self._common.get(key)
            if common is None:
                common = self._common[key] = _Printer(facts, language, spoken).common()
            said = own.get(spoken) if own is not None and facts.path is None else None
            if said is None:
                said = _Own(wording.own_lines(facts), _own_values(facts, language))
                if own is not None:
                    own[spoken] = said
        return Words(
            language=spoken,
            lines=common.lines | said.lines,
            elements=[_filled(element, said.values) for element in common.elements],
            notes=[note for note in (_filled(entry, said.values) for entry in common.notes) if note.values],
        )


@dataclass(frozen=True, slots=True)
class _Own:
    """What is the holder's own, in one language: lines by name, and the values of elements and notes."""

    lines: dict[str, str]
    values: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Common:
    """What all holders have in common. Lines of their own, `_OWN`, have no values yet."""

    lines: dict[str, str]
    elements: list[PrintedLine]
    notes: list[PrintedLine]


_OWN = frozenset({"learner", "issued", "result", "courses", "validity", "edition"})


def _filled(line: PrintedLine, own: Mapping[str, tuple[str, ...]]) -> PrintedLine:
    return PrintedLine(line.key, line.label, own[line.key], line.language) if line.key in _OWN else line


def _own_values(facts: CertificateFacts, language: str) -> dict[str, tuple[str, ...]]:
    """Return the values that are the holder's own, in the language that is active."""
    courses = [
        " ".join(filter(None, (course.titles[language], course.number and f"({course.number})")))
        for course in (facts.path.courses if facts.path else ())
    ]
    values = {
        "learner": [facts.holder_name],
        "issued": [wording.long_date(facts.issued_date)],
        "result": [wording.result_line(facts), wording.steps_line(facts), wording.pass_marks_line(facts)],
        "courses": courses,
        "validity": _validity(facts),
        "edition": [
            wording.edition_line(facts),
            wording.completed_line(facts),
            wording.languages_line(facts),
        ],
    }
    return {key: tuple(filter(None, lines)) for key, lines in values.items()}


class _Printer:
    """Puts together what all holders have in common, in the language that is active, `words`."""

    def __init__(self, facts: CertificateFacts, language: str, words: str) -> None:
        self.facts = facts
        self.outline = facts.outlines[language]
        self.offer = required_offer(self.outline, facts.kind)
        self.language = words
        self.course_language = "" if self.outline.language == words else self.outline.language
        self.split: list[PrintedLine] = []

    def common(self) -> _Common:
        elements = self._elements()
        return _Common(lines=wording.common_lines(self.facts), elements=elements, notes=self._notes())

    def _elements(self) -> list[PrintedLine]:
        facts, outline = self.facts, self.outline
        issuer = facts.issuer
        return [
            _line("learner", gettext("Holder")),
            self._of_course("title", gettext("Title"), outline.title),
            _line(
                "country",
                gettext("Country of the issuer"),
                ", ".join(filter(None, (country_name(issuer.country), issuer.region))) or gettext("Not stated."),
            ),
            _line("awarding_body", gettext("Awarded by"), *_awarding_body(issuer)),
            _line("issued", gettext("Issued on")),
            self._of_course("outcomes", gettext("Learning outcomes"), *(text for _key, text in outline.outcomes)),
            _line("workload", gettext("Workload"), *self._workload()),
            self._mixed(
                "level",
                gettext("Level"),
                wording.level_line(outline.eqf_level)
                if outline.eqf_level
                else gettext("No level of the European Qualifications Framework is given."),
                of_course=self.offer.eqf_reason if outline.eqf_level else "",
            ),
            self._mixed(
                "assessment", gettext("Type of assessment"), self._assessment(), of_course=self.offer.assessment_text
            ),
            _line(
                "participation",
                gettext("Form of participation"),
                str(ParticipationMode(self.offer.mode or ParticipationMode.ONLINE).label),
            ),
            self._mixed(
                "quality",
                gettext("Quality assurance"),
                *self._quality(),
                of_course=self.offer.quality_text,
                course_first=True,
            ),
        ]

    def _notes(self) -> list[PrintedLine]:
        facts, outline, offer = self.facts, self.outline, self.offer
        notes = [
            self._of_course("criteria", gettext("What it took to get it"), offer.criteria),
            *self.split,
            _line("result", gettext("Result")),
            self._of_course("courses", gettext("Courses of the learning path")),
            _line("supervision", gettext("Supervision"), wording.supervision_line(facts)),
            self._of_course("prerequisites", gettext("What is needed before"), offer.prerequisites_text),
            self._of_course("stackability", gettext("What it can be a part of"), offer.stackability),
            self._of_course("further", gettext("Further information"), offer.further_information),
            _line("validity", gettext("Validity")),
            _line("edition", gettext("Edition")),
            _line(
                "competences",
                gettext("Competences"),
                wording.competences_line(outline.competences),
                wording.competence_names_line(outline.competences, self.language),
            ),
            self._of_course("signatory", gettext("Signed by"), offer.signatory_name, offer.signatory_role),
            _statement_of(facts.issuer, self.language),
            _line("is_not", gettext("What it is not"), wording.is_not_line()),
        ]
        return [note for note in notes if note.values or note.key in _OWN]

    def _of_course(self, key: str, label: str, *values: str) -> PrintedLine:
        return _line(key, label, *values, language=self.course_language)

    def _mixed(self, key: str, label: str, *values: str, of_course: str, course_first: bool = False) -> PrintedLine:
        """Return a line of both, or leave the course's own to a note where the two are in different languages."""
        if self.course_language:
            note = self._of_course(key, label, of_course)
            self.split.extend([note] if note.values else [])
            return _line(key, label, *values)
        return _line(key, label, *([of_course, *values] if course_first else [*values, of_course]))

    def _workload(self) -> list[str]:
        ects = self.offer.ects
        line = wording.hours_line(self.outline.hours)
        return [line, gettext("ECTS credits: %(credits)s.") % {"credits": ects}] if ects else [line]

    def _assessment(self) -> str:
        if self.offer.assessment_types:
            return ", ".join(str(AssessmentType(name).label) for name in self.offer.assessment_types)
        if self.facts.kind == CertificateKind.ACHIEVEMENT:
            return ""
        return gettext("The outcomes were not assessed one by one.")

    def _quality(self) -> list[str]:
        reviewer = self.offer.quality_reviewer
        lines = [
            gettext("Reviewed by %(reviewer)s.") % {"reviewer": reviewer} if reviewer else "",
            wording.reviewed_line(self.facts.reviewed_date),
        ]
        if not any((*lines, self.offer.quality_text)):
            return [gettext("Nothing is stated about this course.")]
        return lines


def _validity(facts: CertificateFacts) -> list[str]:
    lines = [wording.validity_line(facts)]
    if facts.renewable_from is not None:
        day = wording.long_date(facts.renewable_from)
        lines.append(gettext("It can be renewed from %(date)s on.") % {"date": day})
    if facts.cycle > 1:
        lines.append(
            ngettext("Certified %(count)s time in all.", "Certified %(count)s times in all.", facts.cycle)
            % {"count": facts.cycle}
        )
    if facts.supersedes:
        lines.append(gettext("It replaces certificate %(number)s.") % {"number": facts.supersedes})
    return lines


def _line(key: str, label: str, *values: str, language: str = "") -> PrintedLine:
    return PrintedLine(key=key, label=label, values=tuple(filter(None, values)), language=language)


def _awarding_body(issuer: Issuer) -> list[str]:
    if not issuer.name:
        return [gettext("Demonstration, no issuer is set up")]
    lines = [issuer.name]
    if issuer.identifier:
        kind, value = issuer.identifier
        of_kind = IssuerRow.IdentifierKind(kind)
        label = gettext("Identifier") if of_kind is IssuerRow.IdentifierKind.OTHER else of_kind.label
        lines.append(f"{label}: {value}")
    town = " ".join(filter(None, (issuer.postcode, issuer.locality)))
    lines.append(", ".join(filter(None, (issuer.street, town))))
    return [*lines, issuer.website]


def _statement_of(issuer: Issuer, words: str) -> PrintedLine:
    """Return what the issuer says of its quality. It has one text, which is taken to be in the site's own language."""
    language = "" if words == settings.LANGUAGE_CODE else settings.LANGUAGE_CODE
    return _line("issuer_quality", gettext("Quality assurance of the issuer"), issuer.quality, language=language)
