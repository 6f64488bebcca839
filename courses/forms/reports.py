"""What readers fill in about a page, and what editors answer."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import ContentReport

MOST = 2000


class ReportForm(forms.Form):
    """Something wrong or unclear. `number` is made with the page, so that a form sent twice is one report."""

    number = forms.UUIDField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=ContentReport.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is."), "invalid_choice": _("Choose what it is.")},
    )
    text = forms.CharField(
        label=_("What did you see, and where on the page?"),
        help_text=_("Leave out names and private things. At most 2,000 characters."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what you saw.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you want an answer"),
        help_text=_("Only for the answer, and deleted after it. May stay empty."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("This address looks incomplete. Example: name@example.org")},
    )
    # Nobody sees this field; machines that fill in everything do.
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    @classmethod
    def empty(cls) -> "ReportForm":
        """Return the form with a number of its own."""
        return cls(initial={"number": uuid4()})

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\0", "")
        if len(text) > MOST:
            raise forms.ValidationError(
                _("This is too long: %(most)s characters at most, and it has %(count)s.")
                % {"most": MOST, "count": len(text)}
            )
        return text

    @property
    def public_id(self) -> UUID:
        """The number the form came with; a new one where it is missing or none."""
        number: UUID | None = self.cleaned_data.get("number")
        return number or uuid4()

    @property
    def is_by_a_machine(self) -> bool:
        return bool(self.data.get("website"))


class AnswerReportForm(forms.Form):
    """What an editor answers."""

    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=MOST,
        error_messages={"required": _("Write the answer, or close the report without one.")},
    )

    def clean_answer(self) -> Any:
        return self.cleaned_data["answer"].replace("\0", "")
