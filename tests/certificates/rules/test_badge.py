"""Every field that Open Badges 3.0 and a micro-credential must have, looked for in the badge (docs/credentials.md)."""

import hashlib
import json
import re

import pytest

from certificates.rules.badge import Recipient, badge_document, recipient_of
from certificates.rules.bitstring import status_entry
from tests.certificates.payloads import full_payload, path_payload, plain_payload

DID = "did:web:learn.example"
LIST = "https://learn.example/credentials/status/3"
SALT = "0123456789abcdef"
RECIPIENT = recipient_of("Giulia@Collina.example", salt=SALT)
NAMES = {("digcomp", "2.2", "2.3"): "Engaging in citizenship through digital technologies"}


def badge(payload=None, *, language="en", recipient: Recipient | None = RECIPIENT, **more):
    return badge_document(
        payload or full_payload(),
        language=language,
        issuer=DID,
        status=status_entry(LIST, 94567),
        recipient=recipient,
        competences=NAMES,
        **more,
    )


def at(document, path: str):
    """Return what stands at a path such as `credentialSubject.achievement.alignment.0.targetUrl`."""
    for part in path.split("."):
        document = document[int(part)] if part.isdigit() else document[part]
    return document


ACHIEVEMENT = "credentialSubject.achievement"
# Of CREDENTIALS.md section 2, 3 and 4: what the standard and its schema want, and how.
STANDARD = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
    "id": "https://learn.example/en/certificates/0123456789abcdef0123456789abcdef/badge.json",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer.id": DID,
    "issuer.type": ["Profile"],
    "validFrom": "2026-11-24T12:00:00Z",
    "credentialSubject.type": ["AchievementSubject"],
    "credentialSubject.identifier.0.type": "IdentityObject",
    "credentialSubject.identifier.0.hashed": True,
    "credentialSubject.identifier.0.identityType": "emailAddress",
    "credentialSubject.identifier.0.salt": SALT,
    f"{ACHIEVEMENT}.type": ["Achievement"],
    f"{ACHIEVEMENT}.achievementType": "MicroCredential",
    f"{ACHIEVEMENT}.description": "Passed its final quiz and drew up an action plan that was judged. Lead a cluster with a plan.",
    f"{ACHIEVEMENT}.inLanguage": "en",
    f"{ACHIEVEMENT}.alignment.0.type": ["Alignment"],
    f"{ACHIEVEMENT}.resultDescription.0.type": ["ResultDescription"],
    f"{ACHIEVEMENT}.resultDescription.0.resultType": "Percent",
    "credentialSubject.result.0.type": ["Result"],
    "evidence.0.type": ["Evidence"],
    "evidence.0.id": "https://learn.example/en/certificates/0123456789abcdef0123456789abcdef/",
    "credentialStatus": {
        "id": f"{LIST}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": LIST,
    },
}
# The eleven of Annex I of 2022/C 243/02, each with where it stands and words it must hold.
ELEMENTS = {
    "learner": ("credentialSubject.identifier.0.identityHash", RECIPIENT.identity_hash),
    "title": (f"{ACHIEVEMENT}.name", "Leading a social economy cluster in the twin transition"),
    "country": ("issuer.address.addressCountryCode", "BE"),
    "country in words": ("issuer.address.addressCountry", "Belgium"),
    "awarding body": ("issuer.name", "Example Learning Association"),
    "identifier of the body": ("issuer.otherIdentifier.0.identifier", "0123.456.789"),
    "date of issue": ("awardedDate", "2026-11-24T12:00:00Z"),
    "outcomes": (f"{ACHIEVEMENT}.criteria.narrative", "- Sets indicators and reports them honestly."),
    "workload": (f"{ACHIEVEMENT}.criteria.narrative", "About 25 hours of learning."),
    "ECTS": (f"{ACHIEVEMENT}.creditsAvailable", 1),
    "level": (f"{ACHIEVEMENT}.alignment.13.targetName", "Indicative EQF level 6"),
    "reason of the level": (f"{ACHIEVEMENT}.alignment.13.targetDescription", "answer for a team’s plan"),
    "address of the level": (f"{ACHIEVEMENT}.alignment.13.targetUrl", "http://data.europa.eu/snb/eqf/6"),
    "type of assessment": (f"{ACHIEVEMENT}.resultDescription.0.name", "A final quiz of 24 questions"),
    "types of assessment in words": (f"{ACHIEVEMENT}.criteria.narrative", "Quiz, Marked assignment"),
    "result": ("credentialSubject.result.0.value", "86"),
    "form of participation": (f"{ACHIEVEMENT}.criteria.narrative", "Form of participation: Online"),
    "quality assurance": (f"{ACHIEVEMENT}.criteria.narrative", "Reviewed each year by two practitioners"),
    "reviewer": (f"{ACHIEVEMENT}.criteria.narrative", "Maren Oduya"),
    "supervision": (f"{ACHIEVEMENT}.criteria.narrative", "not supervised, identity not checked"),
    "what it is not": (f"{ACHIEVEMENT}.criteria.narrative", "Not a regulated qualification."),
}


@pytest.mark.parametrize("path", STANDARD)
def test_the_badge_has_what_the_standard_wants(path):
    assert at(badge(), path) == STANDARD[path]


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_badge_has_each_element_of_a_micro_credential(element):
    path, words = ELEMENTS[element]
    found = at(badge(), path)

    assert words in found if isinstance(words, str) else found == words


@pytest.mark.parametrize(
    ("framework", "address"),
    [
        ("DigComp 2.2", "https://publications.jrc.ec.europa.eu/repository/handle/JRC128415"),
        ("GreenComp 2022", "https://publications.jrc.ec.europa.eu/repository/handle/JRC128040"),
        ("EntreComp 2016", "https://publications.jrc.ec.europa.eu/repository/handle/JRC101581"),
    ],
)
def test_competences_are_aligned_with_an_address(framework, address):
    alignments = [entry for entry in at(badge(), f"{ACHIEVEMENT}.alignment") if entry["targetFramework"] == framework]

    assert alignments
    assert {entry["targetUrl"] for entry in alignments} == {address}


def test_a_competence_is_named_with_its_code_and_level():
    alignment = next(
        entry for entry in at(badge(), f"{ACHIEVEMENT}.alignment") if entry["targetFramework"] == "DigComp 2.2"
    )

    assert alignment["targetName"] == "DigComp 2.3 Engaging in citizenship through digital technologies"
    assert alignment["targetDescription"] == "DigComp 2.2, 5/8"


def test_a_skill_of_esco_is_aligned_with_its_own_address():
    payload = full_payload()
    payload["course"]["competences"] = [
        {"framework": "esco", "version": "1.2", "code": "skill/a3c8b9d0-0000-4000-8000-000000000000", "level": None}
    ]

    alignment = at(badge(payload), f"{ACHIEVEMENT}.alignment.0")
    assert alignment["targetUrl"] == "http://data.europa.eu/esco/skill/a3c8b9d0-0000-4000-8000-000000000000"


def test_the_achievement_is_the_same_for_all_its_holders():
    one = full_payload()
    other = full_payload(
        name="Ștefan Țîrlea", number="CT-7PQE-9KT4-M8R2-HVXA", public_id="f" * 32, lesson_count=3, valid_until=None
    )

    assert at(badge(one), ACHIEVEMENT) == at(badge(other, recipient=None), ACHIEVEMENT)
    assert badge(one)["id"] != badge(other)["id"]


@pytest.mark.parametrize("make", [full_payload, plain_payload, path_payload])
@pytest.mark.parametrize("language", ["en", "it", "ro"])
def test_a_badge_holds_no_name_no_address_and_no_null(make, language):
    text = json.dumps(badge(make(name="Ștefan Țîrlea"), language=language), ensure_ascii=False)

    assert "irlea" not in text
    assert "collina" not in text.lower()
    assert "null" not in text


def test_the_holder_is_a_salted_hash_of_the_address_in_lower_case():
    expected = hashlib.sha256(b"giulia@collina.example" + SALT.encode()).hexdigest()

    assert RECIPIENT.identity_hash == f"sha256${expected}"
    with pytest.raises(ValueError, match="16"):
        recipient_of("giulia@collina.example", salt="too-short")


def test_participation_is_of_another_type_and_says_that_it_is_completed():
    participation = badge(full_payload(kind="participation"))

    assert at(participation, f"{ACHIEVEMENT}.achievementType") == "CertificateOfCompletion"
    assert at(participation, f"{ACHIEVEMENT}.resultDescription.0.resultType") == "Status"
    assert at(participation, "credentialSubject.result.0.status") == "Completed"


def test_a_demonstration_says_so_in_every_name():
    demo = badge(plain_payload())

    assert demo["name"].startswith("DEMO: ")
    assert demo["issuer"]["name"].startswith("DEMO: ")
    assert at(demo, f"{ACHIEVEMENT}.name").startswith("DEMO: ")


def test_every_type_but_those_of_one_value_is_a_list_and_every_time_whole_seconds():
    document = badge(valid_until="2029-11-24T22:59:59Z")
    one_value = {"IdentityObject", "IdentifierEntry", "BitstringStatusListEntry"}

    def types(value):
        if isinstance(value, dict):
            if "type" in value:
                yield value["type"]
            for entry in value.values():
                yield from types(entry)
        elif isinstance(value, list):
            for entry in value:
                yield from types(entry)

    assert {found for found in types(document) if isinstance(found, str)} == one_value
    for name in ("validFrom", "validUntil", "awardedDate"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document[name])
