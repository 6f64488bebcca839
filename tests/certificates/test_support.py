"""What a funded project asks to be said and shown stands on its certificates only where it is switched on."""

import io
import re
from dataclasses import replace

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.admin import ProjectForm
from accounts.models import Project, ProjectText
from accounts.queries.issuers import site_issuer
from certificates import printing
from certificates.models import Certificate, HolderName
from certificates.operations.issuing import issue_due_certificates
from certificates.operations.printing import document_of
from certificates.queries.logos import emblem_of
from certificates.rules.achievements import achievement_key, achievement_of
from certificates.rules.emblems import PAGE, PRINT, emblem_height, emblem_shown, logo_shown
from certificates.rules.facts import Emblem
from certificates.rules.sheets import sheet_of
from progress import operations
from progress.models import Enrolment
from tests.certificates.payloads import LOGO, full_facts, payload_of
from tests.certificates.pdfs import opened, tags_of
from tests.courses.builders import make_course
from tests.people import make_learner, make_project
from tests.progress.builders import NOON, do_everything

SIDES = st.integers(200, 2000)


def issued(statement: str, *, emblem: bytes = b"") -> Certificate:
    """Issue the certificate of a project, whose emblem is another file afterwards."""
    project = make_project("Threads", statement=statement)
    ProjectText.objects.create(
        project=project, language="en", statement="Funded by a fund", disclaimer="Views are ours."
    )
    if emblem:
        project.emblem.save("emblem.png", ContentFile(emblem))
    enrolment = operations.enrol_learner(learner=make_learner(), course=make_course(), at=NOON, project=project)
    do_everything(enrolment)
    HolderName.objects.create(enrolment=enrolment, name="Ana Pop", confirmed_at=NOON)
    certificate = issue_due_certificates(enrolment=Enrolment.objects.get(pk=enrolment.pk), at=NOON)[0]
    if emblem:
        project.emblem.delete()
    return certificate


def picture(*size: int, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    return out.getvalue()


def heights_of_pictures(pdf: bytes) -> dict[tuple[int, int], float]:
    """Return how high each picture stands on the first sheet, in points, by its size in pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        found = list(document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
        return {
            image.get_px_size(): round(top - bottom, 2)
            for image in found
            for _left, bottom, _right, top in [image.get_bounds()]
        }
    finally:
        document.close()


@pytest.mark.django_db
def test_a_certificate_of_a_project_that_is_switched_on_says_who_supports_it() -> None:
    payload = issued("funded", emblem=b"<svg/>, which is no picture").payload

    (line,) = [note for note in payload["texts"]["en"]["notes"] if note["key"] == "support"]
    assert line["values"] == ["Funded by a fund", "Views are ours."]
    assert "Funded by a fund" in str(sheet_of(payload, "en").fine)
    assert "emblem" not in payload


@pytest.mark.django_db
def test_a_project_that_is_switched_off_leaves_nothing_on_a_certificate() -> None:
    payload = issued("none", emblem=picture(440, 100)).payload

    assert "support" not in str(payload["texts"]["en"]["notes"])
    assert "emblem" not in payload


@pytest.mark.django_db
@pytest.mark.skipif(not printing.can_print(), reason="Pango is not installed")
def test_the_emblem_stands_on_the_pdf_and_on_the_page_as_it_was_and_no_lower_than_the_logo(settings, tmp_path) -> None:
    settings.PORTAL_KEYS_DIR = tmp_path
    official, logo = picture(440, 100), picture(300, 400)
    site_issuer().logo.save("logo.png", ContentFile(logo))
    certificate = issued("funded", emblem=official)

    assert emblem_of(certificate.payload) == official
    pdf = document_of(certificate=certificate, language="en", at=NOON)
    heights = heights_of_pictures(pdf)
    assert heights[440, 100] >= heights[300, 400] > 28.35  # points: 1 cm
    assert "A fund" in [tag.alt for tag in tags_of(opened(pdf)) if tag.name == "/Figure"]

    html = Client().get(f"/en/certificates/{certificate.public_id}/").content.decode()
    on_page = re.findall(r'<img class="facts__emblem" src="([^"]+)" width="(\d+)" height="(\d+)" alt="([^"]*)"', html)
    (_logo, _width, logo_height, _no_words), (address, width, height, words) = on_page
    assert int(height) >= int(logo_height)
    assert (width, height, words) == ("269", "61", "A fund")
    assert Client().get(address).content == official


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (picture(440, 100), ""),
        (picture(44, 10, form="JPEG"), ""),
        (picture(44, 10, form="GIF"), "PNG or JPEG"),
        (picture(440, 100)[:90], "PNG or JPEG"),
        (picture(2001, 3), "more than 2,000 pixels"),
        (b"0" * 205_000, "larger than 200 kB"),
    ],
)
def test_an_emblem_is_a_picture_that_can_be_shown_and_is_kept_as_it_is(data: bytes, words: str) -> None:
    form = modelform_factory(Project, form=ProjectForm, fields=("emblem",))(
        files={"emblem": SimpleUploadedFile("emblem.png", data)}
    )

    assert words in str(form.errors)
    assert form.is_valid() == (not words)
    if not words:
        assert form.cleaned_data["emblem"].read() == data


@given(SIDES, SIDES, SIDES, SIDES)
def test_no_logo_stands_higher_than_the_emblem_beside_it(wide: int, high: int, logo_wide: int, logo_high: int) -> None:
    emblem, logo = {"width": wide, "height": high}, {"width": logo_wide, "height": logo_high}

    shown, beside = emblem_shown(emblem, PAGE), logo_shown(logo, emblem, PAGE)

    assert 1 <= beside["height"] <= shown["height"] <= PAGE.height
    assert beside["width"] * logo_high / logo_wide <= shown["width"] * high / wide  # as a browser works it out
    assert shown["width"] <= PAGE.emblem_width
    assert beside["width"] <= PAGE.logo_width
    assert emblem_height(emblem, PRINT) <= PRINT.height


def test_a_certificate_without_an_emblem_is_frozen_as_ever_and_one_with_it_is_for_the_same_achievement() -> None:
    plain = payload_of(full_facts())
    shown = payload_of(replace(full_facts(), emblem=Emblem("A fund", LOGO)))

    assert shown.pop("emblem")["name"] == "A fund"
    assert shown == plain
    assert achievement_key(achievement_of(plain)) == plain["achievement"]["key"]
