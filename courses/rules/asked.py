"""The questions that a quiz may ask, in its order: those of its own, and those that it takes from the bank, each once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from courses.rules.bank import BY_TAG, ONE, BankEntry, one_tag
from courses.rules.drafted import Draft, Raw, blocks_of, gettext_noop, reference_of, text_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be frozen. `draft` says in which language `raw` is written, `language` that of `translation`."""

    draft: Draft
    raw: Raw
    translation: Raw | None
    language: str


def asked_questions(draft: Draft, *, source: Raw, text: Raw, language: str) -> list[Asked]:
    """Return the questions of a quiz with their texts in `language`, as far as there are any.

    The order is that of the source page. What cannot be taken from the bank is a problem of `draft`.
    """
    translations = {block.get("id"): block for block in blocks_of(text, "questions")} if text is not source else {}
    asked: list[Asked] = []
    taken: set[str] = set()
    for raw in blocks_of(source, "questions"):
        if raw.get("type") not in {ONE, BY_TAG}:
            asked.append(Asked(draft, raw, translations.get(raw.get("id")), language))
            continue
        for entry in _from_bank(draft, raw):
            if entry.key not in taken:
                taken.add(entry.key)
                asked.append(_of_entry(draft, entry, language))
    return asked


def _from_bank(draft: Draft, raw: Raw) -> Iterator[BankEntry]:
    bank = draft.found.bank
    value: Raw = raw["value"] if isinstance(raw.get("value"), Mapping) else {}
    if raw.get("type") == BY_TAG:
        tag = one_tag(text_of(value, "tag"))
        found = bank.with_tag(tag)
        if not found:
            draft.add(gettext_noop("No published question of the bank has the tag “%(tag)s”."), tag=tag)
        yield from found
        return
    number = reference_of(value, "question") or 0
    entry = bank.entries.get(bank.keys.get(number, ""))
    if entry is not None:
        yield entry
    elif number in bank.titles:
        draft.add(
            gettext_noop("The question “%(title)s” of the bank is not published. Publish it, or take it out here."),
            title=bank.titles[number],
        )
    else:
        draft.add(gettext_noop("A question of the bank is gone. Choose another one, or take it out here."))


def _of_entry(draft: Draft, entry: BankEntry, language: str) -> Asked:
    """Return a question of the bank: in `language`, else in the quiz's own, else in the one it was made in."""
    own = Draft(draft.field, entry.language, draft.found)
    own.problems = draft.problems  # what is wrong with it is wrong with the quiz
    block = entry.blocks[entry.language]
    value: Raw = block["value"] if isinstance(block.get("value"), Mapping) else {}
    tags = ", ".join(filter(None, [text_of(value, "tags"), *entry.tags]))
    raw = {**block, "id": entry.key, "value": {**value, "tags": tags}}
    said = next((code for code in (language, draft.language) if code in entry.blocks), entry.language)
    return Asked(own, raw, None if said == entry.language else entry.blocks[said], said)
