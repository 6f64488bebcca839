"""Frozen content as HTML: every form ever written keeps its look, and nothing in a record can do harm."""

import json
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from django.utils import translation

from courses.rendering import lesson_sections, plain_words, question_text, render_block, render_html, render_lesson
from courses.rules.frozen_lesson import BLOCK_SCHEMAS
from courses.rules.outline import Outline, OutlineItem
from tests.courses.drafts import LESSON_KEY
from tests.courses.kinds.asking import frozen

FROZEN = Path(__file__).parent / "frozen"
LESSON = json.loads((FROZEN / "lesson-1.json").read_text())
QUIZ = json.loads((FROZEN / "quiz-1.json").read_text())
SAMPLES = {(block["type"], block["schema"]): block for block in LESSON["blocks"]}
BODY = {"language": "en"}


def outline(**fields):
    item = OutlineItem(
        key=LESSON_KEY, kind="lesson", module="m", path="start-safely/a-passphrase", title="A passphrase", language="en",
        summary="", minutes=5, required=True, binds=(), past=(), version="", question_count=0, pass_mark=0,
        max_attempts=0, waits_for=(),
    )  # fmt: skip
    known = {
        "course_key": "c", "edition": 1, "live": True, "slug": "digital-basics", "language": "en", "source_language": "en",
        "languages": ("en",), "title": "", "summary": "", "description_html": "", "level": "", "eqf_level": None, "hours": 1,
        "category": "", "topics": (), "audiences": (), "plain_language": False, "art": "", "outcomes": (),
        "competences": (), "prerequisites": (), "certificates": (), "author": "", "licence": "", "source_html": "",
        "reviewed_date": "", "review_by_date": "", "modules": (), "items": (item,), "tombstones": (),
    }  # fmt: skip
    return Outline(**{**known, **fields})


def drawn(block, **kwargs):
    return render_block(block, body=BODY, **kwargs)


def test_every_form_of_a_block_that_was_ever_written_has_a_stored_sample():
    assert {(kind, number) for kind, last in BLOCK_SCHEMAS.items() for number in range(1, last + 1)} == set(SAMPLES)


@pytest.mark.parametrize(("kind", "schema"), sorted(SAMPLES))
def test_every_stored_sample_is_drawn_by_a_template_of_its_own(kind, schema):
    assert get_template(f"courses/blocks/{schema}/{kind}.html")
    html = drawn(SAMPLES[kind, schema])
    shown = {
        "key_words": "<dt>Passphrase</dt><dd>A password of several words.</dd>",
        "heading": '<h2 id="heading">Four words that do not belong together</h2>',
        "rich_text": "<p>Think of four things.</p>",
        "image": 'alt="A kettle and a ladder."',
        "table": '<th scope="row">Maria1985</th><td>Very easy</td>',
        "callout": "Careful</span> Never by mail</p><p>Not even to your coach.</p>",
        "steps": "<li><b>Sign out</b><p>At the top.</p></li>",
        "checklist": "<li>Signed out</li><li>Screen off</li>",
        "quote": "<figcaption>Amira, repair workshop</figcaption>",
        "self_check": "<details><summary>Show the answer</summary><p>The second.</p></details>",
        "do_at_work": "<ol><li>Think of four words.</li><li>Change one password.</li></ol>",
        "video": f'<source src="/downloads/{"b" * 64}/film.mp4" type="video/mp4"><track kind="captions"',
        "video_link": '<a href="https://video.example/7" rel="noreferrer">Watch it on video.example',
        "download": f'<a href="/downloads/{"d" * 64}/sheet.pdf" download>Three questions</a>',
    }
    assert shown[kind] in html
    assert "style=" not in html
    assert "<script" not in html


def test_a_lesson_is_drawn_whole_without_a_query():
    # No database mark: a query here is an error.
    html = render_lesson(LESSON, outline=outline(), language="en")
    assert [html.count(words) for words in ("Four words that", "Never by mail", "Three questions")] == [1, 1, 1]
    assert '<a href="/en/courses/digital-basics/start-safely/a-passphrase/">four things</a>' in html


def test_labels_are_in_the_language_of_the_text_whatever_the_page_speaks():
    with translation.override("it"):
        html = render_lesson(LESSON, outline=outline(), language="it")
    assert "Show the answer" in html
    assert '<a href="/it/courses/digital-basics/start-safely/a-passphrase/">' in html


def test_a_block_in_another_language_than_its_lesson_says_so():
    block = {**SAMPLES["heading", 1], "language": "de"}
    assert drawn(block).startswith('<div lang="de"><h2 ')


@pytest.mark.parametrize(
    "block",
    [
        {"type": "riddle", "schema": 1, "text": "What has <b>keys</b>?", "html": "<p>A piano.</p>"},
        {"type": "callout", "schema": 99, "text": "What has <b>keys</b>?", "html": "<p>A piano.</p>"},
        {"type": "../../../etc/passwd", "schema": 1, "text": "What has <b>keys</b>?", "html": "<p>A piano.</p>"},
    ],
)
def test_a_form_without_template_is_drawn_plainly_never_an_error(block):
    html = drawn({"id": "x", "language": "en", **block})
    assert "<p>What has &lt;b&gt;keys&lt;/b&gt;?</p>" in html
    assert "<p>A piano.</p>" in html


def test_plain_words_leave_out_digests_and_names():
    assert sorted(plain_words(SAMPLES["download", 1])) == ["Three questions", "To hang on the wall.", "sheet.pdf"]


@pytest.mark.parametrize(("kind", "schema"), sorted(SAMPLES))
def test_text_in_a_record_is_escaped(kind, schema):
    def planted(value, name=""):
        if isinstance(value, str):
            return (
                value if name in {"type", "id", "language", "sha256", "url", "tone"} else '"><script>alert(1)</script>'
            )
        if isinstance(value, dict):
            return {key: planted(entry, key) for key, entry in value.items()}
        return [planted(entry, name) for entry in value] if isinstance(value, list) else value

    html = drawn(planted(SAMPLES[kind, schema]))
    assert "<script" not in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//evil.example/"]
)
def test_an_address_that_would_run_is_not_drawn_whatever_the_record_holds(address):
    html = drawn({**SAMPLES["video_link", 1], "url": address})
    assert "<a " not in html
    assert "alert" not in html
    assert "On passphrases" in html


def test_html_in_a_record_is_cleaned_once_more():
    html = drawn({**SAMPLES["rich_text", 1], "html": '<p onclick="a()">Words<script>b()</script></p>'})
    assert html.strip().endswith("<p>Words</p>")


def test_a_picture_offers_its_sizes_and_is_not_blown_up():
    html = drawn(SAMPLES["image", 1])
    sha = "a" * 64
    assert (
        f'srcset="/pictures/{sha}-400.webp 400w, /pictures/{sha}-800.webp 800w, /pictures/{sha}-1600.webp 900w"' in html
    )
    assert f'<img src="/pictures/{sha}-800.jpg"' in html
    assert 'width="900" height="600" loading="lazy"' in html
    assert "Picture: Rosa Lind, CC BY 4.0. Drawn for this portal." in " ".join(html.split())
    small = {**SAMPLES["image", 1], "picture": {"sha256": sha, "width": 300, "height": 200}}
    assert f'srcset="/pictures/{sha}-400.webp 300w"' in drawn(small)


def test_a_decorative_picture_has_an_empty_alternative_text():
    assert 'alt=""' in drawn({**SAMPLES["image", 1], "decorative": True, "alt": ""})


def test_sections_are_the_headings():
    assert lesson_sections(LESSON) == [("heading", "Four words that do not belong together")]


def test_true_and_false_are_said_in_the_language_of_the_question():
    statement = next(question for question in QUIZ["body"]["questions"] if question["kind"] == "true_false")
    assert question_text(statement)["options"] == [{"id": "true", "text": "True"}, {"id": "false", "text": "False"}]
    chosen = QUIZ["body"]["questions"][0]
    assert question_text(chosen)["options"] == chosen["options"]
    assert question_text(chosen)["html"].__html__() == "<p>It lies in the kitchen.</p>"


def test_the_picture_of_a_question_is_drawn_with_its_description_and_credit():
    question, _key = frozen("numeric")
    assert question_text(QUIZ["body"]["questions"][0])["figure"] is None
    html = render_to_string("courses/blocks/1/image.html", {"block": question_text(question)["figure"]})
    assert 'alt="A tablet on a kitchen table."' in html
    assert f"/pictures/{'a' * 64}-800.jpg" in html
    assert "Picture: Rosa Lind, CC BY 4.0." in html
    not_frozen_yet = question_text(question, files={"a" * 64: "/cms/images/3/"})["figure"]["picture"]
    assert [size.url for size in not_frozen_yet["jpg"]] == ["/cms/images/3/"]


@pytest.mark.django_db
def test_a_link_to_a_page_that_nothing_knows_keeps_its_words():
    html = '<p>See <a href="/-/pages/00000000-0000-4000-8000-000000000000/">this</a>.</p>'
    assert render_html(html, outline=outline(), language="en") == "<p>See this.</p>"


@pytest.mark.django_db
def test_a_link_to_another_course_costs_one_query(django_assert_num_queries):
    from tests.courses.builders import lesson_pages, make_course

    course = make_course(slug="other", title="Other")
    with django_assert_num_queries(1):
        html = render_html(f'<p><a href="/-/pages/{course.key}/">x</a></p>', outline=outline(), language="it")
    assert html == '<p><a href="/it/courses/other/">x</a></p>'
    key = lesson_pages(course)[0].translation_key
    with django_assert_num_queries(2):
        html = render_html(f'<p><a href="/-/pages/{key}/">x</a></p>', outline=outline(), language="en")
    assert html == '<p><a href="/en/courses/other/module-1/lesson-1-1/">x</a></p>'
