"""The question bank as freezing reads it: what is published of each question, in which languages, with which tags.

A question of the bank is the same question in every quiz and language: its id is its key. Its kind, options, right
answers and points are those of the text that was made first; other languages give words only. It is there for quizzes
while that first text is published.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Raw = Mapping[str, Any]

ONE = "bank_question"
BY_TAG = "bank_questions"
"""The blocks of a quiz that take questions from the bank: one of them, or all with a tag."""


@dataclass(frozen=True, slots=True)
class BankRow:
    """One language text of a bank question as it is published. `block` is its raw block, None while it has none."""

    number: int
    key: str
    language: str
    title: str
    is_live: bool
    tags: tuple[str, ...]
    block: Raw | None


@dataclass(frozen=True, slots=True)
class BankEntry:
    """A question that quizzes can take. `blocks` by language, that of `language`, which gives the rules, among them."""

    key: str
    title: str
    language: str
    tags: tuple[str, ...]
    blocks: Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Bank:
    """What quizzes refer to in the bank. `keys` and `titles` by row number, of questions that are not published too.

    `entries` by key, in the order in which they were made.
    """

    keys: Mapping[int, str] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)
    entries: Mapping[str, BankEntry] = field(default_factory=dict)

    def with_tag(self, tag: str) -> list[BankEntry]:
        """Return the questions with a tag, in the order in which they were made."""
        return [entry for entry in self.entries.values() if tag in entry.tags]

    def taken(self, numbers: Iterable[int], tags: Iterable[str]) -> set[str]:
        """Return the keys of the questions that are taken one by one by row number, or by a tag."""
        chosen = {self.keys[number] for number in numbers if number in self.keys}
        return chosen.union(*({entry.key for entry in self.with_tag(tag)} for tag in tags))


def bank_of(rows: Iterable[BankRow]) -> Bank:
    """Return the bank that published rows make. The row of a key with the smallest number was made first."""
    ordered = sorted(rows, key=lambda row: row.number)
    texts: dict[str, list[BankRow]] = {}
    for row in ordered:
        texts.setdefault(row.key, []).append(row)
    return Bank(
        keys={row.number: row.key for row in ordered},
        titles={row.number: row.title for row in ordered},
        entries={
            key: BankEntry(
                key=key,
                title=found[0].title,
                language=found[0].language,
                tags=found[0].tags,
                blocks={row.language: row.block for row in found if row.is_live and row.block is not None},
            )
            for key, found in texts.items()
            if found[0].is_live and found[0].block is not None
        },
    )


def taken_by(columns: Raw) -> tuple[set[int], set[str]]:
    """Return what the raw columns of a quiz take from the bank: row numbers, and tags."""
    numbers: set[int] = set()
    tags: set[str] = set()
    for block in columns.get("questions") or []:
        if not isinstance(block, Mapping) or not isinstance(block.get("value"), Mapping):
            continue
        if block.get("type") == ONE:
            number = block["value"].get("question")
            if isinstance(number, int) and not isinstance(number, bool):
                numbers.add(number)
        elif block.get("type") == BY_TAG:
            tag = one_tag(str(block["value"].get("tag") or ""))
            if tag:
                tags.add(tag)
    return numbers, tags


def one_tag(text: str) -> str:
    """Return a tag as it is compared: in small letters, one space between words.

    >>> one_tag("  Module   1 ")
    'module 1'
    """
    return " ".join(text.lower().split())
