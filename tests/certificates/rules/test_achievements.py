from dataclasses import replace

from certificates.rules.achievements import achievement_key, achievement_of
from certificates.rules.payload import Words, build_payload
from tests.certificates.payloads import FULL_ISSUER, full_facts, full_payload, path_payload, plain_payload


def _key(payload):
    return achievement_key(achievement_of(payload))


def test_all_holders_of_an_edition_have_one_achievement():
    giulia = full_payload(name="Giulia Ferri")
    stefan = full_payload(
        name="Ștefan Țîrlea", number="CT-0", public_id="f" * 32, quizzes=(), works=(), valid_until=None, cycle=2
    )

    assert giulia["achievement"] == stefan["achievement"]
    assert giulia["achievement"]["key"] == _key(giulia) == _key(stefan)
    address = f"https://learn.example/{{language}}/achievements/{_key(giulia)[:32]}/"
    assert giulia["achievement"]["address"] == address


def test_nothing_of_the_holder_is_in_it():
    body = achievement_of(full_payload(name="Giulia Ferri"))

    assert "Giulia" not in str(body)
    assert body.keys() == {"schema", "kind", "is_demo", "layout", "issuer", "course", "path", "texts"}
    assert body["issuer"] == {"key": "site", "name": "Example Learning Association", "country": "BE"}


def test_other_criteria_another_edition_another_kind_are_another_achievement():
    others = [
        full_payload(criteria="Less than before."),
        full_payload(edition=5, edition_digest="e" * 64),
        full_payload(kind="participation"),
        full_payload(validity_months=12),
        path_payload(),
        plain_payload(),
    ]

    assert len({_key(payload) for payload in [full_payload(), *others]}) == 7


def test_a_translation_of_the_portal_or_a_move_of_the_issuer_makes_no_other_achievement():
    facts = full_facts(languages=["en"])
    words = Words(language="en", lines={"kind": "Certificat"}, elements=[], notes=[])

    assert build_payload(facts, {"en": words})["achievement"] == full_payload(languages=["en"])["achievement"]
    moved = replace(FULL_ISSUER, street="Elsewhere 1", logo=None)
    assert full_payload(issuer=moved)["achievement"] == full_payload()["achievement"]
