"""What pages of learning say about the certificate of an enrolment.

{% load certificate_tags %}{% certificate_panel enrolment %}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import get_language

from accounts.models import User
from certificates import queries
from certificates.printing import can_print
from courses.models import Course
from courses.queries import serving
from progress.models import Enrolment, Regrade
from progress.queries.enrolments import completion_of
from progress.queries.history import Line, in_order

register = template.Library()


@dataclass(frozen=True, slots=True)
class Standings:
    """Where the certificates of one learner stand: public ids of those issued, and which enrolments wait for a name."""

    issued: Mapping[int, str]
    waiting: frozenset[int]


@register.inclusion_tag("certificates/panel.html", takes_context=True)
def certificate_panel(context: dict[str, Any], enrolment: Enrolment | None) -> dict[str, Any]:
    """Say where the certificate of an enrolment stands: to be earned, waiting for the name, being issued, issued.

    Nothing for a course that offers none. Cost: no query until the course is complete, then 1, and 1 more or 2 until
    the certificate is issued, for an enrolment read `with_course`.
    """
    if enrolment is None:
        return {}
    outline = serving.outline_of(enrolment.course, get_language())
    panel: dict[str, Any] = {"enrolment": enrolment, "language": get_language()}
    completion = completion_of(enrolment)
    if completion is None:
        return panel | {"is_to_earn": True} if queries.offers_certificate(enrolment, outline) else {}
    certificates = queries.certificates_of_enrolment(enrolment)
    if certificates:
        return panel | {"certificate": certificates[0], "can_print": can_print()}
    if not queries.offers_certificate(enrolment, outline):
        return {}
    return panel | {"is_being_issued" if queries.holder_name(enrolment) else "waits_for_name": True}


@register.simple_tag
def certificate_standings(learner: User) -> Standings:
    """Return where the certificates of all complete courses of a learner stand, for `certificate_line`.

    Cost: 2 queries, 3 where a course offers none now.
    """
    due = queries.due_certificates_of(learner, language=get_language())
    return Standings(
        issued=queries.public_ids_of(learner),
        waiting=frozenset(entry.enrolment.pk for entry in due if not entry.is_named),
    )


@register.inclusion_tag("certificates/line.html")
def certificate_line(standings: Standings, enrolment: Enrolment) -> dict[str, Any]:
    """Say in one line that the certificate is there, or that it waits for the name; else nothing. No query."""
    return {
        "public_id": standings.issued.get(enrolment.pk, ""),
        "waits_for_name": enrolment.pk in standings.waiting,
        "enrolment": enrolment,
    }


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
