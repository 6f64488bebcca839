"""Certificates in the CMS: what is lacking is said at the field, a draft is kept, and two people change what is public."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, TaskState

from accounts.models import Issuer
from courses.models import AssignmentPage, CertificateDefinition, CourseEdition, CoursePage, Release
from courses.operations.releasing import ReleaseRefused
from courses.operations.settling import one_edition
from courses.queries.serving import course_by_key
from courses.rules.micro_credentials import ELEMENTS
from courses.tasks import publish_scheduled
from progress.operations import releasing
from tests.courses.builders import (
    ELEMENTS as WRITTEN,
)
from tests.courses.builders import (
    NOON,
    achievement,
    add_assignment,
    course_page,
    make_course,
    module_pages,
    offer_achievement,
    publish,
    quiz_pages,
    translate,
)
from tests.courses.forms import certificate_row, certificates, edit, form_of
from tests.courses.test_refusals import errors_of, manifest_of, schedule, start_review
from tests.people import make_editor, make_operator, make_reviewer, signed_in

pytestmark = pytest.mark.django_db

ALONE = "Somebody else has to agree"
FACTS = {"eqf_level": "2", "reviewed_date": "2026-10-12"}


@pytest.fixture
def course():
    """A course with a quiz that offers a certificate of participation."""
    return make_course(lesson_count=1, quiz_count=1)


@pytest.fixture
def offering():
    """A course that offers both certificates; its quiz is needed for the one of achievement."""
    return offer_achievement(make_course(lesson_count=1, quiz_count=1))


@pytest.fixture
def sofia():
    return make_editor("sofia")


@pytest.fixture
def ruth():
    return make_reviewer("ruth", email="ruth@learn.example")


@pytest.fixture
def browser(sofia):
    return signed_in(sofia)


def outcome_rows(page):
    from wagtail.test.utils.form_data import inline_formset

    rows = [{"id": str(outcome.pk), "text": outcome.text} for outcome in page.outcomes.all()]
    return inline_formset(rows, initial=len(rows))


def with_certificates(course, *rows, **fields):
    """Return the form of a course page as it is, with these certificates."""
    page = course_page(course)
    return form_of(page, certificate_definitions=certificates(*rows), outcomes=outcome_rows(page), **FACTS | fields)


def rows_of(course, **changes):
    """Return the rows of the certificates as they are; `changes` are of the one of achievement."""
    return [
        certificate_row(row, **(changes if row.kind == "achievement" else {}))
        for row in course_page(course).certificate_definitions.order_by("sort_order")
    ]


def said_at(response, name):
    """Return what the form says at a field of a certificate."""
    assert response.status_code == 200
    forms = response.context["form"].formsets["certificate_definitions"].forms
    return " ".join(words for form in forms for words in form.errors.get(name, []))


def offer_in_form(course, browser, action="publish", row=None, **fields):
    kept = rows_of(course)
    new = certificate_row(achievement(), **(row or {}))
    return edit(browser, course_page(course), with_certificates(course, *kept, new, **fields), action=action)


def need_quiz(course):
    with one_edition(cause="content", at=NOON):
        publish(quiz_pages(course)[0], needed_for_achievement=True)


# What is lacking.


def test_each_element_that_is_empty_is_said_at_its_field_and_the_draft_is_kept(course, browser):
    need_quiz(course)
    written = [name for name in ELEMENTS if name in WRITTEN]
    lacking = {name: () if name == "assessment_types" else "" for name in written}
    facts = {"eqf_level": "", "reviewed_date": "", "hours": "0"}
    edition = CourseEdition.objects.count()

    refused = offer_in_form(course, browser, row=lacking, **facts)

    assert [name for name in written if not said_at(refused, name)] == []
    assert [name for name in facts if "A certificate of achievement" not in errors_of(refused, name)] == []
    assert offer_in_form(course, browser, action="", row=lacking, **facts).status_code == 302
    assert CourseEdition.objects.count() == edition
    draft = CoursePage.objects.get(translation_key=course.key).get_latest_revision_as_object()
    assert [entry.kind for entry in draft.certificate_definitions.all()] == ["participation", "achievement"]


def test_whole_it_is_published_and_part_of_the_edition(course, browser):
    need_quiz(course)
    # A second certificate of a course that is public is for two people to decide, so the first goes.
    with one_edition(cause="content", at=NOON):
        publish(course_page(course), certificate_definitions=[])

    assert offer_in_form(course, browser).status_code == 302

    (certificate,) = manifest_of(course)["course"]["certificates"]
    assert set(certificate["texts"]["en"]) == {
        "kind", "statement", "signatory_name", "signatory_role", "criteria", "assessment_text", "eqf_reason",
        "quality_text", "quality_reviewer",
    }  # fmt: skip
    assert certificate["texts"]["en"]["criteria"] == WRITTEN["criteria"]
    assert certificate["terms"] == {"assessment_types": ["quiz"], "mode": "online"}
    assert [entry.get("needed_for_achievement") for entry in manifest_of(course)["items"]] == [None, True]


def test_nothing_that_shows_the_outcomes_is_said_at_the_kind(course, browser):
    refused = offer_in_form(course, browser)
    assert "Nothing shows the outcomes yet" in said_at(refused, "kind")


def test_a_certificate_renewed_longer_than_it_is_valid_is_refused_at_the_field(course, browser):
    need_quiz(course)
    early = offer_in_form(course, browser, row={"validity_months": "3", "recertification_months": "6"})
    endless = offer_in_form(course, browser, row={"recertification_months": "6"})
    assert "longer before its end" in said_at(early, "recertification_months")
    assert "without an end" in said_at(endless, "recertification_months")


@pytest.mark.parametrize("action", ["", "publish"])
def test_two_certificates_of_a_kind_are_refused_in_words(course, browser, action):
    refused = offer_in_form(course, browser, action=action, row={"kind": "participation"})
    assert "There is a certificate of this kind already" in said_at(refused, "kind")


def test_what_lacks_an_element_goes_out_neither_in_bulk_nor_by_approval_nor_at_its_time(course, browser):
    need_quiz(course)
    page = course_page(course)
    with one_edition(cause="content", at=NOON):
        page = publish(page, certificate_definitions=[])
    page.certificate_definitions = [achievement(criteria="")]
    page.eqf_level, page.reviewed_date = 2, date(2026, 10, 12)
    start_review(page)
    before = manifest_of(course)
    operator = signed_in(make_operator())

    browser.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?id={page.pk}&next=/cms/")
    said_in_bulk = " ".join(browser.get("/cms/").text.split())
    approve(operator, page)

    assert "Say what it takes to get the certificate." in said_in_bulk
    assert "Say what it takes to get the certificate." in " ".join(operator.get("/cms/").text.split())
    assert manifest_of(course) == before


def test_a_release_says_what_is_lacking_and_publishes_nothing(course, sofia):
    need_quiz(course)
    page = course_page(course)
    with one_edition(cause="content", at=NOON):
        page = publish(page, certificate_definitions=[])
    page.certificate_definitions = [achievement(quality_text="")]
    page.eqf_level, page.reviewed_date = 2, date(2026, 10, 12)

    with pytest.raises(ReleaseRefused, match="Say how the quality of the course is checked"):
        release_alone(course, sofia, page)


def test_a_step_and_the_certificate_that_needs_it_go_out_together_in_a_release(course, sofia):
    with one_edition(cause="content", at=NOON):
        page = publish(course_page(course), certificate_definitions=[])
    quiz = quiz_pages(course)[0]
    quiz.needed_for_achievement = True
    page.certificate_definitions = [achievement()]
    page.eqf_level, page.reviewed_date = 2, date(2026, 10, 12)

    release_alone(course, sofia, page, quiz)

    assert [entry["texts"]["en"]["kind"] for entry in manifest_of(course)["course"]["certificates"]] == ["achievement"]


# Two people.


def release_alone(course, user, *pages):
    """Have somebody release drafts of pages by themselves."""
    revisions = [(Page.objects.get(pk=page.pk), page.save_revision(user=user)) for page in pages]
    at = timezone.now()
    release = releasing.put_together(
        course=course, user=user, public_id=Release().public_id, revisions=revisions, at=at
    )
    return releasing.release_course(release=release, user=user, at=at)


def approve(browser, page):
    page = Page.objects.get(pk=page.pk).specific
    address = reverse(
        "wagtailadmin_pages:workflow_action", args=(page.pk, "approve", page.current_workflow_task_state.pk)
    )
    return browser.post(address, {"next": "/cms/", "comment": ""}, headers={"referer": "http://testserver/cms/"})


def change_statement(course):
    """Return the course page with another statement on its certificate of achievement, in memory."""
    page = course_page(course)
    definitions = list(page.certificate_definitions.all())
    next(entry for entry in definitions if entry.kind == "achievement").statement = "has learned everything."
    page.certificate_definitions = definitions
    return page


def statement_of(course):
    certificates_ = manifest_of(course)["course"]["certificates"]
    return next(
        entry["texts"]["en"]["statement"] for entry in certificates_ if entry["texts"]["en"]["kind"] == "achievement"
    )


def is_as_it_was(course):
    return statement_of(course) == "has shown what people can do after the course."


@pytest.mark.parametrize("changes", [{"statement": "knows all."}, {"validity_months": "12"}], ids=["text", "term"])
def test_one_person_does_not_change_what_a_public_certificate_says(offering, browser, changes):
    refused = edit(
        browser, course_page(offering), with_certificates(offering, *rows_of(offering, **changes)), action="publish"
    )
    kept = edit(browser, course_page(offering), with_certificates(offering, *rows_of(offering, **changes)))

    assert ALONE in errors_of(refused, "")
    assert "press “Release”" in " ".join(refused.text.split())
    assert kept.status_code == 302
    assert is_as_it_was(offering)


def test_the_course_can_be_published_while_its_certificates_say_the_same(offering, browser):
    form = with_certificates(offering, *rows_of(offering), summary="In other words.")
    assert edit(browser, course_page(offering), form, action="publish").status_code == 302
    assert manifest_of(offering)["course"]["texts"]["en"]["summary"] == "In other words."


def test_taking_a_certificate_out_or_another_in_is_a_change_too(offering, browser):
    rows = rows_of(offering)
    rows[1]["DELETE"] = "on"
    assert ALONE in errors_of(
        edit(browser, course_page(offering), with_certificates(offering, *rows), action="publish"), ""
    )


def test_facts_behind_an_achievement_are_for_two_people(offering, browser):
    form = with_certificates(offering, *rows_of(offering), hours="40")
    assert ALONE in errors_of(edit(browser, course_page(offering), form, action="publish"), "")


def test_neither_the_bulk_action_nor_the_copy_of_a_draft_goes_round_it(offering, browser):
    page = change_statement(offering)
    page.save_revision(user=make_editor())
    browser.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + f"?id={page.pk}&next=/cms/")
    assert ALONE in " ".join(browser.get("/cms/").text.split())
    assert is_as_it_was(offering)


def test_taking_the_course_down_and_up_again_does_not_go_round_it(offering, browser, sofia):
    page = change_statement(offering)
    page.save_revision(user=sofia)
    assert browser.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk])).status_code == 302
    assert manifest_of(offering)["live"] is False

    form = with_certificates(offering, *rows_of(offering, statement="knows all."))
    refused = edit(browser, course_page(offering), form, action="publish")

    assert ALONE in errors_of(refused, "")
    assert is_as_it_was(offering)


def test_a_set_time_does_not_go_round_it(offering, browser):
    page = course_page(offering)
    publish(page)
    schedule(page, certificate_definitions=list(change_statement(offering).certificate_definitions.all()))

    publish_scheduled()

    assert is_as_it_was(offering)
    html = " ".join(browser.get(reverse("wagtailadmin_pages:edit", args=(page.pk,))).text.split())
    assert "This page was not published at its time. This changes what a certificate" in html


def test_a_review_that_somebody_else_approves_is_the_second_person(offering):
    page = change_statement(offering)
    start_review(page)

    approve(signed_in(make_operator()), page)

    assert statement_of(offering) == "has learned everything."
    assert TaskState.objects.get().status == TaskState.STATUS_APPROVED


def test_an_approval_by_who_wrote_it_is_none(offering):
    author = make_operator("author")
    page = change_statement(offering)
    start_review(page)
    latest = Page.objects.get(pk=page.pk).specific.get_latest_revision()
    latest.user = author
    latest.save(update_fields=["user"])
    browser = signed_in(author)

    approve(browser, page)

    assert is_as_it_was(offering)
    assert ALONE in " ".join(browser.get("/cms/").text.split())


def in_review(course, sofia):
    """Have Sofia submit another statement to a review. Returns the page and its form as the CMS shows it then."""
    page = change_statement(course)
    start_review(page)
    Page.objects.get(pk=page.pk).revisions.update(user=sofia)
    return page, with_certificates(course, *rows_of(course, statement="has learned everything."))


def approve_in_editor(browser, page, form):
    form |= {"workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
    return edit(browser, page, form, action="workflow-action")


@pytest.mark.parametrize("place", ["editor", "dashboard"])
def test_who_only_opens_the_page_and_approves_is_the_second_person(offering, sofia, place):
    page, form = in_review(offering, sofia)
    browser = signed_in(make_operator())
    # The CMS keeps the page in the name of who has it open, and again with the approval.
    assert edit(browser, page, {**form, "summary": "Kept by itself."}).status_code == 302
    assert Page.objects.get(pk=page.pk).get_latest_revision().user.username != "sofia"

    approve(browser, page) if place == "dashboard" else approve_in_editor(browser, page, form)

    assert statement_of(offering) == "has learned everything."


@pytest.mark.parametrize("when", ["before", "while approving"])
def test_who_changes_the_certificate_in_a_review_does_not_approve_it(offering, sofia, when):
    page, _form = in_review(offering, sofia)
    browser = signed_in(make_operator())
    other = with_certificates(offering, *rows_of(offering, statement="knows all."))
    if when == "before":
        edit(browser, page, other)
        edit(browser, page, {**other, "summary": "Kept once more."})
        approve(browser, page)
        assert ALONE in " ".join(browser.get("/cms/").text.split())
    else:
        assert ALONE in errors_of(approve_in_editor(browser, page, other), "")
    assert is_as_it_was(offering)


def test_a_release_needs_a_second_person_and_goes_out_with_one(offering, sofia, ruth):
    page = change_statement(offering)
    with pytest.raises(ReleaseRefused, match="Somebody else has to agree"):
        release_alone(offering, sofia, page)
    assert is_as_it_was(offering)
    release = Release.objects.get()
    at = timezone.now()

    asked = releasing.ask_second_person(release=release, user=sofia, at=at)
    releasing.agree(release=asked, user=ruth, stamp=releasing.stamp_of(asked), at=at)

    assert statement_of(offering) == "has learned everything."


def test_no_operation_of_the_content_goes_past_the_second_person(offering, sofia, ruth):
    from courses.operations import releasing as content

    at = timezone.now()
    page = change_statement(offering)
    release = releasing.put_together(
        course=offering,
        user=sofia,
        public_id=Release().public_id,
        revisions=[(Page.objects.get(pk=page.pk), page.save_revision(user=sofia))],
        at=at,
    )
    with pytest.raises(ReleaseRefused, match="a certificate of this course would say something else"):
        content.publish_release(release=release, user=sofia, at=at)
    content.schedule_release(release=release, user=sofia, due_at=at + timedelta(days=2), at=at)
    assert content.release_due(at=at + timedelta(days=2)) == 0
    release.refresh_from_db()
    assert (release.state, is_as_it_was(offering)) == (Release.State.STOPPED, True)


def test_a_team_of_one_waits_for_a_day_and_the_operators_know(offering, sofia):
    from courses.operations.releasing import release_due
    from foundation.models import OutboxMessage

    make_operator("olga", email="olga@learn.example").groups.first().page_permissions.all().delete()
    at = timezone.now()
    page = change_statement(offering)
    release = releasing.put_together(
        course=offering,
        user=sofia,
        public_id=Release().public_id,
        revisions=[(Page.objects.get(pk=page.pk), page.save_revision(user=sofia))],
        at=at,
    )

    releasing.release_after_delay(release=release, user=sofia, at=at)

    assert release_due(at=at + timedelta(hours=23)) == 0
    assert release_due(at=at + timedelta(hours=24)) == 1
    assert statement_of(offering) == "has learned everything."
    assert OutboxMessage.objects.filter(kind="progress.release.mail", payload__what="delayed").exists()


def test_the_screen_says_what_changes_and_that_a_second_person_is_needed(offering, sofia, ruth):
    change_statement(offering).save_revision(user=sofia)

    html = " ".join(signed_in(sofia).get(reverse("progress_release", args=[offering.key])).text.split())

    assert "The certificate says: has learned everything." in html
    assert "A second person is needed." in html


def test_the_second_person_reads_the_old_and_the_new_words_of_a_draft_in_review(offering, sofia, ruth):
    page = change_statement(offering)
    entry = next(one for one in page.certificate_definitions.all() if one.kind == "achievement")
    entry.criteria, entry.validity_months = "All passed, and shown to the group.", 18
    start_review(page)
    latest = Page.objects.get(pk=page.pk).get_latest_revision()
    at = timezone.now()
    release = releasing.put_together(
        course=offering,
        user=sofia,
        public_id=Release().public_id,
        revisions=[(Page.objects.get(pk=page.pk), latest)],
        at=at,
    )
    releasing.ask_second_person(release=release, user=sofia, at=at)

    html = " ".join(signed_in(ruth).get(reverse("progress_release_page", args=[release.public_id])).text.split())

    assert f"<del>{WRITTEN['criteria']}</del>" in html
    assert "<ins>All passed, and shown to the group.</ins>" in html
    assert "<del>has shown what people can do after the course." in html
    assert "<ins>18 months</ins>" in html
    assert "No text changes" not in html


def test_types_of_assessment_in_another_order_are_no_change(offering, browser):
    types = ["project-work", "quiz"]
    with one_edition(cause="content", at=NOON):
        page = course_page(offering)
        publish(page, certificate_definitions=[achievement(assessment_types=types)])
    before = manifest_of(offering)["course"]["certificates"]

    published = edit(browser, page, with_certificates(offering, *rows_of(offering)), action="publish")

    assert published.status_code == 302
    assert manifest_of(offering)["course"]["certificates"] == before


# What the certificate of achievement takes.


def test_one_person_does_not_change_which_steps_it_takes(offering, browser):
    quiz = quiz_pages(offering)[0]
    refused = edit(browser, quiz, action="publish", needed_for_achievement="")
    assert "which steps the certificate of achievement takes" in errors_of(refused, "needed_for_achievement")
    assert edit(browser, quiz, needed_for_achievement="").status_code == 302
    assert [entry.get("needed_for_achievement") for entry in manifest_of(offering)["items"]] == [None, True]


def test_a_needed_step_stays_while_others_are_left_to_pass(offering, browser):
    with one_edition(cause="content", at=NOON):
        work = add_assignment(module_pages(offering)[0], needed_for_achievement=True)
    quiz = quiz_pages(offering)[0]
    both = [entry["key"] for entry in manifest_of(offering)["items"] if entry.get("needed_for_achievement")]

    browser.post(reverse("wagtailadmin_pages:unpublish", args=[work.pk]))
    said = " ".join(browser.get("/cms/").text.split())
    AssignmentPage.objects.filter(pk=work.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    publish_scheduled()
    one_is_left = AssignmentPage.objects.get(pk=work.pk).live

    assert "“Assignment 1” is needed for the certificate of achievement" in said
    assert one_is_left
    pages = f"?id={work.pk}&id={quiz.pk}&next=/cms/"
    browser.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "unpublish")) + pages)
    assert not AssignmentPage.objects.get(pk=work.pk).live
    refused = edit(browser, quiz, form_of(quiz, needed_for_achievement="on"), action="publish")
    assert refused.status_code == 302
    assert [entry["key"] for entry in manifest_of(offering)["items"] if entry.get("needed_for_achievement")] == []
    browser.post(reverse("wagtail_bulk_action", args=("wagtailcore", "page", "publish")) + pages)
    assert [entry["key"] for entry in manifest_of(offering)["items"] if entry.get("needed_for_achievement")] == both


# Languages and issuers.


def test_a_translation_of_a_certificate_has_texts_and_takes_its_terms_from_the_source(offering):
    with one_edition(cause="content", at=NOON):
        italian = translate(course_page(offering), "it")
        definition = italian.certificate_definitions.get(kind="achievement")
        definition.criteria, definition.mode, definition.validity_months = "Tutto superato.", "presential", 6
        kept = [italian.certificate_definitions.get(kind="participation"), definition]
        publish(italian, certificate_definitions=kept)

    entry = next(one for one in manifest_of(offering)["course"]["certificates"] if "terms" in one)

    assert entry["texts"]["it"]["criteria"] == "Tutto superato."
    assert "stackability" not in entry["texts"]["en"]
    assert entry["terms"] == {"assessment_types": ["quiz"], "mode": "online"}


def test_the_translators_screen_offers_texts_only():
    from wagtail_localize.fields import SynchronizedField, get_translatable_fields

    fields = get_translatable_fields(CertificateDefinition)
    same = {field.field_name for field in fields if isinstance(field, SynchronizedField)}
    assert same >= {
        "kind", "assessment_types", "mode", "ects", "validity_months", "recertification_months", "issuer", "layout",
    }  # fmt: skip
    assert not same & {"criteria", "statement", "eqf_reason", "quality_text", "signatory_role"}


def test_a_partner_is_frozen_by_its_key_and_the_site_itself_by_nothing(offering):
    partner = Issuer.objects.create(key="repair-hub", legal_name="Repair Hub")
    definition = achievement(issuer=partner, locale=Locale.get_default())
    assert definition.frozen_columns()["issuer"] == "repair-hub"
    definition.issuer = Issuer(key="site", is_site=True)
    assert definition.frozen_columns()["issuer"] == ""


def test_a_course_that_says_nothing_new_is_frozen_as_before(course):
    edition = course_by_key(course.key).current_edition
    assert set(edition.manifest["course"]["certificates"][0]) == {"id", "texts"}
    assert not any("needed_for_achievement" in entry for entry in edition.manifest["items"])
