"""Did it help: what managers see of the answers, from five on and of nobody in particular."""

import csv
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from courses.models import Course
from progress.models import HelpAnswer
from progress.rules.helping import SHOWN_FROM
from tests.courses.builders import make_course
from tests.people import make_cluster, make_cluster_manager, make_manager, make_organisation, signed_in
from tests.progress.builders import outline_of

pytestmark = pytest.mark.django_db
PAGE = "/en/cockpit/impact/"


def answered(course: Course, hub: Organisation | None, count: int, *, useful: str = "4") -> None:
    outcomes = [key for key, _text in outline_of(course).outcomes]
    for wave, answers, rating in (
        ("before", {}, "1"),
        ("end", {"useful": useful}, "3"),
        ("later", {"used": "yes"}, ""),
    ):
        for _number in range(count):
            HelpAnswer.objects.create(
                wave=wave,
                course=course,
                edition_number=1,
                organisation=hub,
                month=date(2026, 11, 1),
                answers=answers,
                ratings=dict.fromkeys(outcomes, rating) if rating else {},
            )


def test_five_answers_are_shown_with_their_table_and_in_the_file() -> None:
    hub = make_organisation()
    course = make_course(title="Digital basics")
    answered(course, hub, SHOWN_FROM)
    browser = signed_in(make_manager(organisation=hub))

    page = browser.get(PAGE).content.decode()

    assert "Digital basics" in page
    assert "Is what you learned useful for your work?" in page
    assert "Did you use at work what you learned?" in page
    rows = list(csv.reader(browser.get(f"{PAGE}did-it-help.csv").content.decode("utf-8-sig").splitlines()))
    assert ["Digital basics", "Is what you learned useful for your work?", "at the end", "Mostly", "5"] in rows


def test_four_answers_are_not_shown_nor_how_many_there_are() -> None:
    hub = make_organisation()
    answered(make_course(title="Digital basics"), hub, SHOWN_FROM - 1)
    browser = signed_in(make_manager(organisation=hub))

    assert "Nothing to show yet" in browser.get(PAGE).content.decode()
    assert len(browser.get(f"{PAGE}did-it-help.csv").content.decode("utf-8-sig").splitlines()) == 1


def test_answers_for_others_do_not_count() -> None:
    hub = make_organisation()
    course = make_course()
    answered(course, make_organisation(), SHOWN_FROM)
    answered(course, None, SHOWN_FROM)

    assert "Nothing to show yet" in signed_in(make_manager(organisation=hub)).get(PAGE).content.decode()


def test_a_cluster_counts_its_organisations_together() -> None:
    first, second = make_organisation(), make_organisation()
    course = make_course(title="Digital basics")
    answered(course, first, 3)
    answered(course, second, 2)
    manager = make_cluster_manager(cluster=make_cluster("", first, second))

    assert "Digital basics" in signed_in(manager).get(PAGE).content.decode()


def test_it_costs_the_same_for_few_and_many() -> None:
    hub = make_organisation()
    course = make_course()
    browser = signed_in(make_manager(organisation=hub))
    counts = []
    for more in (SHOWN_FROM, 20 * SHOWN_FROM):
        answered(course, hub, more)
        browser.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(PAGE)
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12
