"""The story of a learner."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Sector, SizeBand
from case_studies.models import AppliedStory, Country


class StoryAnswerForm(forms.Form):
    """One answer of a story, as long as it may be. Empty is fine: it is saved as it grows."""

    text = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"rows": 9}))

    def __init__(self, *args: Any, label: Any, hint: Any, most: int, is_short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most
        field = self.fields["text"]
        field.label, field.help_text = label, hint
        if is_short:
            field.widget = forms.Textarea(attrs={"rows": 3})

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").replace("\0", "")
        if len(text) > self.most:
            raise forms.ValidationError(
                _("This is too long: %(most)s characters at most, and it has %(count)s.")
                % {"most": self.most, "count": len(text)}
            )
        return text


class CreditForm(forms.Form):
    """How who told a story is named, and that they agree. Nothing is chosen and nothing is ticked before."""

    credit = forms.ChoiceField(
        label=gettext_lazy("How should you be named?"),
        choices=AppliedStory.Credit.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether you are named.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("As it should stand under the story. Only if you are named."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    organisation = forms.CharField(
        label=gettext_lazy("Your organisation"),
        help_text=gettext_lazy("May stay empty. Only if you are named."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    agree = forms.BooleanField(
        label=gettext_lazy("I agree to all of this"),
        error_messages={"required": gettext_lazy("Tick that you agree. Without it nothing is sent.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("credit") == AppliedStory.Credit.NAMED and not cleaned.get("name"):
            self.add_error("name", _("Write the name that should stand under the story."))
        return cleaned


def _rather_not(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Rather not say")), *choices]


class SendStoryForm(CreditForm):
    """The last look before a story is sent, with what may be said of the organisation, named or not."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country of your organisation"), choices=_rather_not(Country.choices), required=False
    )
    sector = forms.ChoiceField(label=gettext_lazy("What it does"), choices=_rather_not(Sector.choices), required=False)
    size_band = forms.ChoiceField(
        label=gettext_lazy("How many people work there"), choices=_rather_not(SizeBand.choices), required=False
    )
    seen_names = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["credit", "name", "organisation", "country", "sector", "size_band", "agree"]
