"""An assignment in a course: frozen with the edition, told in manifest and outline, previewed, released."""

import pytest
from django.core.exceptions import ValidationError

from courses.models import AssignmentPage, AssignmentVersion, CourseEdition, SearchEntry
from courses.operations.drafts import drafts_below
from courses.operations.settling import one_edition
from courses.queries.differences import assignment_versions, editions
from courses.queries.pages import course_differs_from_pages
from courses.queries.publishing import required_flags
from courses.queries.serving import assignment_version, course_by_key, find_item, outline_of
from foundation.rules.canonical import digest
from progress.queries.comparing import comparisons_of
from tests.courses.builders import (
    NOON,
    add_assignment,
    block_id,
    course_page,
    make_course,
    module_pages,
    publish,
    rubric,
    translate,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make_course()


def add(course, **fields):
    with one_edition(cause="publish", at=NOON):
        page = add_assignment(module_pages(course)[0], **fields)
    return page, course_by_key(course.key)


def entry_of(course, page):
    manifest = CourseEdition.objects.get(pk=course.current_edition_id).manifest
    return next(entry for entry in manifest["items"] if entry["key"] == str(page.translation_key))


def test_an_assignment_is_frozen_with_the_edition_and_has_its_place_and_address(course):
    page, course = add(course, needs_second_assessor=True, required=False, waits_for_quizzes=True)

    entry = entry_of(course, page)
    version = assignment_version(entry["versions"]["en"]["sha256"])
    assert (entry["kind"], entry["required"], entry["pass_mark"], entry["question_count"]) == (
        "assignment",
        False,
        60,
        0,
    )
    assert (entry["needs_second_assessor"], entry["marking_sha256"], entry["max_attempts"]) == (True, "", 0)
    assert version.item_key == page.translation_key
    assert version.sha256 == digest(version.body)
    assert [criterion["title"] for criterion in version.body["criteria"]] == ["Goals", "Budget"]
    item = outline_of(course, "en").by_key[str(page.translation_key)]
    quiz = next(step for step in outline_of(course, "en").items if step.kind == "quiz")
    assert (item.kind, item.path, item.minutes) == ("assignment", "module-1/assignment-1", 60)
    assert (item.needs_second_assessor, item.pass_mark, item.waits_for) == (True, 60, (quiz.key,))
    assert find_item("digital-basics", "module-1/assignment-1").item_key == str(page.translation_key)
    assert course_differs_from_pages(course) == ""
    assert not SearchEntry.objects.filter(item_key=page.translation_key).exists()


def test_one_person_judges_where_nothing_else_is_said(course):
    page, course = add(course)

    assert "needs_second_assessor" not in entry_of(course, page)
    assert outline_of(course, "en").by_key[str(page.translation_key)].needs_second_assessor is False


def test_a_translation_has_a_version_of_its_own(course):
    page, course = add(course)
    with one_edition(cause="publish", at=NOON):
        translate(course_page(course), "it")
        translate(page, "it")

    versions = entry_of(course_by_key(course.key), page)["versions"]
    body = assignment_version(versions["it"]["sha256"]).body
    assert (body["task_html"], body["task_language"]) == ("<p>it: Write a plan.</p>", "it")
    assert body["criteria"][0]["title"] == "it: Goals"
    assert body["criteria"][0]["id"] == assignment_version(versions["en"]["sha256"]).body["criteria"][0]["id"]


def test_a_new_rubric_is_a_new_version_and_the_old_one_stays(course):
    page, course = add(course)
    before = entry_of(course, page)["versions"]["en"]["sha256"]
    with one_edition(cause="publish", at=NOON):
        publish(page, rubric=rubric("another", "Reach"))

    course = course_by_key(course.key)
    assert entry_of(course, page)["versions"]["en"]["sha256"] != before
    assert [criterion["title"] for criterion in assignment_version(before).body["criteria"]] == ["Goals", "Budget"]


def test_an_assignment_that_nobody_could_judge_is_not_published(course):
    with pytest.raises(ValidationError) as refused:
        add_assignment(module_pages(course)[0], rubric=[], takes_text=False, max_files=0)

    assert refused.value.message_dict == {
        "rubric": ["An assignment needs a rubric with at least one criterion."],
        "takes_text": ["Nothing could be handed in. Let people write a text here, or hand in a file."],
    }


def test_a_release_tells_what_changes_of_an_assignment_and_asks_for_no_policy(course):
    page, course = add(course)
    draft = AssignmentPage.objects.get(pk=page.pk)
    draft.task = "<p>Write a plan of two pages.</p>"
    changed = rubric(f"{module_pages(course)[0].translation_key}/1")
    changed[0]["value"]["levels"][2]["value"]["points"] = 6
    changed[1]["value"]["levels"][0]["value"]["title"] = "Not there"
    draft.rubric = changed
    draft.save_revision()

    [found] = drafts_below(course, at=NOON)
    assert found.kind == "assignment"
    assert found.problems == ()
    assert found.marking is None
    assert found.words == [
        "“Assignment 1”: the words of its task change.",
        "Criterion “Goals”, level “Convincing”: 4 points → 6 points",
        "Criterion “Budget”: the words of level “Not there” change.",
    ]
    assert [(table.heading, [row.part for row in table.rows]) for table in comparisons_of(found)] == [
        ("Criterion 2: Budget", ["Level"]),
        ("Assignment 1", ["Task"]),
    ]


def test_a_draft_without_rubric_says_so_before_its_release(course):
    page, course = add(course)
    draft = AssignmentPage.objects.get(pk=page.pk)
    draft.rubric = []
    draft.save_revision(clean=False)  # as the form saves it

    [found] = drafts_below(course, at=NOON)
    assert [words for _field, words in found.problems] == ["An assignment needs a rubric with at least one criterion."]


def test_the_preview_shows_task_and_rubric(course):
    page, _course = add(course, needs_second_assessor=True)

    response = page.make_preview_request(preview_mode="")

    html = response.render().content.decode() if hasattr(response, "render") else response.content.decode()
    assert "Write a plan." in html
    assert "Judged by two people" in html
    assert "Goals: convincing." in html
    assert "4 points" in html


def test_a_record_that_was_changed_by_hand_is_named(course):
    page, course = add(course)
    sha = entry_of(course, page)["versions"]["en"]["sha256"]
    assert [words for words in assignment_versions() if words] == []

    AssignmentVersion.objects.filter(sha256=sha).update(body={"kind": "assignment"})
    assert [words for words in assignment_versions() if words] == [
        f"{sha}: it was changed after it was written (its seal is another); its text has another digest"
    ]


def test_an_edition_whose_assignment_is_gone_is_named(course):
    page, course = add(course)
    sha = entry_of(course, page)["versions"]["en"]["sha256"]
    AssignmentVersion.objects.filter(sha256=sha)._raw_delete("default")

    assert [words for words in editions() if words] == [
        f"edition 2 of course {course.key}: it names versions that are not there: {sha}"
    ]


def test_criteria_in_another_order_keep_their_ids(course):
    page, course = add(course)
    moved = list(reversed(rubric(f"{module_pages(course)[0].translation_key}/1")))
    with one_edition(cause="publish", at=NOON):
        publish(page, rubric=moved)

    sha = entry_of(course_by_key(course.key), page)["versions"]["en"]["sha256"]
    ids = [criterion["id"] for criterion in assignment_version(sha).body["criteria"]]
    namespace = f"{module_pages(course)[0].translation_key}/1"
    assert ids == [block_id(namespace, "Budget"), block_id(namespace, "Goals")]


def test_an_assignment_counts_among_the_steps_of_which_one_must_be_required(course):
    add(course, required=False)
    assert required_flags(course_page(course).path) == [True, True, True, False]
