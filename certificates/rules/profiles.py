"""Addresses that put a certificate into a profile elsewhere: plain links, which tell nobody anything before they are used."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from certificates.rules.payload import address_for, text_for

EUROPASS = "https://europa.eu/europass/"
_LINKEDIN = "https://www.linkedin.com/profile/add"


def linkedin_address(payload: Mapping[str, Any], language: str) -> str:
    """Return the address of LinkedIn's form "add to profile" with title, issuer, dates, address and number filled in.

    The holder's name is no part of it. Parameters as in LinkedIn's "Add to Profile" for certifications.
    """
    issued = date.fromisoformat(payload["issued_date"])
    values: dict[str, Any] = {
        "startTask": "CERTIFICATION_NAME",
        "name": text_for(payload, language)["title"],
        "organizationName": payload["issuer"]["name"] or payload["issuer"]["site"],
        "issueYear": issued.year,
        "issueMonth": issued.month,
    }
    if payload["valid_until"]:
        ends = date.fromisoformat(payload["valid_until"])
        values |= {"expirationYear": ends.year, "expirationMonth": ends.month}
    values |= {"certUrl": address_for(payload, language), "certId": payload["number"]}
    return f"{_LINKEDIN}?{urlencode(values, quote_via=quote)}"
