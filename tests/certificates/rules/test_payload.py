import pytest

from certificates.rules.payload import address_for, build_payload, text_for
from foundation.rules.canonical import canonical_json, digest
from tests.certificates.builders import DEMO, LANGUAGES, make_facts

LINES = {language: ("en", {"kind": f"kind in {language}"}) for language in LANGUAGES}


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
        "schema": 1,
        "number": "CT-4M8R-2HVX-7PQE-9KTY",
        "public_id": "0123456789abcdef0123456789abcdef",
        "address": "https://learn.example/{language}/certificates/0123456789abcdef0123456789abcdef/",
        "kind": "participation",
        "cycle": 1,
        "issued_at": "2026-11-24T12:00:00Z",
        "issued_date": "2026-11-24",
        "valid_until": None,
        "is_demo": False,
        "holder": {"name": "Giulia Ferri"},
        "issuer": {"name": "Example Learning Association", "country": "Belgium", "site": "Common Thread"},
        "course": {
            "key": "3f1f4c0e-0000-4000-8000-000000000001",
            "edition": 4,
            "digest": "d" * 64,
            "source_language": "en",
            "level": "basic",
            "eqf_level": 2,
            "hours": 6,
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
            "mode": "online",
            "supervision": "none",
            "identity_check": "none",
        },
    }


def test_the_payload_is_json_with_one_digest():
    assert digest(build_payload(make_facts(), LINES)) == digest(build_payload(make_facts(), LINES))
    assert canonical_json(build_payload(make_facts(), LINES)).startswith('{"address":')


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
