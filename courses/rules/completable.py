"""Whether a course can be completed: what is refused before it is published (decisions are on values, words come after).

A course is complete when its required steps are done. One with steps of which none is required would never be.
"""

from collections.abc import Iterable, Mapping, Sequence

from courses.rules.freezing import gettext_noop

STEP_LEAVES_NOTHING_REQUIRED = gettext_noop(
    "Nobody could complete the course: none of its steps would be required. Keep this step required, or first publish "
    "another step that is."
)
NOTHING_REQUIRED = gettext_noop(
    "Nobody could complete the course: none of its steps is required. Tick “required” in at least one step first."
)
NEEDS_ITSELF = gettext_noop("A course cannot need itself. Choose another course, or take this entry out.")
CIRCLE = gettext_noop(
    "This goes round in a circle: %(circle)s. Nobody would know where to begin. Take this entry out, or publish one of "
    "the other courses without its own."
)


def nobody_can_complete(required: Iterable[bool]) -> bool:
    """Return whether a course with these steps, each required or not, could never be complete.

    A course without steps is not meant: it is not offered yet.

    >>> [nobody_can_complete(steps) for steps in ([], [False, True], [False, False])]
    [False, False, True]
    """
    flags = list(required)
    return bool(flags) and not any(flags)


def circle_from(course: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the shortest way from a course over what each course needs back to it, both ends named, or [].

    >>> circle_from("a", {"a": ["x", "b"], "b": ["c"], "c": ["a"]})
    ['a', 'b', 'c', 'a']
    """
    came_from: dict[str, str] = {}
    waiting = [course]
    for here in waiting:
        for needed in needs.get(here, ()):
            if needed == course:
                way = [course, here]
                while way[-1] != course:
                    way.append(came_from[way[-1]])
                return way[::-1] if here != course else [course, course]
            if needed not in came_from:
                came_from[needed] = here
                waiting.append(needed)
    return []
