"""How many questions a try draws, and from which of the quiz's."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.base import CheckedStreamBlock, CheckedStructBlock, PlainNameBlock
from courses.blocks.kinds.selects import OutcomeBlock


class DrawBlock(CheckedStructBlock):
    """Draw some questions by chance from those that fit."""

    count = blocks.IntegerBlock(label=_("How many"), default=5, min_value=1, max_value=200)
    by = blocks.ChoiceBlock(
        label=_("From"),
        choices=[
            ("all", _("all questions that are left")),
            ("tag", _("questions with a tag")),
            ("outcome", _("questions that assess an outcome")),
        ],
        default="all",
    )
    tag = PlainNameBlock(
        label=_("Tag"), required=False, max_length=60, help_text=_("One of the tags of the questions above.")
    )
    outcome = OutcomeBlock(label=_("Outcome"), required=False)

    def problems(self, value: Any) -> dict[str, Any]:
        by = value.get("by")
        if by == "tag" and not (value.get("tag") or "").strip():
            return {"tag": _("Name the tag.")}
        if by == "outcome" and not (value.get("outcome") or "").strip():
            return {"outcome": _("Choose the outcome.")}
        return {}

    class Meta:
        label = _("Draw")
        icon = "rotate"
        label_format = "{count}"


class DrawBlocks(CheckedStreamBlock):
    """The draws of a quiz, in order: a question drawn by one is not drawn again by the next."""

    draw = DrawBlock()
