"""The form of a frozen assignment: `AssignmentVersion.body`. It holds no key: the rubric is everybody's to read."""

from typing import Literal, NotRequired, TypedDict

ASSIGNMENT_SCHEMA = 1


class FrozenLevel(TypedDict):
    """A level of a criterion. `points` is a whole number from 0; its id is the same in every language."""

    id: str
    title: str
    description: str
    points: int


class FrozenCriterion(TypedDict):
    """One thing that is looked at; `language` is the source language where the translation lacks a word of it."""

    id: str
    title: str
    description: str
    language: str
    levels: list[FrozenLevel]


class FrozenAssignment(TypedDict):
    """An assignment in one language. `pass_mark` in per cent of the points of the best levels together.

    `max_files` 0: takes none. `task_language` is the source language where the translation has no task.
    """

    schema: int
    kind: Literal["assignment"]
    language: str
    title: str
    task_html: str
    task_language: str
    minutes: int
    pass_mark: int
    needs_second_assessor: NotRequired[Literal[True]]
    takes_text: bool
    max_files: int
    author: str
    licence: str
    source_html: str
    reviewed_date: str
    criteria: list[FrozenCriterion]
