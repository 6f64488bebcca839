"""The publish gate: what a page must have before it is public, beyond what its fields ask for (decision 0028).

text = draft_text(columns, shape=LESSON, language="en", today=date(2026, 11, 26))
for problem in problems_in(text):
    print(problem.rule, problem.place, problem.words % problem.values)

A module for each thing that is looked at; `form` has the neutral form of a page and of what was found, `draft_reading`
makes it of a draft's columns. The rules know no kind of page: `Shape` says where a kind keeps what.
"""

from courses.rules.quality.alternatives import ALT_TEXT, ALT_WORDS, CAPTIONS, CONTRAST, LINKED_FILMS
from courses.rules.quality.draft_reading import draft_text, numbers_of_pictures, words_to_read
from courses.rules.quality.form import DraftText, PictureWords, Place, QualityProblem, Rule, Shape
from courses.rules.quality.headings import HEADINGS
from courses.rules.quality.key_words import KEY_WORDS
from courses.rules.quality.languages import PARTS
from courses.rules.quality.links import LINK_TEXTS
from courses.rules.quality.tables import TABLE_HEADERS
from courses.rules.quality.upkeep import REVIEW_DATE, SOURCES

__all__ = [
    "ASSIGNMENT",
    "COURSE",
    "LESSON",
    "PATH",
    "QUIZ",
    "RULES",
    "RULES_BY_KEY",
    "DraftText",
    "PictureWords",
    "Place",
    "QualityProblem",
    "Rule",
    "Shape",
    "draft_text",
    "numbers_of_pictures",
    "problems_in",
    "words_to_read",
]

RULES = (
    ALT_TEXT,
    ALT_WORDS,
    CONTRAST,
    CAPTIONS,
    LINKED_FILMS,
    HEADINGS,
    LINK_TEXTS,
    PARTS,
    TABLE_HEADERS,
    KEY_WORDS,
    SOURCES,
    REVIEW_DATE,
)
"""Every rule, in the order in which an editor reads of them."""

RULES_BY_KEY = {rule.key: rule for rule in RULES}

LESSON = Shape(
    html=("source",), plain=("title", "summary"), streams=("body",), source="source", review_by="review_by_date"
)
QUIZ = Shape(html=("introduction", "source"), streams=("questions",))
ASSIGNMENT = Shape(html=("task", "source"), streams=("rubric",))
PATH = Shape(html=("description",), plain=("title", "summary"))
COURSE = Shape(html=("description", "source"), plain=("title", "summary"), source="source", review_by="review_by_date")


def problems_in(text: DraftText) -> list[QualityProblem]:
    """Return what the rules find in a page, rule by rule, each thing once."""
    found: list[QualityProblem] = []
    for rule in RULES:
        found += [problem for problem in rule.problems(text) if problem not in found]
    return found
