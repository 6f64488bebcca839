"""The screen of a release: what an editor sees and decides, who has to agree, and that there is no way round it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowTask

from accounts.models import User
from courses.models import Course, CourseEdition, LessonPage, Release
from courses.operations import releasing as content
from courses.operations.releasing import ReleaseRefused, release_due
from courses.operations.settling import one_edition
from foundation.models import Job, OutboxMessage
from foundation.operations import deliver_message
from progress import operations
from progress.models import ItemCompletion, Regrade
from progress.operations import releasing
from progress.operations.regrading import REGRADE
from progress.rules.regrading import Policy
from tests.courses.builders import (
    add_lesson,
    add_module,
    build_course_page,
    course_page,
    lesson_body,
    lesson_pages,
    make_course,
    module_pages,
    publish,
    quiz_pages,
)
from tests.people import make_editor, make_learner, make_reviewer, make_user, signed_in
from tests.progress.builders import (
    answer,
    do_lessons,
    enrol,
    question_ids,
    quizzes_of,
    right_options,
    start,
    wrong_option,
)
from tests.progress.regrades import run_jobs

pytestmark = pytest.mark.django_db

REASON = "Option B was right too."


@pytest.fixture
def sofia():
    return make_editor("sofia", email="sofia@learn.example")


@pytest.fixture
def ruth():
    return make_reviewer("ruth", email="ruth@learn.example")


def address(course: Course, query: str = "") -> str:
    return reverse("progress_release", args=[course.key]) + query


def change_key(course: Course, by: User | None = None) -> None:
    """Draft another right answer to the first question of the quiz."""
    page = quiz_pages(course)[0]
    questions = [dict(block) for block in page.questions.raw_data]
    first, second = questions[0]["value"]["options"][:2]
    first["value"]["correct"], second["value"]["correct"] = False, True
    page.questions = questions
    page.save_revision(user=by)


def change_lesson(
    course: Course, by: User | None = None, *, number: int = 0, words: str = "Other words."
) -> LessonPage:
    page = lesson_pages(course)[number]
    page.body = lesson_body("same", words=words)
    page.save_revision(user=by)
    return page


def fail_narrowly(course: Course) -> User:
    """Somebody who did the lessons and chose what is right by the new key only: 1 of 3, 2 are needed."""
    learner = make_learner()
    enrolment = enrol(course, learner)
    do_lessons(enrolment)
    attempt = start(enrolment, quizzes_of(course)[0])
    first, second, third = question_ids(attempt)
    answer(attempt, first, [wrong_option(attempt, first)])
    answer(attempt, second, right_options(attempt, second))
    answer(attempt, third, [wrong_option(attempt, third)])
    operations.submit_attempt(attempt=attempt, at=timezone.now())
    return learner


def filled(page, **changes):
    """Return what the form of a screen sends as it is drawn, with changes: what a browser without scripts does."""
    form, desk = page.context["form"], page.context["desk"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    sent["draft"] = [row.page_id for row in (*desk.rows, *desk.apart) if row.ticked]
    sent |= {decision.name: decision.chosen for decision in desk.decisions}
    if desk.completes:
        sent["completes"] = "on"
    return sent | changes


def quiz_policy(course: Course, policy: Policy) -> dict[str, str]:
    return {f"policy-{quiz_pages(course)[0].translation_key}": policy.value}


def asked(course: Course, browser, **changes) -> Release:
    """Put a release with "accept both" together in the browser, and ask for a second person."""
    page = browser.get(address(course))
    values = {"do": "ask", "reason": REASON, **quiz_policy(course, Policy.ACCEPT_BOTH), **changes}
    reply = browser.post(address(course), filled(page, **values))
    assert reply.status_code == 303, reply.context["form"].errors
    return Release.objects.get(state=Release.State.IN_REVIEW)


def check(release: Release, browser, act: str, **changes):
    """Answer a release that waits for a second person."""
    url = reverse("progress_release_page", args=[release.public_id])
    stamp = browser.get(url).context["form"]["stamp"].value()
    return browser.post(url, {"do": act, "stamp": stamp, "words": "", **changes})


def edition_number(course: Course) -> int:
    course.refresh_from_db()
    return CourseEdition.objects.filter(course=course).count()


def words_on(page) -> str:
    return page.content.decode()


# What is shown.


def test_every_draft_is_shown_in_words_with_old_beside_new_and_who_touched_it(course, sofia):
    change_key(course, sofia)
    change_lesson(course, sofia)
    fail_narrowly(course)

    page = signed_in(sofia).get(address(course))

    desk = page.context["desk"]
    assert [(row.title, row.ticked, row.touched_by) for row in desk.rows] == [
        ("Lesson 1-1", True, "Sofia"),
        ("Quiz 1-1", True, "Sofia"),
    ]
    quiz = desk.rows[1]
    assert quiz.sentences == ["Question 1: another option is now the correct one: B."]
    assert [(part.part, part.old, part.new) for part in quiz.comparisons[0].rows] == [
        ("Right answer", "Answer right.", "Answer wrong.")
    ]
    assert [figure.count for figure in desk.figures] == [1, 0, 0]
    choices = {choice.value: choice.words for choice in desk.decisions[0].choices}
    assert (
        choices["accept-both"]
        == "1 result rises; 1 of them then passes. Nobody falls. 1 person has the course complete by it."
    )
    assert desk.decisions[0].chosen == Policy.KEEP


def test_a_course_without_drafts_offers_nothing_to_release(course, sofia):
    page = signed_in(sofia).get(address(course))

    assert not page.context["desk"].may_release
    assert "Everything that editors wrote in this course is public." in words_on(page)


def test_what_cannot_be_published_is_not_ticked_and_says_why(course, sofia):
    page = quiz_pages(course)[0]
    page.questions = []
    page.save_revision(clean=False)  # as the CMS keeps a draft
    browser = signed_in(sofia)

    shown = browser.get(address(course))
    reply = browser.post(address(course), filled(shown, do="release", draft=[page.pk]))

    row = shown.context["desk"].rows[0]
    assert (row.ticked, [problem.words for problem in row.problems]) == (False, ["A quiz needs at least one question."])
    assert row.problems[0].url.endswith("-questions-section")
    assert reply.status_code == 409
    assert "cannot be published yet: A quiz needs at least one question." in words_on(reply)
    assert edition_number(course) == 1


def test_pages_in_review_and_with_a_date_of_their_own_are_apart_and_left_out(course, sofia):
    in_review = change_lesson(course)
    workflow = Workflow.objects.create(name="Check")
    task = GroupApprovalTask.objects.create(name="Look")
    task.groups.add(Group.objects.get(name="Reviewers"))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    workflow.start(Page.objects.get(pk=in_review.pk).specific, sofia)
    dated = lesson_pages(course)[1]
    dated.go_live_at = timezone.now() + timedelta(days=3)
    dated.title = "Later"
    dated.save_revision()

    desk = signed_in(sofia).get(address(course)).context["desk"]

    assert [(row.title, row.ticked) for row in desk.apart] == [("Lesson 1-1", False), ("Later", False)]
    assert list(desk.rows) == []


def test_a_language_that_lacks_the_change_is_named(sofia):
    course = make_course(languages=("it",))
    change_lesson(course)
    new = add_lesson(module_pages(course)[0], "new", live=False)
    new.save_revision()

    desk = signed_in(sofia).get(address(course)).context["desk"]

    assert list(desk.missing) == [
        "“Lesson 1-1” in Italian keeps the text of before this change.",
        "“Lesson new” is not there in Italian. There it shows in English, with a note.",
    ]


def test_the_number_of_queries_does_not_grow_with_people(course, sofia, django_assert_max_num_queries):
    change_key(course)
    browser = signed_in(sofia)
    fail_narrowly(course)
    with django_assert_max_num_queries(200) as few:
        browser.get(address(course))
    for _person in range(5):
        fail_narrowly(course)
    with django_assert_max_num_queries(len(few)):
        browser.get(address(course))


# What happens.


def test_release_publishes_what_is_ticked_as_one_edition_and_leaves_the_rest(course, sofia):
    change_lesson(course)
    other = change_lesson(course, number=1)
    browser = signed_in(sofia)
    page = browser.get(address(course))
    sent = filled(page, do="release", draft=[lesson_pages(course)[0].pk])

    first = browser.post(address(course), sent)
    second = browser.post(address(course), sent)

    release = Release.objects.get()
    assert (release.state, release.edition.number, release.released_by) == (Release.State.RELEASED, 2, sofia)
    assert first.headers["Location"] == second.headers["Location"] == f"/cms/releases/{release.public_id}/"
    assert edition_number(course) == 2
    assert Page.objects.get(pk=other.pk).has_unpublished_changes


def test_saved_for_later_it_comes_back_as_it_was(course, sofia):
    change_lesson(course)
    change_lesson(course, number=1)
    browser = signed_in(sofia)
    page = browser.get(address(course))
    ticked = [lesson_pages(course)[1].pk]

    browser.post(
        address(course),
        filled(page, do="save", draft=ticked, note="Read it again.", due_date="2030-05-01", due_time="09:30"),
    )
    again = browser.get(address(course))

    assert edition_number(course) == 1
    sent = filled(again)
    assert (sent["draft"], sent["note"], str(sent["due_date"]), str(sent["due_time"])) == (
        ticked, "Read it again.", "2030-05-01", "09:30:00"
    )  # fmt: skip


def test_a_set_time_is_that_of_the_sites_clock_and_the_worker_keeps_it(course, sofia):
    change_lesson(course)
    browser = signed_in(sofia)
    page = browser.get(address(course))

    over = browser.post(address(course), filled(page, do="schedule", due_date="2020-05-01", due_time="09:30"))
    browser.post(address(course), filled(page, do="schedule", due_date="2030-05-01", due_time="09:30"))

    release = Release.objects.get()
    assert "This time is over." in words_on(over)
    assert (release.state, release.due_at.isoformat()) == (Release.State.SCHEDULED, "2030-05-01T07:30:00+00:00")
    assert release_due(at=release.due_at) == 1
    assert edition_number(course) == 2


def test_a_new_step_binds_who_starts_from_now_on_or_everybody(course, sofia):
    enrolment = enrol(course)
    new = add_lesson(module_pages(course)[0], "new", live=False)
    new.save_revision()
    browser = signed_in(sofia)
    page = browser.get(address(course))
    decision = page.context["desk"].decisions[0]

    browser.post(address(course), filled(page, do="release", **{decision.name: "all"}))

    assert [choice.words for choice in decision.choices] == [
        "To 1 person on the way it is an extra. Usual choice.",
        "Something new to do for 1 person, and one message that says so. Who is done with the course is not touched.",
    ]
    entry = next(
        e for e in CourseEdition.objects.get(number=2).manifest["items"] if e["key"] == str(new.translation_key)
    )
    assert entry["binds"] == [[0, None]]
    assert enrolment.start_edition.number == 1


def test_people_with_nothing_left_complete_only_when_that_is_ticked(course, sofia):
    enrolment = enrol(course)
    do_lessons(enrolment)
    quiz = quiz_pages(course)[0]
    quiz.required = False
    quiz.save_revision()
    browser = signed_in(sofia)
    page = browser.get(address(course))

    assert page.context["desk"].completes_words == "Record the completion of 1 person"
    browser.post(address(course), filled(page, do="release", completes="on"))

    assert Job.objects.filter(kind="progress.complete").count() == 1


def test_what_was_not_asked_is_asked_before_anything_goes_out(course, sofia):
    """A quiz ticked after the screen was drawn without it: its policy was no choice of anybody's."""
    fail_narrowly(course)
    change_key(course)
    browser = signed_in(sofia)
    page = browser.get(address(course))
    sent = filled(page, do="release")
    del sent[f"policy-{quiz_pages(course)[0].translation_key}"]

    reply = browser.post(address(course), sent)

    assert reply.status_code == 409
    assert "There is something to decide" in words_on(reply)
    assert edition_number(course) == 1


def test_a_course_that_was_never_published_is_released_whole(sofia):
    page = build_course_page(slug="new-course", title="New course", live=False)
    module = add_module(page, 1, live=False)
    lesson = add_lesson(module, "1-1", live=False)
    for draft in (page, module, lesson):
        draft.save_revision(user=sofia)
    browser = signed_in(sofia)
    url = reverse("progress_release", args=[page.translation_key])
    shown = browser.get(url)

    reply = browser.post(url, filled(shown, do="release"))

    assert [row.title for row in shown.context["desk"].rows] == ["New course", "Module 1", "Lesson 1-1"]
    assert reply.status_code == 303
    edition = CourseEdition.objects.get(course__key=page.translation_key)
    assert (edition.number, edition.manifest["live"], len(edition.manifest["items"])) == (1, True, 1)


# The second person.


def test_marks_under_a_certificate_need_a_reason_and_a_second_person(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    browser = signed_in(sofia)
    page = browser.get(address(course))
    both = quiz_policy(course, Policy.ACCEPT_BOTH)

    alone = browser.post(address(course), filled(page, do="release", reason=REASON, **both))
    without_reason = browser.post(address(course), filled(page, do="ask", **both))

    assert "Somebody else has to agree to this release before it goes out." in words_on(alone)
    assert "Say why marks are changed." in words_on(without_reason)
    assert edition_number(course) == 1
    assert not Regrade.objects.filter(decided_at__isnull=False).exists()


def test_a_second_person_agrees_and_it_goes_out_with_its_regrade(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    release = asked(course, signed_in(sofia))

    reply = check(release, signed_in(ruth), "agree")

    release.refresh_from_db()
    assert reply.status_code == 303
    assert (release.state, release.created_by, release.approved_by) == (Release.State.RELEASED, sofia, ruth)
    regrade = Regrade.objects.get()
    assert (regrade.policy, regrade.decided_at, regrade.job.kind) == (Policy.ACCEPT_BOTH, release.released_at, REGRADE)
    page = signed_in(sofia).get(reply.headers["Location"])
    assert "Count both answers as right" in words_on(page)
    assert REASON in words_on(page)


def test_it_waits_on_the_first_page_of_who_may_agree_and_on_nobody_elses(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    asked(course, signed_in(sofia))

    assert "Waits for you" in words_on(signed_in(ruth).get("/cms/"))
    assert "Waits for you" not in words_on(signed_in(sofia).get("/cms/"))


def test_sent_back_with_words_it_is_the_authors_again(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    release = asked(course, signed_in(sofia))
    browser = signed_in(ruth)

    silent = check(release, browser, "back")
    check(release, browser, "back", words="Option C is right, not B.")

    release.refresh_from_db()
    assert "Say what should be different." in words_on(silent)
    assert release.state == Release.State.DRAFT
    page = signed_in(sofia).get(address(course))
    assert "Option C is right, not B." in words_on(page)
    assert filled(page)["reason"] == REASON


def test_mails_go_to_who_may_agree_and_back(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    release = asked(course, signed_in(sofia))
    check(release, signed_in(ruth), "agree")
    release.state = Release.State.IN_REVIEW  # as it was when the first mail was due
    release.save()

    for message in OutboxMessage.objects.filter(kind="progress.release.mail").order_by("pk"):
        deliver_message(message_id=message.pk, at=timezone.now())

    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["ruth@learn.example"], "Please check a release: Digital basics"),
        (["sofia@learn.example"], "Agreed: Digital basics"),
    ]
    assert f"/cms/releases/{release.public_id}/" in mail.outbox[0].body


def test_a_team_of_one_waits_a_day_and_the_operators_are_told(course, sofia, settings):
    settings.PORTAL_CONTACT_EMAIL = "operator@learn.example"
    fail_narrowly(course)
    change_key(course)
    browser = signed_in(sofia)
    page = browser.get(address(course))
    values = {"reason": REASON, **quiz_policy(course, Policy.ACCEPT_BOTH)}

    browser.post(address(course), filled(page, do="delay", **values))

    release = Release.objects.get()
    assert page.context["is_team_of_one"]
    assert (release.state, release.due_at - release.review_asked_at) == (Release.State.SCHEDULED, timedelta(hours=24))
    for message in OutboxMessage.objects.filter(kind="progress.release.mail"):
        deliver_message(message_id=message.pk, at=timezone.now())
    assert [sent.to for sent in mail.outbox] == [["operator@learn.example"]]
    with pytest.raises(ReleaseRefused):
        releasing.release_course(release=release, user=sofia, at=release.due_at)
    assert release_due(at=release.due_at - timedelta(minutes=1)) == 0
    assert release_due(at=release.due_at) == 1
    assert edition_number(course) == 2


def test_a_delay_that_is_asked_for_while_the_worker_is_at_another_release_lasts_its_day(course, sofia, monkeypatch):
    """The release was due without marks; then it changes them, and waits: its worker must not take it for due."""
    fail_narrowly(course)
    change_key(course)
    browser = signed_in(sofia)
    browser.post(address(course), filled(browser.get(address(course)), do="save"))
    release = Release.objects.get()
    at = timezone.now()
    content.schedule_release(release=release, user=sofia, due_at=at, at=at)
    publish_scheduled = content._publish_scheduled

    def delayed_just_before(due, when):
        page = browser.get(address(course))
        marks = quiz_policy(course, Policy.ACCEPT_BOTH)
        browser.post(address(course), filled(page, do="delay", reason=REASON, due_date="", due_time="", **marks))
        publish_scheduled(due, when)

    monkeypatch.setattr(content, "_publish_scheduled", delayed_just_before)

    release_due(at=at)

    release.refresh_from_db()
    assert release.state == Release.State.SCHEDULED
    assert release.due_at - release.review_asked_at == timedelta(hours=24)
    assert edition_number(course) == 1
    with pytest.raises(ReleaseRefused, match="waits for its time"):
        content.publish_release(release=release, user=sofia, at=at)


def test_asked_twice_nobody_is_asked_again(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    browser = signed_in(sofia)
    sent = filled(browser.get(address(course)), do="ask", reason=REASON, **quiz_policy(course, Policy.ACCEPT_BOTH))

    first = browser.post(address(course), sent)
    second = browser.post(address(course), sent)

    assert first.headers["Location"] == second.headers["Location"]
    assert OutboxMessage.objects.filter(kind="progress.release.mail").count() == 1


def test_undo_is_another_release_without_drafts(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    author, second = signed_in(sofia), signed_in(ruth)
    out = check(asked(course, author), second, "agree").headers["Location"]
    run_jobs(at=timezone.now())
    again = author.get(author.get(out).context["again_url"])
    values = {"reason": "It was right at first.", **quiz_policy(course, Policy.AS_FIRST_MARKED)}
    author.post(address(course), filled(again, do="ask", **values))

    check(Release.objects.get(state=Release.State.IN_REVIEW), second, "agree")
    run_jobs(at=timezone.now())

    choices = {choice.value: choice.words for choice in again.context["desk"].decisions[0].choices}
    assert choices["as-first-marked"] == "1 result falls; 1 would no longer pass. What was done stays done."
    attempt = course.enrolments.get().attempts.get()
    assert (edition_number(course), attempt.cached_score, attempt.mark_events.count()) == (2, 1, 3)
    assert ItemCompletion.objects.filter(enrolment=attempt.enrolment, item_key=attempt.item_key).exists()


# No way round.


@pytest.fixture
def waiting(course, sofia, ruth):
    """A release of Sofia's that needs a second person, and waits for one."""
    fail_narrowly(course)
    change_key(course, sofia)
    return asked(course, signed_in(sofia))


def test_nobody_agrees_to_their_own_release(waiting, sofia):
    reply = check(waiting, signed_in(sofia), "agree")

    assert "Somebody else must agree to it." in words_on(reply)
    waiting.refresh_from_db()
    assert waiting.state == Release.State.IN_REVIEW


def test_who_changes_a_release_becomes_its_author(waiting, course, ruth):
    browser = signed_in(ruth)
    page = browser.get(address(course))
    browser.post(address(course), filled(page, do="ask", note="A word more."))
    waiting.refresh_from_db()

    reply = check(waiting, browser, "agree")

    assert "Somebody else must agree to it." in words_on(reply)
    assert waiting.state == Release.State.IN_REVIEW


def test_a_change_after_the_agreement_takes_it_back(waiting, course, sofia, ruth):
    content.approve_release(release=waiting, user=ruth, at=timezone.now())
    browser = signed_in(sofia)
    page = browser.get(address(course))

    reply = browser.post(address(course), filled(page, do="release", **quiz_policy(course, Policy.EVEN_IF_LOWER)))

    waiting.refresh_from_db()
    assert "Somebody else has to agree" in words_on(reply)
    assert (waiting.state, waiting.approved_at) == (Release.State.DRAFT, None)


def test_what_was_changed_while_somebody_read_it_is_not_agreed_to(waiting, course, sofia, ruth):
    url = reverse("progress_release_page", args=[waiting.public_id])
    browser, author = signed_in(ruth), signed_in(sofia)
    stamp = browser.get(url).context["form"]["stamp"].value()
    values = filled(author.get(address(course)), do="ask", **quiz_policy(course, Policy.EVEN_IF_LOWER))
    author.post(address(course), values)

    reply = browser.post(url, {"do": "agree", "stamp": stamp})

    assert reply.status_code == 409
    assert "This release was changed after you opened it." in words_on(reply)
    assert edition_number(course) == 1


def test_a_draft_that_is_edited_after_the_agreement_does_not_go_out(waiting, course, sofia, ruth):
    """The revision that was agreed to is kept; what is written later makes another."""
    change_key(course, sofia)
    page = quiz_pages(course)[0]
    page.title = "Something else"
    page.save_revision(user=sofia)

    check(waiting, signed_in(ruth), "agree")

    assert quiz_pages(course)[0].title == "Quiz 1-1"
    assert quiz_pages(course)[0].has_unpublished_changes


@pytest.mark.parametrize("act", ["release", "schedule", "delay"])
def test_no_button_goes_past_the_second_person(waiting, course, sofia, act):
    browser = signed_in(sofia)
    page = browser.get(address(course))

    reply = browser.post(address(course), filled(page, do=act, due_date="2030-05-01", due_time="09:30"))

    assert reply.status_code == 409
    assert edition_number(course) == 1
    assert not Release.objects.filter(state=Release.State.SCHEDULED).exists()


def test_no_operation_of_the_content_goes_past_it_either(waiting, sofia):
    at = timezone.now()

    with pytest.raises(ReleaseRefused, match="Somebody else has to agree"):
        content.publish_release(release=waiting, user=sofia, at=at)
    content.schedule_release(release=waiting, user=sofia, due_at=at + timedelta(days=2), at=at)
    assert release_due(at=at + timedelta(days=2)) == 0

    waiting.refresh_from_db()
    assert waiting.state == Release.State.STOPPED
    assert "Somebody else has to agree" in waiting.problem


def test_taking_the_certificate_away_for_a_moment_lets_nobody_change_marks_alone(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course)
    with one_edition(cause="publish", at=timezone.now()):
        publish(course_page(course), certificate_definitions=[])
        publish_required(course, required=False)
    browser = signed_in(sofia)
    page = browser.get(address(course))

    reply = browser.post(
        address(course), filled(page, do="release", reason=REASON, **quiz_policy(course, Policy.ACCEPT_BOTH))
    )

    assert "Somebody else has to agree" in words_on(reply)


def publish_required(course: Course, *, required: bool) -> None:
    page = quiz_pages(course)[0]
    latest = page.get_latest_revision()
    page.required = required
    page.save(update_fields=["required"])
    page.latest_revision = latest


def test_a_copy_of_a_release_takes_no_agreement_along(waiting, course, sofia, ruth):
    content.approve_release(release=waiting, user=ruth, at=timezone.now())
    browser = signed_in(sofia)
    page = browser.get(address(course))

    reply = browser.post(address(course), filled(page, do="release", release=str(uuid4()), stamp=""))

    assert "Somebody else has to agree" in words_on(reply)
    assert edition_number(course) == 1


def test_the_public_id_of_a_release_of_another_course_opens_nothing(course, sofia):
    change_lesson(course)
    other = make_course(slug="other", title="Other course")
    elsewhere = content.save_release(course=other, user=sofia, revisions=[], note="Theirs.", at=timezone.now())
    browser = signed_in(sofia)
    page = browser.get(address(course))

    reply = browser.post(address(course), filled(page, do="save", release=str(elsewhere.public_id)))

    elsewhere.refresh_from_db()
    assert reply.status_code == 303
    assert (elsewhere.course, elsewhere.note) == (other, "Theirs.")
    assert Release.objects.get(course=course).public_id != elsewhere.public_id


def test_agreed_twice_to_what_cannot_go_out_the_author_is_told_once(waiting, course, sofia, ruth):
    with one_edition(cause="publish", at=timezone.now()):
        publish(quiz_pages(course)[0], title="Published alone")
    browser = signed_in(ruth)

    first, second = check(waiting, browser, "agree"), check(waiting, browser, "agree")

    assert (first.status_code, second.status_code) == (409, 409)
    assert OutboxMessage.objects.filter(kind="progress.release.mail", key__contains=":agreed:").count() == 1


# Two at once.


def test_who_comes_second_sees_what_changed_and_keeps_what_they_chose(course, sofia, ruth):
    change_lesson(course)
    change_lesson(course, number=1)
    first, second = signed_in(sofia), signed_in(ruth)
    hers = filled(second.get(address(course)), do="release", note="My own words.")
    first.post(address(course), filled(first.get(address(course)), do="release", draft=[lesson_pages(course)[0].pk]))

    reply = second.post(address(course), hers)

    assert reply.status_code == 409
    assert "Edition 2 was published by Sofia" in words_on(reply)
    assert "My own words." in words_on(reply)
    assert edition_number(course) == 2
    again = second.post(address(course), filled(reply, do="release"))
    assert again.status_code == 303
    assert edition_number(course) == 3


def test_a_draft_saved_meanwhile_is_looked_at_before_it_goes_out(course, sofia, ruth):
    change_lesson(course)
    browser = signed_in(sofia)
    sent = filled(browser.get(address(course)), do="release")
    change_lesson(course, ruth, words="Words that nobody looked at.")

    reply = browser.post(address(course), sent)

    assert "“Lesson 1-1” was changed by Ruth" in words_on(reply)
    assert edition_number(course) == 1
    assert browser.post(address(course), filled(reply, do="release")).status_code == 303


def test_a_release_that_somebody_else_saved_is_not_overwritten_unseen(course, sofia, ruth):
    change_lesson(course)
    first, second = signed_in(sofia), signed_in(ruth)
    first.post(address(course), filled(first.get(address(course)), do="save", note="Sofia's."))
    hers = filled(second.get(address(course)), do="save", note="Ruth's.")
    first.post(address(course), filled(first.get(address(course)), do="save", note="Sofia's, better."))

    reply = second.post(address(course), hers)

    assert reply.status_code == 409
    assert "Sofia saved this release" in words_on(reply)
    assert Release.objects.get().note == "Sofia's, better."


# Who may not.


def test_only_those_who_may_publish_the_course_see_its_releases_and_its_key(course, sofia, ruth):
    fail_narrowly(course)
    change_key(course, sofia)
    release = asked(course, signed_in(sofia))
    attempt = release.regrades.get().course.enrolments.get().attempts.get()
    quiz = quiz_pages(course)[0]
    writer = make_user("writer", role="editor-elsewhere")
    group = Group.objects.create(name="Writers")
    group.permissions.add(*Group.objects.get(name="Editors").permissions.all())
    for right in ("add_page", "change_page"):
        rights = GroupPagePermission.objects.filter(permission__codename=right).first()
        GroupPagePermission.objects.create(group=group, page=course_page(course), permission=rights.permission)
    writer.groups.add(group)
    addresses = [
        address(course),
        reverse("progress_releases_of", args=[course.key]),
        reverse("progress_release_page", args=[release.public_id]),
        reverse("progress_attempts", args=[course.key, quiz.translation_key]),
        reverse("progress_marking", args=[attempt.public_id]),
    ]

    browser = signed_in(writer)
    for url in addresses:
        reply = browser.get(url)
        assert reply.status_code in {302, 403, 404}, url
        assert "Answer wrong." not in words_on(reply)
        assert browser.post(url, {"do": "agree"}).status_code in {302, 403, 404, 405}
    assert "Digital basics" not in words_on(browser.get(reverse("progress_releases")))
    release.refresh_from_db()
    assert release.state == Release.State.IN_REVIEW


def test_attempts_without_names_name_nobody(course, sofia):
    learner = fail_narrowly(course)
    learner.display_name = "Nives Unmistakable"
    learner.save()
    enrolment = course.enrolments.get()
    quiz = quiz_pages(course)[0]
    browser = signed_in(sofia)

    listed = browser.get(reverse("progress_attempts", args=[course.key, quiz.translation_key]))
    shown = browser.get(reverse("progress_marking", args=[enrolment.attempts.get().public_id]))

    assert listed.status_code == shown.status_code == 200
    assert "1 of 3, not passed" in words_on(listed)
    for page in (listed, shown):
        for secret in ("Nives", learner.username, str(enrolment.public_id)):
            assert secret not in words_on(page)


def test_the_ways_to_a_release(course, sofia):
    browser = signed_in(sofia)
    lesson = lesson_pages(course)[0]

    for page in (course_page(course), lesson):
        assert address(course) in words_on(browser.get(reverse("wagtailadmin_pages:edit", args=[page.pk])))
    index = browser.get(reverse("wagtailadmin_explore", args=[course_page(course).get_parent().pk]))
    assert address(course) in words_on(index)
    assert reverse("progress_releases") in words_on(index)
    assert reverse("progress_releases") in words_on(browser.get(reverse("wagtailadmin_home"))), "in the menu"


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_presses_at_once_are_one_release():
    course, sofia = make_course(), make_editor("sofia")
    make_reviewer("ruth")
    change_lesson(course)
    browsers = [signed_in(sofia) for _press in range(4)]
    sent = filled(browsers[0].get(address(course)), do="release")

    def press(browser):
        try:
            return browser.post(address(course), sent)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        replies = list(pool.map(press, browsers))

    release = Release.objects.get()
    assert (release.state, edition_number(course)) == (Release.State.RELEASED, 2)
    assert [(reply.status_code, reply.headers.get("Location")) for reply in replies] == [
        (303, f"/cms/releases/{release.public_id}/")
    ] * 4
