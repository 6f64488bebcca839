"""Addresses and cookies that no page of ours makes: an answer in words, never a fault of the server."""

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from tests.courses.builders import make_course
from tests.people import make_learner

NUL = "%00"
ADDRESSES = (
    f"/en/courses/a{NUL}/",
    f"/en/courses/a/b{NUL}/",
    f"/en/courses/a/b/c{NUL}/",
    f"/en/courses/?q=a{NUL}b&level={NUL}",
    f"/en/case-studies/a{NUL}/",
    f"/en/case-studies/?sector={NUL}&country={NUL}",
    f"/en/search/?q={NUL}a",
    f"/en/verify/?number=CT{NUL}",
    f"/en/certificates/a{NUL}/?share={NUL}",
    f"/en/certificates/a{NUL}.pdf?share={NUL}",
    f"/en/achievements/a{NUL}/",
    f"/issuers/logos/a{NUL}",
    "/en/verify/?number=%7B" + "%7B" * 900,
    f"/en/about{NUL}/",
    f"/en/report/?page=a{NUL}&edition={NUL}",
    f"/downloads/{'0' * 64}/a{NUL}",
    f"/media/images/a{NUL}",
    f"/en/account/confirm-email/a{NUL}/",
    f"/en/account/password/reset/key/1-a{NUL}/",
    f"/en/account/login/?next={NUL}",
    "/en/courses/" + "a" * 6000 + "/",
    "/en/%F0%9F%A7%B5/%E2%80%AE/",
    "/en/%ff%fe/",
)


@pytest.mark.django_db
def test_an_odd_address_is_answered() -> None:
    make_course()
    learner = Client(raise_request_exception=False)
    learner.force_login(make_learner())
    for client in (Client(raise_request_exception=False), learner):
        answers = {address: client.get(address).status_code for address in ADDRESSES}
        assert {address: status for address, status in answers.items() if status >= 500} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("value", ['"abcdefgh\\000ijklmnopqrstuvwxyz"', '"\\377\\376aaaaaaaaaaaa"', "a" * 5000])
def test_an_odd_cookie_is_no_cookie(value: str) -> None:
    client = Client(raise_request_exception=False)
    for name in ("sessionid", "csrftoken", "messages"):
        answer = client.get("/en/me/", headers={"cookie": f"{name}={value}"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/en/account/login/?next=/en/me/")


@pytest.mark.django_db
def test_what_is_too_large_or_of_another_host_is_refused_in_words() -> None:
    too_large = Client().post("/en/account/signup/", {"display_name": "x" * 6_000_000}, content_type=MULTIPART_CONTENT)
    elsewhere = Client().get("/en/", headers={"host": "elsewhere.example"})
    for answer in (too_large, elsewhere):
        assert answer.status_code == 400
        assert "Nothing was changed" in answer.content.decode()
        assert "elsewhere.example" not in answer.content.decode()
