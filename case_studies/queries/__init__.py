"""Reads of case studies: the list with its facets, one story, the stories of a course, search."""

from case_studies.queries.listing import CaseEntry, cards, cards_of, entries, index_page
from case_studies.queries.searching import alike_stories, find_stories, story_texts
from case_studies.queries.stories import (
    CaseCard,
    RelatedCourse,
    case_address,
    cases_of_course,
    featured_case,
    find_case,
    moved_case,
    related_courses,
)

__all__ = [
    "CaseCard",
    "CaseEntry",
    "RelatedCourse",
    "alike_stories",
    "cards",
    "cards_of",
    "case_address",
    "cases_of_course",
    "entries",
    "featured_case",
    "find_case",
    "find_stories",
    "index_page",
    "moved_case",
    "related_courses",
    "story_texts",
]
