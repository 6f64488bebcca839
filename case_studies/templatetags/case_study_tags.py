"""What templates draw of case studies: charts of stitches, texts made safe, and stories on other pages."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.rich_text import expand_db_html

from case_studies import queries
from case_studies.models import CaseStudyPage, CaseStudySkill, Consent
from case_studies.rules.stitches import Stitches, draw
from courses.queries.vocabularies import competence_words
from foundation.rules.cleaning import clean_html

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


@dataclass(frozen=True, slots=True)
class MetricFigure:
    """A metric ready to draw: figures as a reader writes them, and the stitches unless none can show it."""

    name: str
    unit: str
    before: str
    after: str
    before_with_unit: str
    after_with_unit: str
    period: str
    method: str
    is_share: bool
    stitches: Stitches | None
    step: str


def _readable(figure: Decimal) -> str:
    return number_format(
        figure.normalize() if figure != figure.to_integral() else figure.quantize(Decimal(1)), use_l10n=True
    )


def _figure(value: Any) -> MetricFigure:
    before, after, unit = Decimal(value["before"] or 0), Decimal(value["after"] or 0), value["unit"]
    stitches = draw(before, after)
    return MetricFigure(
        name=value["name"],
        unit=unit,
        before=_readable(before),
        after=_readable(after),
        before_with_unit=f"{_readable(before)} {unit}",
        after_with_unit=f"{_readable(after)} {unit}",
        period=value["period"],
        method=value["method"],
        is_share=unit == "%",
        stitches=stitches,
        step=_readable(stitches.step) if stitches else "",
    )


@register.filter
def figures(page: CaseStudyPage) -> list[MetricFigure]:
    """Return the metrics of a story, ready to draw."""
    return [_figure(child.value) for child in page.metrics]


@register.filter
def safe_text(html: Any) -> SafeString:
    """Return rich text as HTML: links of the CMS resolved first, then cleaned of everything the house does not use."""
    source = getattr(html, "source", html) or ""
    return mark_safe(clean_html(expand_db_html(str(source))))  # noqa: S308 - cleaned on the line


@register.filter
def skill_words(skill: CaseStudySkill) -> str:
    """Return a skill in words."""
    return competence_words(skill.framework, skill.version, skill.code, skill.level, _language())


@register.simple_tag
def related_courses(page: CaseStudyPage) -> list[queries.RelatedCourse]:
    """Return the courses that teach what a story needed. Cost: 1 or 2 queries."""
    return queries.related_courses(page, language=_language())


@register.inclusion_tag("case_studies/featured.html", takes_context=True)
def featured_case_study(context: dict[str, Any]) -> dict[str, Any]:
    """Draw one story for the home page, or a sentence where there is none. Cost: 1 query."""
    page = queries.featured_case(language=_language())
    figures_of_page = figures(page) if page else []
    return {
        "case": page,
        "url": queries.case_address(page.slug, _language()) if page else "",
        "figure": figures_of_page[0] if figures_of_page else None,
        "list_url": f"/{_language()}/case-studies/",
    }


@register.simple_tag
def cases_of_course(course_key: Any) -> list[queries.CaseCard]:
    """Return the stories in which a course's matter was used. Cost: 1 query."""
    return queries.cases_of_course(course_key, language=_language())


@register.filter
def used_in_module(cards: list[queries.CaseCard] | None, module_key: str) -> list[queries.CaseCard]:
    """Return those of a course's stories that name one of its modules."""
    return [card for card in cards or [] if module_key in card.modules]


@register.simple_tag
def consent_words(page: CaseStudyPage) -> str:
    """Return in one sentence who agreed to a story, and when; "" of an invented organisation."""
    words = {
        Consent.WRITTEN: gettext("The organisation agreed in writing."),
        Consent.TOLD_BY_LEARNER: gettext("Told by a learner of this portal, who agreed that it is shown."),
    }.get(Consent(page.consent), "")
    if words and page.consent == Consent.WRITTEN and page.consent_date:
        day = date_format(page.consent_date)
        return gettext("The organisation agreed in writing on %(date)s.") % {"date": day}
    return words
