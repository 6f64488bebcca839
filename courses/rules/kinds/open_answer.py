"""Questions answered in own words, which a person marks."""

from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import Draft, Raw, gettext_noop, text_of
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, Posted, Question
from courses.rules.kinds.written import written_text

MOST_CHARACTERS = 10_000


class OpenAnswer(Kind):
    """Own words. The key's `guidance` tells who marks it what to look for; the portal gives no points by itself."""

    name = "open_answer"
    needs_person = True

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        guidance = text_of(value, "guidance")
        return {"options": []}, {"correct": [], "feedback": {}, **({"guidance": guidance} if guidance else {})}

    def translated_key(self, key: Question, texts: Raw) -> dict[str, Any]:
        guidance = text_of(texts, "guidance")
        return {"guidance": guidance} if guidance and "guidance" in key else {}

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        text = written_text("".join(posted("text")[:1])[: MOST_CHARACTERS * 3])
        if len(text) > MOST_CHARACTERS:
            raise NotAnAnswer(gettext_noop("Write at most %(most)s characters."), most=MOST_CHARACTERS)
        return Answer(text=text)

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        return not answer.options and len(answer.text) <= MOST_CHARACTERS and written_text(answer.text) == answer.text

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        """Return that nothing is right yet: only a person can say."""
        return Parts(0, 0, 1)

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        return (answer.text,) if answer.text else ()

    def right(self, question: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[str, ...]:
        """Return nothing: there is no one right answer."""
        return ()
