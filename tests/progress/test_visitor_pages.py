import json
import re

import pytest
from django.conf import settings
from django.test import Client

from courses.models import CourseAddress, ItemAddress
from tests.courses.builders import course_page, in_language, lesson_pages, make_course, module_pages, publish
from tests.people import make_learner
from tests.progress.builders import NOON, counted_queries, enrol, lessons_of, outline_of, quizzes_of

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, (path, response.status_code, response.headers)
    return response.content.decode()


def lesson_url(course, index: int = 0, language: str = "en") -> str:
    return f"/{language}/courses/digital-basics/{lessons_of(course)[index].path}/"


def _settle(course) -> None:
    from courses.operations.settling import settle

    settle(course_key=course.key, cause="publish", at=NOON)


class TestCatalogue:
    def test_it_lists_the_courses_that_are_offered(self, client, course):
        text = page(client, "/en/courses/")
        assert "Digital basics" in text
        assert "<b>1 course</b>" in text

    def test_words_and_facets_narrow_it_and_say_what_is_chosen(self, client, course):
        make_course(slug="garden", title="Garden", level="advanced", category="green")
        text = page(client, "/en/courses/?level=advanced")
        assert "/en/courses/garden/" in text
        assert 'href="/en/courses/digital-basics/"' not in text
        assert "<b>1 course</b>" in text
        assert 'aria-current="true"' in text
        assert "Garden" in page(client, "/en/courses/?q=garden")

    def test_no_match_names_what_is_nearest(self, client, course):
        text = page(client, "/en/courses/?level=basic&q=nowhere")
        assert "No course fits all your choices" in text
        assert "Without “nowhere”" in text
        assert "/en/courses/digital-basics/" in text

    def test_odd_input_is_no_error(self, client, course):
        page(client, "/en/courses/?level=none&for=&about=%00&language=xx&q=%00" + "a" * 500)

    def test_a_learner_sees_what_they_have_begun(self, client, course):
        learner = make_learner()
        enrol(course, learner)
        client.force_login(learner)
        assert "You have started: 0 of 3 steps" in page(client, "/en/courses/")


class TestCoursePage:
    def test_a_visitor_reads_what_it_is_and_may_read_the_first_lesson(self, client, course):
        text = page(client, "/en/courses/digital-basics/")
        assert "Signs in safely." in text
        assert f'href="{lesson_url(course)}"' in text
        assert f"/en/enrol/{course.key}/" in text
        assert "csrfmiddlewaretoken" not in text

    def test_shared_caches_may_keep_it_and_it_sets_no_cookie(self, client, course):
        response = client.get("/en/courses/digital-basics/")
        assert response["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert "Cookie" in response["Vary"]
        assert not response.cookies

    def test_with_a_session_cookie_even_a_dead_one_nobody_may_keep_it(self, client, course):
        client.cookies[settings.SESSION_COOKIE_NAME] = "dead"
        response = client.get("/en/courses/digital-basics/")
        assert response["Cache-Control"] == "private, no-store"

    def test_the_data_for_search_engines_is_valid_json_and_cannot_leave_its_element(self, client):
        course = make_course(title="A </script> & B")
        text = page(client, f"/en/courses/{outline_of(course).slug}/")
        data = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1]
        assert json.loads(data)["name"] == "A </script> & B"
        assert json.loads(data)["@type"] == "Course"

    def test_alternates_are_only_the_languages_that_have_a_text(self, client):
        make_course(languages=("it",))
        text = page(client, "/de/courses/digital-basics/")
        assert re.findall(r'hreflang="(\w+)" href="[^"]*/courses/digital-basics/">', text) == ["en", "it"]
        assert f'<link rel="canonical" href="{settings.PORTAL_BASE_URL}/en/courses/digital-basics/">' in text

    def test_a_text_in_another_language_says_so(self, client, course):
        text = page(client, "/it/courses/digital-basics/")
        assert '<div lang="en">' in text

    def test_an_old_address_leads_to_the_new_one_in_every_language(self, client, course):
        publish(course_page(course), slug="basics-at-work")
        _settle(course)
        for language in ("en", "it"):
            response = client.get(f"/{language}/courses/digital-basics/?a=b")
            assert (response.status_code, response["Location"]) == (301, f"/{language}/courses/basics-at-work/?a=b")
        assert CourseAddress.objects.count() == 2

    def test_an_unpublished_course_is_gone_with_words_and_a_way_on(self, client, course):
        course_page(course).unpublish()
        _settle(course)
        text = page(client, "/en/courses/digital-basics/", status=404)
        assert "This page is not shown now" in text
        assert "/en/courses/" in text
        assert "Digital basics" not in text

    def test_who_is_enrolled_still_sees_an_unpublished_course(self, client, course):
        learner = make_learner()
        enrol(course, learner)
        course_page(course).unpublish()
        _settle(course)
        client.force_login(learner)
        assert "This course takes nobody new now." in page(client, "/en/courses/digital-basics/")

    @pytest.mark.parametrize(
        "path", ["nothing/", "lec%C8%9Bia/", "digital-basics/nothing/at/all/", "digital-basics/x/"]
    )
    def test_what_is_not_there_is_not_found_and_never_reaches_the_page_tree(self, client, course, path):
        page(client, f"/en/courses/{path}", status=404)


class TestLesson:
    def test_the_first_lesson_is_open_to_visitors(self, client, course):
        text = page(client, lesson_url(course))
        assert "Words of lesson 1-1." in text
        assert "This lesson is open to everybody." in text
        assert "csrfmiddlewaretoken" not in text
        assert "Lesson 1-2" in text

    def test_the_second_lesson_invites_to_sign_in_and_back_to_it(self, client, course):
        text = page(client, lesson_url(course, 1), status=403)
        assert "Sign in to go on here." in text
        assert "Words of lesson 1-2." not in text
        sign_in = re.search(r'href="(/en/account/login/\?[^"]+)"', text)[1].replace("&amp;", "&")
        learner = make_learner("ana")
        response = client.post(sign_in, {"login": "ana", "password": "four words in a row"}, follow=True)
        assert response.redirect_chain, response.content.decode()[:2000]
        enrolling = response.request["PATH_INFO"] + "?" + response.request["QUERY_STRING"]
        assert enrolling.startswith(f"/en/enrol/{course.key}/")
        goal = re.search(r'name="next" value="([^"]+)"', response.content.decode())[1]
        arrived = client.post(enrolling, {"next": goal}, follow=True)
        assert arrived.request["PATH_INFO"] == lesson_url(course, 1)
        assert "Words of lesson 1-2." in arrived.content.decode()
        assert learner.enrolments.count() == 1

    def test_a_quiz_invites_too(self, client, course):
        path = f"/en/courses/digital-basics/{quizzes_of(course)[0].path}/"
        assert "Sign in to go on here." in page(client, path, status=403)

    def test_somebody_signed_in_enrols_from_the_lesson_in_one_press(self, client, course):
        client.force_login(make_learner())
        text = page(client, lesson_url(course, 1), status=403)
        assert "Enrol and go on" in text
        response = client.post(f"/en/enrol/{course.key}/", {"next": lesson_url(course, 1)})
        assert (response.status_code, response["Location"]) == (303, lesson_url(course, 1))

    def test_an_old_address_of_a_lesson_leads_to_the_new_one_in_one_hop(self, client, course):
        old = lesson_url(course)
        publish(lesson_pages(course)[0], slug="a-new-name")
        publish(module_pages(course)[0], slug="start")
        publish(course_page(course), slug="basics")
        _settle(course)
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, "/en/courses/basics/start/a-new-name/")
        assert ItemAddress.objects.filter(current=False).exists()

    def test_the_address_of_a_module_leads_to_its_part(self, client, course):
        response = client.get("/en/courses/digital-basics/module-1/")
        assert (response.status_code, response["Location"]) == (301, "/en/courses/digital-basics/#module-1")

    def test_an_address_without_its_last_stroke_is_completed(self, client, course):
        response = client.get(lesson_url(course).rstrip("/"))
        assert (response.status_code, response["Location"]) == (301, lesson_url(course))

    def test_a_lesson_that_was_taken_out_leads_to_the_course(self, client, course):
        path = lesson_url(course)
        lesson_pages(course)[0].unpublish()
        _settle(course)
        text = page(client, path, status=404)
        assert "This step is no longer part of the course." in text
        assert "/en/courses/digital-basics/" in text

    def test_a_lesson_in_two_languages_names_both_and_says_which_it_is(self, client):
        course = make_course(languages=("it",))
        in_language(lesson_pages(course)[1], "it").unpublish()
        _settle(course)
        text = page(client, lesson_url(course, language="it"))
        assert "it: Words of lesson" in text or "it: " in text
        assert re.findall(r'rel="alternate" hreflang="([\w-]+)"', text) == ["en", "it", "x-default"]


def test_pages_of_visitors_cost_the_same_with_one_course_and_with_ten(client, course):
    paths = ["/en/courses/", "/en/courses/digital-basics/", lesson_url(course)]
    costs = []
    for more in (0, 9):
        for number in range(more):
            make_course(slug=f"more-{number}", title=f"More {number}")
        for path in paths:
            client.get(path)
        costs.append([])
        for path in paths:
            with counted_queries() as queries:
                page(client, path)
            costs[-1].append(len(queries))
    assert costs == [[1, 2, 2], [1, 2, 2]]
