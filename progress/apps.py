"""What learners do: enrol, read, answer, finish."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    name = "progress"
    verbose_name = _("Learning")

    def ready(self) -> None:
        # Models can only be imported once every app is loaded.
        from accounts.announcing import register_erasing_listener, register_leaving_listener  # noqa: PLC0415
        from accounts.notifying import register_notification  # noqa: PLC0415
        from courses.announcing import register_edition_listener  # noqa: PLC0415
        from courses.deletion import register_guard  # noqa: PLC0415
        from courses.operations.releasing import register_release_follow_up, register_release_guard  # noqa: PLC0415
        from foundation.jobs import register_job  # noqa: PLC0415
        from foundation.outbox import MAIL_LEASE, register_handler  # noqa: PLC0415
        from progress.operations import (  # noqa: PLC0415
            asking_later,
            cohort_messages,
            cohort_sessions,
            completing,
            erasing,
            folding,
            noticing,
            regrading,
            release_mailing,
            releasing,
            sharing,
        )
        from progress.queries.holding import objection_to_deleting  # noqa: PLC0415

        register_guard(objection_to_deleting)
        register_leaving_listener(sharing.end_what_is_shown)
        register_erasing_listener(erasing.forget_person)
        register_edition_listener(folding.start_folding)
        register_edition_listener(noticing.start_telling_of_edition)
        register_release_guard(releasing.objection_to_release)
        register_release_follow_up(releasing.object_afterwards)
        register_release_follow_up(regrading.decide_regrades)
        register_release_follow_up(folding.start_release_follow_up)
        register_release_follow_up(noticing.start_telling)
        register_job(folding.FOLD, step=folding.fold_some, count=folding.count_to_fold)
        register_job(folding.COMPLETE, step=completing.complete_some, count=completing.count_to_complete)
        register_job(regrading.REGRADE, step=regrading.regrade_some, count=regrading.count_to_regrade)
        register_job(noticing.TELL, step=noticing.tell_some, count=noticing.count_to_tell)
        register_notification(
            noticing.MAIL,
            label=_("What changed for you: results, work that was judged, your courses"),
            words=None,
            is_optional=True,
        )
        register_notification(
            release_mailing.MAIL,
            label=_("Releases of courses that wait for you, or that you put together"),
            words=None,
            is_optional=False,
            is_for=lambda person: person.shows_edit_links,
        )
        # Private: what a mail server says of a failure may hold the address.
        register_handler(noticing.MAIL, noticing.mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_handler(release_mailing.MAIL, release_mailing.mail_from_message, is_private=True, lease=MAIL_LEASE)
        register_notification(
            cohort_messages.KIND,
            label=_("Messages to a group you are in"),
            words=cohort_messages.words_of_message,
            is_optional=True,
        )
        register_notification(
            cohort_sessions.KIND,
            label=_("Live sessions of a group you are in, and changes of them"),
            words=cohort_sessions.words_of_session,
            is_optional=True,
        )
        register_notification(
            asking_later.KIND,
            label=_("Whether you used at work what you learned"),
            words=asking_later.words_of_later,
            is_optional=True,
        )
