"""A raw question of every kind, with every field filled; and a translation of each."""

from copy import deepcopy
from typing import Any

from tests.courses.drafts import QUESTIONS, block

EXTRAS = {
    "hint": "It is in the second lesson.",
    "picture": 3,
    "alt": "A tablet on a kitchen table.",
    "decorative": False,
    "tags": "Tablets, module  1",
    "outcome": "0f3f2a53-7d43-4a51-a34a-74d1d37c0001",
    "competence": "digcomp:2.2:4.1",
}


def listed(**values: Any) -> list[dict[str, Any]]:
    """Return values as a raw list block, by the id of each item."""
    return [{"type": "item", "id": key, "value": value} for key, value in values.items()]


def _filled(kind: str, text: str, points: int = 3, **own: Any) -> dict[str, Any]:
    common = {
        "text": text, "html": "", "feedback": f"Secret-explanation-{kind}", "lesson": 7, "section": "", "points": points,
    }  # fmt: skip
    return block(kind, {**common, **EXTRAS, **own})


EVERY_KIND: dict[str, dict[str, Any]] = {
    **QUESTIONS,
    "ordering": _filled(
        "ordering",
        "You leave a shared tablet. What comes first?",
        options=listed(
            save={"text": "Save what you wrote.", "feedback": "Secret-feedback-save"},
            leave={"text": "Sign out.", "feedback": ""},
            lock={"text": "Lock the screen.", "feedback": ""},
        ),
        partial=True,
    ),
    "matching": _filled(
        "matching",
        "What protects what?",
        options=listed(
            phrase={"text": "A passphrase", "match": "Your account", "feedback": "", "match_id": "m-2"},
            update={"text": "An update", "match": "Your device", "feedback": "", "match_id": "m-3"},
            lock={
                "text": "A screen lock",
                "match": "Your device",
                "feedback": "Secret-feedback-lock",
                "match_id": "m-1",
            },
        ),
        others=listed(**{"m-4": "Your chair"}),
        partial=True,
    ),
    "numeric": _filled(
        "numeric", "How long is half a shift of seven hours?", number="3.5", tolerance="0.1", unit="hours"
    ),
    "short_text": _filled(
        "short_text",
        "What do you press before you leave?",
        accepted=listed(a="Sign out", b="Log out"),
        case=False,
        accents=False,
    ),
    "open_answer": _filled(
        "open_answer", "Tell a colleague why you sign out.", guidance="Secret-guidance: others would see the client."
    ),
}

ITALIAN: dict[str, dict[str, Any]] = deepcopy(EVERY_KIND)
for _kind, _raw in ITALIAN.items():
    _raw["value"].update(
        text=f"In italiano: {_kind}", html="<p>Di più.</p>" if _raw["value"]["html"] else "", feedback="Spiegazione",
        points=50, partial=False, hint="Nella seconda lezione.", alt="Un tablet.", tags="altro", outcome="", picture=None,
    )  # fmt: skip
for _raw in (ITALIAN["ordering"], ITALIAN["matching"]):
    for _entry in _raw["value"]["options"]:
        _entry["value"]["text"] += " (it)"
    _raw["value"]["options"].reverse()
for _entry in ITALIAN["matching"]["value"]["options"]:
    _entry["value"]["match"] += " (it)"
ITALIAN["matching"]["value"]["others"][0]["value"] = "La sedia"
ITALIAN["numeric"]["value"].update(number="99", tolerance="50", unit="ore")
ITALIAN["short_text"]["value"].update(accepted=listed(a="Esci", b="Disconnetti"), case=True, accents=True)
ITALIAN["open_answer"]["value"].update(guidance="Secret-guidance in italiano.")
