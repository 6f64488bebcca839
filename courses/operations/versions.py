"""Freezing drafts into versions: the one place where rows of frozen items are written.

items = freeze_items([FreezeInput("lesson", key, "it", source=english, text=italian, source_language="en")], at=now)
items[0].version_sha   # what a manifest names
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext
from wagtail.documents import get_document_model
from wagtail.models import Page

from courses.models import AssignmentVersion, FrozenFile, LessonVersion, Picture, QuizKey, QuizVersion
from courses.operations.pictures import FrozenBytes, NoPicture, file_bytes, picture_bytes, store_files
from courses.queries.bank import bank_for
from courses.queries.tree import ItemKind
from courses.rules.drawing import asked_count
from courses.rules.freezing import (
    Found,
    FrozenForm,
    PictureFacts,
    Problem,
    freeze_assignment,
    freeze_lesson,
    freeze_quiz,
    key_words_text,
    marking_digest,
    references,
    search_text,
)
from courses.rules.frozen_lesson import FrozenDownload
from foundation.rules.canonical import canonical_json, digest
from foundation.rules.cleaning import plain_text


@dataclass(frozen=True, slots=True)
class FreezeInput:
    """One language text of an item, as raw column values of live rows.

    `source` are the columns of the page in the source language, `text` those of the page in `language`: the same mapping
    when that is the source language. `source_language` may be left out then.
    """

    kind: ItemKind
    key: UUID
    language: str
    source: Mapping[str, Any]
    text: Mapping[str, Any]
    source_language: str = ""


@dataclass(frozen=True, slots=True)
class FrozenItem:
    """What a manifest, an outline and the search need of a frozen text. `marking_sha` is "" for all but a quiz."""

    version_sha: str
    marking_sha: str
    title: str
    summary: str
    question_count: int
    language: str
    search_text: str
    key_words: str = ""


class CannotFreeze(Exception):
    """A draft that cannot become a record. `problems` holds (field, words in the language that is active)."""

    def __init__(self, problems: Sequence[tuple[str, str]], *, key: UUID | None = None, language: str = "") -> None:
        self.problems = list(problems)
        self.key = key
        self.language = language
        super().__init__("; ".join(words for _, words in self.problems))


@dataclass(frozen=True, slots=True)
class FrozenText:
    """A frozen form with the digests that name it, and where the CMS keeps what is not stored yet."""

    form: FrozenForm
    version_sha: str
    marking_sha: str


def freeze_items(inputs: Sequence[FreezeInput], *, at: datetime, store: bool = True) -> list[FrozenItem]:
    """Freeze texts and return what names them, in the order given. Freezing the same again writes nothing new.

    Cost: at most 12 queries for any number of inputs (fewer without pictures and files), and the bytes of each picture
    and file once. With `store=False` nothing is written.

    :raises CannotFreeze: for the first input that has a problem; nothing is written then.
    """
    found, files = _look_up(inputs)
    texts = []
    for entry in inputs:
        text = _frozen_text(entry, found)
        if text.form.problems:
            raise CannotFreeze(said(text.form.problems), key=entry.key, language=entry.language)
        texts.append(text)
    if store:
        _store(inputs, texts, files, at)
    return [_frozen_item(text) for text in texts]


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft in its frozen form. `new_pictures` and `new_files`: SHA-256 -> row in the CMS, of bytes not frozen yet.

    `item` is what a manifest would name, if it could be frozen as it is.
    """

    body: dict[str, Any]
    key: dict[str, Any]
    problems: list[tuple[str, str]]
    new_pictures: dict[str, int]
    new_files: dict[str, int]
    item: FrozenItem


def preview_item(entry: FreezeInput) -> Preview:
    """Return a draft in its frozen form, writing nothing. Cost: at most 6 queries."""
    return preview_items([entry])[0]


def preview_items(entries: Sequence[FreezeInput]) -> list[Preview]:
    """Return drafts in their frozen form, writing nothing. Cost: at most 6 queries for any number."""
    found, new = _look_up(entries)
    shas = {file.sha256 for file in new}
    known = set(FrozenFile.objects.filter(sha256__in=shas).values_list("sha256", flat=True)) if shas else set()
    shas -= known
    new_pictures = {facts.sha256: pk for pk, facts in found.pictures.items() if facts.sha256 in shas}
    new_files = {file["sha256"]: pk for pk, file in found.files.items() if file["sha256"] in shas}
    texts = [_frozen_text(entry, found) for entry in entries]
    return [
        Preview(
            body=text.form.body,
            key=text.form.key,
            problems=said(text.form.problems),
            new_pictures=new_pictures,
            new_files=new_files,
            item=_frozen_item(text),
        )
        for text in texts
    ]


def said(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """Return problems as (field, words in the language that is active)."""
    return [(problem.field, gettext(problem.words) % problem.values) for problem in problems]


_FREEZE = {"lesson": freeze_lesson, "quiz": freeze_quiz, "assignment": freeze_assignment}
_SUMMARIES = {"lesson": "summary", "quiz": "introduction_html"}


def _frozen_text(entry: FreezeInput, found: Found) -> FrozenText:
    form = _FREEZE[entry.kind](
        source=entry.source,
        text=entry.text,
        language=entry.language,
        source_language=entry.source_language or entry.language,
        found=found,
    )
    form = FrozenForm(body=_stored(form.body), key=_stored(form.key), problems=form.problems)
    if entry.kind != "quiz":
        return FrozenText(form, digest(form.body), "")
    return FrozenText(form, digest({"body": form.body, "key": form.key}), marking_digest(form.body, form.key))


def _stored(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body as it is read back: in the very letters (NFC) that its digest is of."""
    stored: dict[str, Any] = json.loads(canonical_json(body))
    return stored


def _frozen_item(text: FrozenText) -> FrozenItem:
    body = text.form.body
    return FrozenItem(
        version_sha=text.version_sha,
        marking_sha=text.marking_sha,
        title=body["title"],
        summary=_summary(body),
        question_count=asked_count(body) if body["kind"] == "quiz" else 0,
        language=body["language"],
        search_text=search_text(body),
        key_words=key_words_text(body),
    )


def _summary(body: Mapping[str, Any]) -> str:
    """Return a sentence or two about the item. The task of an assignment is no summary of it."""
    name = _SUMMARIES.get(body["kind"])
    return plain_text(body[name]) if name == "introduction_html" else str(body[name]) if name else ""


def _store(
    inputs: Sequence[FreezeInput], texts: Sequence[FrozenText], files: Sequence[FrozenBytes], at: datetime
) -> None:
    with transaction.atomic():
        if files:
            store_files(files=files)
        _store_texts(LessonVersion, "lesson", inputs, texts, at)
        _store_texts(AssignmentVersion, "assignment", inputs, texts, at)
        quizzes = [
            QuizVersion(
                sha256=text.version_sha,
                marking_sha256=text.marking_sha,
                item_key=entry.key,
                language=entry.language,
                body=text.form.body,
                frozen_at=at,
            )
            for entry, text in zip(inputs, texts, strict=True)
            if entry.kind == "quiz"
        ]
        if quizzes:
            QuizVersion.objects.bulk_create(quizzes, ignore_conflicts=True)
            _store_keys({text.version_sha: text.form.key for text in texts if text.marking_sha})


Version = TypeVar("Version", LessonVersion, AssignmentVersion)


def _store_texts(
    model: type[Version], kind: ItemKind, inputs: Sequence[FreezeInput], texts: Sequence[FrozenText], at: datetime
) -> None:
    """Store the versions of the items that have no answer key."""
    versions = [
        model(sha256=text.version_sha, item_key=entry.key, language=entry.language, body=text.form.body, frozen_at=at)
        for entry, text in zip(inputs, texts, strict=True)
        if entry.kind == kind
    ]
    if versions:
        model._default_manager.bulk_create(versions, ignore_conflicts=True)


def _store_keys(keys: Mapping[str, dict[str, Any]]) -> None:
    # A version made by another transaction that is still open is not visible here; that transaction writes its key.
    lacking = QuizVersion.objects.filter(sha256__in=list(keys), key=None).only("pk", "sha256")
    QuizKey.objects.bulk_create(
        [QuizKey(version=version, body=keys[version.sha256]) for version in lacking], ignore_conflicts=True
    )


def _look_up(inputs: Sequence[FreezeInput]) -> tuple[Found, list[FrozenBytes]]:
    """Return what the inputs refer to, and the bytes that are not frozen yet. Cost: at most 5 queries."""
    pages: set[int] = set()
    pictures: set[int] = set()
    files: set[int] = set()
    bank = bank_for(entry.source for entry in inputs if entry.kind == "quiz")
    drafts = [columns for entry in inputs for columns in (entry.source, entry.text)]
    drafts += [{"questions": list(question.blocks.values())} for question in bank.entries.values()]
    for columns in drafts:
        wanted = references(columns)
        pages |= wanted.pages
        pictures |= wanted.pictures
        files |= wanted.files
    keys = dict(Page.objects.filter(pk__in=pages).values_list("pk", "translation_key")) if pages else {}
    facts, new_pictures = _pictures(pictures)
    downloads, new_files = _downloads(files)
    found = Found(pages={pk: str(key) for pk, key in keys.items()}, pictures=facts, files=downloads, bank=bank)
    return found, [*new_pictures, *new_files]


def _pictures(numbers: set[int]) -> tuple[dict[int, PictureFacts], list[FrozenBytes]]:
    """Return facts of pictures by row number. One whose file is gone or is no picture is left out. Cost: 2 queries."""
    if not numbers:
        return {}, []
    uploads: dict[int, tuple[Picture, bytes]] = {}
    for picture in Picture.objects.filter(pk__in=numbers):
        data = _read(picture.file)
        if data is not None:
            uploads[picture.pk] = (picture, data)
    sources = {pk: file_bytes(data, "").source_sha256 for pk, (_, data) in uploads.items()}
    known = {
        row.source_sha256: row
        for row in FrozenFile.objects.filter(source_sha256__in=set(sources.values()), width__isnull=False)
    }
    facts: dict[int, PictureFacts] = {}
    new: dict[str, FrozenBytes] = {}
    for pk, (picture, data) in uploads.items():
        row = known.get(sources[pk]) or new.get(sources[pk])
        if row is None:
            try:
                row = new[sources[pk]] = picture_bytes(data)
            except NoPicture:
                continue
        facts[pk] = PictureFacts(
            sha256=row.sha256,
            width=row.width or 0,
            height=row.height or 0,
            author=picture.author,
            licence=picture.licence,
            source=picture.source,
        )
    return facts, list(new.values())


def _downloads(numbers: set[int]) -> tuple[dict[int, FrozenDownload], list[FrozenBytes]]:
    """Return downloads by row number. One whose file is gone is left out. Cost: 1 query."""
    if not numbers:
        return {}, []
    downloads: dict[int, FrozenDownload] = {}
    new = []
    for document in get_document_model().objects.filter(pk__in=numbers):
        data = _read(document.file)
        if data is None:
            continue
        name = PurePath(document.file.name).name
        file = file_bytes(data, name)
        new.append(file)
        downloads[document.pk] = {
            "sha256": file.sha256,
            "name": name,
            "content_type": file.content_type,
            "byte_count": len(data),
        }
    return downloads, new


def _read(file: "File[bytes]") -> bytes | None:
    try:
        with file.open("rb") as opened:
            data: bytes = opened.read()
    except (OSError, ValueError):  # the file is gone from the disk, or the row names none
        return None
    return data
