"""Practice: a quiz answered for oneself. Nothing of it is recorded, so all there is to know goes along with the page."""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Practice:
    """Where somebody is in a practice: of which version (SHA-256), with which seed, and at which question, from 1.

    `points` of `possible` were earned by the questions before.
    """

    version: str
    seed: str
    number: int = 1
    points: int = 0
    possible: int = 0

    def after(self, *, points: int, worth: int) -> "Practice":
        """Return where somebody is after an answer that earned `points` of `worth`."""
        return replace(self, number=self.number + 1, points=self.points + points, possible=self.possible + worth)

    def as_json(self) -> list[Any]:
        return [self.version, self.seed, self.number, self.points, self.possible]

    @classmethod
    def from_json(cls, values: list[Any]) -> "Practice":
        """Return what `as_json` gave."""
        return cls(*values)
