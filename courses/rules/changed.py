"""One thing that changes, and the frozen forms it is told from: the values of `courses.rules.changes`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Body = Mapping[str, Any]


class ChangeKind(StrEnum):
    """What kind of change; the words of each are in `courses.queries.changes`."""

    # Steps of a course.
    LESSON_NEW = "lesson-new"
    QUIZ_NEW = "quiz-new"
    ASSIGNMENT_NEW = "assignment-new"
    ITEM_BACK = "item-back"
    ITEM_REMOVED = "item-removed"
    ITEM_RENAMED = "item-renamed"
    ITEM_SUMMARY = "item-summary"
    ITEM_MINUTES = "item-minutes"
    ITEM_REQUIRED = "item-required"
    ITEM_OPTIONAL = "item-optional"
    ITEM_MOVED = "item-moved"
    ITEMS_REORDERED = "items-reordered"
    ITEM_LANGUAGE_NEW = "item-language-new"
    ITEM_LANGUAGE_GONE = "item-language-gone"
    ITEM_CREDIT = "item-credit"
    NEEDED_FOR_ACHIEVEMENT = "needed-for-achievement"
    NOT_NEEDED_FOR_ACHIEVEMENT = "not-needed-for-achievement"
    BY_ATTENDANCE = "by-attendance"
    NOT_BY_ATTENDANCE = "not-by-attendance"
    # Rules of a quiz.
    PASS_MARK = "pass-mark"  # noqa: S105  # no secret
    TRIES = "tries"
    WAITS = "waits"
    WAITS_NO_MORE = "waits-no-more"
    QUIZ_RULE = "quiz-rule"
    DRAWS = "draws"
    INTRODUCTION = "introduction"
    QUIZ_CHANGED = "quiz-changed"
    MARKING_CHANGED = "marking-changed"
    # Questions.
    QUESTION_NEW = "question-new"
    QUESTION_REMOVED = "question-removed"
    QUESTIONS_REORDERED = "questions-reordered"
    QUESTION_TEXT = "question-text"
    QUESTION_MORE = "question-more"
    QUESTION_KIND = "question-kind"
    OPTION_NEW = "option-new"
    OPTION_NEW_CORRECT = "option-new-correct"
    OPTION_REMOVED = "option-removed"
    OPTION_TEXT = "option-text"
    OPTIONS_REORDERED = "options-reordered"
    OPTION_ALSO_CORRECT = "option-also-correct"
    OPTION_NOT_CORRECT = "option-not-correct"
    OPTION_CORRECT_INSTEAD = "option-correct-instead"
    STATEMENT_TRUE = "statement-true"
    STATEMENT_FALSE = "statement-false"
    MATCHES = "matches"
    RIGHT_ANSWER = "right-answer"
    PARTIAL = "partial"
    PARTIAL_NO_MORE = "partial-no-more"
    COMPARED = "compared"
    ALSO_ACCEPTED = "also-accepted"
    UNIT = "unit"
    POINTS = "points"
    FEEDBACK = "feedback"
    EXPLANATION = "explanation"
    QUESTION_LESSON = "question-lesson"
    QUESTION_PICTURE = "question-picture"
    HINT = "hint"
    GUIDANCE = "guidance"
    ASSESSES = "assesses"
    # Assignments.
    ASSIGNMENT_CHANGED = "assignment-changed"
    TASK = "task"
    SECOND_ASSESSOR = "second-assessor"
    ONE_ASSESSOR = "one-assessor"
    TAKES_TEXT = "takes-text"
    TAKES_NO_TEXT = "takes-no-text"
    FILES = "files"
    CRITERION_NEW = "criterion-new"
    CRITERION_REMOVED = "criterion-removed"
    CRITERION_TEXT = "criterion-text"
    CRITERIA_REORDERED = "criteria-reordered"
    LEVEL_NEW = "level-new"
    LEVEL_REMOVED = "level-removed"
    LEVEL_TEXT = "level-text"
    LEVEL_POINTS = "level-points"
    LEVELS_REORDERED = "levels-reordered"
    # Text of a lesson.
    LESSON_CHANGED = "lesson-changed"
    LESSON_WORDS = "lesson-words"
    BLOCK_NEW = "block-new"
    BLOCK_REMOVED = "block-removed"
    BLOCK_TEXT = "block-text"
    BLOCKS_REORDERED = "blocks-reordered"
    BLOCK_PICTURE = "block-picture"
    BLOCK_FILE = "block-file"
    BLOCK_OTHER = "block-other"
    # Modules.
    MODULE_NEW = "module-new"
    MODULE_REMOVED = "module-removed"
    MODULE_RENAMED = "module-renamed"
    MODULE_SUMMARY = "module-summary"
    MODULES_REORDERED = "modules-reordered"
    # The course itself.
    COURSE_NEW = "course-new"
    COURSE_ONLINE = "course-online"
    COURSE_OFFLINE = "course-offline"
    COURSE_TEXT = "course-text"
    COURSE_FACT = "course-fact"
    OUTCOME_NEW = "outcome-new"
    OUTCOME_REMOVED = "outcome-removed"
    OUTCOME_TEXT = "outcome-text"
    COMPETENCE_NEW = "competence-new"
    COMPETENCE_REMOVED = "competence-removed"
    CERTIFICATE_NEW = "certificate-new"
    CERTIFICATE_REMOVED = "certificate-removed"
    CERTIFICATE_TEXT = "certificate-text"
    CERTIFICATE_WORDS = "certificate-words"
    CERTIFICATE_TERM = "certificate-term"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another than before.

    `key`: the item or module it is about, "" for the course. `question`: the id of a question. `old` and `new`: the
    texts before and after, plain, "" where there is nothing to set side by side. `values` fills the places of the
    words. `language`: set when only the text in that language changes.
    """

    kind: ChangeKind
    key: str = ""
    question: str = ""
    old: str = ""
    new: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class ItemForm:
    """A step in one language, frozen. `answers` is the body of the answer key of a quiz, empty for what has none."""

    key: str
    required: bool
    waits_for_quizzes: bool
    body: Body
    answers: Body = field(default_factory=dict)
    needed_for_achievement: bool = False
    done_by_attendance: bool = False

    @property
    def is_quiz(self) -> bool:
        return bool(self.body["kind"] == "quiz")

    @property
    def is_assignment(self) -> bool:
        return bool(self.body["kind"] == "assignment")
