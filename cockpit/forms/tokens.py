"""Shape of a new token."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Organisation


class TokenForm(forms.Form):
    """What a token is for, and which organisation's reports it opens; asked only where there are several."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("For example: the spreadsheet of the cluster."),
        max_length=120,
        error_messages={"required": gettext_lazy("Write what the token is for, so that you know it again.")},
    )
    organisation_id = forms.ChoiceField(label=gettext_lazy("Organisation"))

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._organisations = {str(one.public_id): one for one in organisations}
        choice = self.fields["organisation_id"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(key, one.name) for key, one in self._organisations.items()]
        if len(self._organisations) == 1:
            choice.widget = forms.HiddenInput()
            choice.required = False

    @property
    def organisation(self) -> Organisation:
        """The organisation that was chosen, or the only one; after `is_valid`."""
        return self._organisations.get(self.cleaned_data["organisation_id"]) or next(iter(self._organisations.values()))
