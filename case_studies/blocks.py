"""Blocks of a case study: the steps of the recipe, and the figures before and after."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks import CheckedStreamBlock, CheckedStructBlock, RichBlock


class RecipeStepBlock(blocks.StructBlock):
    title = blocks.CharBlock(
        label=_("What they did"),
        max_length=120,
        help_text=_("Begin with a verb in the past. Example: Counted one hall only"),
    )
    html = RichBlock(label=_("How"), help_text=_("Two to four sentences: with what, how long, what it cost."))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        label_format = "{title}"


class RecipeBlocks(CheckedStreamBlock):
    step = RecipeStepBlock()


class MetricBlock(CheckedStructBlock):
    name = blocks.CharBlock(label=_("What was measured"), max_length=120, help_text=_("Example: Time to find one item"))
    unit = blocks.CharBlock(label=_("Unit"), max_length=30, help_text=_("Examples: minutes, %, kWh a kilogram"))
    before = blocks.DecimalBlock(label=_("Before"), max_digits=12, decimal_places=3)
    after = blocks.DecimalBlock(label=_("After"), max_digits=12, decimal_places=3)
    period = blocks.CharBlock(
        label=_("When"), max_length=200, help_text=_("Example: One week in February 2026 and one week in August 2026")
    )
    method = blocks.TextBlock(
        label=_("How it was measured"),
        rows=2,
        max_length=400,
        help_text=_("Example: Average of 40 timed searches each, with a kitchen clock"),
    )
    better = blocks.ChoiceBlock(
        label=_("What is better"),
        choices=[("lower", _("A lower figure")), ("higher", _("A higher figure"))],
        default="lower",
    )

    def problems(self, value: Any) -> dict[str, Any]:
        # What was left out, or is no number, is said at its own field already.
        figures = [figure for name in ("before", "after") if isinstance(figure := value.get(name), Decimal)]
        if figures and min(figures) < 0:
            return {"before": _("Write figures of zero or more, and say in the name what was counted.")}
        if value.get("unit") == "%" and figures and max(figures) > 100:
            return {"after": _("A share of a whole is at most 100 %. Give a growth as a count before and after.")}
        return {}

    class Meta:
        icon = "order"
        label = _("Figure before and after")
        label_format = "{name}: {before}, {after}"


class MetricBlocks(CheckedStreamBlock):
    metric = MetricBlock()
