"""A line of a manager's own list."""

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cockpit.models import ToDo


class ToDoForm(forms.Form):
    """What is to be done, and until when. `key` lets a form that is sent twice be one line."""

    text = forms.CharField(
        label=_("What to do"),
        max_length=ToDo._meta.get_field("text").max_length,
        error_messages={"required": _("Write what is to be done.")},
    )
    due_date = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write a day as 2027-01-31.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
