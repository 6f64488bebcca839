"""Take questions in from a file: uploaded, tried, and made drafts of the question bank at a press.

record, guessed = upload_file(by=editor, file_name="safety.xml", data=data, form=None, at=at)
tried = dry_run(record=record, language="en")  # what it would make, writing nothing
import_questions(record=record, by=editor, locale=locale, at=at)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.blocks import StreamBlock
from wagtail.models import Locale, ModelLogEntry, Revision

from accounts.models import User
from courses.models import BankQuestion, QuestionImport
from courses.operations.drafts import words_of_block_error
from courses.operations.versions import said
from courses.rules.drafted import gettext_noop
from courses.rules.exchange import (
    FileUnreadable,
    Format,
    Note,
    Question,
    decoded,
    format_of,
    joined_tags,
    raw_block,
    read,
)
from courses.rules.freezing import Found, freeze_quiz
from courses.rules.freezing_question import tags_of

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """A question that a file would become: its raw block, and why it could not be published as it is, in words."""

    question: Question
    block: Mapping[str, Any]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a file would make. Nothing of it is stored."""

    questions: Sequence[Tried]
    skipped: Sequence[Note]
    notes: Sequence[Note]

    @property
    def losses(self) -> list[Note]:
        return [*self.notes, *(loss for tried in self.questions for loss in tried.question.losses)]


class ImportGone(Exception):
    """The content of the file is no longer kept: it is emptied a day after it was uploaded."""


def upload_file(
    *, by: User, file_name: str, data: bytes, form: Format | None, at: datetime
) -> tuple[QuestionImport, str]:
    """Keep an uploaded file for its dry run. Returns it, and its encoding where that was guessed.

    `form` None: found out. It is read once here, so that what is kept can be read.

    :raises FileUnreadable: with words, if nothing can be taken from it; nothing is stored then.
    """
    text, guessed = decoded(data)
    found = form or format_of(file_name, text)
    if found is None:
        raise FileUnreadable(gettext_noop("What kind of file this is cannot be seen. Choose its format."))
    read(found, text)
    record = QuestionImport.objects.create(
        made_by=by, format=found.value, file_name=file_name[-200:], content=text, made_at=at
    )
    return record, guessed


def dry_run(*, record: QuestionImport, language: str) -> DryRun:
    """Return what a file would become, writing nothing. Cost: no query.

    :raises ImportGone: if its content is no longer kept.
    """
    found = _read(record)
    tried = []
    for question in found.questions:
        block = _block(question)
        tried.append(Tried(question, block, _problems(block, language)))
    return DryRun(tried, found.skipped, found.notes)


def import_questions(*, record: QuestionImport, by: User, locale: Locale, at: datetime) -> int:
    """Make drafts of all questions of a file, in one transaction. Returns how many there are.

    A second press makes nothing and returns the same. Cost: 8 queries for any number of questions, and one for each
    further 500.

    :raises ImportGone: if its content is no longer kept.
    """
    with transaction.atomic():
        locked = QuestionImport.objects.select_for_update().get(pk=record.pk)
        if locked.imported_at is not None:
            return locked.imported_count
        questions = _read(locked).questions
        _make_drafts(questions, by=by, locale=locale, at=at)
        locked.imported_at, locked.imported_count = at, len(questions)
        locked.save(update_fields=["imported_at", "imported_count"])
        return len(questions)


def empty_old_imports(*, at: datetime) -> int:
    """Empty the files that were uploaded a day ago or more. The rows stay: they say who imported what. Return how many."""
    return QuestionImport.objects.filter(made_at__lte=at - KEPT_FOR).exclude(content="").update(content="")


def _read(record: QuestionImport) -> Any:
    if not record.content:
        raise ImportGone
    return read(Format(record.format), record.content)


def _block(question: Question) -> dict[str, Any]:
    return raw_block(question, lambda: str(uuid4()))


def _problems(block: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Return why a question could not be published as it is: by how it is frozen, else by what its form asks for."""
    columns = {"title": "-", "questions": [block], "pass_mark": 60}
    frozen = freeze_quiz(
        source=columns, text=columns, language=language, source_language=language, found=Found(trusted=True)
    )
    if frozen.problems:
        return tuple(words for _field, words in said(frozen.problems))
    (child,) = _blocks().to_python([block])
    try:
        child.block.clean(child.value)
    except ValidationError as error:
        return tuple(dict.fromkeys(words_of_block_error(error, child.block, [])))
    return ()


def _blocks() -> StreamBlock:
    return BankQuestion._meta.get_field("question").stream_block  # type: ignore[union-attr]  # a StreamField has one


def _make_drafts(questions: Sequence[Question], *, by: User, locale: Locale, at: datetime) -> None:
    # In bulk: a thousand saves would be ten thousand queries. No quiz can use a question that is new, so nothing needs
    # to be flagged.
    drafts = BankQuestion.objects.bulk_create(
        [
            BankQuestion(
                title=question.title,
                tags=", ".join(tags_of(joined_tags(question.tags))),
                question=[_block(question)],
                locale=locale,
                live=False,
                has_unpublished_changes=True,
            )
            for question in questions
        ],
        batch_size=500,
    )
    kind = ContentType.objects.get_for_model(BankQuestion)
    revisions = Revision.objects.bulk_create(
        [
            Revision(
                content_type=kind,
                base_content_type=kind,
                object_id=str(draft.pk),
                created_at=at,
                user=by,
                object_str=str(draft),
                content=draft.serializable_data(),
            )
            for draft in drafts
        ],
        batch_size=500,
    )
    for draft, revision in zip(drafts, revisions, strict=True):
        draft.latest_revision = revision
    BankQuestion.objects.bulk_update(drafts, ["latest_revision"], batch_size=500)
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=kind,
                object_id=str(draft.pk),
                label=str(draft),
                action="wagtail.create",
                timestamp=at,
                user=by,
                revision=revision,
                content_changed=True,
            )
            for draft, revision in zip(drafts, revisions, strict=True)
        ],
        batch_size=500,
    )
