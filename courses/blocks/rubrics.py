"""The rubric of an assignment: criteria, each with levels."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError

from courses.blocks.base import CheckedStreamBlock, CheckedStructBlock


class RubricLevelBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Level"), max_length=80, help_text=_("Example: Convincing"))
    description = blocks.TextBlock(label=_("How to know it"), rows=2, max_length=600)
    points = blocks.IntegerBlock(label=_("Points"), default=0, min_value=0, max_value=100)

    class Meta:
        label_format = "{title}"


class CriterionBlock(CheckedStructBlock):
    """One thing that is looked at. The id of a level is the id of its list item."""

    title = blocks.CharBlock(label=_("Criterion"), max_length=160)
    description = blocks.TextBlock(label=_("What is looked at"), required=False, rows=2, max_length=600)
    levels = blocks.ListBlock(
        RubricLevelBlock(),
        label=_("Levels"),
        min_num=2,
        max_num=6,
        default=[{"title": "", "description": "", "points": 0} for _number in range(3)],
    )

    def problems(self, value: Any) -> dict[str, Any]:
        levels = value["levels"]
        words = None
        if len({level.get("points") for level in levels}) < 2:
            words = _("A criterion needs at least two levels that are worth different points.")
        ids = [child.id for child in levels.bound_blocks]
        if len(set(ids)) != len(ids):
            words = _("Two levels have the same inner name. Delete one and add it anew.")
        return {"levels": ListBlockValidationError(non_block_errors=[words])} if words else {}

    class Meta:
        label = _("Criterion")
        icon = "list-ul"
        label_format = "{title}"


class RubricBlocks(CheckedStreamBlock):
    criterion = CriterionBlock()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not cleaned and not self.is_deferred_validation:
            words = ValidationError(_("An assignment needs a rubric with at least one criterion."))
            raise StreamBlockValidationError(non_block_errors=ErrorList([words]))
        return cleaned
