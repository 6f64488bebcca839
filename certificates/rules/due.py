"""Which certificates a complete course earns (decision 0022)."""

from collections.abc import Set

from courses.rules.outline import Outline, OutlineItem

ACHIEVEMENT = "achievement"
PARTICIPATION = "participation"


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
