"""What operators set at /ops/ about certificates: who awards them."""

from io import BytesIO

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import URLField
from django.forms import FileInput, ModelForm
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from PIL import Image

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from accounts.rules.countries import is_country
from accounts.rules.identifiers import can_be, written_plainly
from accounts.rules.issuers import Missing, missing_of
from certificates.models import SigningKey
from courses.operations.pictures import NoPicture, picture_bytes

MAX_LOGO_BYTES = 200 * 1024
MAX_LOGO_SIDE = 2000  # pixels; asked before the picture is decoded
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png"}
_MISSING = {
    Missing.LEGAL_NAME: _("Legal name"),
    Missing.COUNTRY: _("Country"),
    Missing.IDENTIFIER: _("Identifier, with its kind"),
    Missing.ADDRESS: _("Address: street and town"),
    Missing.LOGO: _("Logo"),
    Missing.CONTACT: _("Contact"),
    Missing.QUALITY: _("Quality statement"),
}
_NO_IDENTIFIER = {
    Issuer.IdentifierKind.VAT: _(
        "This is no VAT number: two letters of the country, then its digits, such as BE0123456749. Look for a slip."
    ),
    Issuer.IdentifierKind.EORI: _(
        "This is no EORI number: two letters of the country, then up to 15 digits or letters."
    ),
    Issuer.IdentifierKind.LEI: _(
        "This is no Legal Entity Identifier: 20 letters and digits, of which the last two check the others. "
        "Look for a slip."
    ),
    Issuer.IdentifierKind.REGISTRATION: _("Write the number as it is in the register."),
    Issuer.IdentifierKind.OTHER: _("Write the identifier with letters or digits."),
}


class IssuerForm(ModelForm):
    """What an issuer says of itself."""

    class Meta:
        # A file chooser alone: where no logo is wanted any more, the mark DEMO would come back.
        widgets = {"logo": FileInput(attrs={"accept": ".png,.jpg,.jpeg"})}
        help_texts = {
            "quality_statement": _(
                "How courses are made and checked. There is one text for all languages: write it in the site's own "
                "language. Pages and certificates in other languages mark it as that."
            )
        }

    def clean_country(self):
        country = self.cleaned_data["country"].strip().upper()
        if country and not is_country(country):
            raise ValidationError(_("Write the country as two letters, such as BE, IT or RO."))
        return country

    def clean_website(self):
        website = self.cleaned_data["website"]
        if website and not website.startswith("https://"):
            raise ValidationError(_("Write an address that begins with https://."))
        return website

    def clean_logo(self):
        """Take a PNG or JPEG and keep the picture alone, drawn anew: nothing that hid in the file comes along."""
        logo = self.cleaned_data.get("logo")
        if not isinstance(logo, UploadedFile):
            return logo
        if (logo.size or 0) > MAX_LOGO_BYTES:
            raise ValidationError(_("The file is larger than 200 kB. Make the picture smaller."))
        data = logo.read()
        try:
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
                if max(opened.size) > MAX_LOGO_SIDE:
                    raise ValidationError(_("The picture has more than 2,000 pixels a side. Make it smaller."))
            picture = picture_bytes(data)
        except (NoPicture, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise ValidationError(
                _("This is no PNG or JPEG picture that can be opened. Save the logo as PNG and choose it again.")
            ) from error
        return ContentFile(picture.data, name=f"{picture.sha256[:16]}.{_ENDINGS[picture.content_type]}")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        kind, identifier = cleaned.get("identifier_kind", ""), cleaned.get("identifier", "")
        if identifier and not kind:
            self.add_error("identifier_kind", _("Choose what kind of identifier this is."))
        elif kind and not identifier:
            self.add_error("identifier", _("Write the identifier, or choose no kind."))
        elif kind:
            cleaned["identifier"] = written_plainly(kind, identifier)
            if not can_be(kind, cleaned["identifier"]):
                self.add_error("identifier", _NO_IDENTIFIER[Issuer.IdentifierKind(kind)])
        return cleaned


@admin.register(Issuer)
class IssuerAdmin(admin.ModelAdmin):
    """The site's own issuer, which every certificate names, and partners that a course may name instead."""

    form = IssuerForm
    list_display = ("__str__", "key", "is_site", "country", "stands")
    fieldsets = (
        (_("Where it stands"), {"fields": ("stands", "keys", "did")}),
        (None, {"fields": ("key", "legal_name", "country", "region", "identifier_kind", "identifier")}),
        (_("Address"), {"fields": ("street", "postcode", "locality")}),
        (_("For the reader of a certificate"), {"fields": ("website", "email", "logo", "quality_statement")}),
        (None, {"fields": ("is_demonstration",)}),
    )
    readonly_fields = ("stands", "keys", "did")
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    # Each is looked at on its own: an issuer with certificates stays.
    actions = None

    def changelist_view(self, request, extra_context=None):
        """List issuers, the site's own among them, whether somebody opened it before or not."""
        site_issuer()
        return super().changelist_view(request, extra_context)

    def get_readonly_fields(self, request, obj=None):
        """Keep the short name: it is part of the address of the issuer's keys."""
        return (*self.readonly_fields, "key") if obj else self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        """Keep the site's own issuer, and whoever has awarded something or has a key."""
        is_in_use = obj is not None and (obj.is_site or obj.certificates.exists() or obj.keys.exists())
        return not is_in_use and super().has_delete_permission(request, obj)

    @admin.display(description=_("Until its certificates count"))
    def stands(self, obj):
        """Say what an issuer still lacks, in words; a new one lacks everything."""
        if obj.pk is None:
            return gettext("Save it first.")
        lacks = [str(_MISSING[name]) for name in missing_of(obj)]
        if not obj.keys.filter(retired_at=None, removed_at=None).exists():
            lacks.append(gettext("A key to sign badges with"))
        if lacks:
            return format_html(
                "{} <ul>{}</ul>",
                gettext("Its certificates are marked DEMO. This is missing:"),
                format_html_join("", "<li>{}</li>", ((name,) for name in lacks)),
            )
        if obj.is_demonstration:
            return gettext("Complete. Its certificates are marked DEMO: it is set as a demonstration.")
        return gettext("Complete: its certificates count.")

    @admin.display(description=_("Keys"))
    def keys(self, obj):
        """Name every key of an issuer and what became of it."""
        if obj.pk is None:
            return "-"
        lines = [(key.key_id, _state_of_key(key)) for key in SigningKey.objects.filter(issuer=obj)]
        return format_html_join("", "<div>{}: {}</div>", lines) or gettext("None yet.")


def _state_of_key(key):
    def on(moment):
        return date_format(localtime(moment), "DATE_FORMAT")

    if key.removed_at:
        return gettext("made on %(made)s, taken out on %(ended)s: what it signed counts no more") % {
            "made": on(key.created_at),
            "ended": on(key.removed_at),
        }
    if key.retired_at:
        return gettext("made on %(made)s, retired on %(ended)s: what it signed stays good") % {
            "made": on(key.created_at),
            "ended": on(key.retired_at),
        }
    return gettext("made on %(made)s, signs now") % {"made": on(key.created_at)}
