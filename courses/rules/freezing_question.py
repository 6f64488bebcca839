"""Freezing one question: from a raw block to what a learner sees, and its key (`courses.rules.frozen_quiz`).

What a question does not have is left out, so that one drafted before there was such a thing freezes to the same digest.
"""

from typing import Any

from courses.rules.drafted import Draft, Raw, gettext_noop, reference_of, text_of, whole_of
from courses.rules.kinds import KINDS, Kind

_FROZEN_BY_NAME = ("outcome", "competence")


def freeze_question(
    draft: Draft, raw: Raw, translation: Raw | None, *, language: str, number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a question and its key, frozen, from its raw block and the block of the translation, if there is one.

    `number` is its place in the quiz, for the words of what is wrong with it.
    """
    name = str(raw.get("type") or "")
    value: Raw = raw.get("value") or {}
    kind = KINDS.get(name)
    own: dict[str, Any] = {"options": []}
    own_key: dict[str, Any] = {"correct": [], "feedback": {}}
    if kind is None:
        draft.add(gettext_noop("Question %(number)s is of a kind that this portal does not know."), number=number)
    else:
        own, own_key = kind.freeze(draft, value, number)
    question = {
        "id": str(raw.get("id") or ""),
        "kind": name,
        "text": text_of(value, "text"),
        "html": draft.html(value),
        "language": draft.language,
        **own,
        **_extras(draft, value, number),
    }
    if not question["text"]:
        draft.add(gettext_noop("Question %(number)s has no words."), number=number)
    key = {
        "kind": name,
        **own_key,
        "points": whole_of(value, "points", default=1),
        "explanation": text_of(value, "feedback"),
        "lesson": _lesson_place(draft, value),
    }
    if translation is not None and kind is not None:
        texts: Raw = translation.get("value") or {}
        question = _translated(draft, kind, question, texts, language)
        said = kind.translated_feedback(key, texts)
        key["feedback"] = {option: said.get(option) or words for option, words in key["feedback"].items()}
        key["explanation"] = text_of(texts, "feedback") or key["explanation"]
        key |= kind.translated_key(key, texts)
    return question, key


def tags_of(text: str) -> list[str]:
    """Return tags written with commas between: lower case, each once, in the order of the alphabet.

    >>> tags_of("Module  1, passwords, ,Passwords")
    ['module 1', 'passwords']
    """
    return sorted({" ".join(tag.lower().split()) for tag in text.split(",")} - {""})


def _extras(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if hint := text_of(value, "hint"):
        extras["hint"] = hint
    if reference_of(value, "picture") is not None:
        extras["picture"] = _picture(draft, value, number)
    if tags := tags_of(text_of(value, "tags")):
        extras["tags"] = tags
    return extras | {name: text_of(value, name) for name in _FROZEN_BY_NAME if text_of(value, name)}


def _picture(draft: Draft, value: Raw, number: int) -> dict[str, Any]:
    facts = draft.found.pictures.get(reference_of(value, "picture") or 0)
    alt, decorative = text_of(value, "alt"), bool(value.get("decorative"))
    if bool(alt) == decorative:
        draft.add(
            gettext_noop(
                "The picture of question %(number)s needs a decision: say what it shows, or that it is decoration only."
            ),
            number=number,
        )
    if facts is None:
        if not draft.found.trusted:
            draft.add(
                gettext_noop("Question %(number)s has no picture any more. Choose one, or take it out."), number=number
            )
        return {"sha256": "", "width": 0, "height": 0, "alt": alt}
    credit = {"author": facts.author.strip(), "licence": facts.licence.strip(), "source": facts.source.strip()}
    return {
        "sha256": facts.sha256,
        "width": facts.width,
        "height": facts.height,
        "alt": alt,
        **{name: words for name, words in credit.items() if words},
    }


def _translated(draft: Draft, kind: Kind, question: dict[str, Any], texts: Raw, language: str) -> dict[str, Any]:
    """Return a question in the words of a translation; as it is, if the translation has not every word of it."""
    own = kind.translated(question, texts)
    said: dict[str, Any] = {"text": text_of(texts, "text"), "html": draft.html(texts)}
    if "hint" in question:
        said["hint"] = text_of(texts, "hint")
    is_whole = said["text"] and all(words or not question[name] for name, words in said.items())
    picture = question.get("picture")
    if picture and picture["alt"]:
        said["picture"] = {**picture, "alt": text_of(texts, "alt")}
        is_whole = is_whole and said["picture"]["alt"]
    return {**own, **said, "language": language} if own is not None and is_whole else question


def _lesson_place(draft: Draft, value: Raw) -> dict[str, str] | None:
    # A lesson that is gone takes nothing from the question: the result then shows no link.
    key = draft.found.pages.get(reference_of(value, "lesson") or 0)
    return {"key": key, "section": text_of(value, "section")} if key else None
