"""Which certificates a complete course earns (decision 0022)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from courses.rules.outline import Outline, OutlineItem

ACHIEVEMENT = "achievement"
PARTICIPATION = "participation"


@dataclass(frozen=True, slots=True)
class Offered:
    """The kinds that an edition gives, and the items that achievement needs."""

    kinds: frozenset[str]
    needed: frozenset[str]


def offered_by(manifest: Mapping[str, Any]) -> Offered:
    """Return what the edition with this manifest gives."""
    source = manifest["source_language"]
    return Offered(
        kinds=frozenset(
            (entry["texts"].get(source) or next(iter(entry["texts"].values())))["kind"]
            for entry in manifest["course"]["certificates"]
        ),
        needed=frozenset(item["key"] for item in manifest["items"] if item.get("needed_for_achievement")),
    )


def gives_more(now: Offered, before: Offered) -> bool:
    """Return whether an edition may owe a certificate to somebody to whom the one before it owed none.

    It gives another kind, or achievement no longer for all that was needed before.
    """
    if now.kinds - before.kinds:
        return True
    return ACHIEVEMENT in now.kinds and not (before.needed and before.needed <= now.needed)


def kinds_due(*, offered: Set[str], needed: Set[str], passed: Set[str], issued: Set[str]) -> tuple[str, ...]:
    """Return the kinds that are due to who completed the course and said their name.

    `offered` are the kinds that the course gives, `needed` the items needed for achievement in the edition that gives
    it, `passed` the items that were passed, `issued` the kinds that the enrolment has already.
    Achievement says all that participation does: who earns both at once gets the one, who has participation keeps it.
    """
    achieves = ACHIEVEMENT in offered and is_achieved(needed=needed, passed=passed)
    if achieves or ACHIEVEMENT in issued:
        return () if ACHIEVEMENT in issued else (ACHIEVEMENT,)
    return (PARTICIPATION,) if PARTICIPATION in offered - issued else ()


def is_achieved(*, needed: Set[str], passed: Set[str]) -> bool:
    """Return whether everything that is needed was passed. Where nothing is needed, nothing was assessed."""
    return bool(needed) and needed <= passed


def missing_items(outline: Outline, done: Set[str]) -> tuple[OutlineItem, ...]:
    """Return what is needed for achievement and not passed yet, in the order of the course."""
    return tuple(item for item in outline.items if item.needed_for_achievement and item.key not in done)
