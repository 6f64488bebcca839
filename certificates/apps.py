from datetime import timedelta

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from foundation.jobs import register_job
from foundation.outbox import MAIL_LEASE, register_handler

SIGNING_LEASE = timedelta(minutes=2)


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        # Models exist from here on.
        from accounts.announcing import register_erasing_listener  # noqa: PLC0415
        from accounts.notifying import register_notification  # noqa: PLC0415
        from certificates.operations import (  # noqa: PLC0415
            bulk,
            erasing,
            offering,
            paths,
            request_mailing,
        )
        from certificates.operations.badges import badge_from_message  # noqa: PLC0415
        from certificates.operations.heads import witness_from_message  # noqa: PLC0415
        from certificates.operations.issuing import issue_from_message  # noqa: PLC0415
        from certificates.operations.key_alarms import MAIL as KEY_ALARM  # noqa: PLC0415
        from certificates.operations.key_alarms import mail_from_message as mail_key_alarm  # noqa: PLC0415
        from certificates.operations.mailing import MAIL as HOLDER_MAIL  # noqa: PLC0415
        from certificates.operations.mailing import mail_from_message  # noqa: PLC0415
        from certificates.operations.printing import print_from_message  # noqa: PLC0415
        from certificates.operations.status_lists import status_from_message  # noqa: PLC0415
        from certificates.queries.keys import check_address, check_keys_dir  # noqa: PLC0415
        from courses.announcing import register_edition_listener, register_path_listener  # noqa: PLC0415

        # At once: the learner sees the certificate on the page after the last step.
        register_handler("certificates.issue", issue_from_message, at_once=True)
        register_handler("certificates.pdf", print_from_message)
        register_notification(
            HOLDER_MAIL, label=_("Your certificates: ready, changed, about to end"), words=None, is_optional=True
        )
        register_notification(
            request_mailing.MAIL,
            label=_("Changes of certificates that wait for a second person"),
            words=None,
            is_optional=False,
            is_for=lambda person: person.shows_register_link,
        )
        register_notification(
            KEY_ALARM,
            label=_("The key that signs badges cannot be used"),
            words=None,
            is_optional=False,
            is_for=lambda person: person.is_staff,
        )
        # Private: what a mail server says of a failure may hold the address.
        register_handler("certificates.mail", mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_handler(request_mailing.MAIL, request_mailing.mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_erasing_listener(erasing.forget_person)
        register_edition_listener(offering.start_issuing_offered)
        register_job(offering.JOB, step=offering.issue_some_offered, count=offering.count_offered)
        register_path_listener(paths.start_issuing_path)
        register_job(paths.JOB, step=paths.issue_some_of_path, count=paths.count_of_path)
        register_job(bulk.JOB, step=bulk.issue_some, count=bulk.count_to_issue)
        register_handler("certificates.witness", witness_from_message, lease=MAIL_LEASE)
        # A message may be of a whole block of certificates, 10 ms each.
        register_handler("certificates.badge", badge_from_message, lease=SIGNING_LEASE)
        register_handler("certificates.status", status_from_message, lease=SIGNING_LEASE)
        register_handler(KEY_ALARM, mail_key_alarm, is_private=True, lease=MAIL_LEASE)
        register(check_keys_dir)
        register(check_address, Tags.database)
