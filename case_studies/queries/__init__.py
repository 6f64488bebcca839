"""Reads of case studies: the list with its facets, one story, the stories of a course, search."""

from case_studies.queries.listing import CaseEntry, cards, cards_of, entries, index_page
from case_studies.queries.stories import (
    CaseCard,
    RelatedCourse,
    case_address,
    cases_of_course,
    featured_case,
    find_case,
    moved_case,
    related_courses,
    search,
)

__all__ = [
    "CaseCard",
    "CaseEntry",
    "RelatedCourse",
    "cards",
    "cards_of",
    "case_address",
    "cases_of_course",
    "entries",
    "featured_case",
    "find_case",
    "index_page",
    "moved_case",
    "related_courses",
    "search",
]
