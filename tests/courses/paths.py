"""Learning paths for tests, built through the page API, as an editor and the loader do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wagtail.models import Locale

from courses.models import Course, LearningPath, LearningPathCertificate, LearningPathCourse, LearningPathPage
from courses.models.vocabularies import CertificateKind
from courses.operations.settling import one_edition
from courses.rules.certificate_terms import TEXTS
from tests.courses.builders import NOON, course_index

STATEMENTS = {
    CertificateKind.PARTICIPATION: "took part in every course of the path.",
    CertificateKind.ACHIEVEMENT: "showed the outcomes of every course of the path.",
}


def make_path(
    *courses: Course,
    slug: str = "lead",
    title: str = "For people who lead",
    kinds: Sequence[str] = (CertificateKind.PARTICIPATION,),
    at: datetime = NOON,
    **fields: Any,
) -> LearningPath:
    """Build a live learning path of these courses and settle it. Returns the anchor, read with its edition."""
    with one_edition(cause="content", at=at):
        page = build_path_page(*courses, slug=slug, title=title, kinds=kinds, **fields)
    return LearningPath.objects.select_related("current_edition").get(key=page.translation_key)


def build_path_page(
    *courses: Course,
    slug: str = "lead",
    title: str = "For people who lead",
    kinds: Sequence[str] = (CertificateKind.PARTICIPATION,),
    **fields: Any,
) -> LearningPathPage:
    index = course_index()
    page = LearningPathPage(title=title, slug=slug, **{"summary": f"What {title} is about.", **fields})
    page.courses = [LearningPathCourse(course=course) for course in courses]
    page.certificate_definitions = [certificate_of_path(kind) for kind in kinds]
    added: LearningPathPage = index.add_child(instance=page)
    return added


def certificate_of_path(kind: str, **terms: Any) -> LearningPathCertificate:
    locale = Locale.objects.get(language_code="en")
    texts = dict.fromkeys(TEXTS, "")
    values = {**texts, "statement": STATEMENTS[CertificateKind(kind)], "signatory_name": "Ada Byron", **terms}
    return LearningPathCertificate(kind=kind, locale=locale, **values)


def path_page(path: LearningPath) -> LearningPathPage:
    """Return a path's page in its source language."""
    return LearningPathPage.objects.get(translation_key=path.key, locale__language_code=path.source_language)
