"""What a manager writes to those who are reminded, and whom they chose."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cockpit.rules.reminding import LONGEST_TEXT, MOST_AT_ONCE, cleaned_text


class ReminderForm(forms.Form):
    """The words of a reminder; `token` makes one of a form that is sent twice."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your own words, if you want to add any"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Plain text. How far each person is, and the way to the next step, is written by the portal."),
        error_messages={"max_length": _("Write %(limit_value)d characters at most; these are %(show_value)d.")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_text(self) -> str:
        return cleaned_text(self.cleaned_data["text"])


def chosen_enrolments(values: list[str]) -> list[UUID]:
    """Return the public ids that were ticked, one a field or several in one; what is none is passed over."""
    found: dict[UUID, None] = {}
    for word in " ".join(values).split():
        try:
            found[UUID(word)] = None
        except ValueError:
            continue
        if len(found) >= MOST_AT_ONCE:
            break
    return list(found)
