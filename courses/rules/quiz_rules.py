"""The rules of a quiz beyond its pass mark: as a draft has them, as frozen, and which of them contradict each other.

What is left at its default is left out wherever it is frozen, so that a quiz without such rules freezes to the same
digest as before there were any.
"""

from collections.abc import Mapping
from typing import Any

from courses.rules.drafted import Draft, Raw, blocks_of, gettext_noop, text_of, whole_of
from courses.rules.drawing import shortages

DEFAULTS: Mapping[str, Any] = {
    "tries_period": "ever",
    "wait_minutes": 0,
    "counting": "best",
    "time_limit_minutes": 0,
    "layout": "one-a-page",
    "mixes_questions": False,
    "mixes_options": False,
    "feedback_timing": "after-submit",
    "reviews_first": True,
    "offers_practice": False,
}
"""What a quiz does where its editors say nothing. A time limit of 0 is none."""

IN_OUTLINE = ("tries_period", "wait_minutes", "counting", "time_limit_minutes", "offers_practice")
"""What serving needs to know before somebody starts, so that manifest and outline name it too."""

FIELDS_OF_RULES = frozenset({"draws", "tries_period", "wait_minutes", "offers_practice"})
"""The fields of a quiz at which it is said that its rules do not go together."""

MINUTES_A_WEEK = 7 * 24 * 60


def rules_set(columns: Raw) -> dict[str, Any]:
    """Return the rules of a quiz that are not at their default, from the columns of its page."""
    found = {name: columns.get(name) for name in DEFAULTS}
    return {name: value for name, value in found.items() if value not in (None, "", DEFAULTS[name])}


def rules_in_outline(columns: Raw) -> dict[str, Any]:
    """Return those rules of a quiz that a manifest names."""
    return {name: value for name, value in rules_set(columns).items() if name in IN_OUTLINE}


def draws_of(columns: Raw) -> list[dict[str, Any]]:
    """Return the draws of a quiz, frozen, from the columns of its page."""
    return [_draw(block.get("value") or {}) for block in blocks_of(columns, "draws")]


def frozen_rules(draft: Draft, source: Raw, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the rules and draws of a quiz for its frozen body; what cannot be goes to `draft` as problems."""
    rules = rules_set(source)
    if draws := draws_of(source):
        rules["draws"] = draws
    _check_draws(draft, draws, questions)
    _check_tries(draft, rules, whole_of(source, "max_attempts"))
    _check_practice(draft, rules, whole_of(source, "max_attempts"))
    return rules


def _draw(value: Raw) -> dict[str, Any]:
    by = text_of(value, "by") or "all"
    named = text_of(value, by) if by in {"tag", "outcome"} else ""
    return {
        "count": whole_of(value, "count", default=1),
        "by": by,
        "value": " ".join(named.lower().split()) if by == "tag" else named,  # as tags of a question are folded
    }


def _check_draws(draft: Draft, draws: list[dict[str, Any]], questions: list[dict[str, Any]]) -> None:
    draft.field = "draws"
    for shortage in shortages({"questions": questions, "draws": draws}):
        draft.add(
            gettext_noop(
                "Draw %(number)s asks for %(asked)s questions, and there may be only %(left)s left for it when the draws"
                " before are done. Ask for fewer, add questions that fit, or put this draw first."
            ),
            number=shortage.number,
            asked=shortage.asked,
            left=shortage.left,
        )


def _check_tries(draft: Draft, rules: Mapping[str, Any], most: int) -> None:
    is_weekly = rules.get("tries_period") == "week"
    wait = int(rules.get("wait_minutes", 0))
    draft.field = "tries_period"
    if is_weekly and not most:
        draft.add(gettext_noop("Say how many tries there are in seven days, or count tries altogether."))
    draft.field = "wait_minutes"
    if wait and most == 1 and not is_weekly:
        draft.add(
            gettext_noop(
                "There is only one try, so nobody can wait for another. Take the wait out, or give more tries."
            )
        )
    if wait and is_weekly and (most - 1) * wait >= MINUTES_A_WEEK:
        draft.add(
            gettext_noop(
                "With this wait nobody gets to %(tries)s tries in seven days. Make the wait shorter, or give fewer tries."
            ),
            tries=most,
        )


def _check_practice(draft: Draft, rules: Mapping[str, Any], most: int) -> None:
    # Practice tells the right answers to who has not passed (decision 0016).
    draft.field = "offers_practice"
    if not rules.get("offers_practice"):
        return
    if most or rules.get("wait_minutes"):
        draft.add(
            gettext_noop(
                "Practice tells which answers are right, so it cannot go with limited tries or a wait between them."
            )
        )
    if rules.get("time_limit_minutes"):
        draft.add(gettext_noop("Practice tells which answers are right, so it cannot go with a time limit."))
