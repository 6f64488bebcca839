"""The eleven elements of a micro-credential, read on the web page, in the PDF, in the badge and in the ELM file.

Of a certificate that was issued for a course which says what course D of the shipped content says.
"""

import html
import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as django_settings
from django.db import transaction
from django.test import override_settings
from wagtail.models import Locale

from accounts.queries.issuers import site_issuer
from certificates import printing
from certificates.models import Certificate
from certificates.operations.badges import sign_badge
from certificates.operations.european import european_file
from certificates.operations.printing import document_of
from certificates.rules.badge import recipient_of
from certificates.rules.payload import ELEMENTS
from courses.models import CourseCompetence, CourseOutcome
from courses.operations.settling import one_edition
from tests.certificates.builders import NOON, earn
from tests.certificates.pdfs import squeezed, text_of
from tests.courses.builders import course_page, make_course, offer_achievement, publish
from tests.people import make_learner, signed_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed"),
]

EMAIL = "giulia@collina.example"
COURSE_D = Path(django_settings.BASE_DIR, "content/courses/leading-a-cluster/course.yaml")
ISSUER = {
    "legal_name": "Example Learning Association",
    "country": "BE",
    "region": "Brussels-Capital Region",
    "identifier_kind": "registration",
    "identifier": "0123.456.789",
    "street": "Rue de l’Exemple 12",
    "locality": "Brussels",
    "email": "certificates@association.example",
    "quality_statement": "Courses are read by a second person and reviewed each year.",
}


@dataclass(frozen=True)
class Read:
    """One certificate in its four formats: `page` and `pdf` as text."""

    payload: dict[str, Any]
    page: str
    pdf: str
    badge: dict[str, Any]
    elm: dict[str, Any]

    def words(self, element: str) -> list[str]:
        """Return what the frozen payload says for an element, in English."""
        (line,) = [line for line in self.payload["texts"]["en"]["elements"] if line["key"] == element]
        assert line["values"], f"course D says nothing for {element}"
        return line["values"]

    @property
    def achievement(self) -> dict[str, Any]:
        return self.badge["credentialSubject"]["achievement"]

    @property
    def claim(self) -> dict[str, Any]:
        return self.elm["credentialSubject"]["hasClaim"]


def _issue_course_d() -> Certificate:
    """Issue a certificate of a small course of one quiz, with the words and terms of course D."""
    said = yaml.safe_load(COURSE_D.read_text(encoding="utf-8"))
    english = Locale.objects.get(language_code="en")
    course = offer_achievement(
        make_course(title=said["title"], lesson_count=1, hours=said["hours"], level=said["level"]),
        **said["certificates"]["achievement"],
    )
    with one_edition(cause="content", at=NOON):
        publish(
            course_page(course),
            eqf_level=said["eqf"],
            outcomes=[CourseOutcome(text=entry["text"], locale=english) for entry in said["outcomes"]],
            competences=[CourseCompetence(**entry) for entry in said["competences"]],
            reviewed_date=date(2026, 10, 20),
        )
    issuer = site_issuer()
    for name, value in ISSUER.items():
        setattr(issuer, name, value)
    issuer.save()
    course.refresh_from_db()
    return earn(course, learner=make_learner("giulia", email=EMAIL))


@pytest.fixture(scope="module")
def read(django_db_setup, django_db_blocker, tmp_path_factory):
    keys = tmp_path_factory.mktemp("keys")
    own = override_settings(PORTAL_KEYS_DIR=keys, PORTAL_BASE_URL="https://learn.example")
    with own, django_db_blocker.unblock(), transaction.atomic():
        certificate = _issue_course_d()
        browser = signed_in(certificate.enrolment.learner)
        page = browser.get(f"/en/certificates/{certificate.public_id}/").content.decode()
        yield Read(
            payload=certificate.payload,
            page=html.unescape(re.sub(r"<[^>]+>", " ", page)),
            pdf=text_of(document_of(certificate=certificate, language="en", at=NOON)),
            badge=json.loads(sign_badge(certificate=certificate, language="en", at=NOON).document),
            elm=json.loads(european_file(certificate=certificate, language="en", at=NOON))["credential"],
        )
        transaction.set_rollback(True)


def _recipient(read: Read) -> tuple[str, list[str]]:
    """The badge names its holder by a hash that whoever knows the address can make again."""
    (identity,) = read.badge["credentialSubject"]["identifier"]
    return identity["identityHash"], [recipient_of(EMAIL, salt=identity["salt"]).identity_hash]


def _in_criteria(element: str):
    return lambda read: (read.achievement["criteria"]["narrative"], read.words(element))


def _in_notes(element: str):
    """In a note of what is specified: the model has no field for it, or one for its code alone."""

    def find(read: Read) -> tuple[str, list[str]]:
        notes = read.claim["specifiedBy"]["additionalNote"]
        return " ".join(note["noteLiteral"]["en"] for note in notes), read.words(element)

    return find


IN_BADGE = {
    "learner": _recipient,
    "title": lambda read: (read.achievement["name"], read.words("title")),
    "country": lambda read: (
        " ".join(read.badge["issuer"]["address"][key] for key in ("addressCountry", "addressCountryCode")),
        ["Belgium", "BE"],
    ),
    "awarding_body": lambda read: (
        " ".join((read.badge["issuer"]["name"], read.badge["issuer"]["otherIdentifier"][0]["identifier"])),
        [ISSUER["legal_name"], ISSUER["identifier"]],
    ),
    "issued": lambda read: (read.badge["awardedDate"] + read.badge["validFrom"], [NOON.date().isoformat()]),
    "outcomes": _in_criteria("outcomes"),
    "workload": _in_criteria("workload"),
    "level": lambda read: (
        " ".join(str(entry) for entry in read.achievement["alignment"]),
        ["http://data.europa.eu/snb/eqf/6", *read.words("level")],
    ),
    "assessment": _in_criteria("assessment"),
    "participation": _in_criteria("participation"),
    "quality": _in_criteria("quality"),
}

IN_ELM = {
    "learner": lambda read: (read.elm["credentialSubject"]["fullName"]["en"], read.words("learner")),
    "title": lambda read: (read.claim["title"]["en"], read.words("title")),
    "country": lambda read: (
        str(read.elm["issuer"]["location"]),
        ["http://publications.europa.eu/resource/authority/country/BEL", "Belgium", ISSUER["region"]],
    ),
    "awarding_body": lambda read: (
        str(read.claim["awardedBy"]["awardingBody"]),
        [ISSUER["legal_name"], ISSUER["identifier"], ISSUER["street"]],
    ),
    "issued": lambda read: (read.claim["awardedBy"]["awardingDate"], [NOON.date().isoformat()]),
    "outcomes": lambda read: (
        " ".join(outcome["title"]["en"] for outcome in read.claim["specifiedBy"]["learningOutcome"]),
        read.words("outcomes"),
    ),
    "workload": lambda read: (read.claim["specifiedBy"]["volumeOfLearning"], ["PT25H"]),
    "level": lambda read: (
        read.claim["specifiedBy"]["eqfLevel"]["id"] + _in_notes("level")(read)[0],
        ["http://data.europa.eu/snb/eqf/6", *read.words("level")],
    ),
    "assessment": lambda read: (
        str(read.claim["provenBy"]),
        [
            *(f"http://data.europa.eu/snb/assessment/{code}" for code in ("b1b68f6735", "795dac4096", "2939dae15f")),
            *read.words("assessment"),
        ],
    ),
    "participation": lambda read: (
        read.claim["specifiedBy"]["mode"]["id"],
        ["http://data.europa.eu/snb/learning-assessment/920fbb3cbe"],
    ),
    "quality": _in_notes("quality"),
}

FORMATS = {
    "page": {key: lambda read, key=key: (read.page, read.words(key)) for key in ELEMENTS},
    "pdf": {key: lambda read, key=key: (read.pdf, read.words(key)) for key in ELEMENTS},
    "badge": IN_BADGE,
    "elm": IN_ELM,
}


@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("form", FORMATS)
def test_an_element_can_be_read_in_every_format(read, form, element):
    found, expected = FORMATS[form][element](read)

    assert [text for text in expected if squeezed(text) not in squeezed(found)] == []


def test_there_are_eleven_elements_and_each_format_has_all():
    assert len(ELEMENTS) == 11
    assert {form: set(cells) for form, cells in FORMATS.items()} == {form: set(ELEMENTS) for form in FORMATS}
