"""Samples in the CMS: the PDF as the holder will get it, from the draft, marked SAMPLE, with nothing issued."""

import pypdfium2
import pytest
from django.urls import reverse

from certificates.models import Certificate
from certificates.operations.printing import print_certificate
from courses.models import CourseEdition
from tests.certificates.payloads import full_payload
from tests.courses.builders import course_page, make_course, offer_achievement
from tests.people import make_editor, make_learner, signed_in

pytestmark = pytest.mark.django_db

TINT = (243, 230, 225)
"""The colour of the word across the sheet, on white."""


@pytest.fixture
def course():
    """A course that offers both certificates, with another title in its draft."""
    offered = offer_achievement(make_course(lesson_count=1, quiz_count=1), validity_months=36)
    page = course_page(offered)
    page.title = "Digital basics, anew"
    page.save_revision()
    return offered


def sample(browser, course, **query):
    return browser.get(reverse("certificates_sample", args=[course_page(course).pk]), query)


def words_of(answer):
    document = pypdfium2.PdfDocument(answer.content)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split()), document


def test_the_editor_sees_the_draft_with_an_example_holder_marked_sample_in_its_language(course):
    browser = signed_in(make_editor())
    editions = CourseEdition.objects.count()

    answer = sample(browser, course, kind="achievement", language="it", name="Zoë Ångström")

    assert answer["Content-Type"] == "application/pdf"
    words, document = words_of(answer)
    assert "ESEMPIO" in words
    assert document.get_metadata_value("Title").startswith("ESEMPIO")
    assert "Zoë Ångström" in words
    assert "Digital basics, anew" in words
    assert "A quiz of three questions." in words
    assert (Certificate.objects.count(), CourseEdition.objects.count()) == (0, editions)


def test_the_screen_asks_what_to_see_and_says_what_is_wrong(course):
    browser = signed_in(make_editor())

    screen = sample(browser, course)
    refused = sample(browser, course, kind="achievement", language="en", name="🙂")

    assert 'value="participation"' in screen.text
    assert "nothing is issued" in screen.text
    assert refused.status_code == 422
    assert "A name has letters, marks and hyphens." in refused.text
    edit = browser.get(reverse("wagtailadmin_pages:edit", args=[course_page(course).pk]))
    assert reverse("certificates_sample", args=[course_page(course).pk]) in edit.text


def test_the_way_to_the_sample_stands_by_the_certificates_and_nothing_is_asked_about_the_name(course):
    browser = signed_in(make_editor())
    address = reverse("certificates_sample", args=[course_page(course).pk])

    edit = " ".join(browser.get(reverse("wagtailadmin_pages:edit", args=[course_page(course).pk])).text.split())

    assert f'href="{address}">See a sample of the certificate</a>' in edit
    assert 'name="visibility"' not in browser.get(address).text


@pytest.mark.parametrize("layout", ["woven", "plain"])
@pytest.mark.parametrize("stamp", ["is_demo", "is_sample"])
def test_the_word_across_the_sheet_ends_before_the_code_and_before_the_edge(stamp, layout):
    payload = full_payload() | {"is_demo": False, "is_sample": False, "layout": layout, stamp: True}
    page = pypdfium2.PdfDocument(print_certificate(payload, "en"))[0]
    picture = page.render(scale=25.4 / 72).to_pil().convert("RGB")  # a point of the picture is a millimetre
    width, height = picture.size
    assert abs(width - 297) <= 1
    tinted = [
        (x, y)
        for x in range(width)
        for y in range(height)
        if all(abs(part - tint) <= 2 for part, tint in zip(picture.getpixel((x, y)), TINT, strict=True))
    ]
    left, right = min(x for x, _y in tinted), max(x for x, _y in tinted)
    top, bottom = min(y for _x, y in tinted), max(y for _x, y in tinted)
    assert left > (53 if layout == "woven" else 12)
    assert right < (239 if layout == "woven" else 235)  # where the white ground of the code begins
    assert (top > 12, bottom < 198) == (True, True)


def test_who_may_not_edit_the_course_sees_none(course):
    assert sample(signed_in(make_learner()), course, kind="participation", language="en", name="Jo").status_code == 302
    assert sample(signed_in(make_editor()), course, kind="nothing", language="en", name="Jo").status_code == 422
    address = reverse("certificates_sample", args=[2_000_000])
    assert signed_in(make_editor()).get(address, follow=True).status_code == 404
