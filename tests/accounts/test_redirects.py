"""No address in `next` leads off this site (THREATS T18)."""

from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.adapter import get_adapter
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from tests.people import PASSPHRASE, make_user

SITE = "https://learn.example"
PIECES = [
    "/",
    "\\",
    "//",
    "evil.example",
    "learn.example",
    "@",
    ":",
    "http:",
    "https:",
    "javascript:",
    ".",
    "..",
    "%2f",
]
TRICKS = [*PIECES, "%5c", "\t", "\n", "\r", "\0", " ", "?", "#", ";", "en", "a", "\u2028", "\ufeff", "／", "＼"]
EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https://evil.example/",
    "https:evil.example",
    "http:///evil.example",
    "https://learn.example@evil.example/",
    "https://learn.example.evil.example/",
    "javascript:alert(1)",
    " //evil.example",
    "\x00//evil.example",
    "/%09/evil.example\\@evil.example",
    "/\u2028/evil.example",
]


def host_of_a_browser(url: str) -> str:
    """Where a browser goes: it drops tabs and line ends, trims, and reads a backslash as a slash."""
    url = url.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None}).replace("\\", "/")
    return urlsplit(urljoin(SITE + "/en/account/login/", url)).netloc


@given(st.lists(st.sampled_from(TRICKS), min_size=1, max_size=8).map("".join))
@example("/en/courses/")
def test_a_safe_address_stays_on_this_host(url):
    if get_adapter().is_safe_url(url):
        assert host_of_a_browser(url) == "learn.example"


@given(st.text(max_size=60))
def test_any_text_that_is_called_safe_stays_on_this_host(url):
    if get_adapter().is_safe_url(url):
        assert host_of_a_browser(url) == "learn.example"


@pytest.mark.django_db
@pytest.mark.parametrize("next_url", EVIL)
@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_sign_in_and_sign_up_ignore_a_foreign_next(client, page, next_url):
    make_user("anna")
    forms = {
        "account_login": {"login": "anna", "password": PASSPHRASE},
        "account_signup": {"display_name": "B", "username": "berta", "password1": "seven green bottles"},
    }

    response = client.post(reverse(page), {**forms[page], "next": next_url})

    assert (response.status_code, response.url) == (302, reverse("progress:my_learning"))


@pytest.mark.parametrize("url", ["/en/courses/", "/it/attempts/4f/?question=2#top"])
def test_paths_of_this_site_are_safe(url):
    assert get_adapter().is_safe_url(url)
