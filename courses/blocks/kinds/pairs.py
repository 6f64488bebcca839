"""Questions whose answer pairs entries with places, or with what belongs to them."""

import uuid
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from courses.blocks.kinds.base import (
    PARTIAL_PAIRS_HELP,
    Fields,
    InnerNameBlock,
    QuestionBlock,
    doubled_names,
    list_problem,
    text_block,
)
from courses.rules.drafted import plain

DOUBLED = _("Two entries have the same inner name. Delete one and add it anew.")


def _feedback_block() -> blocks.TextBlock:
    return text_block(_("What people read who had it wrong"), help_text=_("Say why, and be kind."))


def _partial_block() -> blocks.BooleanBlock:
    return blocks.BooleanBlock(
        label=_("Part of the points for part of the entries"), required=False, help_text=PARTIAL_PAIRS_HELP
    )


class StepToOrderBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Entry"), max_length=300)
    feedback = _feedback_block()

    class Meta:
        label_format = "{text}"


class OrderingBlock(QuestionBlock):
    """Entries to put in order. The id of an entry is the id of its list item."""

    def own_fields(self) -> Fields:
        return [
            (
                "options",
                blocks.ListBlock(
                    StepToOrderBlock(),
                    label=_("Entries, in the right order"),
                    min_num=2,
                    max_num=10,
                    default=[{"text": "", "feedback": ""} for _number in range(3)],
                    help_text=_("People see them in another order, and give each its place."),
                ),
            ),
            ("partial", _partial_block()),
        ]

    def own_problems(self, value: Any) -> dict[str, Any]:
        texts = [plain(entry.get("text")) for entry in value["options"]]
        if len(set(texts)) != len(texts):
            return list_problem(_("Two entries say the same. Nobody could tell which comes first."))
        return doubled_names(value["options"], DOUBLED)

    class Meta:
        label = _("Put in order")
        icon = "list-ol"
        label_format = "{text}"


class PairBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Entry"), max_length=300)
    match = blocks.CharBlock(
        label=_("What belongs to it"), max_length=200, help_text=_("The same words at several entries are one match.")
    )
    feedback = _feedback_block()
    match_id = InnerNameBlock()

    class Meta:
        label_format = "{text}"


class MatchingBlock(QuestionBlock):
    """Entries to match. What belongs to an entry has an inner name of its own, which a form tells without the entry's."""

    def own_fields(self) -> Fields:
        return [
            (
                "options",
                blocks.ListBlock(
                    PairBlock(),
                    label=_("Entries"),
                    min_num=2,
                    max_num=10,
                    default=[{"text": "", "match": "", "feedback": "", "match_id": ""} for _number in range(3)],
                ),
            ),
            (
                "others",
                blocks.ListBlock(
                    blocks.CharBlock(label=_("Match"), max_length=200),
                    label=_("Matches that belong to no entry"),
                    min_num=0,
                    max_num=5,
                    default=[],
                    help_text=_("They make guessing harder. None are needed."),
                ),
            ),
            ("partial", _partial_block()),
        ]

    def own_problems(self, value: Any) -> dict[str, Any]:
        matches = {plain(entry.get("match")) for entry in value["options"]}
        others = [plain(entry) for entry in value["others"]]
        if len(matches | set(others)) < 2:
            return list_problem(_("All entries have the same match. Give at least two different ones."))
        if matches & set(others):
            return list_problem(_("One of these belongs to an entry. Take it out."), "others")
        return doubled_names(value["options"], DOUBLED)

    def get_prep_value(self, value: Any) -> Any:
        # Filled in on the value itself too: saved once more, it is the same name.
        _name_matches(pair for pair in value["options"])
        return super().get_prep_value(value)

    class Meta:
        label = _("Match")
        icon = "link"
        label_format = "{text}"


def name_raw_matches(raw: Mapping[str, Any]) -> None:
    """Give each entry of a raw matching question whose match has no inner name, or that of another, a new one."""
    value = raw.get("value")
    entries = value.get("options") if isinstance(value, Mapping) else None
    bare = ((entry or {}).get("value", entry) for entry in entries or [])
    _name_matches(pair for pair in bare if isinstance(pair, MutableMapping))


def _name_matches(pairs: Iterator[MutableMapping[str, Any]]) -> None:
    seen = set()
    for pair in pairs:
        if not pair.get("match_id") or pair["match_id"] in seen:
            pair["match_id"] = str(uuid.uuid4())
        seen.add(pair["match_id"])
