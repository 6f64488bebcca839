"""Pictures uploaded together: each is asked what it shows, and kept once that is said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import Picture
from tests.courses.uploads import drawing_bytes
from tests.people import make_editor, make_reviewer, signed_in

pytestmark = pytest.mark.django_db


def upload(browser, name="stairs.png"):
    file = SimpleUploadedFile(name, drawing_bytes(), "image/png")
    answer = browser.post(reverse("wagtailimages:add_multiple"), {"title": name, "collection": 1, "files[]": file})
    return answer.json()


def test_each_of_many_pictures_is_asked_what_it_shows_who_made_it_and_what_may_be_done_with_it():
    told = upload(signed_in(make_editor()))

    assert told["success"] is True
    asked = [name for name in ("title", "alt_text", "author", "licence", "contains_text") if f"-{name}" in told["form"]]
    assert asked == ["title", "alt_text", "author", "licence", "contains_text"]
    assert not Picture.objects.exists()


@pytest.mark.parametrize("maker", [make_editor, make_reviewer])
def test_a_picture_is_kept_once_it_says_what_it_shows(maker):
    browser = signed_in(maker())
    number = upload(browser)["uploaded_file_id"]
    address = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[number])
    values = {"title": "Stairs", "licence": "CC BY 4.0", "author": "Sofia", "tags": ""}

    without = browser.post(address, {f"uploaded-image-{number}-{name}": value for name, value in values.items()})
    assert "Write what the picture shows, for people who cannot see it." in without.json()["form"]
    assert not Picture.objects.exists()

    values["alt_text"] = "Stairs with a hand rail on both sides."
    browser.post(address, {f"uploaded-image-{number}-{name}": value for name, value in values.items()})
    assert [(picture.title, picture.alt_text) for picture in Picture.objects.all()] == [("Stairs", values["alt_text"])]
