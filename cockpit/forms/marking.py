"""The shape of what an assessor sends: levels and comments for a rubric, points and comments for answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.operations.judging import MOST_WORDS, WHOLE
from progress.operations.marking_by_hand import HandPoints
from progress.queries.markings import MarkedQuestion
from progress.queries.submissions import Criterion

_LEVEL, _COMMENT, _POINTS = "level-", "comment-", "points-"


def _comment_field(label: str) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 2}), max_length=MOST_WORDS, required=False)


class JudgementForm(forms.Form):
    """A rubric to fill in. Which criteria and levels there are is the frozen assignment's to say."""

    whole = forms.CharField(
        label=gettext_lazy("On the whole"),
        help_text=gettext_lazy("The learner reads it first. What is good, and what would make it better."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=MOST_WORDS,
        required=False,
    )
    gives_back = forms.ChoiceField(
        label=gettext_lazy("What is to happen"),
        choices=[
            ("", gettext_lazy("The points decide whether it passes")),
            ("yes", gettext_lazy("Give it back, so that it can be improved and handed in once more")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._criteria = criteria
        for criterion in criteria:
            self.fields[_LEVEL + criterion.id] = forms.ChoiceField(
                label=criterion.title,
                choices=[(level.id, level.title) for level in criterion.levels],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose a level: %(criterion)s") % {"criterion": criterion.title},
                    "invalid_choice": _("Choose a level: %(criterion)s") % {"criterion": criterion.title},
                },
            )
            self.fields[_COMMENT + criterion.id] = _comment_field(_("What you say of it"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("gives_back") and not cleaned.get("whole", "").strip() and "whole" not in self.errors:
            self.add_error("whole", _("Say what would make it better. Work is not given back without a word."))
        return cleaned

    @property
    def rows(self) -> list[tuple[Criterion, BoundField, BoundField]]:
        """The criteria in order, each with its field for the level and the one for words."""
        return [(criterion, self[_LEVEL + criterion.id], self[_COMMENT + criterion.id]) for criterion in self._criteria]

    @property
    def levels(self) -> dict[str, str]:
        """The level chosen of each criterion."""
        return {criterion.id: self.cleaned_data[_LEVEL + criterion.id] for criterion in self._criteria}

    @property
    def comments(self) -> dict[str, str]:
        """What is said, by criterion, and of the whole."""
        said = {criterion.id: self.cleaned_data[_COMMENT + criterion.id] for criterion in self._criteria}
        return {**said, WHOLE: self.cleaned_data["whole"]}

    @property
    def wants_back(self) -> bool:
        """Whether the work is to be given back."""
        return bool(self.cleaned_data["gives_back"])


class AnswersForm(forms.Form):
    """Points and words for answers. Points that are left empty stay as they are, unless `needed` names the question."""

    def __init__(
        self, *args: Any, questions: Sequence[MarkedQuestion], needed: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._questions = questions
        for entry in questions:
            number = entry.question.number
            is_needed = entry.question.id in needed
            self.fields[_POINTS + entry.question.id] = forms.IntegerField(
                label=_("Points, %(least)s to %(most)s") % {"least": entry.points, "most": entry.worth},
                help_text="" if is_needed else _("Leave it empty where the points are right."),
                min_value=entry.points,
                max_value=entry.worth,
                required=is_needed,
                error_messages={
                    "required": _("Question %(number)s: say how many points.") % {"number": number},
                    **{
                        code: _("Question %(number)s: a whole number from %(least)s to %(most)s.")
                        % {"number": number, "least": entry.points, "most": entry.worth}
                        for code in ("invalid", "min_value", "max_value")
                    },
                },
            )
            self.fields[_COMMENT + entry.question.id] = _comment_field(_("What you say to the learner"))

    @property
    def rows(self) -> list[tuple[MarkedQuestion, BoundField, BoundField]]:
        """The questions in order, each with its field for points and the one for words."""
        return [
            (entry, self[_POINTS + entry.question.id], self[_COMMENT + entry.question.id]) for entry in self._questions
        ]

    @property
    def marks(self) -> Mapping[str, HandPoints]:
        """What is given, by question id."""
        return {
            entry.question.id: HandPoints(points, self.cleaned_data[_COMMENT + entry.question.id])
            for entry in self._questions
            if (points := self.cleaned_data[_POINTS + entry.question.id]) is not None
        }


class CheckForm(AnswersForm):
    """The answer to somebody who asked to have a result checked, with more points where it was marked too hard."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("The learner reads it with the result: what you looked at, and what came of it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Answer in words: a check ends with what you found.")},
    )
