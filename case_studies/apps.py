"""Case studies: structured stories of tools that social enterprises tried, with what went wrong."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseStudiesConfig(AppConfig):
    name = "case_studies"
    verbose_name = _("Case studies")
