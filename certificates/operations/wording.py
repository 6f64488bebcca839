"""The printed lines of a certificate in one language, as they are frozen at issue."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext, ngettext, override

from certificates.operations.countries import country_name
from certificates.rules.facts import CertificateFacts, Issuer
from courses.models.vocabularies import CertificateKind, Framework
from courses.queries.vocabularies import competence_name, framework_label
from courses.rules.outline import Competence


def words_language(language: str) -> str:
    """Return the language in which the interface can speak of a certificate for readers of `language`.

    Where it has no translation, all its words are English: a certificate half in one language and half in another
    would look forged.
    """
    with override(settings.LANGUAGE_CODE):
        source = gettext("This is to say that")
    with override(language):
        return language if gettext("This is to say that") != source else settings.LANGUAGE_CODE


def common_lines(facts: CertificateFacts) -> dict[str, str]:
    """Return the lines that all holders have in common by name, in the language that is active; empty if not for them."""
    outline = facts.outline
    issuer = facts.issuer
    is_achievement = facts.kind == CertificateKind.ACHIEVEMENT
    return {
        "kind": str(CertificateKind(facts.kind).label),
        "says": gettext("This is to say that"),
        "joined": _joined(facts),
        "outcomes_title": gettext("What the holder has shown")
        if is_achievement
        else gettext("What the course teaches"),
        "how_title": gettext("How it was done"),
        "supervision": supervision_line(facts),
        "assessment": "" if is_achievement else gettext("The outcomes were not assessed one by one."),
        "size_title": gettext("Size and level"),
        "hours": hours_line(outline.hours),
        "level": level_line(outline.eqf_level) if outline.eqf_level else "",
        "competences": competences_line(outline.competences),
        "issuer": issuer_line(issuer),
        "edition": edition_line(facts),
        "quality": reviewed_line(facts.reviewed_date),
        "is_not": is_not_line(),
        "check": gettext("Check it:"),
        "qr": gettext("QR code: address of the page of this certificate"),
        "demo": gettext("DEMO: made to try the portal out. It certifies nothing.") if issuer.is_demo else "",
    }


def own_lines(facts: CertificateFacts) -> dict[str, str]:
    """Return the lines that are the holder's own by name, in the language that is active; empty if not for them."""
    return {
        "steps": steps_line(facts),
        "pass_marks": pass_marks_line(facts),
        "result": result_line(facts),
        "completed": completed_line(facts),
        "issued": gettext("Issued on %(date)s.") % {"date": long_date(facts.issued_date)},
        "validity": validity_line(facts),
        "languages": languages_line(facts),
    }


def long_date(day: date) -> str:
    """Return a date written out in the language that is active, such as 16 November 2026."""
    return _written_out(day, get_language())


@lru_cache(1024)
def _written_out(day: date, language: str | None) -> str:
    """Return a date as `language`, which is active, writes it: a cohort has few days, and writing one is slow."""
    return date_format(day, "DATE_FORMAT")


def issuer_line(issuer: Issuer) -> str:
    """Name the issuer and its country."""
    if not issuer.name:
        return gettext("Demonstration, no issuer is set up")
    return ", ".join(filter(None, (issuer.name, country_name(issuer.country))))


def steps_line(facts: CertificateFacts) -> str:
    """Name lessons, quizzes and works that were done; a sentence for each, as languages join them differently."""
    lessons = ngettext("%(count)s lesson done.", "%(count)s lessons done.", facts.lesson_count)
    quizzes = ngettext("%(count)s quiz passed.", "%(count)s quizzes passed.", len(facts.quizzes))
    works = ngettext("%(count)s work passed.", "%(count)s works passed.", len(facts.works))
    sentences = (
        (lessons, facts.lesson_count),
        (quizzes, len(facts.quizzes)),
        (works, len(facts.works)),
    )
    return " ".join(sentence % {"count": count} for sentence, count in sentences if count)


def pass_marks_line(facts: CertificateFacts) -> str:
    """Say what was needed to pass, from the lowest to the highest."""
    marks = sorted({quiz.pass_mark for quiz in facts.quizzes} | {work.pass_mark for work in facts.works})
    if not marks:
        return ""
    if len(marks) == 1:
        return gettext("Pass mark: %(mark)s %%.") % {"mark": marks[0]}
    return gettext("Pass marks: %(lowest)s to %(highest)s %%.") % {"lowest": marks[0], "highest": marks[-1]}


def result_line(facts: CertificateFacts) -> str:
    """Say what was reached in everything that is needed for achievement."""
    if facts.result is None:
        return ""
    return ngettext(
        "%(score)s of %(count)s point in what is needed for it, %(per_cent)s %%.",
        "%(score)s of %(count)s points in what is needed for it, %(per_cent)s %%.",
        facts.result.max_score,
    ) % {"score": facts.result.score, "count": facts.result.max_score, "per_cent": facts.result.per_cent}


def completed_line(facts: CertificateFacts) -> str:
    """Say when the course was completed."""
    return gettext("Completed on %(date)s.") % {"date": long_date(timezone.localdate(facts.completed_at))}


def supervision_line(facts: CertificateFacts) -> str:
    """Say honestly that nobody watched."""
    if facts.offer.mode in {"", "online"}:
        return gettext("Online, not supervised, identity not checked.")
    return gettext("Assessment not supervised, identity not checked.")


def hours_line(hours: int) -> str:
    """Say how much learning it is."""
    return ngettext("About %(count)s hour of learning.", "About %(count)s hours of learning.", hours) % {"count": hours}


def level_line(level: int) -> str:
    """Name the level, which no national framework has given."""
    return gettext("Indicative EQF level %(level)s, set by the issuer.") % {"level": level}


def reviewed_line(reviewed_date: str) -> str:
    """Say when the course was read again; empty where it was not."""
    if not reviewed_date:
        return ""
    day = long_date(date.fromisoformat(reviewed_date))
    return gettext("The course was last reviewed on %(date)s.") % {"date": day}


def validity_line(facts: CertificateFacts) -> str:
    """Say until when it is valid."""
    if facts.valid_until is None:
        return gettext("No expiry date.")
    return gettext("Valid until %(date)s.") % {"date": long_date(facts.valid_until)}


def edition_line(facts: CertificateFacts) -> str:
    """Name the edition, of the course or of the learning path."""
    number = {"number": facts.outline.edition}
    return (
        gettext("Edition %(number)s of the learning path.") if facts.path else gettext("Course edition %(number)s.")
    ) % number


def languages_line(facts: CertificateFacts) -> str:
    """Name the languages that were learned in, in their own words, as the rest of the site does."""
    names = ", ".join(capfirst(get_language_info(code)["name_local"]) for code in facts.languages)
    return gettext("Language: %(languages)s.") % {"languages": names}


def competences_line(competences: Sequence[Competence]) -> str:
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


def competence_names_line(competences: Sequence[Competence], language: str) -> str:
    """Say what the competences are called in a language: DigComp 2.2: 1.1 Browsing; 1.2 Evaluating. Empty of unknown ones."""
    named: dict[str, dict[str, str]] = {}
    for entry in competences:
        name = competence_name(entry.framework, entry.version, entry.code, language)
        if name:
            named.setdefault(framework_label(entry.framework, entry.version), {})[entry.code] = name
    return " ".join(
        f"{framework}: {'; '.join(f'{code} {name}' for code, name in names.items())}."
        for framework, names in named.items()
    )


def is_not_line() -> str:
    """Say what it is not."""
    return gettext("Not a regulated qualification.")


def _joined(facts: CertificateFacts) -> str:
    """Return the words between name and title."""
    if facts.path:
        return gettext("completed the learning path")
    if facts.kind == CertificateKind.ACHIEVEMENT:
        return gettext("completed the course and passed what it assesses")
    return gettext("took part in the course")
