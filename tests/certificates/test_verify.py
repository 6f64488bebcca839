"""The verify page as evidence: what it says first, all that stands on the certificate, and what it hides."""

import gzip
import hashlib
import re
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client

from certificates.models import Certificate, NameVisibility, new_public_id
from certificates.rules.facts import Logo, logo_storage_name
from certificates.rules.numbers import ALPHABET, number_from
from certificates.rules.payload import ELEMENTS, text_for
from tests.certificates.payloads import FULL_ISSUER, full_payload, old_payload, path_payload, plain_payload
from tests.certificates.rows import make_certificate
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db

BYTES = 6_000  # UX.md section 2: question, check, result, verify
PNG = b"\x89PNG\r\n\x1a\n" + b"of the issuer"


@pytest.fixture(autouse=True)
def _no_misses_counted_yet():
    cache.clear()


def _page(certificate, language="en"):
    return Client().get(f"/{language}/verify/", {"number": certificate.number})


def _text(response) -> str:
    html = re.sub(r"<svg.*?</svg>", "", response.content.decode(), flags=re.DOTALL)
    html = re.sub(r"</?(?:b|bdi|span|a|code)\b[^>]*>", "", html)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").replace("&amp;", "&").split())


def _first_words(response) -> str:
    heading = re.search(r"<h1>(.*?)</h1>", response.content.decode(), flags=re.DOTALL).group(1)
    return re.sub(r"<[^>]+>", "", heading)


# All that stands on it


@pytest.mark.parametrize("language", ["en", "it", "ro"])
@pytest.mark.parametrize("payload", [full_payload(), plain_payload(), path_payload()], ids=["full", "plain", "path"])
def test_all_eleven_elements_and_all_notes_can_be_read_as_they_are_frozen(payload, language):
    text = text_for(payload, language)
    response = _page(make_certificate(payload), language)

    shown = _text(response)
    assert [line["key"] for line in text["elements"]] == list(ELEMENTS)
    for line in [*text["elements"], *text["notes"]]:
        for words in (line["label"], *line["values"]):
            assert " ".join(words.split()) in shown


def test_what_the_course_says_that_the_holder_did_stands_below_the_title():
    html = _page(make_certificate(full_payload())).content.decode()

    assert "</b><br><span>Passed its final quiz and drew up an action plan that was judged.</span>" in html


def test_words_in_another_language_than_the_page_say_so():
    payload = full_payload()
    text = text_for(payload, "ro")
    html = _page(make_certificate(payload), "ro").content.decode()

    outcomes = next(line for line in text["elements"] if line["key"] == "outcomes")
    language = outcomes.get("language") or text["words"]
    assert re.search(rf'<dd lang="{language}"><ul><li>{re.escape(outcomes["values"][0])}', html)


def test_edition_and_digests_can_be_read():
    certificate = make_certificate(full_payload())

    text = _text(_page(certificate))

    assert certificate.payload_sha256 in text
    assert certificate.payload["course"]["digest"] in text
    assert "Course edition 4." in text


def test_a_certificate_of_the_first_schema_still_shows_all_it_says():
    payload = old_payload()
    text = _text(_page(make_certificate(payload)))

    assert "This certificate is valid" in text
    lines = payload["texts"]["en"]["lines"]
    said = set(lines) - {"says", "joined", "size_title", "check", "qr", "demo"}
    assert {name for name in said if lines[name] not in text} == set()
    for words in (
        "Giulia Ferri",
        "Digital basics at work",
        "Checks a source.",
        "Did all its steps.",
        "Head of learning",
    ):
        assert words in text


def test_a_demonstration_is_marked_on_the_page():
    assert "DEMO: made to try the portal out. It certifies nothing." in _text(_page(make_certificate(plain_payload())))


def test_the_page_of_a_full_certificate_costs_two_queries_and_stays_inside_its_bytes():
    certificate = make_certificate(full_payload(name="Maximiliane von und zu Hohenstein-Wolkenburg"))

    for language in ("en", "it"):
        with counted_queries() as statements:
            response = _page(certificate, language)
        assert len(statements) == 2
        assert len(gzip.compress(response.content, 9)) <= BYTES


# The issuer's logo


def test_the_issuer_s_logo_is_shown_and_served_as_it_was_at_issue():
    sha256 = hashlib.sha256(PNG).hexdigest()
    if not storages["frozen"].exists(logo_storage_name(sha256)):
        storages["frozen"].save(logo_storage_name(sha256), ContentFile(PNG))
    logo = Logo(sha256=sha256, media_type="image/png", width=320, height=120)
    issuer = replace(FULL_ISSUER, logo=logo)

    html = _page(make_certificate(full_payload(issuer=issuer))).content.decode()

    address = f"/issuers/logos/{sha256}"
    assert f'src="{address}" width="320" height="120" alt=""' in html
    answer = Client().get(address)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, PNG, "image/png")
    assert "immutable" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.parametrize("sha256", ["0" * 64, "x", "../../etc/passwd", "A" * 64, "%00"])
def test_a_logo_that_is_not_there_is_absent(sha256):
    assert Client().get(f"/issuers/logos/{sha256}", follow=True).status_code == 404


# What became of it


def test_a_withdrawn_certificate_says_why_and_hides_what_it_said():
    certificate = make_certificate(full_payload(), with_events=[("revoked", "not-earned")])

    response = _page(certificate)

    text = _text(response)
    assert _first_words(response) == "This certificate was withdrawn on 24 November 2026"
    assert text.count("It should not have been issued") == 2  # in the first words, and in the history
    assert "Leading a social economy cluster in the twin transition" in text
    for hidden in ("Giulia", "Maps a local ecosystem", "points in what is needed", certificate.payload_sha256):
        assert hidden not in text


def test_a_restored_certificate_counts_and_its_history_stays():
    certificate = make_certificate(full_payload(), with_events=[("revoked", "misuse"), ("restored", "reviewed")])

    response = _page(certificate)

    text = _text(response)
    assert _first_words(response) == "This certificate is valid"
    assert "Withdrawn: It was misused" in text
    assert "Restored: A second look found it right" in text


def test_an_expired_certificate_says_when_and_still_shows_what_it_said():
    certificate = make_certificate(full_payload(valid_until=date(2020, 2, 29)))

    response = _page(certificate)

    assert _first_words(response) == "This certificate expired on 29 February 2020"
    assert "Maps a local ecosystem" in _text(response)


def test_the_history_names_the_same_last_day_as_the_first_words_and_when_that_was_written_down():
    certificate = make_certificate(full_payload(valid_until=date(2020, 2, 29)), with_events=[("expired", "")])

    text = _text(_page(certificate))

    assert "Expired after its last day, 29 February 2020; written down on 24 November 2026" in text


@pytest.mark.parametrize(
    ("changes", "events", "words"),
    [
        ({}, [("revoked", "misuse")], "Withdrawn"),
        ({}, [("re-issued", "name")], "Replaced by a new one"),
        ({"valid_until": date(2020, 2, 29)}, [], "Expired"),
    ],
    ids=["withdrawn", "replaced", "expired"],
)
def test_the_title_of_the_browser_names_the_state(changes, events, words):
    certificate = make_certificate(full_payload(**changes), with_events=events)

    assert f"<title>{words}: {certificate.number} - " in _page(certificate).content.decode()


def test_a_replaced_certificate_leads_to_the_one_that_counts():
    old = make_certificate(full_payload(name="Guilia Ferri"), with_events=[("re-issued", "name")])
    changes = {"public_id": "f" * 32, "number": number_from("0" * 14 + "1"), "supersedes": old.number}
    new = make_certificate(full_payload(**changes), course=old.enrolment.course, supersedes=old)

    response = _page(old)

    assert _first_words(response) == f"This certificate was replaced by {new.number}"
    assert f'href="/en/certificates/{new.public_id}/">{new.number}</a></h1>' in response.content.decode()
    assert "The reason: The name was corrected." in _text(response)
    assert f"It replaces certificate {old.number}." in _text(_page(new))


# The name


@pytest.mark.parametrize(
    ("visibility", "shown", "hidden"),
    [
        (NameVisibility.FULL, ["Giulia Ferri"], []),
        (NameVisibility.INITIALS, ["G. F."], ["Giulia", "Ferri"]),
        (
            NameVisibility.FILE,
            ["The holder does not show the name here", "check the file"],
            ["Giulia", "Ferri", "G. F."],
        ),
    ],
)
def test_the_name_is_shown_as_the_holder_decided(visibility, shown, hidden):
    certificate = make_certificate(full_payload(), name_visibility=visibility)

    for response in (_page(certificate), Client().get(f"/en/certificates/{certificate.public_id}/")):
        text = _text(response)
        assert [words for words in shown if words not in text] == []
        assert [words for words in hidden if words in text] == []


# What is typed


@pytest.mark.parametrize(
    "written",
    [
        "{number}",
        "  {lower}  ",
        "{spaced}",
        "{plain}",
        "{without}",
        "{longdash}",
        "Certificate {number}, issued in 2026",
        "https://learn.example/de/certificates/{public_id}/",
        "https://learn.example/it/certificates/{public_id}.pdf?share=abc",
        "See https://learn.example/it/certificates/{public_id}/ for it",
    ],
)
def test_a_number_is_understood_however_it_was_pasted(written):
    certificate = make_certificate(full_payload())
    number = certificate.number
    typed = written.format(
        number=number,
        lower=number.lower().replace("0", "o").replace("1", "l"),
        spaced=number.replace("-", " "),
        plain=number.replace("-", ""),
        without=number.removeprefix("CT-"),
        longdash=number.replace("-", "\u2013"),
        public_id=certificate.public_id,
    )

    response = Client().get("/en/verify/", {"number": typed})

    assert _first_words(response) == "This certificate is valid"


def test_a_malformed_and_an_unknown_number_cost_the_same_and_read_the_same():
    answers = []
    for typed in (number_from("0" * 15), "nothing"):
        Client().get("/en/verify/", {"number": typed})
        with counted_queries() as statements:
            response = Client().get("/en/verify/", {"number": typed})
        answers.append((len(statements), response.status_code, response.content.decode().replace(typed, "")))

    assert answers[0] == answers[1]


def _guess(count: int, random: Random) -> int:
    """Look up random numbers, well formed, as fast as the database answers; return how many are somebody's."""
    hits = 0
    for _block in range(count // 1000):
        guesses = [number_from("".join(random.choices(ALPHABET, k=15))) for _place in range(1000)]
        hits += Certificate.objects.filter(number__in=guesses).count()
    return hits


def _ids(count: int) -> int:
    """Return how many of so many new public ids and numbers are different."""
    return len({new_public_id() for _id in range(count)})


@pytest.mark.parametrize("count", [2_000, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_guesses_hit_no_certificate_and_ids_do_not_collide(count):
    make_certificate(full_payload())

    assert _guess(count, Random(20261124)) == 0
    assert _ids(count) == count
