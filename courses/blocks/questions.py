"""Blocks of a quiz: a block a kind of question."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError

from courses.blocks.base import CheckedStreamBlock, CheckedStructBlock, PlainNameBlock, RichBlock


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    correct = blocks.BooleanBlock(label=_("This answer is right"), required=False)
    feedback = blocks.TextBlock(
        label=_("What people read who chose it"), required=False, rows=2, help_text=_("Say why, and be kind.")
    )

    class Meta:
        label_format = "{text}"


def _question_fields() -> list[tuple[str, blocks.Block]]:
    return [
        ("text", blocks.TextBlock(label=_("Question"), rows=2)),
        ("html", RichBlock(label=_("More about it"), required=False)),
    ]


def _closing_fields() -> list[tuple[str, blocks.Block]]:
    return [
        (
            "feedback",
            blocks.TextBlock(
                label=_("What everybody reads with the result"), required=False, rows=2, help_text=_("Right or not.")
            ),
        ),
        (
            "lesson",
            blocks.PageChooserBlock(label=_("Lesson that explains it"), required=False, page_type="courses.LessonPage"),
        ),
        (
            "section",
            PlainNameBlock(
                label=_("Section of that lesson"),
                required=False,
                max_length=64,
                help_text=_("The end of the section's address, after #. Without it the link goes to the lesson."),
            ),
        ),
        ("points", blocks.IntegerBlock(label=_("Points"), default=1, min_value=1, max_value=100)),
    ]


def _correct_options(value: Any) -> int:
    return sum(1 for option in value["options"] if option.get("correct"))


class OptionsQuestionBlock(CheckedStructBlock):
    """A question with options of its own. The id of an option is the id of its list item."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(
            [
                *_question_fields(),
                (
                    "options",
                    blocks.ListBlock(
                        OptionBlock(),
                        label=_("Answers"),
                        min_num=2,
                        max_num=7,
                        # Every field named: the editor writes "undefined" into one that is left out.
                        default=[{"text": "", "correct": False, "feedback": ""} for _number in range(2)],
                    ),
                ),
                *_closing_fields(),
                *(local_blocks or []),
            ],
            **kwargs,
        )

    def option_problem(self, correct_count: int) -> Any:
        """Return words when so many correct options cannot be, else None."""
        return None

    def problems(self, value: Any) -> dict[str, Any]:
        words = self.option_problem(_correct_options(value))
        ids = [child.id for child in value["options"].bound_blocks]
        if len(set(ids)) != len(ids):
            words = _("Two answers have the same inner name. Delete one and add it anew.")
        return {"options": ListBlockValidationError(non_block_errors=[words])} if words else {}


class SingleChoiceBlock(OptionsQuestionBlock):
    def option_problem(self, correct_count: int) -> Any:
        if correct_count == 0:
            return _("No answer is marked as right. Mark one.")
        if correct_count > 1:
            return _("More than one answer is marked as right. Mark one, or use a question with several right answers.")
        return None

    class Meta:
        label = _("One right answer")
        icon = "radio-full"
        label_format = "{text}"


class MultipleChoiceBlock(OptionsQuestionBlock):
    def option_problem(self, correct_count: int) -> Any:
        return None if correct_count else _("No answer is marked as right. Mark at least one.")

    class Meta:
        label = _("Several right answers")
        icon = "tick-inverse"
        label_format = "{text}"


def _feedback_block(label: Any) -> blocks.Block:
    return blocks.TextBlock(label=label, required=False, rows=2)


class TrueFalseBlock(blocks.StructBlock):
    """A statement. Its options have the ids "true" and "false" in every quiz."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        super().__init__(
            [
                *_question_fields(),
                (
                    "answer",
                    blocks.ChoiceBlock(label=_("It is"), choices=[("true", _("True")), ("false", _("False"))]),
                ),
                ("feedback_true", _feedback_block(_("What people read who chose “True”"))),
                ("feedback_false", _feedback_block(_("What people read who chose “False”"))),
                *_closing_fields(),
                *(local_blocks or []),
            ],
            **kwargs,
        )

    class Meta:
        label = _("True or false")
        icon = "circle-check"
        label_format = "{text}"


class QuestionBlocks(CheckedStreamBlock):
    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned and not self.is_deferred_validation:
            words = ValidationError(_("A quiz needs at least one question."))
            raise StreamBlockValidationError(non_block_errors=ErrorList([words]))
        return cleaned


class BankQuestionBlocks(CheckedStreamBlock):
    """The one question of a bank entry: of any kind that a quiz knows."""

    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()

    class Meta:
        max_num = 1
