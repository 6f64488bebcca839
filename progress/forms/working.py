"""Work that is handed in."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.forms.texts import is_number
from progress.models import Submission
from progress.operations.answering import MAX_SEQUENCE


class DraftForm(forms.Form):
    """The draft of an assignment. `sequence` says which saved text the page was drawn with. Files come beside it."""

    sequence = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your text"),
        help_text=gettext_lazy("Leave out names and private things of people you support: others read this."),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        strip=False,
    )

    @classmethod
    def of(cls, submission: Submission) -> "DraftForm":
        """Return the form with what is saved."""
        return cls(initial={"sequence": submission.sequence, "text": submission.text})

    def clean_sequence(self) -> int:
        """Return the number of the text on the page; 0, that of an empty draft, where it is missing or no number."""
        sent = self.cleaned_data["sequence"]
        return int(sent) if is_number(sent) and int(sent) <= MAX_SEQUENCE else 0

    def add_too_long(self) -> None:
        self.add_error("text", _("The text is too long: 50,000 characters at most. Add the rest as a file."))

    def go_on_from(self, sequence: int) -> None:
        """Let the form be drawn with the number of the text that is saved now, so that sending it again saves anew."""
        data = cast(QueryDict, self.data).copy()
        data["sequence"] = str(sequence)
        self.data = data

    def add_newer(self, saved: Submission) -> None:
        """Say that another tab saved a text meanwhile; sending the form again then takes the place of that one."""
        self.go_on_from(saved.sequence)
        self.newer = saved.text
        self.add_error(
            "text",
            _("Another text was saved meanwhile, in another window or on another device. Both are shown here."),
        )

    def add_left(self, words: str) -> None:
        """Say to somebody who left the course that nothing was saved."""
        self.add_error(None, words)

    def add_file_problem(self, words: str) -> None:
        self.file_problems = [*self.file_problems, words]
        self.add_error(None, words)

    newer: str | None = None
    file_problems: Sequence[str] = ()
