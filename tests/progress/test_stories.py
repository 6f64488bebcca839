"""The pages on which a learner tells what they did with a course, sends it, and takes it back."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from case_studies.models import AppliedStory, CaseStudyIndexPage, CaseStudyPage
from case_studies.operations import withdraw_story
from courses.models import Course
from progress.models import Enrolment
from progress.views.stories import CONSENT
from tests.case_studies.test_applied import ANSWERS, publish
from tests.courses.builders import make_course
from tests.people import join, make_learner, make_organisation, signed_in
from tests.progress.builders import counted_queries, do_everything, enrol

pytestmark = pytest.mark.django_db
AGREED = {"credit": "anonymous", "name": "", "organisation": "", "agree": "on", "country": "BE", "sector": ""}


@pytest.fixture
def course() -> Course:
    return make_course(title="Digital basics", lesson_count=1, quiz_count=0, has_certificate=False)


@pytest.fixture
def enrolment(course: Course) -> Enrolment:
    zoe = make_learner("zoe.p", display_name="Zoe", email="zoe@example.org")
    join(zoe, make_organisation("Wasserij", country="BE", sector="laundry", size_band="small"))
    found = enrol(course, zoe)
    do_everything(found)
    return found


@pytest.fixture
def zoe(enrolment: Enrolment) -> Client:
    return signed_in(enrolment.learner)


def begin(zoe: Client, enrolment: Enrolment) -> str:
    """Begin the story and return its address."""
    answer = zoe.post(f"/en/enrolments/{enrolment.public_id}/story/")
    assert answer.status_code == 303
    return f"/en/me/stories/{AppliedStory.objects.get().public_id}/"


def told(zoe: Client, enrolment: Enrolment) -> str:
    """Answer all six questions and return the address of the story."""
    base = begin(zoe, enrolment)
    for number, text in enumerate(ANSWERS.values(), start=1):
        assert zoe.post(f"{base}questions/{number}/", {"text": text}).status_code == 303
    return base


def sent(zoe: Client, enrolment: Enrolment, **changes: str) -> str:
    base = told(zoe, enrolment)
    answer = zoe.post(f"{base}check/", {**AGREED, **changes})
    assert (answer.status_code, answer.headers["Location"]) == (303, base)
    return base


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_learner_tells_a_story_from_the_course_to_the_editors(zoe: Client, enrolment: Enrolment):
    tell = f"/en/enrolments/{enrolment.public_id}/story/"
    assert tell in words_of(zoe.get("/en/courses/digital-basics/"))
    assert tell in words_of(zoe.get("/en/me/"))
    assert "Begin my story" in words_of(zoe.get(tell))
    assert not AppliedStory.objects.exists(), "looking begins nothing"

    base = begin(zoe, enrolment)
    for number, text in enumerate(ANSWERS.values(), start=1):
        answer = zoe.post(f"{base}questions/{number}/", {"text": text})
        assert answer.headers["Location"] == (f"{base}questions/{number + 1}/" if number < 6 else f"{base}check/")
    check = words_of(zoe.get(f"{base}check/"))
    assert "Begin with one rail." in check
    assert "checked" not in check, "nothing is chosen or ticked before"
    assert 'value="Zoe"' in check
    assert 'value="Wasserij"' in check
    assert '<option value="BE" selected>' in check

    zoe.post(f"{base}check/", AGREED)

    story = AppliedStory.objects.get()
    assert all(str(sentence) in story.consent_words for sentence in CONSENT)
    assert story.consent_words.startswith("Without name and organisation")
    assert (story.country, story.sector, story.size_band) == ("BE", "", "")
    shown = words_of(zoe.get(base))
    assert "Your story is with the editors" in shown
    assert "never published by itself" in shown
    assert "Not named" in shown
    assert base in words_of(zoe.get("/en/me/stories/"))
    assert zoe.get(tell).headers["Location"] == base


def test_what_was_written_stays_when_somebody_stops(zoe: Client, enrolment: Enrolment):
    base = begin(zoe, enrolment)
    zoe.post(f"{base}questions/1/", {"text": "Half a "}, headers={"accept": "application/json"})

    assert "Half a " in words_of(zoe.get(f"{base}questions/1/"))
    again = zoe.get(f"/en/enrolments/{enrolment.public_id}/story/")
    assert again.headers["Location"] == f"{base}questions/2/"


def test_the_script_is_told_that_it_is_saved(zoe: Client, enrolment: Enrolment):
    base = begin(zoe, enrolment)

    saved = zoe.post(f"{base}questions/2/", {"text": "A letter."}, headers={"accept": "application/json"})
    too_long = zoe.post(f"{base}questions/3/", {"text": "a" * 401}, headers={"accept": "application/json"})

    assert saved.json()["text"].startswith("Saved ")
    assert (too_long.status_code, AppliedStory.objects.get().tool) == (422, "")


def test_too_long_an_answer_is_said_twice_and_stays_on_the_page(zoe: Client, enrolment: Enrolment):
    base = begin(zoe, enrolment)

    answer = zoe.post(f"{base}questions/3/", {"text": "b" * 401})

    assert answer.status_code == 422
    assert words_of(answer).count("400 characters at most, and it has 401") == 2
    assert "b" * 401 in words_of(answer)


def test_a_changed_answer_leads_back_to_the_check(zoe: Client, enrolment: Enrolment):
    base = told(zoe, enrolment)

    answer = zoe.post(f"{base}questions/2/", {"text": "Something better.", "from": "check"})

    assert answer.headers["Location"] == f"{base}check/"
    assert "Something better." in words_of(zoe.get(f"{base}check/"))


def test_without_agreement_nothing_is_sent(zoe: Client, enrolment: Enrolment):
    base = told(zoe, enrolment)
    for changes, words in (
        ({"agree": ""}, "Tick that you agree."),
        ({"credit": ""}, "Choose whether you are named."),
        ({"credit": "named", "name": " "}, "Write the name that should stand under the story."),
    ):
        answer = zoe.post(f"{base}check/", {**AGREED, **changes})

        assert answer.status_code == 422
        assert words_of(answer).count(words) == 2, words
    assert not CaseStudyPage.objects.exists()


def test_a_story_with_open_questions_names_them(zoe: Client, enrolment: Enrolment):
    base = begin(zoe, enrolment)

    answer = zoe.post(f"{base}check/", AGREED)

    assert answer.status_code == 422
    assert "Answer this first: What did you do?" in words_of(answer)


def test_who_names_themselves_by_mistake_is_asked_first(zoe: Client, enrolment: Enrolment):
    base = told(zoe, enrolment)
    zoe.post(f"{base}questions/2/", {"text": "At Wasserij we gave every rail a letter."})

    warned = zoe.post(f"{base}check/", AGREED)

    assert "says “Wasserij”" in words_of(warned)
    assert not CaseStudyPage.objects.exists()
    assert zoe.post(f"{base}check/", {**AGREED, "seen_names": "1"}).status_code == 303


def test_what_was_sent_stays_as_it_was_sent(zoe: Client, enrolment: Enrolment):
    base = sent(zoe, enrolment)

    answer = zoe.post(f"{base}questions/2/", {"text": "Another."}, follow=True)
    by_script = zoe.post(f"{base}questions/2/", {"text": "Another."}, headers={"accept": "application/json"})

    assert "It stays as it was sent." in words_of(answer)
    assert by_script.status_code == 409
    assert AppliedStory.objects.get().did == ANSWERS["did"]
    assert zoe.post(f"{base}check/", AGREED).headers["Location"] == base
    assert CaseStudyPage.objects.count() == 1


def test_a_published_story_is_found_from_my_stories(zoe: Client, enrolment: Enrolment):
    base = sent(zoe, enrolment)

    page = publish(AppliedStory.objects.get())

    address = f"/en/case-studies/{page.slug}/"
    assert address in words_of(zoe.get(base))
    assert address in words_of(zoe.get("/en/me/stories/"))


def test_a_learner_changes_how_they_are_named(zoe: Client, enrolment: Enrolment):
    base = sent(zoe, enrolment)
    assert "checked" not in words_of(zoe.get(f"{base}credit/"))

    refused = zoe.post(f"{base}credit/", {"credit": "named", "name": "Zoe P.", "organisation": ""})
    answer = zoe.post(f"{base}credit/", {"credit": "named", "name": "Zoe P.", "organisation": "", "agree": "on"})

    assert (refused.status_code, answer.status_code) == (422, 303)
    assert CaseStudyPage.objects.get().author == "Zoe P."
    assert "Zoe P." in words_of(zoe.get(base))


def test_a_story_is_taken_back_in_one_press_or_two(zoe: Client, enrolment: Enrolment):
    base = sent(zoe, enrolment)
    assert "This cannot be undone." in words_of(zoe.get(f"{base}withdraw/"))

    answers = [zoe.post(f"{base}withdraw/") for _press in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [base, base]
    shown = words_of(zoe.get(base))
    assert "You took this story back" in shown
    assert "Kanarievogel" not in shown
    assert not CaseStudyPage.objects.exists()
    for path in ("check/", "credit/", "withdraw/"):
        assert zoe.get(base + path).headers["Location"] == base
    assert "Begin my story" in words_of(zoe.get(f"/en/enrolments/{enrolment.public_id}/story/"))


def test_what_was_never_sent_is_deleted_in_one_press_or_two(zoe: Client, enrolment: Enrolment):
    base = begin(zoe, enrolment)

    answers = [zoe.post(f"{base}withdraw/") for _press in range(2)]

    assert [answer.headers["Location"] for answer in answers] == ["/en/me/stories/"] * 2
    assert not AppliedStory.objects.exists()


def test_two_tabs_send_and_take_back(zoe: Client, enrolment: Enrolment):
    base = told(zoe, enrolment)
    withdraw_story(story=AppliedStory.objects.get(), at=timezone.now())

    assert zoe.post(f"{base}check/", AGREED).status_code == 404
    assert not CaseStudyPage.objects.exists()


def test_without_a_list_of_case_studies_no_story_is_begun_and_a_begun_one_stays(zoe: Client, enrolment: Enrolment):
    CaseStudyIndexPage.objects.update(live=False)
    tell = f"/en/enrolments/{enrolment.public_id}/story/"
    assert "no story can be told yet" in words_of(zoe.get(tell))
    assert zoe.post(tell).status_code == 200
    assert not AppliedStory.objects.exists()

    CaseStudyIndexPage.objects.update(live=True)
    base = told(zoe, enrolment)
    CaseStudyIndexPage.objects.update(live=False)
    answer = zoe.post(f"{base}check/", AGREED)

    assert answer.status_code == 422
    assert "Your answers are saved: send it later." in words_of(answer)
    assert AppliedStory.objects.get().consented_at is None


def test_only_who_completed_a_course_tells_of_it(course: Course):
    half_way = enrol(course)
    browser = signed_in(half_way.learner)

    for method in (browser.get, browser.post):
        assert method(f"/en/enrolments/{half_way.public_id}/story/").status_code == 404
    assert "/story/" not in words_of(browser.get("/en/courses/digital-basics/"))
    assert not AppliedStory.objects.exists()


def test_a_foreign_story_is_as_none(zoe: Client, enrolment: Enrolment):
    base = told(zoe, enrolment)
    somebody = signed_in(make_learner())
    nowhere = f"/en/me/stories/{uuid4()}/"

    for path in ("", "questions/1/", "check/", "credit/", "withdraw/"):
        assert somebody.get(base + path).status_code == somebody.get(nowhere + path).status_code == 404
    assert somebody.post(f"{base}questions/1/", {"text": "Mine."}).status_code == 404
    assert somebody.post(f"/en/enrolments/{enrolment.public_id}/story/").status_code == 404
    assert zoe.get(f"{base}questions/7/").status_code == 404
    assert AppliedStory.objects.get().situation == ANSWERS["situation"]


def test_a_list_costs_the_same_for_one_story_and_for_three(zoe: Client, enrolment: Enrolment):
    sent(zoe, enrolment)
    zoe.get("/en/me/stories/")
    with counted_queries() as one:
        zoe.get("/en/me/stories/")
    for number in range(2):
        other = enrol(make_course(slug=f"other-{number}", lesson_count=1, has_certificate=False), enrolment.learner)
        AppliedStory.objects.create(
            learner=enrolment.learner,
            course=other.course,
            language="en",
            created_at=timezone.now(),
            changed_at=timezone.now(),
        )
    zoe.get("/en/me/stories/")
    with counted_queries() as three:
        zoe.get("/en/me/stories/")
    assert len(one) == len(three)
