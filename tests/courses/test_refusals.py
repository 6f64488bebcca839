"""What cannot be published is refused in the editor, in words at the field; the draft is kept and nothing live changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry
from wagtail.test.utils.form_data import inline_formset, streamfield

from courses.models import Course, CourseEdition, CoursePage, LessonPage, QuizPage
from courses.operations.settling import one_edition
from courses.rules.completable import circle_from
from courses.tasks import publish_scheduled
from tests.courses.builders import (
    NOON,
    add_lesson,
    add_module,
    build_course_page,
    course_page,
    in_language,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)
from tests.courses.forms import (
    GOOD_QUESTION,
    add,
    course_form,
    edit,
    form_of,
    lesson_form,
    question,
    quiz_form,
)
from tests.people import make_editor, make_operator, signed_in

pytestmark = pytest.mark.django_db

STEP_WORDS = "Keep this step required, or first publish another step that is."
COURSE_WORDS = "Tick “required” in at least one step first."


@pytest.fixture
def course():
    """Two lessons and a quiz: only the first lesson is required."""
    course = make_course(lesson_count=2)
    with one_edition(cause="publish", at=NOON):
        for page in (lesson_pages(course)[1], quiz_pages(course)[0]):
            publish(page, required=False)
    course.refresh_from_db()
    return course


@pytest.fixture
def browser():
    return signed_in(make_editor())


def errors_of(response, field):
    """Return what the form says at a field; "" is the form as a whole."""
    assert response.status_code == 200
    form = response.context["form"]
    return " ".join(form.errors.get(field or "__all__", []))


def manifest_of(course):
    return Course.objects.get(key=course.key).current_edition.manifest


def refused_then_kept(course, browser, page, field, words, **changes):
    """Publish a change of a live page, read the refusal, save the same as a draft: kept, and nothing live changed."""
    before, count = manifest_of(course), CourseEdition.objects.count()
    response = edit(browser, page, action="publish", **changes)
    assert words in errors_of(response, field)
    assert " ".join(str(part) for part in words.split()) in " ".join(response.text.split())
    assert edit(browser, page, **changes).status_code == 302
    assert (manifest_of(course), CourseEdition.objects.count()) == (before, count)
    fresh = Page.objects.get(pk=page.pk).specific
    assert fresh.has_unpublished_changes
    return fresh.get_latest_revision_as_object()


def test_a_step_that_would_leave_none_required_is_refused_at_the_field(course, browser):
    draft = refused_then_kept(course, browser, lesson_pages(course)[0], "required", STEP_WORDS, required="")
    assert draft.required is False

    with one_edition(cause="publish", at=NOON):
        publish(quiz_pages(course)[0], required=True)
    assert edit(browser, lesson_pages(course)[0], action="publish", required="").status_code == 302
    assert [entry["required"] for entry in manifest_of(course)["items"]] == [False, False, True]


@pytest.mark.parametrize("model", [LessonPage, QuizPage])
def test_a_first_step_that_is_optional_is_refused_and_kept_as_a_draft(browser, model):
    course = make_course(lesson_count=0, quiz_count=0)
    module = module_pages(course)[0]
    form = lesson_form(required="") if model is LessonPage else quiz_form(GOOD_QUESTION, required="")

    assert STEP_WORDS in errors_of(add(browser, module, model, form, action="publish"), "required")
    assert not model.objects.exists()
    assert add(browser, module, model, form).status_code == 302
    assert (model.objects.get().live, model.objects.get().required) == (False, False)


def test_an_optional_step_beside_a_required_one_is_published(course, browser):
    assert (
        add(browser, module_pages(course)[0], LessonPage, lesson_form(required=""), action="publish").status_code == 302
    )
    assert len(manifest_of(course)["items"]) == 4


def test_a_step_of_a_course_that_is_not_live_yet_may_be_optional(browser):
    with one_edition(cause="publish", at=NOON):
        page = build_course_page(slug="new", title="New", live=False)
        module = add_module(page, 1)
        add_lesson(module, "1", required=False)
    assert add(browser, module, LessonPage, lesson_form(required=""), action="publish").status_code == 302

    answer = edit(browser, page, action="publish")
    assert COURSE_WORDS in errors_of(answer, "")
    assert not CoursePage.objects.get(pk=page.pk).live
    with one_edition(cause="publish", at=NOON):
        add_lesson(module, "2")
    assert edit(browser, page, action="publish").status_code == 302
    assert CoursePage.objects.get(pk=page.pk).live


def test_a_module_that_brings_optional_steps_only_is_refused(browser):
    course = make_course(lesson_count=0, quiz_count=0)
    with one_edition(cause="publish", at=NOON):
        module = add_module(course_page(course), 2, live=False)
        add_lesson(module, "1", required=False)
    assert COURSE_WORDS in errors_of(edit(browser, module, action="publish"), "")
    assert not Page.objects.get(pk=module.pk).live


def test_a_translation_has_no_say_in_what_is_required(browser):
    make_course(lesson_count=1, quiz_count=0, languages=("it",))
    lesson = LessonPage.objects.get(locale__language_code="it")
    assert edit(browser, lesson, action="publish", required="").status_code == 302


def test_a_bulk_publish_that_leaves_nothing_required_publishes_nothing_and_says_so(browser):
    course = make_course(lesson_count=1, quiz_count=1)
    for page in (lesson_pages(course)[0], quiz_pages(course)[0]):
        assert edit(browser, page, required="").status_code == 302
    before = manifest_of(course)
    pages = "&".join(f"id={page.pk}" for page in (lesson_pages(course)[0], quiz_pages(course)[0]))

    answer = browser.post(
        reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?{pages}&next=/cms/"
    )

    assert answer.status_code == 302
    assert manifest_of(course) == before
    assert CourseEdition.objects.count() == 1
    assert "Digital basics: Nobody could complete the course" in " ".join(browser.get("/cms/").text.split())
    assert all(page.required and page.has_unpublished_changes for page in lesson_pages(course) + quiz_pages(course))


def test_an_approval_that_leaves_nothing_required_publishes_nothing_and_says_so(browser):
    course = make_course(lesson_count=1, quiz_count=0)
    lesson = lesson_pages(course)[0]
    start_review(lesson)
    page = Page.objects.get(pk=lesson.pk).specific
    page.required = False
    page.save_revision()
    state = page.current_workflow_task_state
    operator = signed_in(make_operator())
    address = reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", state.pk))

    operator.post(address, {"next": "/cms/", "comment": ""}, headers={"referer": "http://testserver/cms/"})

    assert "Nobody could complete the course" in " ".join(operator.get("/cms/").text.split())
    assert lesson_pages(course)[0].required is True
    assert Page.objects.get(pk=page.pk).current_workflow_task_state.pk == state.pk
    assert CourseEdition.objects.count() == 1


def start_review(page):
    """Begin the review that every site has from its start, as an editor's "Submit" does."""
    from django.contrib.auth.models import Group
    from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

    task = GroupApprovalTask.objects.create(name="Second look")
    task.groups.set(Group.objects.filter(name__in=["Operators", "Reviewers"]))
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    page.save_revision()
    workflow.start(Page.objects.get(pk=page.pk).specific, make_editor())


def schedule(page, **changes):
    """Schedule a change of a page and let its time come."""
    fresh = Page.objects.get(pk=page.pk).specific
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.go_live_at = timezone.now() + timedelta(hours=1)
    revision = fresh.save_revision(clean=False)
    revision.publish()
    revision.refresh_from_db()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()


def test_what_cannot_be_published_at_its_time_is_said_and_holds_back_nothing(course, browser):
    lesson, other = lesson_pages(course)[:2]
    quiz = quiz_pages(course)[0]
    publish(other), publish(lesson), publish(quiz)
    schedule(lesson, required=False)
    schedule(other, title="A better title")
    schedule(quiz, questions=[])

    publish_scheduled()

    assert lesson_pages(course)[0].required is True
    assert lesson_pages(course)[1].title == "A better title"
    assert len(quiz_pages(course)[0].questions) == 3
    assert CourseEdition.objects.order_by("-number").first().cause == "schedule"
    html = " ".join(browser.get(reverse("wagtailadmin_pages:edit", args=(lesson.pk,))).text.split())
    assert "This page was not published at its time. Nobody could complete the course" in html
    history = " ".join(browser.get(reverse("wagtailadmin_pages:history", args=(quiz.pk,))).text.split())
    assert "This page was not published at its time. A quiz needs at least one question." in history
    publish_scheduled()
    assert PageLogEntry.objects.filter(action="courses.schedule.refused").count() == 2

    assert edit(browser, lesson, action="publish").status_code == 302
    html = browser.get(reverse("wagtailadmin_pages:edit", args=(lesson.pk,))).text
    assert "not published at its time" not in html


def test_two_steps_that_change_places_at_the_same_time_are_both_published(course):
    lesson, other = lesson_pages(course)[:2]
    publish(lesson), publish(other)
    schedule(lesson, required=False)
    schedule(other, required=True)

    publish_scheduled()

    assert [page.required for page in lesson_pages(course)] == [False, True]


# Quizzes


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (quiz_form(), "A quiz needs at least one question."),
        (quiz_form(question(("Yes.", False), ("No.", False))), "No answer is marked as right. Mark one."),
        (quiz_form(question(("Yes.", True), ("No.", True))), "More than one answer is marked as right."),
        (
            quiz_form(question(("Yes.", False), ("No.", False), kind="multiple_choice")),
            "No answer is marked as right. Mark at least one.",
        ),
        (quiz_form(question(kind="multiple_choice")), "The minimum number of items is 2"),
        (quiz_form(GOOD_QUESTION, pass_mark="101"), "Ensure this value is less than or equal to 100."),
        (quiz_form(GOOD_QUESTION, pass_mark="0"), "Ensure this value is greater than or equal to 1."),
        (quiz_form(GOOD_QUESTION, minutes="0"), "Ensure this value is greater than or equal to 1."),
    ],
    ids=["no question", "no right", "two rights", "no right of many", "no options", "above all", "no mark", "no time"],
)  # fmt: skip
def test_a_quiz_that_cannot_be_passed_is_refused_and_kept_as_a_draft(course, browser, form, words):
    module = module_pages(course)[0]
    before = manifest_of(course)
    answer = add(browser, module, QuizPage, form, action="publish")
    assert answer.status_code == 200
    assert words in answer.text
    assert not QuizPage.objects.filter(slug="quiz-new").exists()

    assert add(browser, module, QuizPage, form).status_code == 302
    quiz = QuizPage.objects.get(slug="quiz-new")
    assert (quiz.live, quiz.pass_mark) == (False, int(form["pass_mark"]))
    answer = edit(browser, quiz, form, action="publish")
    assert (answer.status_code, words in answer.text) == (200, True)
    assert manifest_of(course) == before


def test_a_number_that_no_draft_can_hold_is_said_at_the_field(course, browser):
    answer = add(browser, module_pages(course)[0], QuizPage, quiz_form(GOOD_QUESTION, minutes="99999"))
    assert errors_of(answer, "minutes") == "This number is too large."


def test_publishing_another_key_without_a_right_answer_changes_nothing_live(course, browser):
    quiz = quiz_pages(course)[0]
    form = form_of(quiz, title="Other words")
    del form["questions"]["0"]["value"]["options"]["0"]["value"]["correct"]
    before = manifest_of(course)

    answer = edit(browser, quiz, form, action="publish")

    assert "No answer is marked as right. Mark one." in answer.text
    assert edit(browser, quiz, form).status_code == 302
    assert manifest_of(course) == before
    assert quiz_pages(course)[0].get_latest_revision_as_object().title == "Other words"


# Circles of courses


def test_a_course_that_needs_itself_is_refused_at_the_entry(course, browser):
    page = course_page(course)
    form = {**form_of(page), **course_form(prerequisites=[course], title=page.title, slug=page.slug)}
    answer = edit(browser, page, form, action="publish")
    assert "A course cannot need itself." in prerequisite_errors(answer)
    assert "A course cannot need itself." in answer.text
    assert edit(browser, page, form).status_code == 302
    assert manifest_of(course)["course"]["prerequisites"] == []


def prerequisite_errors(answer):
    assert answer.status_code == 200
    forms = answer.context["form"].formsets["prerequisites"].forms
    return " ".join(words for form in forms for words in form.errors.get("course", []))


def need(browser, page, *courses, action="publish"):
    return edit(browser, page, form_of(page, **{"prerequisites": inline_formset(
        [{"course": str(course.pk)} for course in courses])}), action=action)  # fmt: skip


def test_courses_that_need_each_other_are_refused_with_the_names_of_the_circle(course, browser):
    phones = make_course(slug="phones", title="Safe phones", lesson_count=1, quiz_count=0)
    mails = make_course(slug="mails", title="Kind mails", lesson_count=1, quiz_count=0)
    assert need(browser, course_page(course), phones).status_code == 302
    assert "Safe phones → Digital basics → Safe phones" in prerequisite_errors(
        need(browser, course_page(phones), course)
    )
    assert need(browser, course_page(phones), mails).status_code == 302
    before = manifest_of(mails)

    answer = need(browser, course_page(mails), course)

    assert "Kind mails → Digital basics → Safe phones → Kind mails" in prerequisite_errors(answer)
    assert need(browser, course_page(mails), course, action="").status_code == 302
    assert manifest_of(mails) == before
    pages = f"?id={course_page(mails).pk}&next=/cms/"
    browser.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + pages)
    assert "Kind mails: This goes round in a circle" in " ".join(browser.get("/cms/").text.split())
    assert manifest_of(mails) == before


def test_a_course_needed_twice_on_different_ways_is_no_circle(course, browser):
    phones = make_course(slug="phones", title="Safe phones", lesson_count=1, quiz_count=0)
    mails = make_course(slug="mails", title="Kind mails", lesson_count=1, quiz_count=0)
    for page, needed in ((phones, [course]), (mails, [course, phones])):
        assert need(browser, course_page(page), *needed).status_code == 302
    assert manifest_of(mails)["course"]["prerequisites"] == [str(course.key), str(phones.key)]


# The rules alone


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["a"], "d": ["a"]}, ["a", "c", "a"]),
    ],
)
def test_the_shortest_circle_from_a_course_is_found(needs, circle):
    assert circle_from("a", needs) == circle


# What the CMS keeps by itself


def autosave(browser, module, **fields):
    from tests.courses.forms import sent

    address = reverse("wagtailadmin_pages:add", args=("courses", "lessonpage", module.pk))
    return browser.post(address, sent(lesson_form(**fields)), headers={"accept": "application/json"})


@pytest.mark.parametrize("action", ["publish", ""])
def test_saving_by_hand_while_the_cms_keeps_the_new_page_makes_one_page(course, browser, action):
    module = module_pages(course)[0]
    assert autosave(browser, module).json()["success"]

    answer = add(browser, module, LessonPage, lesson_form(summary="And more."), action=action)

    assert answer.status_code == 302
    page = LessonPage.objects.get(title="Lesson: new")
    assert (page.live, page.slug, page.get_latest_revision_as_object().summary) == (
        bool(action),
        "lesson-new",
        "And more.",
    )
    parent = Page.objects.get(pk=module.pk)
    assert parent.numchild == parent.get_children().count() == 4
    assert len(manifest_of(course)["items"]) == (4 if action else 3)


def test_a_refused_publish_leaves_what_the_cms_kept(course, browser):
    module = module_pages(course)[0]
    autosave(browser, module)
    answer = add(browser, module, LessonPage, lesson_form(minutes="0"), action="publish")
    assert errors_of(answer, "minutes") == "Ensure this value is greater than or equal to 1."
    assert errors_of(answer, "slug") == ""
    assert LessonPage.objects.filter(slug="lesson-new", live=False).count() == 1


def test_a_page_of_somebody_else_or_of_before_is_not_replaced(course, browser):
    module = module_pages(course)[0]
    autosave(signed_in(make_editor()), module)
    answer = add(browser, module, LessonPage, lesson_form(), action="publish")
    assert "already in use" in errors_of(answer, "slug")

    page = LessonPage.objects.get(slug="lesson-new")
    Page.objects.filter(pk=page.pk).update(
        owner=browser.session["_auth_user_id"], latest_revision_created_at=timezone.now() - timedelta(minutes=1)
    )
    answer = add(browser, module, LessonPage, lesson_form(), action="publish")
    assert "already in use" in errors_of(answer, "slug")


def test_what_the_cms_keeps_late_does_not_replace_the_draft_that_was_saved(course, browser):
    module = module_pages(course)[0]
    assert add(browser, module, LessonPage, lesson_form()).status_code == 302
    saved = LessonPage.objects.get(slug="lesson-new")

    assert autosave(browser, module).status_code == 400

    assert LessonPage.objects.get(slug="lesson-new").pk == saved.pk


def test_practice_with_limited_tries_is_refused_at_the_field_and_kept_as_a_draft(course, browser):
    words = "Practice tells which answers are right, so it cannot go with limited tries or a wait between them."
    quiz = quiz_pages(course)[0]
    draft = refused_then_kept(course, browser, quiz, "offers_practice", words, offers_practice="on", max_attempts="2")
    assert (draft.offers_practice, draft.max_attempts) == (True, 2)


def test_a_draw_that_asks_for_more_than_there_are_is_refused_at_the_field(course, browser):
    value = {"count": "4", "by": "all", "tag": "", "outcome": ""}
    words = "Draw 1 asks for 4 questions, and there may be only 3 left for it when the draws before are done."
    draws = streamfield([("draw", value)])
    refused_then_kept(course, browser, quiz_pages(course)[0], "draws", words, draws=draws)


def test_nothing_of_a_translation_is_refused_for_rules_that_are_the_source_pages(browser):
    course = make_course(languages=("it",))
    italian = in_language(quiz_pages(course)[0], "it")
    answer = edit(browser, italian, action="publish", offers_practice="on", max_attempts="2")
    assert answer.status_code == 302
