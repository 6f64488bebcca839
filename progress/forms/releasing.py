"""A release and its review."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.timezone import get_default_timezone, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.forms.texts import is_number
from progress.queries.release_screen import Chosen
from progress.rules.regrading import Policy

_POLICIES = frozenset(policy.value for policy in Policy)


class ReleaseForm(forms.Form):
    """What an editor decides about a release, and what they had before them when they did.

    `release` is the public id that the screen was drawn with: a form sent twice is about one release. `stamp`, `edition`
    and `seen` say what the screen showed, so that it can be said what changed since. Which drafts and decisions there
    are is the screen's to say, not the form's.
    """

    release = forms.UUIDField(widget=forms.HiddenInput)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    looks_back = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1)
    note = forms.CharField(
        label=gettext_lazy("Note to learners"),
        help_text=gettext_lazy(
            "One or two sentences, in the language of the course. Everybody on the way reads them. May stay empty."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Why marks are changed. Said to those whose result changes, and to who checks this release."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    due_date = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    due_time = forms.TimeField(
        label=gettext_lazy("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._at = at

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, time = cleaned.get("due_date"), cleaned.get("due_time")
        cleaned["due_at"] = None
        if day and time:
            cleaned["due_at"] = make_aware(datetime.combine(day, time), get_default_timezone())
            if cleaned["due_at"] <= self._at:
                self.add_error("due_date", _("This time is over. Choose a later one, or none to release at once."))
        elif day and "due_time" not in self.errors:
            self.add_error("due_time", _("Say at what time of the day."))
        elif time and "due_date" not in self.errors:
            self.add_error("due_date", _("Say on which day."))
        return cleaned

    @property
    def chosen(self) -> Chosen:
        """All that is chosen, as the screen reads it."""
        return Chosen(
            pages=self.drafts,
            policies=self.policies,
            bind_all=self.bind_all,
            completes=self.completes,
            seen=self.tokens,
            edition=self.cleaned_data.get("edition"),
            looks_back=bool(self.cleaned_data.get("looks_back")),
        )

    @property
    def tokens(self) -> Mapping[int, str]:
        """Which draft of a page the screen showed, by row number."""
        pairs = (entry.partition(":") for entry in str(self.cleaned_data.get("seen", "")).split())
        return {int(number): token for number, _colon, token in pairs if is_number(number)}

    @property
    def drafts(self) -> frozenset[int]:
        """The row numbers of the pages that are ticked."""
        return frozenset(int(value) for value in self._list("draft") if is_number(value))

    @property
    def policies(self) -> Mapping[str, Policy]:
        """What is chosen for marks already given, by item key. Something that is no policy is keep: it does nothing."""
        return {
            name.removeprefix("policy-"): Policy(value) if value in _POLICIES else Policy.KEEP
            for name, value in self._named("policy-")
        }

    @property
    def bind_all(self) -> frozenset[str]:
        """The keys of items that bind everybody, also who is on the way."""
        return frozenset(name.removeprefix("binds-") for name, value in self._named("binds-") if value == "all")

    @property
    def completes(self) -> bool:
        """Whether people for whom nothing is left to do are to have the course complete."""
        return bool(self._list("completes"))

    @property
    def wants_time(self) -> bool:
        """Whether a time was given, so that its fields are open."""
        return bool(self["due_date"].value() or self["due_time"].value() or self.errors.get("due_date"))

    def _list(self, name: str) -> list[str]:
        return cast(QueryDict, self.data).getlist(name) if self.is_bound else []

    def _named(self, prefix: str) -> list[tuple[str, str]]:
        return [(name, str(self.data[name])) for name in self.data if name.startswith(prefix)] if self.is_bound else []


class ReviewForm(forms.Form):
    """What the second person answers. `stamp` says what they looked at."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=64)
    words = forms.CharField(
        label=gettext_lazy("What should be different"),
        help_text=gettext_lazy("Needed when you send it back. Who put it together reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
