"""Writing a case study from a text file in the shape of content/README.md."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from case_studies.models import (
    CaseStudyAudience,
    CaseStudyCourse,
    CaseStudyIndexPage,
    CaseStudyPage,
    CaseStudySkill,
)
from courses.models import Course

# Fields of the file that are fields of the page under the same name.
SAME_NAME_FIELDS = (
    "title",
    "result",
    "illustrative",
    "organisation",
    "country",
    "region_type",
    "sector",
    "size_band",
    "staff_count",
    "problem",
    "tool_category",
    "tool",
    "product_examples",
    "licence_type",
    "cost_band",
    "running_cost",
    "setup_time",
    "staff_hours",
    "went_wrong",
    "data_protection",
    "accessibility",
    "green_effect",
    "try_it",
    "source",
    "author",
    "licence",
    "interview_date",
    "consent",
    "review_by_date",
    "art",
)


@transaction.atomic
def put_case_study(
    *,
    entry: Mapping[str, Any],
    slug: str,
    key: UUID,
    index: CaseStudyIndexPage,
    block_id: Callable[[str], str],
    courses: Mapping[str, Course],
) -> CaseStudyPage:
    """Make or renew the story with this translation key below an index, in the index's language, and publish it.

    `block_id` makes the lasting id of a block from its name in the file. Courses that are not in `courses` (file key ->
    row) are left out: a story may be loaded before its course.

    :raises KeyError: when the file lacks a field that a story must have.
    """
    page = CaseStudyPage.objects.filter(translation_key=key, locale_id=index.locale_id).first()
    is_new = page is None
    if page is None:
        page = CaseStudyPage(translation_key=key, locale_id=index.locale_id)
    page.slug = slug
    for name in SAME_NAME_FIELDS:
        setattr(page, name, entry[name])
    page.steps = [
        {"type": "step", "id": block_id(step["id"]), "value": {"title": step["title"], "html": step["html"]}}
        for step in entry["steps"]
    ]
    page.metrics = [
        {
            "type": "metric",
            "id": block_id(metric["id"]),
            "value": {name: metric[name] for name in ("name", "unit", "before", "after", "period", "method", "better")},
        }
        for metric in entry["metrics"]
    ]
    page.audiences = [CaseStudyAudience(audience=audience) for audience in entry["audience"]]
    page.skills = [
        CaseStudySkill(
            framework=skill["framework"], version=skill["version"], code=skill["code"], level=skill.get("level")
        )
        for skill in entry["skills"]
    ]
    page.courses = [CaseStudyCourse(course=courses[name]) for name in entry["courses"] if name in courses]
    if is_new:
        index.add_child(instance=page)
    page.save_revision().publish()
    return page
