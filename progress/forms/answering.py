"""Answers to questions, where somebody stopped, and what is asked of a person who marks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext as _

from courses.rules.kinds import Answer, NotAnAnswer, kind_of
from progress.forms.texts import is_number
from progress.operations.answering import MAX_SEQUENCE
from progress.queries.questions import Question

UNSURE = "unsure"
"""What the row "I am not sure" sends. Block ids are UUIDs, so no option is called so."""


class AnswerForm(forms.Form):
    """One answer, read as the kind of its question reads it. What can be answered is the attempt's to say."""

    sequence = forms.IntegerField(min_value=0, max_value=MAX_SEQUENCE, required=False)

    def __init__(self, sent: QueryDict, *, entry: Mapping[str, Any], language: str, prefix: str = "") -> None:
        """`entry` is the question in the form of the attempt; numbers are read as they are written in `language`.

        `prefix` stands before the names of its fields, with a hyphen, where a page asks more than one question.
        """
        super().__init__(sent, prefix=prefix or None)
        self._says_unsure = UNSURE in sent.getlist(self.add_prefix("option"))
        self.answer, self.problem = Answer(), ""
        try:
            self.answer = kind_of(entry).read(entry, self._posted, language=language)
        except NotAnAnswer as refusal:
            if not self._says_unsure:
                self.problem = _(refusal.words) % refusal.values

    @property
    def unsure(self) -> bool:
        """Whether "I am not sure" is the answer. Where there is an answer as well, that is it."""
        return self._says_unsure and not self.answer

    @property
    def is_empty(self) -> bool:
        return not (self.answer or self.unsure or self.problem)

    @property
    def counter(self) -> int:
        """The number of this answer; 0, the oldest, where it is missing or no number."""
        return (self.cleaned_data.get("sequence") or 0) if self.is_valid() else 0

    def typed_into(self, question: Question) -> Question:
        """Return the question with all fields as they were sent, also where that is no answer."""
        chosen = self._posted("option")
        options = tuple(
            replace(
                option,
                is_chosen=option.id in chosen,
                place=next((int(place) for place in self._posted(f"pair-{option.id}") if is_number(place)), 0),
            )
            for option in question.options
        )
        written = "".join(self._posted("text")[:1])
        return replace(question, options=options, written=written, unsure=self._says_unsure)

    def _posted(self, name: str) -> list[str]:
        sent = cast(QueryDict, self.data).getlist(self.add_prefix(name))
        return [value for value in sent if (name, value) != ("option", UNSURE)]


def empty_words(kind: str) -> str:
    """Return what is said where a question of this kind was sent without an answer."""
    if kind in {"numeric", "short_text", "open_answer"}:
        return _("Write an answer. If you do not know, choose “I am not sure”.")
    return _("Choose an answer. If you do not know, choose “I am not sure”.")


class PositionForm(forms.Form):
    """Where a learner stopped: the id of a section, or nothing for the top."""

    section = forms.CharField(
        max_length=64, required=False, validators=[RegexValidator(r"^[A-Za-z0-9_-]+$")], empty_value=""
    )


class CheckForm(forms.Form):
    """What a learner says who asks a person to check a result; nothing is needed."""

    @property
    def words(self) -> str:
        return str(self.data.get("words", "")).replace("\0", "")
