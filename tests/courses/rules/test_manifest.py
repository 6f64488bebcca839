from courses.rules.manifest import languages_of, next_manifest, waiting_for, without_pages
from courses.rules.outline import Outline
from courses.rules.outlining import outline_json
from foundation.rules.canonical import digest
from tests.courses.manifests import course_of, item


def test_a_course_taken_down_keeps_its_items_and_whom_they_bind():
    first = next_manifest(None, course_of({"a": "required"}), number=1)

    down = next_manifest(first, course_of({"a": "required"}, live=False), number=2)

    assert down == {**first, "live": False}


def test_a_course_whose_pages_are_gone_keeps_its_items():
    first = next_manifest(None, course_of({"a": "required", "b": "optional"}), number=1)

    assert next_manifest(first, without_pages(first), number=2) == {**first, "live": False}


def test_a_removed_item_is_kept_with_its_title_and_its_versions():
    first = next_manifest(None, course_of({"a": "required", "b": "required"}), number=1)

    second = next_manifest(first, course_of({"a": "required"}), number=2)

    assert [entry["key"] for entry in second["items"]] == ["a"]
    assert second["tombstones"] == [{**item("b"), "required": False, "binds": [[1, 1]], "past": []}]


def test_an_item_that_comes_back_is_no_longer_kept_as_removed():
    first = next_manifest(None, course_of({"a": "required", "b": "required"}), number=1)
    second = next_manifest(first, course_of({"a": "required"}), number=2)

    third = next_manifest(second, course_of({"a": "required", "b": "required"}), number=3)

    assert third["tombstones"] == []
    assert third["items"][1]["binds"] == [[1, 1], [3, None]]


def test_a_manifest_that_changes_whom_an_item_binds_is_another_one():
    first = next_manifest(None, course_of({"a": "required"}), number=1)

    second = next_manifest(first, course_of({"a": "required"}), number=2, bind_all={"a"})

    assert digest(second) != digest(first)


def test_an_optional_item_binds_nobody_even_when_asked_to():
    manifest = next_manifest(None, course_of({"a": "optional"}), number=1, bind_all={"a"})

    assert manifest["items"][0]["binds"] == []


def test_a_final_test_waits_for_the_required_quizzes_before_it():
    items = [
        item("lesson"),
        item("first", kind="quiz"),
        item("extra", kind="quiz", required=False),
        item("final", kind="quiz", waits_for_quizzes=True),
        item("after", kind="quiz"),
    ]

    assert waiting_for(items) == {"final": ["first"]}


def test_languages_are_those_in_which_anything_has_a_text():
    course = course_of({"a": "required"})
    course["items"][0]["versions"]["it"] = {"sha256": "sha-it", "title": "A it", "summary": ""}

    assert languages_of(course) == ("en", "it")


def test_an_outline_tells_each_text_in_its_language_or_the_source_language():
    course = course_of({"a": "required", "b": "required"})
    course["items"][1]["versions"]["it"] = {"sha256": "sha-it", "title": "B it", "summary": ""}
    manifest = next_manifest(None, course, number=1)

    body = outline_json(
        manifest,
        language="it",
        edition=1,
        slug="basics",
        module_slugs={"module": "start"},
        paths={"a": "start/a", "b": "start/b"},
    )
    outline = Outline.from_json(body)

    assert [(entry.title, entry.language, entry.version, entry.path) for entry in outline.items] == [
        ("A", "en", "sha-a", "start/a"),
        ("B it", "it", "sha-it", "start/b"),
    ]
    assert (outline.title, outline.language, outline.languages) == ("Basics", "en", ("en", "it"))
    assert outline.items[0].binds == ((1, None),)
