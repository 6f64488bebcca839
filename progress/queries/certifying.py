"""Which quizzes a certificate rests on: there nobody changes marks alone (decision 0011)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from courses.models import Course, CourseEdition

Manifest = Mapping[str, Any]
_OFFERS_NONE = Q(manifest__course__certificates=[])


def certified_quizzes(course: Course, *manifests: Manifest | None) -> frozenset[str]:
    """Return the keys of the quizzes of a course that a certificate rests on, or ever did. Cost: 1 query.

    `manifests`: the course as it is, and as it would be. It rests on what is required, and on what is needed for the
    certificate of achievement, required or not. A quiz that was required once still is here, and so is a course that
    offered a certificate once: taking the certificate or the rule away for a moment lets nobody change marks alone.
    """
    known = [manifest for manifest in manifests if manifest is not None]
    offers = any(manifest["course"]["certificates"] for manifest in known)
    if not offers and not CourseEdition.objects.filter(course=course).exclude(_OFFERS_NONE).exists():
        return frozenset()
    return frozenset(
        entry["key"]
        for manifest in known
        for entry in (*manifest["items"], *manifest["tombstones"])
        if entry["kind"] == "quiz"
        and (entry["required"] or entry["binds"] or entry["past"] or entry.get("needed_for_achievement"))
    )
