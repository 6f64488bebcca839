"""What the outline of a course asks for: titles of new pages, and where a page should go."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.queries.changes import language_name
from foundation.rules.pasting import clean_line, titles_in

LONGEST_TITLE = 255
MOST_TITLES = 60

KIND_NAMES = {
    "module": gettext_lazy("Module"),
    "lesson": gettext_lazy("Lesson"),
    "quiz": gettext_lazy("Quiz"),
    "assignment": gettext_lazy("Assignment"),
}
STEP_KINDS = ("lesson", "quiz", "assignment")


class AddForm(forms.Form):
    """Titles of new pages, one of each line. `where` is the number of the page they go below."""

    kind = forms.ChoiceField(label=gettext_lazy("What"))
    titles = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), strip=False, required=False)

    def __init__(self, *args: Any, where: int, is_module: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"add-{where}-%s", **kwargs})
        self.where = where
        kinds = ("module",) if is_module else STEP_KINDS
        self.fields["kind"].choices = [(kind, KIND_NAMES[kind]) for kind in kinds]  # type: ignore[attr-defined]
        if is_module:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = "module"
        self.fields["titles"].label = _("Titles of new modules") if is_module else _("Titles of new steps")

    def clean_titles(self) -> list[str]:
        titles = titles_in(self.cleaned_data["titles"])
        if not titles:
            raise ValidationError(_("Write a title. Each line becomes a draft of its own."))
        if len(titles) > MOST_TITLES:
            words = ngettext(
                "These are %(count)s lines. Add at most %(most)s at once.",
                "These are %(count)s lines. Add at most %(most)s at once.",
                len(titles),
            )
            raise ValidationError(words, params={"count": len(titles), "most": MOST_TITLES})
        for number, title in enumerate(titles, start=1):
            if len(title) > LONGEST_TITLE:
                raise ValidationError(
                    _("Line %(number)s is longer than %(most)s signs: “%(begin)s …”. Make it shorter."),
                    params={"number": number, "most": LONGEST_TITLE, "begin": title[:40]},
                )
        return titles


class CopyForm(forms.Form):
    """What the copy of a course is called, in each of its languages, and its address."""

    slug = forms.SlugField(
        label=gettext_lazy("Address of the copy"),
        max_length=255,
        help_text=gettext_lazy("The last part of its address, for every language. Small letters and hyphens."),
        error_messages={
            "required": gettext_lazy("Give the copy an address."),
            "invalid": gettext_lazy("An address has letters, numbers and hyphens only, and no spaces."),
        },
    )

    def __init__(self, *args: Any, titles: dict[str, str], **kwargs: Any) -> None:
        """`titles`: those of the original, by language; the first is that of the source."""
        super().__init__(*args, **kwargs)
        self.languages = tuple(titles)
        fields = {}
        for language, title in titles.items():
            label = _("Title of the copy in %(language)s") % {"language": language_name(language)}
            fields[f"title_{language}"] = forms.CharField(
                label=label,
                max_length=LONGEST_TITLE,
                initial=title,
                error_messages={
                    "required": _("Give the copy a title in %(language)s.") % {"language": language_name(language)}
                },
            )
        self.fields = {**fields, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in (f"title_{language}" for language in self.languages):
            if name in cleaned:
                cleaned[name] = clean_line(cleaned[name])
                if not cleaned[name]:  # nothing but signs that nobody sees
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    @property
    def titles(self) -> dict[str, str]:
        """The titles by language, once the form is valid."""
        return {language: self.cleaned_data[f"title_{language}"] for language in self.languages}


class MoveForm(forms.Form):
    """Where a step should go: a module, and a place in it."""

    to = forms.IntegerField()
    place = forms.IntegerField(required=False, min_value=1, max_value=9999)
