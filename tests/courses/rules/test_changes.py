"""What changes between frozen forms and between manifests: nothing where nothing does, everything once where it does."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.changes import (
    Change,
    ChangeKind,
    ItemForm,
    changes_between,
    changes_of_course,
    changes_of_item,
    changes_of_module,
    marking_change,
    words_changed,
)
from courses.rules.changes_questions import option_letter
from courses.rules.freezing import freeze_lesson, freeze_quiz, marking_digest
from courses.rules.manifest import next_manifest
from tests.courses import drafts
from tests.courses.drafts import FOUND, block

KEY = "4a0c3f0e-0000-4000-8000-000000000001"


def quiz_form(*, required=True, waits=False, language="en", **columns):
    raw = drafts.quiz(**columns)
    form = freeze_quiz(source=raw, text=raw, language=language, source_language=language, found=FOUND)
    return ItemForm(KEY, required, waits, form.body, form.key)


def lesson_form(*, required=True, language="en", **columns):
    raw = drafts.lesson(**columns)
    form = freeze_lesson(source=raw, text=raw, language=language, source_language=language, found=FOUND)
    return ItemForm(KEY, required, False, form.body)


def questions(change=None):
    """The raw questions of a quiz, changed in place by `change`: single_choice, multiple_choice, true_false."""
    raw = copy.deepcopy(list(drafts.QUESTIONS.values()))
    if change:
        change(*raw)
    return raw


def kinds(changes):
    return [change.kind for change in changes]


def option(question, number):
    return question["value"]["options"][number]


def changes_of_questions(change):
    return changes_of_item(quiz_form(), quiz_form(questions=questions(change)))


def test_nothing_changed_is_no_change():
    assert changes_of_item(quiz_form(), quiz_form()) == []
    assert changes_of_item(lesson_form(), lesson_form()) == []


def test_what_nobody_saw_before_is_new():
    (lesson,) = changes_of_item(None, lesson_form(minutes=8))
    (quiz,) = changes_of_item(None, quiz_form(required=False))

    assert (lesson.kind, lesson.values["minutes"]) == (ChangeKind.LESSON_NEW, 8)
    assert (quiz.kind, quiz.values["count"], quiz.values["required"]) == (ChangeKind.QUIZ_NEW, 3, False)


def test_the_rules_of_a_quiz_are_said_with_both_values():
    before, after = quiz_form(), quiz_form(pass_mark=70, max_attempts=3, minutes=9, required=False, waits=True)

    changes = changes_of_item(before, after)

    assert [(change.kind, change.values.get("old"), change.values.get("new")) for change in changes] == [
        (ChangeKind.ITEM_MINUTES, 4, 9),
        (ChangeKind.ITEM_OPTIONAL, None, None),
        (ChangeKind.PASS_MARK, 60, 70),
        (ChangeKind.TRIES, 0, 3),
        (ChangeKind.WAITS, None, None),
    ]


def test_another_option_is_also_right():
    def change(single, several, statement):
        option(several, 2)["value"]["correct"] = True

    assert changes_of_questions(change) == [
        Change(
            ChangeKind.OPTION_ALSO_CORRECT,
            KEY,
            "multiple-choice",
            values={"title": "Quiz: start safely", "number": 2, "option": "C", "text": "My name."},
        )
    ]


def test_an_option_is_right_no_more():
    def change(single, several, statement):
        option(several, 1)["value"]["correct"] = False

    (found,) = changes_of_questions(change)

    assert (found.kind, found.values["option"]) == (ChangeKind.OPTION_NOT_CORRECT, "B")


def test_another_option_is_the_right_one():
    def change(single, several, statement):
        option(single, 0)["value"]["correct"] = False
        option(single, 1)["value"]["correct"] = True

    (found,) = changes_of_questions(change)

    assert (found.kind, found.old, found.new) == (
        ChangeKind.OPTION_CORRECT_INSTEAD,
        "I sign out.",
        "I close the page.",
    )


def test_another_option_is_the_right_one_where_the_right_one_was_taken_out():
    def change(single, several, statement):
        option(single, 1)["value"]["correct"] = True
        single["value"]["options"].pop(0)
        single["value"]["options"] += [{"type": "item", "id": "new", "value": {"text": "I wait.", "correct": False}}]

    assert kinds(changes_of_questions(change)) == [
        ChangeKind.OPTION_NEW,
        ChangeKind.OPTION_REMOVED,
        ChangeKind.OPTION_CORRECT_INSTEAD,
    ]


def test_a_new_option_that_is_right_says_so():
    def change(single, several, statement):
        several["value"]["options"].append(
            {"type": "item", "id": "new", "value": {"text": "It is mine.", "correct": True, "feedback": "Yes."}}
        )

    (found,) = changes_of_questions(change)

    assert (found.kind, found.values["option"], found.new) == (ChangeKind.OPTION_NEW_CORRECT, "D", "It is mine.")


def test_a_statement_that_counts_the_other_way():
    def change(single, several, statement):
        statement["value"]["answer"] = "false"

    (found,) = changes_of_questions(change)

    assert (found.kind, found.values["number"]) == (ChangeKind.STATEMENT_FALSE, 3)


def test_texts_of_a_question_are_set_beside_each_other():
    def change(single, several, statement):
        single["value"]["text"] = "What do you do last?"
        single["value"]["html"] = "<p>It lies on the shelf.</p>"
        option(single, 1)["value"]["text"] = "I shut it."
        option(single, 1)["value"]["feedback"] = "Not enough."
        single["value"]["feedback"] = "Sign out."

    assert [(found.kind, found.old, found.new) for found in changes_of_questions(change)] == [
        (ChangeKind.QUESTION_TEXT, "What do you do before you leave a shared tablet?", "What do you do last?"),
        (ChangeKind.QUESTION_MORE, "It lies in the kitchen.", "It lies on the shelf."),
        (ChangeKind.OPTION_TEXT, "I close the page.", "I shut it."),
        (ChangeKind.FEEDBACK, "Secret-feedback-no", "Not enough."),
        (ChangeKind.EXPLANATION, "Secret-explanation-single", "Sign out."),
    ]


def test_a_question_that_leads_to_no_lesson_any_more():
    def change(single, several, statement):
        single["value"]["lesson"] = None

    assert kinds(changes_of_questions(change)) == [ChangeKind.QUESTION_LESSON]


def test_questions_new_taken_out_and_in_another_order():
    raw = questions()
    new = {**copy.deepcopy(raw[2]), "id": "new"}
    after = quiz_form(questions=[raw[2], raw[0], new])

    changes = changes_of_item(quiz_form(), after)

    assert [(change.kind, change.question, change.values.get("number")) for change in changes] == [
        (ChangeKind.QUESTION_NEW, "new", 3),
        (ChangeKind.QUESTION_REMOVED, "multiple-choice", 2),
        (ChangeKind.QUESTIONS_REORDERED, "", None),
    ]


def test_options_in_another_order():
    def change(single, several, statement):
        several["value"]["options"].reverse()

    assert kinds(changes_of_questions(change)) == [ChangeKind.OPTIONS_REORDERED]


def test_a_question_of_another_kind_under_the_same_name_is_said_whole():
    raw = questions()
    after = quiz_form(questions=[{**raw[1], "id": raw[0]["id"]}, raw[2]])

    changes = [change for change in changes_of_item(quiz_form(), after) if change.question == raw[0]["id"]]

    assert kinds(changes) == [ChangeKind.QUESTION_TEXT, ChangeKind.QUESTION_MORE, ChangeKind.QUESTION_KIND]
    assert changes[-1].new.splitlines() == [
        "What belongs to a good passphrase?",
        "A. It is long. ✓",
        "B. Its words are odd. ✓",
        "C. My name.",
    ]


def test_a_translation_changes_texts_only():
    before = quiz_form(language="it")
    after = quiz_form(language="it", pass_mark=80, introduction="<p>Altro.</p>", required=False)

    assert [(change.kind, change.language) for change in changes_of_item(before, after, is_source=False)] == [
        (ChangeKind.INTRODUCTION, "it")
    ]


def lesson_with(**blocks):
    """A lesson whose blocks of these names have these values; None: it is not there."""
    raw = copy.deepcopy(drafts.BLOCKS)
    for name, value in blocks.items():
        if value is None:
            del raw[name]
        elif name in raw:
            raw[name]["value"] = {**raw[name]["value"], **value}
        else:
            raw[name] = block("rich_text", value, key=name)
    return lesson_form(body=list(raw.values()))


def test_the_words_of_a_lesson_are_counted_in_all_and_by_block():
    changes = changes_of_item(lesson_form(), lesson_with(rich_text={"html": "<p>Think of four other things.</p>"}))

    assert [(change.kind, change.values["count"]) for change in changes] == [
        (ChangeKind.LESSON_WORDS, 1),
        (ChangeKind.BLOCK_TEXT, 1),
    ]
    assert (changes[1].old, changes[1].new) == ("Think of four things.", "Think of four other things.")


def test_blocks_new_taken_out_and_in_another_order():
    new = changes_of_item(lesson_form(), lesson_with(extra={"html": "<p>One more.</p>"}))
    gone = changes_of_item(lesson_form(), lesson_with(quote=None))
    moved = changes_of_item(lesson_form(), lesson_form(body=list(drafts.BLOCKS.values())[::-1]))

    assert kinds(new) == [ChangeKind.LESSON_WORDS, ChangeKind.BLOCK_NEW]
    assert [(change.kind, change.old) for change in gone[1:]] == [
        (ChangeKind.BLOCK_REMOVED, "I kept mine for a year.\nAmira, repair workshop")
    ]
    assert kinds(moved)[-1] == ChangeKind.BLOCKS_REORDERED


def test_another_file_and_another_form_of_a_block():
    file = changes_of_item(lesson_form(), lesson_with(download={"file": 4}))
    form = changes_of_item(lesson_form(), lesson_with(callout={"tone": "tip"}))

    assert ChangeKind.BLOCK_FILE in kinds(file)
    assert [change.values["number"] for change in form if change.kind == ChangeKind.BLOCK_OTHER] == [6]


def test_another_picture():
    after = lesson_form()
    body = copy.deepcopy(after.body)
    picture = next(block for block in body["blocks"] if block["type"] == "image")
    picture["picture"]["sha256"] = "e" * 64

    assert kinds(changes_of_item(lesson_form(), ItemForm(KEY, True, False, body))) == [ChangeKind.BLOCK_PICTURE]


def test_the_credit_of_a_lesson():
    (change,) = changes_of_item(lesson_form(), lesson_form(author="Rosa Lind"))

    assert (change.kind, change.old.splitlines()[0], change.new.splitlines()[0]) == (
        ChangeKind.ITEM_CREDIT,
        "The editors",
        "Rosa Lind",
    )


def test_a_module_renamed_and_a_new_one():
    old, new = {"title": "One", "summary": "A part."}, {"title": "First", "summary": "Its part."}

    assert kinds(changes_of_module(KEY, old, new)) == [ChangeKind.MODULE_RENAMED, ChangeKind.MODULE_SUMMARY]
    assert kinds(changes_of_module(KEY, None, new)) == [ChangeKind.MODULE_NEW]


@pytest.mark.parametrize(
    ("old", "new", "count"),
    [("", "", 0), ("a b c", "a b c", 0), ("a b c", "a x c", 1), ("a b", "a b c d", 2), ("a b c", "", 3)],
)
def test_words_changed_counts_the_longer_side(old, new, count):
    assert words_changed(old, new) == count


def test_words_of_very_long_texts_are_counted_without_their_order():
    many = "word " * 6_000

    assert words_changed(many, many + "more") == 1
    assert words_changed(many + "one two", many + "two one") == 1
    assert words_changed(many, many) == 0


def test_options_are_called_by_letters():
    assert [option_letter(position) for position in (0, 1, 25, 26)] == ["A", "B", "Z", "27"]


# Properties.

texts = st.sampled_from(["Yes.", "No.", "Perhaps.", "Sometimes."])


@st.composite
def quizzes(draw):
    """Raw quizzes whose questions and options share a small stock of ids, so that two of them overlap."""
    raw = []
    for key in draw(st.lists(st.sampled_from("pqrs"), min_size=1, max_size=4, unique=True)):
        kind = draw(st.sampled_from(["single_choice", "multiple_choice", "true_false"]))
        value = {"text": draw(texts), "html": "", "points": draw(st.integers(1, 2)), "feedback": draw(texts)}
        if kind == "true_false":
            value["answer"] = draw(st.sampled_from(["true", "false"]))
        else:
            names = draw(st.lists(st.sampled_from("abcd"), min_size=2, max_size=4, unique=True))
            right = draw(st.sets(st.sampled_from(names), min_size=1, max_size=1 if kind == "single_choice" else 4))
            value["options"] = [
                {"type": "item", "id": name, "value": {"text": draw(texts), "correct": name in right}} for name in names
            ]
        raw.append(block(kind, value, key=key))
    return quiz_form(questions=raw, pass_mark=draw(st.sampled_from([50, 60])))


MARKING = {
    ChangeKind.PASS_MARK,
    ChangeKind.QUESTION_NEW,
    ChangeKind.QUESTION_REMOVED,
    ChangeKind.QUESTION_KIND,
    ChangeKind.OPTION_NEW,
    ChangeKind.OPTION_NEW_CORRECT,
    ChangeKind.OPTION_REMOVED,
    ChangeKind.OPTION_ALSO_CORRECT,
    ChangeKind.OPTION_NOT_CORRECT,
    ChangeKind.OPTION_CORRECT_INSTEAD,
    ChangeKind.STATEMENT_TRUE,
    ChangeKind.STATEMENT_FALSE,
    ChangeKind.POINTS,
}


@given(old=quizzes(), new=quizzes())
def test_a_change_of_the_marking_is_said_in_words_exactly_when_there_is_one(old, new):
    """No editor releases another answer key without reading of it."""
    differs = marking_digest(old.body, old.answers) != marking_digest(new.body, new.answers)

    assert bool(marking_change(old, new)) is differs
    assert any(change.kind in MARKING for change in changes_of_item(old, new)) is differs


@given(old=quizzes(), new=quizzes())
def test_every_question_whose_marking_changed_is_named(old, new):
    marking = marking_change(old, new)

    named = {change.question for change in changes_of_item(old, new) if change.kind in MARKING and change.question}

    assert named == marking.changed | marking.gone | marking.new


@given(old=quizzes(), new=quizzes())
def test_what_differs_is_said_and_what_does_not_is_not(old, new):
    assert bool(changes_of_item(old, new)) is ((old.body, old.answers) != (new.body, new.answers))


@given(form=quizzes())
def test_a_quiz_beside_itself_says_nothing(form):
    assert changes_of_item(form, form) == []
    assert not marking_change(form, form)


@given(old=st.text(alphabet="ab ", max_size=20), new=st.text(alphabet="ab ", max_size=20))
def test_words_changed_is_none_exactly_for_the_same_words(old, new):
    assert (words_changed(old, new) == 0) is (old.split() == new.split())
    assert words_changed(old, new) <= max(len(old.split()), len(new.split())) * 2


# Manifests.


def entry(key, *, kind="lesson", title="", sha="", **fields):
    return {
        "key": key,
        "kind": kind,
        "required": True,
        "minutes": 5,
        "pass_mark": 60 if kind == "quiz" else 0,
        "max_attempts": 0,
        "waits_for_quizzes": False,
        "question_count": 3 if kind == "quiz" else 0,
        "marking_sha256": "m" if kind == "quiz" else "",
        "versions": {"en": {"sha256": sha or f"sha of {key}", "title": title or f"Step {key}", "summary": "S."}},
        **fields,
    }


def course_part(*modules, live=True, **facts):
    """What the pages say: modules given as (key, [entries])."""
    return {
        "schema": 1,
        "key": "course",
        "source_language": "en",
        "live": live,
        "course": {
            "level": "basic",
            "eqf_level": None,
            "hours": 2,
            "category": "ict-basic",
            "audiences": ["worker"],
            "plain_language": False,
            "art": "office",
            "competences": [],
            "prerequisites": [],
            "outcomes": [{"id": "o", "texts": {"en": {"text": "Signs in."}}}],
            "certificates": [],
            "author": "The editors",
            "licence": "CC BY 4.0",
            "reviewed_date": "",
            "review_by_date": "",
            "texts": {
                "en": {
                    "title": "Basics",
                    "summary": "What it is.",
                    "description_html": "<p>For all.</p>",
                    "source_html": "",
                    "topics": ["safety"],
                }
            },
            **facts,
        },
        "modules": [
            {
                "key": key,
                "texts": {"en": {"title": f"Module {key}", "summary": ""}},
                "items": [item["key"] for item in entries],
            }
            for key, entries in modules
        ],
        "items": [item for _, entries in modules for item in entries],
    }


def between(*parts):
    manifest = None
    made = []
    for number, part in enumerate(parts, start=1):
        manifest = next_manifest(manifest, part, number=number)
        made.append(manifest)
    return changes_between(made[0], made[-1], language="en")


def test_two_manifests_that_say_the_same_have_no_changes():
    part = course_part(("m", [entry("a"), entry("q", kind="quiz")]))

    assert between(part, part) == []


def test_steps_new_taken_out_back_and_moved():
    before = course_part(("m", [entry("a"), entry("b"), entry("x")]), ("n", [entry("c")]))
    without = course_part(("m", [entry("a"), entry("b")]), ("n", [entry("c")]))
    after = course_part(("m", [entry("b")]), ("n", [entry("c"), entry("a"), entry("d", minutes=8)]))

    assert [(change.kind, change.key) for change in between(before, after)] == [
        (ChangeKind.ITEM_MOVED, "a"),
        (ChangeKind.LESSON_NEW, "d"),
        (ChangeKind.ITEM_REMOVED, "x"),
    ]
    manifest = next_manifest(None, before, number=1)
    gone = next_manifest(manifest, without, number=2)
    back = next_manifest(gone, before, number=3)
    assert kinds(changes_between(gone, back, language="en")) == [ChangeKind.ITEM_BACK]


def test_another_order_of_steps_and_modules_is_set_side_by_side():
    before = course_part(("m", [entry("a"), entry("b")]), ("n", [entry("c")]))
    after = course_part(("n", [entry("c")]), ("m", [entry("b"), entry("a")]))

    changes = between(before, after)

    assert [(change.kind, change.old, change.new) for change in changes] == [
        (ChangeKind.ITEMS_REORDERED, "Step a\nStep b", "Step b\nStep a"),
        (ChangeKind.MODULES_REORDERED, "Module m\nModule n", "Module n\nModule m"),
    ]


def test_rules_of_steps_with_both_values():
    before = course_part(("m", [entry("a"), entry("q", kind="quiz")]))
    after = course_part(
        (
            "m",
            [
                entry("a", minutes=8, required=False, sha="other"),
                entry("q", kind="quiz", pass_mark=70, max_attempts=2, marking_sha256="n", sha="other q"),
            ],
        )
    )

    assert [(change.kind, change.values.get("old"), change.values.get("new")) for change in between(before, after)] == [
        (ChangeKind.ITEM_MINUTES, 5, 8),
        (ChangeKind.ITEM_OPTIONAL, None, None),
        (ChangeKind.PASS_MARK, 60, 70),
        (ChangeKind.TRIES, 0, 2),
    ]


def test_texts_that_a_manifest_does_not_hold_are_said_to_have_changed():
    before = course_part(("m", [entry("a"), entry("q", kind="quiz"), entry("r", kind="quiz")]))
    after = course_part(
        (
            "m",
            [
                entry("a", sha="other"),
                entry("q", kind="quiz", sha="other"),
                entry("r", kind="quiz", sha="other", marking_sha256="n"),
            ],
        )
    )

    assert kinds(between(before, after)) == [
        ChangeKind.LESSON_CHANGED,
        ChangeKind.QUIZ_CHANGED,
        ChangeKind.MARKING_CHANGED,
    ]


def test_how_much_of_a_lesson_changed_is_said_where_its_bodies_are_given():
    old, new = lesson_form(), lesson_with(rich_text={"html": "<p>Think of four other things.</p>"})
    before = next_manifest(None, course_part(("m", [entry("a", sha="old")])), number=1)
    after = next_manifest(before, course_part(("m", [entry("a", sha="new")])), number=2)

    (change,) = changes_between(before, after, language="en", lessons={"old": old.body, "new": new.body})

    assert (change.kind, change.values["count"]) == (ChangeKind.LESSON_WORDS, 1)


def test_texts_and_facts_of_the_course():
    before = course_part(("m", [entry("a")]))
    after = course_part(
        ("m", [entry("a")]),
        live=False,
        hours=3,
        competences=[{"framework": "digcomp", "version": "2.2", "code": "4.1", "level": 3}],
        outcomes=[{"id": "o", "texts": {"en": {"text": "Signs out."}}}],
        certificates=[
            {
                "id": "c",
                "texts": {
                    "en": {
                        "kind": "participation",
                        "statement": "took part",
                        "signatory_name": "",
                        "signatory_role": "",
                    }
                },
            }
        ],
    )

    assert kinds(between(before, after)) == [
        ChangeKind.COURSE_OFFLINE,
        ChangeKind.OUTCOME_TEXT,
        ChangeKind.CERTIFICATE_NEW,
        ChangeKind.COURSE_FACT,
        ChangeKind.COMPETENCE_NEW,
    ]


def test_a_translation_of_the_course_changes_texts_only():
    before = course_part(("m", [entry("a")]))["course"]
    after = copy.deepcopy(before)
    after["hours"] = 9
    after["texts"]["it"] = {**after["texts"]["en"], "title": "Basi"}

    changes = changes_of_course(before, after, source_language="en", language="it")

    assert [(change.kind, change.values["field"], change.language) for change in changes] == [
        (ChangeKind.COURSE_TEXT, "title", "it")
    ]


def test_a_new_language_is_said_once():
    before = course_part(("m", [entry("a"), entry("b")]))
    after = copy.deepcopy(before)
    for item in after["items"]:
        item["versions"]["it"] = {"sha256": "it", "title": "Passo", "summary": ""}

    changes = between(before, after)

    assert [(change.kind, change.language) for change in changes] == [(ChangeKind.ITEM_LANGUAGE_NEW, "it")]


@st.composite
def parts(draw):
    keys = draw(st.lists(st.sampled_from("abcdef"), max_size=5, unique=True))
    cut = draw(st.integers(0, len(keys)))
    made = [
        entry(
            key,
            minutes=draw(st.sampled_from([5, 8])),
            required=draw(st.booleans()),
            title=draw(st.sampled_from(["One", "Two"])),
            kind="quiz" if key in "ef" else "lesson",
        )
        for key in keys
    ]
    modules = [(name, entries) for name, entries in (("m", made[:cut]), ("n", made[cut:])) if entries]
    return course_part(*modules, live=draw(st.booleans()))


@given(old=parts(), new=parts())
def test_every_difference_that_a_learner_sees_between_two_manifests_is_said(old, new):
    before = next_manifest(None, old, number=1)
    after = next_manifest(before, new, number=2)

    changes = changes_between(before, after, language="en")

    assert bool(changes) is (old != new)
    is_there = {item["key"] for item in old["items"]}
    will_be = {item["key"] for item in new["items"]}
    news = {change.key for change in changes if change.kind in {ChangeKind.LESSON_NEW, ChangeKind.QUIZ_NEW}}
    assert news == will_be - is_there
    assert {change.key for change in changes if change.kind == ChangeKind.ITEM_REMOVED} == is_there - will_be
