from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from foundation.outbox import MAIL_LEASE, register_handler


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        # Models exist from here on.
        from certificates.operations.issuing import issue_from_message  # noqa: PLC0415
        from certificates.operations.mailing import mail_from_message  # noqa: PLC0415
        from certificates.operations.printing import print_from_message  # noqa: PLC0415

        # At once: the learner sees the certificate on the page after the last step.
        register_handler("certificates.issue", issue_from_message, at_once=True)
        register_handler("certificates.pdf", print_from_message)
        register_handler("certificates.mail", mail_from_message, lease=MAIL_LEASE)
