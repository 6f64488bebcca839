"""Who is told of a new edition.

Apps above this one keep figures that depend on what a course asks for. Each registers, when it is ready, a listener:

    register_edition_listener(start_folding)

A listener runs inside the transaction that makes the edition, in an editor's request: it writes down that something is
to be done later (a job, a message) and touches no row of a learner.
"""

from collections.abc import Callable
from datetime import datetime

from courses.models import Course, CourseEdition

EditionListener = Callable[[Course, CourseEdition, datetime], None]
"""Takes the course, its new edition and the time of it."""

_listeners: list[EditionListener] = []


def register_edition_listener(listener: EditionListener) -> None:
    """Have `listener` told of every new edition. Called from an app's `ready()`."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce_edition(course: Course, edition: CourseEdition, at: datetime) -> None:
    """Tell the listeners of a new edition, in the current transaction. Cost: what they write."""
    for listener in _listeners:
        listener(course, edition, at)
