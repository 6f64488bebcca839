"""What an achievement says, line by line: the eleven elements without learner and date, which are the holder's own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from certificates.models import Achievement
from certificates.operations import wording
from certificates.operations.countries import country_name
from certificates.queries.lines import ShownLine, lang_attribute
from certificates.rules.payload import text_for
from courses.models.vocabularies import AssessmentType, CertificateKind, ParticipationMode
from courses.rules.outline import Competence


@dataclass(frozen=True, slots=True)
class ShownAchievement:
    """An achievement in one language: the interface's own words are the page's, what the course says is frozen."""

    key: str
    kind: str
    title: str
    summary: str
    course_lang: str
    is_demo: bool
    lines: tuple[ShownLine, ...]


def show_achievement(achievement: Achievement, language: str) -> ShownAchievement:
    """Return an achievement as a page in `language` shows it. No query."""
    body = achievement.body
    text = text_for(body, language)
    course_lang = lang_attribute(text["language"], language)
    lines = tuple(line for line in _lines(body, text, course_lang) if line.values)
    return ShownAchievement(
        key=achievement.key,
        kind=str(CertificateKind(body["kind"]).label),
        title=text["title"],
        summary=text["summary"],
        course_lang=course_lang,
        is_demo=body["is_demo"],
        lines=lines,
    )


def _lines(body: Mapping[str, Any], text: Mapping[str, Any], course_lang: str) -> Iterable[ShownLine]:
    course, issuer, path = body["course"], body["issuer"], body["path"]

    def said(key: str, label: str, *values: str) -> ShownLine:
        return ShownLine(key, label, tuple(filter(None, values)))

    def frozen(key: str, label: str, *values: str) -> ShownLine:
        return ShownLine(key, label, tuple(filter(None, values)), values_lang=course_lang)

    types = ", ".join(str(AssessmentType(name).label) for name in course["assessment_types"])
    ects = _("ECTS credits: %(credits)s.") % {"credits": course["ects"]} if course["ects"] else ""
    level = wording.level_line(course["eqf_level"]) if course["eqf_level"] else ""
    reviewer = text["quality_reviewer"]
    competences = [
        Competence(entry["framework"], entry["version"], entry["code"], entry["level"])
        for entry in course["competences"]
    ]
    numbers = {"number": course["edition"]}
    yield said("awarding_body", _("Awarded by"), issuer["name"] or _("Demonstration, no issuer is set up"))
    yield said("country", _("Country of the issuer"), country_name(issuer["country"]))
    yield frozen("criteria", _("What it took to get it"), text["criteria"] or capfirst(text["statement"]))
    yield frozen("outcomes", _("Learning outcomes"), *(outcome["text"] for outcome in text["outcomes"]))
    yield frozen("courses", _("Courses of the learning path"), *(one["title"] for one in text.get("courses", ())))
    yield said("workload", _("Workload"), wording.hours_line(course["hours"]), ects)
    yield said("level", _("Level"), level)
    yield frozen("level_reason", _("Why this level"), text["eqf_reason"] if level else "")
    yield said("competences", _("Competences"), wording.competences_line(competences))
    yield said("assessment", _("Type of assessment"), types)
    yield frozen("assessment_text", _("How it is assessed"), text["assessment"])
    yield said("participation", _("Form of participation"), str(ParticipationMode(course["mode"]).label))
    yield frozen("quality", _("Quality assurance"), text["quality"])
    yield said(
        "review",
        _("Review"),
        _("Reviewed by %(reviewer)s.") % {"reviewer": reviewer} if reviewer else "",
        wording.reviewed_line(course["reviewed_date"]),
    )
    yield frozen("prerequisites", _("What is needed before"), text["prerequisites"])
    yield frozen("stackability", _("What it can be a part of"), text["stackability"])
    yield frozen("further", _("Further information"), text["further"])
    edition = _("Edition %(number)s of the learning path.") if path else _("Course edition %(number)s.")
    yield said("edition", _("Edition"), edition % numbers)
    yield said("is_not", _("What it is not"), wording.is_not_line())
