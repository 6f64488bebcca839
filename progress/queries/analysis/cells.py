"""What was answered to a question version, as cells: how often, or that it is not said because few people are behind it."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.rendering import question_text
from courses.rules.kinds.numeric import decimal_mark
from courses.rules.kinds.pairs import token
from progress.queries.analysis.tallying import Tally
from progress.rules.analysis import SMALL, is_few, suppressed

MOST_TEXTS = 12
"""Different texts that are told apart, the most frequent first; the rest are together."""

_UNSURE, _BLANK, _OTHERS = "\0unsure", "\0blank", "\0others"


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer and how often it was given. `count` is None where it is not said. `is_right` is None for no answer."""

    label: str
    count: int | None
    is_right: bool | None = None

    @property
    def is_hidden(self) -> bool:
        return self.count is None


@dataclass(frozen=True, slots=True)
class Part:
    """What was answered where one thing was asked: of most questions all, of pairs each entry. `name` may be ""."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def has_hidden(self) -> bool:
        return any(cell.is_hidden for cell in self.cells)


def parts_of(tally: Tally) -> tuple[Part, ...]:
    """Return the answers to a question version in cells. Nothing of fewer than 5 answers."""
    if tally.asked < SMALL:
        return ()
    kind = tally.question["kind"]
    if kind == "multiple_choice":
        return (_ticks(tally), _answered(tally))
    if kind in {"ordering", "matching"}:
        return (*_pairs(tally), _answered(tally))
    if kind == "open_answer":
        return (_answered(tally),)
    return (_texts(tally),) if kind in {"numeric", "short_text"} else (_choices(tally),)


def chart_cells(tally: Tally, parts: Iterable[Part]) -> tuple[Cell, ...]:
    """Return the cells of the chart: of pairs the right one of each entry, else all of the first part."""
    parts = tuple(parts)
    if tally.question["kind"] in {"ordering", "matching"}:
        return tuple(
            Cell(f"{part.name} \N{EN DASH} {cell.label}", cell.count, is_right=True)
            for part in parts
            for cell in part.cells
            if cell.is_right
        )
    return parts[0].cells if parts else ()


def weighed_parts(tally: Tally) -> list[list[tuple[int, bool]]]:
    """Return how often what was right and what was wrong was given, for `reasons_to_look`: unrounded, never shown."""
    correct = set(tally.key["correct"])
    kind = tally.question["kind"]
    if kind in {"ordering", "matching"}:
        return [
            [(tally.chosen[entry], entry in correct) for entry in _tokens(tally, option["id"])]
            for option in tally.question["options"]
        ]
    if kind in {"numeric", "short_text"}:
        right = sum(count for (_text, is_right), count in tally.written.items() if is_right)
        return [
            [(right, True), *((count, False) for (_text, is_right), count in tally.written.items() if not is_right)]
        ]
    return [[(tally.chosen[option["id"]], option["id"] in correct) for option in tally.question["options"]]]


def _choices(tally: Tally) -> Part:
    right = set(tally.key["correct"])
    labels = _option_texts(tally)
    counts = {option: tally.chosen[option] for option in labels} | {_UNSURE: tally.unsure, _BLANK: tally.blank}
    hidden = suppressed(counts, right)
    cells = [
        Cell(text, None if option in hidden else counts[option], is_right=option in right)
        for option, text in labels.items()
    ]
    return Part("", (*cells, *_none(counts, hidden)))


def _ticks(tally: Tally) -> Part:
    right = set(tally.key["correct"])
    return Part(
        "",
        tuple(
            Cell(
                text,
                None if is_few(tally.chosen[option], tally.asked) else tally.chosen[option],
                is_right=option in right,
            )
            for option, text in _option_texts(tally).items()
        ),
    )


def _pairs(tally: Tally) -> list[Part]:
    right = set(tally.key["correct"])
    targets = {target["id"]: target["text"] for target in tally.question.get("targets", [])}
    parts = []
    for option, text in _option_texts(tally).items():
        tokens = _tokens(tally, option)
        counts = {entry: tally.chosen[entry] for entry in tokens}
        counts[_BLANK] = tally.asked - sum(counts.values())
        hidden = suppressed(counts, right)
        cells = [
            Cell(
                targets.get(target) or _("place %(number)s") % {"number": target},
                None if entry in hidden else counts[entry],
                is_right=entry in right,
            )
            for entry, target in tokens.items()
            if counts[entry] or entry in right
        ]
        left = Cell(_("Nothing chosen"), None if _BLANK in hidden else counts[_BLANK])
        parts.append(Part(text, (*cells, left)))
    return parts


def _texts(tally: Tally) -> Part:
    counts: dict[tuple[str, bool] | str, int] = dict(tally.written)
    counts |= {_UNSURE: tally.unsure, _BLANK: tally.blank}
    right = {answer for answer in tally.written if answer[1]}
    hidden = suppressed(counts, right)
    said = sorted((answer for answer in tally.written if answer not in hidden), key=lambda answer: -counts[answer])
    cells = [Cell(_written(tally, text), counts[text, is_right], is_right) for text, is_right in said[:MOST_TEXTS]]
    rest = sum(count for answer, count in tally.written.items() if answer in hidden or answer in said[MOST_TEXTS:])
    if rest:
        # With the other two hidden, what is left of the sum is no more than theirs.
        is_hidden = 0 < rest < SMALL or bool(hidden & {_UNSURE, _BLANK})
        cells.append(Cell(_("Other answers"), None if is_hidden else rest))
    return Part("", (*cells, *_none(counts, hidden)))


def _answered(tally: Tally) -> Part:
    counts = {_OTHERS: tally.given, _UNSURE: tally.unsure, _BLANK: tally.blank}
    hidden = suppressed(counts)
    given = Cell(_("Answered"), None if _OTHERS in hidden else tally.given)
    return Part(_("How many answered"), (given, *_none(counts, hidden)))


def _none(counts: Mapping[Any, int], hidden: Set[Any]) -> tuple[Cell, Cell]:
    return (
        Cell(_("I am not sure"), None if _UNSURE in hidden else counts[_UNSURE]),
        Cell(_("Not answered"), None if _BLANK in hidden else counts[_BLANK]),
    )


def _option_texts(tally: Tally) -> dict[str, str]:
    return {option["id"]: option["text"] for option in question_text(tally.question)["options"]}


def _tokens(tally: Tally, option: str) -> dict[str, str]:
    """Return the targets that an entry can be paired with, by the token of the pair."""
    targets = tally.question.get("targets")
    ids = (
        [target["id"] for target in targets]
        if targets
        else [str(place) for place in range(1, len(tally.question["options"]) + 1)]
    )
    return {token(option, target): target for target in ids}


def _written(tally: Tally, text: str) -> str:
    if tally.question["kind"] != "numeric":
        return text
    number = text.replace(".", decimal_mark(get_language() or "en"))
    return f"{number} {tally.question['unit']}" if tally.question.get("unit") else number
