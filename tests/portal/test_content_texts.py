"""The texts of `content/` as an editor would read them: every check of `tools.check_texts`, and the drawings."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.loading.files import draw
from portal.loading.reading import read_content
from tools.check_texts import CHECKS, Texts

FOLDER = Path(settings.BASE_DIR) / "content"
TEXTS = Texts(read_content(FOLDER))
PICTURES = TEXTS.content.pictures


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_is_wrong_with_the_texts(check):
    assert [str(fault) for fault in check(TEXTS)] == []


def test_there_are_four_courses_with_a_final_test_each_and_eight_cases():
    assert len(TEXTS.content.courses) == len(TEXTS.finals) == 4
    assert len(TEXTS.content.cases) == 8


def test_every_part_of_the_first_course_has_a_plan_for_those_who_lead_a_group_that_nobody_must_read():
    course = next(course for course in TEXTS.content.courses if course.name == "digital-basics")
    parts = [module.slug for module in course.modules[:5]]
    plans = course.modules[-1].items

    assert [item.slug for item in plans] == [f"group-{slug}" for slug in parts]
    assert not any(item.pages["en"].values["required"] for item in plans)


def test_every_drawing_is_described():
    assert set(PICTURES) == {path.stem for path in (FOLDER / "pictures").glob("*.svg")}


@pytest.mark.parametrize("name", PICTURES)
def test_drawing_asks_for_nothing_from_elsewhere_and_can_be_drawn(name):
    svg = PICTURES[name].svg

    assert not re.search(r"<(script|image|use|foreignObject|text)\b|href=|url\(['\"]?http", svg)
    assert draw(svg, (160, 90)).startswith(b"\x89PNG")
