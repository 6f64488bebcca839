"""Questions as editors and translators write them: what is said at a field, what a translation changes and what it keeps."""

from copy import deepcopy

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource
from wagtail_localize.segments.extract import extract_segments

from courses.blocks import BankQuestionBlocks, QuestionBlocks
from courses.blocks.kinds.selects import competence_choices, outcome_choices
from courses.models import CourseOutcome, QuizPage
from courses.rules.freezing import Found, freeze_quiz, marking_digest
from tests.courses.builders import course_page, lesson_pages, make_course, publish, quiz_pages, translate
from tests.courses.questions import EVERY_KIND, EXTRAS, listed
from tests.courses.test_blocks import problems
from tests.courses.uploads import upload_picture
from tests.people import make_editor, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]

REQUIRED = "This field is required."


def question(kind, **values):
    raw = deepcopy(EVERY_KIND[kind])
    raw["value"] |= {"lesson": None}
    raw["value"] |= {"picture": None, "alt": ""} if "picture" in raw["value"] else {}
    raw["value"].update(values)
    return raw


def entry(text, match="", **values):
    return {"text": text, "match": match, "feedback": "", "match_id": "", **values}


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("ordering", {"options": listed(a=entry("Same"), b=entry("Same"))}, ["Two entries say the same. Nobody could tell which comes first."]),
        ("ordering", {"options": [*listed(a=entry("A")), *listed(a=entry("B"))]}, ["Two entries have the same inner name. Delete one and add it anew."]),
        ("ordering", {"options": listed(a=entry(""), b=entry("B"))}, [REQUIRED]),
        ("ordering", {"options": listed(a=entry("A"))}, ["The minimum number of items is 2"]),
        ("matching", {"options": listed(a=entry("A", "x"), b=entry("B", "x")), "others": []}, ["All entries have the same match. Give at least two different ones."]),
        ("matching", {"options": listed(a=entry("A", "x"), b=entry("B", "y")), "others": listed(c="x")}, ["One of these belongs to an entry. Take it out."]),
        ("matching", {"options": listed(a=entry("A", ""), b=entry("B", "y"))}, [REQUIRED]),
        ("numeric", {"number": ""}, [REQUIRED]),
        ("numeric", {"number": "three"}, ["Write one number in digits, such as 12 or 3.5. The unit may stand behind it."]),
        ("numeric", {"number": "3,500"}, ["“3,500” can be read as two numbers. Write it as 3500 or as 3.5."]),
        ("numeric", {"tolerance": "-1"}, ["Write 0 or more."]),
        ("numeric", {"unit": "m2"}, ["Write the unit without digits: they would be read as part of the number."]),
        ("short_text", {"accepted": listed(a="")}, [REQUIRED]),
        ("short_text", {"accepted": listed(a="\N{ZERO WIDTH SPACE}")}, ["Give at least one answer that is accepted."]),
        ("open_answer", {"text": ""}, [REQUIRED]),
        ("open_answer", {"points": 0}, ["Ensure this value is greater than or equal to 1."]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_said_at_it_and_a_draft_may_still_be_wrong(kind, values, words):
    for stream in (QuestionBlocks(), BankQuestionBlocks()):
        assert problems(stream, [question(kind, **values)]) == words
    if words[0] not in {"Ensure this value is greater than or equal to 1.", "The minimum number of items is 2"}:
        assert problems(QuestionBlocks(), [question(kind, **values)], publishing=False) == []


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_question_of_every_kind_may_be_published(kind):
    picture = upload_picture()
    whole = question(kind, picture=picture.pk, alt=EXTRAS["alt"])
    assert problems(QuestionBlocks(), [whole]) == []
    assert problems(BankQuestionBlocks(), [whole]) == []


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_picture_of_a_question_is_described_or_decoration(kind):
    picture = upload_picture().pk
    assert problems(QuestionBlocks(), [question(kind, picture=picture, alt="", decorative=False)]) == [
        "Say what the picture shows, or tick that it is decoration only."
    ]
    assert problems(QuestionBlocks(), [question(kind, picture=picture, alt="A kettle.", decorative=True)]) == [
        "Decide for one: the picture has a description, or it is decoration only."
    ]


def test_a_bank_question_is_one():
    both = [question("numeric"), {**question("ordering"), "id": "other"}]
    assert problems(BankQuestionBlocks(), both) == ["The maximum number of items is 1"]


def test_a_number_is_kept_as_it_is_marked_however_it_was_typed():
    block = QuestionBlocks()
    cleaned = block.clean(block.to_python([question("numeric", number=" 3,50 ", tolerance="")]))
    value = block.get_prep_value(cleaned)[0]["value"]
    assert (value["number"], value["tolerance"]) == ("3.5", "")


def test_outcomes_are_those_of_published_courses_in_the_language_of_each():
    course = make_course(title="Digital basics")
    page = course_page(course)
    page.outcomes = [
        CourseOutcome(text="Signs out.", locale=page.locale),
        CourseOutcome(text="Asks.", locale=page.locale),
    ]
    page.save()
    translate(page, "it")
    entries = [entry for title, entries in outcome_choices() if title == "Digital basics" for entry in entries]
    assert [text for _key, text in entries] == ["Signs out.", "Asks."]
    assert [key for key, _text in entries] == [str(outcome.translation_key) for outcome in page.outcomes.all()]


def test_competences_are_named_in_the_language_of_the_editor():
    choices = {value: label for _framework, entries in competence_choices() for value, label in entries}
    assert choices["digcomp:2.2:1.1"].startswith("1.1 Browsing")


def test_what_a_question_was_linked_with_is_read_without_a_query(django_assert_num_queries):
    block = QuestionBlocks()
    with django_assert_num_queries(0):
        value = block.to_python([question("numeric"), {**question("ordering"), "id": "b"}])
        assert value[0].value["outcome"] == EXTRAS["outcome"]
    assert problems(block, [question("numeric", outcome="gone", competence="old:1:1")]) == []


def quiz_of_every_kind():
    course = make_course()
    lesson, picture = lesson_pages(course)[0], upload_picture()
    raw = [question(kind, lesson=lesson.pk, picture=picture.pk, alt=EXTRAS["alt"]) for kind in EVERY_KIND]
    return publish(quiz_pages(course)[0], questions=raw)


def test_translators_get_the_texts_of_every_kind_and_nothing_that_decides_marks():
    segments = [segment for segment in extract_segments(quiz_of_every_kind()) if hasattr(segment, "string")]
    strings = {segment.string.data for segment in segments}
    assert {
        "Save what you wrote.", "Your account", "Your chair", "Secret-feedback-lock", "hours", "Sign out", "Log out",
        "Secret-guidance: others would see the client.", EXTRAS["hint"], EXTRAS["alt"],
    } <= strings  # fmt: skip
    names = {segment.path.split(".")[-1] for segment in segments}
    assert not names & {
        "match_id", "number", "tolerance", "case", "accents", "partial", "correct", "points", "tags", "outcome",
        "competence", "section", "decorative",
    }  # fmt: skip


def test_a_quiz_written_before_a_field_was_there_can_still_be_translated():
    old = deepcopy(list(EVERY_KIND.values()))
    for raw in old:
        raw["value"] = {name: value for name, value in raw["value"].items() if name not in EXTRAS} | {"lesson": None}
    quiz = publish(quiz_pages(make_course())[0], questions=old)
    assert extract_segments(QuizPage.objects.get(pk=quiz.pk))


def test_a_translation_keeps_what_decides_marks_and_says_the_rest_in_its_words():
    quiz = quiz_of_every_kind()
    italian = Locale.objects.get(language_code="it")
    module = quiz.get_parent()
    translate(module.get_parent().specific, "it")
    translate(module.specific, "it")
    source, _made = TranslationSource.update_or_create_from_instance(quiz)
    task = Translation.objects.create(source=source, target_locale=italian)
    for segment in source.stringsegment_set.select_related("string", "context"):
        StringTranslation.objects.create(
            translation_of=segment.string, locale=italian, context=segment.context, data=f"it: {segment.string.data}"
        )

    task.save_target(publish=False)

    translated = QuizPage.objects.get(
        translation_key=quiz.translation_key, locale=italian
    ).get_latest_revision_as_object()
    columns, text = QuizPage.objects.get(pk=quiz.pk).raw_columns(), translated.raw_columns()
    forms = [
        freeze_quiz(source=columns, text=texts, language=language, source_language="en", found=Found(trusted=True))
        for texts, language in ((columns, "en"), (text, "it"))
    ]
    assert {entry["language"] for entry in forms[1].body["questions"]} == {"it"}
    assert len({marking_digest(form.body, form.key) for form in forms}) == 1
    matching = next(entry for entry in forms[1].body["questions"] if entry["kind"] == "matching")
    assert {target["text"] for target in matching["targets"]} == {
        "it: Your account",
        "it: Your device",
        "it: Your chair",
    }
    key = forms[1].key["questions"]
    assert key["short-text"]["also"] == ["it: Sign out", "it: Log out"]
    assert key["open-answer"]["guidance"].startswith("it: ")


def test_the_editing_page_of_a_quiz_has_a_field_for_everything():
    quiz = quiz_of_every_kind()
    browser = signed_in(make_editor())
    html = browser.get(reverse("wagtailadmin_pages:edit", args=[quiz.pk])).content.decode()
    for words in (
        "Put in order",
        "Matches that belong to no entry",
        "How far off an answer may be",
        "Capital letters matter",
        "For the person who marks it",
        "Competence that it assesses",
    ):
        assert words in html
