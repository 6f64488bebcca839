"""What was achieved, or taken part in, and how: all of the file that is about learning.

An achievement is a `LearningAchievement` that a `LearningAssessment` proves; a participation, of which nothing was
assessed, a `LearningActivity`, as in the Commission's own samples.
"""

from typing import Any

from certificates.rules.elm.codes import concept, esco_skill, is_listed, label_of
from certificates.rules.elm.nodes import Nodes
from certificates.rules.elm.texts import LanguageMap, Texts
from certificates.rules.payload import address_for


def claim(nodes: Nodes, texts: Texts, issuer: dict[str, Any]) -> dict[str, Any]:
    """Return what the certificate says of its holder."""
    awarded_by = nodes.new("AwardingProcess", awardingBody=issuer, awardingDate=texts.payload["issued_at"])
    if texts.payload["kind"] == "achievement":
        return _achievement(nodes, texts, awarded_by)
    return _participation(nodes, texts, awarded_by)


def _achievement(nodes: Nodes, texts: Texts, awarded_by: dict[str, Any]) -> dict[str, Any]:
    return nodes.new(
        "LearningAchievement",
        title=texts.titled(texts.of("title")),
        description=texts.of("statement") or texts.of("summary"),
        awardedBy=awarded_by,
        provenBy=_assessment(nodes, texts, awarded_by),
        influencedBy=_activities(nodes, texts, awarded_by),
        specifiedBy=_specification(nodes, texts),
        additionalNote=nodes.notes(*_own_notes(texts)),
        supplementaryDocument=nodes.page(address_for(texts.payload, texts.primary)),
    )


def _participation(nodes: Nodes, texts: Texts, awarded_by: dict[str, Any]) -> dict[str, Any]:
    course, learning = texts.payload["course"], texts.payload["learning"]
    specification = nodes.new(
        "LearningActivitySpecification",
        title=texts.of("title"),
        description=texts.of("summary"),
        dcType=_activity_type(texts),
        mode=concept("mode", _mode(texts)),
        volumeOfLearning=_hours(course["hours"]),
        language=_languages(texts),
        homepage=nodes.page(_definition_address(texts)),
        # The model has no field of an activity for what was learned, its level or how it was assessed.
        additionalNote=nodes.notes(
            *(texts.line("elements", key) for key in ("outcomes", "workload", "level", "assessment", "participation")),
            *_definition_notes(texts),
            texts.line("notes", "prerequisites"),
        ),
    )
    courses = _activities(nodes, texts, awarded_by) if texts.payload.get("path") else []
    return nodes.new(
        "LearningActivity",
        title=texts.titled(texts.of("title")),
        description=texts.of("statement") or texts.of("summary"),
        awardedBy=awarded_by,
        workload=_hours(course["hours"]),
        temporal=nodes.new("PeriodOfTime", endDate=learning["completed_at"]),
        specifiedBy=specification,
        hasPart=courses,
        additionalNote=nodes.notes(
            texts.line("notes", "result"), texts.line("notes", "supervision"), *_own_notes(texts)
        ),
        supplementaryDocument=nodes.page(address_for(texts.payload, texts.primary)),
    )


def _specification(nodes: Nodes, texts: Texts) -> dict[str, Any]:
    """Return what there was to achieve.

    Only a `Qualification` has a level of the European Qualifications Framework in the model, and the Commission's
    sample of a micro-credential is one. A note says that the level is indicative, and why; another what it is not.
    """
    course = texts.payload["course"]
    level = str(course["eqf_level"] or "")
    has_level = is_listed("eqf", level)
    return nodes.new(
        "Qualification" if has_level else "LearningAchievementSpecification",
        title=texts.of("title"),
        description=texts.of("summary"),
        dcType=concept("opportunity", "short-programme" if texts.payload.get("path") else "course"),
        eqfLevel=concept("eqf", level) if has_level else None,
        learningOutcome=_outcomes(nodes, texts),
        volumeOfLearning=_hours(course["hours"]),
        creditPoint=nodes.new("CreditPoint", framework=concept("credit", "ects"), point=_points(course["ects"]))
        if course.get("ects")
        else None,
        mode=concept("mode", _mode(texts)),
        learningSetting=concept("setting", "non-formal"),
        language=_languages(texts),
        entryRequirement=nodes.note(texts.line("notes", "prerequisites")),
        homepage=nodes.page(_definition_address(texts)),
        additionalNote=nodes.notes(
            *(texts.line("elements", key) for key in ("level", "workload", "participation")), *_definition_notes(texts)
        ),
    )


def _assessment(nodes: Nodes, texts: Texts, awarded_by: dict[str, Any]) -> dict[str, Any]:
    """Return how it was assessed. The model asks for a grade: the result in words."""
    learning = texts.payload["learning"]
    is_unsupervised = learning["supervision"] == learning["identity_check"] == "none"
    title = texts.first("elements", "assessment")
    types = [key for key in texts.payload["course"].get("assessment_types", ()) if is_listed("assessment", key)]
    criteria = texts.of("criteria")
    specification = nodes.new(
        "LearningAssessmentSpecification",
        title=title,
        description=texts.of("assessment"),
        mode=concept("mode", "online") if _mode(texts) == "online" else None,
        dcType=concept("assessment", types[0]) if len(types) == 1 else None,
        # A specification has one type at most, so each of several is a part.
        hasPart=[_part(nodes, texts, key) for key in types] if len(types) > 1 else None,
        gradingScheme=nodes.new("GradingScheme", title=texts.label("notes", "criteria"), description=criteria)
        if criteria
        else None,
    )
    return nodes.new(
        "LearningAssessment",
        title=title,
        description=texts.of("assessment"),
        awardedBy=awarded_by,
        grade=nodes.note(texts.first("notes", "result") or texts.of("statement") or title),
        idVerification=concept("supervision", "none") if is_unsupervised else None,
        specifiedBy=specification,
        additionalNote=nodes.notes(
            texts.line("elements", "assessment"), texts.line("notes", "result"), texts.line("notes", "supervision")
        ),
    )


def _part(nodes: Nodes, texts: Texts, key: str) -> dict[str, Any]:
    title = {language: label_of("assessment", key, language) for language in ("en", *texts.languages)}
    return nodes.new("LearningAssessmentSpecification", title=title, dcType=concept("assessment", key))


def _outcomes(nodes: Nodes, texts: Texts) -> list[dict[str, Any]]:
    """Return the learning outcomes. Competences belong to the course as a whole, so skills of ESCO make a further one."""
    outcomes = [nodes.new("LearningOutcome", title=title) for title in texts.outcomes()]
    skills = [
        esco_skill(entry["code"]) for entry in texts.payload["course"]["competences"] if entry["framework"] == "esco"
    ]
    if skills:
        title = texts.line("notes", "competences") or texts.of("title")
        outcomes.append(nodes.new("LearningOutcome", title=title, relatedESCOSkill=skills))
    return outcomes


def _activities(nodes: Nodes, texts: Texts, awarded_by: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what was done for it: the course, or each of a learning path."""
    payload = texts.payload
    path = payload.get("path")
    if not path:
        return [
            _done(
                nodes,
                texts.of("title"),
                awarded_by,
                hours=payload["course"]["hours"],
                completed_at=payload["learning"]["completed_at"],
            )
        ]
    return [
        _done(
            nodes,
            texts.listed("courses", course["key"]),
            awarded_by,
            hours=course["hours"],
            completed_at=course["completed_at"],
            number=course["number"],
        )
        for course in path["courses"]
    ]


def _done(
    nodes: Nodes,
    title: LanguageMap,
    awarded_by: dict[str, Any],
    *,
    hours: int,
    completed_at: str,
    number: str = "",
) -> dict[str, Any]:
    return nodes.new(
        "LearningActivity",
        title=title,
        awardedBy=awarded_by,
        workload=_hours(hours),
        temporal=nodes.new("PeriodOfTime", endDate=completed_at),
        identifier=nodes.new("Identifier", notation=number, schemeName="Certificate number") if number else None,
    )


def _definition_notes(texts: Texts) -> list[LanguageMap]:
    """Return what is the same for all holders and has no field: our own review is no accreditation."""
    return [
        texts.line("elements", "quality"),
        *(texts.line("notes", key) for key in ("competences", "courses", "stackability", "further", "is_not")),
    ]


def _own_notes(texts: Texts) -> list[LanguageMap]:
    return [texts.line("notes", key) for key in ("validity", "edition", "signatory")]


def _definition_address(texts: Texts) -> str:
    address: str = texts.payload["achievement"]["address"]
    return address.replace("{language}", texts.primary)


def _activity_type(texts: Texts) -> dict[str, Any] | None:
    return concept("activity", "e-learning") if _mode(texts) == "online" else None


def _mode(texts: Texts) -> str:
    mode = texts.payload["course"].get("mode") or "online"
    return mode if is_listed("mode", mode) else "online"


def _languages(texts: Texts) -> list[dict[str, Any]]:
    """Return the languages in which the holder learned."""
    return [concept("language", code) for code in texts.payload["learning"]["languages"] if is_listed("language", code)]


def _hours(hours: int | None) -> str | None:
    """Return hours as a duration of XML Schema: PT25H."""
    return f"PT{hours}H" if hours else None


def _points(ects: str) -> str:
    """Return credits as a text without zeros at its end: 1.0 is 1."""
    return ects.rstrip("0").rstrip(".") if "." in ects else ects
