"""Every write about people with a rule."""

from accounts.operations.mailing import send_mail_from_message, send_words
from accounts.operations.memberships import LastManager, end_membership, end_what_is_over, join_organisation, tell
from accounts.operations.people import (
    forget_sign_in_tries,
    give_back_sign_in_try,
    note_access_changed,
    remove_email,
    take_sign_in_try,
)

__all__ = [
    "LastManager",
    "end_membership",
    "end_what_is_over",
    "forget_sign_in_tries",
    "give_back_sign_in_try",
    "join_organisation",
    "note_access_changed",
    "remove_email",
    "send_mail_from_message",
    "send_words",
    "take_sign_in_try",
    "tell",
]
