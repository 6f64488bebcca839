"""What pages of learning say about the certificate of an enrolment.

{% load certificate_tags %}{% certificate_panel enrolment %}
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from accounts.models import User
from certificates import queries
from certificates.printing import can_print
from certificates.queries.notices import HolderNotice
from certificates.queries.offering import achievement_comes
from certificates.queries.renewing import renewable_of
from certificates.queries.wallet import warnings_of
from certificates.rules.due import ACHIEVEMENT, PARTICIPATION, missing_items
from certificates.rules.facts import offer_of
from courses.models import Course
from courses.queries import serving
from courses.rules.addresses import item_address
from courses.rules.outline import Outline
from progress.models import Enrolment, Regrade
from progress.queries.enrolments import CourseProgress, completion_of, done_keys
from progress.queries.history import Line, in_order

register = template.Library()


@dataclass(frozen=True, slots=True)
class Standings:
    """Where the certificates of one learner stand: public ids of those issued, and which enrolments wait for a name.

    `renewable`: of those that may be renewed now.
    """

    issued: Mapping[int, str]
    waiting: frozenset[int]
    renewable: Mapping[int, str]


@register.inclusion_tag("certificates/panel.html", takes_context=True)
def certificate_panel(context: dict[str, Any], enrolment: Enrolment | None) -> dict[str, Any]:
    """Say where the certificates of an enrolment stand: to be earned, waiting for the name, being issued, issued.

    Where the course offers achievement, also what is still missing for it. Nothing for a course that offers none.
    Cost: no query until the course is complete, then 1, and 1 more or 2 until the certificate is issued, for an
    enrolment read `with_course`; where it offers achievement 1 more, unless the page has `own`, its progress, and at
    most 3 more while that is on its way to who has participation.
    """
    if enrolment is None:
        return {}
    outline = serving.outline_of(enrolment.course, get_language())
    panel: dict[str, Any] = {"enrolment": enrolment, "language": get_language()}
    completion = completion_of(enrolment)
    if completion is None:
        if not queries.offers_certificate(enrolment, outline):
            return {}
        return panel | {"is_to_earn": True} | _kinds(outline) | _missing(context, enrolment, outline)
    certificates = queries.certificates_of_enrolment(enrolment)
    missing = _missing(context, enrolment, outline)
    if certificates:
        has_all = any(certificate.kind == ACHIEVEMENT for certificate in certificates)
        shown = panel | {"certificate": certificates[0], "can_print": can_print()}
        if has_all or offer_of(outline, ACHIEVEMENT) is None:
            return shown
        return shown | (missing or {"achievement_comes": achievement_comes(enrolment)})
    if not queries.offers_certificate(enrolment, outline):
        return {}
    if missing and offer_of(outline, PARTICIPATION) is None:
        return panel | {"waits_for_items": True} | missing
    return panel | {"is_being_issued" if queries.holder_name(enrolment) else "waits_for_name": True} | missing


@register.simple_tag
def certificate_standings(learner: User) -> Standings:
    """Return where the certificates of all complete courses of a learner stand, for `certificate_line`.

    Cost: 2 queries, 3 where a course offers none now, and 1 or 2 where a certificate was issued.
    """
    due = queries.due_certificates_of(learner, language=get_language())
    issued = queries.public_ids_of(learner)
    return Standings(
        issued=issued,
        renewable=renewable_of(learner, issued, today=timezone.localdate()) if issued else {},
        waiting=frozenset(entry.enrolment.pk for entry in due if not entry.is_named),
    )


@register.inclusion_tag("certificates/line.html")
def certificate_line(standings: Standings, enrolment: Enrolment) -> dict[str, Any]:
    """Say in one line that the certificate is there, or that it waits for the name; else nothing. No query."""
    return {
        "public_id": standings.issued.get(enrolment.pk, ""),
        "renewable_id": standings.renewable.get(enrolment.pk, ""),
        "waits_for_name": enrolment.pk in standings.waiting,
        "enrolment": enrolment,
    }


@register.simple_tag
def certificate_warnings(learner: User) -> list[HolderNotice]:
    """Return what a learner should know of certificates that do not count, or soon will not: withdrawn, expired, ending.

    Cost: 1 query for most; where one was ever withdrawn or its end is near 2, and 1 for each that is withdrawn.
    """
    return warnings_of(learner, language=get_language(), today=timezone.localdate())


@register.simple_tag
def certificates_held(course: Course) -> int:
    """Return how many people hold a certificate of a course. Cost: 1 query."""
    return queries.holder_count(course)


@register.simple_tag
def certificates_after(regrade: Regrade) -> int:
    """Return how many certificates followed from marking again: of those whose try was, and issued since. Cost: 1 query."""
    return queries.issued_after(regrade)


@register.simple_tag
def certificate_rule(enrolment: Enrolment) -> queries.CertificateRule | None:
    """Return how far the certificate of an enrolment is, None where there is none to be had. Cost: 2 or 3 queries."""
    return queries.certificate_rule_of(enrolment, serving.outline_of(enrolment.course, get_language()))


@register.simple_tag
def with_certificates(lines: list[Line], enrolment: Enrolment, has_links: bool = True) -> list[Line]:
    """Return the history of an enrolment with what happened to its certificates put in by date. Cost: 2 queries."""
    return in_order([*lines, *queries.certificate_lines(enrolment, has_links=has_links)])


def _kinds(outline: Outline) -> dict[str, bool]:
    return {f"offers_{kind}": offer_of(outline, kind) is not None for kind in (PARTICIPATION, ACHIEVEMENT)}


def _missing(context: Mapping[str, Any], enrolment: Enrolment, outline: Outline) -> dict[str, Any]:
    """Return what is needed for achievement and not passed, as (item, address); nothing where none is offered."""
    if offer_of(outline, ACHIEVEMENT) is None:
        return {}
    own = context.get("own")
    if isinstance(own, CourseProgress) and own.enrolment.pk == enrolment.pk:
        done: Set[str] = own.done.keys()
    else:
        done = done_keys(enrolment)
    items = missing_items(outline, done)
    return {"missing": [(item, item_address(outline, item, get_language())) for item in items]} if items else {}
