"""What an editor typed or pasted into blocks, cleaned. For forms alone: what is stored is left as it is when it is read."""

from typing import Any

from wagtail import blocks
from wagtail.rich_text import RichText

from foundation.rules.pasting import clean_line, clean_lines, clean_paste


def without_paste(block: blocks.Block, value: Any) -> Any:
    """Return the value of a block without what a word processor brought along."""
    if isinstance(block, blocks.RichTextBlock):
        return RichText(clean_paste(value.source)) if value else value
    if isinstance(block, blocks.TextBlock):
        return clean_lines(value) if isinstance(value, str) else value
    if isinstance(block, blocks.CharBlock):
        return clean_line(value) if isinstance(value, str) else value
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            if name in value:
                value[name] = without_paste(child, value[name])
    elif isinstance(block, blocks.StreamBlock):
        for child in value:
            child.value = without_paste(child.block, child.value)
    elif isinstance(block, blocks.ListBlock):
        for child in value.bound_blocks:
            child.value = without_paste(child.block, child.value)
    return value
