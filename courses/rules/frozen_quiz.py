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


class QuestionPicture(TypedDict):
    """A picture of a question. `alt` is "" where it is decoration only. A credit that is not known is left out."""

    sha256: str
    width: int
    height: int
    alt: str
    author: NotRequired[str]
    licence: NotRequired[str]
    source: NotRequired[str]


class FrozenQuestion(TypedDict):
    """A question; `language` is the source language where the translation lacks it.

    `options`: none where the answer is written. Of ordering they are in an order that says nothing. `targets`: what
    the options of matching are matched with, by id. `unit`: of numeric. `outcome`: the translation key of an outcome.
    `competence`: as "framework:version:code". What is not required is left out where there is none.
    """

    id: str
    kind: QuestionKind
    text: str
    html: str
    language: str
    options: list[FrozenOption]
    targets: NotRequired[list[FrozenOption]]
    unit: NotRequired[str]
    hint: NotRequired[str]
    picture: NotRequired[QuestionPicture]
    tags: NotRequired[list[str]]
    outcome: NotRequired[str]
    competence: NotRequired[str]


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


class RightNumber(TypedDict):
    """A number and how far off an answer may be: decimal text with a point."""

    value: str
    tolerance: str


class QuestionKey(TypedDict):
    """How a question is marked and what is said with the result. `feedback` by option id, options without words left out.

    `correct`: right option ids; of ordering and matching "<option id>:<target id>"; empty where the answer is written.
    `partial`: part of the points for part of the answer. `number`: of numeric. `accepted`: of short_text, and `also`
    what a translation adds; `case` and `accents` say that those matter. `guidance`: for the person who marks.
    """

    kind: QuestionKind
    correct: list[str]
    points: int
    feedback: dict[str, str]
    explanation: str
    lesson: LessonPlace | None
    partial: NotRequired[bool]
    number: NotRequired[RightNumber]
    accepted: NotRequired[list[str]]
    also: NotRequired[list[str]]
    case: NotRequired[bool]
    accents: NotRequired[bool]
    guidance: NotRequired[str]


class FrozenKey(TypedDict):
    schema: int
    questions: dict[str, QuestionKey]
