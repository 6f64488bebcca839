"""What the page of a learning path says of its certificates.

{% load path_tags %}{% path_panel path.shown path.is_complete %}
"""

from typing import Any

from django import template

from certificates.queries.paths import path_certificates_of, path_name_wanted
from courses.queries.paths import ShownPath

register = template.Library()


@register.inclusion_tag("certificates/path_panel.html", takes_context=True)
def path_panel(context: dict[str, Any], shown: ShownPath, is_complete: bool) -> dict[str, Any]:
    """Say of the person signed in which certificates of a path they have, or that the name is missing.

    Cost: 1 query, 1 more where every course is complete and no certificate is there. None for a visitor.
    """
    user = context["request"].user
    if not user.is_authenticated or not shown.text.certificates:
        return {}
    certificates, had_one = path_certificates_of(user, shown.path)
    if had_one or not is_complete:
        return {"certificates": certificates}
    enrolment = path_name_wanted(user, shown)
    if enrolment is not None:
        return {"enrolment": enrolment}
    # That of achievement asks for more than complete courses, so nothing is promised of it.
    return {"is_being_issued": any(offer.kind == "participation" for offer in shown.text.certificates)}
