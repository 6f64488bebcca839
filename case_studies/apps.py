"""Case studies: structured stories of tools that social enterprises tried, with what went wrong."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.outbox import MAIL_LEASE, register_handler


class CaseStudiesConfig(AppConfig):
    name = "case_studies"
    verbose_name = _("Case studies")

    def ready(self) -> None:
        # Models exist from here on.
        from accounts.announcing import register_erasing_listener  # noqa: PLC0415
        from accounts.notifying import register_notification  # noqa: PLC0415
        from case_studies.models.applied import MAIL  # noqa: PLC0415
        from case_studies.operations.applied import forget_stories  # noqa: PLC0415
        from case_studies.operations.story_mailing import mail_from_message  # noqa: PLC0415

        register_notification(MAIL, label=_("Your story: it arrived, it is published"), words=None, is_optional=True)
        # Private: what a mail server says of a failure may hold the address.
        register_handler(MAIL, mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_erasing_listener(lambda person, at, _keeps: forget_stories(learner=person, at=at))
