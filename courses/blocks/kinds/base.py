"""What every kind of question asks of an editor."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.struct_block import BlockGroup
from wagtail.images.blocks import ImageChooserBlock

from courses.blocks.base import CheckedStructBlock, PlainNameBlock, RichBlock
from courses.blocks.kinds.selects import CompetenceBlock, OutcomeBlock

Fields = list[tuple[str, blocks.Block]]

PARTIAL_HELP = _(
    "Then give as many points as there are right answers: points are whole, so each right one is worth one. A wrong one "
    "takes one away, never below 0."
)
PARTIAL_PAIRS_HELP = _(
    "Then give as many points as there are entries: points are whole, so each right one is worth one. A wrong one takes "
    "nothing away."
)


class QuestionBlock(CheckedStructBlock):
    """A question. A kind adds its own fields between the question and what is said with the result."""

    settings: ClassVar[tuple[str, ...]] = ("hint", "picture", "alt", "decorative", "tags", "outcome", "competence")
    """Fields that few questions need: the editor opens them."""

    def __init__(self, local_blocks: Any = None, **kwargs: Any) -> None:
        fields = [*_question_fields(), *self.own_fields(), *_closing_fields(), *_extra_fields()]
        super().__init__([*fields, *(local_blocks or [])], **kwargs)

    def own_fields(self) -> Fields:
        """Return the fields that only this kind has."""
        return []

    def own_problems(self, value: Any) -> dict[str, Any]:
        """Return words for each field of this kind that must change before publishing."""
        return {}

    def problems(self, value: Any) -> dict[str, Any]:
        return {**_picture_problems(value), **self.own_problems(value)}

    def get_form_layout(self) -> BlockGroup:
        return BlockGroup(
            children=[name for name in self.child_blocks if name not in self.settings], settings=list(self.settings)
        )


class InnerNameBlock(PlainNameBlock):
    """A name that only the portal uses: sent with the form, shown to nobody."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "max_length": 64, "label": " ", **kwargs})
        self.field.widget = forms.HiddenInput()


def text_block(label: Any, *, rows: int = 2, help_text: Any = "") -> blocks.TextBlock:
    """Return a field for a text that may be left out."""
    # Without a default it is None where a stored question is older than the field, and no translation could be begun.
    return blocks.TextBlock(label=label, required=False, rows=rows, default="", help_text=help_text)


def doubled_names(entries: Any, words: Any) -> dict[str, Any]:
    """Return the problem that two entries of a list have the same id, or none."""
    ids = [child.id for child in entries.bound_blocks]
    return list_problem(words) if len(set(ids)) != len(ids) else {}


def list_problem(words: Any, name: str = "options") -> dict[str, Any]:
    """Return a problem to be said at a list as a whole."""
    return {name: ListBlockValidationError(non_block_errors=[words])}


def _question_fields() -> Fields:
    return [
        ("text", blocks.TextBlock(label=_("Question"), rows=2)),
        ("html", RichBlock(label=_("More about it"), required=False)),
    ]


def _closing_fields() -> Fields:
    return [
        (
            "feedback",
            text_block(
                _("What is right, and why"),
                help_text=_("Who had it right reads it with the result, others once they passed or have no try left."),
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


def _extra_fields() -> Fields:
    return [
        (
            "hint",
            text_block(_("Hint"), help_text=_("People open it while they answer. It costs no points.")),
        ),
        ("picture", ImageChooserBlock(label=_("Picture"), required=False)),
        (
            "alt",
            blocks.CharBlock(
                label=_("What the picture shows, for people who cannot see it"),
                required=False,
                default="",
                max_length=300,
                help_text=_("Say as much as is needed to answer, and not the answer."),
            ),
        ),
        (
            "decorative",
            blocks.BooleanBlock(
                label=_("The picture is decoration only"), required=False, help_text=_("Screen readers then skip it.")
            ),
        ),
        (
            "tags",
            PlainNameBlock(
                label=_("Tags"),
                required=False,
                max_length=300,
                help_text=_(
                    "Plain words with commas between. A draw takes questions by tag. Example: passwords, module 1"
                ),
            ),
        ),
        (
            "outcome",
            OutcomeBlock(
                label=_("Outcome that it assesses"),
                required=False,
                help_text=_("Of a published course, in the words of its own page."),
            ),
        ),
        ("competence", CompetenceBlock(label=_("Competence that it assesses"), required=False)),
    ]


def _picture_problems(value: Any) -> dict[str, Any]:
    described, decorative = bool((value.get("alt") or "").strip()), bool(value.get("decorative"))
    if not value.get("picture"):
        return {}
    if not described and not decorative:
        return {"alt": _("Say what the picture shows, or tick that it is decoration only.")}
    if described and decorative:
        return {"decorative": _("Decide for one: the picture has a description, or it is decoration only.")}
    return {}
