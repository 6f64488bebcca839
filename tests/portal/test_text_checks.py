"""`tools.check_texts`: a folder of texts that are right has no fault, and each planted fault is found and said in words."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.loading.reading import read_content
from tests.portal.contents import (
    CASE,
    COURSE,
    CREDIT,
    LESSON,
    LESSON_TWO,
    PICTURE,
    QUESTION,
    QUIZ,
    STATEMENT,
    case_study,
    lesson,
    rich_text,
    small_texts,
    write_texts,
)
from tools import check_texts as checks
from tools.check_texts import CHECKS, Texts, faults_of, main

Files = dict[str, dict[str, Any]]
BANK = "question-bank/kettles.yaml"
FINAL = "courses/small-course/02-last/01-final.yaml"
PLAN = "courses/small-course/02-last/02-plan.yaml"
KEY_WORDS = {"id": "words", "type": "key_words", "words": [{"word": "Kettle", "meaning": "A pot for water."}] * 2}
SELF_CHECK = {"id": "check", "type": "self_check", "question": "Is it hot?", "options": [], "html": "<p>Look.</p>"}
AT_WORK = {"id": "work", "type": "do_at_work", "minutes": 5, "steps": ["Boil some water."], "html": "<p>Ask.</p>"}
HEADING = {"id": "start", "type": "heading", "text": "How to start"}
HARD = "Organisational interoperability necessitates comprehensive administrative documentation. "


def right_lesson(title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    text = rich_text("text", f"<p>{'You put water into the kettle. ' * 50}</p>")
    return lesson(title, deepcopy(KEY_WORDS), HEADING, text, *blocks, SELF_CHECK, AT_WORK)


def question(name: str, **changes: Any) -> dict[str, Any]:
    return {**deepcopy(QUESTION), "id": name, "text": f"Which kettle is {name}?", **changes}


def rubric() -> list[dict[str, Any]]:
    levels = [{"id": f"l{n}", "title": f"Level {n}", "points": n, "description": f"It is {n}."} for n in range(4)]
    return [{"id": f"c{n}", "title": f"Criterion {n}", "levels": deepcopy(levels)} for n in range(5)]


def right_texts() -> Files:
    """Return a small folder in which nothing is wrong."""
    texts = {name: text for name, text in small_texts().items() if ".it." not in name}
    texts[LESSON] = right_lesson("One", PICTURE)
    texts[LESSON_TWO] = right_lesson("Two")
    texts[QUIZ]["questions"] = [question(name) for name in ("red", "old", "big", "full")]
    texts[QUIZ]["questions"].append({**STATEMENT, "lesson": "two"})
    texts[COURSE] |= {
        "review_by_date": "!!day",
        "source": "<p>Written for a test.</p><p>Further reading: A kettle book.</p>",
    }
    texts["courses/small-course/02-last/module.yaml"] = {"title": "Last", "summary": "The last part."}
    texts[FINAL] = {
        "kind": "quiz",
        "title": "Final",
        **CREDIT,
        "pass_mark": 75,
        "waits_for_quizzes": True,
        "needed_for_achievement": True,
        "draws": [{"count": 1, "by": "tag", "tag": "kettles"}],
        "questions": [{"id": "pool", "type": "bank_questions", "tag": "kettles"}],
    }
    texts[PLAN] = {
        "kind": "assignment",
        "title": "Plan",
        "html": "<p>Plan it.</p>",
        **CREDIT,
        "pass_mark": 60,
        "rubric": rubric(),
    }
    texts[BANK] = {
        "title": "Kettles",
        "tags": ["kettles"],
        "course": "small",
        "questions": [question(name) for name in ("new", "small", "empty")],
    }
    texts[CASE] = case_study()
    return texts


def said(tmp_path: Path, texts: Files) -> list[str]:
    return [str(fault) for fault in faults_of(read_content(write_texts(tmp_path / "content", texts)))]


def block(texts: Files, file: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(block for block in texts[file]["blocks"] if block["id"] == name)
    return found


def test_a_folder_in_which_nothing_is_wrong_has_no_fault(tmp_path):
    assert said(tmp_path, right_texts()) == []


def short(texts: Files) -> None:
    block(texts, LESSON, "text")["html"] = "<p>You put water into the kettle.</p>"


def long(texts: Files) -> None:
    block(texts, LESSON, "text")["html"] = f"<p>{'You put water into the kettle. ' * 120}</p>"


def hard(texts: Files) -> None:
    block(texts, LESSON, "text")["html"] = f"<p>{HARD * 45}</p>"


def without(name: str) -> Callable[[Files], None]:
    def plant(texts: Files) -> None:
        texts[LESSON]["blocks"] = [entry for entry in texts[LESSON]["blocks"] if entry["id"] != name]

    return plant


def put(file: str, field: str, value: Any) -> Callable[[Files], None]:
    def plant(texts: Files) -> None:
        texts[file][field] = value

    return plant


def ask(file: str, place: int, **changes: Any) -> Callable[[Files], None]:
    def plant(texts: Files) -> None:
        texts[file]["questions"][place] |= changes

    return plant


def unanswered(texts: Files) -> None:
    ordered = [{"id": "fill", "text": "Fill it.", "feedback": "First."}, {"id": "boil", "text": "Boil it."}]
    texts[QUIZ]["questions"][0] |= {"type": "ordering", "options": ordered}


def one_word(texts: Files) -> None:
    texts[LESSON]["blocks"] = [
        {**entry, "alt": "Kettle"} if entry == PICTURE else entry for entry in texts[LESSON]["blocks"]
    ]


def fewer(file: str, count: int) -> Callable[[Files], None]:
    def plant(texts: Files) -> None:
        del texts[file]["questions"][count:]

    return plant


def as_if_real(texts: Files) -> None:
    texts[CASE] |= {"illustrative": False, "consent": "written"}


def four_criteria(texts: Files) -> None:
    del texts[PLAN]["rubric"][4:]


def timer(texts: Files) -> None:
    texts[FINAL]["time_limit_minutes"] = 20


def no_draw(texts: Files) -> None:
    del texts[FINAL]["draws"]


PLANTED = [
    ("too short", checks.lesson_length, short, LESSON, "A lesson has 300 to 600 words, this one "),
    ("too long", checks.lesson_length, long, LESSON, "A lesson has 300 to 600 words, this one "),
    ("too hard", checks.plain_level, hard, LESSON, "It reads as C1, and plain language is B1 at most"),
    ("no key words", checks.lesson_shape, without("words"), LESSON, "The first block is not the key words."),
    (
        "no question to oneself",
        checks.lesson_shape,
        without("check"),
        LESSON,
        "Nothing asks the reader a question (self_check).",
    ),
    ("nothing to do", checks.lesson_shape, without("work"), LESSON, "The last block is not something to do at work."),
    (
        "begging",
        checks.banned_words,
        put(LESSON, "summary", "Please read this."),
        LESSON,
        "This word is never used here: Please.",
    ),
    (
        "begging in a case",
        checks.banned_words,
        put(CASE, "result", "It failed."),
        CASE,
        "This word is never used here: failed.",
    ),
    (
        "begging in the bank",
        checks.banned_words,
        ask(BANK, 0, feedback="Sorry."),
        "question-bank/kettles/new (en)",
        "This word is never used here: Sorry.",
    ),
    ("no feedback on an option", checks.feedback, unanswered, QUIZ, "An option has no feedback: Which kettle is red?"),
    (
        "no feedback on a question",
        checks.feedback,
        ask(QUIZ, 0, feedback=""),
        QUIZ,
        "A question has no feedback: Which kettle is red?",
    ),
    (
        "no lesson",
        checks.feedback,
        ask(QUIZ, 0, lesson="", section=""),
        QUIZ,
        "A question names no lesson: Which kettle is red?",
    ),
    ("four criteria", checks.rubrics, four_criteria, PLAN, "A rubric has five criteria of four levels."),
    (
        "a dead link",
        checks.links,
        put(LESSON, "source", '<p>Written for a test, see <a href="/en/courses/gone/">this course</a>.</p>'),
        LESSON,
        "A link leads to no page: /en/courses/gone/",
    ),
    ("a picture in one word", checks.pictures, one_word, LESSON, "One word says too little of a picture: Kettle"),
    (
        "a drawing not shown",
        checks.pictures,
        without("picture"),
        "pictures/kettle.svg",
        "No lesson shows this drawing.",
    ),
    ("four questions", checks.quiz_sizes, fewer(QUIZ, 4), QUIZ, "A quiz asks 5 to 8 questions, this one 4."),
    (
        "a low pass mark",
        checks.final_tests,
        put(FINAL, "pass_mark", 60),
        FINAL,
        "A final test needs 75 per cent and has no timer.",
    ),
    ("a timer", checks.final_tests, timer, FINAL, "A final test needs 75 per cent and has no timer."),
    ("no draw", checks.final_tests, no_draw, FINAL, "A final test draws its questions from a pool."),
    (
        "a small pool",
        checks.final_tests,
        fewer(BANK, 2),
        FINAL,
        "It draws 1 of 2 questions; a pool is three times as large.",
    ),
    (
        "two points",
        checks.final_tests,
        ask(BANK, 0, points=2),
        FINAL,
        "A question of its pool is worth more than one point.",
    ),
    (
        "the same question",
        checks.asked_twice,
        ask(BANK, 0, text="Which kettle is red?"),
        QUIZ,
        "Two questions are the same: Which kettle is red?",
    ),
    (
        "no source",
        checks.sources,
        put(LESSON, "source", "<p>Ours.</p>"),
        LESSON,
        "It does not say where it comes from and when it was reviewed.",
    ),
    (
        "no reading list",
        checks.sources,
        put(COURSE, "source", "Written for a test."),
        COURSE,
        "A course has a reading list: a paragraph “Further reading” in its source.",
    ),
    (
        "no day to review",
        checks.sources,
        put(COURSE, "review_by_date", None),
        COURSE,
        "It does not say by when it is reviewed.",
    ),
    (
        "not flagged",
        checks.cases,
        as_if_real,
        CASE,
        "A case of this folder is invented: it is illustrative, and asks nobody for consent.",
    ),
    (
        "not named",
        checks.cases,
        put(CASE, "source", "<p>Written for a test.</p>"),
        CASE,
        "Its source does not say “Kettle Club does not exist”.",
    ),
    (
        "told as true",
        checks.cases,
        put(CASE, "problem", "<p>Tea came late.</p>"),
        CASE,
        "Its first words do not say that the organisation is invented.",
    ),
]


@pytest.mark.parametrize(
    ("check", "plant", "file", "words"), [entry[1:] for entry in PLANTED], ids=[entry[0] for entry in PLANTED]
)
def test_a_planted_fault_is_found_and_said_in_words(tmp_path, check, plant, file, words):
    texts = right_texts()
    plant(texts)
    given = Texts(read_content(write_texts(tmp_path / "content", texts)))

    assert any(str(fault).startswith(f"{file}: {words}") for fault in check(given))


def test_two_things_with_the_same_identity_are_found(tmp_path):
    content = read_content(write_texts(tmp_path / "content", right_texts()))

    faults = list(checks.unique_ids(Texts(replace(content, courses=content.courses * 2))))
    assert {fault.words.partition(":")[0] for fault in faults} == {"An id is there twice"}


def test_every_check_has_its_planted_fault():
    assert {entry[1] for entry in PLANTED} | {checks.unique_ids} == set(CHECKS)


def test_run_by_hand_it_prints_a_line_a_fault_and_ends_with_one(tmp_path, capsys):
    texts = right_texts()
    short(texts)

    assert main(write_texts(tmp_path / "wrong", texts)) == 1
    assert capsys.readouterr().out.count("\n") == 1
    assert main(write_texts(tmp_path / "right", right_texts())) == 0
    put(COURSE, "hours", "many")(texts)
    assert main(write_texts(tmp_path / "malformed", texts)) == 1
    assert "hours: This must be a whole number" in capsys.readouterr().out
