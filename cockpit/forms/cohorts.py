"""What managers say of a cohort: what it takes and when, its plan, its sessions, what is written to it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import from_current_timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Project
from cockpit.queries.cohorts import PlanLine
from courses.models import Course, LearningPath
from courses.rules.outline import Outline, OutlineItem
from progress.models import Cohort, CohortMessage, LiveSession
from progress.operations.cohort_sessions import SessionValues

LONGEST_PLAN_DAYS = 1100


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Give a day."),
            "invalid": gettext_lazy("Give the day as year-month-day, such as 2026-11-30."),
        },
    )


def _line(label: Any, missing: Any, *, longest: int, help_text: Any = "", required: bool = True) -> forms.CharField:
    field = forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=longest,
        error_messages={
            "required": missing,
            "max_length": gettext_lazy("Up to %(limit_value)d characters; these are %(show_value)d."),
        },
    )
    field.widget.attrs.pop("maxlength", None)  # browsers cut what is pasted, silently
    return field


class DatesForm(forms.Form):
    """Name and dates of a cohort."""

    use_required_attribute = False

    name = _line(
        gettext_lazy("Name of the cohort"),
        gettext_lazy("Give the cohort a name: the people in it read it."),
        longest=120,
        help_text=gettext_lazy("People in it read it. Example: Repair workshop, spring."),
    )
    start_date = _day(gettext_lazy("First day"))
    end_date = _day(gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start_date"), cleaned.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", _("The last day comes before the first."))
        elif start and end and (end - start).days > LONGEST_PLAN_DAYS:
            self.add_error("end_date", _("That is more than three years. Make a cohort for each round."))
        return cleaned


class CohortForm(DatesForm):
    """A new cohort."""

    takes = forms.ChoiceField(
        label=gettext_lazy("What the cohort takes"),
        error_messages={
            "required": gettext_lazy("Choose a course or a learning path."),
            "invalid_choice": gettext_lazy("Choose a course or a learning path that takes people in."),
        },
    )
    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"),
        error_messages={"required": gettext_lazy("Choose the organisation whose people are in it.")},
    )
    project = forms.ChoiceField(
        label=gettext_lazy("Project"),
        required=False,
        help_text=gettext_lazy("Enrolments of the cohort count in its reports. Leave it open where there is none."),
    )
    field_order = ["name", "takes", "start_date", "end_date", "organisation", "project"]

    def __init__(
        self,
        *args: Any,
        courses: Sequence[tuple[Course, Outline]],
        paths: Sequence[tuple[LearningPath, str]],
        organisations: Sequence[Organisation],
        projects: Sequence[Project],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._taken: dict[str, Course | LearningPath] = {
            **{f"course-{course.key}": course for course, _outline in courses},
            **{f"path-{path.key}": path for path, _title in paths},
        }
        self._organisations = {str(one.public_id): one for one in organisations}
        self._projects = {str(one.public_id): one for one in projects}
        groups: list[Any] = [("", _("Choose"))]
        if courses:
            groups.append((_("Courses"), [(f"course-{course.key}", outline.title) for course, outline in courses]))
        if paths:
            groups.append((_("Learning paths"), [(f"path-{path.key}", title) for path, title in paths]))
        self.fields["takes"].choices = groups  # type: ignore[attr-defined]  # of this kind of field
        self.fields["organisation"].choices = [(key, one.name) for key, one in self._organisations.items()]  # type: ignore[attr-defined]
        self.fields["project"].choices = [  # type: ignore[attr-defined]
            ("", _("No project")),
            *((key, one.name) for key, one in self._projects.items()),
        ]
        if len(self._organisations) == 1:
            self.fields["organisation"].initial = next(iter(self._organisations))

    @property
    def chosen(self) -> Mapping[str, Any]:
        """What `make_cohort` takes, of a form that is fine."""
        taken = self._taken[self.cleaned_data["takes"]]
        return {
            "name": self.cleaned_data["name"],
            "start_date": self.cleaned_data["start_date"],
            "end_date": self.cleaned_data["end_date"],
            "course": taken if isinstance(taken, Course) else None,
            "path": taken if isinstance(taken, LearningPath) else None,
            "organisation": self._organisations[self.cleaned_data["organisation"]],
            "project": self._projects.get(self.cleaned_data["project"]),
        }


class PlanForm(forms.Form):
    """A day for each step; an empty one takes it out of the plan."""

    def __init__(self, *args: Any, lines: Sequence[PlanLine], cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines, self._cohort = lines, cohort
        for line in lines:
            field = _day(line.item.title)
            field.required = False
            field.initial = line.due_date
            field.widget.attrs |= {"min": cohort.start_date.isoformat(), "max": cohort.end_date.isoformat()}
            self.fields[line.name] = field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = self._cohort.start_date, self._cohort.end_date
        for name, day in list(cleaned.items()):
            if day is not None and not start <= day <= end:
                self.add_error(
                    name,
                    _("The cohort runs from %(first)s to %(last)s.")
                    % {"first": date_format(start, "DATE_FORMAT"), "last": date_format(end, "DATE_FORMAT")},
                )
        return cleaned

    @property
    def rows(self) -> list[tuple[PlanLine, Any]]:
        """Steps with their fields, as the page draws them."""
        return [(line, self[line.name]) for line in self._lines]

    @property
    def days(self) -> dict[tuple[Course, UUID], date | None]:
        return {(line.course, UUID(line.item.key)): self.cleaned_data[line.name] for line in self._lines}


class MessageForm(forms.Form):
    """A message to the people of a cohort. `key` names this form, so that it is sent once."""

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = _line(gettext_lazy("Subject"), gettext_lazy("Say in a few words what it is about."), longest=120)
    text = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=gettext_lazy("Up to 4,000 characters. An empty line begins a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("Write what you want to say to the group.")},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        longest = CohortMessage._meta.get_field("text").max_length or 0
        if len(text) > longest:
            raise forms.ValidationError(
                _("Up to %(most)s characters; these are %(count)s.") % {"most": longest, "count": len(text)}
            )
        return text


class NoteForm(forms.Form):
    """A note about the group."""

    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Note about the group"),
        help_text=gettext_lazy(
            "About the group, never about one person: whoever is named could ask to read it. Managers of the "
            "organisation read it, nobody else."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write the note first."),
            "max_length": gettext_lazy("Up to %(limit_value)d characters; these are %(show_value)d."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.pop("maxlength", None)


class SessionForm(forms.Form):
    """A live session. Its time is in the time zone of the site."""

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = _line(gettext_lazy("Title"), gettext_lazy("Give the session a title."), longest=120)
    day = _day(gettext_lazy("Day"))
    time = forms.TimeField(
        label=gettext_lazy("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Give the time at which it begins."),
            "invalid": gettext_lazy("Give the time as hours:minutes, such as 14:30."),
        },
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        initial=90,
        min_value=5,
        max_value=1440,
        error_messages={
            "required": gettext_lazy("Say how many minutes it takes."),
            "invalid": gettext_lazy("Say how many minutes it takes, as a number."),
            "min_value": gettext_lazy("At least %(limit_value)s minutes."),
            "max_value": gettext_lazy("At most %(limit_value)s minutes: make one session for each day."),
        },
    )
    place = _line(gettext_lazy("Place"), "", longest=300, required=False)
    link = forms.URLField(
        label=gettext_lazy("Link to join online"),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("Give a whole address, such as https://meet.example.org/room.")},
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Step that being there does"),
        required=False,
        help_text=gettext_lazy("Steps of the course that are done by being there. Who is ticked off has done it."),
    )

    def __init__(self, *args: Any, steps: Sequence[tuple[Course, OutlineItem]], zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._steps = {item.key: course for course, item in steps}
        self.fields["time"].help_text = _("In the time zone %(zone)s.") % {"zone": zone}
        choices = [("", _("None: it is a meeting")), *((item.key, item.title) for _course, item in steps)]
        if steps:
            self.fields["step"].choices = choices  # type: ignore[attr-defined]  # of this kind of field
        else:
            del self.fields["step"]

    def clean_link(self) -> str:
        link: str = self.cleaned_data["link"]
        longest = LiveSession._meta.get_field("link").max_length or 0
        if len(link) > longest:
            raise forms.ValidationError(_("This address is too long: %(most)s characters at most.") % {"most": longest})
        if link and not link.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Give a whole address, such as https://meet.example.org/room."))
        return link

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, time = cleaned.get("day"), cleaned.get("time")
        if day and time:
            try:
                cleaned["begins_at"] = from_current_timezone(datetime.combine(day, time))
            except forms.ValidationError:
                self.add_error("time", _("This time is there twice or not at all on that day: the clocks change."))
        return cleaned

    @property
    def values(self) -> SessionValues:
        cleaned = self.cleaned_data
        key = cleaned.get("step") or ""
        return SessionValues(
            title=cleaned["title"],
            begins_at=cleaned["begins_at"],
            minutes=cleaned["minutes"],
            place=cleaned["place"],
            link=cleaned["link"],
            course=self._steps.get(key),
            item_key=UUID(key) if key else None,
        )
