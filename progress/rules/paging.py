"""How an attempt is laid out: one question a page or all on one, and what comes after the last one."""

import hashlib
from collections.abc import Mapping
from typing import Any

from courses.rules.kinds import Answer
from progress.rules.telling import tells_at_once

ONE_PAGE = "one-page"


def is_on_one_page(quiz: Mapping[str, Any], *, one_question_a_page: bool) -> bool:
    """Return whether all questions stand on one page. `quiz` is the body of a quiz version.

    `one_question_a_page`: what a person is granted goes before what the quiz says. So does feedback at once: each
    answer is final when it is given, and one button cannot end them one by one.
    """
    return quiz.get("layout") == ONE_PAGE and not one_question_a_page and not tells_at_once(quiz)


def fingerprint(answer: Answer, *, unsure: bool) -> str:
    """Return a short text that is another one for another answer: a page keeps it to know what was touched on it."""
    parts = [str(unsure), *([] if unsure else [answer.text, *sorted(answer.options)])]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def reviews_first(quiz: Mapping[str, Any]) -> bool:
    """Return whether all answers are shown before they are sent. Unset: yes."""
    return bool(quiz.get("reviews_first", True))


def sends_with_last(quiz: Mapping[str, Any], *, number: int, count: int, open_elsewhere: bool) -> bool:
    """Return whether the button of a question sends all answers: that of the last one, where nothing is shown before.

    Where another question is still open (`open_elsewhere`), all answers are shown after all: nobody sends a gap that
    they have not seen.
    """
    return number == count and not reviews_first(quiz) and not open_elsewhere
