"""Files of the question bank as plain values: `question-bank/<name>.yaml`, one a topic, and its translations beside it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from foundation.rules.canonical import digest
from portal.loading.blocks import RawBlock, read_questions
from portal.loading.fields import Node
from portal.loading.identity import lasting_id


@dataclass(frozen=True, slots=True)
class BankText:
    """A question of the bank in every language it has a text in. `course`: whose lessons and outcomes it names, or ""."""

    name: str
    key: UUID
    file: str
    title: str
    tags: str
    course: str
    blocks: dict[str, RawBlock]

    def source(self, language: str) -> str:
        """Return what the ledger calls the text in a language."""
        return f"question-bank/{self.name} ({language})"

    def sha256(self, language: str) -> str:
        """Return the digest of all that is said of the question in a language."""
        return digest([self.title, self.tags, self.course, self.blocks[language]])


def bank_key(name: str) -> UUID:
    """Return the lasting key of a question, named `<file>/<id>`."""
    return lasting_id("question-bank", *name.split("/"))


def read_bank(stem: str, texts: list[tuple[str, Node]]) -> list[BankText]:
    """Return the questions of a file, given in each language, the source language first."""
    found: dict[str, dict[str, Any]] = {}
    for language, node in texts:
        title, course = node.text("title", longest=80), node.text("course", longest=64, default="")
        tags = node.texts("tags", longest=60)
        nodes = node.nodes("questions")
        blocks = read_questions(nodes, page_key=lasting_id("question-bank", stem), own_only=True)
        node.finish()
        for entry, block in zip(nodes, blocks, strict=True):
            name = f"{stem}/{entry.content.get('id')}"
            known = found.setdefault(name, {"title": title, "course": course, "tags": tags, "file": node.file})
            known.setdefault("blocks", {})[language] = block
    return [
        BankText(
            name=name,
            key=bank_key(name),
            file=known["file"],
            title=f"{known['title']}: {name.rpartition('/')[2].replace('-', ' ')}",
            tags=", ".join(known["tags"]),
            course=known["course"],
            blocks=known["blocks"],
        )
        for name, known in found.items()
    ]
