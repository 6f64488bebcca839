"""Which rules of quality only warn on this site; all others keep a page from being published."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class QualityRuleSetting(models.Model):
    """One rule of `courses.rules.quality` that the operator turned to a warning. Without a row a rule blocks."""

    rule = models.SlugField(_("rule"), unique=True)
    only_warns = models.BooleanField(
        _("only warns"), default=True, help_text=_("The editor is told, and the page may be published all the same.")
    )
    changed_at = models.DateTimeField(editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("rule of quality")
        verbose_name_plural = _("rules of quality")
        ordering = ["rule"]

    def __str__(self) -> str:
        return self.rule
