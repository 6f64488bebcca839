import pytest
from django.test import Client

from courses.operations.settling import one_edition
from tests.courses.builders import NOON, course_page, make_course, translate
from tests.courses.paths import make_path, path_page
from tests.people import make_learner, signed_in
from tests.progress.builders import counted_queries, do_everything, do_lessons, enrol

pytestmark = pytest.mark.django_db


@pytest.fixture
def courses():
    return [make_course(slug=slug, title=slug.capitalize(), hours=hours) for slug, hours in (("one", 6), ("two", 20))]


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code)
    return response.content.decode()


class TestList:
    def test_before_the_first_path_it_leads_to_the_courses(self, client):
        text = page(client, "/en/learning-paths/")
        assert "The first learning path is being put together" in text
        assert 'href="/en/courses/"' in text

    def test_it_names_each_path_with_its_courses_and_hours(self, client, courses):
        make_path(*courses)
        text = page(client, "/en/learning-paths/")
        assert 'href="/en/learning-paths/lead/"' in text
        assert "2 courses · 26 hours" in text

    def test_the_catalogue_leads_to_it(self, client, courses):
        assert 'href="/en/learning-paths/"' in page(client, "/en/courses/")


class TestPath:
    def test_a_visitor_reads_what_it_is_made_of(self, client, courses):
        make_path(*courses, description="<p>For people who lead.</p>")
        text = page(client, "/en/learning-paths/lead/")
        assert text.index('href="/en/courses/one/"') < text.index('href="/en/courses/two/"')
        assert "26 hours in all" in text
        assert "For people who lead." in text
        assert "A certificate of participation: when every course is complete." in text
        assert "courses complete" not in text

    def test_shared_caches_may_keep_it_for_visitors(self, client, courses):
        make_path(*courses)
        assert "public" in client.get("/en/learning-paths/lead/")["Cache-Control"]

    def test_a_learner_sees_how_far_they_are(self, courses):
        make_path(*courses)
        learner = make_learner()
        do_everything(enrol(courses[0], learner))
        do_lessons(enrol(courses[1], learner))
        text = page(signed_in(learner), "/en/learning-paths/lead/")
        assert "1 of 2 courses complete" in text
        assert "2 of 3 steps" in text
        assert 'aria-current="step"' in text

    def test_somebody_elses_courses_are_not_theirs(self, courses):
        make_path(*courses)
        do_everything(enrol(courses[0]))
        text = page(signed_in(make_learner()), "/en/learning-paths/lead/")
        assert "courses complete" not in text

    def test_a_course_that_was_left_after_it_was_complete_counts(self, courses):
        make_path(*courses)
        learner = make_learner()
        enrolment = enrol(courses[0], learner)
        do_everything(enrolment)
        type(enrolment).objects.filter(pk=enrolment.pk).update(withdrawn_at=NOON)
        assert "1 of 2 courses complete" in page(signed_in(learner), "/en/learning-paths/lead/")

    def test_a_course_taken_down_since_is_named_without_a_link(self, client, courses):
        make_path(*courses)
        with one_edition(cause="publish", at=NOON):
            course_page(courses[1]).unpublish()
        text = page(client, "/en/learning-paths/lead/")
        assert 'href="/en/courses/two/"' not in text
        assert "takes nobody new now" in text

    def test_what_is_not_published_is_not_there(self, client, courses):
        path = make_path(*courses)
        with one_edition(cause="publish", at=NOON):
            path_page(path).unpublish()
        page(client, "/en/learning-paths/lead/", 404)
        page(client, "/en/learning-paths/nothing/", 404)
        page(client, "/en/learning-paths/%00/", 404)
        page(client, "/en/courses/lead/", 404)

    def test_an_address_in_capitals_leads_on(self, client, courses):
        make_path(*courses)
        assert client.get("/en/learning-paths/LEAD/")["Location"] == "/en/learning-paths/lead/"

    def test_each_language_has_its_text_or_says_which_one_it_shows(self, client, courses):
        path = make_path(*courses)
        with one_edition(cause="publish", at=NOON):
            translate(path_page(path), "it")
        assert "it: For people who lead" in page(client, "/it/learning-paths/lead/")
        text = page(client, "/ro/learning-paths/lead/")
        assert '<div lang="en">' in text
        assert 'rel="canonical" href="http' in text
        assert 'hreflang="it"' in text

    def test_search_engines_find_it_where_readers_do(self, client, courses):
        make_path(*courses)
        text = page(client, "/sitemap.xml")
        assert "/en/learning-paths/lead/" in text
        assert "/en/courses/lead/" not in text

    def test_it_costs_the_same_for_1_course_and_for_20(self, client):
        learner = make_learner()
        browser = signed_in(learner)
        costs = []
        for count in (1, 20):
            made = [
                make_course(slug=f"c{count}-{n}", title=f"C {n}", lesson_count=1, quiz_count=0) for n in range(count)
            ]
            make_path(*made, slug=f"path-{count}", title=f"Path {count}")
            enrol(made[0], learner)
            for reader in (client, browser):
                page(reader, f"/en/learning-paths/path-{count}/")
                with counted_queries() as queries:
                    page(reader, f"/en/learning-paths/path-{count}/")
                costs.append(len(queries))
        assert costs[:2] == costs[2:]
        assert costs[0] <= 2
        assert costs[1] <= 8


class TestMyLearning:
    def test_it_names_the_paths_somebody_is_in_a_course_of(self, courses):
        make_path(*courses)
        learner = make_learner()
        browser = signed_in(learner)
        assert "/en/learning-paths/lead/" not in page(browser, "/en/me/")
        do_everything(enrol(courses[0], learner))
        text = page(browser, "/en/me/")
        assert 'href="/en/learning-paths/lead/"' in text
        assert "1 of 2 courses complete" in text
