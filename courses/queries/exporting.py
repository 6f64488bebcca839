"""Questions as they go out: of the bank by tag, or of one quiz. Always as their latest draft has them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from courses.models import BankQuestion, QuizPage
from courses.rules.bank import ONE, one_tag, taken_by
from courses.rules.drafted import gettext_noop, text_of
from courses.rules.exchange import MOST_QUESTIONS, Note, Question, neutral, tag_list
from courses.rules.exchange.form import FIELD_NAMES, KIND_FIELDS, MOST_TITLE

_STAYS: Mapping[str, str] = {
    "lesson": gettext_noop("The link to its lesson stays here: it names a page of this site."),
    "section": gettext_noop("The section of its lesson stays here."),
    "picture": gettext_noop("Its picture stays here."),
    "outcome": gettext_noop("The outcome that it assesses stays here: it is one of this site."),
    "html": gettext_noop("Links to pages of this site stay here; their words are kept."),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Questions to go out. `losses`: what of them belongs to this site; `skipped`: what is nothing to send."""

    questions: tuple[Question, ...] = ()
    losses: tuple[Note, ...] = ()
    skipped: tuple[Note, ...] = ()
    is_cut: bool = False


def bank_selection(*, tag: str, language: str) -> Selection:
    """Return the questions of the bank in a language, with a tag or all, in the order of their names. Cost: 1 query.

    At most 1,000 of them.
    """
    rows = BankQuestion.objects.filter(locale__language_code=language)
    wanted = one_tag(tag)
    if wanted:  # what is only in a draft is not in the columns of its row
        rows = rows.filter(models.Q(tags__icontains=wanted) | models.Q(has_unpublished_changes=True))
    rows = rows.select_related("latest_revision").order_by("title", "pk")
    found = [_entry(row) for row in rows]
    kept = [entry for entry in found if not wanted or wanted in entry.tags]
    return _selection(kept)


def quiz_selection(page: QuizPage) -> Selection:
    """Return the questions of a quiz as its latest draft has them, those it takes from the bank too. Cost: 2 or 3 queries."""
    columns = page.get_latest_revision_as_object().raw_columns()
    numbers, tags = taken_by(columns)
    bank: list[tuple[int, _Entry]] = []
    if numbers or tags:
        wanted = models.Q(pk__in=numbers)
        for tag in sorted(tags):
            wanted |= models.Q(tags__icontains=tag, locale_id=page.locale_id)
        rows = BankQuestion.objects.filter(wanted).select_related("latest_revision").order_by("pk")
        bank = [(row.pk, _entry(row)) for row in rows]
    entries: list[_Entry] = []
    for block in columns.get("questions") or []:
        kind, value = str(block.get("type") or ""), block.get("value") or {}
        if kind in KIND_FIELDS:
            entries.append(_Entry("", tag_list(text_of(value, "tags")), block))
        elif kind == ONE:
            entries += [entry for pk, entry in bank if pk == value.get("question")]
        else:
            tag = one_tag(str(value.get("tag") or ""))
            entries += [entry for _pk, entry in bank if tag in entry.tags]
    return _selection({id(entry): entry for entry in entries}.values())


def tags_in_use() -> list[str]:
    """Return the tags of the question bank, in order. Cost: 1 query."""
    stored = BankQuestion.objects.exclude(tags="").order_by().values_list("tags", flat=True).distinct()
    return sorted({tag for text in stored for tag in tag_list(text)})


@dataclass(frozen=True, slots=True)
class _Entry:
    title: str
    tags: tuple[str, ...]
    block: Mapping[str, Any] | None


def _entry(row: BankQuestion) -> _Entry:
    draft = row.latest_revision.content if row.latest_revision else None
    if draft is None:
        blocks = list(row.question.raw_data)
        return _Entry(row.title, tag_list(row.tags), blocks[0] if blocks else None)
    blocks = json.loads(draft.get("question") or "[]")
    return _Entry(str(draft.get("title") or ""), tag_list(str(draft.get("tags") or "")), blocks[0] if blocks else None)


def _selection(entries: Iterable[_Entry]) -> Selection:
    questions: list[Question] = []
    losses: list[Note] = []
    skipped: list[Note] = []
    entries = list(entries)
    for entry in entries[:MOST_QUESTIONS]:
        raw = entry.block or {}
        kind = str(raw.get("type") or "")
        value, site = neutral(kind, raw.get("value") or {})
        title = entry.title or " ".join(str(value.get("text", "")).split())[:MOST_TITLE]
        if kind not in KIND_FIELDS or "text" not in value:
            words = gettext_noop("Nothing is asked yet in “%(name)s”.")
            skipped.append(Note("text", words, {"name": title}, title=title))
            continue
        number = len(questions) + 1
        own = tag_list(text_of(raw.get("value") or {}, "tags"))
        tags = tuple(dict.fromkeys([*entry.tags, *own]))
        questions.append(Question(kind, value, title, tags, number=number))
        losses += [Note(name, _STAYS[name], number=number, title=title) for name in FIELD_NAMES if name in site]
    return Selection(tuple(questions), tuple(losses), tuple(skipped), is_cut=len(entries) > MOST_QUESTIONS)
