"""The questions of "Did it help", in words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

_SCALE = [
    ("1", gettext_lazy("Not at all")),
    ("2", gettext_lazy("A little")),
    ("3", gettext_lazy("Partly")),
    ("4", gettext_lazy("Mostly")),
    ("5", gettext_lazy("Very much")),
]
HELP_RATINGS = [
    ("1", gettext_lazy("Not yet")),
    ("2", gettext_lazy("With help")),
    ("3", gettext_lazy("On my own")),
    ("4", gettext_lazy("I can show others")),
]
HELP_QUESTIONS: dict[str, dict[str, tuple[Any, list[tuple[str, Any]]]]] = {
    "before": {},
    "end": {
        "useful": (gettext_lazy("Is what you learned useful for your work?"), _SCALE),
        "clear": (gettext_lazy("Was it explained clearly?"), _SCALE),
        "recommend": (gettext_lazy("Would you tell somebody at work to do this course?"), _SCALE),
    },
    "later": {
        "used": (
            gettext_lazy("Did you use at work what you learned?"),
            [("yes", gettext_lazy("Yes")), ("not-yet", gettext_lazy("Not yet")), ("no", gettext_lazy("No"))],
        )
    },
}
"""The words of what `progress.rules.helping.QUESTIONS` names, with the words of each answer."""


class HelpForm(forms.Form):
    """The questions of one wave, none of which must be answered. `outcomes`: key and text of what the course teaches."""

    def __init__(self, *args: Any, wave: str, outcomes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [self._add(name, label, choices) for name, (label, choices) in HELP_QUESTIONS[wave].items()]
        self.rated = [
            self._add(f"outcome-{key}", text, HELP_RATINGS) for key, text in outcomes if wave in {"before", "end"}
        ]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by question; after `is_valid`."""
        return self._given("", but="outcome-")

    @property
    def ratings(self) -> dict[str, str]:
        """How outcomes were rated, by their key; after `is_valid`."""
        return self._given("outcome-")

    def _given(self, prefix: str, *, but: str = "\0") -> dict[str, str]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if value and name.startswith(prefix) and not name.startswith(but)
        }

    def _add(self, name: str, label: Any, choices: list[tuple[str, Any]]) -> str:
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
        return name
