"""What a kind of question has to say. A kind is pure: raw drafts and answers in, frozen forms and points out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from courses.rules.drafted import Draft, Raw
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts

Question = dict[str, Any]
"""A frozen question or its key, as `courses.rules.frozen_quiz` describes them."""
Mix = Callable[[Sequence[str]], list[str]]
"""Puts ids into the order of one attempt."""
Posted = Callable[[str], list[str]]
"""Returns what a form sent under a name; an empty list where it sent nothing."""

WORDS_OF_KEY = frozenset({"feedback", "explanation", "lesson", "guidance", "also"})
"""What of a question's key is said, not marked by; and `also`, which a language adds to the accepted answers."""


def marking_of(key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a question's key that decides points: two keys with the same part mark alike.

    The order in which accepted answers are written decides nothing.
    """
    return {
        name: sorted(value) if name == "accepted" else value for name, value in key.items() if name not in WORDS_OF_KEY
    }


class Kind:
    """A kind of question. A subclass names itself and answers for its part; the rest is the same for all."""

    name = ""
    needs_person = False
    """Whether a person gives the points: the portal gives none by itself."""
    takes_several = False
    """Whether more than one option may be chosen."""

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        """Return what the frozen question and its key hold beyond what all have, from the raw block value.

        The question always has `options`, the key always has `correct` and `feedback`. What is not set is left out, so
        that a draft frozen again by newer code gives the same digest. Problems go to `draft`.
        """
        raise NotImplementedError

    def translated(self, question: Question, texts: Raw) -> Question | None:
        """Return the question in the words of a translation, or None where one of its own words is missing there."""
        return question

    def translated_feedback(self, key: Question, texts: Raw) -> dict[str, str]:
        """Return the feedback by option in the words of a translation, as far as it has them."""
        return {}

    def translated_key(self, key: Question, texts: Raw) -> dict[str, Any]:
        """Return what else of the key is another in a translation. It never decides what an option is worth."""
        return {}

    def entry(self, question: Mapping[str, Any], mix: Mix) -> dict[str, Any]:
        """Return what the form of an attempt says of the question. `mix` orders the options of this attempt."""
        return {
            "id": question["id"],
            "kind": self.name,
            "options": mix([option["id"] for option in question["options"]]),
        }

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        """Return the answer that a form sent. `language` says how numbers are written in it.

        :raises NotAnAnswer: with words for the person, if it is none.
        """
        raise NotImplementedError

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        """Return whether an answer is one that this question of an attempt can have. What does not fit is never stored."""
        raise NotImplementedError

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        """Return how much of an answer is right.

        :raises ValueError: if the key has nothing to compare with.
        """
        raise NotImplementedError

    def points(self, key: Mapping[str, Any], answer: Answer) -> int:
        """Return the points that an answer earns, from 0 to those of the question.

        All or nothing; where the key says `partial`, whole points for each part that is right less each that is
        wrong, rounded down and never below 0 (decision 0015).
        """
        worth = int(key["points"])
        parts = self.parts(key, answer)
        if not answer:
            return 0
        if key.get("partial"):
            return worth * max(parts.right - parts.wrong, 0) // parts.total
        return worth if parts.is_whole else 0

    def told(self, key: Mapping[str, Any], answer: Answer) -> frozenset[str]:
        """Return the options whose feedback an answer gets: those chosen."""
        return answer.options

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        """Return the words of an answer, in the order of the question. Numbers have a point."""
        return tuple(option["text"] for option in question["options"] if option["id"] in answer.options)

    def right(self, question: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the words of what is right. Only for who may read the key."""
        return self.says(question, Answer(frozenset(key["correct"])))


__all__ = ["Answer", "Kind", "Mix", "NotAnAnswer", "Parts", "Posted", "Question", "marking_of"]
