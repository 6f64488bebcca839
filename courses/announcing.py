"""Who is told of a new edition.

Apps above this one keep figures that depend on what a course asks for. Each registers, when it is ready, a listener:

    register_edition_listener(start_folding)

A listener runs inside the transaction that makes the edition, in an editor's request: it writes down that something is
to be done later (a job, a message) and touches no row of a learner.
"""

from collections.abc import Callable
from datetime import datetime

from courses.models import Course, CourseEdition, LearningPath, LearningPathEdition

EditionListener = Callable[[Course, CourseEdition, datetime], None]
"""Takes the course, its new edition and the time of it."""

PathListener = Callable[[LearningPath, LearningPathEdition, datetime], None]
"""Takes the learning path, its current edition, and the time it was published or opened again."""

_listeners: list[EditionListener] = []
_path_listeners: list[PathListener] = []


def register_edition_listener(listener: EditionListener) -> None:
    """Have `listener` told of every new edition. Called from an app's `ready()`."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce_edition(course: Course, edition: CourseEdition, at: datetime) -> None:
    """Tell the listeners of a new edition, in the current transaction. Cost: what they write."""
    for listener in _listeners:
        listener(course, edition, at)


def register_path_listener(listener: PathListener) -> None:
    """Have `listener` told of every new edition of a learning path, and of one that is opened again."""
    if listener not in _path_listeners:
        _path_listeners.append(listener)


def announce_path(path: LearningPath, edition: LearningPathEdition, at: datetime) -> None:
    """Tell the listeners of a learning path, in the current transaction. Cost: what they write."""
    for listener in _path_listeners:
        listener(path, edition, at)
