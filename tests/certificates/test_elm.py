"""Certificates as European Learning Model files, from payloads alone: no database, no network.

What is mandatory stands in CREDENTIALS.md sections 1 and 4 of the design, taken from the shapes of the application
profile `edc-generic-full`; docs/european-learning-model.md says how files are tried against the shapes themselves.
"""

import base64
import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.operations.countries import COUNTRIES
from certificates.rules.elm import NotExportable, elm_document, languages_of
from certificates.rules.elm.codes import concept, is_listed
from courses.models.vocabularies import AssessmentType, ParticipationMode
from courses.rules.frameworks import FOLDER
from courses.rules.outline import Competence
from tests.certificates.builders import DEMO, LANGUAGES
from tests.certificates.payloads import FULL_ISSUER, full_payload, old_payload, path_payload, plain_payload

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n, as far as rules know").decode()
PARTNER = dataclasses.replace(
    FULL_ISSUER, key="rete", name="Rete Cooperativa", country="IT", identifier=("vat", "IT01234567890"), logo=None
)
BARE = dataclasses.replace(
    DEMO, name="Example Learning Association", country="BE"
)  # what an issuer must at least say for a file
PAYLOADS = {
    "achievement": full_payload(),
    "participation": full_payload(kind="participation"),
    "path": path_payload(),
    "participation in a path": path_payload(kind="participation"),
    "partner": full_payload(issuer=PARTNER),
    "long": full_payload(name="Ștefănescu " * 20, title="Leading a cluster " * 30, quality_text="Read twice. " * 200),
    "no level": full_payload(eqf_level=None, ects=None, assessment_types=("quiz",), mode="blended"),
    "as little as can be": plain_payload(issuer=BARE),
}
MANDATORY = {
    "VerifiableCredential": (
        "@context",
        "id",
        "credentialSchema",
        "credentialProfiles",
        "displayParameter",
        "credentialSubject",
        "issuer",
        "validFrom",
    ),
    "DisplayParameter": ("title", "language", "primaryLanguage", "individualDisplay"),
    "IndividualDisplay": ("language", "displayDetail"),
    "DisplayDetail": ("image", "page"),
    "MediaObject": ("content", "contentEncoding", "contentType"),
    "Person": ("fullName", "hasClaim"),
    "Organisation": ("legalName", "location"),
    "Location": ("address",),
    "Address": ("countryCode",),
    "LearningAchievement": ("title", "awardedBy"),
    "LearningActivity": ("title", "awardedBy"),
    "LearningAssessment": ("title", "awardedBy", "grade"),
    "AwardingProcess": ("awardingBody",),
    "Qualification": ("title",),
    "LearningAchievementSpecification": ("title",),
    "LearningActivitySpecification": ("title",),
    "LearningAssessmentSpecification": ("title",),
    "LearningOutcome": ("title",),
    "GradingScheme": ("title",),
    "CreditPoint": ("framework", "point"),
    "LegalIdentifier": ("notation", "spatial"),
    "Identifier": ("notation",),
    "Note": ("noteLiteral",),
    "WebResource": ("contentURL",),
    "Concept": ("inScheme",),
    "ContactPoint": ("emailAddress",),
    "Mailbox": (),
    "PeriodOfTime": ("endDate",),
    "ConceptScheme": (),
    "ShaclValidator2017": (),
}
"""What a part of a type must say. A type that is not here is not written."""
LANGUAGE_MAPS = ("title", "description", "noteLiteral", "legalName", "fullName", "prefLabel", "geographicName")


def _file(payload: dict[str, Any], **more: Any) -> dict[str, Any]:
    return elm_document(payload, {code: [PICTURE] for code in languages_of(payload)}, **more)["credential"]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for entry in value.values():
            yield from _parts(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _parts(entry)


def _type(part: dict[str, Any]) -> str:
    return part["type"] if isinstance(part["type"], str) else part["type"][0]


@pytest.fixture(scope="module")
def files() -> dict[str, dict[str, Any]]:
    return {name: _file(payload, logo=PICTURE) for name, payload in PAYLOADS.items()}


@pytest.mark.parametrize("kind", MANDATORY)
def test_a_part_says_all_that_is_mandatory(files, kind):
    parts = [(name, part) for name, file in files.items() for part in _parts(file) if _type(part) == kind]
    assert parts, f"no file has a {kind}"
    assert {(name, field) for name, part in parts for field in MANDATORY[kind] if not part.get(field)} == set()


def test_no_part_is_of_a_type_that_the_table_does_not_know(files):
    assert {_type(part) for file in files.values() for part in _parts(file)} - set(MANDATORY) == set()


def test_it_is_an_object_whose_one_key_is_credential_and_nothing_in_it_claims_a_seal():
    document = elm_document(full_payload(), {"en": [PICTURE]})
    assert list(document) == ["credential"]
    credential = document["credential"]
    assert credential["@context"] == [
        "https://www.w3.org/2018/credentials/v1",
        "http://data.europa.eu/snb/model/context/edc-ap",
    ]
    assert credential["credentialSchema"] == {
        "id": "http://data.europa.eu/snb/model/ap/edc-generic-full",
        "type": "ShaclValidator2017",
    }
    assert credential["credentialProfiles"]["id"] == "http://data.europa.eu/snb/credential/e34929035b"
    assert {"proof", "issued", "issuanceDate", "credentialStatus"} & set(credential) == set()
    assert "eIDASIdentifier" not in credential["issuer"]


def test_two_parts_have_one_name_only_where_they_are_the_same_word_by_word(files):
    for file in files.values():
        named: dict[str, dict[str, Any]] = {}
        for part in _parts(file):
            assert "id" in part
            assert named.setdefault(part["id"], part) == part
        assert sum(_type(part) == "Organisation" for part in named.values()) == 1


def test_every_value_of_a_list_is_one_that_we_ship_with_its_scheme(files):
    lists = json.loads((FOLDER / "elm.json").read_text(encoding="utf-8"))["lists"]
    shipped = {
        (entry["uri"].format(code=value["code"]), entry["scheme"], value["label"]["en"])
        for entry in lists.values()
        for value in entry["entries"]
    }
    written = {
        (part["id"], part["inScheme"]["id"], part["prefLabel"]["en"])
        for file in files.values()
        for part in _parts(file)
        if _type(part) == "Concept"
    }
    assert written - shipped == set()


def test_the_lists_have_a_value_for_all_that_the_portal_can_say():
    said = {
        "assessment": AssessmentType.values,
        "mode": ParticipationMode.values,
        "country": COUNTRIES,
        "language": LANGUAGES,
        "eqf": [str(level) for level in range(1, 9)],
        "file-type": ["image/png", "image/jpeg"],
    }
    assert [(name, key) for name, keys in said.items() for key in keys if not is_listed(name, key)] == []
    assert concept("country", "GR")["id"] == "http://publications.europa.eu/resource/authority/country/GRC"


def test_texts_stand_under_the_languages_in_which_the_course_has_words_of_its_own(files):
    credential = files["achievement"]
    claim = credential["credentialSubject"]["hasClaim"]
    assert languages_of(full_payload()) == ["en", "it"]
    assert set(claim["title"]) == set(claim["specifiedBy"]["learningOutcome"][0]["title"]) == {"en", "it"}
    display = credential["displayParameter"]
    assert [entry["language"]["prefLabel"]["en"] for entry in display["individualDisplay"]] == ["English", "Italian"]
    assert [entry["prefLabel"]["en"] for entry in display["language"]] == ["English", "Italian"]


@pytest.mark.parametrize(("language", "primary"), [("it", "ITA"), ("en", "ENG"), ("sv", "ENG")])
def test_the_language_that_is_asked_for_comes_first_where_the_file_speaks_it(language, primary):
    credential = _file(full_payload(), language=language)
    assert credential["displayParameter"]["primaryLanguage"]["id"].endswith(f"/{primary}")
    assert len(credential["credentialSubject"]["fullName"]) == 1


def test_an_achievement_is_proven_by_an_assessment_that_was_not_supervised(files):
    claim = files["achievement"]["credentialSubject"]["hasClaim"]
    assessment = claim["provenBy"]
    assert claim["type"] == "LearningAchievement"
    assert "38 of 44 points" in assessment["grade"]["noteLiteral"]["en"]
    assert assessment["idVerification"]["id"] == "http://data.europa.eu/snb/supervision-verification/c598449d64"
    assert [part["dcType"]["prefLabel"]["en"] for part in assessment["specifiedBy"]["hasPart"]] == [
        "quiz",
        "marked assignment",
    ]
    single = files["no level"]["credentialSubject"]["hasClaim"]["provenBy"]["specifiedBy"]
    assert (single["dcType"]["prefLabel"]["en"], "hasPart" in single) == ("quiz", False)


def test_a_level_is_given_with_a_note_that_it_is_indicative_and_why(files):
    specified = files["achievement"]["credentialSubject"]["hasClaim"]["specifiedBy"]
    notes = [note["noteLiteral"]["en"] for note in specified["additionalNote"]]
    assert specified["type"] == "Qualification"
    assert specified["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/6"
    assert (
        "Level: Indicative EQF level 6, set by the issuer. People manage complex work and answer for a team’s plan."
        in notes
    )
    assert "What it is not: Not a regulated qualification." in notes
    assert files["no level"]["credentialSubject"]["hasClaim"]["specifiedBy"]["type"] == (
        "LearningAchievementSpecification"
    )


def test_hours_and_credits_are_written_as_the_model_writes_them(files):
    specified = files["achievement"]["credentialSubject"]["hasClaim"]["specifiedBy"]
    assert specified["volumeOfLearning"] == "PT25H"
    assert specified["creditPoint"]["point"] == "1"
    assert specified["creditPoint"]["framework"]["prefLabel"]["en"] == "European Credit Transfer System"
    assert "creditPoint" not in files["no level"]["credentialSubject"]["hasClaim"]["specifiedBy"]


def test_our_own_review_is_a_note_and_never_an_accreditation(files):
    specified = files["achievement"]["credentialSubject"]["hasClaim"]["specifiedBy"]
    assert "accreditation" not in specified
    assert any("Reviewed by Maren Oduya" in note["noteLiteral"]["en"] for note in specified["additionalNote"])


def test_a_participation_is_an_activity_of_which_nothing_was_assessed(files):
    claim = files["participation"]["credentialSubject"]["hasClaim"]
    assert claim["type"] == "LearningActivity"
    assert claim["workload"] == claim["specifiedBy"]["volumeOfLearning"] == "PT25H"
    assert claim["specifiedBy"]["mode"]["prefLabel"]["en"] == "Online"
    assert {_type(part) for part in _parts(claim)} & {"LearningAssessment", "LearningAchievement"} == set()
    said = " ".join(note["noteLiteral"]["en"] for note in claim["specifiedBy"]["additionalNote"])
    for words in ("Maps a local ecosystem", "About 25 hours", "EQF level 6", "Type of assessment", "Reviewed by Maren"):
        assert words in said


def test_a_learning_path_names_its_courses_with_their_hours_and_numbers(files):
    for name, field in (("path", "influencedBy"), ("participation in a path", "hasPart")):
        courses = files[name]["credentialSubject"]["hasClaim"][field]
        assert [(course["title"]["en"], course["workload"]) for course in courses] == [
            ("Digital basics at work", "PT6H"),
            ("Leading a social economy cluster in the twin transition", "PT25H"),
        ]
        assert courses[0]["identifier"]["notation"] == "CT-7PQE-9KT4-M8R2-HVXA"


@pytest.mark.parametrize(
    ("identifier", "field", "name"),
    [
        (("registration", "0123.456.789"), "registration", "National register"),
        (("vat", "BE0123456789"), "vatIdentifier", "VAT"),
        (("lei", "5493001KJTIIGC8Y1R12"), "identifier", "LEI"),
        (("other", "17"), "identifier", None),
    ],
)
def test_the_number_of_an_issuer_stands_where_its_kind_belongs(identifier, field, name):
    issuer = _file(full_payload(issuer=dataclasses.replace(FULL_ISSUER, identifier=identifier)))["issuer"]
    assert (issuer[field]["notation"], issuer[field].get("schemeName")) == (identifier[1], name)


def test_a_skill_of_esco_is_related_only_where_an_editor_gave_one(files):
    assert "relatedESCOSkill" not in json.dumps(files["achievement"])
    code = "5fd5c985-eaaa-47aa-8314-62359c54505a"
    payload = full_payload(competences=(Competence("esco", "1.2", code, None),))
    *_, last = _file(payload)["credentialSubject"]["hasClaim"]["specifiedBy"]["learningOutcome"]
    (skill,) = last["relatedESCOSkill"]
    assert skill["id"] == f"http://data.europa.eu/esco/skill/{code}"
    assert skill["inScheme"]["id"] == "http://data.europa.eu/esco/concept-scheme/skills"


def test_what_is_made_to_try_the_portal_out_says_so(files):
    credential = files["as little as can be"]
    assert credential["credentialSubject"]["hasClaim"]["title"]["en"].startswith("DEMO: ")
    assert credential["issuer"]["legalName"]["en"].startswith("DEMO: ")


def test_its_last_moment_is_said_to_both_versions_of_the_model():
    credential = _file(full_payload(), valid_until="2029-11-24T22:59:59Z")
    assert credential["expirationDate"] == credential["validUntil"] == "2029-11-24T22:59:59Z"
    assert "validUntil" not in _file(full_payload())


@pytest.mark.parametrize(
    ("payload", "missing"),
    [(old_payload(), "achievement"), (plain_payload(), "country"), (full_payload(), "pictures")],
)
def test_a_payload_that_says_too_little_is_refused(payload, missing):
    with pytest.raises(NotExportable, match=missing):
        elm_document(payload, {})


def test_a_course_without_words_in_a_language_of_its_own_speaks_the_one_it_has():
    payload = full_payload(languages=("ro", "sv"))  # whose words are the English ones
    assert languages_of(payload) == ["en"]
    assert set(_file(payload)["credentialSubject"]["hasClaim"]["title"]) == {"en"}


def _empty(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(_empty(entry) for entry in value.values())
    if isinstance(value, list):
        return not value or any(_empty(entry) for entry in value)
    return value in (None, "")


@settings(max_examples=25, deadline=None)
@given(
    name=st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and text.isprintable()),
    texts=st.dictionaries(
        st.sampled_from(["criteria", "assessment_text", "eqf_reason", "prerequisites_text", "stackability"]),
        st.sampled_from(["", 'Ελληνικά «και» "λατινικά"', "<b>&amp;</b>", "x" * 600]),
    ),
    hours=st.integers(min_value=1, max_value=900),
)
def test_nothing_is_ever_empty_and_the_name_stands_as_it_was_given(name, texts, hours):
    credential = _file(full_payload(name=name, hours=hours, languages=("en",), **texts))
    assert not _empty(credential)
    assert credential["credentialSubject"]["fullName"] == {"en": name}
    assert credential["credentialSubject"]["hasClaim"]["specifiedBy"]["volumeOfLearning"] == f"PT{hours}H"
