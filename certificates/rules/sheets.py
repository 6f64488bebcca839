"""What stands where on a printed certificate, from its frozen payload alone: nothing is translated or worked out anew."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise
from math import ceil
from typing import Any

from certificates.rules.emblems import PRINT, emblem_height
from certificates.rules.payload import address_for, statement_of, text_for

LOOKS = ("woven", "plain")

# What stands above the columns, in letters of its own.
_HERO = ("learner", "title")
_COLUMNS = (
    "outcomes",
    "competences",
    "assessment",
    "criteria",
    "result",
    "supervision",
    "workload",
    "level",
    "quality",
)
_FOOT = (("awarding_body", "country"), ("issued", "validity"), ("is_not", "participation"))
_SIGNATURE = ("signatory",)
_BESIDE_CODE = ("edition",)
_SUPPORT = ("support",)  # beside the emblem, where there is one
# On the face of a certificate of two sheets only these, and of those with an own text only what the interface says.
_SHORT_COLUMNS = ("outcomes", "assessment", "result", "supervision", "workload", "level", "competences")
_SHORT_FOOT = (("awarding_body", "country"), ("issued", "validity"), ("is_not",))
# What a face leaves to the sheet that follows where even that is too much, at once; and where that still is.
_SHORTER_COLUMNS = ("outcomes", "assessment", "workload", "level")
_SHORTEST_COLUMNS = ("assessment", "workload", "level")

# Longest texts, in characters, that each size of print takes on one or two lines.
_NAME_SIZES = ((28, ""), (42, " name--long"), (72, " name--longer"))
_LONGEST_NAMES = " name--longest"
_TITLE_SIZES = ((62, ""), (120, "title--long"))
_LONGEST_TITLES = "title--longest"
_COLUMN, _FINE_COLUMN = 36, 52  # characters of a line
_AFTER_EMBLEM = 5  # millimetres
_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True, slots=True)
class Value:
    """A text. `language` where it is not that of the sheet."""

    text: str
    language: str = ""

    @property
    def is_rtl(self) -> bool:
        """Whether it is written from right to left."""
        return is_right_to_left(self.text)

    @property
    def ends_a_sentence(self) -> bool:
        """Whether the next value may follow it without a mark between the two."""
        return self.text.endswith((".", "!", "?", "…", ";"))


@dataclass(frozen=True, slots=True)
class Block:
    """What is said about one thing, under its label."""

    key: str
    label: str
    values: tuple[Value, ...]

    @property
    def is_list(self) -> bool:
        """Whether the values are points of a list, and not sentences one after the other."""
        return self.key in {"outcomes", "courses"} and len(self.values) > 1

    def lines(self, width: int) -> float:
        """Return about how many lines it takes, of so many characters each."""
        texts = [len(value.text) for value in self.values]
        heading = 1.6 if self.label else 0.6
        return heading + (sum(ceil(text / width) for text in texts) if self.is_list else ceil(sum(texts) / width))

    @property
    def halves(self) -> tuple["Block", ...]:
        """A list as two, which can stand in two columns; the second has no label. Anything else as it is."""
        if not self.is_list:
            return (self,)
        middle = ceil(len(self.values) / 2)
        return (Block(self.key, self.label, self.values[:middle]), Block(self.key, "", self.values[middle:]))

    @property
    def shortened(self) -> "Block":
        """The block with its first value: that of the interface, where an own text follows it."""
        return self if self.is_list else Block(self.key, self.label, self.values[:1])


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed of a certificate in one language."""

    language: str
    course_language: str  # empty where it is that of the sheet
    look: str
    stamp: str
    warning: str
    kind: str
    says: str
    joined: str
    name: str
    title: str
    statement: str
    number: str
    author: str
    issuer_name: str
    issuer_country: str
    issued_at: str
    address: str
    verify_link: str
    check_label: str
    qr_label: str
    blocks: Mapping[str, Block]
    emblem_name: str = ""
    emblem_height: str = ""  # millimetres; empty where there is no emblem
    emblem_cell: str = ""  # millimetres: how wide it is, with the space after it

    @property
    def style(self) -> str:
        """The style sheet of the look."""
        return f"certificates/print/{self.look}.css"

    @property
    def verify_address(self) -> str:
        """The address of the verify page as people type it."""
        return self.verify_link.partition("://")[2]

    @property
    def name_is_rtl(self) -> bool:
        """Whether the name is written from right to left."""
        return is_right_to_left(self.name)

    @property
    def name_size(self) -> str:
        """The style of the name, smaller the longer it is."""
        return next((style for length, style in _NAME_SIZES if len(self.name) <= length), _LONGEST_NAMES)

    @property
    def title_size(self) -> str:
        """The style of the title, smaller the longer it is."""
        return next((style for length, style in _TITLE_SIZES if len(self.title) <= length), _LONGEST_TITLES)

    @property
    def columns(self) -> list[list[Block]]:
        """The three columns below the title. What competences are called stands in the table of a second sheet alone."""
        blocks = [block.shortened if block.key == "competences" else block for block in self._blocks(_COLUMNS)]
        return in_columns(blocks, 3, width=_COLUMN)

    @property
    def foot(self) -> list[list[Block]]:
        """The columns below the line, without that of the signature."""
        return [self._blocks(keys) for keys in _FOOT]

    @property
    def signature(self) -> list[Block]:
        """Who signed."""
        return self._blocks(_SIGNATURE)

    @property
    def beside_code(self) -> list[Block]:
        """What stands below the code and the number."""
        return self._blocks(_BESIDE_CODE)

    @property
    def support(self) -> list[Block]:
        """What stands beside the emblem of a funded project; nothing without one."""
        return self._blocks(_SUPPORT) if self.emblem_height else []

    @property
    def fine(self) -> list[list[Block]]:
        """Everything that has no place of its own, in smaller print: three columns about as long as each other."""
        placed = {key for keys in (_HERO, _COLUMNS, *_FOOT, _SIGNATURE, _BESIDE_CODE) for key in keys}
        placed |= {block.key for block in self.support}
        rest = [block for key, block in self.blocks.items() if key not in placed]
        return in_columns(rest, 3, width=_FINE_COLUMN)

    @property
    def faces(self) -> list[list[list[Block]]]:
        """The columns of a face that a sheet with everything follows: the fullest first, the last always fits."""
        short = [block.shortened for block in self._blocks(_SHORT_COLUMNS)]
        halved = [half for block in short for half in block.halves]
        shorter = [half for half in halved if half.key in _SHORTER_COLUMNS]
        shortest = [half for half in halved if half.key in _SHORTEST_COLUMNS]
        return [*(in_columns(blocks, 3, width=_COLUMN) for blocks in (short, halved, shorter, shortest)), []]

    @property
    def short_foot(self) -> list[list[Block]]:
        """The foot of such a face."""
        return [[block.shortened for block in self._blocks(keys)] for keys in _SHORT_FOOT]

    @property
    def short_support(self) -> list[Block]:
        """What stands beside the emblem on such a face: the statement; all is said on the sheet that follows."""
        return [block.shortened for block in self.support]

    @property
    def table(self) -> list[Block]:
        """Everything, in its order."""
        return list(self.blocks.values())

    def _blocks(self, keys: Sequence[str]) -> list[Block]:
        return [self.blocks[key] for key in keys if key in self.blocks]


def sheet_of(payload: Mapping[str, Any], language: str) -> Sheet:
    """Return what is printed of a certificate in a language. Payloads of schema 1 have fewer words, and no labels."""
    text = text_for(payload, language)
    lines = text["lines"]
    blocks = _blocks_of(text) if "elements" in text else _blocks_of_schema_1(payload, text)
    issuer_name = payload["issuer"]["name"] or payload["issuer"]["site"]
    country = blocks.get("country")
    base_url = payload["address"].partition("/{language}/")[0]
    look = payload.get("layout") or LOOKS[0]
    emblem = payload.get("emblem")
    height = emblem_height(emblem, PRINT) if emblem else 0
    return Sheet(
        language=text["words"],
        course_language=text["language"] if text["language"] != text["words"] else "",
        look=look if look in LOOKS else LOOKS[0],
        stamp="SAMPLE" if payload.get("is_sample") else "DEMO" if payload["is_demo"] else "",
        warning=lines.get("sample", "") if payload.get("is_sample") else lines["demo"],
        kind=lines["kind"],
        says=lines["says"],
        joined=lines["joined"],
        name=payload["holder"]["name"],
        title=text["title"],
        statement=statement_of(text) if "elements" in text else "",  # else it is among the lines
        number=payload["number"],
        author=lines["issuer"],
        issuer_name=issuer_name,
        issuer_country=country.values[0].text if country and payload["issuer"]["name"] else "",
        issued_at=payload["issued_at"],
        address=address_for(payload, language),
        verify_link=f"{base_url}/{language}/verify/",
        check_label=lines["check"],
        qr_label=lines["qr"],
        blocks=blocks,
        emblem_name=emblem["name"] if emblem else "",
        emblem_height=f"{height:.2f}" if emblem else "",
        emblem_cell=f"{height * emblem['width'] / emblem['height'] + _AFTER_EMBLEM:.2f}" if emblem else "",
    )


def in_columns(blocks: Sequence[Block], count: int, *, width: int) -> list[list[Block]]:
    """Return the blocks, in their order, in at most so many columns whose longest is as short as can be.

    `width` is about how many characters a line of a column holds.
    """
    heights = [block.lines(width) for block in blocks]
    cuts = min(
        combinations_with_replacement(range(len(blocks) + 1), count - 1),
        key=lambda cuts: max(sum(heights[start:end]) for start, end in pairwise((0, *cuts, len(blocks)))),
    )
    columns = (list(blocks[start:end]) for start, end in pairwise((0, *cuts, len(blocks))))
    return [column for column in columns if column]


def is_right_to_left(text: str) -> bool:
    """Return whether a text runs from right to left: by its first letter that has a direction (UAX #9, rule P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((kind in _RIGHT_TO_LEFT for kind in directions if kind == "L" or kind in _RIGHT_TO_LEFT), False)


def _blocks_of(text: Mapping[str, Any]) -> dict[str, Block]:
    """Return elements and notes by key; what is said of one thing in two languages stands under one label."""
    blocks: dict[str, Block] = {}
    for line in (*text["elements"], *text["notes"]):
        values = tuple(Value(value, line.get("language", "")) for value in line["values"])
        before = blocks.get(line["key"])
        if values:
            blocks[line["key"]] = Block(line["key"], line["label"], (*before.values, *values) if before else values)
    return blocks


def _blocks_of_schema_1(payload: Mapping[str, Any], text: Mapping[str, Any]) -> dict[str, Block]:
    lines = text["lines"]
    course_language = text["language"] if text["language"] != text["words"] else ""
    found = {
        "learner": ("", [Value(payload["holder"]["name"])]),
        "title": ("", [Value(text["title"], course_language)]),
        "outcomes": (
            lines["outcomes_title"],
            [Value(outcome["text"], course_language) for outcome in text["outcomes"]],
        ),
        "assessment": (
            lines["how_title"],
            [
                Value(statement_of(text), course_language),
                *(Value(lines[key]) for key in ("steps", "pass_marks", "completed", "supervision", "assessment")),
            ],
        ),
        "workload": (lines["size_title"], [Value(lines[key]) for key in ("hours", "level", "competences")]),
        "awarding_body": ("", [Value(lines["issuer"])]),
        "issued": ("", [Value(lines["issued"]), Value(lines["validity"])]),
        "is_not": ("", [Value(lines[key]) for key in ("edition", "languages", "quality", "is_not")]),
        "signatory": ("", [Value(text["signatory"]["name"]), Value(text["signatory"]["role"], course_language)]),
    }
    return {
        key: Block(key, label, values)
        for key, (label, given) in found.items()
        if (values := tuple(value for value in given if value.text))
    }
