"""Fields whose HTML is cleaned on the way in, whoever saves: the editor, a translation, a command."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from wagtail.fields import RichTextField

from courses.rules.rich_text import clean_draft


class CleanRichTextField(RichTextField):
    """Rich text that is cleaned when it is saved, in the row and in revisions."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_draft(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return clean_draft(value) if isinstance(value, str) else value


class ChoicesField(models.JSONField):
    """Several of a closed list, kept as a JSON list of their values in the order of the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": list, "blank": True}
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return forms.MultipleChoiceField(
            choices=self.choices or (),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        known = {key for key, _label in self.choices or ()}
        if not isinstance(value, list) or not set(value) <= known or len(set(value)) != len(value):
            raise ValidationError(gettext("Choose from the list."))

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        self.validate(value, model_instance)
        return self.in_order(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.in_order(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(self.in_order(value))

    def in_order(self, value: Any) -> Any:
        """Return values in the order of the list, so that whoever saves the same saves the same; else what it is."""
        if not isinstance(value, list):
            return value
        order = {key: place for place, (key, _label) in enumerate(self.choices or ())}
        return sorted(value, key=lambda key: order.get(key, len(order)))
