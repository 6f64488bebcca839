"""The shape of what is sent to bring people in: links, invitations, cards; and by people who come in."""

import re
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.rules import ways_in
from cockpit.queries.joining import Choices

MOST_LINES = 50
LONGEST_NAME = 120
_NAMED = re.compile(r"^\s*(?P<name>[^<>]*?)\s*<(?P<address>[^<>]+)>\s*$")


class WayInForm(forms.Form):
    """What every way in asks: for which organisation, what begins with it, and for which project."""

    use_required_attribute = False  # what is missing gets our words, not the browser's

    key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"))
    target = forms.ChoiceField(
        label=gettext_lazy("What begins with it"),
        required=False,
        help_text=gettext_lazy("Who joins is in it at once. You can leave it at the organisation, and choose later."),
    )
    project = forms.ChoiceField(
        label=gettext_lazy("Funded project"),
        required=False,
        help_text=gettext_lazy("The course is then counted in the report of that project. A cohort has its own."),
    )

    def __init__(self, *args: Any, choices: Choices, chosen: UUID | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices = choices
        organisations = [(str(one.public_id), one.name) for one in choices.organisations]
        self._choose("organisation", organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]
        elif chosen is not None:
            self.fields["organisation"].initial = str(chosen)
        names = {one.pk: one.name for one in choices.organisations}
        cohorts = [
            (target.value, f"{target.title} ({names[target.organisation]})" if len(names) > 1 else target.title)
            for target in choices.cohorts
            if target.organisation is not None
        ]
        courses = [(target.value, target.title) for target in choices.courses]
        groups: list[tuple[str, Any]] = [("", _("Nothing yet, only the organisation"))]
        groups += [(_("Cohorts"), cohorts)] if cohorts else []
        groups += [(_("Courses"), courses)] if courses else []
        self._choose("target", groups)
        if choices.projects:
            projects = [(str(project.public_id), project.name) for project, _ids in choices.projects]
            self._choose("project", [("", _("None")), *projects])
        else:
            del self.fields["project"]

    def _choose(self, name: str, pairs: list[Any]) -> None:
        self.fields[name].choices = pairs  # type: ignore[attr-defined]  # of this kind of field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation = next(
            (one for one in self._choices.organisations if str(one.public_id) == cleaned.get("organisation")), None
        )
        kind, _colon, key = (cleaned.get("target") or "").partition(":")
        cohort = next((one for one in self._choices.cohorts if kind == "cohort" and str(one.key) == key), None)
        if organisation and cohort and cohort.organisation != organisation.pk:
            self.add_error("target", _("This cohort belongs to another organisation."))
        project = None
        for one, organisations in self._choices.projects:
            if str(one.public_id) == cleaned.get("project"):
                project = one
                if organisation and organisation.pk not in organisations:
                    self.add_error("project", _("This organisation takes no part in that project."))
        if project and kind != "course" and "project" not in self.errors:
            self.add_error("project", _("Choose the course that belongs to the project; a cohort has its own project."))
        self.chosen: dict[str, Any] = {
            "organisation": organisation,
            "cohort_key": UUID(key) if kind == "cohort" else None,
            "course_key": UUID(key) if kind == "course" else None,
            "project": project,
        }
        return cleaned


class JoinLinkForm(WayInForm):
    """A link and a code for many."""

    days = forms.IntegerField(
        label=gettext_lazy("Days it works"),
        min_value=1,
        max_value=ways_in.LINK_DAYS_MOST,
        initial=ways_in.LINK_DAYS,
        error_messages={"required": gettext_lazy("Write for how many days it works.")},
    )
    limit = forms.IntegerField(
        label=gettext_lazy("People who can join by it"),
        min_value=1,
        max_value=ways_in.LINK_LIMIT_MOST,
        initial=ways_in.LINK_LIMIT,
        error_messages={"required": gettext_lazy("Write how many people can join by it.")},
    )
    field_order = ("organisation", "target", "project", "days", "limit", "key")


def _language(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=settings.LANGUAGES)


def _lines(label: Any, hint: Any, missing: Any) -> forms.CharField:
    attributes = {"rows": 6, "autocomplete": "off", "spellcheck": "false"}
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=20_000,
        widget=forms.Textarea(attrs=attributes),
        error_messages={"required": missing},
    )


def _written_lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        words = ngettext(
            "Up to %(most)d line at once; these are %(count)d. A file of people takes more.",
            "Up to %(most)d lines at once; these are %(count)d. A file of people takes more.",
            MOST_LINES,
        )
        raise ValidationError(words % {"most": MOST_LINES, "count": len(lines)})
    return lines


class InvitationsForm(WayInForm):
    """Addresses to invite by mail, one a line, perhaps with a name: Ana Pop <ana@example.org>."""

    addresses = _lines(
        gettext_lazy("E-mail addresses, one a line"),
        gettext_lazy("With a name where you like: Ana Pop <ana@example.org>"),
        gettext_lazy("Write at least one e-mail address."),
    )
    language = _language(gettext_lazy("Language of the message"))
    field_order = ("organisation", "addresses", "language", "target", "project", "key")

    def clean_addresses(self) -> list[tuple[str, str]]:
        people: dict[str, str] = {}
        wrong = []
        for line in _written_lines(self.cleaned_data["addresses"]):
            found = _NAMED.match(line)
            address = (found["address"] if found else line).strip().strip(",;").lower()
            try:
                validate_email(address)
            except ValidationError:
                wrong.append(line)
                continue
            people.setdefault(address, (found["name"].strip(' "') if found else "")[:120])
        if wrong:
            words = _("Not an e-mail address: %(lines)s. Mend or remove it.")
            raise ValidationError(words % {"lines": ", ".join(f"“{line[:60]}”" for line in wrong[:5])})
        return list(people.items())


class CardsForm(WayInForm):
    """Names of people without e-mail, one a line."""

    names = _lines(
        gettext_lazy("Names, one a line"),
        gettext_lazy("As the site should greet them: Ana Pop. Each gets a username and a card to print."),
        gettext_lazy("Write at least one name."),
    )
    language = _language(gettext_lazy("Language they read"))
    field_order = ("organisation", "names", "language", "target", "project", "key")

    def clean_names(self) -> list[str]:
        names = _written_lines(self.cleaned_data["names"])
        too_long = [name for name in names if len(name) > LONGEST_NAME]
        if too_long:
            raise ValidationError(_("This name is too long: “%(name)s…”.") % {"name": too_long[0][:60]})
        if any("@" in name for name in names):
            raise ValidationError(_("There is an e-mail address among the names: invite that person by mail."))
        return names


class CodeForm(forms.Form):
    """A code, typed from a sheet, a board or a card."""

    use_required_attribute = False

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"}
        ),
        error_messages={"required": gettext_lazy("Write the code.")},
    )

    def __init__(self, *args: Any, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = hint

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).replace("\x00", "")


class OwnPassphraseForm(forms.Form):
    """The passphrase that the holder of a card chooses, by the rules of sign-up."""

    use_required_attribute = False

    passphrase = forms.CharField(
        label=gettext_lazy("Your own passphrase"),
        help_text=gettext_lazy(
            "At least 10 characters. Four words in a row are easy to remember. Nobody else sees it, your manager neither."
        ),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-passphrase": "yes"}),
        error_messages={"required": gettext_lazy("Write a passphrase of your own.")},
    )
    shared_device = forms.BooleanField(
        label=gettext_lazy("Other people use this device too"),
        required=False,
        initial=True,
        help_text=gettext_lazy("You are then signed out after 30 minutes without a click. What you answered is kept."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person

    def clean_passphrase(self) -> str:
        passphrase: str = get_adapter().clean_password(self.cleaned_data["passphrase"], self._person)
        return passphrase
