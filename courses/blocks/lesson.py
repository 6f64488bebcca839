"""Blocks of a lesson."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from courses.blocks.base import CheckedStreamBlock, CheckedStructBlock, PartLanguageBlock, RichBlock
from courses.rules.freezing import is_web_address

VIDEO_FILES = (".mp4", ".webm")
CAPTION_FILES = (".vtt",)


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
    language = PartLanguageBlock()

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
    language = PartLanguageBlock()

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
    language = PartLanguageBlock()

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
