"""The certificates of a course in words of the language that is active: what changes of them, what they lack. No query."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

from courses.models import CertificateDefinition
from courses.models.vocabularies import AssessmentType, CertificateKind, CertificateLayout, ParticipationMode
from courses.rules.changes import Change, ChangeKind
from courses.rules.micro_credentials import ELEMENTS, Lack


def kind_words(kind: str) -> str:
    """Return what a kind of certificate is called."""
    return str(CertificateKind(kind).label)


def words_of_certificate_text(change: Change) -> str:
    """Return what is said of a text of a certificate that is another."""
    values = {
        "certificate": kind_words(change.values["certificate"]),
        "field": _field(change.values["field"]),
        "text": change.new,
    }
    if not change.new:
        return gettext("%(certificate)s, %(field)s: taken out") % values
    return gettext("%(certificate)s, %(field)s: %(text)s") % values


def words_of_certificate_term(change: Change) -> str:
    """Return what is said of a term of a certificate that is another, with what it was."""
    old, new = sides_of_certificate(change)
    return gettext("%(certificate)s, %(field)s: %(old)s → %(new)s") % {
        "certificate": kind_words(change.values["certificate"]),
        "field": _field(change.values["field"]),
        "old": old,
        "new": new,
    }


def is_of_certificate(change: Change) -> bool:
    """Return whether a change is one of what a certificate says."""
    return change.kind in _OF_CERTIFICATES


def part_of_certificate(change: Change) -> str:
    """Return what is called another of a certificate: which one and which field, where one field is."""
    if "field" not in change.values:
        return gettext("Certificate")
    return f"{kind_words(change.values['certificate'])}, {_field(change.values['field'])}"


def sides_of_certificate(change: Change) -> tuple[str, str]:
    """Return what a certificate said and what it would say."""
    if change.kind is not ChangeKind.CERTIFICATE_TERM:
        return change.old, change.new
    words = _TERMS[change.values["field"]]
    return words(change.values["old"]), words(change.values["new"])


def words_of_lack(lack: Lack) -> str:
    """Return what a certificate lacks in a sentence that stands alone: which certificate, which field, what to do."""
    field = _course_field(lack.field) if lack.is_of_course else _field(lack.field)
    values = {
        "certificate": kind_words(lack.kind),
        "field": field,
        "words": gettext(lack.words),
        "number": ELEMENTS.get(lack.field, 0),
    }
    if lack.field in ELEMENTS:
        return gettext("%(certificate)s, %(field)s (element %(number)s): %(words)s") % values
    return gettext("%(certificate)s, %(field)s: %(words)s") % values


def _field(name: str) -> str:
    return str(CertificateDefinition._meta.get_field(name).verbose_name)


def _course_field(name: str) -> str:
    names = {
        "outcomes": gettext("what people can do afterwards"),
        "hours": gettext("notional hours"),
        "eqf_level": gettext("indicative EQF level"),
        "reviewed_date": gettext("read again on"),
    }
    return names[name]


def _months(number: int) -> str:
    return ngettext("%(number)s month", "%(number)s months", number) % {"number": number} if number else gettext("none")


_OF_CERTIFICATES = {
    ChangeKind.CERTIFICATE_NEW,
    ChangeKind.CERTIFICATE_REMOVED,
    ChangeKind.CERTIFICATE_TEXT,
    ChangeKind.CERTIFICATE_WORDS,
    ChangeKind.CERTIFICATE_TERM,
}

_TERMS: Mapping[str, Callable[[Any], str]] = {
    "kind": kind_words,
    "assessment_types": lambda codes: (
        ", ".join(str(AssessmentType(code).label) for code in codes) or gettext("not given")
    ),
    "mode": lambda code: str(ParticipationMode(code).label) if code else gettext("not given"),
    "ects": lambda number: number or gettext("not given"),
    "validity_months": _months,
    "recertification_months": _months,
    "layout": lambda code: str(CertificateLayout(code).label),
    "issuer": lambda key: key or gettext("this site"),
}
