"""Forms of the package of a course: what goes out, what comes in, and at which address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.queries.package_dry_run import taken_addresses
from courses.rules.package import MOST_BYTES, is_slug


class PackageExportForm(forms.Form):
    what = forms.ChoiceField(
        label=_("What goes out"),
        choices=[
            ("drafts", _("The latest drafts, with what is not published yet")),
            ("published", _("What is published")),
        ],
        initial="drafts",
    )


class PackageUploadForm(forms.Form):
    file = forms.FileField(
        label=_("Package"),
        help_text=_("A zip file of at most 200 MB. Nothing is made of it yet: first you see what comes."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB."))
        return file


class PackageImportForm(forms.Form):
    slug = forms.CharField(
        label=_("Address"),
        max_length=200,
        help_text=_("Small letters, digits and hyphens. It stands at the end of the address of the course."),
        error_messages={"required": _("Write an address. Example: digital-basics-2")},
    )

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].strip().lower()
        if not is_slug(slug):
            raise forms.ValidationError(_("Use small letters, digits and hyphens only."))
        if slug in taken_addresses():
            raise forms.ValidationError(_("Another course has this address. Choose a different one."))
        return slug
