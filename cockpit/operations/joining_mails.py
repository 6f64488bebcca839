"""Words of the messages about joining: made when they are sent, None where the reason for them is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, JoinRequest, Membership, Notification, User
from accounts.notifying import register_notification
from accounts.operations.joining import INVITATION_MAIL, send_again
from accounts.queries.joining import RESET_MAIL, digest_of
from cockpit.operations.joining import DECISION_MAIL


def register_messages() -> None:
    """Say what makes the words of the messages about joining. Called when the app is ready."""
    register_notification(
        INVITATION_MAIL,
        label=gettext_lazy("Invitations"),
        words=words_of_invitation,
        is_optional=False,
        again=invite_again,
    )
    register_notification(
        RESET_MAIL, label=gettext_lazy("A link for a new passphrase"), words=words_of_reset, is_optional=False
    )
    register_notification(
        DECISION_MAIL, label=gettext_lazy("Whether you were let in"), words=words_of_decision, is_optional=False
    )


def words_of_invitation(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of an invitation, unless it was answered, taken back, or mailed again with another link."""
    token = values["token"]
    invitation = (
        Invitation.objects.filter(public_id=values["invitation"], state=Invitation.State.WAITING)
        .filter(token_digest=digest_of("invitation", token))
        .select_related("organisation", "made_by", "project")
        .first()
    )
    if invitation is None:
        return None
    organisation = invitation.organisation.name
    name = invitation.made_by.get_short_name() if invitation.made_by else ""
    who = {
        "organisation": organisation,
        "name": name,
        "day": _day(invitation.expires_at),
        "code": invitation.code,
        "address": settings.PORTAL_BASE_URL + reverse("cockpit:join_code"),
    }
    first = {
        Membership.Role.MANAGER: _("%(organisation)s invites you to look after its people on this site."),
        Membership.Role.ASSESSOR: _("%(organisation)s invites you to assess the work of its people on this site."),
    }.get(Membership.Role(invitation.role), _("%(organisation)s invites you to learn on this site."))
    return {
        "subject": _("%(organisation)s invites you") % who,
        "paragraphs": [
            first % who,
            _("The page says who sees what of you. You decide there, with a button; opening it changes nothing."),
            _("Or type this code at %(address)s: %(code)s. Both work until %(day)s.") % who,
            _("If you do not know %(organisation)s, do nothing.") % who,
        ],
        "button": _("See the invitation"),
        "link": settings.PORTAL_BASE_URL + reverse("cockpit:invitation", args=[token]),
        "reason": (
            _("You get this message because %(name)s of %(organisation)s wrote your address.")
            if name
            else _("You get this message because somebody at %(organisation)s wrote your address.")
        )
        % who,
    }


def invite_again(notification: Notification, *, by: User, at: datetime) -> Notification | None:
    """Mail the invitation that did not arrive once more, if it still waits."""
    public_id = notification.key.partition(":")[0]
    invitation = Invitation.objects.filter(public_id=public_id).first()
    return send_again(invitation=invitation, by=by, at=at) if invitation else None


def words_of_reset(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of a reset that a manager asked for, while the person belongs to the organisation."""
    person, organisation = notification.person, notification.organisation
    if person is None or organisation is None or not person.is_active or not person.email:
        return None
    if not Membership.objects.filter(user=person, organisation=organisation, ended_at=None).exists():
        return None
    who = {"organisation": organisation.name, "username": person.username}
    who["name"] = notification.sender.get_short_name() if notification.sender else organisation.name
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uid, _dash, token = key.partition("-")
    return {
        "subject": _("Choose a new passphrase"),
        "paragraphs": [
            _("%(name)s of %(organisation)s asked us to send you this link: you can choose a new passphrase with it.")
            % who,
            _("Your username is %(username)s.") % who,
            _("Nobody but you sees or chooses it. If you do not need one, do nothing: yours stays as it is."),
        ],
        "button": _("Choose a new passphrase"),
        "link": settings.PORTAL_BASE_URL + reverse("account_reset_password_from_key", args=[uid, token]),
        "reason": _("You get this message because a manager of %(organisation)s asked for it, for you.") % who,
    }


def words_of_decision(notification: Notification, values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what became of a request to join, as it stands when the message is sent."""
    request = (
        JoinRequest.objects.filter(public_id=values["request"]).select_related("link__organisation", "person").first()
    )
    decided = (JoinRequest.State.APPROVED, JoinRequest.State.REFUSED)
    if request is None or request.state not in decided:
        return None
    who = {"organisation": request.link.organisation.name}
    reason = _("You get this message because you asked to join %(organisation)s.") % who
    if request.state == JoinRequest.State.REFUSED:
        return {
            "subject": _("Your request to join %(organisation)s") % who,
            "paragraphs": [
                _("%(organisation)s did not let you in this time. Whoever gave you the link or the code knows why.")
                % who,
                _("Your account and all you do here stay as they are. Nobody at %(organisation)s sees any of it.")
                % who,
            ],
            "reason": reason,
        }
    return {
        "subject": _("You are in: %(organisation)s") % who,
        "paragraphs": [
            _("%(organisation)s let you in. From now on its managers see what the page told you.") % who,
        ],
        "button": _("See what there is to learn"),
        "link": settings.PORTAL_BASE_URL + reverse("progress:my_learning"),
        "reason": reason,
    }


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")
