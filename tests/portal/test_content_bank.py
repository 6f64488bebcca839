"""Assignments and the question bank in files: read, loaded, translated, refused with the place of what is wrong."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest

from courses.models import AssignmentPage, BankQuestion, QuizPage, QuizVersion
from courses.operations.drafts import drafts_below
from courses.queries.serving import assignment_version, course_by_key, outline_of
from portal.loading.content import load_content
from portal.loading.fields import MalformedContent
from portal.loading.identity import lasting_id
from portal.loading.reading import read_content
from tests.portal.contents import CREDIT, QUESTION, STATEMENT, small_texts, write_texts

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BANK = "question-bank/kettles.yaml"
ITALIAN_BANK = "question-bank/kettles.it.yaml"
FINAL = "courses/small-course/01-first/04-final.yaml"
ITALIAN_FINAL = "courses/small-course/01-first/04-final.it.yaml"
PLAN = "courses/small-course/01-first/05-plan.yaml"
ITALIAN_PLAN = "courses/small-course/01-first/05-plan.it.yaml"
ITALIAN_QUESTION = {
    "id": "which",
    "text": "Quale?",
    "options": [
        {"id": "this", "text": "Questo.", "feedback": "Sì."},
        {"id": "that", "text": "Quello.", "feedback": "Non proprio."},
    ],
    "feedback": "È questo.",
}


def level(name, points):
    return {"id": name, "title": name.capitalize(), "points": points, "description": f"It is {name}."}


def with_bank_and_plan():
    texts = small_texts()
    texts[BANK] = {
        "title": "Kettles",
        "tags": ["kettles"],
        "course": "small",
        "questions": [QUESTION, {**STATEMENT, "tags": ["Warm things"]}],
    }
    texts[ITALIAN_BANK] = {
        "title": "Bollitori",
        "questions": [
            ITALIAN_QUESTION,
            deepcopy(texts["courses/small-course/01-first/03-quiz.it.yaml"]["questions"][1]),
        ],
    }
    texts[FINAL] = {
        "kind": "quiz",
        "title": "Final",
        "html": "<p>One of two.</p>",
        **CREDIT,
        "pass_mark": 60,
        "draws": [{"count": 1, "by": "tag", "tag": "kettles"}],
        "questions": [
            {"id": "first", "type": "bank_question", "from_bank": "kettles/warm"},
            {"id": "pool", "type": "bank_questions", "tag": "Kettles"},
        ],
    }
    texts[ITALIAN_FINAL] = {
        "title": "Finale",
        "html": "<p>Una di due.</p>",
        "source": "<p>Scritto per una prova.</p>",
        "questions": [{"id": "first"}, {"id": "pool"}],
    }
    texts[PLAN] = {
        "kind": "assignment",
        "title": "Plan",
        "html": "<p>Write a plan.</p>",
        **CREDIT,
        "pass_mark": 50,
        "max_files": 2,
        "needs_second_assessor": True,
        "rubric": [{"id": "goals", "title": "Goals", "levels": [level("absent", 0), level("clear", 4)]}],
    }
    texts[ITALIAN_PLAN] = {
        "title": "Piano",
        "html": "<p>Scrivete un piano.</p>",
        "source": "<p>Scritto per una prova.</p>",
        "rubric": [
            {
                "id": "goals",
                "title": "Obiettivi",
                "levels": [
                    {"id": "absent", "title": "Assenti", "description": "Non ci sono."},
                    {"id": "clear", "title": "Chiari", "description": "Sono chiari."},
                ],
            }
        ],
    }
    return texts


def load(folder, at=NOON):
    said = []
    return load_content(folder=folder, at=at, say=said.append), said


def problems_of(folder):
    with pytest.raises(MalformedContent) as refused:
        read_content(folder)
    return [f"{problem.file} {problem.field}: {problem.reason}" for problem in refused.value.problems]


@pytest.mark.django_db
def test_the_bank_and_an_assignment_are_loaded_in_both_languages_and_again_without_a_change(tmp_path):
    folder = write_texts(tmp_path, with_bank_and_plan())
    load(folder)

    course = course_by_key(lasting_id("courses", "small"))
    quiz, plan = (item for item in outline_of(course, "it").items[3:5])
    body = QuizVersion.objects.get(sha256=quiz.version).body
    which, warm = (str(lasting_id("question-bank", "kettles", name)) for name in ("which", "warm"))
    assert [(entry["id"], entry["tags"]) for entry in body["questions"]] == [
        (warm, ["kettles", "warm things"]),
        (which, ["kettles"]),
    ]
    assert body["draws"] == [{"count": 1, "by": "tag", "value": "kettles"}]
    assert body["questions"][1]["text"] == "Quale?"
    assert (plan.kind, plan.title, plan.needs_second_assessor) == ("assignment", "Piano", True)
    [criterion] = assignment_version(plan.version).body["criteria"]
    assert (criterion["title"], [entry["points"] for entry in criterion["levels"]]) == ("Obiettivi", [0, 4])
    assert load(folder)[0] == 0
    assert drafts_below(course, at=NOON) == []


@pytest.mark.django_db
def test_a_question_that_an_editor_changed_or_deleted_stays_so(tmp_path):
    texts = with_bank_and_plan()
    folder = write_texts(tmp_path, texts)
    load(folder)
    changed = BankQuestion.objects.get(
        translation_key=lasting_id("question-bank", "kettles", "which"), locale__language_code="en"
    )
    changed.title = "Renamed"
    changed.save_revision().publish()
    BankQuestion.objects.get(
        translation_key=lasting_id("question-bank", "kettles", "warm"), locale__language_code="it"
    ).delete()

    texts[BANK]["questions"] = [{**QUESTION, "text": "Which of both?"}, {**STATEMENT, "tags": ["Warm things"]}]
    texts[ITALIAN_BANK]["questions"][1]["text"] = "Un bollitore scalda."
    count, said = load(write_texts(tmp_path, texts))
    assert count == 0
    assert [line for line in said if "question-bank" in line] == [
        "question-bank/kettles/which (en): the question was changed in the CMS since it was loaded; it stays as it is.",
        "question-bank/kettles/warm (it): the question was deleted in the CMS; it stays away.",
    ]


@pytest.mark.django_db
def test_a_reworded_question_makes_one_edition(tmp_path):
    texts = with_bank_and_plan()
    folder = write_texts(tmp_path, texts)
    load(folder)
    course = course_by_key(lasting_id("courses", "small"))
    texts[BANK]["questions"] = [{**QUESTION, "text": "Which of both?"}, {**STATEMENT, "tags": ["Warm things"]}]
    load(write_texts(tmp_path, texts))

    assert course_by_key(course.key).current_edition.number == course.current_edition.number + 1
    assert QuizPage.objects.filter(live=True).count() == 4  # two, in two languages
    assert AssignmentPage.objects.filter(live=True).count() == 2


def test_what_is_wrong_with_them_is_named_with_its_place(tmp_path):
    texts = with_bank_and_plan()
    texts[BANK]["course"] = "none"
    texts[FINAL]["questions"][0]["from_bank"] = "kettles/cold"
    texts[FINAL]["questions"][1]["tag"] = "pans"
    texts[PLAN]["rubric"][0]["levels"] = [level("absent", 1), level("clear", 1)]
    texts[PLAN] |= {"max_files": 0, "takes_text": False}
    del texts[ITALIAN_PLAN], texts[ITALIAN_FINAL], texts[ITALIAN_BANK]
    assert sorted(problems_of(write_texts(tmp_path, texts))) == sorted(
        [
            f"{PLAN} takes_text: Nothing could be handed in: let people write a text, or hand in a file.",
            f"{PLAN} rubric[goals].levels: At least two levels must be worth different points.",
            f"{BANK} course: There is no course 'none'.",
            f"{BANK} lesson: No lesson before this quiz is called 'one'.",
            f"{FINAL} from_bank: The bank has no question 'kettles/cold': name its file and its id.",
            f"{FINAL} tag: No question of the bank has the tag 'pans'.",
        ]
    )


def test_a_translation_changes_no_points_of_a_rubric_and_no_draw(tmp_path):
    texts = with_bank_and_plan()
    texts[ITALIAN_PLAN]["rubric"][0]["levels"][0]["points"] = 3
    texts[ITALIAN_PLAN]["max_files"] = 5
    assert problems_of(write_texts(tmp_path, texts)) == [
        f"{ITALIAN_PLAN} max_files: This is 2 in the page that this translates; a translation changes texts only.",
        f"{ITALIAN_PLAN} rubric[goals].levels[absent].points: This is 0 in the page that this translates; "
        "a translation changes texts only.",
    ]


def test_a_bank_in_a_quiz_of_its_own_is_named_by_kind(tmp_path):
    texts = with_bank_and_plan()
    del texts[ITALIAN_BANK]
    texts[BANK]["questions"][0] = {"id": "which", "type": "bank_questions", "tag": "kettles"}
    assert "'bank_questions' is not one of:" in problems_of(write_texts(tmp_path, texts))[0]
