"""Blocks of a quiz: a block a kind of question (`courses.blocks.kinds`), the same in a quiz and in the bank."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from wagtail.blocks.stream_block import StreamBlockValidationError

from courses.blocks.bank import BankChoiceBlock, BankTagBlock
from courses.blocks.base import CheckedStreamBlock
from courses.blocks.kinds import (
    MatchingBlock,
    MultipleChoiceBlock,
    NumericBlock,
    OpenAnswerBlock,
    OrderingBlock,
    ShortTextBlock,
    SingleChoiceBlock,
    TrueFalseBlock,
)
from courses.blocks.kinds.pairs import name_raw_matches


class KindBlocks(CheckedStreamBlock):
    """Questions of every kind."""

    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()
    ordering = OrderingBlock()
    matching = MatchingBlock()
    numeric = NumericBlock()
    short_text = ShortTextBlock()
    open_answer = OpenAnswerBlock()

    def complete(self, raw: Any) -> None:
        for block in raw or ():
            if block.get("type") == "matching":
                name_raw_matches(block)


class QuestionBlocks(KindBlocks):
    """The questions of a quiz: its own, and those it takes from the question bank."""

    bank_question = BankChoiceBlock()
    bank_questions = BankTagBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned and not self.is_deferred_validation:
            words = ValidationError(_("A quiz needs at least one question."))
            raise StreamBlockValidationError(non_block_errors=ErrorList([words]))
        return cleaned


class BankQuestionBlocks(KindBlocks):
    """The one question of a bank entry: of any kind that a quiz knows."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned and not self.is_deferred_validation:
            words = ValidationError(_("Nothing is asked yet. Add the question."))
            raise StreamBlockValidationError(non_block_errors=ErrorList([words]))
        return cleaned

    class Meta:
        max_num = 1
