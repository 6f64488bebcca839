"""The whole file: what the European credential builder takes, an object whose one key is `credential`."""

from collections.abc import Mapping, Sequence
from typing import Any

from certificates.rules.elm.agents import organisation
from certificates.rules.elm.claims import claim
from certificates.rules.elm.codes import concept
from certificates.rules.elm.nodes import Nodes
from certificates.rules.elm.texts import NotExportable, Texts, languages_of, missing_of

CONTEXTS = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
PROFILE = "http://data.europa.eu/snb/model/ap/edc-generic-full"


def elm_document(
    payload: Mapping[str, Any],
    pictures: Mapping[str, Sequence[str]],
    *,
    language: str = "en",
    valid_until: str | None = None,
    logo: str = "",
) -> dict[str, Any]:
    """Return the European Learning Model file of a certificate, unsigned: no proof, no date of sealing, no e-seal's number.

    `pictures`: by language, a PNG in base64 for each page; the file speaks those languages of `languages_of(payload)`.
    `language`: the first among them, if it is one. `valid_until`: the last moment of the last day, as
    `2027-11-26T22:59:59Z`. `logo`: the one that the payload names, in base64.

    :raises NotExportable: if the payload lacks what the model asks for, or there is no picture.
    """
    missing = missing_of(payload)
    if missing:
        raise NotExportable(missing)
    languages = [code for code in languages_of(payload) if pictures.get(code)]
    if not languages:
        raise NotExportable("pictures")
    primary = next((code for code in (language, "en") if code in languages), languages[0])
    nodes, texts = Nodes(payload["public_id"]), Texts(payload, languages, primary)
    issuer = organisation(nodes, texts, logo)
    credential = {
        "@context": list(CONTEXTS),
        "id": nodes.credential_id,
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSchema": {"id": PROFILE, "type": "ShaclValidator2017"},
        "credentialProfiles": concept("credential", "generic"),
        "identifier": nodes.new("Identifier", notation=payload["number"], schemeName="Certificate number"),
        "displayParameter": _display(nodes, texts, pictures),
        "issuer": issuer,
        "validFrom": payload["issued_at"],
        "credentialSubject": nodes.new(
            "Person",
            fullName=texts.once(payload["holder"]["name"]),
            hasClaim=claim(nodes, texts, issuer),
        ),
    }
    if valid_until:
        # Version 1.1 of the data model reads the first, the European model names the second as well.
        credential |= {"expirationDate": valid_until, "validUntil": valid_until}
    return {"credential": credential}


def _display(nodes: Nodes, texts: Texts, pictures: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return how it is shown: a picture of each page in each language."""
    return nodes.new(
        "DisplayParameter",
        title=texts.titled(texts.of("title")),
        description=texts.of("statement"),
        primaryLanguage=concept("language", texts.primary),
        language=[concept("language", code) for code in texts.languages],
        individualDisplay=[
            nodes.new(
                "IndividualDisplay",
                language=concept("language", code),
                displayDetail=[
                    nodes.new("DisplayDetail", page=number, image=nodes.picture(content, "image/png"))
                    for number, content in enumerate(pictures[code], start=1)
                ],
            )
            for code in texts.languages
        ],
    )
