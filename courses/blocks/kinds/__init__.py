"""The kinds of question as an editor fills them in; `courses.rules.kinds` has what each means.

A new kind: a block here, a field in `KindBlocks`, rules, a template, a test file (`docs/question-kinds.md`).
"""

from courses.blocks.kinds.choice import MultipleChoiceBlock, SingleChoiceBlock, TrueFalseBlock
from courses.blocks.kinds.pairs import MatchingBlock, OrderingBlock
from courses.blocks.kinds.written import NumericBlock, OpenAnswerBlock, ShortTextBlock

__all__ = [
    "MatchingBlock",
    "MultipleChoiceBlock",
    "NumericBlock",
    "OpenAnswerBlock",
    "OrderingBlock",
    "ShortTextBlock",
    "SingleChoiceBlock",
    "TrueFalseBlock",
]
