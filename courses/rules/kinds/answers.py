"""What a learner gives, and how much of it is right: values that every kind of question shares."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is stored. Without either it is none: not answered, or "I am not sure".

    `options` holds chosen option ids; of ordering and matching `<option id>:<target id>`. `text` is what was written;
    a number is decimal text with a point, whatever the language it was typed in.
    """

    options: frozenset[str] = frozenset()
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.options or self.text)


@dataclass(frozen=True, slots=True)
class Parts:
    """How many parts of an answer are right and wrong, of how many that can be right."""

    right: int
    wrong: int
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether all is right and nothing wrong."""
        return self.right == self.total and not self.wrong


class NotAnAnswer(Exception):
    """What was sent is no answer to the question; `words` is an English text for gettext, `values` fills its places."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words)
        self.words = words
        self.values = values
