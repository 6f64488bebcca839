"""What the loaders keep in mind."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class LoadedObject(models.Model):
    """An object that `content` or `demo` made, and from which text.

    So a second run changes nothing where the text is the same, leaves alone what an editor changed since, and
    `demo --remove` finds exactly what the demo made.
    """

    source = models.CharField(max_length=255, unique=True, help_text="Path below content/, or a name below demo/.")
    sha256 = models.CharField(max_length=64, help_text="Digest of what the text said when it was loaded.")
    state = models.CharField(
        max_length=64,
        blank=True,
        help_text="How the object was right after loading; it differs when somebody changed it.",
    )
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.source
