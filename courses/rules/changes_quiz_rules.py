"""What changes of the rules of a quiz: of two frozen bodies all of them, of two manifests those that they name."""

from collections.abc import Iterator, Mapping
from typing import Any

from courses.rules.changed import Change, ChangeKind
from courses.rules.drawing import asked_count
from courses.rules.quiz_rules import DEFAULTS, IN_OUTLINE


def changes_of_rules(old: Mapping[str, Any], new: Mapping[str, Any], *, key: str, title: str) -> Iterator[Change]:
    """Yield a change for each rule that is another, from the bodies of two quizzes or from their entries in manifests."""
    for rule, default in DEFAULTS.items():
        before, after = old.get(rule, default), new.get(rule, default)
        if before != after:
            values = {"title": title, "rule": rule, "old": before, "new": after}
            yield Change(ChangeKind.QUIZ_RULE, key, values=values)


def changes_of_draws(old: Mapping[str, Any], new: Mapping[str, Any], *, key: str, title: str) -> Iterator[Change]:
    """Yield a change where the draws of two frozen quizzes differ, with how many questions a try asks."""
    if old.get("draws") != new.get("draws"):
        values = {"title": title, "old": asked_count(old), "new": asked_count(new)}
        yield Change(ChangeKind.DRAWS, key, values=values)


def differs_in_outline(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Return whether a rule that manifests name is another in two of their entries."""
    return any(old.get(rule, DEFAULTS[rule]) != new.get(rule, DEFAULTS[rule]) for rule in IN_OUTLINE)
