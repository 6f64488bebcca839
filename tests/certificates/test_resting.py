"""A certificate of a learning path whose certificates of courses are withdrawn or replaced (decision 0021)."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from certificates.models import Certificate, CertificateRequest
from certificates.operations import requesting
from certificates.operations.events import record_event
from certificates.operations.reissuing import reissue_certificate
from tests.certificates.test_paths import LATER, _path_of_achievement, finish, of_path
from tests.courses.builders import make_course, offer_achievement
from tests.people import make_learner, make_operator, make_registrar, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    return make_learner("giulia")


@pytest.fixture
def of_courses(holder):
    """The certificates of the two courses of a path; that of the path itself is there too."""
    courses = [
        offer_achievement(make_course(slug=slug, title=slug.capitalize(), lesson_count=1)) for slug in ("one", "two")
    ]
    _path_of_achievement(*courses)
    for course in courses:
        finish(course, holder)
    return list(Certificate.objects.filter(learning_path=None).order_by("pk"))


def page_of(certificate: Certificate) -> str:
    return " ".join(Client().get("/en/verify/", {"number": certificate.number}).content.decode().split())


def link_to(certificate: Certificate) -> str:
    return f'<a class="num" href="/en/certificates/{certificate.public_id}/">{certificate.number}</a>'


def test_its_page_links_each_certificate_it_rests_on_and_says_where_one_was_withdrawn(of_courses, holder):
    (of_the_path,) = of_path()
    page = page_of(of_the_path)
    assert [link_to(certificate) in page for certificate in of_courses] == [True, True]
    assert "rests on" not in page

    record_event(certificate=of_courses[0], kind="revoked", at=LATER, reason="misuse")
    with counted_queries() as statements:
        page = page_of(of_the_path)

    assert len(statements) <= 4
    assert "<h1>This certificate is valid</h1> <p" in page
    assert f"A certificate it rests on was withdrawn on 24 December 2026: {link_to(of_courses[0])}" in page
    assert f"({link_to(of_courses[0])}), <b>withdrawn on 24 December 2026</b>" in page
    assert f"({link_to(of_courses[1])})</li>" in page
    learning_path = signed_in(holder).get("/en/learning-paths/lead/").content.decode()
    assert "The certificate of the course One, which it rests on, does not count any more." in learning_path

    record_event(certificate=of_courses[0], kind="restored", at=LATER, reason="reviewed")
    assert "rests on" not in page_of(of_the_path)


def test_what_took_the_place_of_one_counts_and_is_linked_beside_it(of_courses, holder):
    (of_the_path,) = of_path()
    new = reissue_certificate(
        certificate=of_courses[0], name="Giulia Verdi", reason="name", actor=None, second=None, at=LATER
    )
    page = page_of(of_the_path)
    assert f"({link_to(of_courses[0])}), replaced by {link_to(new)}" in page
    assert "rests on" not in page

    record_event(certificate=new, kind="revoked", at=LATER, reason="misuse")
    page = page_of(of_the_path)
    assert f"A certificate it rests on was withdrawn on 24 December 2026: {link_to(new)}" in page
    record_event(certificate=of_the_path, kind="revoked", at=LATER, reason="misuse")
    assert "For achievement: your certificates count in 1 of 2 courses." in signed_in(holder).get(
        "/en/learning-paths/lead/"
    ).content.decode().replace("\n", " ")


def test_who_withdraws_one_is_told_what_rests_on_it_and_who_corrects_a_name_where_the_old_one_stays(of_courses):
    piotr, marta = make_operator("piotr"), make_registrar("marta")
    (of_the_path,) = of_path()
    desk = "/en/cockpit/certificates/"
    link = f'<a class="num" href="{desk}{of_the_path.public_id}/">{of_the_path.number}</a>'
    browser = signed_in(piotr)
    for act, is_said in (("withdraw", True), ("replace", False)):
        page = browser.get(f"{desk}{of_courses[0].public_id}/{act}/").content.decode()
        assert ("1 certificate of a learning path rests on this one." in page, link in page) == (is_said, is_said)

    asked = {"note": "", "by": piotr, "at": timezone.now()}
    corrected = requesting.ask_change(
        certificate=of_courses[0],
        kind="reissue",
        reason="name",
        new_name="Giulia Verdi",
        public_id=uuid4(),
        **asked,
    )
    withdrawn = requesting.ask_change(
        certificate=of_courses[1], kind="revoke", reason="misuse", public_id=uuid4(), **asked
    )
    for request in (corrected, withdrawn):
        requesting.agree_to_request(request=request, by=marta, at=timezone.now())

    page = browser.get(f"{desk}requests/{corrected.public_id}/").content.decode()
    assert "1 certificate of a learning path still carries the old name." in page
    assert link in page
    page = browser.get(f"{desk}requests/{withdrawn.public_id}/").content.decode()
    assert "1 certificate of a learning path rests on this one." in page
    assert link in page
    assert CertificateRequest.objects.filter(state="done").count() == 2
