"""Questions of every kind in a file: read, translated, refused with the place of what is wrong."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from courses.rules.drafted import Found
from courses.rules.freezing import freeze_quiz, marking_digest
from courses.rules.kinds import KINDS
from portal.loading.blocks import read_questions
from portal.loading.fields import Node
from portal.loading.identity import lasting_id
from portal.loading.translations import translated

FOLDER = Path(settings.BASE_DIR) / "content/courses/digital-basics-at-work/01-start-safely"
NAME = "06-practise-a-morning-with-the-tablet"
ENGLISH = yaml.safe_load((FOLDER / f"{NAME}.yaml").read_text())
ITALIAN = yaml.safe_load((FOLDER / f"{NAME}.it.yaml").read_text())
KEY = lasting_id("test")


def read(content):
    node = Node(deepcopy(content), "quiz.yaml", [])
    questions = read_questions(node.nodes("questions"), page_key=KEY)
    return questions, [f"{problem.field}: {problem.reason}" for problem in node.problems]


def frozen(questions, texts, language):
    """Freeze questions of a file; where their pictures and lessons are is the loader's matter."""
    for block in (*questions, *texts):
        block["value"] |= {"picture": None, "lesson": None}
    columns, text = ({"title": "Quiz", "pass_mark": 60, "questions": blocks} for blocks in (questions, texts))
    return freeze_quiz(source=columns, text=text, language=language, source_language="en", found=Found(trusted=True))


def of_kind(kind):
    return next(question for question in ENGLISH["questions"] if question["type"] == kind)


def said(kind, **fields):
    return read({"questions": [{**of_kind(kind), **fields}]})[1]


def test_the_practice_quiz_holds_every_kind_and_a_hint_wherever_one_helps():
    questions, problems = read(ENGLISH)
    assert problems == []
    assert {question["type"] for question in questions} == set(KINDS)
    assert sum(1 for question in questions if question["value"].get("hint")) == 7


def test_the_practice_quiz_is_whole_in_both_languages_and_marked_alike():
    problems = []
    overlay = translated(ENGLISH, ITALIAN, file="quiz.it.yaml", problems=problems)
    assert problems == []
    english, _problems = read(ENGLISH)
    italian, reading = read(overlay)
    assert reading == []
    forms = [frozen(deepcopy(english), texts, language) for texts, language in ((english, "en"), (italian, "it"))]
    assert [form.problems for form in forms] == [(), ()]
    assert {question["language"] for question in forms[1].body["questions"]} == {"it"}
    assert len({marking_digest(form.body, form.key) for form in forms}) == 1


def test_who_has_all_right_but_the_open_answer_passes_without_waiting():
    points = {question["type"]: 0 for question in ENGLISH["questions"]}
    for question in ENGLISH["questions"]:
        points[question["type"]] += question["points"]
    all_points = sum(points.values())
    assert (all_points - points["open_answer"]) * 100 >= ENGLISH["pass_mark"] * all_points


def test_the_same_file_gives_the_same_ids():
    assert read(ENGLISH) == read(ENGLISH)
    matching = next(block for block in read(ENGLISH)[0] if block["type"] == "matching")
    entries = matching["value"]["options"]
    names = {entry["id"] for entry in entries} | {entry["value"]["match_id"] for entry in entries}
    assert len(names) == 8


def test_what_a_question_does_not_have_is_left_out():
    plain = {
        name: value for name, value in of_kind("single_choice").items() if name not in {"hint", "tags", "competence"}
    }
    ((block,), problems) = read({"questions": [plain]})
    assert problems == []
    assert set(block["value"]) == {"text", "html", "feedback", "lesson", "section", "points", "options"}


@pytest.mark.parametrize(
    ("kind", "fields", "problem"),
    [
        ("numeric", {"number": "about two"}, "number: This must be a number such as 3.5, not 'about two'."),
        ("numeric", {"number": True}, "number: This must be a number such as 3.5, not True."),
        ("numeric", {"tolerance": -1}, "tolerance: How far off an answer may be is 0 or more."),
        ("numeric", {"number": float("inf")}, "number: This must be a number such as 3.5, not inf."),
        ("short_text", {"accepted": []}, "accepted: This list is empty."),
        ("open_answer", {"guidance": " "}, "guidance: This text is empty."),
        ("matching", {"others": "one"}, "others: This must be a list."),
        ("ordering", {"options": [{"id": "a", "text": "A"}]}, "options: This list needs at least 2 entries."),
        ("ordering", {"alt": "x", "picture": "p", "decorative": True}, "alt: Say what the picture shows, or `decorative: true`: one of the two."),
        ("numeric", {"competence": "digcomp:2.2"}, "competence: This must be a competence such as digcomp:2.2:4.1."),
        ("numeric", {"competence": "digcomp:2.2:9.9"}, "competence: This must be a competence such as digcomp:2.2:4.1."),
        ("short_text", {"aceppted": ["x"]}, "aceppted: Nobody reads this field here. Is its name right?"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(kind, fields, problem):
    assert said(kind, **fields) == [f"questions[{of_kind(kind)['id']}].{problem}"]


def test_entries_that_all_have_the_same_match_are_no_question():
    same = [{**entry, "match": "It"} for entry in of_kind("matching")["options"]]
    assert said("matching", options=same, others=[]) == [
        "questions[parts-of-the-tablet].options: All entries have the same match; at least two different ones are needed."
    ]


def test_a_whole_number_and_a_very_small_one_are_read_as_they_are_written():
    for written, stored in ((2, "2"), (0.1, "0.1"), (1e-7, "0.0000001"), ("-3.50", "-3.5")):
        ((block,), problems) = read({"questions": [{**of_kind("numeric"), "number": written}]})
        assert (block["value"]["number"], problems) == (stored, [])
