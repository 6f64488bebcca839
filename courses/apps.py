"""Courses: pages, frozen versions, editions. Knows no learner."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.jobs import register_job
from foundation.outbox import MAIL_LEASE, register_handler


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        # Models are there only now.
        from accounts.notifying import register_notification  # noqa: PLC0415
        from courses import forms, signals  # noqa: PLC0415
        from courses.operations.copying import JOB as COPY  # noqa: PLC0415
        from courses.operations.copying import copy_some_pages, count_steps_of_copy  # noqa: PLC0415
        from courses.operations.mailing import mail_about_stopped_release  # noqa: PLC0415
        from courses.operations.releasing import MAIL, check_some_drafts, count_drafts  # noqa: PLC0415
        from courses.operations.reporting import MAIL as REPORT_MAIL  # noqa: PLC0415
        from courses.operations.reporting import mail_answer  # noqa: PLC0415
        from courses.operations.review_mailing import MAIL as REVIEW_MAIL  # noqa: PLC0415
        from courses.operations.review_mailing import mail_from_message as mail_about_review  # noqa: PLC0415
        from courses.operations.unpacking import JOB as IMPORT  # noqa: PLC0415
        from courses.operations.unpacking_steps import count_units, import_some  # noqa: PLC0415
        from courses.queries.releasing import JOB  # noqa: PLC0415

        signals.connect()
        forms.attach()
        register_handler(MAIL, mail_about_stopped_release, lease=MAIL_LEASE)
        register_notification(
            MAIL,
            label=_("A release you scheduled was stopped"),
            words=None,
            is_optional=False,
            is_for=lambda person: person.shows_edit_links,
        )
        register_notification(
            REVIEW_MAIL,
            label=_("Reviews of pages: asked of you, or answered"),
            words=None,
            is_optional=True,
            is_for=lambda person: person.shows_edit_links,
        )
        register_handler(REVIEW_MAIL, mail_about_review, lease=MAIL_LEASE)
        # Private: it holds the address of somebody who has no account.
        register_handler(REPORT_MAIL, mail_answer, is_private=True, lease=MAIL_LEASE)
        register_job(JOB, step=check_some_drafts, count=count_drafts)
        register_job(COPY, step=copy_some_pages, count=count_steps_of_copy)
        register_job(IMPORT, step=import_some, count=count_units)
