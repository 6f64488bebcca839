"""The page of an achievement: what a certificate is for, public, the same for all who hold one."""

import html
import re

import pytest
from django.test import Client

from tests.certificates.payloads import full_payload, path_payload, plain_payload
from tests.certificates.rows import make_certificate
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db


def _path(payload, language="en") -> str:
    return payload["achievement"]["address"].partition("{language}")[2].join([f"/{language}", ""])


def _text(response) -> str:
    shown = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", shown).split()))


def test_the_address_in_the_payload_says_what_is_awarded_to_everybody():
    payload = full_payload()
    make_certificate(payload)

    with counted_queries() as statements:
        response = Client().get(_path(payload))

    text, said = _text(response), payload["texts"]["en"]
    assert response.status_code == 200
    for words in (
        said["title"],
        said["criteria"],
        said["assessment"],
        said["eqf_reason"],
        said["quality"],
        "Certificate of achievement",
        "Example Learning Association",
        "Belgium",
        "Maps a local ecosystem and its gaps.",
        "About 25 hours of learning.",
        "Indicative EQF level 6, set by the issuer.",
        "Course edition 4.",
        "Not a regulated qualification.",
        payload["achievement"]["key"],
    ):
        assert words in text
    assert "Giulia" not in text
    assert payload["number"] not in text
    assert len(statements) == 1
    assert "s-maxage" in response["Cache-Control"]
    assert not response.cookies


def test_a_certificate_leads_to_what_it_takes_to_get_one():
    certificate = make_certificate(full_payload())

    page = Client().get(f"/en/certificates/{certificate.public_id}/").content.decode()

    assert f'href="{_path(certificate.payload)}"' in page


def test_it_is_shown_in_the_language_of_the_address():
    payload = full_payload()
    make_certificate(payload)

    text = _text(Client().get(_path(payload, "it")))

    assert payload["texts"]["it"]["criteria"] in text


def test_that_of_a_learning_path_names_its_courses_and_a_demonstration_says_so():
    path, plain = path_payload(), plain_payload(number="CT-7PQE-9KT4-M8R2-HVX3", public_id="b" * 32)
    for payload in (path, plain):
        make_certificate(payload)

    assert "Digital basics at work" in _text(Client().get(_path(path)))
    assert "DEMO: made to try the portal out." in _text(Client().get(_path(plain)))


@pytest.mark.parametrize("key", ["0" * 32, "0" * 31, "A" * 32, "x", "%00", "%25" * 8])
def test_an_unknown_achievement_is_not_found(key):
    assert Client().get(f"/en/achievements/{key}/").status_code == 404
