"""The shape of what learners send, and of what editors decide about a release."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.timezone import get_default_timezone, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Sector, SizeBand
from case_studies.models import AppliedStory, Country
from courses.rules.kinds import Answer, NotAnAnswer, kind_of
from progress.models import Accommodation, Submission
from progress.operations.answering import MAX_SEQUENCE
from progress.queries.questions import Question
from progress.queries.release_screen import Chosen
from progress.rules.regrading import Policy

_POLICIES = frozenset(policy.value for policy in Policy)

UNSURE = "unsure"
"""What the row "I am not sure" sends. Block ids are UUIDs, so no option is called so."""


class AnswerForm(forms.Form):
    """One answer, read as the kind of its question reads it. What can be answered is the attempt's to say."""

    sequence = forms.IntegerField(min_value=0, max_value=MAX_SEQUENCE, required=False)

    def __init__(self, sent: QueryDict, *, entry: Mapping[str, Any], language: str, prefix: str = "") -> None:
        """`entry` is the question in the form of the attempt; numbers are read as they are written in `language`.

        `prefix` stands before the names of its fields, with a hyphen, where a page asks more than one question.
        """
        super().__init__(sent, prefix=prefix or None)
        self._says_unsure = UNSURE in sent.getlist(self.add_prefix("option"))
        self.answer, self.problem = Answer(), ""
        try:
            self.answer = kind_of(entry).read(entry, self._posted, language=language)
        except NotAnAnswer as refusal:
            if not self._says_unsure:
                self.problem = _(refusal.words) % refusal.values

    @property
    def unsure(self) -> bool:
        """Whether "I am not sure" is the answer. Where there is an answer as well, that is it."""
        return self._says_unsure and not self.answer

    @property
    def is_empty(self) -> bool:
        return not (self.answer or self.unsure or self.problem)

    @property
    def counter(self) -> int:
        """The number of this answer; 0, the oldest, where it is missing or no number."""
        return (self.cleaned_data.get("sequence") or 0) if self.is_valid() else 0

    def typed_into(self, question: Question) -> Question:
        """Return the question with all fields as they were sent, also where that is no answer."""
        chosen = self._posted("option")
        options = tuple(
            replace(
                option,
                is_chosen=option.id in chosen,
                place=next((int(place) for place in self._posted(f"pair-{option.id}") if _is_number(place)), 0),
            )
            for option in question.options
        )
        written = "".join(self._posted("text")[:1])
        return replace(question, options=options, written=written, unsure=self._says_unsure)

    def _posted(self, name: str) -> list[str]:
        sent = cast(QueryDict, self.data).getlist(self.add_prefix(name))
        return [value for value in sent if (name, value) != ("option", UNSURE)]


def empty_words(kind: str) -> str:
    """Return what is said where a question of this kind was sent without an answer."""
    if kind in {"numeric", "short_text", "open_answer"}:
        return _("Write an answer. If you do not know, choose “I am not sure”.")
    return _("Choose an answer. If you do not know, choose “I am not sure”.")


class PositionForm(forms.Form):
    """Where a learner stopped: the id of a section, or nothing for the top."""

    section = forms.CharField(
        max_length=64, required=False, validators=[RegexValidator(r"^[A-Za-z0-9_-]+$")], empty_value=""
    )


class CheckForm(forms.Form):
    """What a learner says who asks a person to check a result; nothing is needed."""

    @property
    def words(self) -> str:
        return str(self.data.get("words", "")).replace("\0", "")


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
        return {int(number): token for number, _colon, token in pairs if _is_number(number)}

    @property
    def drafts(self) -> frozenset[int]:
        """The row numbers of the pages that are ticked."""
        return frozenset(int(value) for value in self._list("draft") if _is_number(value))

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


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


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


class DraftForm(forms.Form):
    """The draft of an assignment. `sequence` says which saved text the page was drawn with. Files come beside it."""

    sequence = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your text"),
        help_text=gettext_lazy("Leave out names and private things of people you support: others read this."),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        strip=False,
    )

    @classmethod
    def of(cls, submission: Submission) -> "DraftForm":
        """Return the form with what is saved."""
        return cls(initial={"sequence": submission.sequence, "text": submission.text})

    def clean_sequence(self) -> int:
        """Return the number of the text on the page; 0, that of an empty draft, where it is missing or no number."""
        sent = self.cleaned_data["sequence"]
        return int(sent) if _is_number(sent) and int(sent) <= MAX_SEQUENCE else 0

    def add_too_long(self) -> None:
        self.add_error("text", _("The text is too long: 50,000 characters at most. Add the rest as a file."))

    def go_on_from(self, sequence: int) -> None:
        """Let the form be drawn with the number of the text that is saved now, so that sending it again saves anew."""
        data = cast(QueryDict, self.data).copy()
        data["sequence"] = str(sequence)
        self.data = data

    def add_newer(self, saved: Submission) -> None:
        """Say that another tab saved a text meanwhile; sending the form again then takes the place of that one."""
        self.go_on_from(saved.sequence)
        self.newer = saved.text
        self.add_error(
            "text",
            _("Another text was saved meanwhile, in another window or on another device. Both are shown here."),
        )

    def add_left(self, words: str) -> None:
        """Say to somebody who left the course that nothing was saved."""
        self.add_error(None, words)

    def add_file_problem(self, words: str) -> None:
        self.file_problems = [*self.file_problems, words]
        self.add_error(None, words)

    newer: str | None = None
    file_problems: Sequence[str] = ()


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
