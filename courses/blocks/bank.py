"""What a quiz takes from the question bank: one question, or all with a tag."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.blocks import SnippetChooserBlock

from courses.blocks.base import CheckedStructBlock, PlainNameBlock
from courses.rules.bank import one_tag


class BankChooserBlock(SnippetChooserBlock):
    """Chooses a question. It is the same one in every language, so there is nothing to translate."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        return value


class BankChoiceBlock(CheckedStructBlock):
    """One question of the bank."""

    question = BankChooserBlock("courses.BankQuestion", label=_("Question"))

    def problems(self, value: Any) -> dict[str, Any]:
        question = value.get("question")
        if question is not None and not question.live:
            return {"question": _("This question is not published. Publish it in the question bank first.")}
        return {}

    class Meta:
        label = _("A question of the bank")
        icon = "snippet"


class BankTagBlock(CheckedStructBlock):
    """All published questions of the bank with a tag."""

    tag = PlainNameBlock(
        label=_("Tag"),
        max_length=60,
        help_text=_("All published questions of the bank with this tag. With a draw, a try asks some of them."),
    )

    def problems(self, value: Any) -> dict[str, Any]:
        tag = one_tag(value.get("tag") or "")
        # By name: blocks know no models.
        if tag and not apps.get_model("courses.BankQuestion").objects.filter(live=True, tags__icontains=tag).exists():
            return {"tag": _("No published question of the bank has this tag.")}
        return {}

    class Meta:
        label = _("Questions of the bank with a tag")
        icon = "tag"
        label_format = "{tag}"
