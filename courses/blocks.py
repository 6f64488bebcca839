"""Blocks an editor builds lessons and quizzes from: the draft's shape and what is said at a field before publishing.

Names of blocks and fields are those of `content/README.md`. What a learner sees is the frozen form of a block
(`courses.rules.freezing`), drawn by `courses.rendering`; no template hangs on these classes.

Rules that a draft may still break (`required`, an undecided alternative text, a question without correct option) are
checked when the page is published: Wagtail defers them for "Save draft", so nothing written is lost.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from courses.rules.freezing import HTML_FIELDS, is_web_address
from courses.rules.rich_text import clean_draft, linked_pages, unsafe_addresses

VIDEO_FILES = (".mp4", ".webm")
CAPTION_FILES = (".vtt",)
RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link"]


class RichBlock(blocks.RichTextBlock):
    """Rich text with what the house style knows: paragraphs, lists, strong, emphasis, links."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if not self.is_deferred_validation:
            html = value.source if value else ""
            for address in unsafe_addresses(html):
                raise ValidationError(
                    _("A link leads to “%(address)s”. Give an address that begins with https://."),
                    params={"address": address},
                )
            numbers = linked_pages(html)
            if numbers and Page.objects.filter(pk__in=numbers).count() < len(numbers):
                raise ValidationError(
                    _("A link leads to a page that is gone. Choose another page, or take the link out.")
                )
        return value


class PlainNameBlock(blocks.CharBlock):
    """A name that means the same in every language, so it is no text to translate."""

    def get_translatable_segments(self, value: Any) -> list[Any]:
        return []

    def restore_translated_segments(self, value: Any, segments: Any) -> Any:
        return value


class CheckedStructBlock(blocks.StructBlock):
    """A struct block with rules of its own, checked when the page is published and not when a draft is saved."""

    def problems(self, value: Any) -> dict[str, Any]:
        """Return words for each field that must change before publishing."""
        return {}

    def clean(self, value: Any) -> Any:
        problems: dict[str, Any] = {}
        try:
            value = super().clean(value)
        except StructBlockValidationError as error:
            problems = dict(error.block_errors or {})
            if self.is_deferred_validation:
                raise
        if not self.is_deferred_validation:
            for name, words in self.problems(value).items():
                problems.setdefault(name, words if isinstance(words, ValidationError) else ValidationError(words))
        if problems:
            raise StructBlockValidationError(block_errors=problems)
        return value


class KeyWordBlock(blocks.StructBlock):
    word = blocks.CharBlock(label=_("Word"), max_length=80)
    meaning = blocks.TextBlock(label=_("What it means"), rows=2, max_length=300)


class KeyWordsBlock(blocks.StructBlock):
    words = blocks.ListBlock(KeyWordBlock(), label=_("Words"), min_num=1, max_num=5)

    class Meta:
        label = _("Key words")
        icon = "openquote"


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=160)

    class Meta:
        label = _("Heading")
        icon = "title"
        label_format = "{text}"


class RichTextBlock(blocks.StructBlock):
    html = RichBlock(label=_("Text"))

    class Meta:
        label = _("Text")
        icon = "pilcrow"


class ImageBlock(CheckedStructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("What the picture shows, for people who cannot see it"), required=False, max_length=300
    )
    decorative = blocks.BooleanBlock(
        label=_("The picture is decoration only"), required=False, help_text=_("Screen readers then skip it.")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    def problems(self, value: Any) -> dict[str, Any]:
        described, decorative = bool((value.get("alt") or "").strip()), bool(value.get("decorative"))
        if not described and not decorative:
            return {"alt": _("Say what the picture shows, or tick that it is decoration only.")}
        if described and decorative:
            return {"decorative": _("Decide for one: the picture has a description, or it is decoration only.")}
        return {}

    class Meta:
        label = _("Picture")
        icon = "image"


class TableBlock(CheckedStructBlock):
    caption = blocks.CharBlock(label=_("What the table shows"), max_length=200)
    columns = blocks.ListBlock(blocks.CharBlock(label=_("Column"), max_length=120), label=_("Columns"), min_num=2)
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("Cell"), required=False, max_length=300), label=_("Row")),
        label=_("Rows"),
        min_num=1,
        help_text=_("The first cell of a row names the row."),
    )

    def problems(self, value: Any) -> dict[str, Any]:
        width = len(value["columns"])
        wrong = [number for number, row in enumerate(value["rows"], start=1) if len(row) != width]
        if wrong:
            rows = ", ".join(str(number) for number in wrong)
            return {
                "rows": ListBlockValidationError(
                    non_block_errors=[
                        _("Each row has as many cells as there are columns (%(width)s). Look at row: %(rows)s.")
                        % {"width": width, "rows": rows}
                    ]
                )
            }
        return {}

    class Meta:
        label = _("Table")
        icon = "table"


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        label=_("Kind"), choices=[("note", _("Note")), ("tip", _("Tip")), ("careful", _("Careful"))], default="note"
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    html = RichBlock(label=_("Text"))

    class Meta:
        label = _("Note, tip or careful")
        icon = "help"
        label_format = "{title}"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Step"), max_length=160)
    html = RichBlock(label=_("How"), required=False)


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=160)
    steps = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=1)

    class Meta:
        label = _("Steps in order")
        icon = "list-ol"


class ChecklistBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=160)
    entries = blocks.ListBlock(blocks.CharBlock(label=_("Entry"), max_length=300), label=_("Entries"), min_num=1)

    class Meta:
        label = _("Checklist")
        icon = "tasks"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("What was said"), rows=3)
    source = blocks.CharBlock(label=_("Who says it"), required=False, max_length=200)

    class Meta:
        label = _("Quote")
        icon = "openquote"


class SelfCheckBlock(blocks.StructBlock):
    question = blocks.TextBlock(label=_("Question"), rows=2)
    options = blocks.ListBlock(
        blocks.CharBlock(label=_("Option"), max_length=300), label=_("Options"), min_num=0, default=[]
    )
    html = RichBlock(label=_("Answer and why"))

    class Meta:
        label = _("Question to oneself")
        icon = "help"
        help_text = _("Nobody marks it and nothing is stored: the answer opens at a press.")


class DoAtWorkBlock(blocks.StructBlock):
    steps = blocks.ListBlock(
        blocks.TextBlock(label=_("Step"), rows=2, max_length=300), label=_("Steps"), min_num=1, max_num=3
    )
    html = RichBlock(label=_("If somebody is stuck"), required=False)
    minutes = blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=1, max_value=240)

    class Meta:
        label = _("Do it at work")
        icon = "tick"


def _is_file(document: Any, extensions: tuple[str, ...]) -> bool:
    return document is not None and document.file.name.lower().endswith(extensions)


class VideoBlock(CheckedStructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    file = DocumentChooserBlock(label=_("Video file"), help_text=_("An mp4 or webm file."))
    captions = DocumentChooserBlock(label=_("Captions"), help_text=_("A vtt file: what is said, with times."))
    transcript = RichBlock(label=_("All that is said and shown, as text"))
    minutes = blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=1, max_value=240)

    def problems(self, value: Any) -> dict[str, Any]:
        problems = {}
        if not _is_file(value.get("file"), VIDEO_FILES):
            problems["file"] = _("Choose an mp4 or webm file.")
        if not _is_file(value.get("captions"), CAPTION_FILES):
            problems["captions"] = _("Choose a vtt file.")
        return problems

    class Meta:
        label = _("Video")
        icon = "media"
        label_format = "{title}"


class VideoLinkBlock(CheckedStructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    url = blocks.URLBlock(
        label=_("Address"),
        help_text=_("It opens after a press, on the other site. Nothing is loaded from there before."),
    )
    transcript = RichBlock(label=_("All that is said and shown, as text"), required=False)
    minutes = blocks.IntegerBlock(label=_("Minutes"), required=False, min_value=1, max_value=240)

    def problems(self, value: Any) -> dict[str, Any]:
        return (
            {} if is_web_address(value.get("url") or "") else {"url": _("Give an address that begins with https://.")}
        )

    class Meta:
        label = _("Link to a video")
        icon = "link-external"
        label_format = "{title}"


class DownloadBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    file = DocumentChooserBlock(label=_("File"))
    description = blocks.TextBlock(label=_("What it is for"), required=False, rows=2, max_length=300)

    class Meta:
        label = _("File to keep or print")
        icon = "download"
        label_format = "{title}"


class CheckedStreamBlock(blocks.StreamBlock):
    """A stream whose blocks have an identity of their own, an id that occurs once, and whose HTML is cleaned when saved."""

    def get_prep_value(self, value: Any) -> Any:
        return _cleaned(super().get_prep_value(value))

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            seen: set[str] = set()
            doubled = {}
            for position, child in enumerate(cleaned):
                if child.id in seen:
                    doubled[position] = ValidationError(
                        _("This block has the same inner name as one above. Delete it and add it anew.")
                    )
                seen.add(child.id)
            if doubled:
                raise StreamBlockValidationError(block_errors=doubled)
        return cleaned


def _cleaned(raw: Any, name: str = "") -> Any:
    """Return raw stream data with its rich text cleaned, whether an editor, a translation or a command wrote it."""
    if isinstance(raw, str):
        return clean_draft(raw) if name in HTML_FIELDS else raw
    if isinstance(raw, dict):
        return {key: _cleaned(entry, key) for key, entry in raw.items()}
    if isinstance(raw, list):
        return [_cleaned(entry) for entry in raw]
    return raw


class LessonBlocks(CheckedStreamBlock):
    key_words = KeyWordsBlock()
    heading = HeadingBlock()
    rich_text = RichTextBlock()
    image = ImageBlock()
    table = TableBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    checklist = ChecklistBlock()
    quote = QuoteBlock()
    self_check = SelfCheckBlock()
    do_at_work = DoAtWorkBlock()
    video = VideoBlock()
    video_link = VideoLinkBlock()
    download = DownloadBlock()

    class Meta:
        block_counts = {"key_words": {"max_num": 1}, "do_at_work": {"max_num": 1}}


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
