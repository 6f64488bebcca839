"""The publish gate in the forms of the CMS: what the rules of quality find is said at its field, with how to mend it.

Saving a draft is never held up. What an operator turned to a warning is said once the page is saved (`wagtail_hooks`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import Block, ListBlock, StreamBlock, StreamValue, StructBlock
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Page

from courses.forms.keeping import KeptOnce
from courses.forms.pasting import PastedCleanly
from courses.queries.quality import Finding, findings_in, shape_of, stored
from courses.rules.quality.upkeep import READ_AGAIN_AFTER

Said = tuple[tuple[str | int, ...], str]
"""A place inside a block, and words."""


class GatedPageForm(KeptOnce, PastedCleanly, WagtailAdminPageForm):
    """The form of a page that the rules of quality look at before it is published. A new page is read again in a year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shape = shape_of(self.instance)
        name = shape.review_by if shape else ""
        if name in self.fields and self.instance.pk is None and not self.initial.get(name):
            self.initial[name] = timezone.localdate() + READ_AGAIN_AFTER
        if self.is_bound and self._is_sent_back:
            self.defer_required_fields()

    def save(self, commit: bool = True) -> Page:
        page = super().save(commit=commit)
        if self._is_sent_back:
            page.full_clean = page.minimal_clean  # the CMS cleans it once more for its history, as if it were finished
        return page

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if not self.is_deferred_validation and not self._is_sent_back:
            self._hold_at_gate(cleaned)
        return cleaned

    @property
    def _is_sent_back(self) -> bool:
        """Whether a reviewer sends the draft back, or its review is ended: the more it lacks, the more that must work."""
        if any(f"action-{name}" in self.data for name in ("publish", "submit", "restart-workflow")):
            return False
        if "action-workflow-action" in self.data:
            return bool(self.data.get("workflow-action-name") == "reject")
        return "action-cancel-workflow" in self.data

    def _hold_at_gate(self, cleaned: Mapping[str, Any]) -> None:
        columns = {
            name: stored(self.instance, name, value) for name, value in cleaned.items() if name in self._looked_at()
        }
        by_field: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in findings_in(self.instance, columns, today=timezone.localdate()):
            # What a field says of itself already is not said twice.
            if finding.blocks and finding.field in self.fields and finding.field not in self.errors:
                by_field[finding.field].append(finding)
        for name, findings in by_field.items():
            self.add_error(name, _error(cleaned[name], findings))

    def _looked_at(self) -> set[str]:
        shape = shape_of(self.instance)
        if shape is None:
            return set()
        return {*shape.html, *shape.plain, *shape.streams, shape.source, shape.review_by}


def _error(value: Any, findings: Sequence[Finding]) -> ValidationError:
    """Return the error of a field: of a stream at each block it is about."""
    said = [(finding.place[1:], f"{finding.words} {finding.mend}") for finding in findings]
    if not isinstance(value, StreamValue):
        return ValidationError([words for _, words in said])
    kinds = [child.block for child in value]
    errors = {place: _nested(kinds[place], inner) for place, inner in _by_first(said).items() if isinstance(place, int)}
    return StreamBlockValidationError(block_errors=errors)


def _nested(block: Block, said: Sequence[Said]) -> ValidationError:
    """Return words at places inside a block, as the errors of blocks are nested."""
    own = [words for place, words in said if not place]
    inner = _by_first([entry for entry in said if entry[0]])
    if isinstance(block, StructBlock):
        errors = {name: _nested(block.child_blocks[name], entries) for name, entries in inner.items()}
        return StructBlockValidationError(block_errors=errors, non_block_errors=ErrorList(own))
    if isinstance(block, ListBlock):
        errors = {number: _nested(block.child_block, entries) for number, entries in inner.items()}
        return ListBlockValidationError(block_errors=errors, non_block_errors=ErrorList(own))
    assert not isinstance(block, StreamBlock)  # no block of ours holds a stream
    return ValidationError([words for _, words in said])


def _by_first(said: Iterable[Said]) -> dict[str | int, list[Said]]:
    grouped: defaultdict[str | int, list[Said]] = defaultdict(list)
    for place, words in said:
        grouped[place[0]].append((place[1:], words))
    return grouped
