"""Shape of what people type: the name on a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

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

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        problem = name_problem(name)
        if problem is not None:
            raise forms.ValidationError(_WORDS[problem], code=problem.value)
        return name
