"""Fields whose HTML is cleaned on the way in, whoever saves: the editor, a translation, a command."""

from typing import Any

from django.db import models
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
