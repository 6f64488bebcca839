"""A small folder of texts, whole and right, for tests that then change one thing in it."""

from pathlib import Path
from typing import Any

import yaml

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 900"><rect width="1600" height="900" fill="{colour}"/></svg>'
CREDIT = {
    "minutes": 5,
    "required": True,
    "author": "An author",
    "licence": "CC BY 4.0",
    "source": "<p>Written for a test.</p>",
    "reviewed_date": "!!day",
}
LESSON = "courses/small-course/01-first/01-one.yaml"
LESSON_TWO = "courses/small-course/01-first/02-two.yaml"
QUIZ = "courses/small-course/01-first/03-quiz.yaml"
COURSE = "courses/small-course/course.yaml"
ITALIAN_LESSON = "courses/small-course/01-first/01-one.it.yaml"
CASE = "case-studies/01-kettle-club.yaml"


def lesson(title: str, *blocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "lesson", "title": title, "summary": "A sentence.", **CREDIT, "blocks": list(blocks)}


def rich_text(name: str, html: str) -> dict[str, Any]:
    return {"id": name, "type": "rich_text", "html": html}


def case_study(**changes: Any) -> dict[str, Any]:
    """Return an invented case that is whole and right."""
    return {
        "title": "A kettle for all",
        "result": "Tea in 3 minutes.",
        "illustrative": True,
        "organisation": "Kettle Club",
        "country": "BE",
        "region_type": "town",
        "sector": "food",
        "size_band": "micro",
        "staff_count": 3,
        "audience": ["worker"],
        "problem": "<p>Kettle Club is an invented club. Tea came late.</p>",
        "tool_category": "stock",
        "tool": "A kettle",
        "licence_type": "free",
        "cost_band": "zero",
        "running_cost": "Nothing",
        "setup_time": "hours",
        "staff_hours": 2,
        "skills": [{"framework": "digcomp", "version": "2.2", "code": "1.3"}],
        "steps": [{"id": "fill", "title": "Filled it", "html": "<p>With water.</p>"}],
        "went_wrong": "<p>It was cold.</p>",
        "data_protection": "<p>None is kept.</p>",
        "accessibility": "<p>A light handle.</p>",
        "metrics": [
            {
                "id": "minutes",
                "name": "Time to tea",
                "unit": "minutes",
                "before": 9,
                "after": 3,
                "period": "A week in May and a week in June",
                "method": "A clock",
                "better": "lower",
            }
        ],
        "try_it": "<p>Boil some water.</p>",
        "courses": ["small"],
        "source": "<p>Written for a test. Kettle Club does not exist.</p>",
        "author": "An author",
        "licence": "CC BY 4.0",
        "interview_date": "!!day",
        "consent": "none-needed",
        "review_by_date": "!!later",
        "art": "kitchen",
        **changes,
    }


HEADING = {"id": "start", "type": "heading", "text": "How to start"}
PICTURE = {"id": "picture", "type": "image", "picture": "kettle", "alt": "A kettle."}
SHEET = {"id": "sheet", "type": "download", "title": "A sheet", "file": "sheets/list.txt"}
QUESTION = {
    "id": "which",
    "type": "single_choice",
    "text": "Which one?",
    "points": 1,
    "options": [
        {"id": "this", "text": "This one.", "correct": True, "feedback": "Yes."},
        {"id": "that", "text": "That one.", "feedback": "Not quite."},
    ],
    "feedback": "It is this one.",
    "lesson": "one",
    "section": "start",
}
STATEMENT = {
    "id": "warm",
    "type": "true_false",
    "text": "A kettle makes water warm.",
    "points": 1,
    "answer": True,
    "feedback_true": "Yes.",
    "feedback_false": "Not quite.",
    "feedback": "Try it.",
}


def small_texts() -> dict[str, dict[str, Any]]:
    """Return what the files say, by their path."""
    return {
        "site/home.yaml": {
            "title": "Learn",
            "lead": "A lead.",
            "button": "Begin",
            "sections": [{"id": "how", "title": "How", "html": "<p>So.</p>"}],
        },
        "site/home.it.yaml": {
            "title": "Impara",
            "lead": "Una frase.",
            "button": "Comincia",
            "sections": [{"id": "how", "title": "Come", "html": "<p>Così.</p>"}],
        },
        "site/about.yaml": {
            "title": "About",
            "summary": "Who we are.",
            "sections": [{"id": "us", "title": "Us", "html": "<p>We.</p>"}],
        },
        "pictures/pictures.yaml": {
            name: {
                "title": name.capitalize(),
                "alt": f"A {name}.",
                "author": "An author",
                "licence": "CC BY 4.0",
                "source": "Drawn for a test.",
            }
            for name in ("kettle", "share")
        },
        COURSE: {
            "key": "small",
            "title": "A small course",
            "summary": "What it is.",
            "html": "<p>For whom.</p>",
            "language": "en",
            "level": "basic",
            "eqf": 2,
            "hours": 1,
            "category": "ict-basic",
            "topics": ["kettles"],
            "audience": ["worker"],
            "plain_language": True,
            "art": "tablet",
            "outcomes": [{"id": "boil", "text": "Boils water."}],
            "competences": [{"framework": "digcomp", "version": "2.2", "code": "1.1", "level": 1}],
            "prerequisites": [],
            "author": "An author",
            "licence": "CC BY 4.0",
            "source": "Written for a test.",
            "reviewed_date": "!!day",
            "certificates": {
                "participation": {"statement": "took part.", "signatory_name": "Ada", "signatory_role": "Head"},
            },
        },
        "courses/small-course/course.it.yaml": {
            "title": "Un piccolo corso",
            "summary": "Che cos'è.",
            "html": "<p>Per chi.</p>",
            "topics": ["bollitori"],
            "outcomes": [{"id": "boil", "text": "Fa bollire l'acqua."}],
            "source": "Scritto per una prova.",
            "certificates": {"participation": {"statement": "ha partecipato.", "signatory_role": "Responsabile"}},
        },
        "courses/small-course/01-first/module.yaml": {"title": "First", "summary": "The first part."},
        "courses/small-course/01-first/module.it.yaml": {"title": "Prima", "summary": "La prima parte."},
        LESSON: lesson("One", HEADING, rich_text("text", "<p>Words.</p>"), PICTURE, SHEET),
        ITALIAN_LESSON: {
            "title": "Uno",
            "summary": "Una frase.",
            "source": "<p>Scritto per una prova.</p>",
            "blocks": [
                {"id": "start", "type": "heading", "text": "Come cominciare"},
                rich_text("text", "<p>Parole.</p>"),
                {"id": "picture", "type": "image", "picture": "kettle", "alt": "Un bollitore."},
                {"id": "sheet", "type": "download", "title": "Un foglio"},
            ],
        },
        LESSON_TWO: lesson("Two", rich_text("text", "<p>More words.</p>")),
        QUIZ: {
            "kind": "quiz",
            "title": "Quiz",
            "html": "<p>Two questions.</p>",
            **CREDIT,
            "pass_mark": 60,
            "max_attempts": 0,
            "waits_for_quizzes": False,
            "questions": [QUESTION, STATEMENT],
        },
        "courses/small-course/01-first/03-quiz.it.yaml": {
            "title": "Quiz in italiano",
            "html": "<p>Due domande.</p>",
            "source": "<p>Scritto per una prova.</p>",
            "questions": [
                {
                    "id": "which",
                    "text": "Quale?",
                    "options": [
                        {"id": "this", "text": "Questo.", "feedback": "Sì."},
                        {"id": "that", "text": "Quello.", "feedback": "Non proprio."},
                    ],
                    "feedback": "È questo.",
                },
                {
                    "id": "warm",
                    "text": "Un bollitore scalda l'acqua.",
                    "feedback_true": "Sì.",
                    "feedback_false": "Non proprio.",
                    "feedback": "Prova.",
                },
            ],
        },
    }


def write_texts(folder: Path, texts: dict[str, dict[str, Any]], *, colour: str = "#ffffff") -> Path:
    """Write files to a folder; what is there and not named stays."""
    for name, content in texts.items():
        write_file(folder, name, yaml.safe_dump(content, allow_unicode=True, sort_keys=False))
    for name in ("kettle", "share"):
        write_file(folder, f"pictures/{name}.svg", SVG.format(colour=colour))
    write_file(folder, "courses/small-course/sheets/list.txt", "One\nTwo\n")
    return folder


def write_file(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("'!!day'", "2026-10-12").replace("'!!later'", "2027-04-12"), encoding="utf-8")
