"""`manage.py content`: texts become pages, twice is once, editors' work stays, and bad files are refused in words."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from courses.models import (
    Course,
    CourseEdition,
    CoursePage,
    FrozenFile,
    LessonPage,
    LessonVersion,
    Picture,
    QuizPage,
    QuizVersion,
)
from courses.queries import serving
from home.models import HomePage, StandardPage
from portal.loading.content import load_content
from portal.loading.fields import MalformedContent
from portal.models import LoadedObject
from tests.portal.contents import (
    COURSE,
    ITALIAN_LESSON,
    LESSON,
    LESSON_TWO,
    QUIZ,
    lesson,
    rich_text,
    small_texts,
    write_file,
    write_texts,
)

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "content", small_texts())


def load(folder: Path, *, at: datetime = NOON) -> tuple[int, list[str]]:
    """Load a folder; return how many things changed and what was said."""
    said: list[str] = []
    return load_content(folder=folder, at=at, say=said.append), said


def small_course() -> Course:
    return Course.objects.get()


def written() -> dict[str, Any]:
    """Return what a load could have changed."""
    return {
        "revisions": set(Revision.objects.values_list("pk", flat=True)),
        "editions": set(CourseEdition.objects.values_list("pk", flat=True)),
        "pages": set(Page.objects.values_list("pk", "latest_revision_id", "live", "path")),
        "files": set(FrozenFile.objects.values_list("sha256", flat=True)),
        "ledger": set(LoadedObject.objects.values_list("source", "sha256", "loaded_at")),
    }


def test_rows_of_a_page_stand_in_the_order_of_its_text(tmp_path):
    texts, names = small_texts(), ("pour", "boil", "cool")
    for file in (COURSE, COURSE.replace(".yaml", ".it.yaml")):
        texts[file]["outcomes"] = [{"id": name, "text": f"{name} water"} for name in names]

    load(write_texts(tmp_path / "content", texts))

    rows = CoursePage.objects.get(locale__language_code="en").outcomes.order_by("sort_order")
    assert [(row.sort_order, row.text) for row in rows] == [(0, "pour water"), (1, "boil water"), (2, "cool water")]


def test_texts_become_a_course_people_can_take_and_pages_of_the_site(folder):
    load(folder)

    outline = serving.outline_of(small_course(), "en")
    assert [(item.kind, item.path, item.title, item.minutes) for item in outline.items] == [
        ("lesson", "first/one", "One", 5),
        ("lesson", "first/two", "Two", 5),
        ("quiz", "first/quiz", "Quiz", 5),
    ]
    assert (outline.title, outline.level, outline.eqf_level, outline.topics) == (
        "A small course",
        "basic",
        2,
        ("kettles",),
    )
    assert [offer.signatory_name for offer in outline.certificates] == ["Ada"]
    assert HomePage.objects.get(locale__language_code="en").lead == "A lead."
    assert StandardPage.objects.get().slug == "about"


def test_everything_is_one_edition_of_the_course(folder):
    load(folder)

    assert list(CourseEdition.objects.values_list("number", "cause")) == [(1, "content")]


def test_translation_shares_identities_and_rules_and_gives_texts(folder):
    load(folder)

    outline = serving.outline_of(small_course(), "it")
    assert [(item.title, item.language) for item in outline.items] == [
        ("Uno", "it"),
        ("Two", "en"),
        ("Quiz in italiano", "it"),
    ]
    assert (outline.title, outline.certificates[0].signatory_name) == ("Un piccolo corso", "Ada")
    english, italian = (LessonPage.objects.get(slug="one", locale__language_code=code) for code in ("en", "it"))
    assert english.translation_key == italian.translation_key
    assert [block.id for block in english.body] == [block.id for block in italian.body]
    assert len(set(QuizVersion.objects.values_list("marking_sha256", flat=True))) == 1
    assert HomePage.objects.get(locale__language_code="it").title == "Impara"


def test_same_ids_in_two_files_are_two_blocks(folder):
    load(folder)

    one, two = LessonPage.objects.get(slug="one", locale__language_code="en"), LessonPage.objects.get(slug="two")
    assert not {block.id for block in one.body} & {block.id for block in two.body}


def test_question_leads_to_the_section_of_the_lesson_that_explains_it(folder):
    load(folder)

    lesson_page = LessonPage.objects.get(slug="one", locale__language_code="en")
    key = serving.quiz_key(QuizVersion.objects.get(language="en"))
    explained = {question["kind"]: question["lesson"] for question in key["questions"].values()}
    assert explained == {
        "single_choice": {"key": str(lesson_page.translation_key), "section": lesson_page.body[0].id},
        "true_false": None,
    }


def test_picture_carries_its_words_and_is_drawn_large_enough(folder):
    load(folder)

    picture = Picture.objects.get()
    assert (picture.width, picture.height) == (1600, 900)
    assert (picture.alt_text, picture.author, picture.licence) == ("A kettle.", "An author", "CC BY 4.0")


def test_share_picture_is_put_among_the_static_files(folder, settings, tmp_path):
    settings.JOINED_DIR = tmp_path / "joined"
    settings.JOINED_DIR.mkdir()

    load(folder)

    assert (settings.JOINED_DIR / "share.png").read_bytes().startswith(b"\x89PNG")


def test_second_run_changes_nothing(folder):
    load(folder)
    before = written()

    change_count, _said = load(folder, at=LATER)

    assert change_count == 0
    assert written() == before


def test_changed_text_publishes_its_page_alone_and_makes_one_edition(folder):
    load(folder)
    revisions = written()["revisions"]
    write_texts(folder, {LESSON_TWO: lesson("Two", rich_text("text", "<p>Better words.</p>"))})

    load(folder, at=LATER)

    new = Revision.objects.exclude(pk__in=revisions)
    assert [revision.content_object.slug for revision in new] == ["two"]
    assert list(CourseEdition.objects.values_list("number", flat=True)) == [1, 2]
    version = serving.outline_of(small_course(), "en").items[1].version
    assert serving.lesson_version(version).body["blocks"][0]["html"] == "<p>Better words.</p>"


def test_new_lesson_takes_its_place_in_the_order_of_the_files(folder):
    load(folder)
    write_texts(
        folder, {"courses/small-course/01-first/00-before.yaml": lesson("Before", rich_text("text", "<p>First.</p>"))}
    )

    load(folder, at=LATER)

    titles = [item.title for item in serving.outline_of(small_course(), "en").items]
    assert titles == ["Before", "One", "Two", "Quiz"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_new_drawing_is_a_new_version_of_the_lesson_that_shows_it(folder):
    load(folder)
    before = LessonVersion.objects.get(language="en", body__title="One").body["blocks"][2]["picture"]["sha256"]
    write_texts(folder, {}, colour="#000000")

    load(folder, at=LATER)

    version = serving.outline_of(small_course(), "en").items[0].version
    assert serving.lesson_version(version).body["blocks"][2]["picture"]["sha256"] != before
    assert Picture.objects.count() == 1


def test_page_that_an_editor_changed_stays_and_that_is_said(folder):
    load(folder)
    page = LessonPage.objects.get(slug="two")
    page.title = "An editor's title"
    page.save_revision()
    write_texts(folder, {LESSON_TWO: lesson("Two", rich_text("text", "<p>Better words.</p>"))})

    _count, said = load(folder, at=LATER)

    assert LessonPage.objects.get(slug="two").get_latest_revision_as_object().title == "An editor's title"
    assert f"{LESSON_TWO}: its page was changed in the CMS since it was loaded; it stays as it is." in said


def test_page_that_an_editor_took_down_or_deleted_stays_away(folder):
    load(folder)
    LessonPage.objects.get(slug="two").unpublish()
    StandardPage.objects.get(slug="about").delete()
    texts = small_texts()
    write_texts(
        folder,
        {
            LESSON_TWO: lesson("Two", rich_text("text", "<p>Better words.</p>")),
            "site/about.yaml": {**texts["site/about.yaml"], "summary": "Anew."},
        },
    )

    _count, said = load(folder, at=LATER)

    assert not LessonPage.objects.get(slug="two").live
    assert not StandardPage.objects.exists()
    assert "site/about.yaml: its page was deleted in the CMS; it stays away." in said


def test_order_that_an_editor_made_stays_while_the_files_keep_theirs(folder):
    load(folder)
    LessonPage.objects.get(slug="two").move(LessonPage.objects.get(slug="one", locale__language_code="en"), pos="left")
    write_texts(folder, {LESSON: {**small_texts()[LESSON], "summary": "Another sentence."}})

    load(folder, at=LATER)

    assert [item.title for item in serving.outline_of(small_course(), "en").items] == ["Two", "One", "Quiz"]


def test_text_that_is_gone_leaves_its_page_and_that_is_said(folder):
    load(folder)
    (folder / LESSON_TWO).unlink()

    _count, said = load(folder, at=LATER)

    assert LessonPage.objects.get(slug="two").live
    assert [line for line in said if line.startswith(f"{LESSON_TWO}: this text is gone")]


def test_course_may_name_one_that_comes_after_it(folder):
    write_texts(
        folder,
        {
            "courses/a-course/course.yaml": {**small_texts()[COURSE], "key": "a", "prerequisites": ["small"]},
            "courses/a-course/01-first/module.yaml": {"title": "First"},
            "courses/a-course/01-first/01-one.yaml": lesson("One", rich_text("text", "<p>Words.</p>")),
        },
    )

    load(folder)

    named = {serving.outline_of(course, "en").prerequisites for course in Course.objects.all()}
    small = next(course for course in Course.objects.all() if not serving.outline_of(course, "en").prerequisites)
    assert named == {(), (str(small.key),)}


def without(name: str, field: str) -> dict[str, Any]:
    return {key: value for key, value in small_texts()[name].items() if key != field}


def with_block(**block: Any) -> dict[str, Any]:
    return lesson("Two", block)


def with_question(**change: Any) -> dict[str, Any]:
    quiz = small_texts()[QUIZ]
    return {**quiz, "questions": [{**quiz["questions"][0], **change}, quiz["questions"][1]]}


def with_italian(**change: Any) -> dict[str, Any]:
    return {**small_texts()[ITALIAN_LESSON], **change}


BAD_FILES = {
    "field missing": (LESSON, without(LESSON, "minutes"), "minutes: This field is missing."),
    "field nobody knows": (LESSON_TWO, {**lesson("Two", rich_text("text", "<p>A.</p>")), "sumary": "x"}, "sumary: Nobody reads this field"),
    "number too large": (LESSON, {**small_texts()[LESSON], "minutes": 900}, "minutes: This must be a whole number from 1 to 240, not 900."),
    "day that is none": (COURSE, {**small_texts()[COURSE], "reviewed_date": "soon"}, "reviewed_date: This must be a day"),
    "level that is none": (COURSE, {**small_texts()[COURSE], "level": "easy"}, "level: 'easy' is not one of: basic"),
    "title too long": (LESSON, {**small_texts()[LESSON], "title": "x" * 256}, "title: This text has 256 characters; 255 are possible."),
    "script": (LESSON_TWO, with_block(**rich_text("text", "<p><script>alert(1)</script></p>")), "blocks[text].html: The tag <script> is not used here."),
    "javascript": (LESSON_TWO, with_block(**rich_text("text", '<p><a href="javascript:x">a</a></p>')), "blocks[text].html: The address 'javascript:x'"),
    "open tag": (LESSON_TWO, with_block(**rich_text("text", "<p>Words.")), "blocks[text].html: The tag <p> is not closed."),
    "block that is none": (LESSON_TWO, with_block(id="x", type="poem"), "blocks[x].type: 'poem' is not one of: key_words"),
    "block without id": (LESSON_TWO, with_block(type="heading", text="A"), "blocks[0].id: This field is missing."),
    "picture without words": (LESSON_TWO, with_block(id="p", type="image", picture="kettle"), "blocks[p].alt: Say what the picture shows"),
    "picture that is not there": (LESSON_TWO, with_block(id="p", type="image", picture="cup", alt="A cup."), "picture: There is no picture 'cup'"),
    "file that is not there": (LESSON_TWO, with_block(id="s", type="download", title="S", file="no.txt"), "file: There is no file 'no.txt'"),
    "row too short": (LESSON_TWO, with_block(id="t", type="table", caption="C", columns=["A", "B"], rows=[["a"]]), "blocks[t].rows[0]: A row is a list of 2 texts"),
    "id there twice": (LESSON_TWO, lesson("Two", rich_text("a", "<p>A.</p>"), rich_text("a", "<p>B.</p>")), "blocks[a]: The id 'a' is there twice."),
    "no right answer": (QUIZ, with_question(options=[{"id": "a", "text": "A.", "feedback": "f"}, {"id": "b", "text": "B.", "feedback": "f"}]), "questions[which].options: Exactly one option has `correct: true` here; there are 0."),
    "option without feedback": (QUIZ, with_question(options=[{"id": "a", "text": "A.", "correct": True}, {"id": "b", "text": "B.", "feedback": "f"}]), "questions[which].options[a].feedback: This field is missing."),
    "lesson that is not there": (QUIZ, with_question(lesson="three", section=""), "lesson: No lesson before this quiz is called 'three'."),
    "section that is not there": (QUIZ, with_question(section="end"), "section: The lesson 'one' has no heading with the id 'end'."),
    "course that is not there": (COURSE, {**small_texts()[COURSE], "prerequisites": ["none"]}, "prerequisites: There is no course 'none'."),
    "translation with a rule": (ITALIAN_LESSON, with_italian(minutes=9), "minutes: This is 5 in the page that this translates"),
    "translation of other shape": (ITALIAN_LESSON, with_italian(blocks=[]), "blocks: This has 0 entries; in the page that this translates it has 4."),
    "translation with another id": (ITALIAN_LESSON, with_italian(blocks=[{"id": "begin", "text": "x"}, *small_texts()[ITALIAN_LESSON]["blocks"][1:]]), "blocks[start].id: This is 'start' in the page that this translates"),
    "translation not whole": (ITALIAN_LESSON, {key: value for key, value in small_texts()[ITALIAN_LESSON].items() if key != "summary"}, "summary: The translation of this field is missing."),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "problem"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_malformed_file_is_refused_with_file_field_and_reason_and_nothing_is_written(folder, name, content, problem):
    write_texts(folder, {name: content})
    before = written()

    with pytest.raises(MalformedContent) as refused:
        load(folder)

    assert str(refused.value).startswith(f"{name}: {problem}")
    assert written() == before


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("title: [", "line 2: This is not YAML: did not find expected node content."),
        ("title: A\ntitle: B\n", "line 2: This is not YAML: title is there twice."),
        ("- a\n", "The file must be a list of fields, such as “title: …”."),
    ],
    ids=["not YAML", "field twice", "a list"],
)
def test_file_that_is_no_page_is_refused(folder, text, problem):
    write_file(folder, "site/about.yaml", text)

    with pytest.raises(MalformedContent) as refused:
        load(folder)

    assert f"site/about.yaml: {problem}" in str(refused.value).splitlines()


def test_all_problems_of_all_files_are_named_at_once(folder):
    write_texts(folder, {LESSON_TWO: without(LESSON, "minutes"), COURSE: {**small_texts()[COURSE], "level": "easy"}})

    with pytest.raises(MalformedContent) as refused:
        load(folder)

    assert {problem.file for problem in refused.value.problems} == {LESSON_TWO, COURSE}


def test_command_says_what_it_does_and_what_is_wrong(folder):
    output = StringIO()
    call_command("content", folder=folder, stdout=output)
    assert "Course “A small course”" in output.getvalue()
    assert "changes." in output.getvalue()

    write_texts(folder, {LESSON: without(LESSON, "minutes")})
    with pytest.raises(CommandError, match="nothing was written") as refused:
        call_command("content", folder=folder, stdout=output)
    assert f"{LESSON}: minutes: This field is missing." in str(refused.value)


def test_quiet_command_says_nothing(folder):
    output = StringIO()

    call_command("content", folder=folder, verbosity=0, stdout=output)

    assert output.getvalue() == ""


def test_reserved_names_of_pages_are_refused_by_the_page_itself(folder):
    write_texts(folder, {"site/search.yaml": small_texts()["site/about.yaml"]})
    before = written()

    with pytest.raises(MalformedContent, match=r"site/search\.yaml: slug: "):
        load(folder)

    assert written() == before


def test_questions_stand_in_no_page_of_another_kind(folder):
    load(folder)

    assert [question.block_type for question in QuizPage.objects.get(locale__language_code="en").questions] == [
        "single_choice",
        "true_false",
    ]
