"""The table of people as a file: true to the page, no formula, as few queries for many as for few."""

import csv
import io
from datetime import date

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Look, Organisation
from courses.models import Course
from tests.cockpit.test_people import LONG_SINCE, days_ago, follow
from tests.courses.builders import make_course
from tests.people import make_learner, make_manager, make_organisation, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def course() -> Course:
    return make_course(lesson_count=3, quiz_count=0, at=LONG_SINCE)


def lines(answer: object) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def test_the_file_says_what_the_page_says_and_runs_nothing(hub: Organisation, course: Course) -> None:
    follow(make_learner("eve", display_name="=1+1"), course, hub, steps=1, last=20)
    follow(make_learner("ana"), course, hub, steps=3, last=1)
    manager = make_manager(organisation=hub)

    answer = signed_in(manager).get("/en/cockpit/people.csv")
    head, first, second = lines(answer)

    assert head[:6] == ["Name", "Organisation", "Course", "State", "Steps done", "Steps"]
    assert first[:6] == ["'=1+1", "Repair Hub", "Digital basics", "Stuck for 14 days", "1", "3"]
    assert second[3:6] == ["Done", "3", "3"]
    assert second[8] == timezone.localdate(days_ago(1)).isoformat()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="people-{timezone.localdate()}.csv"'
    assert Look.objects.filter(viewer=manager, kind="export").count() == 2


def test_headings_and_states_are_in_the_language_of_the_address(hub: Organisation, course: Course) -> None:
    follow(make_learner(), course, hub)
    browser = signed_in(make_manager(organisation=hub))

    english, italian = (lines(browser.get(f"/{code}/cockpit/people.csv")) for code in ("en", "it"))

    assert len(english) == len(italian) == 2


def test_filters_and_order_of_the_page_hold_for_the_file(hub: Organisation, course: Course) -> None:
    for name in ("ben", "ana", "zoe"):
        follow(make_learner(name), course, hub, steps=len(name) if name == "zoe" else 0)
    browser = signed_in(make_manager(organisation=hub))

    found = lines(browser.get("/en/cockpit/people.csv?status=not-started&sort=name"))

    assert [row[0] for row in found[1:]] == ["Ana", "Ben"]


def test_the_spreadsheet_opens_with_dates_as_dates_and_texts_as_texts(hub: Organisation, course: Course) -> None:
    follow(make_learner("eve", display_name="=cmd|' /C calc'!A0 & <b>\x07"), course, hub, steps=1, last=20)

    answer = signed_in(make_manager(organisation=hub)).get("/en/cockpit/people.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]

    assert sheet is not None
    assert [cell.value for cell in sheet[1]][:3] == ["Name", "Organisation", "Course"]
    name, *_rest, steps, _all, since, _last, done, _left = sheet[2]
    assert name.value == "'=cmd|' /C calc'!A0 & <b>"
    assert name.data_type == "s"
    assert (steps.value, done.value) == (1, None)
    assert since.is_date
    assert since.value.date() == timezone.localdate(days_ago(40))
    assert isinstance(since.value.date(), date)


def test_ten_times_the_people_cost_as_many_queries_and_no_more_than_the_goal(hub: Organisation, course: Course) -> None:
    browser = signed_in(make_manager(organisation=hub))
    counts = []
    for people in (3, 27):
        for number in range(people):
            follow(make_learner(), course, hub, steps=number % 4, last=number)
        with counted_queries() as statements:
            found = lines(browser.get("/en/cockpit/people.csv"))
        counts.append(len([sql for sql in statements if "accounts_look" not in sql]))
    assert len(found) == 31

    # Session, person, and the three of the sight go before it; noting who looked grows by 2,000 people.
    assert counts[0] == counts[1]
    assert counts[1] - 5 <= 6
