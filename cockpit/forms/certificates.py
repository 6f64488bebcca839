"""The shape of what those send who look after certificates: a change, a decision about one, the names of a cohort."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.forms import NameForm
from certificates.models import Reason
from certificates.queries.cohorts import CohortPerson
from certificates.rules.names import tidy_name
from certificates.rules.requests import REASONS, Change

MOST_WORDS = 1000
_NAME = "name-"


def _note_field(label: Any, help_text: Any, missing: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": missing,
            "max_length": gettext_lazy("Up to %(limit_value)d characters; these are %(show_value)d."),
        },
        max_length=MOST_WORDS,
    )


def _name_problem(name: str) -> str:
    """Return in the words that a holder reads why a text cannot stand on a certificate; nothing where it can."""
    return " ".join(str(words) for words in NameForm({"name": name}).errors.get("name", []))


class ChangeForm(forms.Form):
    """What is to happen to a certificate, and why. The new name only where it is replaced."""

    use_required_attribute = False  # what is missing gets our words, not the browser's

    public_id = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody who has the link of the certificate reads the reason that you choose."),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    new_name = forms.CharField(
        label=gettext_lazy("Name on the new certificate"),
        help_text=gettext_lazy("Up to 120 characters, in any script. Leave it as it is where the name is right."),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    note = _note_field(
        gettext_lazy("What happened"),
        gettext_lazy("Who decides reads it, and the holder. Nobody else does."),
        gettext_lazy("Say what happened: who decides knows no more than you write."),
    )

    def __init__(self, *args: Any, change: Change, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._change, self._name = change, name
        for widget in (self.fields["note"].widget, self.fields["new_name"].widget):
            widget.attrs.pop("maxlength", None)  # browsers cut what is pasted, silently
        self.fields["reason"].choices = [(value, Reason(value).label) for value in REASONS[change]]  # type: ignore[attr-defined]  # of this kind of field
        if change is Change.REISSUE:
            self.fields["new_name"].initial = name
        else:
            del self.fields["new_name"]

    def clean_new_name(self) -> str:
        name = self.cleaned_data["new_name"]
        problem = _name_problem(name)
        if problem:
            raise forms.ValidationError(problem)
        return tidy_name(name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_same = cleaned.get("new_name") == self._name
        if self._change is Change.REISSUE and cleaned.get("reason") == Reason.NAME and is_same:
            self.add_error("new_name", _("This is the name that stands on it now. Write the one that is right."))
        return cleaned


class DecideForm(forms.Form):
    """Words with a decision; needed where it is a refusal."""

    note = forms.CharField(
        label=gettext_lazy("What you say to who asked"),
        help_text=gettext_lazy("Needed where you do not agree."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=MOST_WORDS,
        error_messages={"max_length": gettext_lazy("Up to %(limit_value)d characters; these are %(show_value)d.")},
    )

    def __init__(self, *args: Any, refuses: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs.pop("maxlength", None)
        self._refuses = refuses

    def clean_note(self) -> str:
        note: str = self.cleaned_data["note"].strip()
        if self._refuses and not note:
            raise forms.ValidationError(_("Say why you do not agree."))
        return note


class NamesForm(forms.Form):
    """The names of people of a cohort, as they stand on a list of participants. Empty ones are left for later."""

    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[CohortPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people
        for person in people:
            self.fields[f"{_NAME}{person.public_id}"] = forms.CharField(
                label=_("Name of %(person)s on the certificate") % {"person": person.greeted_as},
                required=False,
                strip=False,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for person in self._people:
            field = f"{_NAME}{person.public_id}"
            name = cleaned.get(field, "")
            problem = _name_problem(name)
            if name.strip() and problem:
                self.add_error(field, f"{person.greeted_as}: {problem}")
        return cleaned

    @property
    def rows(self) -> list[tuple[CohortPerson, BoundField]]:
        """The people with the field for the name of each."""
        return [(person, self[f"{_NAME}{person.public_id}"]) for person in self._people]

    @property
    def names(self) -> Mapping[UUID, str]:
        """The names that were written, by the public id of the enrolment."""
        written = {person.public_id: self.cleaned_data[f"{_NAME}{person.public_id}"] for person in self._people}
        return {public_id: name for public_id, name in written.items() if name.strip()}
