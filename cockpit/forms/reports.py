"""What a report is to be about, and what an evidence pack is to hold."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Project
from cockpit.forms.importing import REFUSALS
from cockpit.models import EvidencePack
from cockpit.queries.packs import may_have_names
from cockpit.rules.evidence import Period, PeriodProblem, period_problem
from cockpit.rules.evidence_sheet import SheetProblem, SheetRefused, count_sheet
from cockpit.rules.evidence_sheet_files import rows_of_sheet
from cockpit.rules.importing_limits import MOST_BYTES, FileRefused

PERIOD_WORDS = {
    PeriodProblem.ORDER: gettext_lazy("The last day is before the first. Change one of them."),
    PeriodProblem.NOT_OVER: gettext_lazy(
        "The period is not over: choose a last day that has passed. What is counted of a day may still change until then."
    ),
    PeriodProblem.TOO_LONG: gettext_lazy("The period is longer than ten years. Choose a shorter one."),
}
SHEET_WORDS = {
    SheetProblem.NO_CODES: gettext_lazy('The first column is not "code". Fill in the sheet that you download here.'),
    SheetProblem.NO_COLUMNS: gettext_lazy("The sheet has no column that could be counted."),
    SheetProblem.TOO_MANY_COLUMNS: gettext_lazy("The sheet has more than 8 columns to count."),
    SheetProblem.SAME_HEADING: gettext_lazy("Two columns of the sheet have the same heading."),
    SheetProblem.UNKNOWN_CODE: gettext_lazy(
        "Row %(where)s has a code that is not of this report. Use the sheet of the same organisation, project and days."
    ),
    SheetProblem.CODE_TWICE: gettext_lazy("Row %(where)s has a code that stands above already."),
    SheetProblem.TOO_MANY_VALUES: gettext_lazy(
        'The column "%(where)s" has more than 30 different answers. Use a few categories.'
    ),
    SheetProblem.TOO_LONG: gettext_lazy("Row %(where)s has an answer of more than 60 characters. Use a short word."),
}


def usual_period(today: date) -> Period:
    """Return the year to the end of the last month that is over."""
    last_day = today.replace(day=1) - timedelta(days=1)
    return Period(last_day.replace(month=1, day=1), last_day)


def _day_field(label: Any, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": gettext_lazy("Write the day as on the calendar: 2026-01-31.")},
    )


class PeriodForm(forms.Form):
    """The days and the project of a report. Both days count."""

    use_required_attribute = False

    first_day = _day_field(gettext_lazy("First day"), gettext_lazy("Choose the first day."))
    last_day = _day_field(gettext_lazy("Last day"), gettext_lazy("Choose the last day."))
    project = forms.ChoiceField(
        label=gettext_lazy("Project"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose a project of the list.")},
    )

    def __init__(self, *args: Any, projects: Mapping[str, Project], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._projects, self._today = projects, today
        choices = [("", _("All, with or without a project")), *((key, entry.name) for key, entry in projects.items())]
        self.fields["project"].choices = choices  # type: ignore[attr-defined]  # of this kind of field

    @property
    def project_chosen(self) -> Project | None:
        return self._projects.get(self.cleaned_data.get("project", ""))

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["first_day"], self.cleaned_data["last_day"])

    def clean(self) -> None:
        super().clean()
        if {"first_day", "last_day"} <= self.cleaned_data.keys():
            problem = period_problem(self.period, today=self._today)
            if problem is not None:
                self.add_error("first_day" if problem is PeriodProblem.TOO_LONG else "last_day", PERIOD_WORDS[problem])


class PackForm(PeriodForm):
    """An evidence pack: what of people is in it, its language, and a sheet with what only the organisation knows."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    names = forms.ChoiceField(
        label=gettext_lazy("What of people is in it"),
        choices=EvidencePack.Names.choices,
        initial=EvidencePack.Names.TOTALS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what of people is in it.")},
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the pack"), choices=settings.LANGUAGES)
    sheet = forms.FileField(
        label=gettext_lazy("Filled-in sheet, where the funder asks for more"),
        help_text=gettext_lazy(
            "CSV or Excel (.xlsx). It is counted and not kept: in the pack are totals only, none that is below 5."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_day", "last_day", "project"):  # said above on the page, where a problem's link leads
            self.fields[name].widget = forms.HiddenInput(attrs={"id": f"pack_{name}"})

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("names") == EvidencePack.Names.NAMES and not may_have_names(self.project_chosen):
            self.add_error(
                "names",
                _("A list with names needs a project that says on what legal basis it keeps one. Choose another list."),
            )

    def count_sheet(self, codes: frozenset[str], ignored: frozenset[str]) -> dict[str, dict[str, int]]:
        """Return the counts of the sheet, none where there is no sheet. A sheet that cannot be counted is a problem."""
        file = self.cleaned_data.get("sheet")
        if not file:
            return {}
        try:
            return count_sheet(rows_of_sheet(file.read(MOST_BYTES + 1)), codes=codes, ignored=ignored)
        except FileRefused as refused:
            self.add_error("sheet", str(REFUSALS[refused.reason]) % refused.values)
        except SheetRefused as refused:
            self.add_error("sheet", SHEET_WORDS[refused.problem] % {"where": refused.where})
        return {}
