"""Raw drafts as the database holds them: every block and question once, with every field filled."""

from typing import Any

from courses.rules.freezing import Found, PictureFacts

LESSON_KEY = "7b1f9a52-9b1c-4f4e-8f55-6c1d53f0a001"
FOUND = Found(
    pages={7: LESSON_KEY},
    pictures={3: PictureFacts("a" * 64, 900, 600, "Rosa Lind", "CC BY 4.0", "Drawn for this portal.")},
    files={
        4: {"sha256": "b" * 64, "name": "film.mp4", "content_type": "video/mp4", "byte_count": 1000},
        5: {"sha256": "c" * 64, "name": "film.vtt", "content_type": "text/vtt", "byte_count": 100},
        6: {"sha256": "d" * 64, "name": "sheet.pdf", "content_type": "application/pdf", "byte_count": 2048},
    },
)


def items(*values: Any) -> list[dict[str, Any]]:
    """Return values as a raw list block, with ids."""
    return [{"type": "item", "id": f"item-{number}", "value": value} for number, value in enumerate(values, start=1)]


def block(kind: str, value: dict[str, Any], key: str = "") -> dict[str, Any]:
    return {"type": kind, "id": key or kind.replace("_", "-"), "value": value}


BLOCKS = {
    "key_words": block(
        "key_words", {"words": items({"word": "Passphrase", "meaning": "A password of several words."})}
    ),
    "heading": block("heading", {"text": "Four words that do not belong together"}),
    "rich_text": block(
        "rich_text", {"html": '<p data-block-key="x1y2z">Think of <a linktype="page" id="7">four things</a>.</p>'}
    ),
    "image": block(
        "image", {"picture": 3, "alt": "A kettle and a ladder.", "decorative": False, "caption": "Kettle, ladder."}
    ),
    "table": block(
        "table",
        {
            "caption": "Three passwords side by side",
            "columns": items("Password", "To guess"),
            "rows": items(items("Maria1985", "Very easy"), items("kettle-ladder-violet-tram", "Hard")),
        },
    ),
    "callout": block(
        "callout", {"tone": "careful", "title": "Never by mail", "html": "<p>Not even to your coach.</p>"}
    ),
    "steps": block("steps", {"title": "How", "steps": items({"title": "Sign out", "html": "<p>At the top.</p>"})}),
    "checklist": block("checklist", {"title": "Before you go", "entries": items("Signed out", "Screen off")}),
    "quote": block("quote", {"text": "I kept mine for a year.", "source": "Amira, repair workshop"}),
    "self_check": block(
        "self_check",
        {
            "question": "Which is harder to guess?",
            "options": items("Rex2019", "rain-sofa-goat"),
            "html": "<p>The second.</p>",
        },
    ),
    "do_at_work": block(
        "do_at_work",
        {"steps": items("Think of four words.", "Change one password."), "html": "<p>Stuck?</p>", "minutes": 5},
    ),
    "video": block(
        "video",
        {"title": "Sign out", "file": 4, "captions": 5, "transcript": "<p>A hand taps the menu.</p>", "minutes": 2},
    ),
    "video_link": block(
        "video_link",
        {"title": "On passphrases", "url": "https://video.example/7", "transcript": "<p>Four words.</p>", "minutes": 3},
    ),
    "download": block("download", {"title": "Three questions", "file": 6, "description": "To hang on the wall."}),
}

SECRETS = {
    "single_choice": ("Secret-feedback-yes", "Secret-feedback-no", "Secret-explanation-single"),
    "true_false": ("Secret-feedback-true", "Secret-feedback-false", "Secret-explanation-statement"),
}

QUESTIONS = {
    "single_choice": block(
        "single_choice",
        {
            "text": "What do you do before you leave a shared tablet?",
            "html": "<p>It lies in the kitchen.</p>",
            "options": [
                {
                    "type": "item",
                    "id": "sign-out",
                    "value": {"text": "I sign out.", "correct": True, "feedback": "Secret-feedback-yes"},
                },
                {
                    "type": "item",
                    "id": "close",
                    "value": {"text": "I close the page.", "correct": False, "feedback": "Secret-feedback-no"},
                },
            ],
            "feedback": "Secret-explanation-single",
            "lesson": 7,
            "section": "sign-out-section",
            "points": 2,
        },
    ),
    "multiple_choice": block(
        "multiple_choice",
        {
            "text": "What belongs to a good passphrase?",
            "html": "",
            "options": [
                {"type": "item", "id": "long", "value": {"text": "It is long.", "correct": True, "feedback": ""}},
                {"type": "item", "id": "odd", "value": {"text": "Its words are odd.", "correct": True, "feedback": ""}},
                {"type": "item", "id": "name", "value": {"text": "My name.", "correct": False, "feedback": ""}},
            ],
            "feedback": "",
            "lesson": None,
            "section": "",
            "points": 1,
        },
    ),
    "true_false": block(
        "true_false",
        {
            "text": "An update can close a hole.",
            "html": "",
            "answer": "true",
            "feedback_true": "Secret-feedback-true",
            "feedback_false": "Secret-feedback-false",
            "feedback": "Secret-explanation-statement",
            "lesson": None,
            "section": "",
            "points": 1,
        },
    ),
}


def lesson(**columns: Any) -> dict[str, Any]:
    """Return the raw columns of a lesson with every block once."""
    return {
        "title": "A passphrase you can keep",
        "summary": "Long, and easy to keep.",
        "minutes": 6,
        "author": "The editors",
        "licence": "CC BY 4.0",
        "source": "<p>Written for this portal.</p>",
        "reviewed_date": "2026-10-12",
        "body": list(BLOCKS.values()),
        **columns,
    }


def quiz(**columns: Any) -> dict[str, Any]:
    """Return the raw columns of a quiz with every kind of question once."""
    return {
        "title": "Quiz: start safely",
        "introduction": "<p>About the first module.</p>",
        "minutes": 4,
        "pass_mark": 60,
        "max_attempts": 0,
        "author": "The editors",
        "licence": "CC BY 4.0",
        "source": "",
        "reviewed_date": "",
        "questions": list(QUESTIONS.values()),
        **columns,
    }
