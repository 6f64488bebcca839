"""Marking again after the answer key of a quiz changed: five policies, and a way back (DESIGN.md section 4)."""

from enum import StrEnum


class Policy(StrEnum):
    """What becomes of marks that were given by an older key."""

    KEEP = "keep"
    ACCEPT_BOTH = "accept-both"
    NEVER_LOWER = "never-lower"
    DROP = "drop"
    EVEN_IF_LOWER = "even-if-lower"
    AS_FIRST_MARKED = "as-first-marked"


MAY_LOWER = frozenset({Policy.EVEN_IF_LOWER, Policy.AS_FIRST_MARKED})
"""The policies that may take points or a pass away."""
