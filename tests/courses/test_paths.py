from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, rich_text

from courses.models import Course, EditionDue, LearningPath, LearningPathEdition, LearningPathPage
from courses.operations.paths import settle_path
from courses.operations.settling import heal_editions, one_edition, settle_due
from courses.queries.paths import published_paths
from foundation.rules.canonical import digest
from tests.courses.builders import (
    ELEMENTS,
    NOON,
    course_index,
    course_page,
    make_course,
    offer_achievement,
    publish,
    translate,
)
from tests.courses.forms import add, certificate_row, certificates, edit
from tests.courses.paths import build_path_page, certificate_of_path, make_path, path_page
from tests.courses.test_refusals import errors_of
from tests.people import make_editor, make_reviewer, signed_in

pytestmark = pytest.mark.django_db


def test_publishing_freezes_what_readers_and_certificates_rest_on():
    first, second = make_course(slug="one", title="One"), make_course(slug="two", title="Two")
    path = make_path(second, first)
    edition = path.current_edition
    assert (edition.number, edition.digest, edition.made_at) == (1, digest(edition.body), NOON)
    assert edition.body["courses"] == [str(second.key), str(first.key)]
    assert edition.body["texts"]["en"]["title"] == "For people who lead"
    assert edition.body["certificates"][0]["texts"]["en"]["kind"] == "participation"


def test_publishing_the_same_again_makes_no_edition():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        publish(path_page(path))
    assert LearningPathEdition.objects.count() == 1
    assert not EditionDue.objects.exists()


def test_each_change_makes_one_edition():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        publish(path_page(path), title="Another title")
        publish(path_page(path), summary="Another summary.")
    assert [edition.number for edition in path.editions.order_by("number")] == [1, 2]


def test_a_draft_changes_nothing():
    path = make_path(make_course())
    page = path_page(path)
    page.title = "Only a draft"
    page.save_revision()
    assert not EditionDue.objects.exists()
    assert published_paths("en")[0].text.title == "For people who lead"


def test_translations_are_frozen_with_it_and_courses_are_those_of_the_source():
    course = make_course()
    path = make_path(course)
    with one_edition(cause="publish", at=NOON):
        translate(path_page(path), "it")
    body = LearningPath.objects.get().current_edition.body
    assert body["texts"]["it"]["title"] == "it: For people who lead"
    assert set(body["certificates"][0]["texts"]) == {"en", "it"}
    assert body["courses"] == [str(course.key)]


def test_unpublishing_closes_it_and_keeps_its_editions():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        path_page(path).unpublish()
    path.refresh_from_db()
    assert path.archived_at == NOON
    assert published_paths("en") == []
    with one_edition(cause="publish", at=NOON):
        publish(path_page(path))
    path.refresh_from_db()
    assert (path.archived_at, path.editions.count()) == (None, 1)


def test_a_page_that_is_deleted_leaves_the_record():
    path = make_path(make_course())
    with one_edition(cause="publish", at=NOON):
        path_page(path).delete()
    path.refresh_from_db()
    assert path.archived_at == NOON
    assert path.editions.count() == 1


def test_what_a_stopped_process_left_is_settled_by_the_sweep():
    course = make_course()
    page = build_path_page(course)  # outside of any unit of work: only flagged
    assert not LearningPath.objects.exists()
    settle_due(at=NOON)
    assert LearningPath.objects.get(key=page.translation_key).current_edition.number == 1
    assert not EditionDue.objects.exists()


def test_a_row_changed_by_hand_is_healed():
    path = make_path(make_course())
    LearningPathPage.objects.update(summary="By hand.")
    assert heal_editions(at=NOON) == [path.key]
    assert path.editions.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_that_settle_at_once_make_one_edition():
    page = build_path_page(make_course())

    def settle(_worker: int) -> bool:
        try:
            return settle_path(path_key=page.translation_key, at=NOON) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(settle, range(4))) == [False, False, False, True]
    assert LearningPathEdition.objects.count() == 1


# The CMS.


def path_form(*courses: Course, rows: Sequence[dict] = (), **fields) -> dict:
    return {
        "title": "For people who lead",
        "slug": "lead",
        "summary": "What it is about.",
        "description": rich_text(""),
        "eqf_level": "",
        "courses": inline_formset([{"course": str(course.pk)} for course in courses]),
        "certificate_definitions": certificates(*rows),
        **fields,
    }


def put(form: dict, *, action: str = "publish"):
    return add(signed_in(make_editor()), course_index(), LearningPathPage, form, action=action)


def words_at(response, name: str) -> str:
    assert response.status_code == 200
    forms = response.context["form"].formsets["certificate_definitions"].forms
    return " ".join(words for form in forms for words in form.errors.get(name, []))


def test_an_editor_publishes_a_path():
    course = make_course()
    row = certificate_row(certificate_of_path("participation"))
    assert put(path_form(course, rows=[row])).status_code == 302
    (shown,) = published_paths("en")
    assert [offer.kind for offer in shown.text.certificates] == ["participation"]


def test_a_path_without_a_course_is_refused_and_kept_as_a_draft():
    assert "needs a course" in errors_of(put(path_form()), "")
    assert put(path_form(), action="").status_code == 302
    assert not LearningPath.objects.exists()


def test_a_course_that_is_not_published_is_named():
    course = make_course(title="Hidden")
    with one_edition(cause="publish", at=NOON):
        course_page(course).unpublish()
    assert "“Hidden” is not published" in errors_of(put(path_form(course)), "")


def test_achievement_is_refused_with_all_that_is_missing():
    course = make_course(title="Basics")
    row = certificate_row(certificate_of_path("achievement"))
    refused = put(path_form(course, rows=[row]))
    assert "“Basics” offers no certificate of achievement" in words_at(refused, "kind")
    assert "what it takes" in words_at(refused, "criteria")
    assert "“Basics” does not say when it was reviewed" in errors_of(refused, "")
    assert "EQF level" in errors_of(refused, "eqf_level")


def test_achievement_is_offered_where_every_course_does_and_every_element_is_there():
    course = offer_achievement(make_course())
    row = certificate_row(certificate_of_path("achievement", **ELEMENTS))
    assert put(path_form(course, rows=[row], eqf_level="2")).status_code == 302
    assert published_paths("en")[0].text.certificates[0].criteria == ELEMENTS["criteria"]


def test_its_address_stays():
    path = make_path(make_course())
    page = path_page(path)
    form = path_form(slug="other", courses=_kept(page), rows=_rows(page))
    assert "published as “lead”" in errors_of(_edit(make_editor(), page, form), "slug")


def test_a_certificate_that_is_public_is_changed_by_two_people():
    path = make_path(make_course())
    page, author, reviewer = path_page(path), make_editor(), make_reviewer()
    form = path_form(courses=_kept(page), rows=_rows(page, statement="took part in all."))
    assert "Somebody else has to agree" in errors_of(_edit(author, page, form), "")
    page.certificate_definitions = [
        _changed(entry, statement="took part in all.") for entry in page.certificate_definitions.all()
    ]
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=(page.pk, "approve", state.pk))
    signed_in(reviewer).post(address, {"comment": ""})
    assert published_paths("en")[0].text.certificates[0].statement == "took part in all."


def test_who_keeps_a_path_and_approves_it_is_the_second_person_unless_they_changed_its_certificate():
    path = make_path(make_course())
    page, author, reviewer = path_page(path), make_editor(), make_reviewer()
    for statement, kept, is_agreed in (
        ("took part in all.", "took part in all.", True),
        ("was there.", "knows.", False),
    ):
        page = path_page(path)
        page.certificate_definitions = [
            _changed(entry, statement=statement) for entry in page.certificate_definitions.all()
        ]
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
        form = path_form(courses=_kept(page), rows=_rows(page, statement=kept), summary="Kept by the CMS.")
        assert edit(signed_in(reviewer), page, form).status_code == 302
        approval = {"workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
        edit(signed_in(reviewer), page, {**form, **approval}, action="workflow-action")
        assert (published_paths("en")[0].text.certificates[0].statement == kept) is is_agreed


def test_its_summary_is_changed_by_one_whatever_the_order_of_types_of_assessment_was():
    course = make_course()
    with one_edition(cause="content", at=NOON):
        page = build_path_page(course, kinds=())
        types = {"assessment_types": ["project-work", "quiz"], "mode": "online"}
        page = publish(page, certificate_definitions=[certificate_of_path("participation", **types)])
    before = LearningPath.objects.get().current_edition
    form = path_form(courses=_kept(page), rows=_rows(page), summary="In better words.")
    assert _edit(make_editor(), page, form).status_code == 302
    after = LearningPath.objects.get().current_edition
    assert (after.number, after.body["texts"]["en"]["summary"]) == (2, "In better words.")
    assert after.body["certificates"] == before.body["certificates"]


def test_other_words_of_it_are_changed_by_one():
    path = make_path(make_course())
    page = path_page(path)
    form = path_form(title="A better title", courses=_kept(page), rows=_rows(page))
    assert _edit(make_editor(), page, form).status_code == 302
    assert published_paths("en")[0].text.title == "A better title"


def test_a_preview_shows_the_draft_and_writes_nothing():
    path = make_path(make_course(title="Basics"))
    response = path_page(path).make_preview_request(None, "")
    text = response.content.decode()
    assert "For people who lead" in text
    assert "Basics" in text
    assert "Certificate of participation" in text
    assert path.editions.count() == 1


def _edit(person, page, form):
    return edit(signed_in(person), page, form, action="publish")


def _kept(page) -> dict:
    rows = [{"id": str(entry.pk), "course": str(entry.course_id)} for entry in page.courses.all()]
    return inline_formset(rows, initial=len(rows))


def _rows(page, **changes) -> list[dict]:
    return [certificate_row(entry, **changes) for entry in page.certificate_definitions.all()]


def _changed(entry, **changes):
    for name, value in changes.items():
        setattr(entry, name, value)
    return entry
