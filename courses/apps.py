"""Courses: pages, frozen versions, editions. Knows no learner."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import forms, signals  # noqa: PLC0415  # models are there only now

        signals.connect()
        forms.attach()
