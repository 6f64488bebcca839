"""What the rules of quality find in a draft, in the reader's language, and which of it keeps it from being published.

for finding in findings_of(page, today=today):
    print(finding.where, finding.words, finding.mend, finding.blocks)

A page is looked at as it is given: as its row is, or as its draft or its form has it.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from wagtail.blocks import StreamBlock, StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page, PageLogEntry, Revision

from courses.models import LessonPage, Picture, QualityRuleSetting
from courses.rules.drafted import blocks_of, text_of
from courses.rules.quality import (
    RULES_BY_KEY,
    PictureWords,
    Place,
    QualityProblem,
    Shape,
    draft_text,
    numbers_of_pictures,
    problems_in,
    words_to_read,
)
from courses.rules.reading import ReadingLevel, is_far_apart, reading_level, reading_minutes, word_count

Columns = Mapping[str, Any]

_PUBLISHED = ("wagtail.publish", "wagtail.publish.schedule")
"""What the CMS notes when a page is published, or is to be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule asks to mend. `where` names the block, "" for a field; `anchor` is its place in the editor."""

    rule: str
    name: str
    field: str
    place: Place
    where: str
    words: str
    mend: str
    blocks: bool
    anchor: str

    @property
    def said(self) -> str:
        """All of it in one line."""
        return " ".join(filter(None, [f"{self.where}:" if self.where else "", self.words, self.mend]))


@dataclass(frozen=True, slots=True)
class Reading:
    """How long a page is and how hard it is likely to be."""

    words: int
    minutes: int
    level: ReadingLevel | None


@dataclass(frozen=True, slots=True)
class ThisText:
    """What an editor reads of a draft: its length and level, what holds it, and what is only said.

    `to_fill_in`: ids and names of fields that are empty and may not be when it is published.
    """

    reading: Reading
    held: Sequence[Finding]
    to_fill_in: Sequence[tuple[str, str]]
    warned: Sequence[Finding]
    stated_minutes: int | None
    is_far_apart: bool


def findings_of(page: Page, *, today: datetime.date) -> list[Finding]:
    """Return what the rules find in a page as it is given. Cost: 1 query, 1 with pictures, 1 for a bare translation."""
    return findings_of_all([page], today=today)[0]


def findings_of_all(pages: Sequence[Page], *, today: datetime.date) -> list[list[Finding]]:
    """Return what the rules find in each of these pages. Cost: 1 query, 1 with pictures, 1 a kind of bare translation.

    A bare translation says nothing of where it comes from or when it is read again: its source page does. The language
    of each page is there, or costs 1 query.
    """
    looked_at = [(page, columns_of(page)) for page in pages if shape_of(page) is not None]
    if not looked_at:
        return [[] for _page in pages]
    found = dict(zip((id(page) for page, _ in looked_at), _findings(looked_at, today=today), strict=True))
    return [found.get(id(page), []) for page in pages]


def findings_in(page: Page, columns: Columns, *, today: datetime.date) -> list[Finding]:
    """Return what the rules find in columns, such as those of a form, of a page. Cost: as `findings_of`."""
    return _findings([(page, columns)], today=today)[0] if shape_of(page) is not None else []


def reading_of(page: Page, *, today: datetime.date) -> Reading | None:
    """Return how long the text of a page is, None of a kind of page that is not read. Cost: none."""
    shape = shape_of(page)
    if shape is None:
        return None
    language = _language_of(page)
    text = words_to_read(draft_text(columns_of(page), shape=shape, language=language, today=today))
    count = word_count(text)
    return Reading(count, reading_minutes(count), reading_level(text, language))


def last_log_entry() -> int:
    """Return the number of the last act that the CMS noted, 0 before the first. Cost: 1 query."""
    return PageLogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def held_at_gate(*, since: int, user_id: int | None, today: datetime.date) -> tuple[Page, str] | None:
    """Return the first page that somebody published after an act, or gave a time to, and that may not go out; and why.

    Cost: 1 query where nothing was published, else 3 more and those of `findings_of_all`.
    """
    acts = PageLogEntry.objects.filter(pk__gt=since, user_id=user_id, action__in=_PUBLISHED)
    revisions = {act.page_id: act.revision for act in acts.select_related("revision").order_by("pk") if act.revision}
    return _held([revision.as_object() for revision in revisions.values()], today=today)


def last_revision() -> int:
    """Return the number of the last revision that was kept, 0 before the first. Cost: 1 query."""
    return Revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def held_translation(*, since: int, user_id: int | None, today: datetime.date) -> tuple[Page, str] | None:
    """Return the first page of which somebody kept a revision after another one, and that may not go out; and why.

    For translations: they are published once all is committed, by nobody, so no act is noted before it is too late.
    Cost: as `held_at_gate`.
    """
    kept = Revision.page_revisions.filter(pk__gt=since, user_id=user_id).order_by("pk")
    return _held([revision.as_object() for revision in kept], today=today)


def _held(pages: Sequence[Page], *, today: datetime.date) -> tuple[Page, str] | None:
    for page, findings in zip(pages, findings_of_all(pages, today=today), strict=True):
        held = [finding.said for finding in findings if finding.blocks]
        if held:
            return page, " ".join(held)
    return None


def this_text(page: Page, *, today: datetime.date) -> ThisText | None:
    """Return what an editor reads of a draft beside its form, None of a kind of page that is not read.

    Cost: as `findings_of`.
    """
    reading = reading_of(page, today=today)
    if reading is None:
        return None
    findings = findings_of(page, today=today)
    said = {finding.field for finding in findings if finding.blocks}
    # Of a lesson only: the minutes of a quiz are for thinking, those of an assignment for doing.
    stated = page.minutes if isinstance(page, LessonPage) and page.minutes and reading.words else None
    return ThisText(
        reading=reading,
        held=[finding for finding in findings if finding.blocks],
        to_fill_in=[(f"id_{name}-label", label) for name, label in _empty_fields(page) if name not in said],
        warned=[finding for finding in findings if not finding.blocks],
        stated_minutes=stated,
        is_far_apart=stated is not None and is_far_apart(stated, reading.minutes),
    )


def _empty_fields(page: Page) -> list[tuple[str, str]]:
    """Return fields of a page that was saved before, with their names, that hold nothing and are needed to publish it."""
    needed = [field for field in page._meta.fields if field.editable and not field.blank] if page.pk else []
    empty = [
        field for field in needed if getattr(page, field.attname) in (None, "") or not _has_blocks(page, field.name)
    ]
    return [(field.name, _label(field)) for field in empty]


def _has_blocks(page: Page, name: str) -> bool:
    value = getattr(page, name)
    return not isinstance(value, StreamValue) or len(value) > 0


def _label(field: Any) -> str:
    return str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:]


def shape_of(page: Page) -> Shape | None:
    """Return where a kind of page keeps what the rules look at, None where no rule looks."""
    shape: Shape | None = getattr(type(page), "quality_shape", None)
    return shape


def columns_of(page: Page) -> dict[str, Any]:
    """Return the columns of a page that the rules read, as the database would hold them."""
    shape = shape_of(page)
    assert shape is not None
    names = {*shape.html, *shape.plain, *shape.streams, shape.source, shape.review_by} - {""}
    return {name: stored(page, name, getattr(page, name)) for name in sorted(names)}


def stored(page: Page, name: str, value: Any) -> Any:
    """Return a value of a field as the database would hold it: of a stream the raw blocks."""
    if isinstance(value, StreamValue):
        return value.stream_block.get_prep_value(value)
    field = page._meta.get_field(name)
    return field.get_prep_value(value) if isinstance(field, StreamField) else value


def warned_rules() -> frozenset[str]:
    """Return the keys of the rules that only warn on this site. Cost: 1 query."""
    rows = QualityRuleSetting.objects.filter(only_warns=True).order_by().values_list("rule", flat=True)
    return frozenset(key for key in rows if key in RULES_BY_KEY and RULES_BY_KEY[key].can_warn)


def _findings(looked_at: Sequence[tuple[Page, Columns]], *, today: datetime.date) -> list[list[Finding]]:
    warned = warned_rules()
    rows = _with_credit_of_source(looked_at)
    pictures = _pictures(rows)
    found = []
    for page, columns in rows:
        shape = shape_of(page)
        assert shape is not None
        text = draft_text(columns, shape=shape, language=_language_of(page), today=today, pictures=pictures)
        found.append([_said(page, columns, problem, warned) for problem in problems_in(text)])
    return found


def _with_credit_of_source(looked_at: Sequence[tuple[Page, Columns]]) -> list[tuple[Page, Columns]]:
    """Return pages with their columns; where a translation says nothing of its own, with what its source page says."""
    bare: defaultdict[type[Page], list[Page]] = defaultdict(list)
    for page, columns in looked_at:
        if _unsaid(page, columns) and page.translation_key:
            bare[type(page)].append(page)
    said: dict[tuple[type[Page], Any], Mapping[str, Any]] = {}
    for model, pages in bare.items():
        keys = {page.translation_key for page in pages}
        rows = model._default_manager.filter(translation_key__in=keys, alias_of=None).order_by("-pk")
        names = _credit_names(pages[0])
        # The page made first is the source: it comes last here, and stays.
        said |= {(model, row["translation_key"]): row for row in rows.values("pk", "translation_key", *names)}
    return [
        (page, _completed(page, columns, said.get((type(page), page.translation_key)))) for page, columns in looked_at
    ]


def _completed(page: Page, columns: Columns, source: Mapping[str, Any] | None) -> Columns:
    if source is None or source["pk"] == page.pk:
        return columns
    return {**columns, **{name: source[name] for name in _unsaid(page, columns)}}


def _unsaid(page: Page, columns: Columns) -> list[str]:
    return [name for name in _credit_names(page) if name in columns and not columns[name]]


def _credit_names(page: Page) -> list[str]:
    shape = shape_of(page)
    assert shape is not None
    return [name for name in (shape.source, shape.review_by) if name]


def _pictures(rows: Iterable[tuple[Page, Columns]]) -> dict[int, PictureWords]:
    numbers: set[int] = set()
    for page, columns in rows:
        shape = shape_of(page)
        assert shape is not None
        numbers |= numbers_of_pictures(columns, shape)
    if not numbers:
        return {}
    known = Picture.objects.filter(pk__in=numbers).order_by()
    return {pk: PictureWords(*facts) for pk, *facts in known.values_list("pk", "contains_text", "contrast_checked")}


def _said(page: Page, columns: Columns, problem: QualityProblem, warned: frozenset[str]) -> Finding:
    rule = RULES_BY_KEY[problem.rule]
    values = dict(problem.values)
    if "language" in values:
        values["language"] = gettext(_ENGLISH_NAMES.get(values["language"], values["language"]))
    return Finding(
        rule=rule.key,
        name=gettext(rule.name),
        field=problem.field,
        place=problem.place,
        where=_where(page, columns, problem.place),
        words=gettext(problem.words) % values,
        mend=gettext(rule.mend),
        blocks=rule.key not in warned,
        anchor=_anchor(page, columns, problem.place),
    )


def _where(page: Page, columns: Columns, place: Place) -> str:
    """Return the words for a place: "Block 3, Picture" in a stream, the name of its field elsewhere."""
    field: Any = page._meta.get_field(str(place[0]))
    raw = _block_at(columns, place)
    if raw is None:
        return _label(field)
    stream: StreamBlock = field.stream_block
    block = stream.child_blocks.get(str(raw.get("type")))
    values = {"number": int(place[1]) + 1, "kind": str(block.label) if block else ""}
    return gettext("Block %(number)s, %(kind)s") % values


def _anchor(page: Page, columns: Columns, place: Place) -> str:
    """Return the id that the CMS gives the place in its editor: of the block, else of the label of the field."""
    raw = _block_at(columns, place)
    block_id = text_of(raw, "id") if raw else ""
    return f"block-{block_id}-section" if block_id else f"id_{place[0]}-label"


def _block_at(columns: Columns, place: Place) -> Mapping[str, Any] | None:
    if len(place) < 2 or not isinstance(place[1], int):
        return None
    blocks = blocks_of(columns, str(place[0]))
    return blocks[place[1]] if place[1] < len(blocks) else None


def _language_of(page: Page) -> str:
    return page.locale.language_code if page.locale_id else settings.LANGUAGE_CODE


_ENGLISH_NAMES = {
    "en": "English",
    "it": "Italian",
    "ro": "Romanian",
    "sv": "Swedish",
    "de": "German",
    "es": "Spanish",
}
"""Names of languages as Django's own translations have them: not collected here, a page in Italian says “English” too."""
