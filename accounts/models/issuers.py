"""Who awards certificates."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Issuer(models.Model):
    """Who awards certificates: the site itself, or a partner. A certificate keeps its own copy of all of it."""

    class IdentifierKind(models.TextChoices):
        REGISTRATION = "registration", _("Number in a national register")
        VAT = "vat", _("VAT number")
        EORI = "eori", _("EORI number")
        LEI = "lei", _("Legal Entity Identifier")
        OTHER = "other", _("Other")

    key = models.SlugField(_("short name"), unique=True, help_text=_("Part of addresses; it never changes."))
    is_site = models.BooleanField(_("this site's own issuer"), default=False)
    legal_name = models.CharField(_("legal name"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, ISO 3166-1."))
    region = models.CharField(_("region"), max_length=120, blank=True)
    identifier_kind = models.CharField(
        _("kind of identifier"), max_length=20, choices=IdentifierKind.choices, blank=True
    )
    identifier = models.CharField(_("identifier"), max_length=60, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    locality = models.CharField(_("town"), max_length=120, blank=True)
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("contact"), blank=True)
    logo = models.FileField(_("logo"), upload_to="issuers/", blank=True, help_text=_("PNG or JPEG, up to 200 kB."))
    quality_statement = models.TextField(
        _("quality statement"), max_length=600, blank=True, help_text=_("How courses are made and checked.")
    )
    is_demonstration = models.BooleanField(
        _("a demonstration"), default=False, help_text=_("Everything it awards is marked DEMO, however complete it is.")
    )
    did = models.CharField(
        _("identity of its badges"),
        max_length=255,
        blank=True,
        editable=False,
        help_text=_("did:web, fixed when its first key is made: every badge rests on it."),
    )

    class Meta:
        verbose_name = _("issuer")
        verbose_name_plural = _("issuers")
        ordering = ["-is_site", "legal_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_site"],
                condition=Q(is_site=True),
                name="issuer_one_of_the_site",
                violation_error_message=_("This site has an issuer of its own already."),
            )
        ]

    def __str__(self) -> str:
        return self.legal_name or self.key
