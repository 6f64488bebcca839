"""The kinds of question: how each is frozen, asked, answered and marked. `docs/question-kinds.md` shows how to add one.

kind_of("matching").points(key, Answer(frozenset({"a:1", "b:2"})))
"""

from collections.abc import Mapping
from typing import Any

from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, marking_of
from courses.rules.kinds.choice import MultipleChoice, SingleChoice, TrueFalse
from courses.rules.kinds.numeric import Numeric
from courses.rules.kinds.open_answer import OpenAnswer
from courses.rules.kinds.pairs import Matching, Ordering
from courses.rules.kinds.short_text import ShortText

__all__ = ["KINDS", "Answer", "Kind", "NotAnAnswer", "Parts", "UnknownKind", "kind_of", "marking_of"]

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        SingleChoice(),
        MultipleChoice(),
        TrueFalse(),
        Ordering(),
        Matching(),
        Numeric(),
        ShortText(),
        OpenAnswer(),
    )
}
"""Every kind by its name, in the order in which editors are offered them."""


class UnknownKind(Exception):
    """No rule is known for a kind of question: the record is newer than the code that reads it."""


def kind_of(question: Mapping[str, Any] | str) -> Kind:
    """Return the rules of a question (frozen, its key, or an entry of a form), or of a name.

    :raises UnknownKind: if there are none.
    """
    name = question if isinstance(question, str) else question["kind"]
    try:
        return KINDS[name]
    except KeyError as error:
        raise UnknownKind(name) from error
