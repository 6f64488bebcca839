"""Assignments, from a file into the columns of their page and the raw rubric; like questions of quizzes (`questions`)."""

from typing import Any
from uuid import UUID

from portal.loading.fields import Node, check_unique
from portal.loading.identity import inner_id


def assignment_values(node: Node) -> dict[str, Any]:
    """Return the columns of an assignment beyond its title, credit and rubric."""
    values = {
        "task": node.html("html"),
        "pass_mark": node.whole("pass_mark", low=1, high=100),
        "takes_text": node.flag("takes_text", default=True),
        "max_files": node.whole("max_files", low=0, high=10, default=3),
        "needs_second_assessor": node.flag("needs_second_assessor", default=False),
        "needed_for_achievement": node.flag("needed_for_achievement", default=False),
        "waits_for_quizzes": node.flag("waits_for_quizzes", default=False),
    }
    if not values["takes_text"] and not values["max_files"]:
        node.problem("takes_text", "Nothing could be handed in: let people write a text, or hand in a file.")
    return values


def read_rubric(nodes: list[Node], *, page_key: UUID) -> list[dict[str, Any]]:
    """Return the raw criteria of a rubric."""
    if nodes:
        check_unique(nodes, nodes[0].problems)
    return [_criterion(node, page_key) for node in nodes]


def _criterion(node: Node, page_key: UUID) -> dict[str, Any]:
    block_id = inner_id(page_key, node.text("id", longest=64))
    levels = node.nodes("levels", least=2)
    check_unique(levels, node.problems)
    value = {
        "title": node.text("title", longest=160),
        "description": node.text("description", longest=600, default=""),
        "levels": [_level(level, block_id) for level in levels],
    }
    if levels and len({level.content.get("points") for level in levels}) < 2:
        node.problem("levels", "At least two levels must be worth different points.")
    node.finish()
    return {"type": "criterion", "id": block_id, "value": value}


def _level(node: Node, block_id: str) -> dict[str, Any]:
    value = {
        "title": node.text("title", longest=80),
        "description": node.text("description", longest=600),
        "points": node.whole("points", low=0, high=100),
    }
    level_id = inner_id(block_id, "levels", node.text("id", longest=64))
    node.finish()
    return {"type": "item", "id": level_id, "value": value}
