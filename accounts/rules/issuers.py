"""What an issuer must say of itself before its certificates count, and which of them are a demonstration."""

from enum import StrEnum
from typing import Protocol

# EU Council Recommendation 2022/C 243/02, annex I, wants the awarding body and its country; a credential of the
# European Learning Model a legal name, a country and an identifier. The rest is what an employer looks for.


class Missing(StrEnum):
    """What an issuer has not said yet."""

    LEGAL_NAME = "legal-name"
    COUNTRY = "country"
    IDENTIFIER = "identifier"
    ADDRESS = "address"
    LOGO = "logo"
    CONTACT = "contact"
    QUALITY = "quality"


class Says(Protocol):
    """What an issuer says of itself; a row of `accounts.Issuer` is one."""

    @property
    def legal_name(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def identifier_kind(self) -> str: ...
    @property
    def identifier(self) -> str: ...
    @property
    def street(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def locality(self) -> str: ...
    @property
    def website(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def logo(self) -> object: ...
    @property
    def quality_statement(self) -> str: ...
    @property
    def is_demonstration(self) -> bool: ...


def missing_of(issuer: Says) -> tuple[Missing, ...]:
    """Return what an issuer has not said yet, in the order of the form. A postcode is not everywhere: it may be empty."""
    said = {
        Missing.LEGAL_NAME: issuer.legal_name,
        Missing.COUNTRY: issuer.country,
        Missing.IDENTIFIER: issuer.identifier_kind and issuer.identifier,
        Missing.ADDRESS: issuer.street and issuer.locality,
        Missing.LOGO: issuer.logo,
        Missing.CONTACT: issuer.email,
        Missing.QUALITY: issuer.quality_statement,
    }
    return tuple(name for name, value in said.items() if not value)


def is_demonstration(issuer: Says, *, has_key: bool, is_demo_site: bool) -> bool:
    """Return whether what an issuer awards is marked DEMO: until it has said everything and has a key of its own.

    Always on a site that runs to be tried out, and for an issuer that is invented.
    """
    return is_demo_site or issuer.is_demonstration or not has_key or bool(missing_of(issuer))
