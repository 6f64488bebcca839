"""Case studies for tests, made and published through the page API.

story = make_case(title="Finding a coat", country="RO", cost_band="500-2000")
translate_case(story, "it", title="Trovare un cappotto")
"""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from django.utils.text import slugify
from wagtail.models import Locale, Page

from case_studies.models import (
    CaseStudyAudience,
    CaseStudyCourse,
    CaseStudyIndexPage,
    CaseStudyPage,
    CaseStudySkill,
)
from courses.models import Course
from tests.courses.builders import course_index

_numbers = count(1)

STEPS = [{"type": "step", "value": {"title": "Gave every rail a letter", "html": "<p>Paper and tape.</p>"}}]


def metric(**fields: Any) -> dict[str, Any]:
    value = {
        "name": "Time to find one item",
        "unit": "minutes",
        "before": 9,
        "after": 3,
        "period": "One week in February 2026 and one week in August 2026",
        "method": "Average of 40 timed searches each",
        "better": "lower",
        **fields,
    }
    return {"type": "metric", "value": value}


def case_index() -> CaseStudyIndexPage:
    """Return the English index, making the site where a test's flush took it away."""
    course_index()
    return CaseStudyIndexPage.objects.get(locale__language_code="en")


def make_case(
    *,
    title: str = "",
    audiences: Sequence[str] = ("worker",),
    courses: Sequence[Course] = (),
    metrics: Sequence[dict[str, Any]] | None = None,
    live: bool = True,
    **fields: Any,
) -> CaseStudyPage:
    """Make a story in English, live unless told not to."""
    title = title or f"Story {next(_numbers)}"
    page = CaseStudyPage(
        **{
            "title": title,
            "slug": slugify(title),
            "result": f"{title}: from 9 to 3 minutes.",
            "organisation": "Acul de Nord",
            "country": "RO",
            "region_type": "town",
            "sector": "textile",
            "size_band": "small",
            "staff_count": 28,
            "problem": "<p>4,000 pieces hung in two halls.</p>",
            "tool_category": "stock",
            "tool": "Stock list with labels",
            "product_examples": "InvenTree. Any program with labels will do.",
            "licence_type": "open-source",
            "cost_band": "500-2000",
            "running_cost": "About 20 EUR a month",
            "setup_time": "weeks",
            "staff_hours": 60,
            "steps": STEPS,
            "metrics": [metric()] if metrics is None else metrics,
            "went_wrong": "<p>The first labels were too small to read.</p>",
            "data_protection": "<p>The list holds no personal data.</p>",
            "accessibility": "<p>Labels: letters 12 mm high.</p>",
            "green_effect": "<p>About 1.4 tonnes sold instead of shredded.</p>",
            "try_it": "<ol><li>Choose one shelf.</li></ol>",
            "source": "<p>Written for this portal.</p>",
            "author": "The editors",
            "interview_date": date(2026, 9, 14),
            "review_by_date": date(2099, 3, 14),
            "art": "textile",
            "live": live,
            **fields,
        }
    )
    page.audiences = [CaseStudyAudience(audience=audience) for audience in audiences]
    page.skills = [CaseStudySkill(code="5.2", level=3)]
    page.courses = [CaseStudyCourse(course=course) for course in courses]
    added: CaseStudyPage = case_index().add_child(instance=page)
    if live:
        added.save_revision().publish()
    return added


def make_many_cases(number: int) -> None:
    """Make live English stories as rows, as like the first story as can be: a list of a thousand in a second or two."""
    first = make_case()
    index = case_index()
    content_type = first.content_type
    pages = Page.objects.bulk_create(
        Page(
            path=f"{index.path}9{place:03X}",
            depth=index.depth + 1,
            title=f"Many {place}",
            draft_title=f"Many {place}",
            slug=f"many-{place}",
            url_path=f"{index.url_path}many-{place}/",
            translation_key=uuid4(),
            locale_id=index.locale_id,
            content_type=content_type,
            live=True,
            first_published_at=first.first_published_at,
        )
        for place in range(number)
    )
    own = [field for field in CaseStudyPage._meta.local_concrete_fields if not field.primary_key]
    for page in pages:
        row = CaseStudyPage(page_ptr_id=page.pk, **{field.attname: getattr(first, field.attname) for field in own})
        row.save_base(raw=True)


def translate_case(story: CaseStudyPage, language: str, **fields: Any) -> CaseStudyPage:
    """Make a live translation of a story, with its parents where they are missing."""
    locale = Locale.objects.get(language_code=language)
    for parent in story.get_ancestors().filter(depth__gte=2).specific():
        if not parent.has_translation(locale):
            parent.copy_for_translation(locale).save_revision().publish()
    copy: CaseStudyPage = story.copy_for_translation(locale)
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return copy
