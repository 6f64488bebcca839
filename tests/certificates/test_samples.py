"""Samples in the CMS: the PDF as the holder will get it, from the draft, marked SAMPLE, with nothing issued."""

import pypdfium2
import pytest
from django.urls import reverse

from certificates.models import Certificate
from courses.models import CourseEdition
from tests.courses.builders import course_page, make_course, offer_achievement
from tests.people import make_editor, make_learner, signed_in

pytestmark = pytest.mark.django_db


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


def test_the_editor_sees_the_draft_with_an_example_holder_marked_sample(course):
    browser = signed_in(make_editor())
    editions = CourseEdition.objects.count()

    answer = sample(browser, course, kind="achievement", language="it", name="Zoë Ångström")

    assert answer["Content-Type"] == "application/pdf"
    words, document = words_of(answer)
    assert "SAMPLE" in words
    assert document.get_metadata_value("Title").startswith("SAMPLE")
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


def test_who_may_not_edit_the_course_sees_none(course):
    assert sample(signed_in(make_learner()), course, kind="participation", language="en", name="Jo").status_code == 302
    assert sample(signed_in(make_editor()), course, kind="nothing", language="en", name="Jo").status_code == 422
    address = reverse("certificates_sample", args=[2_000_000])
    assert signed_in(make_editor()).get(address, follow=True).status_code == 404
