"""Questions whose answer is chosen from options."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.kinds.base import PARTIAL_HELP, Fields, QuestionBlock, doubled_names, list_problem, text_block


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    correct = blocks.BooleanBlock(label=_("This answer is right"), required=False)
    feedback = text_block(_("What people read who chose it"), help_text=_("Say why, and be kind."))

    class Meta:
        label_format = "{text}"


class OptionsQuestionBlock(QuestionBlock):
    """A question with options of its own. The id of an option is the id of its list item."""

    def own_fields(self) -> Fields:
        return [
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
            )
        ]

    def option_problem(self, correct_count: int) -> Any:
        """Return words when so many correct options cannot be, else None."""
        return None

    def own_problems(self, value: Any) -> dict[str, Any]:
        words = self.option_problem(sum(1 for option in value["options"] if option.get("correct")))
        doubled = doubled_names(
            value["options"], _("Two answers have the same inner name. Delete one and add it anew.")
        )
        return doubled or (list_problem(words) if words else {})


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
    def own_fields(self) -> Fields:
        partial = blocks.BooleanBlock(
            label=_("Part of the points for part of the answers"), required=False, help_text=PARTIAL_HELP
        )
        return [*super().own_fields(), ("partial", partial)]

    def option_problem(self, correct_count: int) -> Any:
        return None if correct_count else _("No answer is marked as right. Mark at least one.")

    class Meta:
        label = _("Several right answers")
        icon = "tick-inverse"
        label_format = "{text}"


class TrueFalseBlock(QuestionBlock):
    """A statement. Its options have the ids "true" and "false" in every quiz."""

    def own_fields(self) -> Fields:
        return [
            ("answer", blocks.ChoiceBlock(label=_("It is"), choices=[("true", _("True")), ("false", _("False"))])),
            ("feedback_true", text_block(_("What people read who chose “True”"))),
            ("feedback_false", text_block(_("What people read who chose “False”"))),
        ]

    class Meta:
        label = _("True or false")
        icon = "circle-check"
        label_format = "{text}"
