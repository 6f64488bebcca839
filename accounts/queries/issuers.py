"""Reads about issuers."""

from accounts.models import Issuer

SITE_KEY = "site"


def site_issuer() -> Issuer:
    """Return the site's own issuer, made empty where it is not there yet. Cost: 1 query."""
    issuer = Issuer.objects.filter(is_site=True).first()
    if issuer is None:
        issuer, _is_new = Issuer.objects.get_or_create(key=SITE_KEY, defaults={"is_site": True})
    return issuer
