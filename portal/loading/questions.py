"""Questions of quizzes, from a file into the raw form that a StreamField holds; like blocks of lessons (`blocks`)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from courses.rules.frameworks import competence_exists
from courses.rules.kinds.numeric import canonical_number
from portal.loading.fields import Node, check_unique
from portal.loading.identity import inner_id

Read = Callable[[Node, str], dict[str, Any]]


def read_question(node: Node, block_id: str, kind: str) -> dict[str, Any]:
    """Return the raw value of a question of a kind that `QUESTION_KINDS` has."""
    return {**_common(node), **QUESTION_KINDS[kind](node, block_id)}


def listed(block_id: str, name: str, values: list[Any]) -> list[dict[str, Any]]:
    """Return the raw entries of a list block. Their ids are made from their places."""
    return [
        {"type": "item", "value": value, "id": inner_id(block_id, name, place)} for place, value in enumerate(values)
    ]


def _common(node: Node) -> dict[str, Any]:
    value = {
        "text": node.text("text", longest=2000),
        "html": node.html("html", default=""),
        "feedback": node.text("feedback", longest=2000, default=""),
        "lesson": node.text("lesson", longest=255, default=""),
        "section": node.text("section", longest=64, default=""),
        "points": node.whole("points", low=1, high=100, default=1),
    }
    extras = {
        "hint": node.text("hint", longest=1000, default=""),
        "picture": node.text("picture", longest=64, default=""),
        "alt": node.text("alt", longest=300, default=""),
        "decorative": node.flag("decorative", default=False),
        "tags": ", ".join(node.texts("tags", longest=60, least=0)),
        "outcome": node.text("outcome", longest=64, default=""),
        "competence": node.text("competence", longest=60, default=""),
    }
    if extras["picture"] and bool(extras["alt"]) == extras["decorative"]:
        node.problem("alt", "Say what the picture shows, or `decorative: true`: one of the two.")
    if extras["competence"] and not _is_competence(str(extras["competence"])):
        node.problem("competence", "This must be a competence such as digcomp:2.2:4.1.")
    return {**value, **{name: entry for name, entry in extras.items() if entry}}


def _is_competence(text: str) -> bool:
    parts = text.split(":")
    return len(parts) == 3 and competence_exists(*parts)


def _chosen(node: Node, block_id: str) -> dict[str, Any]:
    raw = _entries(
        node,
        block_id,
        most=7,
        read=lambda option, _id: {
            "text": option.text("text", longest=300),
            "correct": option.flag("correct", default=False),
            "feedback": option.text("feedback", longest=2000),
        },
    )
    correct_count = sum(1 for option in raw if option["value"]["correct"])
    if node.content.get("type") == "single_choice" and correct_count != 1:
        node.problem("options", f"Exactly one option has `correct: true` here; there are {correct_count}.")
    if not correct_count:
        node.problem("options", "No option has `correct: true`.")
    return {"options": raw}


def _several(node: Node, block_id: str) -> dict[str, Any]:
    return {**_chosen(node, block_id), **_flags(node, "partial")}


def _true_false(node: Node, block_id: str) -> dict[str, Any]:
    return {
        "answer": "true" if node.flag("answer") else "false",
        "feedback_true": node.text("feedback_true", longest=2000),
        "feedback_false": node.text("feedback_false", longest=2000),
    }


def _ordering(node: Node, block_id: str) -> dict[str, Any]:
    raw = _entries(
        node,
        block_id,
        most=10,
        read=lambda entry, _id: {
            "text": entry.text("text", longest=300),
            "feedback": entry.text("feedback", longest=2000, default=""),
        },
    )
    return {"options": raw, **_flags(node, "partial")}


def _matching(node: Node, block_id: str) -> dict[str, Any]:
    raw = _entries(
        node,
        block_id,
        most=10,
        read=lambda entry, name: {
            "text": entry.text("text", longest=300),
            "match": entry.text("match", longest=200),
            "feedback": entry.text("feedback", longest=2000, default=""),
            "match_id": inner_id(block_id, "matches", name),
        },
    )
    others = node.texts("others", longest=200, least=0)
    if len({*(entry["value"]["match"] for entry in raw), *others}) < 2:
        node.problem("options", "All entries have the same match; at least two different ones are needed.")
    return {"options": raw, "others": listed(block_id, "others", others), **_flags(node, "partial")}


def _numeric(node: Node, block_id: str) -> dict[str, Any]:
    value = {"number": _number(node, "number"), "tolerance": _number(node, "tolerance", default="0")}
    if value["tolerance"].startswith("-"):
        node.problem("tolerance", "How far off an answer may be is 0 or more.")
    return {**value, "unit": node.text("unit", longest=30, default="")}


def _short_text(node: Node, block_id: str) -> dict[str, Any]:
    accepted = listed(block_id, "accepted", node.texts("accepted", longest=200))
    return {"accepted": accepted, **_flags(node, "case", "accents")}


def _open_answer(node: Node, block_id: str) -> dict[str, Any]:
    return {"guidance": node.text("guidance", longest=4000)}


def _entries(
    node: Node, block_id: str, *, most: int, read: Callable[[Node, str], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the raw list of `options`, each with an id of its own."""
    options = node.nodes("options", least=2)
    check_unique(options, node.problems)
    raw = []
    for option in options:
        name = option.text("id", longest=64)
        raw.append({"type": "item", "id": inner_id(block_id, name), "value": read(option, name)})
        option.finish()
    if len(options) > most:
        node.problem("options", f"At most {most} can be read at once; there are more.")
    return raw


def _flags(node: Node, *names: str) -> dict[str, Any]:
    """Return those of these rules that are set."""
    return {name: True for name in names if node.flag(name, default=False)}


def _number(node: Node, name: str, *, default: str | None = None) -> str:
    value = node.take(name) if default is None else node.take(name, default)
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    text = str(value) if isinstance(value, int | str) else f"{Decimal(repr(value)):f}" if is_number else ""
    number = canonical_number(text) if is_number else None
    if number is None and value is not None:
        node.problem(name, f"This must be a number such as 3.5, not {value!r}.")
    return number or "0"


QUESTION_KINDS: dict[str, Read] = {
    "single_choice": _chosen,
    "multiple_choice": _several,
    "true_false": _true_false,
    "ordering": _ordering,
    "matching": _matching,
    "numeric": _numeric,
    "short_text": _short_text,
    "open_answer": _open_answer,
}
