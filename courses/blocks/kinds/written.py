"""Questions whose answer is written: a number, a word or two, own words."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.base import PlainNameBlock
from courses.blocks.kinds.base import Fields, QuestionBlock, list_problem, text_block
from courses.rules.kinds.answers import NotAnAnswer
from courses.rules.kinds.numeric import EDITOR_LANGUAGE, read_number
from courses.rules.kinds.short_text import MOST_CHARACTERS, folded


class NumberBlock(PlainNameBlock):
    """A number as text with a decimal point. What an editor types is brought into that form when it can be."""

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        try:
            return read_number(value or "", language=EDITOR_LANGUAGE)
        except NotAnAnswer as error:
            if self.is_deferred_validation:
                return value
            raise ValidationError(gettext(error.words) % error.values) from error


class NumericBlock(QuestionBlock):
    def own_fields(self) -> Fields:
        return [
            (
                "number",
                NumberBlock(
                    label=_("Right number"), max_length=40, help_text=_("Decimals stand after a point. Example: 3.5")
                ),
            ),
            (
                "tolerance",
                NumberBlock(
                    label=_("How far off an answer may be"),
                    required=False,
                    default="0",
                    max_length=40,
                    help_text=_("0 means: exactly this number. With 0.5 an answer may be 0.5 more or less."),
                ),
            ),
            (
                "unit",
                blocks.CharBlock(
                    label=_("Unit"),
                    required=False,
                    default="",
                    max_length=30,
                    help_text=_("It stands behind the field. People may write it or leave it out. Example: hours"),
                ),
            ),
        ]

    def own_problems(self, value: Any) -> dict[str, Any]:
        unit = (value.get("unit") or "").strip()
        if any(sign.isdecimal() for sign in unit):
            return {"unit": _("Write the unit without digits: they would be read as part of the number.")}
        if (value.get("tolerance") or "").startswith("-"):
            return {"tolerance": _("Write 0 or more.")}
        return {}

    class Meta:
        label = _("Number")
        icon = "decimal"
        label_format = "{text}"


class ShortTextBlock(QuestionBlock):
    def own_fields(self) -> Fields:
        return [
            (
                "accepted",
                blocks.ListBlock(
                    blocks.CharBlock(label=_("Accepted answer"), max_length=MOST_CHARACTERS),
                    label=_("Accepted answers"),
                    min_num=1,
                    max_num=30,
                    default=[""],
                    help_text=_(
                        "Every way to write it that is right, the best first. Spaces never matter. A translation adds "
                        "answers to these. Who was marked wrong for a slip can ask a person to look."
                    ),
                ),
            ),
            ("case", blocks.BooleanBlock(label=_("Capital letters matter"), required=False)),
            ("accents", blocks.BooleanBlock(label=_("Accents matter"), required=False)),
        ]

    def own_problems(self, value: Any) -> dict[str, Any]:
        if not any(folded(text or "", case=True, accents=True) for text in value["accepted"]):
            return list_problem(_("Give at least one answer that is accepted."), "accepted")
        return {}

    class Meta:
        label = _("Word or two")
        icon = "pilcrow"
        label_format = "{text}"


class OpenAnswerBlock(QuestionBlock):
    def own_fields(self) -> Fields:
        return [
            (
                "guidance",
                text_block(
                    _("For the person who marks it"),
                    rows=4,
                    help_text=_(
                        "What a good answer has in it, and what each point is given for. Learners do not see it. The "
                        "result stays open until somebody has marked the answer."
                    ),
                ),
            )
        ]

    class Meta:
        label = _("Own words, marked by a person")
        icon = "edit"
        label_format = "{text}"
