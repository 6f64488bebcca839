"""Questions whose answer pairs each option with a target: steps with a place, words with what belongs to them.

An answer is stored as tokens, `<option id>:<target id>`; the key's `correct` holds the right ones. So answers to pairs
are compared and counted like chosen options.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from courses.rules.drafted import Draft, Raw, entries_of, gettext_noop, items_of, plain, text_of
from courses.rules.kinds.answers import Answer, NotAnAnswer, Parts
from courses.rules.kinds.base import Kind, Mix, Posted, Question

SEPARATOR = ":"
POSTED = "pair-{option}"
"""The name a form posts the place of an option's target under."""


def token(option: str, target: str) -> str:
    """Return how it is stored that an option is paired with a target.

    >>> token("soap", "2")
    'soap:2'
    """
    return f"{option}{SEPARATOR}{target}"


def paired(answer: Answer) -> dict[str, str]:
    """Return the target id of each option id. What is no pair, and an option with two targets, is left out."""
    pairs = _pairs(answer.options)
    times = Counter(option for option, _target in pairs)
    return {option: target for option, target in pairs if times[option] == 1}


def _pairs(tokens: Iterable[str]) -> list[tuple[str, str]]:
    split = (entry.split(SEPARATOR) for entry in tokens)
    return [(parts[0], parts[1]) for parts in split if len(parts) == 2 and all(parts)]


class Pairs(Kind):
    """What ordering and matching have in common."""

    uses_target_once = False
    """Whether no two options may have the same target."""

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        items = items_of(value, "options")
        options = [{"id": key, "text": text_of(option, "text")} for key, option in items]
        ids = [key for key, _option in items]
        if len(ids) < 2:
            draft.add(gettext_noop("Question %(number)s needs at least two entries."), number=number)
        if not all(option["text"] for option in options):
            draft.add(gettext_noop("An entry of question %(number)s has no words."), number=number)
        if len(set(ids)) != len(ids) or not all(_is_id(key) for key in ids):
            draft.add(
                gettext_noop("Two entries of question %(number)s have the same inner name, or one has none."),
                number=number,
            )
        key: Question = {"correct": [], "feedback": self.translated_feedback({}, value)}
        if value.get("partial"):
            key["partial"] = True
        return {"options": options}, key

    def translated(self, question: Question, texts: Raw) -> Question | None:
        said = {key: text_of(option, "text") for key, option in items_of(texts, "options")}
        options = [{"id": option["id"], "text": said.get(option["id"], "")} for option in question["options"]]
        return {**question, "options": options} if all(option["text"] for option in options) else None

    def translated_feedback(self, key: Question, texts: Raw) -> dict[str, str]:
        return {
            option: text_of(entry, "feedback")
            for option, entry in items_of(texts, "options")
            if text_of(entry, "feedback")
        }

    def read(self, entry: Mapping[str, Any], posted: Posted, *, language: str) -> Answer:
        targets = entry["targets"]
        chosen: dict[str, str] = {}
        for option in entry["options"]:
            places = [place for place in posted(POSTED.format(option=option)) if place]
            if not places:
                continue
            if len(places) > 1 or not _is_place(places[0], len(targets)):
                raise NotAnAnswer(gettext_noop("Choose from the list beside each entry. Nothing was changed."))
            chosen[option] = targets[int(places[0]) - 1]
        if self.uses_target_once:
            for target, times in Counter(chosen.values()).items():
                if times > 1:
                    raise NotAnAnswer(
                        gettext_noop("Place %(place)s is chosen more than once. Give each entry a place of its own."),
                        place=target,
                    )
        return Answer(frozenset(token(option, target) for option, target in chosen.items()))

    def fits(self, entry: Mapping[str, Any], answer: Answer) -> bool:
        pairs = paired(answer)
        known = pairs.keys() <= set(entry["options"]) and set(pairs.values()) <= set(entry["targets"])
        once = not self.uses_target_once or len(set(pairs.values())) == len(pairs)
        return known and once and len(pairs) == len(answer.options) and not answer.text

    def parts(self, key: Mapping[str, Any], answer: Answer) -> Parts:
        """Return how many pairs are right. A wrong pair takes nothing from a right one: it already lacks its own.

        An option with two targets, or a place given twice, is no pair: that never scores.
        """
        if not key["correct"]:
            raise ValueError("A question without a right pair cannot be marked.")
        pairs = paired(answer)
        times = Counter(pairs.values())
        standing = {
            token(option, target) for option, target in pairs.items() if not self.uses_target_once or times[target] == 1
        }
        return Parts(len(standing & set(key["correct"])), 0, len(key["correct"]))

    def told(self, key: Mapping[str, Any], answer: Answer) -> frozenset[str]:
        """Return the entries whose feedback an answer gets: those that were paired wrong."""
        return frozenset(
            option for option, target in paired(answer).items() if token(option, target) not in key["correct"]
        )


class Ordering(Pairs):
    """Steps to put in order. The targets are the places, "1" to as many as there are steps.

    The draft holds the steps in the right order; frozen they are in an order that says nothing.
    """

    name = "ordering"
    uses_target_once = True

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        question, key = super().freeze(draft, value, number)
        right = [option["id"] for option in question["options"]]
        key["correct"] = sorted(token(option, str(place)) for place, option in enumerate(right, start=1))
        question["options"].sort(key=lambda option: hashlib.sha256(option["id"].encode()).hexdigest())
        return question, key

    def entry(self, question: Mapping[str, Any], mix: Mix) -> dict[str, Any]:
        entry = super().entry(question, mix)
        return {**entry, "targets": [str(place) for place in range(1, len(entry["options"]) + 1)]}

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        texts = {option["id"]: option["text"] for option in question["options"]}
        placed = sorted(
            (int(place), option) for option, place in paired(answer).items() if _is_place(place, len(texts))
        )
        return tuple(f"{place}. {texts[option]}" for place, option in placed if option in texts)


class Matching(Pairs):
    """Entries to match with what belongs to them. Entries with the same match share one target.

    `match_id` of an entry names its target. It is no part of the entry's own id, so a form tells nothing of the key.
    `others` are targets that belong to nothing.
    """

    name = "matching"

    def freeze(self, draft: Draft, value: Raw, number: int) -> tuple[Question, Question]:
        question, key = super().freeze(draft, value, number)
        targets = _targets(value)
        # Of equal words the lowest id stands, so that the order of the entries decides nothing.
        ids = {text: min(target for target, words in targets if words == text) for _target, text in targets}
        kept = [{"id": target, "text": text} for text, target in ids.items()]
        if not all(text for _target, text in targets):
            draft.add(gettext_noop("What an entry of question %(number)s belongs to has no words."), number=number)
        if len(kept) < 2:
            draft.add(gettext_noop("Question %(number)s needs at least two different matches."), number=number)
        every = [target for target, _text in targets] + [option["id"] for option in question["options"]]
        if len(set(every)) != len(every) or not all(_is_id(target) for target in every):
            draft.add(
                gettext_noop("Two entries of question %(number)s have the same inner name, or one has none."),
                number=number,
            )
        key["correct"] = sorted(
            token(option, ids[text_of(entry, "match")]) for option, entry in items_of(value, "options")
        )
        return {**question, "targets": sorted(kept, key=lambda target: target["id"])}, key

    def translated(self, question: Question, texts: Raw) -> Question | None:
        translated = super().translated(question, texts)
        said = dict(_targets(texts))
        targets = [{"id": target["id"], "text": said.get(target["id"], "")} for target in question["targets"]]
        if translated is None or not all(target["text"] for target in targets):
            return None
        return {**translated, "targets": targets}

    def entry(self, question: Mapping[str, Any], mix: Mix) -> dict[str, Any]:
        return {**super().entry(question, mix), "targets": mix([target["id"] for target in question["targets"]])}

    def says(self, question: Mapping[str, Any], answer: Answer) -> tuple[str, ...]:
        targets = {target["id"]: target["text"] for target in question["targets"]}
        chosen = paired(answer)
        return tuple(
            f"{option['text']} \N{EN DASH} {targets[chosen[option['id']]]}"
            for option in question["options"]
            if chosen.get(option["id"]) in targets
        )


def _targets(value: Raw) -> list[tuple[str, str]]:
    matched = [(text_of(entry, "match_id"), text_of(entry, "match")) for _key, entry in items_of(value, "options")]
    return matched + [(key, plain(entry)) for key, entry in entries_of(value.get("others"))]


def _is_id(text: str) -> bool:
    return bool(text) and SEPARATOR not in text


def _is_place(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= most
