"""The settings of an organisation, as its managers change them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation
from accounts.rules.ways_in import read_domains
from certificates.operations.countries import COUNTRIES

MOST_DOMAINS, MOST_REMINDERS = 20, 7


class OrganisationForm(forms.ModelForm):
    """Profile, who sees people, who is let in, and when reminders go out."""

    use_required_attribute = False  # what is missing gets our words, not the browser's

    approved_domains = forms.CharField(
        label=gettext_lazy("E-mail domains that are let in at once"),
        required=False,
        max_length=5000,
        help_text=gettext_lazy(
            "One a line, such as acul.example. Only an address that its owner confirmed counts, of exactly that domain."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = Organisation
        fields = (
            "name",
            "country",
            "sector",
            "size_band",
            "tools",
            "is_public",
            "shows_people",
            "approves_joining",
            "approved_domains",
            "reminders_a_week",
            "quiet_from",
            "quiet_until",
        )
        widgets = {
            "tools": forms.Textarea(attrs={"rows": 4}),
            "quiet_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "quiet_until": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, str(name)) for code, name in COUNTRIES.items()), key=lambda pair: pair[1])
        country = self.instance.country
        if country and country not in COUNTRIES:
            known.insert(0, (country, country))
        self.fields["country"] = forms.ChoiceField(label=_("Country"), choices=known)
        self.fields["reminders_a_week"].min_value = 0  # type: ignore[attr-defined]  # of this kind of field
        self.fields["reminders_a_week"].help_text = _("From 0 (none at all) to 7. Nobody is reminded after the end.")
        self.initial["approved_domains"] = "\n".join(self.instance.approved_domains)
        for name in ("name", "country", "sector", "size_band", "quiet_from", "quiet_until", "reminders_a_week"):
            self.fields[name].error_messages["required"] = _("Fill this in.")

    def clean_approved_domains(self) -> list[str]:
        domains, wrong = read_domains(self.cleaned_data["approved_domains"])
        if wrong:
            raise ValidationError(_("Not a domain: %(part)s. Write it like acul.example.") % {"part": wrong[0][:60]})
        if len(domains) > MOST_DOMAINS:
            raise ValidationError(_("Up to %(most)d domains.") % {"most": MOST_DOMAINS})
        return domains

    def clean_reminders_a_week(self) -> int:
        number: int = self.cleaned_data["reminders_a_week"]
        if number > MOST_REMINDERS:
            raise ValidationError(_("Up to %(most)d in a week.") % {"most": MOST_REMINDERS})
        return number


class RoleForm(forms.Form):
    """Ask somebody to manage or to assess: by mail, whoever they are on this site."""

    use_required_attribute = False

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write an e-mail address.")},
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (Membership.Role.MANAGER, gettext_lazy("Manager: sees its people, brings them in")),
            (Membership.Role.ASSESSOR, gettext_lazy("Assessor: judges work that is handed in")),
        ],
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the message"), choices=settings.LANGUAGES)
