"""The printed lines of a certificate in one language, as they are frozen at issue."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, ngettext, override

from certificates.rules.payload import CertificateFacts
from courses.models.vocabularies import CertificateKind, Framework
from courses.rules.outline import Competence


def certificate_lines(facts: CertificateFacts, language: str) -> tuple[str, dict[str, str]]:
    """Return the language of the lines and the lines by name.

    Where the interface has no translation into `language`, all lines are English: a certificate half in one language
    and half in another would look forged.
    """
    with override(settings.LANGUAGE_CODE):
        source = gettext("This is to say that")
    with override(language):
        words = language if gettext("This is to say that") != source else settings.LANGUAGE_CODE
    with override(words):
        return words, _lines(facts)


def long_date(day: date) -> str:
    """Return a date written out in the language that is active, such as 16 November 2026."""
    return date_format(day, "DATE_FORMAT")


def _lines(facts: CertificateFacts) -> dict[str, str]:
    outline = facts.outline
    issuer = facts.issuer
    return {
        "kind": str(CertificateKind(facts.kind).label),
        "says": gettext("This is to say that"),
        "joined": gettext("took part in the course"),
        "outcomes_title": gettext("What the course teaches"),
        "how_title": gettext("How it was done"),
        "steps": _steps(facts),
        "pass_marks": _pass_marks(facts),
        "completed": gettext("Completed on %(date)s.") % {"date": long_date(timezone.localdate(facts.completed_at))},
        "supervision": gettext("Online, not supervised, identity not checked."),
        "assessment": gettext("The outcomes were not assessed one by one."),
        "size_title": gettext("Size and level"),
        "hours": ngettext("About %(count)s hour of learning.", "About %(count)s hours of learning.", outline.hours)
        % {"count": outline.hours},
        "level": gettext("Indicative EQF level %(level)s, set by the issuer.") % {"level": outline.eqf_level}
        if outline.eqf_level
        else "",
        "competences": _competences(outline.competences),
        "issuer": gettext("Demonstration, no issuer is set up")
        if issuer.is_demo
        else f"{issuer.name}, {issuer.country}",
        "issued": gettext("Issued on %(date)s.") % {"date": long_date(facts.issued_date)},
        "validity": gettext("No expiry date."),
        "edition": gettext("Course edition %(number)s.") % {"number": outline.edition},
        "languages": gettext("Language: %(languages)s.") % {"languages": _languages(facts.languages)},
        "quality": gettext("The course was last reviewed on %(date)s.")
        % {"date": long_date(date.fromisoformat(outline.reviewed_date))}
        if outline.reviewed_date
        else "",
        "is_not": gettext("Not a regulated qualification."),
        "check": gettext("Check it:"),
        "qr": gettext("QR code: address of the page of this certificate"),
        "demo": gettext("DEMO: made to try the portal out. It certifies nothing.") if issuer.is_demo else "",
    }


def _steps(facts: CertificateFacts) -> str:
    """Name lessons and quizzes that were done; a sentence for each, as languages join them differently."""
    lessons = ngettext("%(count)s lesson done.", "%(count)s lessons done.", facts.lesson_count)
    quizzes = ngettext("%(count)s quiz passed.", "%(count)s quizzes passed.", len(facts.quizzes))
    sentences = []
    if facts.lesson_count:
        sentences.append(lessons % {"count": facts.lesson_count})
    if facts.quizzes:
        sentences.append(quizzes % {"count": len(facts.quizzes)})
    return " ".join(sentences)


def _pass_marks(facts: CertificateFacts) -> str:
    marks = sorted({quiz.pass_mark for quiz in facts.quizzes})
    if not marks:
        return ""
    if len(marks) == 1:
        return gettext("Pass mark: %(mark)s %%.") % {"mark": marks[0]}
    return gettext("Pass marks: %(lowest)s to %(highest)s %%.") % {"lowest": marks[0], "highest": marks[-1]}


def _competences(competences: Sequence[Competence]) -> str:
    """Name codes by framework and level: DigComp 2.2: 1.1, 1.2 at level 1; 2.1 at level 2."""
    frameworks: dict[tuple[str, str], dict[int | None, list[str]]] = {}
    for entry in competences:
        levels = frameworks.setdefault((entry.framework, entry.version), {})
        levels.setdefault(entry.level, []).append(entry.code)
    sentences = []
    for (framework, version), levels in frameworks.items():
        parts = [
            ", ".join(codes)
            if level is None
            else gettext("%(codes)s at level %(level)s") % {"codes": ", ".join(codes), "level": level}
            for level, codes in levels.items()
        ]
        name = Framework(framework).label if framework in Framework.values else framework
        sentences.append(f"{name} {version}: {'; '.join(parts)}.")
    return " ".join(sentences)


def _languages(codes: Sequence[str]) -> str:
    """Name languages in their own words, as the rest of the site does."""
    return ", ".join(capfirst(get_language_info(code)["name_local"]) for code in codes)
