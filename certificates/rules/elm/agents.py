"""Who issues and awards: an organisation with its legal name, country and, where they are given, address and number."""

from collections.abc import Mapping
from typing import Any

from certificates.rules.elm.codes import concept, is_listed
from certificates.rules.elm.nodes import Nodes
from certificates.rules.elm.texts import Texts

_IDENTIFIER_NAMES = {"registration": "National register", "vat": "VAT", "eori": "EORI", "lei": "LEI"}
_LEGAL = {"registration": "registration", "vat": "vatIdentifier"}
"""Kinds of numbers that the model has a field for. The one that an e-seal names (eIDAS) comes with the seal."""


def organisation(nodes: Nodes, texts: Texts, logo: str) -> dict[str, Any]:
    """Return the issuer as it was at issue. `logo`: in base64, or nothing."""
    issuer = texts.payload["issuer"]
    country = concept("country", issuer["country"])
    place = issuer.get("place") or {}
    lines = (place.get("street"), " ".join(filter(None, (place.get("postcode"), place.get("locality")))))
    address = ", ".join(filter(None, lines))
    media_type = (issuer.get("logo") or {}).get("media_type", "")
    email = issuer.get("email")
    mailbox = {"id": f"mailto:{email}", "type": "Mailbox"} if email else None
    return nodes.new(
        "Organisation",
        legalName=texts.titled(texts.once(issuer["name"] or issuer["site"])),
        location=nodes.new(
            "Location",
            geographicName=texts.once(issuer["region"]) if issuer.get("region") else None,
            address=nodes.new(
                "Address",
                countryCode=country,
                fullAddress=nodes.note(texts.once(address)) if address else None,
            ),
        ),
        homepage=nodes.page(issuer["website"]) if issuer.get("website") else None,
        contactPoint=nodes.new("ContactPoint", emailAddress=mailbox) if mailbox else None,
        logo=nodes.picture(logo, media_type) if logo and is_listed("file-type", media_type) else None,
        additionalNote=nodes.notes(texts.line("notes", "issuer_quality")),
        **_identifier(nodes, issuer.get("identifier"), country),
    )


def _identifier(
    nodes: Nodes, identifier: Mapping[str, str] | None, country: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the number of an organisation under the field that is for its kind."""
    if not identifier:
        return {}
    kind, notation = identifier["kind"], identifier["value"]
    name = _IDENTIFIER_NAMES.get(kind)
    if kind in _LEGAL:
        return {_LEGAL[kind]: nodes.new("LegalIdentifier", notation=notation, spatial=country, schemeName=name)}
    return {"identifier": nodes.new("Identifier", notation=notation, schemeName=name)}
