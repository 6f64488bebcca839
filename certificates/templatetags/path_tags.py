"""What the page of a learning path says of its certificates.

{% load path_tags %}{% path_panel path.shown path.is_complete %}
"""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from certificates.models import Certificate
from certificates.queries.paths import achieved_courses, path_certificates_of, path_name_wanted
from certificates.queries.resting import CourseOfPath, courses_of_path
from certificates.rules.due import ACHIEVEMENT, PARTICIPATION
from courses.queries.paths import ShownPath

register = template.Library()


@register.inclusion_tag("certificates/path_panel.html", takes_context=True)
def path_panel(context: dict[str, Any], shown: ShownPath, is_complete: bool) -> dict[str, Any]:
    """Say of the person signed in which certificates of a path they have, or that the name is missing.

    Of achievement: how many certificates of the courses stand now, and which of those it rests on do not any more.
    Cost: 1 query; 2 more for each certificate of achievement, else 1 more where the path offers one, and 1 more where
    every course is complete and no certificate is there. None for a visitor.
    """
    user = context["request"].user
    if not user.is_authenticated or not shown.text.certificates:
        return {}
    certificates, had_one = path_certificates_of(user, shown.path)
    panel: dict[str, Any] = {"certificates": [(entry, _ended(entry)) for entry in certificates]}
    kinds = {offer.kind for offer in shown.text.certificates}
    if ACHIEVEMENT in kinds and not any(entry.kind == ACHIEVEMENT for entry in certificates):
        achieved = achieved_courses(user, shown, on=timezone.localdate())
        panel |= {"achieved": achieved, "course_count": len(shown.courses)} if achieved or is_complete else {}
    if had_one or not is_complete:
        return panel
    enrolment = path_name_wanted(user, shown)
    if enrolment is not None:
        return panel | {"enrolment": enrolment}
    # That of achievement asks for more than complete courses, so nothing is promised of it.
    return panel | {"is_being_issued": PARTICIPATION in kinds}


def _ended(certificate: Certificate) -> list[CourseOfPath]:
    """Return the courses whose certificate, which this one of achievement rests on, does not stand any more."""
    if certificate.kind != ACHIEVEMENT:
        return []
    courses = courses_of_path(certificate, language=get_language(), today=timezone.localdate())
    return [course for course in courses if course.is_off]
