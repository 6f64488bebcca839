"""What learners do: enrol, read, answer, finish."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "progress"
    verbose_name = _("Learning")

    def ready(self) -> None:
        # Models can only be imported once every app is loaded.
        from courses.deletion import register_guard  # noqa: PLC0415
        from progress.queries.holding import objection_to_deleting  # noqa: PLC0415

        register_guard(objection_to_deleting)
