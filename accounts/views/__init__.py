"""Pages about one's account: signing in, the address, the passphrase, settings, and the messages one gets."""

from accounts.views.account import (
    address,
    ask_new_passphrase,
    ask_new_passphrase_done,
    change_passphrase,
    choose_passphrase,
    choose_passphrase_done,
    confirm_address,
    inactive,
    set_passphrase,
    settings_page,
    sign_in,
    sign_out,
    sign_up,
    to_sign_in,
)
from accounts.views.messages import messages_page, stop_messages

__all__ = [
    "address",
    "ask_new_passphrase",
    "ask_new_passphrase_done",
    "change_passphrase",
    "choose_passphrase",
    "choose_passphrase_done",
    "confirm_address",
    "inactive",
    "messages_page",
    "set_passphrase",
    "settings_page",
    "sign_in",
    "sign_out",
    "sign_up",
    "stop_messages",
    "to_sign_in",
]
