"""When the certificate of a learning path is earned: every course of an edition of it done, in any order (decision 0021)."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from certificates.rules.due import ACHIEVEMENT, PARTICIPATION


@dataclass(frozen=True, slots=True)
class Span:
    """An edition of a path for as long as it was offered; `until` is None while it is. `edition` is its row."""

    edition: int
    courses: tuple[str, ...]
    kinds: frozenset[str]
    until: datetime | None


@dataclass(frozen=True, slots=True)
class CourseDone:
    """A course that somebody completed, or achieved, at a moment, in an enrolment of a cycle."""

    course: str
    enrolment: int
    cycle: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Earned:
    """An edition of a path that somebody earned. `done` in the order of the path."""

    edition: int
    cycle: int
    done: tuple[CourseDone, ...]

    @property
    def last(self) -> CourseDone:
        """The course that was done last: with it the path was earned."""
        return max(self.done, key=lambda entry: (entry.at, entry.enrolment))


def earned(spans: Sequence[Span], done: Iterable[CourseDone], *, kind: str, cycle: int = 1) -> Earned | None:
    """Return the latest edition, of those that offer this kind, of which every course was done while it was offered.

    In any order, and before the path was published too; a path without courses is earned by nobody. What somebody did
    before an edition ended stays theirs, whatever a later edition asks for. `cycle`: each course in an enrolment of this
    cycle or a later one, as after certifying again; of several the one done first counts.
    """
    first: dict[str, CourseDone] = {}
    for entry in sorted(done, key=lambda entry: (entry.at, entry.enrolment)):
        if entry.cycle >= cycle:
            first.setdefault(entry.course, entry)
    for span in sorted(spans, key=lambda span: span.edition, reverse=True):
        if kind not in span.kinds or not span.courses or not first.keys() >= set(span.courses):
            continue
        found = Earned(span.edition, cycle, tuple(first[course] for course in span.courses))
        if span.until is None or found.last.at <= span.until:
            return found
    return None


def due_of_path(
    spans: Sequence[Span],
    *,
    completed: Iterable[CourseDone],
    achieved: Iterable[CourseDone],
    issued: Set[tuple[str, int]],
    renewable: Set[str],
) -> tuple[str, Earned] | None:
    """Return the certificate of a path that is due to somebody, as kind and what earned it; None where none is.

    `completed` and `achieved` are their courses that are complete, and those they hold a certificate of achievement of.
    `issued` are the kinds and cycles that they have. `renewable` kinds are issued again in a later cycle.
    Achievement says all that participation does: who earns both at once gets the one, who has participation keeps it.
    """
    complete, shown = list(completed), list(achieved)
    for kind, done in ((ACHIEVEMENT, shown), (PARTICIPATION, complete)):
        cycles = sorted({entry.cycle for entry in done}, reverse=True) if kind in renewable else [1]
        for cycle in cycles:
            found = earned(spans, done, kind=kind, cycle=cycle)
            if found is None:
                continue
            has = any(known == kind and its_cycle >= cycle for known, its_cycle in issued)
            if not has and not (kind == PARTICIPATION and _has_achievement(issued, cycle)):
                return kind, found
            break
    return None


def _has_achievement(issued: Set[tuple[str, int]], cycle: int) -> bool:
    return any(kind == ACHIEVEMENT and its_cycle >= cycle for kind, its_cycle in issued)
