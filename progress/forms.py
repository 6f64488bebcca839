"""The shape of what learners send."""

from typing import cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from progress.operations.answering import MAX_SEQUENCE

UNSURE = "unsure"
"""What the row "I am not sure" sends. Block ids are UUIDs, so no option is called so."""


class AnswerForm(forms.Form):
    """One answer. Which options there are is the attempt's to say, not the form's."""

    sequence = forms.IntegerField(min_value=0, max_value=MAX_SEQUENCE, required=False)

    @property
    def options(self) -> list[str]:
        """The options chosen, without "I am not sure"."""
        return [value for value in self._sent if value != UNSURE]

    @property
    def unsure(self) -> bool:
        """Whether "I am not sure" is the answer. Where options are chosen as well, they are the answer."""
        return UNSURE in self._sent and not self.options

    @property
    def counter(self) -> int:
        """The number of this answer; 0, the oldest, where it is missing or no number."""
        return (self.cleaned_data.get("sequence") or 0) if self.is_valid() else 0

    @property
    def _sent(self) -> list[str]:
        return list(cast(QueryDict, self.data).getlist("option"))


class PositionForm(forms.Form):
    """Where a learner stopped: the id of a section, or nothing for the top."""

    section = forms.CharField(
        max_length=64, required=False, validators=[RegexValidator(r"^[A-Za-z0-9_-]+$")], empty_value=""
    )
