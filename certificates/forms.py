"""Shape of what people type or choose: the name on a certificate, a file to check, how long a link opens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.models import NameVisibility
from certificates.printing import MAX_UPLOAD_BYTES
from certificates.queries.badges import LONGEST_BADGE
from certificates.queries.uploads import FileState
from certificates.rules.names import NameProblem, name_problem, tidy_name

_WORDS = {
    NameProblem.EMPTY: _("Write the name that should stand on the certificate."),
    NameProblem.TOO_LONG: _("The name is too long: a certificate has room for 120 characters."),
    NameProblem.HIDDEN: _("The name has a character that cannot be seen, such as a line break. Type the name anew."),
    NameProblem.SIGNS: _("A name has letters, marks and hyphens. Take out emoji and other signs."),
    NameProblem.NO_LETTER: _("A name has letters. Write it as it is spoken."),
    NameProblem.MARKS: _("One letter has too many marks over or under it. Type the name anew."),
}


class NameForm(forms.Form):
    """The name a holder confirms. What is refused is refused in words, and what was typed stays."""

    name = forms.CharField(
        label=_("Name on the certificate"),
        help_text=_("As you would show it to an employer. Up to 120 characters, in any script."),
        required=False,  # an empty name gets our words, not the browser's
        strip=False,
        # No `maxlength`: browsers cut a long name silently when it is pasted, and the holder may not notice.
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )

    visibility = forms.ChoiceField(
        label=_("What others see of your name on the page of the certificate"),
        choices=NameVisibility.choices,
        required=False,
        widget=forms.RadioSelect,
    )

    def clean_visibility(self) -> str:
        """Where nothing was chosen the full name is shown, as on paper."""
        return self.cleaned_data["visibility"] or NameVisibility.FULL

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        problem = name_problem(name)
        if problem is not None:
            raise forms.ValidationError(_WORDS[problem], code=problem.value)
        return name


FILE_PROBLEMS = {
    FileState.TOO_LARGE: _("The file is larger than 5 MB. A certificate of ours is much smaller, so it is not one."),
    FileState.NEITHER: _("This is neither a PDF nor the text of a badge. Choose the file that the holder sent you."),
    FileState.LOCKED: _("The PDF asks for a password. Ours do not: ask the holder for the file as it was made."),
    FileState.BROKEN: _("The file cannot be read: it is broken or cut off. Ask the holder to send it again."),
    FileState.TOOK_TOO_LONG: _("The file took too long to read. Ours never do. Try once more, or check the number."),
}


class FileForm(forms.Form):
    """A PDF or a badge to be checked, as a file or as text."""

    file = forms.FileField(
        label=_("PDF or badge file"),
        help_text=_("As the holder sent it to you, up to 5 MB. We do not keep it."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.json,application/pdf,application/json"}),
    )
    text = forms.CharField(
        label=_("Or the text of a badge"),
        help_text=_("It begins with a curly bracket."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, is_unread: bool = False, **kwargs: Any) -> None:
        """`is_unread`: so much was sent that none of it was read."""
        super().__init__(*args, **kwargs)
        self._is_unread = is_unread

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file = given.get("file")
        if self._is_unread:
            self.add_error("file", forms.ValidationError(FILE_PROBLEMS[FileState.TOO_LARGE]))
        elif not file and not given.get("text"):
            self.add_error("file", forms.ValidationError(_("Choose a file, or paste the text of a badge.")))
        elif file and file.size > MAX_UPLOAD_BYTES:
            self.add_error("file", forms.ValidationError(FILE_PROBLEMS[FileState.TOO_LARGE]))
        elif not file and len(given["text"]) > LONGEST_BADGE:
            self.add_error("text", forms.ValidationError(_("This text is too long for a badge of ours.")))
        return given

    @property
    def chosen(self) -> str:
        """The field that was used."""
        return "file" if self.cleaned_data.get("file") else "text"

    def sent(self) -> bytes:
        """Return what was sent: the file where one was chosen, else the text."""
        file = self.cleaned_data.get("file")
        if file:
            data: bytes = file.read()
            return data
        return str(self.cleaned_data["text"]).encode()


class ShareForm(forms.Form):
    """How long a link opens the files of a certificate."""

    SHORTEST = 7
    DAYS = ((SHORTEST, _("7 days")), (30, _("30 days")), (365, _("1 year")), (0, _("until I end it")))

    days = forms.TypedChoiceField(label=_("It opens the files for"), choices=DAYS, coerce=int, initial=30)
