"""Reads about accounts."""

from datetime import date, datetime, timedelta

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from django.core import signing
from django.db.models import Q

from accounts.models import Organisation, User

# A form that comes again within this time with the same words, passphrase included, is the same form sent twice.
SENT_TWICE_WITHIN = timedelta(minutes=5)


def account_just_made(*, display_name: str, username: str, email: str, passphrase: str, at: datetime) -> User | None:
    """Return the account that these words made in the last 5 minutes, or None. Cost: 1 query, and a hash if one is found."""
    if not (passphrase and (username or email)):
        return None
    named = Q(username__iexact=User.normalize_username(username)) if username else Q()
    if email:
        named &= Q(emailaddress__email__iexact=email)
    made = User.objects.filter(named, display_name=display_name, date_joined__gte=at - SENT_TWICE_WITHIN)
    user = made.order_by("-date_joined").first()
    return user if user is not None and user.is_active and user.check_password(passphrase) else None


def address_confirmed_by(key: str) -> EmailAddress | None:
    """Return the address that a link of a mail confirmed earlier; None if the link is too old or confirmed none."""
    try:
        days = timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
        pk = signing.loads(key, max_age=days, salt=app_settings.SALT)
    except signing.BadSignature:
        return None
    return EmailAddress.objects.filter(pk=pk, verified=True).first()


def own_organisation(person: User, *, on: date) -> Organisation | None:
    """Return the organisation a person belongs to on a day, the one joined last where there are several. Cost: 1 query."""
    running = person.memberships.filter(Q(end_date=None) | Q(end_date__gte=on), start_date__lte=on)
    membership = running.select_related("organisation").order_by("-start_date", "-pk").first()
    return membership.organisation if membership else None
