"""What readers and writers said, put together for a page: the same words once, with the questions they are about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from courses.rules.exchange.form import FIELD_NAMES, Note

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Said:
    """Words about one field, and the questions they are about: their numbers, lines and names."""

    field: str
    words: str
    numbers: tuple[int, ...]
    lines: tuple[int, ...]
    titles: tuple[str, ...]


def together(notes: Iterable[Note], translate: Translate) -> list[Said]:
    """Return notes with the same words as one, in the order in which they first come."""
    groups: dict[tuple[str, str], list[Note]] = {}
    for note in notes:
        groups.setdefault((note.field, translate(note.words) % note.values), []).append(note)
    return [_said(field, words, notes, translate) for (field, words), notes in groups.items()]


def each(notes: Iterable[Note], translate: Translate) -> list[Said]:
    """Return each note by itself."""
    return [_said(note.field, translate(note.words) % note.values, [note], translate) for note in notes]


def field_name(field: str, translate: Translate) -> str:
    """Return the name of a field in words; one of the file's own as it is there."""
    return translate(FIELD_NAMES[field]) if field in FIELD_NAMES else field


def _said(field: str, words: str, notes: Sequence[Note], translate: Translate) -> Said:
    return Said(
        field=field_name(field, translate),
        words=words,
        numbers=tuple(dict.fromkeys(note.number for note in notes if note.number)),
        lines=tuple(dict.fromkeys(note.line for note in notes if note.line)),
        titles=tuple(dict.fromkeys(note.title for note in notes if note.title)),
    )
