"""The page of a certificate on paper: what it is worth, all that stands on it, and where to check it again."""

import re

import pypdfium2
import pytest
from django.test import Client
from playwright.sync_api import Browser

from tests.certificates.payloads import full_payload
from tests.certificates.rows import make_certificate
from tests.journeys.site import ROOT

A4 = (794, 1123)  # CSS pixels


def _styled(html: str) -> str:
    """Return the page with the style sheet inside, as it need not be served then."""
    names = (ROOT / "static" / "css" / "site.txt").read_text().split()
    sheet = "\n".join((ROOT / "static" / "css" / f"{name}.css").read_text() for name in names)
    return re.sub(r'<link rel="stylesheet"[^>]*>', lambda _link: f"<style>{sheet}</style>", html)


@pytest.mark.django_db
def test_a_certificate_printed_from_the_browser_says_all_and_nothing_to_press(chromium: Browser) -> None:
    certificate = make_certificate(full_payload(), with_events=[("revoked", "misuse"), ("restored", "reviewed")])
    html = Client().get(f"/en/certificates/{certificate.public_id}/").content.decode()
    page = chromium.new_page(viewport={"width": A4[0], "height": A4[1]}, java_script_enabled=False)
    page.set_content(_styled(html))
    page.emulate_media(media="print")

    printed = pypdfium2.PdfDocument(page.pdf(format="A4"))

    text = " ".join(" ".join(sheet.get_textpage().get_text_range().split()) for sheet in printed)
    said = certificate.payload["texts"]["en"]
    first = said["elements"][0]["values"][0]
    assert text.startswith("This certificate is valid")
    assert first in text
    for line in [*said["elements"], *said["notes"]]:
        assert "".join(line["label"].split()) in "".join(text.split())
    for words in (certificate.number, "Withdrawn: It was misused", "Check it again:", certificate.public_id):
        assert words in text
    for words in ("Check another number", "Sign in", "Same stitches on paper?", "Privacy"):
        assert words not in text
    # Browsers print no colour behind words: light ones would be gone.
    assert page.locator(".verdict h1").evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    assert page.locator(".verdict").evaluate("node => getComputedStyle(node).backgroundColor") == "rgba(0, 0, 0, 0)"
    page.close()
