"""The form of a picture in the CMS, alone or one of many that are uploaded together."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm


class PictureForm(BaseImageForm):
    """Asks what a picture shows before it is kept: nobody comes back to fifty pictures to say it.

    Where a picture only decorates, the place where it is used says so; what it shows can be said all the same.
    """

    class Meta(BaseImageForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shows = self.fields.get("alt_text")
        if shows is not None:
            shows.required = True
            shows.error_messages["required"] = _(
                "Write what the picture shows, for people who cannot see it. Example: A hand holds a phone with a lock on it."
            )
