"""Charts of how far everybody is: the numbers are those of the table."""

import pytest

from accounts.models import Organisation
from cockpit.queries.people_progress import MONTHS, ProgressPage, progress_page
from cockpit.queries.scope import sight_of
from courses.models import Course
from tests.cockpit.test_people import LONG_SINCE, NOW, follow
from tests.courses.builders import make_course
from tests.people import make_cluster, make_cluster_manager, make_learner, make_manager, make_organisation, signed_in
from tests.progress.builders import counted_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub() -> Organisation:
    return make_organisation("Repair Hub")


@pytest.fixture
def course() -> Course:
    return make_course(module_count=2, lesson_count=2, quiz_count=0, at=LONG_SINCE)


def test_parts_organisations_and_time_count_the_same_people(hub: Organisation, course: Course) -> None:
    laundry = make_organisation("Laundry")
    manager = make_cluster_manager(cluster=make_cluster("", hub, laundry))
    follow(make_learner(), course, hub, steps=4, last=1)
    follow(make_learner(), course, hub, steps=2, last=1)
    follow(make_learner(), course, laundry, steps=1, last=1)

    page: ProgressPage = progress_page(sight_of(manager, at=NOW), course="", by_week=False, language="en")

    assert [(bar.label, bar.count, bar.of) for bar in page.modules] == [("Module 1", 2, 3), ("Module 2", 1, 3)]
    assert [(bar.label, bar.count, bar.of) for bar in page.organisations] == [("Laundry", 0, 1), ("Repair Hub", 1, 2)]
    assert (len(page.times), sum(bar.count for bar in page.times)) == (MONTHS, 1)
    assert (page.done, page.total) == (1, 3)


def test_the_page_shows_each_chart_with_its_table(hub: Organisation, course: Course) -> None:
    follow(make_learner(), course, hub, steps=4, last=1)
    browser = signed_in(make_manager(organisation=hub))

    for query in ("", f"?course={course.key}&by=week", "?course=x"):
        page = browser.get(f"/en/cockpit/progress/{query}").text
        assert "<h1>1 of 1 done</h1>" in page
        assert page.count("The same as a table") == 3


def test_ten_times_the_people_cost_as_many_queries(hub: Organisation, course: Course) -> None:
    browser = signed_in(make_manager(organisation=hub))
    counts = []
    for people in (2, 18):
        for number in range(people):
            follow(make_learner(), course, hub, steps=number % 5, last=1)
        with counted_queries() as statements:
            assert browser.get("/en/cockpit/progress/").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 15
