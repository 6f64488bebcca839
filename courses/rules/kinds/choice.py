"""Questions whose answer is chosen from options: one right, several right, true or false."""

from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import Draft, Raw, gettext_noop, items_of, text_of
from courses.rules.frozen_quiz import TRUE_FALSE_OPTIONS
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, Mix, Posted, Question


class Choice(Kind):
    """What the three have in common: options, and a set of right ones."""

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        answer = Answer(frozenset(posted("option")))
        if not self.fits(entry, answer):
            raise NotAnAnswer(gettext_noop("Choose one of the answers of this question. Nothing was changed."))
        return answer

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        few = self.takes_several or len(answer.options) <= 1
        return few and not answer.text and answer.options <= frozenset(entry["options"])

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        correct = frozenset(key["correct"])
        if not correct:
            raise ValueError("A question without a correct option cannot be marked.")
        return Parts(len(answer.options & correct), len(answer.options - correct), len(correct))


class _WithOptions(Choice):
    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        items = items_of(value, "options")
        options = [{"id": key, "text": text_of(option, "text")} for key, option in items]
        correct = [key for key, option in items if option.get("correct")]
        self._check(draft, [option["id"] for option in options], correct, number)
        key: Question = {"correct": sorted(correct), "feedback": _feedback(value)}
        if value.get("partial"):
            key["partial"] = True
        return {"options": options}, key

    def translated(self, question: Question, texts: Raw) -> Question | None:
        said = {key: text_of(option, "text") for key, option in items_of(texts, "options")}
        options = [{"id": option["id"], "text": said.get(option["id"], "")} for option in question["options"]]
        return {**question, "options": options} if all(option["text"] for option in options) else None

    def translated_feedback(self, key: Question, texts: Raw) -> dict[str, str]:
        return _feedback(texts)

    def _check(self, draft: Draft, options: list[str], correct: list[str], number: int) -> None:
        if len(set(options)) != len(options) or not all(options):
            draft.add(
                gettext_noop("Two answers of question %(number)s have the same inner name, or one has none."),
                number=number,
            )
        if len(options) < 2:
            draft.add(gettext_noop("Question %(number)s needs at least two answers."), number=number)
        if not correct:
            draft.add(gettext_noop("No answer of question %(number)s is marked as right."), number=number)


class SingleChoice(_WithOptions):
    name = "single_choice"

    def _check(self, draft: Draft, options: list[str], correct: list[str], number: int) -> None:
        super()._check(draft, options, correct, number)
        if len(correct) > 1:
            draft.add(gettext_noop("More than one answer of question %(number)s is marked as right."), number=number)


class MultipleChoice(_WithOptions):
    name = "multiple_choice"
    takes_several = True


class TrueFalse(Choice):
    """A statement. Its options have the ids "true" and "false"; their words are the interface's."""

    name = "true_false"

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        options = [{"id": key, "text": ""} for key in TRUE_FALSE_OPTIONS]
        answer = text_of(value, "answer")
        correct = [answer] if answer in TRUE_FALSE_OPTIONS else []
        if not correct:
            draft.add(gettext_noop("No answer of question %(number)s is marked as right."), number=number)
        return {"options": options}, {"correct": correct, "feedback": self.translated_feedback({}, value)}

    def translated_feedback(self, key: Question, texts: Raw) -> dict[str, str]:
        return {
            option: text_of(texts, f"feedback_{option}")
            for option in TRUE_FALSE_OPTIONS
            if text_of(texts, f"feedback_{option}")
        }

    def entry(self, question: Mapping[str, Any], mix: Mix) -> dict[str, Any]:
        return super().entry(question, list)  # true stays before false: nobody looks for them


def _feedback(value: Raw) -> dict[str, str]:
    return {
        key: text_of(option, "feedback") for key, option in items_of(value, "options") if text_of(option, "feedback")
    }
