"""The texts of `content/` as an editor would read them: length, words, ids, links, feedback, pictures."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from portal.loading.files import draw
from portal.loading.reading import Content, Item, PageText, read_content

FOLDER = Path(settings.BASE_DIR) / "content"
CONTENT: Content = read_content(FOLDER)
ITEMS: list[Item] = [item for course in CONTENT.courses for module in course.modules for item in module.items]
LESSONS = [page for item in ITEMS if item.kind == "lesson" for page in item.pages.values()]
ASSIGNMENTS = [page for item in ITEMS if item.kind == "assignment" for page in item.pages.values()]
QUIZZES = [page for item in ITEMS if item.kind == "quiz" for page in item.pages.values()]
# A page for each question and language of the bank, so that what holds for the questions of a quiz holds for them.
BANK = [
    PageText(file=text.source(language), values={"title": text.title}, stream=[block])
    for text in CONTENT.bank
    for language, block in text.blocks.items()
]
FROM_BANK = {"bank_question", "bank_questions"}
PAGES: list[PageText] = [
    *(page for entry in CONTENT.site for page in entry.pages.values()),
    *(page for course in CONTENT.courses for page in course.pages.values()),
    *(page for course in CONTENT.courses for module in course.modules for page in module.pages.values()),
    *LESSONS,
    *QUIZZES,
    *ASSIGNMENTS,
    *BANK,
    *(case.page for case in CONTENT.cases),
]
NO_TEXTS = {"type", "id", "picture", "alt", "file", "url", "tone", "lesson", "section", "answer"}
# content/README.md, Style: they blame, beg, or say nothing.
BANNED = re.compile(r"\b(please|sorry|oops|invalid|forbidden|failed|submit|click here)\b", re.IGNORECASE)
LINK = re.compile(r'href="(/[^"]*)"')


def texts(value: Any) -> Iterator[str]:
    """Yield every text people read in a stream or in values, without tags."""
    if isinstance(value, str):
        yield re.sub(r"<[^>]+>", " ", value)
    elif isinstance(value, list):
        for entry in value:
            yield from texts(entry)
    elif isinstance(value, dict):
        for name, entry in value.items():
            if name not in NO_TEXTS:
                yield from texts(entry)


def file_of(page: PageText) -> str:
    return page.file


@pytest.mark.parametrize("page", LESSONS, ids=file_of)
def test_lesson_has_300_to_600_words(page):
    word_count = sum(len(text.split()) for text in texts(page.stream))

    assert 300 <= word_count <= 600


@pytest.mark.parametrize("page", LESSONS, ids=file_of)
def test_lesson_has_key_words_a_question_to_oneself_and_something_to_do_at_work(page):
    kinds = [block["type"] for block in page.stream]

    assert (kinds[0], kinds[-1]) == ("key_words", "do_at_work")
    assert "self_check" in kinds


@pytest.mark.parametrize("page", PAGES, ids=file_of)
def test_no_text_blames_or_begs(page):
    found = [word for text in texts([page.values, page.stream]) for word in BANNED.findall(text)]

    assert found == []


@pytest.mark.parametrize("page", [*QUIZZES, *BANK], ids=file_of)
def test_every_option_has_feedback_and_every_question_leads_to_a_lesson(page):
    for block in page.stream:
        question = block["value"]
        if block["type"] in FROM_BANK:
            continue
        said = [option["value"]["feedback"] for option in question.get("options", [])]
        if block["type"] == "true_false":
            said = [question["feedback_true"], question["feedback_false"]]
        assert all(said), question["text"]
        assert question["feedback"], question["text"]
        assert question["lesson"], question["text"]


@pytest.mark.parametrize("page", ASSIGNMENTS, ids=file_of)
def test_a_rubric_has_five_criteria_of_four_levels_that_say_how_to_know_them(page):
    criteria = [block["value"] for block in page.stream]

    assert [len(criterion["levels"]) for criterion in criteria] == [4] * 5
    assert all(level["value"]["description"] for criterion in criteria for level in criterion["levels"])


def test_ids_of_blocks_questions_and_options_are_unique_in_the_whole_portal():
    streams = [item.pages["en"].stream for item in ITEMS] + [[text.blocks["en"]] for text in CONTENT.bank]
    ids = [block["id"] for stream in streams for block in stream]
    ids += [
        entry["id"]
        for stream in streams
        for block in stream
        for name in ("options", "levels")
        for entry in block["value"].get(name, [])
    ]

    assert len(ids) == len(set(ids))


def test_links_inside_the_site_lead_to_pages_that_are_there():
    # Pages of the site answer in every language; what is not translated is shown in English and says so.
    pages = [page.name for page in CONTENT.site] + ["courses", "case-studies"]
    standing = {f"/{language}/{page}/" for language, _name in settings.LANGUAGES for page in pages}
    for course in CONTENT.courses:
        standing.add(f"/en/courses/{course.slug}/")
        standing |= {
            f"/en/courses/{course.slug}/{module.slug}/{item.slug}/"
            for module in course.modules
            for item in module.items
        }
    linked = {link for page in PAGES for link in LINK.findall(str([page.values, page.stream]))}

    assert linked - standing == set()


def test_every_picture_is_shown_and_every_drawing_is_described():
    shown = {block["value"]["picture"] for page in LESSONS for block in page.stream if block["type"] == "image"}
    drawn = {path.stem for path in (FOLDER / "pictures").glob("*.svg")}

    assert shown | {"share"} == set(CONTENT.pictures) == drawn


@pytest.mark.parametrize("name", CONTENT.pictures)
def test_drawing_asks_for_nothing_from_elsewhere_and_can_be_drawn(name):
    svg = CONTENT.pictures[name].svg

    assert not re.search(r"<(script|image|use|foreignObject|text)\b|href=|url\(['\"]?http", svg)
    assert draw(svg, (160, 90)).startswith(b"\x89PNG")


def test_final_test_has_fifteen_questions_and_waits_for_the_quizzes():
    final = ITEMS[[item.slug for item in ITEMS].index("15-questions-about-the-whole-course")].pages["en"]

    assert len(final.stream) == 15
    assert final.values["waits_for_quizzes"]
    assert final.values["pass_mark"] == 75


def test_questions_that_a_quiz_takes_by_tag_are_worth_one_point_each_so_that_its_words_may_count_answers():
    tags = {block["value"]["tag"] for page in QUIZZES for block in page.stream if block["type"] == "bank_questions"}
    assert tags
    for tag in tags:
        taken = [text for text in CONTENT.bank if tag in text.tags.split(", ")]
        points = {block["value"].get("points", 1) for text in taken for block in text.blocks.values()}
        assert points == {1}, tag


def test_cases_are_invented_and_say_so():
    assert [(case.page.values["illustrative"], case.page.values["consent"]) for case in CONTENT.cases] == [
        (True, "none-needed")
    ] * len(CONTENT.cases)
