"""Blocks an editor builds content from: the draft's shape and what is said at a field before publishing.

Names of blocks and fields are those of `content/README.md`. What a learner sees is the frozen form of a block
(`courses.rules.freezing`), drawn by `courses.rendering`; no template hangs on these classes.

Rules that a draft may still break (`required`, an undecided alternative text, a question without correct option) are
checked when the page is published: Wagtail defers them for "Save draft", so nothing written is lost.
"""

from courses.blocks.base import RICH_TEXT_FEATURES, CheckedStreamBlock, CheckedStructBlock, PlainNameBlock, RichBlock
from courses.blocks.draws import DrawBlocks
from courses.blocks.lesson import LessonBlocks
from courses.blocks.questions import BankQuestionBlocks, QuestionBlocks
from courses.blocks.rubrics import RubricBlocks

__all__ = [
    "RICH_TEXT_FEATURES",
    "BankQuestionBlocks",
    "CheckedStreamBlock",
    "CheckedStructBlock",
    "DrawBlocks",
    "LessonBlocks",
    "PlainNameBlock",
    "QuestionBlocks",
    "RichBlock",
    "RubricBlocks",
]
