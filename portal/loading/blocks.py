"""Blocks of lessons and quizzes, from a file into the raw form that a StreamField holds (`questions` has the kinds).

Pictures, files and lessons are still names here (`picture: four-words`); `portal.loading.courses` puts the row numbers
in when they exist. Every entry of a list gets an id: without one, all options of a question would share one identity.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings

from portal.loading.fields import Node, check_unique
from portal.loading.identity import inner_id
from portal.loading.questions import QUESTION_KINDS, listed, read_question

RawBlock = dict[str, Any]


def read_lesson_blocks(nodes: list[Node], *, page_key: UUID) -> list[RawBlock]:
    """Return the blocks of a lesson."""
    if nodes:
        check_unique(nodes, nodes[0].problems)
    return [_read(node, list(_LESSON_BLOCKS), _lesson_block, page_key) for node in nodes]


def read_questions(nodes: list[Node], *, page_key: UUID, own_only: bool = False) -> list[RawBlock]:
    """Return the questions of a quiz: its own, and unless `own_only` those that it takes from the bank."""
    if nodes:
        check_unique(nodes, nodes[0].problems)
    kinds = list(QUESTION_KINDS) if own_only else [*QUESTION_KINDS, *_FROM_BANK]
    return [_read(node, kinds, _question, page_key) for node in nodes]


def read_draws(nodes: list[Node], *, page_key: UUID) -> list[RawBlock]:
    """Return the draws of a quiz. An outcome is the `id` of one of the course."""
    draws: list[RawBlock] = []
    for place, node in enumerate(nodes):
        by = node.choice("by", ["all", "tag", "outcome"], default="all")
        value = {
            "count": node.whole("count", low=1, high=200),
            "by": by,
            "tag": node.text("tag", longest=60) if by == "tag" else "",
            "outcome": node.text("outcome", longest=64) if by == "outcome" else "",
        }
        node.finish()
        draws.append({"type": "draw", "id": inner_id(page_key, "draws", place), "value": value})
    return draws


def _question(node: Node, block_id: str, kind: str) -> dict[str, Any]:
    if kind in _FROM_BANK:
        return {name: node.text(field, longest=160) for name, field in _FROM_BANK[kind].items()}
    return read_question(node, block_id, kind)


_FROM_BANK = {"bank_question": {"question": "from_bank"}, "bank_questions": {"tag": "tag"}}


def _read(node: Node, kinds: list[str], read: Callable[[Node, str, str], dict[str, Any]], page_key: UUID) -> RawBlock:
    block_id = inner_id(page_key, node.text("id", longest=64))
    kind = node.choice("type", kinds)
    value = read(node, block_id, kind) if kind in kinds else {}
    if kind in kinds:
        node.finish()
    return {"type": kind, "value": value, "id": block_id}


def _lesson_block(node: Node, block_id: str, kind: str) -> dict[str, Any]:
    return _LESSON_BLOCKS[kind](node, block_id)


def _finished(node: Node, value: dict[str, Any]) -> dict[str, Any]:
    node.finish()
    return value


def _key_words(node: Node, block_id: str) -> dict[str, Any]:
    words = [
        _finished(word, {"word": word.text("word", longest=80), "meaning": word.text("meaning", longest=300)})
        for word in node.nodes("words")
    ]
    if len(words) > 5:
        node.problem("words", "At most five words help; there are more.")
    return {"words": listed(block_id, "words", words)}


def _heading(node: Node, block_id: str) -> dict[str, Any]:
    return {"text": node.text("text", longest=160)}


def _rich_text(node: Node, block_id: str) -> dict[str, Any]:
    return {"html": node.html("html"), **_part_language(node)}


def _part_language(node: Node) -> dict[str, str]:
    """Return the language of a passage, where it is another one than the page's."""
    language = node.choice("language", [code for code, _name in settings.LANGUAGES], default="")
    return {"language": language} if language else {}


def _image(node: Node, block_id: str) -> dict[str, Any]:
    value = {
        "picture": node.text("picture", longest=64),
        "alt": node.text("alt", longest=300, default=""),
        "decorative": node.flag("decorative", default=False),
        "caption": node.text("caption", longest=300, default=""),
    }
    if bool(value["alt"]) == value["decorative"]:
        node.problem("alt", "Say what the picture shows, or `decorative: true`: one of the two.")
    return value


def _table(node: Node, block_id: str) -> dict[str, Any]:
    columns = node.texts("columns", longest=120, least=2)
    rows = []
    for place, row in enumerate(node.entries("rows")):
        if not isinstance(row, list) or len(row) != len(columns) or not all(isinstance(cell, str) for cell in row):
            node.problem(f"rows[{place}]", f"A row is a list of {len(columns)} texts, as many as there are columns.")
            continue
        rows.append(listed(inner_id(block_id, "rows", place), "cells", row))
    return {
        "caption": node.text("caption", longest=200),
        "columns": listed(block_id, "columns", columns),
        "rows": listed(block_id, "rows", rows),
    }


def _callout(node: Node, block_id: str) -> dict[str, Any]:
    return {
        "tone": node.choice("tone", ["note", "tip", "careful"]),
        "title": node.text("title", longest=120),
        "html": node.html("html"),
        **_part_language(node),
    }


def _steps(node: Node, block_id: str) -> dict[str, Any]:
    steps = [
        _finished(step, {"title": step.text("title", longest=160), "html": step.html("html", default="")})
        for step in node.nodes("steps")
    ]
    return {"title": node.text("title", longest=160, default=""), "steps": listed(block_id, "steps", steps)}


def _checklist(node: Node, block_id: str) -> dict[str, Any]:
    return {
        "title": node.text("title", longest=160, default=""),
        "entries": listed(block_id, "entries", node.texts("entries")),
    }


def _quote(node: Node, block_id: str) -> dict[str, Any]:
    said = {"text": node.text("text", longest=2000), "source": node.text("source", longest=200, default="")}
    return {**said, **_part_language(node)}


def _self_check(node: Node, block_id: str) -> dict[str, Any]:
    return {
        "question": node.text("question", longest=1000),
        "options": listed(block_id, "options", node.texts("options", least=0)),
        "html": node.html("html"),
    }


def _do_at_work(node: Node, block_id: str) -> dict[str, Any]:
    steps = node.texts("steps")
    if len(steps) > 3:
        node.problem("steps", "At most three steps fit into a working day; there are more.")
    return {
        "steps": listed(block_id, "steps", steps),
        "html": node.html("html", default=""),
        "minutes": node.whole("minutes", low=1, high=240, default=None),
    }


def _video_link(node: Node, block_id: str) -> dict[str, Any]:
    url = node.text("url", longest=500)
    if not url.startswith("https://"):
        node.problem("url", "The address of a video begins with https://.")
    return {
        "title": node.text("title", longest=160),
        "url": url,
        "transcript": node.html("transcript", default=""),
        "minutes": node.whole("minutes", low=1, high=240, default=None),
    }


def _download(node: Node, block_id: str) -> dict[str, Any]:
    return {
        "title": node.text("title", longest=160),
        "file": node.text("file", longest=200),
        "description": node.text("description", longest=300, default=""),
    }


_LESSON_BLOCKS: dict[str, Callable[[Node, str], dict[str, Any]]] = {
    "key_words": _key_words,
    "heading": _heading,
    "rich_text": _rich_text,
    "image": _image,
    "table": _table,
    "callout": _callout,
    "steps": _steps,
    "checklist": _checklist,
    "quote": _quote,
    "self_check": _self_check,
    "do_at_work": _do_at_work,
    "video_link": _video_link,
    "download": _download,
}
