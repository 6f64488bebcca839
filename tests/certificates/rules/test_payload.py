import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.payload import PrintedLine, Words, address_for, build_payload, text_for, without_controls
from foundation.rules.canonical import canonical_json, digest
from tests.certificates.builders import DEMO, LANGUAGES, make_facts

ACHIEVEMENT = "7c387a0a2465587c0f7e6b576ba2913102af951414c4422a091cdf9121e599f7"

LINES = {
    language: Words(
        language="en",
        lines={"kind": f"kind in {language}"},
        elements=[PrintedLine("title", "Title", ("Basi digitali",), language="it")],
        notes=[PrintedLine("is_not", "What it is not", ("Nothing else.",))],
    )
    for language in LANGUAGES
}


def test_the_payload_has_a_text_in_every_language_of_the_site():
    payload = build_payload(make_facts(), LINES)

    assert set(payload["texts"]) == set(LANGUAGES)
    assert payload["texts"]["it"]["title"] == "Basi digitali al lavoro"
    assert payload["texts"]["it"]["language"] == "it"
    assert payload["texts"]["sv"]["title"] == "Digital basics at work"
    assert payload["texts"]["sv"]["language"] == "en"
    assert payload["texts"]["sv"]["lines"] == {"kind": "kind in sv"}


def test_the_payload_is_what_it_was_a_year_ago():
    # A change here means that certificates issued from now on look different to other programs: raise SCHEMA.
    payload = build_payload(make_facts(languages=["en"]), LINES)

    assert {key: value for key, value in payload.items() if key != "texts"} == {
        "schema": 2,
        "number": "CT-4M8R-2HVX-7PQE-9KTY",
        "public_id": "0123456789abcdef0123456789abcdef",
        "address": "https://learn.example/{language}/certificates/0123456789abcdef0123456789abcdef/",
        "kind": "participation",
        "cycle": 1,
        "issued_at": "2026-11-24T12:00:00Z",
        "issued_date": "2026-11-24",
        "valid_until": None,
        "renewable_from": None,
        "supersedes": None,
        "layout": "woven",
        "is_demo": False,
        "achievement": {
            "key": ACHIEVEMENT,
            "address": f"https://learn.example/{{language}}/achievements/{ACHIEVEMENT[:32]}/",
        },
        "holder": {"name": "Giulia Ferri"},
        "issuer": {
            "key": "site",
            "name": "Example Learning Association",
            "country": "BE",
            "region": "",
            "site": "Common Thread",
            "did": "",
            "identifier": None,
            "place": {"street": "", "postcode": "", "locality": ""},
            "website": "",
            "email": "",
            "logo": None,
            "quality": "",
        },
        "path": None,
        "course": {
            "key": "3f1f4c0e-0000-4000-8000-000000000001",
            "edition": 4,
            "digest": "d" * 64,
            "source_language": "en",
            "level": "basic",
            "eqf_level": 2,
            "hours": 6,
            "ects": None,
            "mode": "online",
            "assessment_types": [],
            "category": "ict-basic",
            "competences": [
                {"framework": "digcomp", "version": "2.2", "code": "1.1", "level": 1},
                {"framework": "digcomp", "version": "2.2", "code": "2.1", "level": 2},
                {"framework": "digcomp", "version": "2.2", "code": "1.2", "level": 1},
                {"framework": "greencomp", "version": "1.0", "code": "1.2", "level": None},
            ],
            "author": "The editors",
            "licence": "CC BY 4.0",
            "reviewed_date": "2026-10-12",
            "validity_months": 0,
            "recertification_months": 0,
        },
        "learning": {
            "completed_at": "2026-11-24T12:00:00Z",
            "languages": ["en", "it"],
            "lesson_count": 17,
            "quizzes": [
                {
                    "key": f"quiz-{number}",
                    "score": 5,
                    "max_score": 6,
                    "pass_mark": 60,
                    "passed_at": "2026-11-24T12:00:00Z",
                }
                for number in range(6)
            ],
            "works": [],
            "result": None,
            "mode": "online",
            "supervision": "none",
            "identity_check": "none",
        },
    }


def test_lines_are_frozen_as_they_were_worded():
    text = build_payload(make_facts(), LINES)["texts"]["en"]

    assert text["elements"] == [{"key": "title", "label": "Title", "values": ["Basi digitali"], "language": "it"}]
    assert text["notes"] == [{"key": "is_not", "label": "What it is not", "values": ["Nothing else."]}]


def test_control_characters_are_taken_out_and_a_break_of_a_line_is_a_space():
    payload = build_payload(make_facts(title="Digital\x08 basics\x7f\r\nat work"), LINES)

    assert payload["texts"]["en"]["title"] == "Digital basics at work"


@given(st.text())
def test_no_control_character_is_left_and_nothing_else_is_touched(text):
    cleaned = without_controls({"a": [text, 3, None]})["a"]

    assert not any(character < " " or character == "\x7f" for character in cleaned[0])
    assert cleaned[1:] == [3, None]
    if all(character >= " " and character != "\x7f" for character in text):
        assert cleaned[0] == text


def test_the_payload_is_json_with_one_digest():
    assert digest(build_payload(make_facts(), LINES)) == digest(build_payload(make_facts(), LINES))
    assert canonical_json(build_payload(make_facts(), LINES)).startswith('{"achievement":')


def test_without_an_issuer_it_is_a_demonstration():
    assert build_payload(make_facts(issuer=DEMO), LINES)["is_demo"] is True


def test_a_course_that_offers_no_certificate_of_the_kind_has_no_payload():
    with pytest.raises(ValueError, match="offers no certificate of achievement"):
        build_payload(make_facts(kind="achievement"), LINES)


def test_a_language_added_later_reads_the_english_text():
    payload = build_payload(make_facts(), LINES)

    assert text_for(payload, "fr") == payload["texts"]["en"]


def test_the_address_leads_to_the_page_in_the_reader_s_language():
    payload = build_payload(make_facts(), LINES)

    assert address_for(payload, "it") == "https://learn.example/it/certificates/0123456789abcdef0123456789abcdef/"
