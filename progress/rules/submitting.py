"""Whether a person may begin, or hand in, a round of an assignment."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from courses.rules.outline import Outline, OutlineItem
from progress.rules.attempts import waits_for
from progress.rules.judging import SubmissionState

MAX_CHARACTERS = 50_000
"""Of a text: about 25 printed pages."""


class Obstacle(StrEnum):
    """Why a round cannot be begun."""

    WAITS_FOR_QUIZZES = "waits-for-quizzes"
    BEING_JUDGED = "being-judged"
    PASSED = "passed"
    TAKEN_OUT = "taken-out"


class Lack(StrEnum):
    """What a round lacks that is to be handed in."""

    TEXT = "text"
    FILE = "file"
    TEXT_OR_FILE = "text-or-file"


@dataclass(frozen=True, slots=True)
class Hindrances:
    """Why a round cannot be begun; none means that it may. `quizzes` are those to pass first."""

    reasons: tuple[Obstacle, ...]
    quizzes: tuple[str, ...] = ()


def hindrances(
    item: OutlineItem, outline: Outline, *, start: int, done: Set[str], last: SubmissionState | None
) -> Hindrances:
    """Return why a round of an assignment cannot be begun now. `last` is the state of the latest round, if there is one.

    Work that was given back, or was not passed, may be handed in anew, as often as it takes (decision 0018).
    """
    reasons = []
    if item.removed:
        reasons.append(Obstacle.TAKEN_OUT)
    if last is SubmissionState.SUBMITTED:
        reasons.append(Obstacle.BEING_JUDGED)
    if last is SubmissionState.PASSED or item.key in done:
        reasons.append(Obstacle.PASSED)
    quizzes = waits_for(item, outline, start=start, done=done)
    # Who began before the rule came goes on.
    if quizzes and last is None:
        reasons.append(Obstacle.WAITS_FOR_QUIZZES)
    return Hindrances(tuple(reasons), quizzes)


def lack_of(assignment: Mapping[str, Any], *, text: str, file_count: int) -> Lack | None:
    """Return what is missing before a round can be handed in: a text or a file, whatever the assignment takes."""
    takes_text, takes_files = assignment["takes_text"], assignment["max_files"] > 0
    if file_count or (takes_text and text.strip()):
        return None
    if takes_text and takes_files:
        return Lack.TEXT_OR_FILE
    return Lack.TEXT if takes_text else Lack.FILE
