"""Pictures of the CMS: each says what it shows and who made it."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition


class Picture(AbstractImage):
    """A picture in the CMS. Learners see the frozen copy of its bytes (`FrozenFile`), never this file."""

    alt_text = models.CharField(
        _("what it shows"),
        max_length=300,
        blank=True,
        help_text=_("For people who cannot see it. Offered where it is used."),
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=60, default="CC BY 4.0")
    source = models.CharField(
        _("where it comes from"), max_length=300, blank=True, help_text=_("Example: Drawn for this portal.")
    )

    contains_text = models.BooleanField(
        _("there are words in the picture"),
        default=False,
        db_default=False,
        help_text=_("Then the description says them too, and they must stand out from what is behind them."),
    )
    contrast_checked = models.BooleanField(
        _("the words in it stand out enough"),
        default=False,
        db_default=False,
        help_text=_("Contrast of at least 4.5 to 1, or 3 to 1 for large words (WCAG 2.2, 1.4.3)."),
    )

    admin_form_fields = (
        "title",
        "file",
        "alt_text",
        "contains_text",
        "contrast_checked",
        "author",
        "licence",
        "source",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        permissions = [("choose_image", "Can choose image")]

    def __str__(self) -> str:
        return self.title

    @property
    def default_alt_text(self) -> str:
        """What the CMS's own screens say about the picture."""
        return self.alt_text or self.title


class PictureRendition(AbstractRendition):
    """A size of a picture for the CMS's own screens."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="picture_rendition_once_a_spec"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image_id} {self.filter_spec}"
