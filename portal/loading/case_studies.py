"""Invented case studies: for the demo only, since a real site tells real stories."""

from typing import Any

from django.conf import settings

from case_studies.models import (
    CaseStudyAudience,
    CaseStudyCourse,
    CaseStudyIndexPage,
    CaseStudyPage,
    CaseStudySkill,
)
from courses.models import Course
from portal.loading.identity import lasting_id
from portal.loading.ledger import Ledger
from portal.loading.pages import PageTarget, arrange, put_page
from portal.loading.reading import CaseText

FOLDER = "case-studies/"


def load_cases(cases: list[CaseText], *, ledger: Ledger) -> None:
    """Make or update the case studies. Their courses must have been loaded and settled before."""
    index = CaseStudyIndexPage.objects.get(locale__language_code=settings.LANGUAGE_CODE)
    pages = [page for case in cases if (page := _put_case(case, index, ledger=ledger)) is not None]
    arrange(index, pages, source=FOLDER, ledger=ledger)


def _put_case(case: CaseText, index: CaseStudyIndexPage, *, ledger: Ledger) -> Any:
    text = case.page
    links = [
        CaseStudyCourse(course=Course.objects.get(key=lasting_id("courses", link.course)), module_key=link.module_key)
        for link in case.courses
    ]
    return put_page(
        PageTarget(CaseStudyPage, case.key, index.locale, index, case.slug),
        source=text.file,
        ledger=ledger,
        text_sha256=text.sha256(*(link.name for link in case.courses)),
        values={**text.values, "search_description": text.values["result"]},
        children={
            "audiences": [CaseStudyAudience(**entry) for entry in text.children["audiences"]],
            "skills": [CaseStudySkill(**entry) for entry in text.children["skills"]],
            "courses": links,
        },
    )
