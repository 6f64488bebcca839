"""What is said at a field before publishing, and what is cleaned when anybody saves."""

from copy import deepcopy
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.utils import ErrorList
from wagtail.images.forms import get_image_form
from wagtail.models import Page
from wagtail_localize.segments.extract import extract_segments

from courses.blocks import LessonBlocks, QuestionBlocks
from courses.models import LessonPage, Picture, QuizPage
from tests.courses.builders import lesson_pages, make_course, module_pages, publish, quiz_pages
from tests.courses.drafts import BLOCKS, QUESTIONS, block, items
from tests.courses.uploads import photo_bytes, upload_document, upload_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

DIRTY = '<p data-block-key="a1" onclick="a()">Words<script>b()</script> <a href="javascript:c()">d</a></p>'
CLEAN = "<p>Words <a>d</a></p>"


def said(error):
    """Return every message in a validation error of blocks, wherever it hangs."""
    words = []

    def collect(value):
        if isinstance(value, dict):
            for entry in value.values():
                collect(entry)
        elif isinstance(value, ErrorList):
            collect(value.as_data())
        elif isinstance(value, list | tuple):
            for entry in value:
                collect(entry)
        elif isinstance(value, ValidationError):
            for name in ("block_errors", "non_block_errors"):
                collect(getattr(value, name, None))
            if type(value) is ValidationError:
                words.extend(value.messages)

    collect(error)
    return words


def problems(stream_block, raw, *, publishing=True):
    value = stream_block.to_python(raw)
    try:
        (stream_block.clean if publishing else stream_block.clean_deferred)(value)
    except ValidationError as error:
        return said(error)
    return []


def changed(question, **values):
    question = deepcopy(QUESTIONS[question])
    question["value"].update(values)
    return question


def with_right(kind, *positions):
    question = {**deepcopy(QUESTIONS["single_choice"]), "type": kind}
    question["value"]["lesson"] = None
    for position, option in enumerate(question["value"]["options"]):
        option["value"]["correct"] = position in positions
    return question


LESSON_PROBLEMS = [
    (lambda: block("heading", {"text": ""}), ["This field is required."]),
    (
        lambda: block("image", {"picture": upload_picture().pk, "alt": " ", "decorative": False}),
        ["Say what the picture shows, or tick that it is decoration only."],
    ),
    (
        lambda: block("image", {"picture": upload_picture().pk, "alt": "Words", "decorative": True}),
        ["Decide for one: the picture has a description, or it is decoration only."],
    ),
    (lambda: block("image", {"picture": None, "alt": "Words"}), ["This field is required."]),
    (
        lambda: block("video_link", {"title": "x", "url": "javascript:alert(1)"}),
        ["Enter a valid URL."],
    ),
    (
        lambda: block("video_link", {"title": "x", "url": "ftp://files.example/x"}),
        ["Give an address that begins with https://."],
    ),
    (
        lambda: block("rich_text", {"html": '<p><a href="javascript:alert(1)">x</a></p>'}),
        ["A link leads to “javascript:alert(1)”. Give an address that begins with https://."],
    ),
    (
        lambda: block("rich_text", {"html": '<p><a linktype="page" id="999999">x</a></p>'}),
        ["A link leads to a page that is gone. Choose another page, or take the link out."],
    ),
    (
        lambda: block("table", {"caption": "c", "columns": items("A", "B"), "rows": items(items("1", "2"), items("3"))}),
        ["Each row has as many cells as there are columns (2). Look at row: 2."],
    ),
    (
        lambda: block("video", {
            "title": "x", "file": upload_document(name="a.txt").pk, "captions": upload_document(name="b.vtt").pk,
            "transcript": "<p>a</p>",
        }),
        ["Choose an mp4 or webm file."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "words"), LESSON_PROBLEMS)
def test_what_is_wrong_with_a_block_is_said_at_it(make, words):
    assert problems(LessonBlocks(), [make()]) == words


@pytest.mark.parametrize(("make", "words"), LESSON_PROBLEMS)
def test_a_draft_may_still_be_wrong(make, words):
    draft = problems(LessonBlocks(), [make()], publishing=False)
    assert draft in ([], ["Enter a valid URL."])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (with_right("single_choice"), ["No answer is marked as right. Mark one."]),
        (
            with_right("single_choice", 0, 1),
            ["More than one answer is marked as right. Mark one, or use a question with several right answers."],
        ),
        (with_right("multiple_choice"), ["No answer is marked as right. Mark at least one."]),
        (with_right("single_choice", 1), []),
        (with_right("multiple_choice", 0, 1), []),
        (changed("true_false", answer=""), ["This field is required."]),
    ],
)
def test_a_question_without_a_clear_key_is_said_at_it_and_only_when_publishing(question, words):
    assert problems(QuestionBlocks(), [question]) == words
    assert problems(QuestionBlocks(), [question], publishing=False) == []


def test_doubled_ids_are_said_at_the_second_of_the_two():
    heading = BLOCKS["heading"]
    assert problems(LessonBlocks(), [heading, heading]) == [
        "This block has the same inner name as one above. Delete it and add it anew."
    ]
    doubled = with_right("single_choice", 0)
    doubled["value"]["options"][1]["id"] = doubled["value"]["options"][0]["id"]
    assert problems(QuestionBlocks(), [doubled]) == [
        "Two answers have the same inner name. Delete one and add it anew."
    ]


def test_a_quiz_without_questions_may_be_a_draft_and_nothing_more():
    assert problems(QuestionBlocks(required=False), []) == ["A quiz needs at least one question."]
    assert problems(QuestionBlocks(required=False), [], publishing=False) == []


def test_code_that_publishes_what_cannot_be_frozen_is_refused_in_words_by_field():
    course = make_course()
    lesson, quiz = lesson_pages(course)[0], quiz_pages(course)[0]
    with pytest.raises(ValidationError) as caught:
        publish(lesson, body=[block("heading", {"text": ""})])
    assert caught.value.message_dict == {"body": ["Block 1 is a heading without words."]}
    with pytest.raises(ValidationError) as caught:
        publish(quiz, questions=[])
    assert caught.value.message_dict == {"questions": ["A quiz needs at least one question."]}


def test_html_is_cleaned_when_code_saves_a_lesson_in_the_row_and_in_the_revision():
    lesson = publish(
        lesson_pages(make_course())[0],
        body=[
            block("rich_text", {"html": '<p>a <embed x="1"></p>'.replace('<embed x="1">', "") + "<b>b</b>"}),
            block("steps", {"title": "<i>kept as text</i>", "steps": items({"title": "s", "html": CLEAN})}),
        ],
    )
    assert lesson.body.raw_data[0]["value"]["html"] == "<p>a </p><strong>b</strong>"
    assert lesson.body.raw_data[1]["value"]["title"] == "<i>kept as text</i>"


def test_a_draft_with_dirty_html_is_kept_clean():
    lesson = lesson_pages(make_course())[0]
    lesson.source = DIRTY
    lesson.body = [block("rich_text", {"html": DIRTY}), block("steps", {"steps": items({"title": "s", "html": DIRTY})})]
    lesson.save_revision(clean=False)
    draft = Page.objects.get(pk=lesson.pk).get_latest_revision_as_object()
    assert draft.source == CLEAN
    assert draft.body.raw_data[0]["value"]["html"] == CLEAN
    assert draft.body.raw_data[1]["value"]["steps"][0]["value"]["html"] == CLEAN


def test_questions_are_in_no_search_index_and_in_no_api():
    indexed = {field.field_name for field in QuizPage.get_search_fields()}
    assert indexed.isdisjoint({"questions", "introduction", "pass_mark"})
    assert [model for model in (QuizPage, LessonPage) if getattr(model, "api_fields", None)] == []
    quiz = quiz_pages(make_course())[0]
    publish(quiz, questions=[changed("single_choice", lesson=None, text="Canaryword question")])
    assert list(Page.objects.search("Canaryword")) == []


def test_a_picture_that_is_none_is_refused_in_words():
    form_class = get_image_form(Picture)
    fakes = {
        "a.jpg": (b"no picture at all", "image/jpeg"),
        "a.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>a()</script></svg>", "image/svg+xml"),
        "a.png": (photo_bytes(), "image/png"),
    }
    words = {}
    for name, (data, kind) in fakes.items():
        form = form_class(
            data={"title": "A picture", "licence": "CC BY 4.0", "collection": 1},
            files={"file": SimpleUploadedFile(name, data, kind)},
            instance=Picture(),
        )
        assert not form.is_valid()
        words[name] = form.errors["file"][0]
    assert words["a.jpg"].startswith("Upload a valid image.")
    assert words["a.svg"].startswith("Not a supported image format")
    assert "png" in words["a.png"].lower()


def test_a_picture_says_who_made_it_and_under_which_licence():
    form_class = get_image_form(Picture)
    form = form_class(
        data={"title": "Kettle", "alt_text": "A kettle.", "author": "Rosa Lind", "licence": "CC0 1.0", "source": "Drawn.",
              "collection": 1},
        files={"file": SimpleUploadedFile("kettle.jpg", BytesIO(photo_bytes()).getvalue(), "image/jpeg")},
        instance=Picture(),
    )  # fmt: skip
    assert form.is_valid(), form.errors
    picture = form.save()
    assert (picture.alt_text, picture.author, picture.licence, picture.source) == (
        "A kettle.",
        "Rosa Lind",
        "CC0 1.0",
        "Drawn.",
    )


def test_translators_get_texts_and_nothing_of_the_key_or_the_addresses():
    course = make_course()
    quiz = quiz_pages(course)[0]
    quiz = publish(quiz, questions=[changed("single_choice", lesson=lesson_pages(course)[0].pk), changed("true_false")])
    strings = {segment.string.data for segment in extract_segments(quiz) if hasattr(segment, "string")}
    paths = {segment.path for segment in extract_segments(quiz) if hasattr(segment, "string")}
    assert {"I sign out.", "Secret-feedback-yes", "An update can close a hole."} <= strings
    assert "sign-out-section" not in strings
    assert not [path for path in paths if path.split(".")[0] in {"slug", "author", "licence"}]
    assert not [path for path in paths if path.endswith((".correct", ".answer", ".points", ".lesson", ".section"))]


def test_translators_get_every_text_of_a_lesson():
    course = make_course()
    picture, sheet = upload_picture(), upload_document()
    film, captions = upload_document(name="f.mp4"), upload_document(name="f.vtt")
    body = deepcopy(list(BLOCKS.values()))
    for entry in body:
        value = entry["value"]
        value.update({"picture": picture.pk} if "picture" in value else {})
        value.update({"file": film.pk if entry["type"] == "video" else sheet.pk} if "file" in value else {})
        value.update({"captions": captions.pk} if "captions" in value else {})
    lesson = publish(lesson_pages(course)[0], body=body)
    strings = {segment.string.data for segment in extract_segments(lesson) if hasattr(segment, "string")}
    for words in (
        "Passphrase",
        "Maria1985",
        "To guess",
        "Signed out",
        "Rex2019",
        "Change one password.",
        "To hang on the wall.",
    ):
        assert words in strings


def test_another_course_may_not_take_the_address_of_one():
    make_course(slug="digital-basics")
    german = make_course(slug="other", title="Other")
    from tests.courses.builders import course_page

    page = course_page(german)
    page.slug = "digital-basics"
    with pytest.raises(ValidationError) as caught:
        page.full_clean()
    assert "slug" in caught.value.message_dict


def test_pages_of_courses_offer_no_view_restrictions_and_make_no_redirect_rows():
    course = make_course()
    for page in (*module_pages(course), *lesson_pages(course), *quiz_pages(course)):
        assert page.private_page_options == []
        assert page.get_route_paths() == []
