"""The shape of what is sent to bring many people in: a file with what they begin with, and rows that are mended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cockpit.forms.joining import WayInForm
from cockpit.models import ImportedRow
from cockpit.rules.importing import MOST_EMAIL, MOST_NAME, MOST_USERNAME, ROW, Code, Here
from cockpit.rules.importing_files import clean_cell
from cockpit.rules.importing_limits import FileRefused, Refusal
from cockpit.rules.importing_words import EMAIL, LANGUAGE, NAME, USERNAME

REFUSALS: Mapping[Refusal, Any] = {
    Refusal.EMPTY: gettext_lazy("The file is empty."),
    Refusal.TOO_LARGE: gettext_lazy("The file is larger than 10 MB. A list of 5,000 people has about half a megabyte."),
    Refusal.OTHER_KIND: gettext_lazy(
        "This is no list of people, but a file of another kind (%(kind)s). Save your list as CSV or as an Excel workbook (.xlsx)."
    ),
    Refusal.OLD_EXCEL: gettext_lazy(
        "This is a file of an older Excel, or one that is locked with a password. Save it as an Excel workbook (.xlsx), without a password."
    ),
    Refusal.DAMAGED: gettext_lazy("The file is damaged. Save it anew, as CSV or as an Excel workbook (.xlsx)."),
    Refusal.NOT_TEXT: gettext_lazy(
        "The file holds signs that are in no text. Save your list as CSV or as an Excel workbook (.xlsx)."
    ),
    Refusal.LETTERS: gettext_lazy("The letters of this file cannot be read. Save it as CSV in UTF-8."),
    Refusal.TOO_MANY_ROWS: gettext_lazy(
        "The file has more than %(most)s rows. Divide it, or copy the people into the template if the other rows are empty."
    ),
    Refusal.TOO_MANY_COLUMNS: gettext_lazy(
        "The file has more than %(most)s columns. Copy name and e-mail into the template."
    ),
    Refusal.NO_HEADINGS: gettext_lazy(
        "The first row does not name the columns. Write Name and E-mail above them, as in the template."
    ),
    Refusal.TWICE: gettext_lazy(
        "Two columns are called “%(heading)s”, or by words for the same. Leave one of them out: which one is meant is not guessed."
    ),
    Refusal.NO_PEOPLE: gettext_lazy("There is nobody in the file below the headings."),
    Refusal.QUOTE: gettext_lazy("A quotation mark near row %(line)s is not closed. Mend it, or use the template."),
    Refusal.HIDDEN: gettext_lazy(
        "The file holds far more than a list of people needs. Copy the people into the template."
    ),
}
PROBLEMS: Mapping[tuple[str, str], Any] = {
    (NAME, Code.MISSING): gettext_lazy("the name is missing."),
    (NAME, Code.TOO_LONG): gettext_lazy("the name is longer than 120 characters."),
    (NAME, Code.UNFIT): gettext_lazy("this is not a name: write letters, and no address."),
    (NAME, Code.TWICE): gettext_lazy(
        "the same name is in row %(other)s. If these are two people, give one of them a username."
    ),
    (EMAIL, Code.NO_AT): gettext_lazy("the address has no @."),
    (EMAIL, Code.TOO_LONG): gettext_lazy("the address is longer than 254 characters."),
    (EMAIL, Code.UNFIT): gettext_lazy("this is not an e-mail address: write one such as name@example.org."),
    (EMAIL, Code.TWICE): gettext_lazy("the same address is in row %(other)s."),
    (USERNAME, Code.TAKEN): gettext_lazy("somebody has this username. Choose another one, or leave it empty."),
    (USERNAME, Code.TOO_LONG): gettext_lazy("the username is longer than 150 characters."),
    (USERNAME, Code.UNFIT): gettext_lazy("a username has letters, figures and . + - _ only."),
    (USERNAME, Code.TWICE): gettext_lazy("the same username is in row %(other)s."),
    (LANGUAGE, Code.UNKNOWN): gettext_lazy("the site does not have this language. Choose one, or leave it empty."),
}
HERE: Mapping[str, Any] = {
    Here.MEMBER: gettext_lazy("is a member already"),
    Here.INVITED: gettext_lazy("is invited already"),
    Here.CARD: gettext_lazy("has a card already"),
}


def refused_words(error: FileRefused) -> str:
    """Return in words why a file is not read."""
    return str(REFUSALS[error.reason]) % error.values


def problem_words(number: int, column: str, code: str) -> str:
    """Return in words what is wrong with a text of a row; the row is named, as in the summary nothing else says which."""
    name, _colon, other = code.partition(":")
    words = str(PROBLEMS.get((column, name), _("this cannot be read."))) % {"other": other}
    return _("Row %(number)s: %(problem)s") % {"number": number, "problem": words}


def here_words(problems: Mapping[str, str]) -> str:
    """Return why somebody counts as here already, in words."""
    return str(HERE.get(problems.get(ROW, ""), ""))


class ImportForm(WayInForm):
    """A list of people, and what they begin with."""

    file = forms.FileField(
        label=gettext_lazy("List of people"),
        help_text=gettext_lazy("CSV or Excel workbook (.xlsx), up to 10 MB and 5,000 people."),
        error_messages={
            "required": gettext_lazy("Choose the file with the list."),
            "missing": gettext_lazy("Choose the file with the list."),
            "empty": gettext_lazy("The file is empty."),
            "max_length": gettext_lazy("The name of the file is too long. Give it a shorter one."),
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the messages"),
        help_text=gettext_lazy("For everybody whose row names no language."),
        choices=settings.LANGUAGES,
    )
    field_order = ("organisation", "target", "project", "language", "file", "key")


_LIMITS = {NAME: MOST_NAME, EMAIL: MOST_EMAIL, USERNAME: MOST_USERNAME}
_OUT = "out"


@dataclass(frozen=True)
class RowFields:
    """The fields of one row that needs a look."""

    number: int
    fields: Sequence[BoundField]
    out: BoundField


class RowsForm(forms.Form):
    """Rows that need a look, each with its texts and what is wrong with them; or to be left out.

    It is always bound: to what is stored, with the words of its problems. What was typed is stored first (`typed`).
    """

    use_required_attribute = False

    def __init__(self, rows: Sequence[ImportedRow]) -> None:
        self._rows = rows
        super().__init__(
            {_name(row, column): row.values.get(column, "") for row in rows for column in (*_LIMITS, LANGUAGE)}
        )
        labels = {NAME: _("Name"), EMAIL: _("E-mail"), USERNAME: _("Username"), LANGUAGE: _("Language")}
        for row in rows:
            for column in _LIMITS:
                attributes = {"autocomplete": "off", "spellcheck": "false"}
                if column == EMAIL:
                    attributes |= {"inputmode": "email", "autocapitalize": "none"}
                widget = forms.TextInput(attrs=attributes)
                self.fields[_name(row, column)] = forms.CharField(label=labels[column], required=False, widget=widget)
            said = row.values.get(LANGUAGE, "")
            choices = [("", _("as for the whole list")), *settings.LANGUAGES]
            if said and said not in dict(settings.LANGUAGES):
                choices.append((said, said))
            self.fields[_name(row, LANGUAGE)] = forms.ChoiceField(
                label=labels[LANGUAGE], required=False, choices=choices
            )
            self.fields[_name(row, _OUT)] = forms.BooleanField(
                label=_("Leave row %(number)s out") % {"number": row.number}, required=False
            )

    def clean(self) -> dict[str, Any]:
        for row in self._rows:
            for column, code in row.problems.items():
                if _name(row, column) in self.fields:
                    self.add_error(_name(row, column), problem_words(row.number, column, code))
        return self.cleaned_data

    @property
    def rows(self) -> Iterator[RowFields]:
        """The rows with the fields of each."""
        for row in self._rows:
            fields = [self[_name(row, column)] for column in (*_LIMITS, LANGUAGE)]
            yield RowFields(row.number, fields, self[_name(row, _OUT)])


def _name(row: ImportedRow, column: str) -> str:
    return f"row-{row.number}-{column}"


def typed(sent: Mapping[str, str], numbers: Sequence[int]) -> tuple[dict[int, dict[str, str]], set[int]]:
    """Return what was typed for these rows, by number and column, and which of them are to be left out."""
    changes: dict[int, dict[str, str]] = {}
    out: set[int] = set()
    for number in numbers:
        for column in (*_LIMITS, LANGUAGE):
            value = sent.get(f"row-{number}-{column}")
            if value is not None:
                changes.setdefault(number, {})[column] = clean_cell(value)
        if sent.get(f"row-{number}-{_OUT}"):
            out.add(number)
    return changes, out
