"""Freezing drafts into rows and bytes."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image
from wagtail.models import Page

from courses.models import FrozenFile, LessonVersion, QuizKey, QuizVersion
from courses.operations.versions import CannotFreeze, FreezeInput, freeze_items
from foundation.rules.canonical import digest
from tests.courses import drafts
from tests.courses.builders import NOON
from tests.courses.drafts import BLOCKS, block, items
from tests.courses.uploads import drawing_bytes, photo_bytes, upload_document, upload_picture

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("own_storage")]


def lesson(*blocks, key=None, **columns):
    columns = drafts.lesson(body=list(blocks), **columns)
    return FreezeInput("lesson", key or uuid4(), "en", columns, columns)


def quiz(key=None, **columns):
    columns = drafts.quiz(**columns)
    return FreezeInput("quiz", key or uuid4(), "en", columns, columns)


def image(picture, key="picture"):
    return block("image", {"picture": picture.pk, "alt": "Red and blue."}, key)


def test_freeze_items_stores_each_text_under_its_digest():
    lesson_input, quiz_input = lesson(BLOCKS["heading"], BLOCKS["callout"]), quiz()

    frozen_lesson, frozen_quiz = freeze_items([lesson_input, quiz_input], at=NOON)

    version = LessonVersion.objects.get()
    assert version.sha256 == frozen_lesson.version_sha == digest(version.body)
    assert (version.item_key, version.language, version.frozen_at) == (lesson_input.key, "en", NOON)
    assert frozen_lesson.search_text == ("Four words that do not belong together Never by mail Not even to your coach.")
    assert (frozen_lesson.title, frozen_lesson.summary) == ("A passphrase you can keep", "Long, and easy to keep.")
    assert (frozen_lesson.marking_sha, frozen_lesson.question_count) == ("", 0)

    quiz_version = QuizVersion.objects.get()
    assert (
        quiz_version.sha256
        == frozen_quiz.version_sha
        == digest({"body": quiz_version.body, "key": quiz_version.key.body})
    )
    assert quiz_version.marking_sha256 == frozen_quiz.marking_sha
    assert (frozen_quiz.question_count, frozen_quiz.summary, frozen_quiz.search_text) == (
        3,
        "About the first module.",
        "",
    )


def test_freezing_the_same_again_writes_nothing():
    inputs = [lesson(BLOCKS["heading"]), quiz()]
    assert freeze_items(inputs, at=NOON) == freeze_items(inputs, at=NOON)
    assert (LessonVersion.objects.count(), QuizVersion.objects.count(), QuizKey.objects.count()) == (1, 1, 1)


def test_the_same_text_of_two_lessons_is_one_version():
    first, second = freeze_items([lesson(BLOCKS["heading"]), lesson(BLOCKS["heading"])], at=NOON)
    assert first == second
    assert LessonVersion.objects.count() == 1


def test_without_store_nothing_is_written_and_the_digests_are_the_same():
    inputs = [lesson(image(upload_picture())), quiz()]
    unstored = freeze_items(inputs, at=NOON, store=False)
    assert (LessonVersion.objects.count(), QuizVersion.objects.count(), FrozenFile.objects.count()) == (0, 0, 0)
    assert freeze_items(inputs, at=NOON) == unstored


def test_the_key_is_in_its_own_table_and_nowhere_else():
    freeze_items([quiz()], at=NOON)
    body = json.dumps(QuizVersion.objects.values_list("body", flat=True).get())
    for canaries in drafts.SECRETS.values():
        for canary in canaries:
            assert canary not in body
            assert canary in json.dumps(QuizKey.objects.values_list("body", flat=True).get())


def queries_of_freezing(inputs):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        freeze_items(inputs, at=NOON)
    return [query["sql"] for query in queries if query["sql"].split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}]


def test_freezing_ten_times_as_much_takes_as_many_queries():
    link = block("rich_text", {"html": f'<p><a linktype="page" id="{Page.objects.first().pk}">x</a></p>'})

    def some(count):
        inputs = []
        for number in range(count):
            picture = upload_picture(photo_bytes(width=100 + number))
            download = block("download", {"title": "x", "file": upload_document(name=f"{number}.txt").pk})
            inputs += [lesson(image(picture), download, link, title=f"Lesson {number}"), quiz(title=f"Quiz {number}")]
        return inputs

    few, many = some(1), some(10)
    assert len(queries_of_freezing(few)) == len(queries_of_freezing(many)) <= 10


def test_one_problem_stops_all_and_is_said_in_words_with_its_place():
    broken = lesson(block("video_link", {"title": "x", "url": "javascript:alert(1)"}))
    with pytest.raises(CannotFreeze) as caught:
        freeze_items([lesson(BLOCKS["heading"]), broken], at=NOON)
    assert caught.value.problems == [
        ("body", "The video in block 1 has the address “javascript:alert(1)”. Give one that begins with https://.")
    ]
    assert (caught.value.key, caught.value.language) == (broken.key, "en")
    assert LessonVersion.objects.count() == 0


def test_a_picture_is_frozen_upright_without_what_the_phone_wrote_into_it(own_storage):
    freeze_items([lesson(image(upload_picture(photo_bytes(width=300, height=200, turned=True))))], at=NOON)

    file = FrozenFile.objects.get()
    data = (own_storage / file.storage_name).read_bytes()
    assert (file.width, file.height, file.content_type, file.byte_count) == (200, 300, "image/jpeg", len(data))
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (200, 300)
        assert len(picture.getexif()) == 0
        red, _, blue = picture.getpixel((100, 20))
        assert red > 200 > blue
    assert b"Phone of Rosa" not in data


def test_a_drawing_keeps_its_see_through_parts_and_loses_its_notes(own_storage):
    freeze_items([lesson(image(upload_picture(drawing_bytes(), name="d.png")))], at=NOON)
    file = FrozenFile.objects.get()
    data = (own_storage / file.storage_name).read_bytes()
    assert b"Drawn at home" not in data
    with Image.open(BytesIO(data)) as picture:
        assert (picture.format, picture.mode, picture.getpixel((250, 100))[3]) == ("PNG", "RGBA", 0)


def test_a_very_large_picture_is_kept_at_3200_pixels():
    freeze_items([lesson(image(upload_picture(photo_bytes(width=4000, height=1000))))], at=NOON)
    file = FrozenFile.objects.get()
    assert (file.width, file.height) == (3200, 800)


def test_the_image_block_carries_who_made_the_picture():
    picture = upload_picture(author="Rosa Lind", licence="CC0 1.0", source="Drawn for this portal.")
    freeze_items([lesson(image(picture))], at=NOON)
    (frozen,) = LessonVersion.objects.get().body["blocks"]
    file = FrozenFile.objects.get()
    assert frozen["picture"] == {"sha256": file.sha256, "width": 900, "height": 600}
    assert (frozen["author"], frozen["licence"], frozen["source"]) == ("Rosa Lind", "CC0 1.0", "Drawn for this portal.")


def test_the_same_upload_is_never_encoded_twice(monkeypatch):
    freeze_items([lesson(image(upload_picture()))], at=NOON)
    monkeypatch.setattr("courses.operations.versions.picture_bytes", None)
    freeze_items([lesson(image(upload_picture()), title="Another")], at=NOON)
    assert FrozenFile.objects.count() == 1


def test_what_was_frozen_stays_when_the_picture_is_replaced_and_deleted(own_storage):
    picture = upload_picture()
    freeze_items([lesson(image(picture))], at=NOON)
    file = FrozenFile.objects.get()
    picture.delete()
    assert (own_storage / file.storage_name).stat().st_size == file.byte_count


def test_a_picture_that_is_gone_or_none_keeps_its_lesson_from_being_frozen():
    gone = upload_picture()
    gone.file.storage.delete(gone.file.name)
    broken = upload_picture()
    with broken.file.storage.open(broken.file.name, "wb") as opened:
        opened.write(b"GIF89a and no more")
    for picture in (gone, broken):
        with pytest.raises(CannotFreeze) as caught:
            freeze_items([lesson(image(picture))], at=NOON)
        assert caught.value.problems == [("body", "Block 1 has no picture any more. Choose one.")]


def test_half_written_bytes_of_a_crash_are_written_again(own_storage):
    entry = lesson(block("download", {"title": "x", "file": upload_document(b"three questions").pk}))
    freeze_items([entry], at=NOON)
    file = FrozenFile.objects.get()
    (own_storage / file.storage_name).write_bytes(b"thr")
    freeze_items([entry], at=NOON)
    assert (own_storage / file.storage_name).read_bytes() == b"three questions"


def test_a_download_keeps_its_bytes_and_gets_its_type_from_its_name():
    entry = lesson(block("download", {"title": "x", "file": upload_document(b"<script>", name="list.csv").pk}))
    freeze_items([entry], at=NOON)
    (frozen,) = LessonVersion.objects.get().body["blocks"]
    assert {name: frozen["file"][name] for name in ("name", "content_type", "byte_count")} == {
        "name": "list.csv",
        "content_type": "text/csv",
        "byte_count": 8,
    }


def test_a_link_is_frozen_by_the_key_of_its_page_and_the_words_of_a_dead_one_stay():
    page = Page.objects.order_by("pk").last()
    html = f'<p><a linktype="page" id="{page.pk}">here</a> <a linktype="page" id="999999">gone</a></p>'
    freeze_items([lesson(block("steps", {"steps": items({"title": "a", "html": html})}))], at=NOON)
    (frozen,) = LessonVersion.objects.get().body["blocks"]
    assert frozen["steps"][0]["html"] == f'<p><a href="/-/pages/{page.translation_key}/">here</a> gone</p>'


def test_letters_are_stored_in_the_one_form_that_the_digest_is_of():
    freeze_items([lesson(title="perche\u0301")], at=NOON)
    version = LessonVersion.objects.get()
    assert version.body["title"] == "perch\u00e9"
    assert version.sha256 == digest(version.body)
