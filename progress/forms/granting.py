"""What one person is granted in every quiz."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from progress.models import Accommodation


def _all(words: Any) -> dict[str, Any]:
    return dict.fromkeys(("required", "invalid", "min_value", "max_value"), words)


class AccommodationForm(forms.ModelForm):
    """What one person is granted. There is no field for a reason."""

    class Meta:
        model = Accommodation
        fields = ["extra_time_percentage", "extra_attempts", "one_question_a_page"]
        help_texts = {
            "one_question_a_page": gettext_lazy("Also in quizzes that show all their questions on one page."),
        }
        # Not the browser's field for numbers: it would clear what somebody typed that is none.
        widgets = {
            name: forms.TextInput(attrs={"inputmode": "numeric", "size": 4})
            for name in ("extra_time_percentage", "extra_attempts")
        }
        error_messages = {
            "extra_time_percentage": _all(gettext_lazy("Extra time is a whole number from 0 to 300.")),
            "extra_attempts": _all(gettext_lazy("Extra tries are a whole number from 0 to 20.")),
        }
