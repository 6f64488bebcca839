"""The texts of a page go out as wagtail-localize's PO file and come back translated."""

import polib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation

from courses.operations.settling import one_edition
from tests.courses.builders import NOON, course_page, in_language, lesson_pages, make_course, module_pages, translate
from tests.people import make_editor, make_learner, signed_in
from tests.progress.builders import enrol


@pytest.mark.django_db(transaction=True)
def test_a_lesson_is_translated_in_a_po_file_and_learners_read_it():
    course, browser = make_course(lesson_count=1, quiz_count=0), signed_in(make_editor())
    lesson, italian = lesson_pages(course)[0], Locale.objects.get(language_code="it")
    with one_edition(cause="publish", at=NOON):
        for page in (course_page(course), *module_pages(course)):
            translate(page, "it")
    submit = reverse("wagtail_localize:submit_page_translation", args=[lesson.pk])
    assert browser.post(submit, {"locales": [italian.pk]}).status_code == 302
    translation = Translation.objects.get(source__object_id=lesson.translation_key, target_locale=italian)

    texts = browser.get(reverse("courses_texts", args=[course_page(course).pk])).text
    download = reverse("wagtail_localize:download_pofile", args=[translation.pk])
    assert f'href="{download}"' in texts

    po = polib.pofile(browser.get(download).text)
    assert {"Lesson 1-1", "First of all", "Words of lesson 1-1."} <= {entry.msgid for entry in po}
    for entry in po:
        entry.msgstr = f"in italiano: {entry.msgid}"
    upload = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    file = SimpleUploadedFile("lesson-it.po", str(po).encode())
    assert browser.post(upload, {"file": file, "next": download}).status_code == 302
    page = in_language(lesson, "it")
    assert browser.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}).status_code == 302

    learner = make_learner()
    enrol(course, learner)
    read = signed_in(learner).get("/it/courses/digital-basics/module-1/lesson-1-1/").text
    assert "in italiano: Words of lesson 1-1." in read
    assert "<h1>in italiano: Lesson 1-1</h1>" in read or "in italiano: Lesson 1-1</h1>" in read
