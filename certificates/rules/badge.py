"""A certificate as an Open Badge 3.0, before it is signed: made of the frozen payload, in one language.

Open Badges 3.0 (1EdTech, context 3.0.3) over the W3C's Verifiable Credentials Data Model 2.0. It carries the eleven
elements of Annex I of the Council Recommendation 2022/C 243/02. The holder's name is not in it: they are identified by
a salted hash of their address, or by the address of the certificate. See docs/credentials.md for what stands where.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from certificates.rules.payload import address_for, statement_of, text_for
from certificates.rules.signing import BADGES_CONTEXT, CREDENTIALS_CONTEXT

SHORTEST_SALT = 16

_TYPES = {"achievement": "MicroCredential", "participation": "CertificateOfCompletion"}
# What is in the narrative of the criteria: of the definition only, so that it is the same for all holders.
_ELEMENTS_IN_CRITERIA = ("outcomes", "workload", "level", "assessment", "participation", "quality")
_NOTES_IN_CRITERIA = ("competences", "supervision", "prerequisites", "stackability", "further", "is_not")
_JRC = "https://publications.jrc.ec.europa.eu/repository/handle/"
_FRAMEWORKS = {
    "digcomp": ("DigComp", f"{_JRC}JRC128415"),
    "greencomp": ("GreenComp", f"{_JRC}JRC128040"),
    "entrecomp": ("EntreComp", f"{_JRC}JRC101581"),
}
"""Where the Joint Research Centre publishes each: it gives single competences no address of their own."""
_OTHER_VERSIONS = {("digcomp", "3.0"): f"{_JRC}JRC144705"}
_EQF = "http://data.europa.eu/snb/eqf/"
_ESCO = "http://data.europa.eu/esco/"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who holds a badge, without naming them: an address as a salted hash."""

    identity_hash: str
    salt: str


def recipient_of(email: str, *, salt: str) -> Recipient:
    """Return the holder as a badge names them.

    The salt stops looking up many addresses at once, not a guess at one that somebody knows.

    :raises ValueError: for a salt of less than 16 characters.
    """
    if len(salt) < SHORTEST_SALT:
        raise ValueError(f"a salt has {SHORTEST_SALT} characters at least")
    digest = hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()
    return Recipient(identity_hash=f"sha256${digest}", salt=salt)


def badge_document(
    payload: Mapping[str, Any],
    *,
    language: str,
    issuer: str,
    status: Mapping[str, Any],
    recipient: Recipient | None,
    valid_until: str | None = None,
    competences: Mapping[tuple[str, str, str], str] | None = None,
) -> dict[str, Any]:
    """Return the badge of a certificate in a language, from a payload of schema 2: older ones name no achievement.

    `issuer` is the DID that signs; `status` the entry of `certificates.rules.bitstring`; `valid_until` the last moment
    of the last day, as `2027-11-26T22:59:59Z`; `competences` the names of competences in this language, by framework,
    version and code.
    """
    text = text_for(payload, language)
    page = address_for(payload, language)
    title = _title(payload, text)
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_CONTEXT, BADGES_CONTEXT],
        "id": f"{page}badge.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": title,
        "issuer": _profile(payload, text, issuer),
        "validFrom": payload["issued_at"],
        "awardedDate": payload["issued_at"],
        "credentialSubject": _subject(payload, text, language, page, recipient, competences or {}),
        "evidence": [
            {
                "id": page,
                "type": ["Evidence"],
                "name": payload["number"],
                "narrative": _labelled(text, "notes", ("result", "edition", "validity", "signatory"))
                or text["statement"]
                or title,
            }
        ],
        "credentialStatus": dict(status),
    }
    if valid_until:
        document["validUntil"] = valid_until
    return document


def achievement_document(
    payload: Mapping[str, Any], language: str, competences: Mapping[tuple[str, str, str], str]
) -> dict[str, Any]:
    """Return the achievement: what the badge is for, the same for all its holders."""
    text = text_for(payload, language)
    address = payload["achievement"]["address"].replace("{language}", language)
    course = payload["course"]
    achievement: dict[str, Any] = {
        "id": address,
        "type": ["Achievement"],
        "achievementType": _TYPES[payload["kind"]],
        "name": _title(payload, text),
        "description": " ".join(filter(None, (statement_of(text), text["summary"]))) or text["title"],
        "inLanguage": text["language"],
        "version": str(course["edition"]),
        "criteria": {"id": f"{address}#criteria", "narrative": _criteria(text)},
        "alignment": list(_alignments(payload, text, competences)),
        "resultDescription": [_result_description(payload, text, address)],
    }
    if course.get("ects"):
        achievement["creditsAvailable"] = _number(course["ects"])
    return achievement


def _title(payload: Mapping[str, Any], text: Mapping[str, Any]) -> str:
    return f"DEMO: {text['title']}" if payload["is_demo"] else str(text["title"])


def _profile(payload: Mapping[str, Any], text: Mapping[str, Any], did: str) -> dict[str, Any]:
    """Return who awards: name, country and address (elements 3 and 4)."""
    issuer = payload["issuer"]
    name = issuer["name"] or issuer["site"]
    place = issuer.get("place") or {}
    country, region = issuer["country"], issuer.get("region") or ""
    country_name = next(iter(_values(text, "elements", "country")), country) if country else ""
    address = {
        "addressCountry": country_name.removesuffix(f", {region}"),
        "addressCountryCode": country,
        "addressRegion": region,
        "addressLocality": place.get("locality"),
        "postalCode": place.get("postcode"),
        "streetAddress": place.get("street"),
    }
    said: dict[str, Any] = {
        "url": issuer.get("website"),
        "email": issuer.get("email"),
        "description": issuer.get("quality"),
    }
    if any(address.values()):
        said["address"] = {"type": ["Address"], **_said(address)}
    if issuer.get("identifier"):
        said["otherIdentifier"] = [
            {
                "type": "IdentifierEntry",
                "identifier": issuer["identifier"]["value"],
                "identifierType": f"ext:{issuer['identifier']['kind']}",
            }
        ]
    return {
        "id": did,
        "type": ["Profile"],
        "name": f"DEMO: {name}" if payload["is_demo"] else name,
        **_said(said),
    }


def _subject(
    payload: Mapping[str, Any],
    text: Mapping[str, Any],
    language: str,
    page: str,
    recipient: Recipient | None,
    competences: Mapping[tuple[str, str, str], str],
) -> dict[str, Any]:
    """Return who holds it and what for: all that is the holder's own is here, never in the achievement."""
    achievement = achievement_document(payload, language, competences)
    subject: dict[str, Any] = {"type": ["AchievementSubject"]}
    if recipient is None:
        subject["id"] = f"{page}#holder"
    else:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": recipient.identity_hash,
                "identityType": "emailAddress",
                "salt": recipient.salt,
            }
        ]
    subject["licenseNumber"] = payload["number"]
    if payload["course"].get("ects"):
        subject["creditsEarned"] = _number(payload["course"]["ects"])
    subject["result"] = [_result(payload, achievement["resultDescription"][0]["id"])]
    subject["achievement"] = achievement
    return subject


def _criteria(text: Mapping[str, Any]) -> str:
    """Return what was to be done, and the elements that Open Badges has no field for, as Markdown."""
    parts = [
        statement_of(text),
        text.get("criteria"),
        _labelled(text, "elements", _ELEMENTS_IN_CRITERIA),
        _labelled(text, "notes", _NOTES_IN_CRITERIA),
    ]
    return "\n\n".join(part for part in parts if part)


def _alignments(
    payload: Mapping[str, Any], text: Mapping[str, Any], names: Mapping[tuple[str, str, str], str]
) -> Iterable[dict[str, Any]]:
    for entry in payload["course"]["competences"]:
        framework, version, code = entry["framework"], entry["version"], entry["code"]
        if framework == "esco":
            label, address = "ESCO", code if code.startswith(_ESCO) else _ESCO + code
        elif framework in _FRAMEWORKS:
            label, address = _FRAMEWORKS[framework]
            address = _OTHER_VERSIONS.get((framework, version), address)
        else:
            continue  # without an address there is no alignment; the criteria name it all the same
        name = names.get((framework, version, code), "")
        # DigComp and EntreComp have eight levels each.
        level = {"targetDescription": f"{label} {version}, {entry['level']}/8"} if entry["level"] else {}
        yield {
            "type": ["Alignment"],
            "targetName": f"{label} {code} {name}".strip(),
            "targetCode": code,
            "targetFramework": f"{label} {version}".strip(),
            "targetUrl": address,
            **level,
        }
    eqf_level = payload["course"]["eqf_level"]
    if eqf_level:
        # The element's own words say that the level is indicative and set by the issuer, and why.
        said = _values(text, "elements", "level") or [f"EQF {eqf_level}"]
        yield {
            "type": ["Alignment"],
            "targetName": said[0],
            "targetDescription": " ".join(dict.fromkeys([*said, text.get("eqf_reason") or ""])).strip(),
            "targetCode": str(eqf_level),
            "targetFramework": "European Qualifications Framework",
            "targetUrl": f"{_EQF}{eqf_level}",
        }


def _result_description(payload: Mapping[str, Any], text: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return how the result is told (element 9): a percentage where outcomes were assessed, else only that it is done."""
    name = text.get("assessment") or " ".join(_values(text, "elements", "assessment")) or text["title"]
    described: dict[str, Any] = {"id": f"{address}#result", "type": ["ResultDescription"], "name": name}
    if payload["kind"] == "achievement":
        return described | {"resultType": "Percent", "valueMin": "0", "valueMax": "100"}
    return described | {"resultType": "Status"}


def _result(payload: Mapping[str, Any], description: str) -> dict[str, Any]:
    result = payload["learning"].get("result")
    told = {"type": ["Result"], "resultDescription": description}
    if payload["kind"] == "achievement" and result:
        return told | {"value": str(result["per_cent"])}
    return told | {"status": "Completed"}


def _labelled(text: Mapping[str, Any], part: str, keys: Iterable[str]) -> str:
    """Return lines of the payload as Markdown: one value after its label, several as a list below it."""
    paragraphs = []
    for key in keys:
        for line in _lines(text, part, key):
            values = [value for value in line["values"] if value]
            if len(values) == 1:
                paragraphs.append(f"{line['label']}: {values[0]}")
            elif values:
                paragraphs.append(f"{line['label']}:\n\n" + "\n".join(f"- {value}" for value in values))
    return "\n\n".join(paragraphs)


def _lines(text: Mapping[str, Any], part: str, key: str) -> list[Mapping[str, Any]]:
    return [line for line in text.get(part, ()) if line["key"] == key]


def _values(text: Mapping[str, Any], part: str, key: str) -> list[str]:
    return [value for line in _lines(text, part, key) for value in line["values"] if value]


def _number(text: str) -> int | float:
    """Return a number as JSON writes it the same in every language: whole ones without a point."""
    value = float(text)
    return int(value) if value.is_integer() else value


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: badges hold no nulls."""
    return {name: value for name, value in values.items() if value}
