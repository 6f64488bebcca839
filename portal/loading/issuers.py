"""Who awards the demo's certificates: an invented issuer for the site and an invented partner, with keys. Marked as a demonstration."""

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.operations.keys import KeyExists, KeyMissing, create_key
from portal.loading.files import draw
from portal.loading.ledger import Ledger
from portal.loading.people import FOLDER

SITE, PARTNER = f"{FOLDER}issuers/site", f"{FOLDER}issuers/talwerk"
_LOGO_SIZE = (480, 480)  # pixels
_PARTNER_KEY = "talwerk-academy"


@dataclass(frozen=True, slots=True)
class _Written:
    """What an invented issuer says of itself, and the colours of its logo: ground, threads, thread across."""

    legal_name: str
    country: str
    region: str
    identifier: str
    street: str
    postcode: str
    locality: str
    quality_statement: str
    colours: tuple[str, str, str]
    website: str = "https://learn.example"
    email: str = "certificates@learn.example"


_SITE = _Written(
    legal_name="Common Thread Demonstration Cluster",
    country="BE",
    region="Flanders",
    identifier="DEMO-0000-0001",
    street="Voorbeeldstraat 1",
    postcode="0000",
    locality="Voorbeeldstad",
    quality_statement=(
        "Invented, to try the portal out. Two people read every course before it is published; it is read again every six "
        "months, and each edition is kept."
    ),
    colours=("#0e3b37", "#f6dccf", "#f4b63f"),
)
_PARTNER = _Written(
    legal_name="Talwerk Miteinander Academy (demo)",
    country="DE",
    region="Thüringen",
    identifier="DEMO-0000-0002",
    street="Musterweg 2",
    postcode="00000",
    locality="Musterstadt",
    quality_statement="Invented, to try the portal out. Courses of a partner are read by one of its people and one of ours.",
    colours=("#14312f", "#eef4ef", "#b9502c"),
)


def load_issuers(*, ledger: Ledger) -> None:
    """Make what is missing of the two issuers and their keys. What operators wrote since stays.

    A site whose issuer has a name already is left alone: it is somebody's.
    """
    if ledger.find(SITE) is None and not site_issuer().legal_name:
        _write(site_issuer(), _SITE, source=SITE, ledger=ledger)
    if ledger.find(PARTNER) is None and not Issuer.objects.filter(key=_PARTNER_KEY).exists():
        _write(Issuer(key=_PARTNER_KEY), _PARTNER, source=PARTNER, ledger=ledger)


def _write(issuer: Issuer, written: _Written, *, source: str, ledger: Ledger) -> None:
    for name in ("legal_name", "country", "region", "street", "postcode", "locality", "website", "email"):
        setattr(issuer, name, getattr(written, name))
    issuer.identifier_kind, issuer.identifier = Issuer.IdentifierKind.OTHER, written.identifier
    issuer.quality_statement, issuer.is_demonstration = written.quality_statement, True
    logo = draw(_logo(*written.colours), _LOGO_SIZE)
    issuer.logo.save(f"{hashlib.sha256(logo).hexdigest()[:16]}.png", ContentFile(logo), save=False)
    issuer.save()
    ledger.record(source, issuer, sha256="")
    try:
        create_key(issuer=issuer, at=ledger.at)
    except KeyExists:
        pass
    except KeyMissing as error:
        ledger.say(f"No key was made for {issuer}: {error}")


def _logo(ground: str, threads: str, across: str) -> str:
    """Return a drawing of threads that one thread is woven through: over the first, under the second, and so on."""
    upright = "".join(f'<path d="M{x} 12V108"/>' for x in (36, 60, 84))
    over = '<path d="M50 60H70"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120"><rect width="120" height="120" rx="22" fill="{ground}"/>'
        f'<g fill="none" stroke-linecap="round" stroke-width="11"><path stroke="{across}" d="M14 60H106"/>'
        f'<g stroke="{threads}">{upright}</g><g stroke="{across}" stroke-linecap="butt">{over}</g></g></svg>'
    )
