"""What changes of the questions of a quiz: of two frozen forms, with the answer key."""

import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from courses.rules.changed import Body, Change, ChangeKind, ItemForm
from courses.rules.kinds import Answer, kind_of, marking_of
from courses.rules.kinds.pairs import paired
from foundation.rules.cleaning import plain_text

_SAID_BY_TEXT = {
    "unit": ChangeKind.UNIT,
    "hint": ChangeKind.HINT,
}
_ASSESSES = ("tags", "outcome", "competence")
_RULES_OF_TEXT = ("case", "accents")


def markings(form: ItemForm) -> dict[str, Any]:
    """Return how each question of a quiz is marked, by its id: what `marking_digest` is made of."""
    keys = form.answers["questions"]
    return {
        question["id"]: {
            **marking_of(keys[question["id"]]),
            "options": sorted(option["id"] for option in question["options"]),
        }
        for question in form.body["questions"]
    }


def changes_of_questions(old: ItemForm, new: ItemForm, *, is_source: bool) -> list[Change]:
    """Return what a draft changes of a quiz's introduction and questions. `is_source`: the page gives the key too."""
    title = new.body["title"]
    changes = list(_introduction(old, new))
    before = {question["id"]: (number, question) for number, question in enumerate(old.body["questions"], start=1)}
    after = {question["id"]: (number, question) for number, question in enumerate(new.body["questions"], start=1)}
    for key, (number, question) in after.items():
        if key in before:
            pair = _Pair(new.key, title, number, key, before[key][1], question, old.answers, new.answers)
            changes += pair.changes(is_source=is_source)
        elif is_source:
            values = {"title": title, "number": number, "points": new.answers["questions"][key]["points"]}
            changes.append(
                Change(ChangeKind.QUESTION_NEW, new.key, key, new=_question_words(question, new.answers), values=values)
            )
    if is_source:
        changes += [
            Change(
                ChangeKind.QUESTION_REMOVED,
                new.key,
                key,
                old=_question_words(question, old.answers),
                values={"title": title, "number": number},
            )
            for key, (number, question) in before.items()
            if key not in after
        ]
        if kept_order(before, after) != kept_order(after, before):
            changes.append(
                Change(
                    ChangeKind.QUESTIONS_REORDERED,
                    new.key,
                    old=in_lines(question["text"] for _, question in before.values()),
                    new=in_lines(question["text"] for _, question in after.values()),
                    values={"title": title},
                )
            )
    return changes


def option_letter(position: int) -> str:
    """Return what an answer is called in words: A, B ... Z, then by number.

    >>> option_letter(1)
    'B'
    """
    return string.ascii_uppercase[position] if position < len(string.ascii_uppercase) else str(position + 1)


def kept_order(of: Iterable[str], kept: Iterable[str]) -> list[str]:
    """Return the keys that both have, in the order of the first."""
    known = set(kept)
    return [key for key in of if key in known]


def in_lines(texts: Iterable[str]) -> str:
    """Return texts as one, each on a line."""
    return "\n".join(texts)


def _introduction(old: ItemForm, new: ItemForm) -> Iterator[Change]:
    if old.body["introduction_html"] != new.body["introduction_html"]:
        yield Change(
            ChangeKind.INTRODUCTION,
            new.key,
            old=plain_text(old.body["introduction_html"]),
            new=plain_text(new.body["introduction_html"]),
            values={"title": new.body["title"]},
        )


def _question_words(question: Body, answers: Body) -> str:
    """Return a question as lines, for editors: its words, and what can be chosen or is right, the right marked."""
    key = answers["questions"][question["id"]]
    head = [question["text"], *filter(None, [plain_text(question["html"])])]
    if not key["correct"] or paired(Answer(frozenset(key["correct"]))):
        return in_lines([*head, *(f"{text} ✓" for text in kind_of(question).right(question, key))])
    options = [
        f"{option_letter(position)}. {option['text'] or option['id']}{' ✓' if option['id'] in key['correct'] else ''}"
        for position, option in enumerate(question["options"])
    ]
    return in_lines([*head, *options])


@dataclass(frozen=True, slots=True)
class _Pair:
    """A question before and after. `number` is its place after."""

    item: str
    title: str
    number: int
    key: str
    old: Body
    new: Body
    old_answers: Body
    new_answers: Body

    def changes(self, *, is_source: bool) -> list[Change]:
        changes = list(self._texts())
        if is_source and self.old["kind"] != self.new["kind"]:
            # Nothing of it can be compared: it is another question under the same name.
            before = _question_words(self.old, self.old_answers)
            after = _question_words(self.new, self.new_answers)
            return [*changes, self._change(ChangeKind.QUESTION_KIND, old=before, new=after)]
        if self.new["kind"] != "true_false":
            changes += self._options(is_source=is_source)
        changes += self._targets()
        if is_source:
            changes += self._correct()
            changes += self._rules()
            changes += self._points()
        changes += self._said(is_source=is_source)
        changes += self._extras(is_source=is_source)
        return changes

    def _change(self, kind: ChangeKind, *, old: str = "", new: str = "", **values: Any) -> Change:
        return Change(kind, self.item, self.key, old, new, {"title": self.title, "number": self.number, **values})

    @property
    def _keys(self) -> tuple[Body, Body]:
        return self.old_answers["questions"][self.key], self.new_answers["questions"][self.key]

    def _texts(self) -> Iterator[Change]:
        if self.old["text"] != self.new["text"]:
            yield self._change(ChangeKind.QUESTION_TEXT, old=self.old["text"], new=self.new["text"])
        if self.old["html"] != self.new["html"]:
            yield self._change(
                ChangeKind.QUESTION_MORE, old=plain_text(self.old["html"]), new=plain_text(self.new["html"])
            )

    def _options(self, *, is_source: bool) -> Iterator[Change]:
        old_key, new_key = self._keys
        before, after = _options(self.old, old_key), _options(self.new, new_key)
        for position, (key, text) in enumerate(after.items()):
            letter = option_letter(position)
            if key in before:
                if before[key] != text:
                    yield self._change(ChangeKind.OPTION_TEXT, old=before[key], new=text, option=letter)
            elif is_source:
                kind = ChangeKind.OPTION_NEW_CORRECT if key in new_key["correct"] else ChangeKind.OPTION_NEW
                yield self._change(kind, new=text, option=letter, text=text)
        if not is_source:
            return
        for position, (key, text) in enumerate(before.items()):
            if key not in after:
                yield self._change(ChangeKind.OPTION_REMOVED, old=text, option=option_letter(position), text=text)
        # Of steps to be ordered the order is the right answer, and said as one.
        if self.new["kind"] != "ordering" and kept_order(before, after) != kept_order(after, before):
            yield self._change(
                ChangeKind.OPTIONS_REORDERED, old=in_lines(before.values()), new=in_lines(after.values())
            )

    def _targets(self) -> Iterator[Change]:
        before, after = (sorted(target["text"] for target in body.get("targets", ())) for body in (self.old, self.new))
        if before != after:
            yield self._change(ChangeKind.MATCHES, old=in_lines(before), new=in_lines(after))

    def _correct(self) -> Iterator[Change]:
        """Say which options that stay are right now and were not, or the other way round."""
        old_key, new_key = self._keys
        before, after = set(old_key["correct"]), set(new_key["correct"])
        kind = self.new["kind"]
        if kind == "true_false":
            if before != after:
                yield self._change(ChangeKind.STATEMENT_TRUE if after == {"true"} else ChangeKind.STATEMENT_FALSE)
            return
        if kind not in {"single_choice", "multiple_choice"}:
            if self._is_right_another():
                yield self._change(ChangeKind.RIGHT_ANSWER)
            return
        letters = {option["id"]: option_letter(place) for place, option in enumerate(self.new["options"])}
        texts = {option["id"]: option["text"] for option in self.new["options"]}
        known = {option["id"] for option in self.old["options"]}
        added = [key for key in letters if key in after - before and key in known]
        dropped = [key for key in letters if key in before - after]
        if kind == "single_choice" and len(added) == 1 and before - after:
            old_texts = {option["id"]: option["text"] for option in self.old["options"]}
            yield self._change(
                ChangeKind.OPTION_CORRECT_INSTEAD,
                old=in_lines(old_texts[key] for key in sorted(before)),
                new=texts[added[0]],
                option=letters[added[0]],
                text=texts[added[0]],
            )
            return
        for key in added:
            yield self._change(ChangeKind.OPTION_ALSO_CORRECT, option=letters[key], text=texts[key])
        for key in dropped:
            yield self._change(ChangeKind.OPTION_NOT_CORRECT, option=letters[key], text=texts[key])

    def _is_right_another(self) -> bool:
        """Return whether what is right of what stays is another: entries that come or go are said by themselves."""
        old_key, new_key = self._keys
        if self.new["kind"] == "ordering":
            before, after = _options(self.old, old_key), _options(self.new, new_key)
            return kept_order(before, after) != kept_order(after, before)
        if self.new["kind"] == "matching":
            pairs, new_pairs = (paired(Answer(frozenset(key["correct"]))) for key in (old_key, new_key))
            return any(new_pairs[option] != target for option, target in pairs.items() if option in new_pairs)
        old, new = marking_of(old_key), marking_of(new_key)
        return any(old.get(name) != new.get(name) for name in ("number", "accepted"))

    def _rules(self) -> Iterator[Change]:
        old_key, new_key = self._keys
        if old_key.get("partial") != new_key.get("partial"):
            yield self._change(ChangeKind.PARTIAL if new_key.get("partial") else ChangeKind.PARTIAL_NO_MORE)
        if any(old_key.get(name) != new_key.get(name) for name in _RULES_OF_TEXT):
            yield self._change(ChangeKind.COMPARED)

    def _points(self) -> Iterator[Change]:
        old_key, new_key = self._keys
        if old_key["points"] != new_key["points"]:
            yield Change(
                ChangeKind.POINTS,
                self.item,
                self.key,
                values={
                    "title": self.title,
                    "number": self.number,
                    "old": old_key["points"],
                    "new": new_key["points"],
                },
            )

    def _said(self, *, is_source: bool) -> Iterator[Change]:
        before, after = self._keys
        known = {option["id"] for option in self.old["options"]}
        for position, key in enumerate(_options(self.new, after)):
            old, new = before["feedback"].get(key, ""), after["feedback"].get(key, "")
            # What is said on an option that is new is new with it.
            if old != new and key in known:
                yield self._change(ChangeKind.FEEDBACK, old=old, new=new, option=option_letter(position))
        if before["explanation"] != after["explanation"]:
            yield self._change(ChangeKind.EXPLANATION, old=before["explanation"], new=after["explanation"])
        if before.get("guidance", "") != after.get("guidance", ""):
            yield self._change(ChangeKind.GUIDANCE, old=before.get("guidance", ""), new=after.get("guidance", ""))
        if before.get("also") != after.get("also"):
            yield self._change(
                ChangeKind.ALSO_ACCEPTED, old=in_lines(before.get("also", ())), new=in_lines(after.get("also", ()))
            )
        if is_source and before["lesson"] != after["lesson"]:
            yield self._change(ChangeKind.QUESTION_LESSON)

    def _extras(self, *, is_source: bool) -> Iterator[Change]:
        for name, kind in _SAID_BY_TEXT.items():
            old, new = self.old.get(name, ""), self.new.get(name, "")
            if old != new:
                yield self._change(kind, old=old, new=new)
        old_picture, new_picture = (body.get("picture") or {} for body in (self.old, self.new))
        if old_picture != new_picture:
            yield self._change(
                ChangeKind.QUESTION_PICTURE, old=old_picture.get("alt", ""), new=new_picture.get("alt", "")
            )
        if is_source and any(self.old.get(name) != self.new.get(name) for name in _ASSESSES):
            yield self._change(ChangeKind.ASSESSES)


def _options(question: Body, key: Body) -> Mapping[str, str]:
    """Return the words of options by id, in the order in which an editor wrote them."""
    options = {option["id"]: option["text"] for option in question["options"]}
    if question["kind"] != "ordering":
        return options
    places = paired(Answer(frozenset(key["correct"])))
    return {option: options[option] for option in sorted(options, key=lambda option: int(places.get(option, 0)))}
