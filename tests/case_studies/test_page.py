"""A story: all it must say, in the reader's language or in English and labelled so."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from case_studies.models import CaseStudyCourse
from tests.case_studies.builders import make_case, metric, translate_case
from tests.courses.builders import course_page, make_course, module_pages

pytestmark = pytest.mark.django_db


def html(response) -> str:
    return response.content.decode()


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html(response)))


def test_a_story_says_everything_the_interview_asked(client: Client):
    make_case(title="Coats")

    shown = text(client.get("/en/case-studies/coats/"))

    for words in (
        "Illustrative story.",
        "Acul de Nord is an invented organisation",
        "Textile and reuse · Romania · 28 people",
        "500 to 2,000 EUR",
        "About 20 EUR a month",
        "60 hours",
        "4,000 pieces hung in two halls.",
        "Gave every rail a letter",
        "too small to read",
        "no personal data",
        "letters 12 mm high",
        "1.4 tonnes",
        "Choose one shelf.",
        "Stock list with labels",
        "InvenTree.",
        "Open source",
        "Identifying needs and technological responses (DigComp 2.2, 5.2, level 3)",
        "Text: The editors, CC BY 4.0.",
        "Written on 14 September 2026. Read again by 14 March 2099.",
    ):
        assert words in shown


def test_figures_are_stitches_with_words_and_a_table(client: Client):
    make_case(title="Coats", metrics=[metric(), metric(name="Unsold", unit="%", before=31, after=19)])

    page = html(client.get("/en/case-studies/coats/"))

    assert page.count('class="bars__a"') == page.count('class="bars__b"') == 2
    assert 'aria-label="Time to find one item: 9 minutes before, 3 minutes after"' in page
    assert '<th scope="row">Unsold</th><td>31 %</td><td>19 %</td>' in page


def test_a_real_story_names_the_interview_and_carries_no_banner(client: Client):
    make_case(title="Coats", illustrative=False, consent="written")

    shown = text(client.get("/en/case-studies/coats/"))

    assert "Illustrative" not in shown
    assert "The organisation agreed in writing." in shown


def test_an_english_story_is_shown_below_italian_and_labelled(client: Client):
    make_case(title="Coats")

    response = client.get("/it/case-studies/coats/")

    assert response.status_code == 200
    assert '<html lang="it"' in html(response)
    assert '<h1 lang="en">Coats</h1>' in html(response)
    assert '<link rel="canonical" href="http://127.0.0.1:8000/en/case-studies/coats/">' in html(response)
    assert 'hreflang="it" href="http' not in html(response)


def test_a_translated_story_is_shown_in_italian_and_both_name_each_other(client: Client):
    translate_case(make_case(title="Coats"), "it", title="Cappotti")

    italian, english = client.get("/it/case-studies/coats/"), client.get("/en/case-studies/coats/")

    assert "<h1>Cappotti</h1>" in html(italian)
    assert "<h1>Coats</h1>" in html(english)
    for response in (italian, english):
        assert '<link rel="alternate" hreflang="it" href="http://127.0.0.1:8000/it/case-studies/coats/">' in html(
            response
        )
        assert (
            '<link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8000/en/case-studies/coats/">'
            in html(response)
        )


def test_the_language_links_stay_on_the_story(client: Client):
    make_case(title="Coats")

    assert 'href="/de/case-studies/coats/" lang="de"' in html(client.get("/en/case-studies/coats/"))


def test_a_renamed_story_is_found_at_its_old_address_in_every_language(
    client: Client, django_capture_on_commit_callbacks
):
    story = make_case(title="Coats")
    story.slug = "winter-coats"
    with django_capture_on_commit_callbacks(execute=True):
        story.save_revision().publish()

    for language in ("en", "it"):
        response = client.get(f"/{language}/case-studies/coats/")
        assert (response.status_code, response["Location"]) == (301, f"/{language}/case-studies/winter-coats/")


def test_an_unknown_or_unpublished_story_is_not_there(client: Client):
    make_case(title="Unfinished", live=False)

    assert client.get("/en/case-studies/unfinished/").status_code == 404
    assert client.get("/en/case-studies/nobody/").status_code == 404


def test_unsafe_html_never_reaches_a_reader(client: Client):
    make_case(title="Coats", problem='<p>Words<script>alert(1)</script> <a href="javascript:alert(1)">here</a></p>')

    page = html(client.get("/en/case-studies/coats/"))

    assert "alert(1)" not in page


def test_story_and_course_link_each_other(client: Client):
    course = make_course(title="Digital basics", slug="digital-basics")
    make_case(title="Coats", courses=[course])

    assert '<a href="/en/courses/digital-basics/">Digital basics</a>' in html(client.get("/en/case-studies/coats/"))
    assert '<a href="/en/case-studies/coats/">Coats</a>' in html(client.get("/en/courses/digital-basics/"))


def test_a_story_costs_the_same_with_one_course_and_with_ten_of_everything(client: Client):
    make_case(title="Coats", courses=[make_course()])
    many = [make_course(slug=f"course-{number}", title=f"Course {number}") for number in range(10)]
    make_case(
        title="Parts",
        courses=many,
        audiences=["worker", "enabler", "supporter", "cluster-manager"],
        metrics=[metric(name=f"Figure {number}") for number in range(4)],
    )

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert queries("/en/case-studies/coats/") == queries("/en/case-studies/parts/")
    assert queries("/en/case-studies/coats/") <= 6


def test_visitors_share_a_copy(client: Client):
    make_case(title="Coats")

    assert client.get("/en/case-studies/coats/")["Cache-Control"].startswith("public")


def test_a_story_and_the_module_that_teaches_it_link_each_other(client: Client):
    course = make_course(module_count=2)
    module = module_pages(course)[1]
    story = make_case(title="Coats")
    story.courses = [CaseStudyCourse(course=course, module_key=module.translation_key)]
    story.save_revision().publish()

    of_story = html(client.get("/en/case-studies/coats/"))
    of_course = html(client.get(f"/en/courses/{course_page(course).slug}/"))

    assert f'href="/en/courses/{course_page(course).slug}/#{module.slug}"' in of_story
    part = of_course[of_course.index(f'id="{module.slug}"') :]
    assert "See it used: " in part
    assert 'href="/en/case-studies/coats/"' in part
    assert "See it used: " not in of_course[: of_course.index(f'id="{module.slug}"')]


def test_a_module_of_another_course_is_refused_in_words():
    module = module_pages(make_course())[0]
    link = CaseStudyCourse(course=make_course(slug="other", title="Other"), module_key=module.translation_key)

    with pytest.raises(ValidationError) as refusal:
        link.clean()

    assert refusal.value.message_dict == {
        "module_key": ["This module is part of another course. Choose one of this course."]
    }


def test_the_sheet_for_half_an_hour_has_the_steps_what_went_wrong_and_room_for_notes(client: Client):
    make_case(title="Coats")

    sheet = client.get("/en/case-studies/coats/try-it/")

    assert 'href="/en/case-studies/coats/try-it/"' in html(client.get("/en/case-studies/coats/"))
    for words in (
        "Try it in 30 minutes",
        "Choose one shelf.",
        "The first labels were too small to read.",
        "Who tried it, and when",
        "is an invented organisation",
        "/en/case-studies/coats/",
    ):
        assert words in text(sheet)
    assert client.get("/en/case-studies/none/try-it/").status_code == 404


def test_a_shared_link_shows_a_picture_of_the_story(client: Client):
    make_case(title="Coats <b> & more", slug="coats")

    picture = client.get("/en/case-studies/coats/share.png")

    assert "/en/case-studies/coats/share.png" in html(client.get("/en/case-studies/coats/"))
    with Image.open(BytesIO(picture.content)) as image:
        assert image.size == (1200, 630)
    assert client.get("/en/case-studies/coats/share.png").content == picture.content
    assert client.get("/en/case-studies/none/share.png").status_code == 404


def test_a_real_story_says_who_agreed_and_when(client: Client):
    make_case(title="Coats", illustrative=False, consent="written", consent_date=date(2026, 9, 1))

    assert "The organisation agreed in writing on 1 September 2026." in text(client.get("/en/case-studies/coats/"))


def test_signs_that_xml_cannot_hold_break_neither_the_feed_nor_the_picture(client: Client):
    make_case(title="Coats\x0band \x01labels \N{GRINNING FACE}", slug="coats", organisation="A\x1fB", author="C\ufffeD")

    feed = client.get("/en/case-studies/feed.atom")
    assert "Coats and  labels \N{GRINNING FACE}" in feed.content.decode()
    assert client.get("/en/case-studies/coats/share.png")["Content-Type"] == "image/png"
