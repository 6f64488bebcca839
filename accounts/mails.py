"""The mails about accounts: their words. `templates/account/email/` has the look.

No mail names the person: whoever signs up chooses that name, and the address may be somebody else's.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Mail:
    """One mail. `address` names the entry of allauth's context that the button leads to."""

    subject: Words
    paragraphs: tuple[Words, ...]
    reason: Words
    button: Words = ""
    address: str = ""


_IF_NOT_YOU = _("If that was not you, choose a new passphrase at once, and write to us.")
_IF_NOT_ASKED = _("If you did not ask for that, write to us at once.")
_NOTICE = _("You get this message because something about your account was changed.")

MAILS = {
    "email_confirmation_signup": Mail(
        subject=_("Confirm your e-mail address"),
        paragraphs=(
            _("An account was made with this e-mail address. Open the page and press the button there."),
            _("From then on you can sign in with this address, and get a new passphrase when you need one."),
            _("If you made no account, do nothing. The address is then not used."),
        ),
        button=_("Open the page"),
        address="activate_url",
        reason=_("You get this message because somebody wrote this address when making an account."),
    ),
    "email_confirmation": Mail(
        subject=_("Confirm your e-mail address"),
        paragraphs=(
            _("This e-mail address was added to an account. Open the page and press the button there."),
            _("If you did not ask for this, do nothing. The address is then not used."),
        ),
        button=_("Open the page"),
        address="activate_url",
        reason=_("You get this message because somebody added this address to their account."),
    ),
    "password_reset_key": Mail(
        subject=_("Choose a new passphrase"),
        paragraphs=(
            _("Somebody asked for a new passphrase for the account with this address."),
            _("Your username is %(username)s."),
            _("If you did not ask for this, do nothing. Your passphrase stays as it is."),
        ),
        button=_("Choose a new passphrase"),
        address="password_reset_url",
        reason=_("You get this message because somebody wrote this address on the page for people who cannot sign in."),
    ),
    "unknown_account": Mail(
        subject=_("There is no account with this address"),
        paragraphs=(
            _("Somebody asked for a new passphrase with this e-mail address. No account uses it."),
            _("Perhaps you used another address, or a username. You can also make an account now."),
            _("If you did not ask for this, do nothing."),
        ),
        button=_("Make an account"),
        address="signup_url",
        reason=_("You get this message because somebody wrote this address on the page for people who cannot sign in."),
    ),
    "password_changed": Mail(
        subject=_("Your passphrase was changed"),
        paragraphs=(_("The passphrase of your account was changed."), _IF_NOT_YOU),
        reason=_NOTICE,
    ),
    "password_reset": Mail(
        subject=_("Your passphrase was changed"),
        paragraphs=(_("A new passphrase was chosen for your account, through a link in a message."), _IF_NOT_YOU),
        reason=_NOTICE,
    ),
    "password_set": Mail(
        subject=_("Your account has a passphrase now"),
        paragraphs=(_("A passphrase was chosen for your account."), _IF_NOT_YOU),
        reason=_NOTICE,
    ),
    "email_changed": Mail(
        subject=_("Your e-mail address was changed"),
        paragraphs=(_("Your account uses another e-mail address from now on, not this one."), _IF_NOT_YOU),
        reason=_NOTICE,
    ),
    "email_changed_by_staff": Mail(
        subject=_("Your e-mail address was changed"),
        paragraphs=(
            _("Somebody who runs this site changed the e-mail address of your account: it is not this one any more."),
            _IF_NOT_ASKED,
        ),
        reason=_NOTICE,
    ),
    "passphrase_chosen_by_staff": Mail(
        subject=_("Your passphrase was changed"),
        paragraphs=(_("Somebody who runs this site chose a new passphrase for your account."), _IF_NOT_ASKED),
        reason=_NOTICE,
    ),
}
