"""The form of a frozen quiz: `QuizVersion.body`, which a learner may see before the result, and `QuizKey.body`."""

from typing import Literal, NotRequired, TypedDict

QUIZ_SCHEMA = 1
KEY_SCHEMA = 1
MARKING_SCHEMA = 1

TRUE_FALSE_OPTIONS = ("true", "false")
"""The option ids of a true_false question. Their text is "": the template says True and False in the quiz's language."""

QuestionKind = Literal[
    "single_choice",
    "multiple_choice",
    "true_false",
    "ordering",
    "matching",
    "numeric",
    "short_text",
    "open_answer",
]


class FrozenOption(TypedDict):
    id: str
    text: str


class FrozenQuestion(TypedDict):
    """A question; `language` is the source language where the translation lacks it."""

    id: str
    kind: QuestionKind
    text: str
    html: str
    language: str
    options: list[FrozenOption]


class FrozenDraw(TypedDict):
    """How many questions a try draws, and from which; `value` is a tag, the key of an outcome, or "" where by is all."""

    count: int
    by: Literal["all", "tag", "outcome"]
    value: str


class FrozenQuiz(TypedDict):
    """A quiz in one language, without its key. `pass_mark` in per cent, `max_attempts` 0: as many as people like.

    The rules that are not required are left out where they are as `courses.rules.quiz_rules.DEFAULTS` has them.
    """

    schema: int
    kind: Literal["quiz"]
    language: str
    title: str
    introduction_html: str
    minutes: int
    pass_mark: int
    max_attempts: int
    author: str
    licence: str
    source_html: str
    reviewed_date: str
    questions: list[FrozenQuestion]
    tries_period: NotRequired[Literal["week"]]
    wait_minutes: NotRequired[int]
    counting: NotRequired[Literal["last"]]
    time_limit_minutes: NotRequired[int]
    layout: NotRequired[Literal["one-page"]]
    mixes_questions: NotRequired[bool]
    mixes_options: NotRequired[bool]
    feedback_timing: NotRequired[Literal["at-once", "after-pass"]]
    reviews_first: NotRequired[bool]
    offers_practice: NotRequired[bool]
    draws: NotRequired[list[FrozenDraw]]


class LessonPlace(TypedDict):
    """The lesson (translation key) and the section in it (id of a heading block, or "") that explain a question."""

    key: str
    section: str


class QuestionKey(TypedDict):
    """How a question is marked and what is said with the result. `feedback` by option id, options without words left out."""

    kind: QuestionKind
    correct: list[str]
    points: int
    feedback: dict[str, str]
    explanation: str
    lesson: LessonPlace | None


class FrozenKey(TypedDict):
    schema: int
    questions: dict[str, QuestionKey]
