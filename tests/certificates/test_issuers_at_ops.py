"""Operators say at /ops/ who awards certificates; what is missing is named, and what was awarded keeps its issuer."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin

from accounts.models import Issuer
from accounts.queries.issuers import site_issuer
from certificates.models import Certificate
from tests.certificates.builders import earn
from tests.courses.builders import make_course
from tests.people import make_editor, make_operator, signed_in
from tests.progress.pages import page

pytestmark = pytest.mark.django_db

LIST = "/ops/accounts/issuer/"
WRITTEN = {
    "legal_name": "Laine și Fir SRL",
    "country": "ro",
    "region": "Cluj",
    "identifier_kind": "vat",
    "identifier": "RO 18547290",
    "street": "Strada Torcătoarei 3",
    "postcode": "400001",
    "locality": "Cluj-Napoca",
    "website": "https://laine.example",
    "email": "certificates@laine.example",
    "quality_statement": "Two people read every course before it is published.",
}


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **options) -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", size, "navy").save(data, form, **options)
    return SimpleUploadedFile(f"logo.{form.lower()}", data.getvalue())


def change(issuer: Issuer, **fields) -> tuple[int, str]:
    """Send the form of an issuer as an operator; return the status and the page."""
    answer = signed_in(make_operator()).post(f"{LIST}{issuer.pk}/change/", {**WRITTEN, **fields})
    return answer.status_code, answer.content.decode()


def test_the_sites_issuer_is_there_and_says_what_it_lacks(db):
    listed = page(signed_in(make_operator()), LIST)
    issuer = Issuer.objects.get()
    assert (issuer.key, issuer.is_site) == ("site", True)
    for words in ("Legal name", "Identifier, with its kind", "Logo", "A key to sign badges with"):
        assert words in listed


def test_an_operator_completes_it(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    issuer = site_issuer()
    status, said = change(issuer, logo=picture())
    assert status == 302, said
    issuer.refresh_from_db()
    assert (issuer.country, issuer.identifier, issuer.key) == ("RO", "RO18547290", "site")
    shown = page(signed_in(make_operator()), f"{LIST}{issuer.pk}/change/")
    assert "This is missing:" in shown
    assert "A key to sign badges with" in shown
    assert "<li>Logo</li>" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"country": "EU"}, "Write the country as two letters"),
        ({"identifier": "RO18547291"}, "This is no VAT number"),
        ({"identifier": ""}, "Write the identifier, or choose no kind."),
        ({"identifier_kind": ""}, "Choose what kind of identifier this is."),
        ({"website": "http://laine.example"}, "Write an address that begins with https://."),
        ({"logo": SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "This is no PNG"),
        ({"logo": SimpleUploadedFile("logo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 90)}, "This is no PNG"),
    ],
)
def test_what_cannot_be_right_is_refused_in_words_and_nothing_is_saved(fields, words):
    issuer = site_issuer()
    status, said = change(issuer, **fields)
    assert status == 200
    assert words in said
    issuer.refresh_from_db()
    assert issuer.legal_name == ""


def test_a_picture_that_is_no_png_or_jpeg_or_too_large_is_refused():
    issuer = site_issuer()
    assert "This is no PNG or JPEG" in change(issuer, logo=picture("GIF"))[1]
    assert "more than 2,000 pixels" in change(issuer, logo=picture(size=(2001, 3)))[1]
    assert "larger than 200 kB" in change(issuer, logo=SimpleUploadedFile("logo.png", b"0" * 205_000))[1]


def test_a_logo_is_kept_without_what_hid_in_its_file(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "<script>hidden</script>")
    issuer = site_issuer()
    assert change(issuer, logo=picture(pnginfo=hidden))[0] == 302
    issuer.refresh_from_db()
    assert b"hidden" not in issuer.logo.read()


def test_a_partner_is_added_and_its_short_name_never_changes():
    browser = signed_in(make_operator())
    assert browser.post(f"{LIST}add/", {**WRITTEN, "key": "laine"}).status_code == 302
    partner = Issuer.objects.get(key="laine")
    assert not partner.is_site
    browser.post(f"{LIST}{partner.pk}/change/", {**WRITTEN, "key": "other", "legal_name": "Another name"})
    partner.refresh_from_db()
    assert (partner.key, partner.legal_name) == ("laine", "Another name")
    assert browser.post(f"{LIST}{partner.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Issuer.objects.filter(key="laine").exists()


def test_an_issuer_with_certificates_stays():
    certificate = earn(make_course(lesson_count=1))
    partner = Issuer.objects.create(key="laine")
    # As it stands after a course that names the partner; what the certificate says is not looked at here.
    Certificate.objects.filter(pk=certificate.pk).update(issuer=partner)
    browser = signed_in(make_operator())
    assert browser.post(f"{LIST}{partner.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.post(f"{LIST}{site_issuer().pk}/delete/", {"post": "yes"}).status_code == 403


def test_others_do_not_see_it():
    assert signed_in(make_editor()).get(LIST).status_code in {302, 403}


def test_the_form_says_in_which_language_the_one_statement_of_quality_is_written(db):
    form = page(signed_in(make_operator()), f"{LIST}{site_issuer().pk}/change/")

    assert "There is one text for all languages: write it in the site" in form
