"""The links to the other languages keep what a page was asked for."""

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from portal.templatetags.site_tags import language_links


def _italian(path: str, *, method: str = "GET") -> str:
    with override("en"):
        links = language_links({"request": RequestFactory().generic(method, path)})
    return next(link.url for link in links if link.code == "it")


@pytest.mark.parametrize(
    ("path", "italian"),
    [
        ("/en/verify/?number=CT-4M8R", "/it/verify/?number=CT-4M8R"),
        ("/en/search/?q=two+words", "/it/search/?q=two+words"),
        ("/en/courses/", "/it/courses/"),
        ("/en/search/?q=%22%3E%3Cscript%3E", "/it/search/?q=%22%3E%3Cscript%3E"),
        ("/en/search/?q=" + "a" * 600, "/it/search/"),
    ],
)
def test_the_question_goes_along(path: str, italian: str) -> None:
    assert _italian(path) == italian


def test_what_was_sent_stays_here() -> None:
    assert _italian("/en/account/login/?next=/en/me/", method="POST") == "/it/account/login/"
